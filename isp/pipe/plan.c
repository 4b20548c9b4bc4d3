/* Plans for the row executor: groups, halos, ring sizes, strips. */
#include "plan.h"

#include "mem.h"

/* Rows of a segment that a worker gets at a time when the caller does not say: enough that the halo
 * recomputed at a strip's edges (up to about 60 rows) is a small share of the work. */
#define MIN_STRIP_ROWS 256

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

void fl_plan_make(const struct fl_segment *segment, int strip_rows, int workers,
                  struct fl_plan *plan)
{
    plan->align = 1 << largest_shift(segment);
    plan->scratch_size = 0;
    for (int i = 0; i < segment->count; i++) {
        size_t size = fl_round_up(segment->step[i].prepared.scratch_size, FL_ALIGN);
        plan->scratch_size = size > plan->scratch_size ? size : plan->scratch_size;
    }
    make_groups(segment, plan);
    for (int g = 0; g < plan->groups; g++) {
        struct fl_plan_group *group = &plan->group[g];
        const struct fl_plan_group *next = g + 1 < plan->groups ? group + 1 : NULL;
        /* The next group works on a block of rows and its halo; production overshoots by less
         * than align. */
        group->ring_rows =
            round_up(FL_BLOCK_ROWS + (next ? 2 * next->halo_y + plan->align : 0), plan->align);
        group->pad_x = next ? round_up(segment->step[next->first].prepared.halo_x, plan->align) : 0;
    }
    if (strip_rows <= 0) {
        strip_rows = (segment->height + workers - 1) / workers;
        strip_rows = strip_rows < MIN_STRIP_ROWS ? MIN_STRIP_ROWS : strip_rows;
    }
    plan->strip_rows = round_up(strip_rows, FL_BLOCK_ROWS);
    plan->strips = (segment->height + plan->strip_rows - 1) / plan->strip_rows;
}
