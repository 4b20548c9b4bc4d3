/* Random numbers of the simulated sensor: a pure function of key and counter, so that neither the
 * order of pixels nor the number of threads matters, and no state is kept anywhere. */
#ifndef FL_SIM_RANDOM_H
#define FL_SIM_RANDOM_H

#include <stdint.h>

/* A stream of 64-bit words. Each key and counter starts an independent one. */
struct fl_sim_stream {
    uint64_t state;
};

struct fl_sim_stream fl_sim_stream(uint64_t key, uint64_t counter);
uint64_t fl_sim_next(struct fl_sim_stream *s);

/* Uniform in the open interval (0, 1), 52 bits. */
double fl_sim_uniform(struct fl_sim_stream *s);

/* Standard normal; |z| <= 8.3. */
double fl_sim_normal(struct fl_sim_stream *s);

/* Poisson with 0 <= mean <= 1e9; exact for every mean, not an approximation by a Gaussian. */
double fl_sim_poisson(struct fl_sim_stream *s, double mean);

#endif
