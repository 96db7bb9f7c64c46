/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row per parameter drives loading, --set, checks, the resolved echo, `describe` and
 * the documentation. Values are read once into a struct of the model; a step never looks
 * anything up by name. */
#ifndef SIM_PARAM_PARAM_H
#define SIM_PARAM_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    SIM_PARAM_REAL,   /* double */
    SIM_PARAM_INT,    /* int64_t */
    SIM_PARAM_BOOL,   /* bool */
    SIM_PARAM_CHOICE, /* int: index into the words of `choices` */
    SIM_PARAM_PATH, /* const char *: a file, relative to the file that names it; loaded absolute */
    SIM_PARAM_WORDS /* const char *: words joined by ',', or "all"; of the engine's rows alone */
} sim_param_type_t;

/* A value of any type of row. */
typedef union {
    double real;
    int64_t integer;
    bool flag;
    int choice;
    const char *path;
    const char *words;
} sim_param_value_t;

/* Where a default comes from. */
typedef enum {
    SIM_SOURCE_S = 'S', /* Sasaki & Kojima 2019, ch. 8 */
    SIM_SOURCE_F = 'F', /* a public document */
    SIM_SOURCE_D = 'D', /* derived from S or F */
    SIM_SOURCE_B = 'B', /* background knowledge, not verified */
    SIM_SOURCE_A = 'A'  /* assumption */
} sim_source_t;

typedef struct {
    const char *name; /* "group.leaf" as in the configuration file; NULL ends a table */
    sim_param_type_t type;
    size_t offset;       /* of the value in the model's parameter struct */
    double value;        /* default; for BOOL 0 or 1, for CHOICE the index; PATH: 1 = optional */
    double min, max;     /* inclusive range (REAL, INT) */
    const char *choices; /* CHOICE: words joined by '|'; else NULL */
    const char *text;    /* PATH: default text, "" = none; WORDS: default; else NULL */
    const char *unit;    /* "1/year", "yen", "share", "" for none */
    const char *doc;     /* one sentence */
    sim_source_t tag;
    const char *source; /* why this value */
} sim_param_t;

/* Where a member lies in a parameter struct; the compiler refuses one of another type than its row
 * reads and writes. */
/* NOLINTBEGIN(bugprone-macro-parentheses): a type of _Generic cannot stand in parentheses */
#define SIM_PARAM_MEMBER(S, M, TYPE)                                                               \
    (offsetof(S, M) + 0 * sizeof(struct {                                                          \
                          _Static_assert(_Generic(((S *)0)->M, TYPE : 1, default : 0),             \
                                         #S "." #M " must be of type " #TYPE " for this row");     \
                          char unused;                                                             \
                      }))
/* NOLINTEND(bugprone-macro-parentheses) */

/* Row makers: SIM_PARAM_ROW_REAL(struct, member, "group.leaf", default, min, max, unit, doc,
 * tag letter, source). */
#define SIM_PARAM_ROW_REAL(S, M, NAME, DEF, MIN, MAX, UNIT, DOC, TAG, SRC)                         \
    {                                                                                              \
        NAME, SIM_PARAM_REAL, SIM_PARAM_MEMBER(S, M, double), DEF, MIN, MAX, NULL, NULL, UNIT,     \
            DOC, SIM_SOURCE_##TAG, SRC                                                             \
    }
#define SIM_PARAM_ROW_INT(S, M, NAME, DEF, MIN, MAX, UNIT, DOC, TAG, SRC)                          \
    {                                                                                              \
        NAME, SIM_PARAM_INT, SIM_PARAM_MEMBER(S, M, int64_t), DEF, MIN, MAX, NULL, NULL, UNIT,     \
            DOC, SIM_SOURCE_##TAG, SRC                                                             \
    }
#define SIM_PARAM_ROW_BOOL(S, M, NAME, DEF, DOC, TAG, SRC)                                         \
    {                                                                                              \
        NAME, SIM_PARAM_BOOL, SIM_PARAM_MEMBER(S, M, bool), DEF, 0, 1, NULL, NULL, "", DOC,        \
            SIM_SOURCE_##TAG, SRC                                                                  \
    }
#define SIM_PARAM_ROW_CHOICE(S, M, NAME, DEF, CHOICES, DOC, TAG, SRC)                              \
    {                                                                                              \
        NAME, SIM_PARAM_CHOICE, SIM_PARAM_MEMBER(S, M, int), DEF, 0, 0, CHOICES, NULL, "", DOC,    \
            SIM_SOURCE_##TAG, SRC                                                                  \
    }
#define SIM_PARAM_ROW_PATH(S, M, NAME, DEF, DOC, TAG, SRC)                                         \
    {                                                                                              \
        NAME, SIM_PARAM_PATH, SIM_PARAM_MEMBER(S, M, const char *), 0, 0, 0, NULL, DEF, "", DOC,   \
            SIM_SOURCE_##TAG, SRC                                                                  \
    }
/* A file that may be left out: then, and when it is set to "", the value is "". */
#define SIM_PARAM_ROW_OPTIONAL_PATH(S, M, NAME, DOC, TAG, SRC)                                     \
    {                                                                                              \
        NAME, SIM_PARAM_PATH, SIM_PARAM_MEMBER(S, M, const char *), 1, 0, 0, NULL, "", "", DOC,    \
            SIM_SOURCE_##TAG, SRC                                                                  \
    }
#define SIM_PARAM_ROW_WORDS(S, M, NAME, DEF, DOC, TAG, SRC)                                        \
    {                                                                                              \
        NAME, SIM_PARAM_WORDS, SIM_PARAM_MEMBER(S, M, const char *), 0, 0, 0, NULL, DEF, "", DOC,  \
            SIM_SOURCE_##TAG, SRC                                                                  \
    }
#define SIM_PARAM_END                                                                              \
    { NULL, SIM_PARAM_REAL, 0, 0, 0, 0, NULL, NULL, NULL, NULL, SIM_SOURCE_A, NULL }

#endif
