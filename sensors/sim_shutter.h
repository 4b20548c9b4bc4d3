/* Exposing the simulated sensor again and again before a still scene: the light is rendered once,
 * a frame costs a few operations a pixel. */
#ifndef FL_SIM_SHUTTER_H
#define FL_SIM_SHUTTER_H

#include "sim_sensor.h"

struct fl_sim_shutter;

/* Errors: as fl_sim_capture(). */
fl_err fl_sim_shutter_new(const struct fl_sim_config *config,
                          struct fl_sim_shutter **out) FL_MUST_USE;
void fl_sim_shutter_free(struct fl_sim_shutter *shutter);

const struct fl_sim_sensor *fl_sim_shutter_sensor(const struct fl_sim_shutter *shutter);

/* Noise of a gain, as the metadata of a frame says it. */
void fl_sim_shutter_noise(const struct fl_sim_config *config, double gain, struct fl_noise *out);

/* Exposes a frame of the sensor's size. scale: of the light, 1 = 1/100 s at gain 1; shot: number
 * that the noise depends on, besides the seed. */
void fl_sim_shutter_expose(struct fl_sim_shutter *shutter, double scale,
                           const struct fl_noise *noise, uint64_t shot, struct fl_frame *frame);

#endif
