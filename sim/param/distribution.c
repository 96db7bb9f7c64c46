/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/param/distribution.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/param/parts.h"
#include "sim/rng/math.h"

/* Beyond it a bound stands for none. */
static const double UNBOUNDED = 1e300;

const char *const sim_param_distributions[] = {"none",   "uniform",    "log",  "integer",
                                               "normal", "triangular", "beta", NULL};

const char *sim_param_distribution_argument(sim_distribution_kind_t kind, int which) {
    static const char *const name[][2] = {[SIM_DISTRIBUTION_NORMAL] = {"mean", "sd"},
                                          [SIM_DISTRIBUTION_TRIANGULAR] = {"mode", NULL},
                                          [SIM_DISTRIBUTION_BETA] = {"alpha", "beta"}};
    return name[kind][which];
}

/* ---- of a row ---- */

sim_distribution_t sim_param_prior(const sim_param_t *row) {
    sim_distribution_t prior = row->prior;
    bool cut = prior.kind == SIM_DISTRIBUTION_NORMAL || prior.kind == SIM_DISTRIBUTION_BETA;
    if (cut && prior.min == 0 && prior.max == 0) {
        prior.min = row->min;
        prior.max = row->max;
    }
    return prior;
}

sim_distribution_t sim_param_plausible(const sim_param_t *row) {
    bool whole = row->type == SIM_PARAM_INT, number = whole || row->type == SIM_PARAM_REAL;
    double limit = whole ? 0x1p53 : UNBOUNDED; /* a double stands for one integer up to there */
    sim_distribution_t valid = {whole ? SIM_DISTRIBUTION_INTEGER : SIM_DISTRIBUTION_UNIFORM,
                                row->min, row->max, 0, 0};
    if (row->prior.kind != SIM_DISTRIBUTION_NONE)
        return sim_param_prior(row);
    if (!number || fabs(row->min) >= limit || fabs(row->max) >= limit)
        valid = (sim_distribution_t)SIM_PRIOR_NONE;
    return valid;
}

/* ---- what is wrong ---- */

static const char *say_bounds(const sim_distribution_t *d, sim_base_why_t *why, const char *what) {
    sim_base_why_set(why, "its range is from %g to %g%s", d->min, d->max, what);
    return why->text;
}

static const char *argument_fault(const sim_distribution_t *d, sim_base_why_t *why) {
    bool bounded = fabs(d->min) < UNBOUNDED && fabs(d->max) < UNBOUNDED;
    const char *fault = NULL;
    if (d->kind == SIM_DISTRIBUTION_NORMAL && !(d->b > 0)) {
        sim_base_why_set(why, "its sd, %g, must be above 0", d->b);
        fault = why->text;
    } else if (d->kind == SIM_DISTRIBUTION_NORMAL &&
               !(d->a > d->min - 6 * d->b && d->a < d->max + 6 * d->b)) {
        sim_base_why_set(why, "its mean, %g, is more than 6 sd outside of %g to %g", d->a, d->min,
                         d->max);
        fault = why->text;
    } else if (d->kind == SIM_DISTRIBUTION_TRIANGULAR && !(d->a >= d->min && d->a <= d->max)) {
        sim_base_why_set(why, "its mode, %g, is outside of %g to %g", d->a, d->min, d->max);
        fault = why->text;
    } else if (d->kind == SIM_DISTRIBUTION_BETA && !(d->a > 0 && d->b > 0)) {
        sim_base_why_set(why, "its alpha, %g, and beta, %g, must be above 0", d->a, d->b);
        fault = why->text;
    } else if (d->kind != SIM_DISTRIBUTION_NORMAL && !bounded) {
        fault = say_bounds(d, why, "; it needs bounds");
    }
    return fault;
}

const char *sim_param_distribution_fault(const sim_param_t *row, const sim_distribution_t *d,
                                         sim_base_why_t *why) {
    bool integer = d->kind == SIM_DISTRIBUTION_INTEGER, whole = row->type == SIM_PARAM_INT;
    if (d->kind == SIM_DISTRIBUTION_NONE)
        return NULL;
    if (!(d->min < d->max))
        return say_bounds(d, why, "; min must be below max");
    if (d->min < row->min || d->max > row->max) {
        sim_base_why_set(why, "its range, %g to %g, is not within the valid one, %g to %g", d->min,
                         d->max, row->min, row->max);
        return why->text;
    }
    if (d->kind == SIM_DISTRIBUTION_LOG && !(d->min > 0))
        return say_bounds(d, why, "; with distribution log min must be above 0");
    if ((integer || whole) && (floor(d->min) != d->min || floor(d->max) != d->max))
        return say_bounds(d, why, "; both must be whole numbers");
    return argument_fault(d, why);
}

/* ---- quantiles ---- */

/* Above its mean it looks at the mirror image: differences near 1 have no digits. */
static double normal_at(double mean, double sd, double min, double max, double u) {
    double low = (min - mean) / sd, high = (max - mean) / sd;
    bool mirrored = low > 0;
    double from = mirrored ? -high : low, to = mirrored ? -low : high;
    double share = mirrored ? 1 - u : u;
    double p = sim_math_normal(from) + share * (sim_math_normal(to) - sim_math_normal(from));
    double z = sim_math_normal_quantile(fmin(fmax(p, 0x1p-1000), 1 - 0x1p-53));
    return mean + sd * (mirrored ? -z : z);
}

static double triangular_at(double min, double mode, double max, double u) {
    double rise = (mode - min) / (max - min);
    return u < rise ? min + sqrt(u * (max - min) * (mode - min))
                    : max - sqrt((1 - u) * (max - min) * (max - mode));
}

static double log_at(double min, double max, double u) {
    double from = sim_math_log(min), to = sim_math_log(max);
    return sim_math_exp(from + u * (to - from));
}

static double real_at(const sim_distribution_t *d, double u) {
    switch (d->kind) {
    case SIM_DISTRIBUTION_LOG:
        return log_at(d->min, d->max, u);
    case SIM_DISTRIBUTION_NORMAL:
        return normal_at(d->a, d->b, d->min, d->max, u);
    case SIM_DISTRIBUTION_TRIANGULAR:
        return triangular_at(d->min, d->a, d->max, u);
    case SIM_DISTRIBUTION_BETA:
        return d->min + (d->max - d->min) * sim_math_beta_quantile(u, d->a, d->b);
    default:
        return d->min + u * (d->max - d->min);
    }
}

/* The ends to the last bit; a tail without a bound has no end. */
static bool at_end(const sim_distribution_t *d, double u) {
    double end = u <= 0 ? d->min : d->max;
    return (u <= 0 || u >= 1) && fabs(end) < UNBOUNDED;
}

double sim_param_distribution_at(const sim_distribution_t *d, bool whole, double u) {
    sim_distribution_t wide = *d;
    double value = 0;
    if (at_end(d, u))
        return u <= 0 ? d->min : d->max;
    u = fmin(fmax(u, 0x1p-54), 1 - 0x1p-53);
    if (whole && (d->kind == SIM_DISTRIBUTION_UNIFORM || d->kind == SIM_DISTRIBUTION_INTEGER)) {
        value = floor(d->min + u * (d->max - d->min + 1));
    } else if (whole) {
        wide.min -= 0.5;
        wide.max += 0.5;
        value = floor(real_at(&wide, u) + 0.5);
    } else {
        value = real_at(d, u);
    }
    return fmin(fmax(value, d->min), d->max); /* rounding may overshoot by a bit */
}

/* ---- text ---- */

static size_t add_argument(char *buffer, size_t used, const char *name, double value) {
    char digits[32];
    sim_param_format_real(value, digits, sizeof digits);
    size_t length = strlen(digits);
    if (length > 2 && strcmp(digits + length - 2, ".0") == 0)
        digits[length - 2] = '\0';
    int printed = snprintf(buffer + used, SIM_PARAM_DISTRIBUTION_TEXT - used, "%s%s=%s",
                           buffer[used - 1] == '(' ? "" : ", ", name, digits);
    return used + (size_t)printed;
}

const char *sim_param_distribution_text(const sim_distribution_t *d, char *buffer) {
    buffer[0] = '\0';
    if (d->kind == SIM_DISTRIBUTION_NONE)
        return buffer;
    size_t used = (size_t)snprintf(buffer, SIM_PARAM_DISTRIBUTION_TEXT, "%s(",
                                   sim_param_distributions[d->kind]);
    for (int i = 0; i < 2; i++) {
        const char *name = sim_param_distribution_argument(d->kind, i);
        used = name ? add_argument(buffer, used, name, i ? d->b : d->a) : used;
    }
    if (fabs(d->min) < UNBOUNDED)
        used = add_argument(buffer, used, "min", d->min);
    if (fabs(d->max) < UNBOUNDED)
        used = add_argument(buffer, used, "max", d->max);
    snprintf(buffer + used, SIM_PARAM_DISTRIBUTION_TEXT - used, ")");
    return buffer;
}
