/* Runs a prepared chain: cut into segments at the gather stages, the last into a sink. */
#ifndef FL_CHAIN_RUN_H
#define FL_CHAIN_RUN_H

#include "chain.h"

/* executor: rows or whole frames. Errors: FL_ERR_MEMORY, FL_ERR_CANCELLED. */
fl_err fl_chain_run(const struct fl_chain *chain, const struct fl_exec *exec,
                    enum fl_executor executor, const struct fl_sink *sink);

#endif
