/* The simulated camera's colour response, and what its DNG metadata says about it. */
#ifndef FL_SIM_COLOR_H
#define FL_SIM_COLOR_H

#include "firstlight/meta.h"

#define FL_SIM_CCT_A_K   2856.0 /* CIE standard illuminant A */
#define FL_SIM_CCT_D65_K 6504.0

struct fl_sim_color {
    double
        response[9];   /* linear sRGB -> camera, with the illuminant's colour; green of white = 1 */
    double neutral[3]; /* camera response to white */
    struct fl_calibration calibration[2]; /* A and D65 */
};

/* Under a white of cct_k, 1000..25000 K. */
void fl_sim_color_init(double cct_k, struct fl_sim_color *out);

#endif
