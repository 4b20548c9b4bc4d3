/* What each cue counts when a defect is told from a detail: a score above 0 is a defect. In square
 * roots of light, whose sign is turned for a dead pixel, so that all is about hot ones.
 * stages/defect.c says where the numbers are from. */
#ifndef FL_DEFECT_WEIGHTS_H
#define FL_DEFECT_WEIGHTS_H

#define FL_DEFECT_RULES 2

enum {
    CUE_ABOVE_ALL,   /* above the largest neighbour of its colour */
    CUE_ABOVE_PAIRS, /* above the largest mean of two opposite ones */
    CUE_SPREAD,      /* of these means */
    CUE_SIGMA,       /* of the noise */
    CUE_ONE,         /* the threshold */
    CUE_RANGE,       /* of the neighbours of its colour */
    CUE_MEAN,        /* of the means, less the largest */
    CUE_CROSS_MOST,  /* larger prediction by another colour, less the same */
    CUE_CROSS_LEAST, /* smaller one */
    CUE_RISE,        /* of the other colours, along rows and columns */
    CUE_OTHER_RANGE, /* of the other colours */
    CUE_BESIDE,      /* most that one of the four nearest stands out */
    CUE_KNIGHTS,     /* one of the eight a knight's move away, up or down */
    CUE_DIAGONAL,    /* what the two diagonals of the third colour differ by */
    CUE_VALUE,       /* the pixel itself */
    FL_DEFECT_CUES
};

/* By polarity (hot, dead), site (red or blue, green) and rule. */
static const float defect_weights[2][2][FL_DEFECT_RULES][FL_DEFECT_CUES] = {
    {{{0.409f, 0.310f, 0.168f, -0.615f, -0.211f, 0.016f, -0.600f, 0.047f, 0.341f, -0.632f, 0.000f,
       -0.444f, -0.035f, -0.403f, 0.281f},
      {0.274f, 0.406f, 0.092f, 0.000f, -0.163f, -0.085f, -0.028f, -0.684f, 0.579f, -0.050f, -0.302f,
       -0.284f, -0.512f, 0.000f, 0.320f}},
     {{0.372f, 0.414f, 0.203f, -0.639f, -0.211f, 0.014f, -0.159f, -0.106f, 0.138f, -0.804f, -0.127f,
       -0.331f, -0.122f, 0.000f, 0.214f},
      {0.842f, -0.224f, -0.307f, 0.000f, -0.076f, 0.035f, 0.118f, -0.438f, 0.622f, -0.971f, -0.299f,
       -1.091f, -0.969f, 0.000f, 0.382f}}},
    {{{0.017f, 0.918f, -0.011f, -2.042f, -0.047f, -0.063f, -0.583f, -0.367f, 0.229f, -0.408f,
       0.000f, -0.212f, -0.300f, -0.217f, 0.065f},
      {0.000f, -0.063f, 0.014f, -0.932f, 0.396f, -0.331f, 0.004f, -0.791f, 0.856f, -0.303f, -0.202f,
       -0.224f, -0.140f, -0.061f, 1.063f}},
     {{0.032f, 0.836f, 0.054f, -2.381f, -0.033f, -0.095f, -0.524f, -0.171f, 0.210f, -0.726f, 0.000f,
       -0.396f, -0.207f, 0.000f, 0.132f},
      {0.102f, 0.108f, -0.268f, -0.891f, 0.336f, -0.216f, -0.180f, -0.612f, 0.591f, -0.469f, 0.000f,
       -0.575f, -0.309f, 0.000f, 0.790f}}}};

#endif
