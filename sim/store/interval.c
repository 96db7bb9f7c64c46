/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/store/interval.h"

#include <math.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/rng/math.h"

static const double TAIL = 3; /* times the coefficient of variation: skewness that is believed */
static const double ROUNDING = 1e-12;
static const double FEWEST_ZEROS = 5;
static const double CURVED = 7; /* degrees of freedom from which on a quantile bends in full */

/* The sample's skewness without bias (G1), from the sums of GSL, whose own calls pow(). */
static double skewness(const gsl_rstat_workspace *values, double n) {
    const double squares = values->M2, cubes = values->M3;
    return n < 3 ? 0 : n * sqrt(n - 1) / (n - 2) * cubes / (squares * sqrt(squares));
}

bool sim_store_alike(const gsl_rstat_workspace *values, double scale) {
    double least = gsl_rstat_min(values), most = gsl_rstat_max(values);
    return !(most - least > ROUNDING * fmax(scale, fmax(fabs(least), fabs(most))));
}

/* A plural that measures no amount. */
static bool is_counted(const char *unit) {
    static const char *const amounts[] = {"years",   "months",  "days", "hours",
                                          "seconds", "persons", NULL};
    size_t length = strlen(unit);
    return length > 1 && unit[length - 1] == 's' &&
           strspn(unit, "abcdefghijklmnopqrstuvwxyz") == length &&
           SIM_BASE_PLACE(amounts, unit) == SIZE_MAX;
}

sim_store_quantity_t sim_store_quantity(const gsl_rstat_workspace *values, const char *unit) {
    static const char *const shares[] = {"share", "0..1", NULL};
    double least = gsl_rstat_min(values), most = gsl_rstat_max(values);
    if (SIM_BASE_PLACE(shares, unit) != SIZE_MAX && least >= 0 && most <= 1)
        return SIM_STORE_SHARE;
    if (least < -ROUNDING * fmax(fabs(least), fabs(most)))
        return SIM_STORE_ANY;
    return is_counted(unit) ? SIM_STORE_COUNT : SIM_STORE_POSITIVE;
}

/* On the logit scale, or Student's where it is wider; n values that are all alike have met none of
 * what may be a part of 1 - 0.025^(1/n) of all. */
static sim_store_interval_t share_interval(double mean, double half, double n, double tail) {
    if (!(half > 0)) {
        const double same = sim_math_pow(1 - tail, 1 / n);
        return (sim_store_interval_t){mean * same, mean * same + 1 - same};
    }
    const double middle = sim_math_log(mean / (1 - mean)), reach = half / (mean * (1 - mean));
    return (sim_store_interval_t){
        fmin(1 / (1 + sim_math_exp(reach - middle)), fmax(mean - half, 0)),
        fmax(1 / (1 + sim_math_exp(-reach - middle)), fmin(mean + half, 1))};
}

/* Student's half-width, how far the side of the tail reaches, and whether that is above. */
typedef struct {
    double half, far;
    bool above;
} sides_t;

static sides_t sides_of(const gsl_rstat_workspace *values, double tail, bool positive) {
    const double n = (double)gsl_rstat_n(values), sd = gsl_rstat_sd(values);
    const double skew = skewness(values, n),
                 half = sim_math_student_quantile(tail, n - 1) * sd / sqrt(n);
    double size = fabs(skew), stretch = 1;
    if (positive && skew > 0)
        size = fmin(size, TAIL * sd / gsl_rstat_mean(values));
    const double rho = fmin(size / sqrt(n), 1);
    if (skew > 0 || !positive)
        stretch += (2 + 18 / fmax(n, 8)) * rho * rho * (1 - rho);
    const double bend = sim_math_student_quantile(tail, fmax(n - 1, CURVED)) * rho * stretch;
    const double q = fmax(bend, 1e-9);
    return (sides_t){half, half * stretch * sim_math_expm1(q) / q, skew > 0};
}

/* Values that are all alike: what n of them leave possible, if anything is known of it. A count
 * that none has seen has the limit of one that a single replicate has seen twice. */
static sim_store_interval_t interval_of_same(double value, double n, double tail,
                                             sim_store_quantity_t quantity) {
    if (quantity == SIM_STORE_SHARE)
        return share_interval(value, 0, n, tail);
    if (quantity != SIM_STORE_COUNT || value != 0 || n < FEWEST_ZEROS)
        return (sim_store_interval_t){(double)NAN, (double)NAN};
    return (sim_store_interval_t){
        0, 2 / n * sim_math_exp(sim_math_student_quantile(tail, fmax(n - 1, CURVED)))};
}

sim_store_interval_t sim_store_interval(const gsl_rstat_workspace *values, double level,
                                        sim_store_quantity_t quantity) {
    const double n = (double)gsl_rstat_n(values), tail = (1 + level) / 2;
    const double mean = gsl_rstat_mean(values);
    const bool positive = quantity == SIM_STORE_POSITIVE || quantity == SIM_STORE_COUNT;
    if (n < 2)
        return (sim_store_interval_t){(double)NAN, (double)NAN};
    if (sim_store_alike(values, 0))
        return interval_of_same(gsl_rstat_min(values), n, tail, quantity);
    const sides_t s = sides_of(values, tail, positive);
    if (quantity == SIM_STORE_SHARE)
        return share_interval(mean, s.half, n, tail);
    sim_store_interval_t found = {mean - (s.above ? s.half : s.far),
                                  mean + (s.above ? s.far : s.half)};
    if (positive)
        found.low = fmax(found.low, 0);
    return found;
}
