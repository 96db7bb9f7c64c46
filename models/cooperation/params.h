/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The typed values of all parameters: one struct a group, one member a row of its .def. */
#pragma once
#include "models/cooperation/words.h"

/* The schemes with most of the money come first: JICA's local type, MoE's studies. */
enum { COOP_N_MAIN = COOP_SCHEME_MOE_JCM + 1 };
typedef struct {
    double budget, budget_factor, from_year, until_year, ceiling;
    bool cooperatives;
} coop_main_scheme_params_t;

#define PROCESS(NAME) typedef struct {
#define END(NAME)                                                                                  \
    }                                                                                              \
    coop_##NAME##_params_t;
#define MEMBERS(...) __VA_ARGS__
#define REAL(GROUP, NAME, ...) double NAME;
#define BOOL(GROUP, NAME, ...) bool NAME;
#define CHOICE(GROUP, NAME, ...) int NAME; /* place among the words */
#define PATH(GROUP, NAME, ...) const char *NAME;
#define OPTIONAL_PATH(GROUP, NAME, ...) const char *NAME; /* "" without one */
#define ENABLED(...)
#define MAIN(...)
#include "models/cooperation/processes.def"

typedef struct {
#define PROCESS(NAME) coop_##NAME##_params_t NAME;
#include "models/cooperation/processes.def"
} coop_params_t;
