/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/design.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/experiment/parts.h"

const char *const sim_experiment_kinds[] = {"factorial", "zip",    "lhs",   "random", "sobol",
                                            "saltelli",  "morris", "table", NULL};
const char *const sim_experiment_scales[] = {"linear", "log", "integer", NULL};

const char *sim_experiment_kind_name(sim_experiment_kind_t kind) {
    return sim_experiment_kinds[kind];
}

const char *sim_experiment_scale_name(sim_experiment_scale_t scale) {
    return scale == SIM_EXPERIMENT_LEVELS ? "levels" : sim_experiment_scales[scale];
}

/* ---- values ---- */

static double within(const sim_experiment_factor_t *factor, double value) {
    return fmin(fmax(value, factor->min), factor->max); /* rounding may overshoot by a bit */
}

double sim_experiment_factor_at(const sim_experiment_factor_t *factor, double u) {
    double min = factor->min, max = factor->max, value = min + u * (max - min);
    if (u <= 0 || u >= 1) /* the ends to the last bit */
        return u <= 0 ? min : max;
    if (factor->scale == SIM_EXPERIMENT_LOG)
        value = exp(log(min) + u * (log(max) - log(min)));
    if (factor->scale == SIM_EXPERIMENT_INTEGER)
        value = floor(min + u * (max - min + 1));
    else if (factor->row->type == SIM_PARAM_INT)
        value = round(value);
    return within(factor, value);
}

sim_param_value_t sim_experiment_factor_value(const sim_param_t *row, double number) {
    sim_param_value_t value = {0};
    switch (row->type) {
    case SIM_PARAM_REAL:
        value.real = number;
        break;
    case SIM_PARAM_INT:
        value.integer = llround(number);
        break;
    case SIM_PARAM_BOOL:
        value.flag = number != 0;
        break;
    case SIM_PARAM_CHOICE:
        value.choice = (int)number;
        break;
    case SIM_PARAM_PATH: /* never a factor */
        break;
    }
    return value;
}

const char *sim_experiment_factor_text(const sim_param_t *row, double number, char *buffer,
                                       size_t size) {
    sim_param_value_t value = sim_experiment_factor_value(row, number);
    sim_param_t alone = *row; /* the value is the only member of its struct */
    alone.offset = 0;
    return sim_param_format(&alone, &value, buffer, size);
}

/* ---- points ---- */

static double level(const sim_experiment_factor_t *factor, uint64_t at) {
    return factor->level[at];
}

static void factorial_point(const sim_experiment_design_t *design, uint64_t point, double *value) {
    for (size_t i = design->n_factors; i-- > 0;) {
        value[i] = level(&design->factor[i], point % design->factor[i].n_levels);
        point /= design->factor[i].n_levels;
    }
}

void sim_experiment_design_point(const sim_experiment_design_t *design, uint64_t point,
                                 double *value) {
    if (design->kind == SIM_EXPERIMENT_FACTORIAL) {
        factorial_point(design, point, value);
        return;
    }
    bool rows = design->kind == SIM_EXPERIMENT_ZIP || design->kind == SIM_EXPERIMENT_TABLE;
    if (!rows)
        sim_experiment_design_unit(design, point, value);
    for (size_t i = 0; i < design->n_factors; i++)
        value[i] = rows ? level(&design->factor[i], point)
                        : sim_experiment_factor_at(&design->factor[i], value[i]);
}

static sim_experiment_place_t saltelli_place(const sim_experiment_design_t *design,
                                             uint64_t in_block) {
    int k = (int)design->n_factors, at = (int)in_block;
    if (at == 0)
        return (sim_experiment_place_t){.role = "A", .factor = -1};
    if ((uint64_t)at == design->block - 1)
        return (sim_experiment_place_t){.role = "B", .factor = -1};
    return (sim_experiment_place_t){.role = at <= k ? "AB" : "BA", .factor = (at - 1) % k};
}

sim_experiment_place_t sim_experiment_design_place(const sim_experiment_design_t *design,
                                                   uint64_t point) {
    sim_experiment_place_t place = {.factor = -1};
    if (design->block == 0)
        return place;
    if (design->kind == SIM_EXPERIMENT_SALTELLI) {
        place = saltelli_place(design, point % design->block);
    } else {
        place.factor = sim_experiment_morris_moved(design, point);
        place.role = place.factor < 0 ? "start" : "move";
    }
    place.block = point / design->block;
    return place;
}

/* ---- counting ---- */

static uint64_t factorial_points(const sim_experiment_design_t *design) {
    uint64_t points = 1;
    for (size_t i = 0; i < design->n_factors && points <= SIM_EXPERIMENT_MAX_POINTS; i++)
        points *= design->factor[i].n_levels;
    return points;
}

static void count(sim_experiment_design_t *design) {
    uint64_t k = design->n_factors;
    design->block = 0;
    switch (design->kind) {
    case SIM_EXPERIMENT_FACTORIAL:
        design->points = factorial_points(design);
        break;
    case SIM_EXPERIMENT_ZIP:
    case SIM_EXPERIMENT_TABLE:
        design->points = design->factor[0].n_levels;
        break;
    case SIM_EXPERIMENT_SALTELLI:
        design->block = (design->second_order ? 2 * k : k) + 2;
        design->points = design->size * design->block;
        break;
    case SIM_EXPERIMENT_MORRIS:
        design->block = k + 1;
        design->points = design->size * design->block;
        break;
    default:
        design->points = design->size;
    }
}

int sim_experiment_design_init(sim_experiment_design_t *design, char *why, size_t why_size) {
    design->points = 0;
    design->cell = NULL;
    if (design->size <= SIM_EXPERIMENT_MAX_POINTS)
        count(design);
    if (design->points == 0 || design->points > SIM_EXPERIMENT_MAX_POINTS) {
        snprintf(why, why_size, "the design has more than %d points", SIM_EXPERIMENT_MAX_POINTS);
        return SIM_ERR_LIMIT;
    }
    if (design->kind == SIM_EXPERIMENT_LHS)
        return sim_experiment_lhs_draw(design);
    if (design->kind == SIM_EXPERIMENT_SOBOL || design->kind == SIM_EXPERIMENT_SALTELLI)
        return sim_experiment_sobol_draw(design, why, why_size);
    return 0;
}

void sim_experiment_design_free(sim_experiment_design_t *design) {
    for (size_t i = 0; i < design->n_factors; i++)
        free(design->factor[i].level);
    free(design->factor);
    free(design->cell);
    *design = (sim_experiment_design_t){0};
}
