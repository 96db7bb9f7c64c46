/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row per parameter drives loading, --set, checks, the resolved echo, `describe` and
 * the documentation. Values are read once into a struct of the model; a step never looks
 * anything up by name. */
#ifndef SIM_PARAM_PARAM_H
#define SIM_PARAM_PARAM_H

#include "sim/model.h"

/* A value of any type of row. */
typedef union {
    double real;
    int64_t integer;
    bool flag;
    int choice;
    const char *path;
    const char *words;
} sim_param_value_t;

/* What `kind` of a sim_distribution_t is. `min` and `max` are both 0 of a normal or beta
 * distribution: the valid range of the row. a, b: mean and standard deviation; triangular: a is the
 * mode; alpha and beta. */
enum {
    SIM_DISTRIBUTION_NONE, /* nothing is declared */
    SIM_DISTRIBUTION_UNIFORM,
    SIM_DISTRIBUTION_LOG,     /* uniform in the logarithm */
    SIM_DISTRIBUTION_INTEGER, /* whole numbers from min to max, all equally likely */
    SIM_DISTRIBUTION_NORMAL,  /* cut off at min and max */
    SIM_DISTRIBUTION_TRIANGULAR,
    SIM_DISTRIBUTION_BETA /* from min to max */
};
typedef int sim_distribution_kind_t;

/* The plausible values of a parameter. A row maker's argument PRIOR is written without SIM_PRIOR_:
 * UNIFORM(0.1, 0.5). */
#define SIM_PRIOR_UNIFORM(MIN, MAX)                                                                \
    { SIM_DISTRIBUTION_UNIFORM, MIN, MAX, 0, 0 }
#define SIM_PRIOR_LOG(MIN, MAX)                                                                    \
    { SIM_DISTRIBUTION_LOG, MIN, MAX, 0, 0 }
#define SIM_PRIOR_INTEGER(MIN, MAX)                                                                \
    { SIM_DISTRIBUTION_INTEGER, MIN, MAX, 0, 0 }
#define SIM_PRIOR_NORMAL(MEAN, SD)                                                                 \
    { SIM_DISTRIBUTION_NORMAL, 0, 0, MEAN, SD }
#define SIM_PRIOR_TRIANGULAR(MIN, MODE, MAX)                                                       \
    { SIM_DISTRIBUTION_TRIANGULAR, MIN, MAX, MODE, 0 }
#define SIM_PRIOR_BETA(ALPHA, BETA)                                                                \
    { SIM_DISTRIBUTION_BETA, 0, 0, ALPHA, BETA }

/* ---- constraints between parameters ---- */

/* Two parameters of which the first is at most the second, or below it: at the start, and after
 * every intervention. */
typedef struct sim_constraint {
    size_t low, high; /* where they lie in the model's parameter struct */
    bool strict;      /* below, not at most */
    const char *why;  /* a sentence; NULL ends a list */
} sim_constraint_t;

/* 1 when the two members are of one type, double or int64_t; the compiler refuses others. */
/* NOLINTBEGIN(bugprone-macro-parentheses): a type of _Generic cannot stand in parentheses */
#define SIM_CONSTRAINT_KIND(S, M) _Generic(((S *)0)->M, double : 1, int64_t : 2, default : 0)
#define SIM_CONSTRAINT_MEMBER(S, M, A, B, OP)                                                      \
    (offsetof(S, M) +                                                                              \
     0 * sizeof(struct {                                                                           \
         _Static_assert(SIM_CONSTRAINT_KIND(S, A) != 0 &&                                          \
                            SIM_CONSTRAINT_KIND(S, A) == SIM_CONSTRAINT_KIND(S, B),                \
                        #S "." #A " and " #S "." #B " must both be double or int64_t");            \
         _Static_assert((1 OP 2) && !(2 OP 1), "a constraint is a < b or a <= b");                 \
         char unused;                                                                              \
     }))
/* NOLINTEND(bugprone-macro-parentheses) */

/* SIM_CONSTRAINT(struct, member, <=, member, "why"), or < in place of <=. */
/* NOLINTBEGIN(bugprone-macro-parentheses): nor an operator */
#define SIM_CONSTRAINT(S, A, OP, B, WHY)                                                           \
    { SIM_CONSTRAINT_MEMBER(S, A, A, B, OP), SIM_CONSTRAINT_MEMBER(S, B, A, B, OP), !(1 OP 1), WHY }
/* NOLINTEND(bugprone-macro-parentheses) */
#define SIM_CONSTRAINT_END                                                                         \
    { 0, 0, false, NULL }

/* ---- what interventions set on agents ---- */

/* What apply() is to do. `other`: the agent that the intervention names too, or UINT32_MAX. */
typedef struct {
    const struct sim_agent_param *param;
    uint32_t agent, other;
    const sim_param_value_t *value;
} sim_agent_change_t;

/* Sets it on one agent, at the begin of a step: after the parameters that are due and changed(),
 * before the phases. An agent that does not exist then is left alone. 0 or a negative code. */
typedef int sim_agent_apply_t(struct sim_world *world, const sim_agent_change_t *change);

/* One row per thing that an intervention can set on agents: treated like a parameter. */
typedef struct sim_agent_param {
    sim_param_t row;   /* its name is one word; offset is free for apply(); there is no default */
    const char *kinds; /* kinds of agents that have it: words joined by '|' */
    /* Kinds of the other agent that it needs, else NULL. Of a row of type WORDS the value is that
     * agent; of others an intervention names it by `with`. */
    const char *with;
    sim_agent_apply_t *apply;
    /* Why this agent cannot have it, as in "C0001 has no works"; NULL when it can, as far as is
     * known before a run. May be NULL itself. */
    const char *(*lacks)(const void *shared, uint32_t agent, uint32_t other);
} sim_agent_param_t;

/* A way to choose agents beside their kind: `name = "word"` means those of whom of() says so. */
typedef struct sim_agent_class {
    const char *name; /* NULL ends a table */
    const char *doc;
    const char *(*of)(const void *shared, uint32_t agent); /* NULL: in no such class */
} sim_agent_class_t;

/* Rows of them, each the member `row`. */
#define SIM_AGENT_ROW_REAL(NAME, OFFSET, MIN, MAX, UNIT, DOC, TAG, SRC)                            \
    {                                                                                              \
        NAME, SIM_PARAM_REAL, OFFSET, MIN, MIN, MAX, NULL, NULL, UNIT, DOC, SIM_SOURCE_##TAG, SRC, \
            SIM_PRIOR_NONE                                                                         \
    }
#define SIM_AGENT_ROW_BOOL(NAME, DOC, TAG, SRC)                                                    \
    { NAME, SIM_PARAM_BOOL, 0, 0, 0, 1, NULL, NULL, "", DOC, SIM_SOURCE_##TAG, SRC, SIM_PRIOR_NONE }
#define SIM_AGENT_ROW_CHOICE(NAME, CHOICES, DOC, TAG, SRC)                                         \
    {                                                                                              \
        NAME, SIM_PARAM_CHOICE, 0, 0, 0, 0, CHOICES, NULL, "", DOC, SIM_SOURCE_##TAG, SRC,         \
            SIM_PRIOR_NONE                                                                         \
    }
#define SIM_AGENT_ROW_AGENT(NAME, DOC, TAG, SRC)                                                   \
    { NAME, SIM_PARAM_WORDS, 0, 0, 0, 0, NULL, "", "", DOC, SIM_SOURCE_##TAG, SRC, SIM_PRIOR_NONE }

/* A text, such as a list of words with commas: a const char * of the struct. */
#define SIM_PARAM_ROW_WORDS(S, M, NAME, DEF, DOC, TAG, SRC)                                        \
    {                                                                                              \
        NAME, SIM_PARAM_WORDS, SIM_PARAM_AT(S, M, const char *), 0, 0, 0, NULL, DEF, "", DOC,      \
            SIM_SOURCE_##TAG, SRC, SIM_PRIOR_NONE                                                  \
    }

/* ---- what check() and prepare() may ask of a configuration ---- */

/* When its runs begin and end, in years. */
double sim_param_begin(const sim_config_t *config);
double sim_param_end(const sim_config_t *config);

/* File and line that gave a leaf its value ("--set" or "default" when no file did). */
const char *sim_param_origin(const sim_config_t *config, const char *name, int *line);

#endif
