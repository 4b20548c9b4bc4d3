/* The lights that a camera may stand in, and which of them are usual. */
#ifndef FL_AWB_LIGHTS_H
#define FL_AWB_LIGHTS_H

#include "camera_color.h"

#include "firstlight/tuning_data.h"

struct fl_awb_lights {
    bool by_curve; /* a tuning's curve; otherwise the camera's matrices */
    const struct fl_tuning *tuning;
    struct fl_camera_color camera;
    double usual_tint;      /* width */
    double across[2];       /* by_curve: log2 of r/g and b/g for a unit of tint */
    double lux;             /* 0 = unknown */
    double low, high, fall; /* mired: alike inside, less likely with the distance beyond */
};

/* tuning may be NULL; lux 0: from the exposure, where known. */
void fl_awb_lights_init(struct fl_awb_lights *lights, const struct fl_meta *meta,
                        const struct fl_tuning *tuning, double lux, double mean_green);

/* Only what fl_awb_light_color() needs, of a tuning that has a curve. */
void fl_awb_lights_curve(struct fl_awb_lights *lights, const struct fl_tuning *tuning);

/* Response to a light: log2 of red / green and blue / green. Tint counts from daylight or the
 * curve, positive is greener light. False where the camera has no sensible response. */
bool fl_awb_light_color(const struct fl_awb_lights *lights, double mired, double tint,
                        double color[2]);

/* Log likelihood of a temperature. margin, mired: added to both ends of what is usual. */
double fl_awb_usual(const struct fl_awb_lights *lights, double mired, double margin);

#endif
