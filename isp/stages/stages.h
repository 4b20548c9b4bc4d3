/* The stages, one file each; the registry puts them in the order of the chain. */
#ifndef FL_STAGES_H
#define FL_STAGES_H

#include "stage.h"

extern const struct fl_stage fl_stage_defect;
extern const struct fl_stage fl_stage_lens_shading;
extern const struct fl_stage fl_stage_demosaic_difference;
extern const struct fl_stage fl_stage_demosaic_mean;
extern const struct fl_stage fl_stage_demosaic_green;
extern const struct fl_stage fl_stage_demosaic_even;
extern const struct fl_stage fl_stage_demosaic_color;
extern const struct fl_stage fl_stage_demosaic_refine;
extern const struct fl_stage fl_stage_demosaic_color_again;
extern const struct fl_stage fl_stage_demosaic_mono;
extern const struct fl_stage fl_stage_raw_denoise_root;
extern const struct fl_stage fl_stage_raw_denoise_blocks;
extern const struct fl_stage fl_stage_denoise_opponent;
extern const struct fl_stage fl_stage_denoise_edge;
extern const struct fl_stage fl_stage_denoise_half;
extern const struct fl_stage fl_stage_denoise_shrink;
extern const struct fl_stage fl_stage_denoise_detail;
extern const struct fl_stage fl_stage_denoise_merge;
extern const struct fl_stage fl_stage_chroma_denoise_opponent;
extern const struct fl_stage fl_stage_chroma_denoise_half;
extern const struct fl_stage fl_stage_chroma_denoise_split;
extern const struct fl_stage fl_stage_chroma_denoise_eighth;
extern const struct fl_stage fl_stage_chroma_denoise_shrink;
extern const struct fl_stage fl_stage_chroma_denoise_detail;
extern const struct fl_stage fl_stage_chroma_denoise_merge_eighth;
extern const struct fl_stage fl_stage_chroma_denoise_merge;
extern const struct fl_stage fl_stage_chroma_denoise_join;
extern const struct fl_stage fl_stage_chroma_denoise_back;
extern const struct fl_stage fl_stage_unpack;
extern const struct fl_stage fl_stage_black;
extern const struct fl_stage fl_stage_green_balance;
extern const struct fl_stage fl_stage_white_balance;
extern const struct fl_stage fl_stage_highlights;
extern const struct fl_stage fl_stage_stabilise;
extern const struct fl_stage fl_stage_unstabilise;
extern const struct fl_stage fl_stage_highlight_detail;
extern const struct fl_stage fl_stage_lens;
extern const struct fl_stage fl_stage_color_matrix;
extern const struct fl_stage fl_stage_resize;
extern const struct fl_stage fl_stage_local_tone;
extern const struct fl_stage fl_stage_gamut;
extern const struct fl_stage fl_stage_tone;
extern const struct fl_stage fl_stage_adjust;

/* unpack's parameters, because the CFA is decided before the chain is made. */
struct fl_unpack_params {
    int cfa;
};
enum { FL_UNPACK_CFA_AUTO, FL_UNPACK_CFA_FILE, FL_UNPACK_CFA_GIVEN /* and above: RGGB ... */ };

/* green_balance's parameters, because control fits what it needs. */
struct fl_green_balance_params {
    int mode;
};
enum { FL_GREEN_AUTO, FL_GREEN_OFF, FL_GREEN_ON };

/* highlights' parameters, because control makes the grid that rebuilding needs. */
struct fl_highlights_params {
    int mode;
};
enum { FL_HIGHLIGHTS_CLIP, FL_HIGHLIGHTS_BLEND, FL_HIGHLIGHTS_REBUILD };

/* local_tone's parameters, because control makes the grid that they ask for. */
struct fl_local_tone_params {
    float strength;
};
extern const struct fl_stage fl_stage_sharpen;

#endif
