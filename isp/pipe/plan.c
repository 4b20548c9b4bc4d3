/* Plans for the row executor: groups, halos, ring sizes, strips. */
#include "plan.h"

#include "mem.h"

#include <string.h>

/* Rows of a segment that a worker gets at a time when the caller does not say: enough that the halo
 * recomputed at a strip's edges (up to about 60 rows) is a small share of the work. */
#define MIN_STRIP_ROWS 256

#define BLOCK_BYTES ((size_t)384 << 10) /* of a plane */

static int round_up(int n, int to)
{
    return (n + to - 1) / to * to;
}

static int largest_shift(const struct fl_segment *segment)
{
    int s = 1; /* CFA rows come in pairs */
    for (int i = 0; i < segment->count; i++) {
        const struct fl_layout *l = &segment->step[i].out.layout;
        for (int p = 0; p < l->planes; p++)
            s = l->shift[p] > s ? l->shift[p] : s;
    }
    return s;
}

/* Rows that a group makes of a plane and the next one reads at once; a few planes of them fit the
 * second-level cache. */
static int block_rows(int width, int align)
{
    int rows = FL_BLOCK_ROWS;
    while (rows > align && (size_t)rows * (size_t)width * sizeof(float) > BLOCK_BYTES)
        rows /= 2;
    return rows > align ? rows : align;
}

/* Consecutive in-place steps join the group before them: they run on rows still in cache. */
static void make_groups(const struct fl_segment *segment, struct fl_plan *plan)
{
    plan->groups = 0;
    for (int i = 0; i < segment->count; i++) {
        const struct fl_step *s = &segment->step[i];
        struct fl_plan_group *g;
        if (i > 0 && (s->stage->flags & FL_STAGE_IN_PLACE)) {
            plan->group[plan->groups - 1].last = i;
            continue;
        }
        g = &plan->group[plan->groups++];
        g->first = g->last = i;
        g->halo_y = i == 0 ? 0 : round_up(s->prepared.halo_y, plan->align);
    }
}

static const struct fl_layout *layout_of(const struct fl_segment *segment,
                                         const struct fl_plan_group *group)
{
    return &segment->step[group->last].out.layout;
}

/* Planes that a group passes on stay where they are, unless steps in place would change them under
 * the hands of those that still read them. */
static void share_planes(const struct fl_segment *segment, struct fl_plan *plan)
{
    for (int g = 0; g < plan->groups; g++) {
        struct fl_plan_group *group = &plan->group[g];
        const uint8_t *kept = segment->step[group->first].prepared.kept;
        for (int p = 0; p < layout_of(segment, group)->planes; p++)
            group->plane[p].shared =
                g > 0 && group->first == group->last && kept[p] ? kept[p] - 1 : -1;
    }
}

/* A ring holds what its last reader, group `reader`, may need when it makes a block: the block and
 * its halo, and what the groups between, having run ahead by their halos, have made since. */
static void extend_ring(struct fl_plan *plan, const struct fl_segment *segment, int owner, int p,
                        int reader)
{
    struct fl_plan_plane *plane = &plan->group[owner].plane[p];
    int rows = reader < plan->groups ? plan->block_rows : FL_BLOCK_ROWS, pad = 0;
    for (int g = owner + 1; g <= reader && g < plan->groups; g++)
        rows += plan->group[g].halo_y + plan->align;
    if (reader < plan->groups) {
        rows += plan->group[reader].halo_y;
        pad = segment->step[plan->group[reader].first].prepared.halo_x;
    }
    rows = round_up(rows, plan->align);
    pad = round_up(pad, plan->align);
    plane->ring_rows = rows > plane->ring_rows ? rows : plane->ring_rows;
    plane->pad_x = pad > plane->pad_x ? pad : plane->pad_x;
}

/* Sizes the memory of every plane by all groups that read it, under whatever index. */
static void size_rings(const struct fl_segment *segment, struct fl_plan *plan)
{
    for (int g = 0; g < plan->groups; g++) {
        struct fl_plan_group *group = &plan->group[g];
        for (int p = 0; p < layout_of(segment, group)->planes; p++) {
            int owner = g, plane = p;
            while (plan->group[owner].plane[plane].shared >= 0)
                plane = plan->group[owner--].plane[plane].shared;
            extend_ring(plan, segment, owner, plane, g + 1);
        }
    }
    for (int g = 1; g < plan->groups; g++) {
        struct fl_plan_group *group = &plan->group[g];
        for (int p = 0; p < layout_of(segment, group)->planes; p++) {
            struct fl_plan_plane *plane = &group->plane[p];
            if (plane->shared >= 0) {
                plane->ring_rows = group[-1].plane[plane->shared].ring_rows;
                plane->pad_x = group[-1].plane[plane->shared].pad_x;
            }
        }
    }
}

void fl_plan_make(const struct fl_segment *segment, int strip_rows, int workers,
                  struct fl_plan *plan)
{
    memset(plan, 0, sizeof *plan);
    plan->align = 1 << largest_shift(segment);
    for (int i = 0; i < segment->count; i++) {
        const struct fl_prepared *prepared = &segment->step[i].prepared;
        size_t size = fl_round_up(prepared->scratch_size, FL_ALIGN);
        size_t *most = prepared->keeps_scratch ? &plan->kept_most : &plan->scratch_size;
        *most = size > *most ? size : *most;
        plan->kept_size += prepared->keeps_scratch ? size : 0;
    }
    plan->block_rows = block_rows(segment->width, plan->align);
    make_groups(segment, plan);
    share_planes(segment, plan);
    size_rings(segment, plan);
    if (strip_rows <= 0) {
        strip_rows = (segment->height + workers - 1) / workers;
        strip_rows = strip_rows < MIN_STRIP_ROWS ? MIN_STRIP_ROWS : strip_rows;
    }
    plan->strip_rows = round_up(strip_rows, FL_BLOCK_ROWS);
    plan->strips = (segment->height + plan->strip_rows - 1) / plan->strip_rows;
}
