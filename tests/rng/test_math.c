/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deterministic mathematics: right, C's at the edges, and the same bits as every other form of the
 * same function. Numbers that must not differ between machines: tests/cli/test_portable.py. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <sleef.h>
#include <stdint.h>
#include <string.h>

#include "sim/rng/math.h"
#include "sim/rng/rng.h"

enum { ARGUMENTS = 200000 };

typedef double function_t(double);
typedef long double exact_t(long double);

static double half_power(double x) {
    return sim_math_pow(x, 0.37);
}
static long double half_powerl(long double x) {
    return powl(x, 0.37); /* the double, not 0.37L */
}
static double power_c(double x) {
    return pow(x, 0.37);
}

/* Where the arguments lie, and how many units in the last place the error may have. */
static const struct {
    const char *name;
    function_t *ours, *c;
    exact_t *exact;
    double from, to, ulps;
} table[] = {
    {"log", sim_math_log, log, logl, 0, 20, 3.5},
    {"log", sim_math_log, log, logl, 0.99, 1.01, 3.5},
    {"log1p", sim_math_log1p, log1p, log1pl, -1, 20, 1},
    {"log10", sim_math_log10, log10, log10l, 0, 1e7, 1},
    {"exp", sim_math_exp, exp, expl, -700, 700, 1},
    {"exp", sim_math_exp, exp, expl, -3, 3, 1},
    {"expm1", sim_math_expm1, expm1, expm1l, -40, 40, 1},
    {"expm1", sim_math_expm1, expm1, expm1l, -1e-3, 1e-3, 1},
    {"pow", half_power, power_c, half_powerl, 0, 1e6, 1},
    {"sin", sim_math_sin, sin, sinl, -10, 10, 1},
    {"cos", sim_math_cos, cos, cosl, -10, 10, 1},
    {"asin", sim_math_asin, asin, asinl, -1, 1, 1},
};
enum { FUNCTIONS = sizeof table / sizeof *table };

static double units(double found, long double exact) {
    int exponent;
    (void)frexpl(exact, &exponent);
    return (double)fabsl((long double)found - exact) / ldexp(1, exponent - 53);
}

Test(math, errors_are_small) {
    sim_rng_t rng = sim_rng_at(sim_rng_key(5, 6), SIM_RNG_PURPOSE_TEST, 1);
    for (size_t f = 0; f < FUNCTIONS; f++) {
        double worst = 0;
        for (uint32_t i = 0; i < ARGUMENTS; i++) {
            sim_rng_draw_t draw = sim_rng_draw(&rng, i, (uint32_t)f);
            double x = table[f].from + (table[f].to - table[f].from) * sim_rng_uniform(&draw);
            worst = fmax(worst, units(table[f].ours(x), table[f].exact(x)));
        }
        cr_expect_leq(worst, table[f].ulps, "%s: %g units", table[f].name, worst);
    }
}

static const double edges[] = {0.0,
                               -0.0,
                               1,
                               -1,
                               0.5,
                               -0.5,
                               2,
                               -1.5,
                               1e-17,
                               -1e-17,
                               5e-324,
                               -5e-324,
                               1e-310,
                               -1e-310,
                               2.3e-308,
                               1e-300,
                               1e15,
                               1e22,
                               -40,
                               709.5,
                               710,
                               -745,
                               -746,
                               -708.5,
                               1e308,
                               -1e308,
                               0x1.fffffffffffffp1023,
                               0x1.fffffffffffffp-1,
                               INFINITY,
                               -INFINITY,
                               NAN};
enum { EDGES = sizeof edges / sizeof *edges };

/* NaN where C has NaN, zeros and infinities with C's sign, else as near as it gets: the largest
 * numbers may be infinity. */
static bool alike(double ours, double c) {
    if (ours == (double)INFINITY && c >= 0x1.fffffffffp1023)
        return true;
    if (isnan(c) || isinf(c) || c == 0)
        return isnan(c) ? isnan(ours) : ours == c && signbit(ours) == signbit(c);
    return fabs(ours - c) <= fmax(8e-16 * fabs(c), 5e-324);
}

Test(math, edges_are_those_of_c) {
    for (size_t f = 0; f < FUNCTIONS; f++)
        for (size_t i = 0; i < EDGES; i++) {
            double ours = table[f].ours(edges[i]), c = table[f].c(edges[i]);
            cr_expect(alike(ours, c), "%s(%g) = %g, C has %g", table[f].name, edges[i], ours, c);
        }
    for (size_t i = 0; i < EDGES; i++)
        for (size_t k = 0; k < EDGES; k++) {
            double ours = sim_math_pow(edges[i], edges[k]), c = pow(edges[i], edges[k]);
            cr_expect(alike(ours, c), "pow(%g, %g) = %g, C has %g", edges[i], edges[k], ours, c);
        }
}

Test(math, whole_arguments_give_whole_results) {
    cr_expect(sim_math_log(1) == 0 && sim_math_exp(0) == 1 && sim_math_pow(2, 10) == 1024 &&
              sim_math_log10(1e5) == 5 && sim_math_cos(0) == 1 && sim_math_pow(7, 1) == 7);
}

/* ---- one function, several forms ---- */

#ifdef __SSE2__
#define FORMS(f, x)                                                                                \
    {                                                                                              \
        Sleef_cinz_##f##d1_u10purec(x), _mm_cvtsd_f64(Sleef_cinz_##f##d2_u10sse2(_mm_set_sd(x))),  \
            _mm_cvtsd_f64(Sleef_cinz_##f##d2_u10sse2(_mm_set1_pd(x)))                              \
    }
#define FORMS2(f, x, y)                                                                            \
    {                                                                                              \
        Sleef_cinz_##f##d1_u10purec(x, y),                                                         \
            _mm_cvtsd_f64(Sleef_cinz_##f##d2_u10sse2(_mm_set_sd(x), _mm_set_sd(y))),               \
            _mm_cvtsd_f64(Sleef_cinz_##f##d2_u10sse2(_mm_set1_pd(x), _mm_set1_pd(y)))              \
    }

static void expect_alike(const char *name, double x, const double form[3]) {
    for (int i = 1; i < 3; i++)
        cr_assert(memcmp(form, form + i, sizeof *form) == 0 || (isnan(*form) && isnan(form[i])),
                  "%s(%a): %a and %a", name, x, form[0], form[i]);
}

/* What arm64 computes in plain C, x86-64 computes in a lane of a vector. */
Test(math, plain_and_vector_forms_agree) {
    sim_rng_t rng = sim_rng_at(sim_rng_key(5, 6), SIM_RNG_PURPOSE_TEST, 2);
    for (uint32_t i = 0; i < ARGUMENTS; i++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, i, 0);
        double size[] = {1, 20, 1500, 1e300}, x = size[i % 4] * (sim_rng_uniform(&draw) - 0.5),
               y = size[i / 4 % 4] * (sim_rng_uniform(&draw) - 0.5);
        expect_alike("exp", x, (double[])FORMS(exp, x));
        expect_alike("expm1", x, (double[])FORMS(expm1, x));
        expect_alike("pow", x, (double[])FORMS2(pow, fabs(x), y));
        expect_alike("log1p", x, (double[])FORMS(log1p, x));
        expect_alike("log", x, (double[])FORMS(log, x));
        cr_assert_eq(sim_math_exp(x), Sleef_cinz_expd1_u10purec(x));
        cr_assert_eq(sim_math_expm1(x), Sleef_cinz_expm1d1_u10purec(x));
    }
}
#endif

/* ---- the normal quantile ---- */

Test(math, normal_quantile_is_gsl_s) {
    for (double p = 1e-300; p < 1e-3; p *= 1.7)
        cr_expect_lt(fabs(sim_math_normal_quantile(p) / gsl_cdf_ugaussian_Pinv(p) - 1), 1e-14);
    for (int i = 1; i < 1000; i++) {
        double p = i / 1000.0, x = gsl_cdf_ugaussian_Pinv(p);
        cr_expect_lt(fabs(sim_math_normal_quantile(p) - x), 1e-14, "%g", p);
    }
    cr_expect_eq(sim_math_normal_quantile(0.5), 0);
    cr_expect_eq(sim_math_normal_quantile(0), -(double)INFINITY);
    cr_expect_eq(sim_math_normal_quantile(1), (double)INFINITY);
    cr_expect(isnan(sim_math_normal_quantile(-0.1)) && isnan(sim_math_normal_quantile(NAN)));
}

Test(math, student_quantile_is_gsl_s) {
    for (int n = 1; n < 5000; n += 1 + n / 7)
        for (double p = 1e-6; p < 0.5; p *= 3) {
            double exact = gsl_cdf_tdist_Pinv(p, n);
            cr_expect_lt(fabs(sim_math_student_quantile(p, n) / exact - 1), 1e-9, "%g, %d", p, n);
            cr_expect_lt(fabs(sim_math_student_quantile(1 - p, n) / exact + 1), 1e-9, "%g, %d", p,
                         n);
        }
    cr_expect_lt(fabs(sim_math_student_quantile(0.5, 7)), 1e-15);
}

Test(math, beta_distribution_is_gsl_s) {
    static const double shape[] = {0.05, 0.5, 1, 2, 7.5, 300, 5000};
    enum { N = sizeof shape / sizeof *shape };
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++)
            for (int u = 1; u < 20; u++) {
                double a = shape[i], b = shape[k], p = u / 20.0;
                double x = sim_math_beta_quantile(p, a, b);
                cr_expect_lt(fabs(sim_math_beta(p, a, b) - gsl_cdf_beta_P(p, a, b)), 1e-10,
                             "%g %g %g", p, a, b);
                cr_expect(x >= 0 && x <= 1);
                /* Between its neighbours: the distribution may jump from one double to the next. */
                double below = fmax(x - 1e-15, 0), above = fmin(x + 1e-15, 1);
                cr_expect(gsl_cdf_beta_P(below, a, b) <= p + 1e-10 &&
                              gsl_cdf_beta_P(above, a, b) >= p - 1e-10,
                          "%g %g %g", p, a, b);
            }
    cr_expect(sim_math_beta_quantile(0, 2, 3) == 0 && sim_math_beta_quantile(1, 2, 3) == 1);
    cr_expect_lt(fabs(sim_math_beta_quantile(0.3, 1, 1) - 0.3), 1e-15);
}

Test(math, normal_distribution_is_gsl_s) {
    for (int i = -800; i <= 800; i++) {
        double x = i / 100.0, p = gsl_cdf_ugaussian_P(x);
        cr_expect_lt(fabs(sim_math_normal(x) / p - 1), 1e-13, "%g", x);
    }
}

/* The same on every machine; tests/cli/test_portable.py holds it against other builds too. */
Test(math, the_version_is_known) {
    char text[SIM_MATH_VERSION];
    sim_math_version(text);
    cr_expect_str_eq(text, "sleef-cinz/1 5a9cbd0e9757ce4b");
}
