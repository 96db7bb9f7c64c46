/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Designs: what defines each kind, held against the definition, against GSL, and against functions
 * whose effects are known. */
#define _DEFAULT_SOURCE
#include <criterion/criterion.h>
#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/error.h"
#include "sim/experiment/sweep.h"

typedef struct {
    double a, b, c;
    int64_t n;
    bool flag;
    int choice;
} params_t;

static const sim_param_t rows[] = {
    SIM_PARAM_ROW_REAL(params_t, a, "t.a", 0, 0, 1, "", "", A, ""),
    SIM_PARAM_ROW_REAL(params_t, b, "t.b", 1, 1, 100, "", "", A, ""),
    SIM_PARAM_ROW_REAL(params_t, c, "t.c", 0, -2, 2, "", "", A, ""),
    SIM_PARAM_ROW_INT(params_t, n, "t.n", 3, 3, 6, "", "", A, ""),
    SIM_PARAM_ROW_BOOL(params_t, flag, "t.flag", 0, "", A, ""),
    SIM_PARAM_ROW_CHOICE(params_t, choice, "t.choice", 0, "x|y|z", "", A, ""),
};
enum { ROWS = sizeof rows / sizeof rows[0] };

/* Factors of the first k rows over their ranges, row 1 on a log scale. */
static sim_design_t design(sim_design_kind_t kind, size_t k, uint64_t size) {
    sim_design_t d = {.kind = kind, .size = size, .seed = 1, .levels = 4};
    d.n_factors = k;
    d.factor = calloc(k, sizeof *d.factor);
    for (size_t i = 0; i < k; i++) {
        const sim_param_t *row = &rows[i % ROWS];
        d.factor[i] = (sim_design_factor_t){.row = row, .min = row->min, .max = row->max};
        d.factor[i].scale = row->type != SIM_PARAM_REAL ? SIM_DESIGN_INTEGER
                            : i == 1                    ? SIM_DESIGN_LOG
                                                        : SIM_DESIGN_LINEAR;
        if (row->type == SIM_PARAM_CHOICE)
            d.factor[i].max = 2;
    }
    return d;
}

static void init(sim_design_t *d) {
    sim_base_why_t why = {""};
    cr_assert_eq(sim_design_init(d, &why), 0, "%s", why.text);
}

static void levels(sim_design_factor_t *factor, size_t n, const double *value) {
    factor->scale = SIM_DESIGN_LEVELS;
    factor->n_levels = n;
    factor->level = malloc(n * sizeof *value);
    memcpy(factor->level, value, n * sizeof *value);
}

/* ---- levels ---- */

Test(design, factorial_has_every_combination_once) {
    static const double few[] = {0.1, 0.2}, more[] = {5, 6, 7};
    sim_design_t d = design(SIM_DESIGN_FACTORIAL, 2, 1);
    double value[2];
    levels(&d.factor[0], 2, few);
    levels(&d.factor[1], 3, more);
    init(&d);
    cr_assert_eq(d.points, 6);
    for (uint64_t p = 0; p < 6; p++) {
        sim_design_point(&d, p, value);
        cr_expect_eq(value[0], few[p / 3]);
        cr_expect_eq(value[1], more[p % 3]);
    }
    sim_design_free(&d);
}

Test(design, zip_takes_levels_in_step) {
    static const double first[] = {0.1, 0.2, 0.3}, second[] = {5, 6, 7};
    sim_design_t d = design(SIM_DESIGN_ZIP, 2, 1);
    double value[2];
    levels(&d.factor[0], 3, first);
    levels(&d.factor[1], 3, second);
    init(&d);
    cr_assert_eq(d.points, 3);
    for (uint64_t p = 0; p < 3; p++) {
        sim_design_point(&d, p, value);
        cr_expect(value[0] == first[p] && value[1] == second[p]);
    }
    sim_design_free(&d);
}

Test(design, too_many_points_are_refused) {
    static const double many[1000] = {0};
    sim_base_why_t why = {""};
    sim_design_t d = design(SIM_DESIGN_FACTORIAL, 3, 1);
    for (size_t i = 0; i < 3; i++)
        levels(&d.factor[i], 1000, many);
    cr_assert_eq(sim_design_init(&d, &why), SIM_ERR_LIMIT);
    cr_expect(strstr(why.text, "10000000"), "%s", why.text);
    sim_design_free(&d);
}

/* ---- scales ---- */

Test(design, scales_at_their_ends_and_middle) {
    sim_design_t d = design(SIM_DESIGN_RANDOM, ROWS, 1);
    const sim_design_factor_t *f = d.factor;
    cr_expect_eq(sim_design_factor_at(&f[2], 0), -2);
    cr_expect_eq(sim_design_factor_at(&f[2], 0.5), 0);
    cr_expect_eq(sim_design_factor_at(&f[2], 1), 2);
    cr_expect_eq(sim_design_factor_at(&f[1], 1), 100);
    cr_expect_float_eq(sim_design_factor_at(&f[1], 0.5), 10, 1e-12);
    for (int i = 0; i < 400; i++) { /* 3, 4, 5, 6: a quarter each */
        cr_expect_eq(sim_design_factor_at(&f[3], i / 400.0), 3 + i / 100);
        cr_expect_eq(sim_design_factor_at(&f[4], i / 400.0), i / 200);
    }
    cr_expect_eq(sim_design_factor_at(&f[3], 1), 6);
    cr_expect_eq(sim_design_factor_at(&f[5], 1), 2);
    sim_design_free(&d);
}

Test(design, numbers_as_text) {
    char text[64];
    cr_expect_str_eq(sim_design_factor_text(&rows[0], 0.25, text, 64), "0.25");
    cr_expect_str_eq(sim_design_factor_text(&rows[3], 4, text, 64), "4");
    cr_expect_str_eq(sim_design_factor_text(&rows[4], 1, text, 64), "true");
    cr_expect_str_eq(sim_design_factor_text(&rows[5], 2, text, 64), "z");
}

/* ---- Latin hypercube, random ---- */

static void stratified(uint64_t n, uint64_t seed) {
    sim_design_t d = design(SIM_DESIGN_LHS, ROWS, n);
    double u[ROWS];
    d.seed = seed;
    init(&d);
    int *seen = calloc(n * ROWS, sizeof *seen);
    for (uint64_t p = 0; p < n; p++) {
        sim_design_unit(&d, p, u);
        for (size_t f = 0; f < ROWS; f++) {
            cr_assert(u[f] > 0 && u[f] < 1);
            seen[f * n + (size_t)(u[f] * (double)n)]++;
        }
    }
    for (size_t i = 0; i < n * ROWS; i++)
        cr_assert_eq(seen[i], 1, "stratum %zu", i);
    free(seen);
    sim_design_free(&d);
}

Test(design, lhs_has_one_point_in_each_stratum) {
    stratified(1, 1);
    stratified(2, 1);
    stratified(37, 9);
    stratified(1000, 2);
}

/* Correlation of two columns of n = 2,000 independent shuffles: sd 0.022; six of them are 0.134, a
 * false alarm in 10^9. */
Test(design, lhs_columns_are_shuffled_apart) {
    enum { N = 2000 };
    sim_design_t d = design(SIM_DESIGN_LHS, 3, N);
    double u[3], sum = 0;
    init(&d);
    for (uint64_t p = 0; p < N; p++) {
        sim_design_unit(&d, p, u);
        sum += 12 * (u[0] - 0.5) * (u[2] - 0.5);
    }
    cr_expect_lt(fabs(sum / N), 0.134);
    sim_design_free(&d);
}

static void column_does_not_depend_on_others(sim_design_kind_t kind) {
    sim_design_t all = design(kind, 4, 50), one = design(kind, 1, 50);
    double u[4], v[1], moved = 0;
    one.factor[0] = all.factor[2];
    init(&all);
    init(&one);
    for (uint64_t p = 0; p < 50; p++) {
        sim_design_unit(&all, p, u);
        sim_design_unit(&one, p, v);
        cr_expect_eq(u[2], v[0]);
        moved += fabs(u[1] - v[0]);
    }
    cr_expect_gt(moved, 0); /* twin: another column is another one */
    sim_design_free(&all);
    sim_design_free(&one);
}

Test(design, a_column_depends_on_its_own_name_alone) {
    column_does_not_depend_on_others(SIM_DESIGN_LHS);
    column_does_not_depend_on_others(SIM_DESIGN_RANDOM);
}

Test(design, the_seed_moves_every_point) {
    sim_design_t a = design(SIM_DESIGN_LHS, 2, 20), b = a;
    double u[2], v[2];
    init(&a);
    b.seed = 2;
    init(&b);
    for (uint64_t p = 0; p < 20; p++) {
        sim_design_unit(&a, p, u);
        sim_design_unit(&b, p, v);
        cr_expect(u[0] != v[0] && u[1] != v[1]);
    }
    free(b.cell);
    sim_design_free(&a);
}

/* ---- Sobol ---- */

Test(design, sobol_is_that_of_gsl) {
    sim_design_t d = design(SIM_DESIGN_SOBOL, 40, 300);
    gsl_qrng *q = gsl_qrng_alloc(gsl_qrng_sobol, 40);
    double u[40], v[40];
    init(&d);
    for (uint64_t p = 0; p < 300; p++) {
        gsl_qrng_get(q, v);
        sim_design_unit(&d, p, u);
        cr_assert_arr_eq(u, v, sizeof u);
    }
    gsl_qrng_free(q);
    sim_design_free(&d);
}

/* 2^m shifted points have one in each interval of length 2^-m, in every dimension. */
Test(design, shifted_sobol_keeps_its_balance) {
    enum { N = 64, K = 20 };
    sim_design_t d = design(SIM_DESIGN_SOBOL, K, N);
    int seen[K][N] = {{0}};
    double u[K];
    d.shift = true;
    init(&d);
    for (uint64_t p = 0; p < N; p++) {
        sim_design_unit(&d, p, u);
        for (int k = 0; k < K; k++)
            seen[k][(int)(u[k] * N)]++;
    }
    for (int k = 0; k < K; k++)
        for (int i = 0; i < N; i++)
            cr_assert_eq(seen[k][i], 1);
    sim_design_free(&d);
}

Test(design, sobol_says_how_many_factors_it_takes) {
    sim_base_why_t why = {""};
    sim_design_t d = design(SIM_DESIGN_SOBOL, 41, 8);
    cr_expect_eq(sim_design_init(&d, &why), SIM_ERR_LIMIT);
    cr_expect(strstr(why.text, "at most 40 factors"), "%s", why.text);
    sim_design_free(&d);
    d = design(SIM_DESIGN_SALTELLI, 21, 8);
    cr_expect_eq(sim_design_init(&d, &why), SIM_ERR_LIMIT);
    cr_expect(strstr(why.text, "at most 20 factors"), "%s", why.text);
    sim_design_free(&d);
}

/* ---- Saltelli ---- */

static void blocks(bool second_order, bool shift) {
    enum { K = 4, N = 16 };
    sim_design_t d = design(SIM_DESIGN_SALTELLI, K, N);
    double a[K], b[K], u[K];
    d.second_order = second_order;
    d.shift = shift;
    init(&d);
    cr_assert_eq(d.block, second_order ? 2 * K + 2 : K + 2);
    cr_assert_eq(d.points, N * d.block);
    for (uint64_t s = 0; s < N; s++) {
        sim_design_unit(&d, s * d.block, a);
        sim_design_unit(&d, (s + 1) * d.block - 1, b);
        for (uint64_t i = 0; i < d.block; i++) {
            sim_design_place_t place = sim_design_place(&d, s * d.block + i);
            const char *role = i == 0 ? "A" : i == d.block - 1 ? "B" : i <= K ? "AB" : "BA";
            cr_assert_eq(place.block, s);
            cr_assert_str_eq(place.role, role);
            cr_assert_eq(place.factor, strlen(role) == 1 ? -1 : (int)(i - 1) % K);
            sim_design_unit(&d, s * d.block + i, u);
            for (int f = 0; f < K; f++) {
                bool of_b = (role[0] == 'B') != (f == place.factor);
                cr_assert_eq(u[f], of_b ? b[f] : a[f]);
            }
        }
    }
    sim_design_free(&d);
}

Test(design, saltelli_blocks_hold_what_they_should) {
    blocks(false, false);
    blocks(true, false);
    blocks(true, true);
}

/* First-order and total indices (Saltelli 2010, Jansen 1999) of y = sum w_i u_i, where both are
 * w_i^2 / sum w^2: quasi-Monte Carlo with 1,024 samples is within 0.01. */
Test(design, saltelli_finds_the_variances_of_a_linear_function) {
    enum { K = 4, N = 1024 };
    static const double w[K] = {4, 2, 1, 0};
    sim_design_t d = design(SIM_DESIGN_SALTELLI, K, N);
    double first[K] = {0}, total[K] = {0}, variance = 0;
    d.shift = true;
    init(&d);
    for (uint64_t s = 0; s < N; s++) {
        double y[K + 2] = {0}, u[K];
        for (uint64_t i = 0; i < d.block; i++) {
            sim_design_unit(&d, s * d.block + i, u);
            for (int f = 0; f < K; f++)
                y[i] += w[f] * (u[f] - 0.5);
        }
        variance += (y[0] * y[0] + y[K + 1] * y[K + 1]) / (2 * N);
        for (int f = 0; f < K; f++) {
            first[f] += y[K + 1] * (y[1 + f] - y[0]) / N;
            total[f] += (y[0] - y[1 + f]) * (y[0] - y[1 + f]) / (2 * N);
        }
    }
    cr_expect_float_eq(variance, 21.0 / 12, 0.02);
    for (int f = 0; f < K; f++) {
        cr_expect_float_eq(first[f] / variance, w[f] * w[f] / 21, 0.01);
        cr_expect_float_eq(total[f] / variance, w[f] * w[f] / 21, 0.01);
    }
    sim_design_free(&d);
}

/* ---- Morris ---- */

Test(design, morris_moves_one_factor_at_a_time) {
    enum { R = 40 };
    sim_design_t d = design(SIM_DESIGN_MORRIS, ROWS, R);
    double u[ROWS], before[ROWS];
    init(&d);
    cr_assert_eq(d.block, ROWS + 1);
    for (uint64_t p = 0; p < d.points; p++) {
        sim_design_place_t place = sim_design_place(&d, p);
        static int moved[ROWS];
        sim_design_unit(&d, p, u);
        cr_assert_eq(place.block, p / d.block);
        for (size_t f = 0; f < ROWS; f++) { /* 4 levels: thirds; 6 for a choice of 3: fifths */
            cr_assert_float_eq(u[f] * (f == 5 ? 5 : 3), round(u[f] * (f == 5 ? 5 : 3)), 1e-12);
            cr_assert(u[f] >= 0 && u[f] <= 1);
        }
        if (p % d.block == 0) {
            cr_assert_str_eq(place.role, "start");
            memset(moved, 0, sizeof moved);
        } else {
            for (int f = 0; f < (int)ROWS; f++)
                cr_assert_float_eq(fabs(u[f] - before[f]),
                                   f != place.factor ? 0
                                   : f == 5          ? 3.0 / 5
                                                     : 2.0 / 3,
                                   1e-12);
            cr_assert_eq(moved[place.factor]++, 0);
        }
        memcpy(before, u, sizeof u);
    }
    sim_design_free(&d);
}

/* Every level is as likely as any other, both directions and all orders happen. With 2,000
 * trajectories a share of 1/4 has sd 0.0097, one of 1/2 sd 0.0112: six of them. */
Test(design, morris_starts_are_spread) {
    enum { R = 2000, K = 3 };
    sim_design_t d = design(SIM_DESIGN_MORRIS, K, R);
    int at[4] = {0}, up = 0, first = 0;
    double u[K], v[K];
    init(&d);
    for (uint64_t t = 0; t < R; t++) {
        sim_design_unit(&d, t * d.block, u);
        sim_design_unit(&d, (t + 1) * d.block - 1, v);
        at[(int)round(u[1] * 3)]++;
        up += v[0] > u[0];
        first += sim_design_place(&d, t * d.block + 1).factor == 2;
    }
    for (int i = 0; i < 4; i++)
        cr_expect_float_eq(at[i] / (double)R, 0.25, 6 * 0.0097);
    cr_expect_float_eq(up / (double)R, 0.5, 6 * 0.0112);
    cr_expect_float_eq(first / (double)R, 1.0 / 3, 6 * 0.0105);
    sim_design_free(&d);
}

/* A linear function has the same elementary effect everywhere: its slope. */
Test(design, morris_effects_of_a_linear_function_are_its_slopes) {
    static const double w[3] = {3, -1, 0};
    sim_design_t d = design(SIM_DESIGN_MORRIS, 3, 10);
    double u[3] = {0}, y = 0;
    init(&d);
    for (uint64_t p = 0; p < d.points; p++) {
        int moved = sim_design_place(&d, p).factor;
        double before[3], last = y;
        memcpy(before, u, sizeof u);
        sim_design_unit(&d, p, u);
        y = w[0] * u[0] + w[1] * u[1] + w[2] * u[2];
        if (moved >= 0)
            cr_expect_float_eq((y - last) / (u[moved] - before[moved]), w[moved], 1e-9);
    }
    sim_design_free(&d);
}

/* ---- whole numbers ---- */

/* Shares of the values min .. max among points of a factor; a Latin hypercube of n points has
 * less than two points more or fewer in each cell than n times its share. */
static void expect_shares(sim_design_scale_t scale, const sim_param_t *row, double min,
                          double max) {
    enum { N = 2000 };
    sim_design_t d = design(SIM_DESIGN_LHS, 1, N);
    int seen[64] = {0};
    double value[1];
    d.factor[0] = (sim_design_factor_t){.row = row, .scale = scale, .min = min, .max = max};
    init(&d);
    for (uint64_t p = 0; p < N; p++) {
        sim_design_point(&d, p, value);
        cr_assert(value[0] >= min && value[0] <= max && value[0] == floor(value[0]));
        seen[(int)(value[0] - min)]++;
    }
    for (int k = 0; k <= (int)(max - min); k++) {
        double share = scale == SIM_DESIGN_LOG
                           ? log((min + k + 0.5) / (min + k - 0.5)) / log((max + 0.5) / (min - 0.5))
                           : 1 / (max - min + 1);
        cr_expect_float_eq(seen[k], N * share, 2, "%g: %d", min + k, seen[k]);
    }
    sim_design_free(&d);
}

Test(design, whole_numbers_have_the_share_of_their_cell) {
    expect_shares(SIM_DESIGN_INTEGER, &rows[3], 3, 6);
    expect_shares(SIM_DESIGN_INTEGER, &rows[3], -2, 2);
    expect_shares(SIM_DESIGN_INTEGER, &rows[4], 0, 1);
    expect_shares(SIM_DESIGN_INTEGER, &rows[5], 0, 2);
    expect_shares(SIM_DESIGN_LOG, &rows[3], 1, 2);
    expect_shares(SIM_DESIGN_LOG, &rows[3], 1, 10);
    expect_shares(SIM_DESIGN_LOG, &rows[3], 3, 40);
}

/* The values of the levels of a factor, from the moves of many trajectories: each is met, as often
 * as any other, and every move changes it. 4,000 points: a share of 1/p has sd below 0.008. */
static size_t morris_values(sim_design_scale_t scale, double min, double max, int p) {
    enum { R = 2000 };
    sim_design_t d = design(SIM_DESIGN_MORRIS, 1, R);
    int seen[128] = {0};
    size_t different = 0;
    double from[1], to[1];
    d.factor[0] = (sim_design_factor_t){.row = &rows[3], .scale = scale, .min = min, .max = max};
    d.levels = p;
    init(&d);
    for (uint64_t t = 0; t < R; t++) {
        sim_design_point(&d, 2 * t, from);
        sim_design_point(&d, 2 * t + 1, to);
        cr_assert_neq(from[0], to[0]);
        seen[(int)(from[0] - min)]++;
        seen[(int)(to[0] - min)]++;
    }
    for (int k = 0; k <= (int)(max - min); k++)
        different += seen[k] > 0;
    for (int k = 0; k <= (int)(max - min); k++)
        cr_expect(seen[k] == 0 || fabs(seen[k] / (2.0 * R) - 1.0 / (double)different) < 0.05,
                  "%g: %d of %d", min + k, seen[k], 2 * R);
    cr_expect(seen[0] > 0 && seen[(int)(max - min)] > 0);
    sim_design_free(&d);
    return different;
}

Test(design, morris_levels_of_whole_numbers_are_values_of_their_own) {
    for (int n = 2; n <= 12; n++)
        for (int p = 2; p <= 8; p += 2) {
            size_t expected = (size_t)(n < p ? n : p);
            cr_expect_eq(morris_values(SIM_DESIGN_INTEGER, 3, 3 + n - 1, p), expected);
            cr_expect_eq(morris_values(SIM_DESIGN_LOG, 1, n, p), expected);
        }
    cr_expect_eq(morris_values(SIM_DESIGN_LOG, 1, 100, 8), 8);
}

/* ---- files ---- */

typedef struct {
    const char *names, *file;
} herd_t;

static void write_text(const char *name, const char *text) {
    FILE *file = fopen(name, "w");
    cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

/* What a sweep over a parameter of the model `herd` is told. */
static void expect_refused(const char *parameter, const char *said) {
    char text[300], folder[] = "/tmp/test_design.XXXXXX";
    sim_design_sweep_t sweep = {.shard = 1, .shards = 1};
    sim_base_diag_t diag;
    cr_assert(mkdtemp(folder) && chdir(folder) == 0);
    snprintf(text, sizeof text,
             "scenario = \"herd.cfg\"; sweep = { design = \"lhs\"; points = 4; factors = ( { "
             "parameter = \"%s\"; } ); };",
             parameter);
    write_text("herd.cfg", "model = \"herd\";\n");
    write_text("sweep.cfg", text);
    sim_base_diag_init(&diag);
    cr_expect_neq(sim_design_read("sweep.cfg", NULL, &diag, &sweep), 0);
    cr_assert_eq(diag.count, 1);
    cr_expect_str_eq(diag.problem[0].text, said);
    sim_experiment_sweep_free(&sweep);
    sim_base_diag_free(&diag);
    cr_expect(unlink("herd.cfg") == 0 && unlink("sweep.cfg") == 0 && rmdir(folder) == 0);
}

Test(design, of_what_is_no_number) {
    static const sim_param_t words[] = {
        SIM_PARAM_ROW_WORDS(herd_t, names, "herd.names", "", "Names.", A, "-"),
        SIM_PARAM_ROW_OPTIONAL_PATH(herd_t, file, "herd.file", "A file.", A, "-"), SIM_PARAM_END};
    static const sim_model_t herd = {
        .name = "herd", .params = words, .params_size = sizeof(herd_t)};
    static const sim_model_t *const own[] = {&herd, NULL};
    sim_models = own;
    expect_refused(
        "herd.names",
        "herd.names is a list of words; a factor is a number, a truth value or a choice");
    expect_refused("herd.file", "herd.file is the name of a file; a factor is a number, a truth "
                                "value or a choice");
}
