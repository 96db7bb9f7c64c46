/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Error codes: one list makes the names and the sentences.
 * A function that can fail returns 0 (SIM_OK) or one of the negative codes. */
#ifndef SIM_BASE_ERROR_H
#define SIM_BASE_ERROR_H

#include "sim/model.h"

#define SIM_BASE_ERRORS(X)                                                                         \
    X(OK, "no error")                                                                              \
    X(ERR_MEMORY, "out of memory")                                                                 \
    X(ERR_CONFIG, "the configuration has problems")                                                \
    X(ERR_IO, "a file could not be read or written")                                               \
    X(ERR_STORE, "the results file could not be read or written")                                  \
    X(ERR_EXISTS, "the results file exists already")                                               \
    X(ERR_LIMIT, "a limit of the engine was reached")                                              \
    X(ERR_MODEL, "the model reported a failure")                                                   \
    X(ERR_VERIFY, "an invariant does not hold")                                                    \
    X(ERR_INTERRUPTED, "interrupted")                                                              \
    X(ERR_ARGUMENT, "an argument is out of its domain")                                            \
    X(ERR_TIMEOUT, "the run took longer than its time limit")

/* Those of the engine alone; a model's are in sim/model.h. */
enum {
    SIM_ERR_IO = -3,
    SIM_ERR_STORE = -4,
    SIM_ERR_EXISTS = -5,
    SIM_ERR_INTERRUPTED = -9,
    SIM_ERR_TIMEOUT = -11, /* the lowest one */
};

/* The sentence for a code; for an unknown code "unknown error". Never NULL. */
const char *sim_base_strerror(int code);

#endif
