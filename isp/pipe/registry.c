/* All stages, in the order of the chain. Passes that a frame does not need bypass themselves. */
#include "registry.h"

#include "plan.h"
#include "stages.h"

#include <string.h>

static const struct fl_stage *const chain[] = {
    /* clang-format off: one a line, in the order of the chain */
    &fl_stage_unpack,
    &fl_stage_black,
    &fl_stage_defect,
    &fl_stage_lens_shading,
    &fl_stage_green_balance,
    &fl_stage_white_balance,
    &fl_stage_highlights,
    &fl_stage_raw_denoise_root,
    &fl_stage_raw_denoise_blocks,
    &fl_stage_stabilise,
    &fl_stage_demosaic_mono,
    &fl_stage_demosaic_difference,
    &fl_stage_demosaic_mean,
    &fl_stage_demosaic_even,
    &fl_stage_demosaic_green,
    &fl_stage_demosaic_color,
    &fl_stage_demosaic_refine,
    &fl_stage_demosaic_color_again,
    &fl_stage_denoise_opponent,
    &fl_stage_denoise_edge,
    &fl_stage_denoise_half,
    &fl_stage_denoise_shrink,
    &fl_stage_denoise_detail,
    &fl_stage_denoise_merge,
    &fl_stage_chroma_denoise_opponent,
    &fl_stage_chroma_denoise_half,
    &fl_stage_chroma_denoise_split,
    &fl_stage_chroma_denoise_eighth,
    &fl_stage_chroma_denoise_shrink,
    &fl_stage_chroma_denoise_detail,
    &fl_stage_chroma_denoise_merge_eighth,
    &fl_stage_chroma_denoise_merge,
    &fl_stage_chroma_denoise_join,
    &fl_stage_chroma_denoise_back,
    &fl_stage_unstabilise,
    &fl_stage_highlight_detail,
    &fl_stage_lens,
    &fl_stage_color_matrix,
    &fl_stage_resize,
    &fl_stage_local_tone,
    &fl_stage_gamut,
    &fl_stage_tone,
    &fl_stage_adjust,
    &fl_stage_sharpen,
    /* clang-format on */
};

_Static_assert(sizeof chain / sizeof *chain <= FL_MAX_STAGES, "more stages than a plan holds");
_Static_assert(sizeof chain / sizeof *chain < FL_REPORT_STAGES, "more than a report holds");

const struct fl_stage *fl_registry(int index)
{
    return index >= 0 && (size_t)index < sizeof chain / sizeof *chain ? chain[index] : NULL;
}

/* Length of a stage's operation: the part of its name before the dot. */
static size_t base_length(const char *name)
{
    return strcspn(name, ".");
}

bool fl_registry_same_operation(const char *a, const char *b)
{
    size_t n = base_length(a);
    return n == base_length(b) && strncmp(a, b, n) == 0;
}

bool fl_registry_matches(const struct fl_stage *stage, const char *name)
{
    return strcmp(stage->name, name) == 0 ||
           (!strchr(name, '.') && fl_registry_same_operation(stage->name, name));
}

bool fl_stage_info(int index, const char **name, const char **summary,
                   const struct fl_param **params)
{
    const struct fl_stage *s = fl_registry(index);
    if (!s)
        return false;
    *name = s->name;
    *summary = s->summary;
    *params = s->params;
    return true;
}
