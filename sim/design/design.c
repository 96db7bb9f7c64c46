/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/design/design.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/design/parts.h"
#include "sim/rng/math.h"

const char *const sim_design_kinds[] = {"factorial", "zip",    "lhs",   "random", "sobol",
                                        "saltelli",  "morris", "table", NULL};
const char *const sim_design_scales[] = {"linear", "log", "integer", NULL};

const char *sim_design_scale_name(sim_design_scale_t scale) {
    static const char *const others[] = {"levels", "normal", "triangular", "beta"};
    return scale >= SIM_DESIGN_LEVELS ? others[scale - SIM_DESIGN_LEVELS]
                                      : sim_design_scales[scale];
}

bool sim_design_redraws(sim_design_kind_t kind) {
    return kind == SIM_DESIGN_RANDOM || kind == SIM_DESIGN_LHS || kind == SIM_DESIGN_SOBOL;
}

sim_distribution_t sim_design_factor_distribution(const sim_design_factor_t *factor) {
    static const sim_distribution_kind_t kind[] = {[SIM_DESIGN_LINEAR] = SIM_DISTRIBUTION_UNIFORM,
                                                   [SIM_DESIGN_LOG] = SIM_DISTRIBUTION_LOG,
                                                   [SIM_DESIGN_INTEGER] = SIM_DISTRIBUTION_INTEGER,
                                                   [SIM_DESIGN_LEVELS] = SIM_DISTRIBUTION_NONE,
                                                   [SIM_DESIGN_NORMAL] = SIM_DISTRIBUTION_NORMAL,
                                                   [SIM_DESIGN_TRIANGULAR] =
                                                       SIM_DISTRIBUTION_TRIANGULAR,
                                                   [SIM_DESIGN_BETA] = SIM_DISTRIBUTION_BETA};
    return (sim_distribution_t){kind[factor->scale], factor->min, factor->max, factor->a,
                                factor->b};
}

/* ---- values ---- */

bool sim_design_factor_whole(const sim_design_factor_t *factor) {
    return factor->scale == SIM_DESIGN_INTEGER || factor->row->type == SIM_PARAM_INT;
}

static double on_log_scale(double min, double max, double u) {
    return sim_math_exp(sim_math_log(min) + u * (sim_math_log(max) - sim_math_log(min)));
}

/* Each whole number k has the cell [k - 1/2, k + 1/2) of the scale, those at the ends too. */
double sim_design_factor_at(const sim_design_factor_t *factor, double u) {
    const sim_distribution_t distribution = sim_design_factor_distribution(factor);
    return sim_param_distribution_at(&distribution, sim_design_factor_whole(factor), u);
}

/* ---- Morris' grid ---- */

/* How many values a whole factor has, at most `limit`; 0 for one that is not whole. */
static int64_t values_of(const sim_design_factor_t *factor, int limit) {
    double values = factor->max - factor->min + 1;
    return !sim_design_factor_whole(factor) ? 0 : values < limit ? (int64_t)values : limit;
}

int sim_design_morris_levels(const sim_design_t *design, size_t factor) {
    int n = (int)values_of(&design->factor[factor], design->levels);
    if (n == 0 || n == design->levels || design->levels % n == 0)
        return design->levels;
    return n % 2 == 0 ? n : 2 * n;
}

/* Level i of p where there are at least p values: the ends, and as evenly between as can be. */
static double spread_level(const sim_design_factor_t *factor, int i, int p) {
    double min = factor->min, max = factor->max, u = i / (double)(p - 1);
    bool log_scale = factor->scale == SIM_DESIGN_LOG;
    double value = round(log_scale ? on_log_scale(min, max, u) : min + (max - min) * i / (p - 1));
    return fmin(fmax(value, min + i), max - (p - 1 - i));
}

/* Level i of p: each level a value of its own where there are as many values, else each value on as
 * many levels. Where a log scale crowds whole numbers the levels take them one by one. */
static double whole_level(const sim_design_factor_t *factor, int i, int p) {
    double span = factor->max - factor->min, value = factor->min - 1;
    if (span + 1 < p)
        return factor->min + floor(i * (span + 1) / p);
    if (factor->scale != SIM_DESIGN_LOG)
        return spread_level(factor, i, p);
    for (int k = 0; k <= i; k++)
        value = fmax(spread_level(factor, k, p), value + 1);
    return value;
}

const char *sim_design_factor_text(const sim_param_t *row, double number, char *buffer,
                                   size_t size) {
    sim_param_value_t value = sim_param_from_number(row, number);
    sim_param_t alone = *row; /* the value is the only member of its struct */
    alone.offset = 0;
    return sim_param_format(&alone, &value, buffer, size);
}

/* ---- points ---- */

static void factorial_point(const sim_design_t *design, uint64_t point, double *value) {
    for (size_t i = design->n_factors; i-- > 0;) {
        value[i] = design->factor[i].level[point % design->factor[i].n_levels];
        point /= design->factor[i].n_levels;
    }
}

static double at_unit(const sim_design_t *design, size_t f, double u) {
    const double end = 0.005; /* a tail has none: the grid ends at this quantile */
    const sim_design_factor_t *factor = &design->factor[f];
    bool of_grid = design->kind == SIM_DESIGN_MORRIS;
    if (of_grid && factor->scale > SIM_DESIGN_LEVELS)
        return sim_design_factor_at(factor, end + u * (1 - 2 * end));
    if (!of_grid || !sim_design_factor_whole(factor))
        return sim_design_factor_at(factor, u);
    int p = sim_design_morris_levels(design, f);
    return whole_level(factor, (int)lround(u * (p - 1)), p);
}

void sim_design_point(const sim_design_t *design, uint64_t point, double *value) {
    if (design->kind == SIM_DESIGN_FACTORIAL) {
        factorial_point(design, point, value);
        return;
    }
    bool rows = design->kind == SIM_DESIGN_ZIP || design->kind == SIM_DESIGN_TABLE;
    if (!rows)
        sim_design_unit(design, point, value);
    for (size_t i = 0; i < design->n_factors; i++)
        value[i] = rows ? design->factor[i].level[point] : at_unit(design, i, value[i]);
}

static sim_design_place_t saltelli_place(const sim_design_t *design, uint64_t in_block) {
    int k = (int)design->n_factors, at = (int)in_block;
    if (at == 0)
        return (sim_design_place_t){.role = "A", .factor = -1};
    if ((uint64_t)at == design->block - 1)
        return (sim_design_place_t){.role = "B", .factor = -1};
    return (sim_design_place_t){.role = at <= k ? "AB" : "BA", .factor = (at - 1) % k};
}

sim_design_place_t sim_design_place(const sim_design_t *design, uint64_t point) {
    sim_design_place_t place = {.factor = -1};
    if (design->block == 0)
        return place;
    if (design->kind == SIM_DESIGN_SALTELLI) {
        place = saltelli_place(design, point % design->block);
    } else {
        place.factor = sim_design_morris_moved(design, point);
        place.role = place.factor < 0 ? "start" : "move";
    }
    place.block = point / design->block;
    return place;
}

/* ---- counting ---- */

static uint64_t factorial_points(const sim_design_t *design) {
    uint64_t points = 1;
    for (size_t i = 0; i < design->n_factors && points <= SIM_DESIGN_MAX_POINTS; i++)
        points *= design->factor[i].n_levels;
    return points;
}

static void count(sim_design_t *design) {
    uint64_t k = design->n_factors;
    design->block = 0;
    switch (design->kind) {
    case SIM_DESIGN_FACTORIAL:
        design->points = factorial_points(design);
        break;
    case SIM_DESIGN_ZIP:
    case SIM_DESIGN_TABLE:
        design->points = design->factor[0].n_levels;
        break;
    case SIM_DESIGN_SALTELLI:
        design->block = (design->second_order ? 2 * k : k) + 2;
        design->points = design->size * design->block;
        break;
    case SIM_DESIGN_MORRIS:
        design->block = k + 1;
        design->points = design->size * design->block;
        break;
    default:
        design->points = design->size;
    }
}

int sim_design_init(sim_design_t *design, sim_base_why_t *why) {
    design->points = 0;
    design->cell = design->redrawn = NULL;
    if (design->size <= SIM_DESIGN_MAX_POINTS)
        count(design);
    if (design->points == 0 || design->points > SIM_DESIGN_MAX_POINTS)
        return sim_base_why_fail(why, SIM_ERR_LIMIT, "the design has more than %d points",
                                 SIM_DESIGN_MAX_POINTS);
    if (design->kind == SIM_DESIGN_LHS)
        return sim_design_lhs_draw(design);
    if (design->kind == SIM_DESIGN_SOBOL || design->kind == SIM_DESIGN_SALTELLI)
        return sim_design_sobol_draw(design, why);
    return 0;
}

void sim_design_free(sim_design_t *design) {
    for (size_t i = 0; i < design->n_factors; i++)
        free(design->factor[i].level);
    free(design->factor);
    free(design->cell);
    free(design->redrawn);
    *design = (sim_design_t){0};
}
