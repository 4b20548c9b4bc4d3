/* What the passes of denoise share. */
#ifndef FL_DENOISE_H
#define FL_DENOISE_H

#include "stage.h"

enum fl_denoise_method { FL_DENOISE_BY_PRESET, FL_DENOISE_EDGE, FL_DENOISE_DCT };

struct fl_denoise_params {
    int method; /* enum fl_denoise_method */
    float strength;
    int step, levels; /* 0: by preset */
};

extern const struct fl_param fl_denoise_param_table[];

/* What denoise does with the picture that arrives. */
struct fl_denoise_plan {
    bool active;
    int method;      /* never FL_DENOISE_BY_PRESET */
    int step;        /* pixels between DCT blocks */
    int levels;      /* 1, or 2 with half resolution */
    double strength; /* factor on the standard deviation of the noise, > 0 when active */
};

struct fl_denoise_plan fl_denoise_plan(const struct fl_prepare *p);

/* The factor that all noise filters apply to sigma: their own strength times the setting's; 0 where
 * denoising is off or the noise is unknown or invisible. */
double fl_denoise_strength(const struct fl_prepare *p, float own);

#endif
