/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What queries may call: functions that give the same bits for the same rows everywhere. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/rng/math.h"
#include "sim/store/outputs_parts.h"

const char *const sim_store_outputs_function_names[] = {
    /* aggregates and window functions */
    "count", "sum", "total", "avg", "min", "max", "row_number", "rank", "dense_rank",
    "percent_rank", "cume_dist", "ntile", "lag", "lead", "first_value", "last_value", "nth_value",
    /* of one row */
    "abs", "coalesce", "ifnull", "nullif", "iif", "sign", "substr", "length", "lower", "upper",
    "instr", "trim", "replace", "like", "glob", "typeof",
    /* the engine's own */
    "ln", "exp", "pow", "sqrt", "floor", "ceil", NULL};

const char *sim_store_outputs_function_refused(const char *name) {
    static const char *const drawn[] = {"random", "randomblob", NULL};
    static const char *const clock[] = {"date",     "time",      "datetime", "julianday",
                                        "strftime", "unixepoch", NULL};
    for (size_t i = 0; sim_store_outputs_function_names[i]; i++)
        if (sqlite3_stricmp(sim_store_outputs_function_names[i], name) == 0)
            return NULL;
    for (size_t i = 0; drawn[i]; i++)
        if (sqlite3_stricmp(drawn[i], name) == 0)
            return "draws at random: a run must give the same number every time";
    for (size_t i = 0; clock[i]; i++)
        if (sqlite3_stricmp(clock[i], name) == 0)
            return "reads the clock: a run must give the same number every time";
    return "is not one of those that queries may call";
}

/* ---- the engine's own ---- */

typedef struct {
    const char *name;
    double (*f)(double x);
} unary_t;

/* NULL for NULL, text and what has no value; as SQLite's own. */
static bool get_number(sqlite3_value *value, double *x) {
    int type = sqlite3_value_numeric_type(value);
    *x = sqlite3_value_double(value);
    return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}

static void call_unary(sqlite3_context *to, int n, sqlite3_value **value) {
    (void)n;
    const unary_t *function = sqlite3_user_data(to);
    double x;
    if (!get_number(value[0], &x))
        return;
    double y = function->f(x);
    if (isfinite(y))
        sqlite3_result_double(to, y);
}

static void call_pow(sqlite3_context *to, int n, sqlite3_value **value) {
    (void)n;
    double x, y;
    if (!get_number(value[0], &x) || !get_number(value[1], &y))
        return;
    double power = sim_math_pow(x, y);
    if (isfinite(power))
        sqlite3_result_double(to, power);
}

/* ---- sums ---- */

/* Of whole numbers exact, of others in the order of the rows, compensated (Neumaier 1974): the same
 * whatever SQLite's version does. */
typedef struct {
    int64_t whole, n;
    double sum, rest;
    bool real;
} sum_t;

static void add_real(sum_t *s, double x) {
    double t = s->sum + x;
    s->rest += fabs(s->sum) >= fabs(x) ? (s->sum - t) + x : (x - t) + s->sum;
    s->sum = t;
}

static void add(sqlite3_context *context, int sign, sqlite3_value *value) {
    sum_t *s = sqlite3_aggregate_context(context, sizeof *s);
    int type = sqlite3_value_numeric_type(value);
    if (!s || type == SQLITE_NULL)
        return;
    s->n += sign;
    int64_t signed_one = 0;
    s->real = s->real || type != SQLITE_INTEGER ||
              __builtin_mul_overflow(sign, sqlite3_value_int64(value), &signed_one) ||
              __builtin_add_overflow(s->whole, signed_one, &s->whole);
    add_real(s, sign * sqlite3_value_double(value));
}

static void step(sqlite3_context *context, int n, sqlite3_value **value) {
    (void)n;
    add(context, 1, value[0]);
}

static void step_back(sqlite3_context *context, int n, sqlite3_value **value) {
    (void)n;
    add(context, -1, value[0]);
}

typedef enum { SUM, TOTAL, AVERAGE } result_t;

static void give(sqlite3_context *context) {
    const sum_t none = {0};
    const sum_t *s = sqlite3_aggregate_context(context, 0);
    result_t result = *(const result_t *)sqlite3_user_data(context);
    s = s ? s : &none;
    double all = s->real ? s->sum + s->rest : (double)s->whole;
    if (result == TOTAL || (result == SUM && s->n && s->real))
        sqlite3_result_double(context, all);
    else if (s->n && result == AVERAGE)
        sqlite3_result_double(context, all / (double)s->n);
    else if (s->n)
        sqlite3_result_int64(context, s->whole);
}

/* ---- all ---- */

int sim_store_outputs_functions(sqlite3 *db) {
    enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS };
    static const unary_t unary[] = {{"ln", sim_math_log},
                                    {"exp", sim_math_exp},
                                    {"sqrt", sqrt},
                                    {"floor", floor},
                                    {"ceil", ceil}};
    static const struct {
        const char *name;
        result_t result;
    } sums[] = {{"sum", SUM}, {"total", TOTAL}, {"avg", AVERAGE}};
    int rc = sqlite3_create_function(db, "pow", 2, FLAGS, NULL, call_pow, NULL, NULL);
    for (size_t i = 0; rc == SQLITE_OK && i < sizeof unary / sizeof *unary; i++)
        rc = sqlite3_create_function(db, unary[i].name, 1, FLAGS, (void *)&unary[i], call_unary,
                                     NULL, NULL);
    for (size_t i = 0; rc == SQLITE_OK && i < sizeof sums / sizeof *sums; i++)
        rc = sqlite3_create_window_function(db, sums[i].name, 1, FLAGS, (void *)&sums[i].result,
                                            step, give, give, step_back, NULL);
    return rc;
}
