/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/rng/math.h"

#include <math.h>
#include <sleef.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "sim/base/inline.h"

/* The cinz functions give equal bits whether they work on one number in plain C (purec) or on
 * several in vector registers (sse2). One lane of a vector is faster where the plain form has to do
 * without the processor's rounding: exp 6 ns in place of 12, expm1 20 for 27, pow 47 for 67.
 * tests/rng compares the two. */
#ifdef __SSE2__
#define LANE(f, x) _mm_cvtsd_f64(Sleef_cinz_##f##d2_u10sse2(_mm_set_sd(x)))
#define LANE2(f, x, y) _mm_cvtsd_f64(Sleef_cinz_##f##d2_u10sse2(_mm_set_sd(x), _mm_set_sd(y)))
#else
#define LANE(f, x) Sleef_cinz_##f##d1_u10purec(x)
#define LANE2(f, x, y) Sleef_cinz_##f##d1_u10purec(x, y)
#endif

/* 5.6 ns; the one of 1.0 ulp takes 14.5. */
double sim_math_log(double x) {
    return Sleef_cinz_logd1_u35purec(x);
}

/* SLEEF's overflows before the largest numbers and loses the smallest. */
double sim_math_log1p(double x) {
    if (fabs(x) < 0x1p-54)
        return x;
    return x > 0x1p60 ? sim_math_log(x) : Sleef_cinz_log1pd1_u10purec(x);
}

double sim_math_log10(double x) {
    return Sleef_cinz_log10d1_u10purec(x);
}

double sim_math_exp(double x) {
    return LANE(exp, x);
}

double sim_math_expm1(double x) {
    return LANE(expm1, x);
}

/* Exponents of 1, 1/2 and 0 are common; SLEEF's overflows for 1 in the last of all numbers. A root
 * is rounded correctly by every processor. */
double sim_math_pow(double x, double y) {
    if (y == 0)
        return 1;
    if (y == 0.5 && x > 0)
        return sqrt(x);
    return y == 1 ? x : LANE2(pow, x, y);
}

double sim_math_sin(double x) {
    return Sleef_cinz_sind1_u10purec(x);
}

double sim_math_cos(double x) {
    return Sleef_cinz_cosd1_u10purec(x);
}

double sim_math_asin(double x) {
    return Sleef_cinz_asind1_u10purec(x);
}

double sim_math_erfc(double x) {
    return Sleef_cinz_erfcd1_u15purec(x);
}

double sim_math_lgamma(double x) {
    return Sleef_cinz_lgammad1_u10purec(x);
}

/* ---- normal quantile: Wichura (1988), algorithm AS 241, PPND16; relative error about 1e-16 ----
 */

/* Two polynomials of degree 7 in x, from the highest power down. */
typedef struct {
    double above[8], below[8];
} ratio_t;

static double ratio(const ratio_t *r, double x) {
    double above = 0, below = 0;
    for (int i = 0; i < 8; i++) {
        above = above * x + r->above[i];
        below = below * x + r->below[i];
    }
    return above / below;
}

static const ratio_t middle = {
    {2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608},
    {5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
     5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.}};
static const ratio_t tail = {{7.7454501427834140764e-4, .0227238449892691845833,
                              .24178072517745061177, 1.27045825245236838258, 3.64784832476320460504,
                              5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734},
                             {1.05075007164441684324e-9, 5.475938084995344946e-4,
                              .0151986665636164571966, .14810397642748007459, .68976733498510000455,
                              1.6763848301838038494, 2.05319162663775882187, 1.}};
static const ratio_t far_tail = {
    {2.01033439929228813265e-7, 2.71155556874348757815e-5, .0012426609473880784386,
     .026532189526576123093, .29656057182850489123, 1.7848265399172913358, 5.4637849111641143699,
     6.6579046435011037772},
    {2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
     7.868691311456132591e-4, .0148753612908506148525, .13692988092273580531, .59983220655588793769,
     1.}};

double sim_math_normal_quantile(double p) {
    const double q = p - 0.5;
    if (!(p > 0 && p < 1))
        return p == 0 ? -(double)INFINITY : p == 1 ? (double)INFINITY : (double)NAN;
    if (fabs(q) <= 0.425)
        return q * ratio(&middle, 0.180625 - q * q);
    const double r = sqrt(-sim_math_log(q < 0 ? p : 1 - p));
    const double size = r <= 5 ? ratio(&tail, r - 1.6) : ratio(&far_tail, r - 5);
    return q < 0 ? -size : size;
}

double sim_math_normal(double x) {
    return 0.5 * sim_math_erfc(-x * 0.70710678118654752);
}

/* ---- beta distribution ---- */

/* The continued fraction of the incomplete beta function, by the modified method of Lentz:
 * Abramowitz and Stegun (1964), 26.5.8. It converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double x, double a, double b) {
    enum { MOST = 10000 };
    const double tiny = 1e-300, close = 1e-16;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double value = d, change = 0;
    for (int m = 1; m < MOST && fabs(change - 1) > close; m++) {
        const double odd = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        const double even = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + odd * d;
        c = 1 + odd / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        value *= d * c;
        d = 1 + even * d;
        c = 1 + even / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        change = d * c;
        value *= change;
    }
    return value;
}

/* Logarithm of 1 / B(a, b). */
static double log_norm(double a, double b) {
    return sim_math_lgamma(a + b) - sim_math_lgamma(a) - sim_math_lgamma(b);
}

/* Probability below x in (0, 1). */
static double beta_below(double x, double a, double b, double norm) {
    const double front = sim_math_exp(norm + a * sim_math_log(x) + b * sim_math_log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(x, a, b) / a
                                     : 1 - front * beta_fraction(1 - x, b, a) / b;
}

double sim_math_beta(double x, double a, double b) {
    if (!(x > 0 && x < 1))
        return x <= 0 ? 0 : x >= 1 ? 1 : x;
    return beta_below(x, a, b, log_norm(a, b));
}

double sim_math_beta_quantile(double p, double a, double b) {
    enum { HALVINGS = 110 }; /* down to 1e-33, for the smallest of small shapes */
    double low = 0, high = 1;
    if (!(p > 0 && p < 1))
        return p == 0 || p == 1 ? p : (double)NAN;
    const double norm = log_norm(a, b);
    for (int i = 0; i < HALVINGS; i++) {
        const double x = low + (high - low) / 2;
        if (x <= low || x >= high)
            break;
        bool above = beta_below(x, a, b, norm) < p;
        low = above ? x : low;
        high = above ? high : x;
    }
    return low + (high - low) / 2;
}

/* ---- Student's quantile ---- */

/* The probability within +-t, t = sqrt(n) tan(angle): Abramowitz and Stegun (1964), 26.7.3-4. */
static double within(double angle, double n) {
    const double s = sim_math_sin(angle), c = sim_math_cos(angle), two_by_pi = 0.63661977236758134;
    const bool odd = fmod(n, 2) != 0;
    double term = odd ? c : 1, sum = n > 1 ? term : 0;
    for (double k = odd ? 3 : 2; k < n; k += 2) {
        term *= c * c * (k - 1) / k;
        sum += term;
    }
    return odd ? two_by_pi * (angle + s * sum) : s * sum;
}

/* The expansion around the normal quantile x, 26.7.5, for many degrees of freedom. */
static double expanded(double x, double n) {
    const double y = x * x;
    const double g1 = (y + 1) / 4, g2 = ((5 * y + 16) * y + 3) / 96,
                 g3 = (((3 * y + 19) * y + 17) * y - 15) / 384,
                 g4 = ((((79 * y + 776) * y + 1482) * y - 1920) * y - 945) / 92160;
    return x * (1 + (g1 + (g2 + (g3 + g4 / n) / n) / n) / n);
}

double sim_math_student_quantile(double p, double n) {
    enum { MANY = 400, HALVINGS = 60 };
    if (n > MANY)
        return expanded(sim_math_normal_quantile(p), n);
    double low = 0, high = 1.5707963267948966;
    for (int i = 0; i < HALVINGS; i++) {
        const double angle = (low + high) / 2;
        bool above = within(angle, n) < fabs(2 * p - 1);
        low = above ? angle : low;
        high = above ? high : angle;
    }
    const double t = sqrt(n) * sim_math_sin(low) / sim_math_cos(low);
    return p < 0.5 ? -t : t;
}

/* ---- version ---- */

static double power(double x) {
    return sim_math_pow(x, 0.37);
}

static double beta_quantile(double p) {
    return sim_math_beta_quantile(p, 2.5, 0.75);
}

/* Functions of one number, and where the arguments lie. */
static const struct {
    double (*function)(double);
    double from, to;
} table[] = {{sim_math_log, 0, 9},     {sim_math_log1p, -1, 2},
             {sim_math_log10, 0, 1e7}, {sim_math_exp, -9, 9},
             {sim_math_expm1, -2, 1},  {power, 0, 20},
             {sim_math_sin, -6, 6},    {sim_math_cos, -6, 6},
             {sim_math_asin, -1, 1},   {sim_math_normal_quantile, 0, 1},
             {sim_math_erfc, -4, 4},   {sim_math_lgamma, 0, 30},
             {beta_quantile, 0, 1}};

void sim_math_version(char text[SIM_MATH_VERSION]) {
    enum { FUNCTIONS = sizeof table / sizeof *table, EACH = 64 };
    XXH64_canonical_t value[FUNCTIONS * EACH]; /* bytes in one order on every machine */
    for (size_t f = 0; f < FUNCTIONS; f++)
        for (int i = 0; i < EACH; i++) {
            double x = table[f].from + (table[f].to - table[f].from) * (i + 0.37) / EACH;
            double y = table[f].function(x);
            XXH64_hash_t bits;
            memcpy(&bits, &y, sizeof bits);
            XXH64_canonicalFromHash(&value[f * EACH + (size_t)i], bits);
        }
    snprintf(text, SIM_MATH_VERSION, "sleef-cinz/1 %016llx",
             (unsigned long long)XXH3_64bits(value, sizeof value));
}

/* ---- sums ---- */

enum { PARTS = 4 };
typedef double parts_t __attribute__((vector_size(PARTS * sizeof(double))));

SIM_WIDE double sim_math_sum(const double *x, size_t n) {
    parts_t sum = {0};
    size_t k = 0;
    for (; k + PARTS <= n; k += PARTS) {
        parts_t next;
        memcpy(&next, x + k, sizeof next);
        sum += next;
    }
    for (; k < n; k++)
        sum[0] += x[k];
    return sum[0] + sum[1] + (sum[2] + sum[3]);
}
