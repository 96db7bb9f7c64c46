/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Error codes: one list makes the enum, the names and the sentences.
 * A function that can fail returns 0 (SIM_OK) or one of the negative codes. */
#ifndef SIM_BASE_ERROR_H
#define SIM_BASE_ERROR_H

#define SIM_BASE_ERRORS(X)                                                                         \
    X(OK, 0, "no error")                                                                           \
    X(ERR_MEMORY, -1, "out of memory")                                                             \
    X(ERR_CONFIG, -2, "the configuration has problems")                                            \
    X(ERR_IO, -3, "a file could not be read or written")                                           \
    X(ERR_STORE, -4, "the results file could not be read or written")                              \
    X(ERR_EXISTS, -5, "the results file exists already")                                           \
    X(ERR_LIMIT, -6, "a limit of the engine was reached")                                          \
    X(ERR_MODEL, -7, "the model reported a failure")                                               \
    X(ERR_VERIFY, -8, "an invariant does not hold")                                                \
    X(ERR_INTERRUPTED, -9, "interrupted")                                                          \
    X(ERR_ARGUMENT, -10, "an argument is out of its domain")                                       \
    X(ERR_TIMEOUT, -11, "the run took longer than its time limit")

typedef enum {
#define SIM_BASE_ENUM(name, code, text) SIM_##name = (code),
    SIM_BASE_ERRORS(SIM_BASE_ENUM)
#undef SIM_BASE_ENUM
} sim_error_t;

/* The sentence for a code; for an unknown code "unknown error". Never NULL. */
const char *sim_base_strerror(int code);

/* The name of a code as written in the source, e.g. "SIM_ERR_IO". Never NULL. */
const char *sim_base_error_name(int code);

#endif
