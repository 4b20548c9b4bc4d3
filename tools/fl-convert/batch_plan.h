/* The steps of planning a batch. */
#ifndef FL_BATCH_PLAN_H
#define FL_BATCH_PLAN_H

#include "batch.h"

/* Makes items from the operands. Errors as fl_batch_plan(). */
fl_err fl_batch_list(struct fl_batch *batch, const struct fl_text_list *inputs) FL_MUST_USE;

/* Gives the item settings of its own where a sidecar stands beside it. Errors concern the item. */
fl_err fl_item_read_sidecar(struct fl_batch *batch, struct fl_item *item) FL_MUST_USE;

#endif
