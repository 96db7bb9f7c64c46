/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the points of a design lie in the unit cube. */
#include <gsl/gsl_qrng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "sim/design/parts.h"

/* Draws about a factor are keyed by its name, not by its place in the list. */
static sim_rng_t draws(const sim_design_t *design, size_t factor, uint32_t purpose) {
    const char *name = design->factor[factor].row->name;
    return sim_rng_at(sim_rng_key(design->seed, XXH32(name, strlen(name), 0)), purpose, 0);
}

static sim_rng_draw_t draw_of(const sim_design_t *design, size_t factor, uint32_t purpose,
                              uint64_t place) {
    sim_rng_t rng = draws(design, factor, purpose);
    return sim_rng_draw(&rng, (uint32_t)place, 0);
}

/* A point's `attempt`-th draw, independent of all others. */
static void random_unit(const sim_design_t *design, uint64_t point, uint32_t attempt, double *u) {
    for (size_t f = 0; f < design->n_factors; f++) {
        sim_rng_t rng = draws(design, f, SIM_RNG_PURPOSE_DESIGN_UNIT);
        sim_rng_draw_t draw = sim_rng_draw(&rng, (uint32_t)point, attempt);
        u[f] = sim_rng_uniform(&draw);
    }
}

/* ---- Latin hypercube ---- */

int sim_design_lhs_draw(sim_design_t *design) {
    uint32_t n = (uint32_t)design->points;
    design->cell = calloc((size_t)n * design->n_factors, sizeof *design->cell);
    if (!design->cell)
        return SIM_ERR_MEMORY;
    for (size_t f = 0; f < design->n_factors; f++) {
        uint32_t *stratum = design->cell + f * n;
        sim_rng_t rng = draws(design, f, SIM_RNG_PURPOSE_DESIGN_STRATUM);
        for (uint32_t i = 0; i < n; i++) { /* shuffled while it is filled */
            sim_rng_draw_t draw = sim_rng_draw(&rng, i, 0);
            uint32_t other = sim_rng_below(&draw, i + 1);
            stratum[i] = stratum[other];
            stratum[other] = i;
        }
    }
    return 0;
}

static void lhs_unit(const sim_design_t *design, uint64_t point, double *u) {
    for (size_t f = 0; f < design->n_factors; f++) {
        sim_rng_draw_t draw = draw_of(design, f, SIM_RNG_PURPOSE_DESIGN_OFFSET, point);
        double offset = sim_rng_uniform(&draw);
        u[f] = (design->cell[f * design->points + point] + offset) / (double)design->points;
    }
}

/* ---- Sobol's sequence ---- */

/* GSL leaves out the sequence's first point, the corner at 0, which is a bad one as it stands. Once
 * shifted it is as good as any, and with it the first 2^m points fill the cube evenly (Owen 2020,
 * arXiv:2008.08051).
 *
 * GSL's numbers have 30 binary digits and no more: they are kept as such. */
static const double SOBOL_DIGITS = 0x1p30;

static size_t sobol_dimensions(const sim_design_t *design) {
    return design->kind == SIM_DESIGN_SALTELLI ? 2 * design->n_factors : design->n_factors;
}

/* Dimension d is column d % k of matrix A (d < k) or B. */
static uint32_t shift_of(const sim_design_t *design, size_t dimension) {
    size_t k = design->n_factors;
    sim_rng_draw_t draw =
        draw_of(design, dimension % k, SIM_RNG_PURPOSE_DESIGN_SHIFT, dimension / k);
    return design->shift ? sim_rng_word(&draw) >> 2 : 0;
}

int sim_design_sobol_draw(sim_design_t *design, sim_base_why_t *why) {
    size_t dimensions = sobol_dimensions(design), rows = design->size;
    double u[40] = {0};
    if (dimensions > gsl_qrng_sobol->max_dimension || dimensions > sizeof u / sizeof u[0])
        return sim_base_why_fail(
            why, SIM_ERR_LIMIT,
            "design \"%s\" takes at most %zu factors, because Sobol's sequence has %u "
            "dimensions here, but there are %zu; design \"morris\" finds those that matter",
            sim_design_kinds[design->kind],
            sizeof u / sizeof u[0] / (dimensions / design->n_factors),
            gsl_qrng_sobol->max_dimension, design->n_factors);
    gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)dimensions);
    design->cell = malloc(rows * dimensions * sizeof *design->cell);
    if (!sequence || !design->cell) {
        if (sequence)
            gsl_qrng_free(sequence);
        return SIM_ERR_MEMORY;
    }
    for (size_t i = 0; i < rows; i++) {
        if (i > 0 || !design->shift)
            (void)gsl_qrng_get(sequence, u); /* never fails */
        for (size_t d = 0; d < dimensions; d++)
            design->cell[i * dimensions + d] =
                (uint32_t)(u[d] * SOBOL_DIGITS) ^ shift_of(design, d);
    }
    gsl_qrng_free(sequence);
    return 0;
}

static double digits(const sim_design_t *design, uint64_t row, size_t dimension) {
    return design->cell[row * sobol_dimensions(design) + dimension] / SOBOL_DIGITS;
}

static void saltelli_unit(const sim_design_t *design, uint64_t point, double *u) {
    sim_design_place_t place = sim_design_place(design, point);
    size_t k = design->n_factors;
    bool base_b = place.role[0] == 'B';
    for (size_t f = 0; f < k; f++) {
        bool from_b = (int)f == place.factor ? !base_b : base_b;
        u[f] = digits(design, place.block, from_b ? k + f : f);
    }
}

/* ---- Morris' trajectories ---- */

/* When a factor moves: the number of factors that move before it. Ties are broken by the place in
 * the list; with 53 random bits they do not happen. */
static size_t move_of(const double *order, size_t n, size_t factor) {
    size_t before = 0;
    for (size_t f = 0; f < n; f++)
        before += order[f] < order[factor] || (f < factor && order[f] == order[factor]);
    return before;
}

static void draw_order(const sim_design_t *design, uint64_t trajectory, double *order) {
    for (size_t f = 0; f < design->n_factors; f++) {
        sim_rng_draw_t draw = draw_of(design, f, SIM_RNG_PURPOSE_DESIGN_ORDER, trajectory);
        order[f] = sim_rng_uniform(&draw);
    }
}

int sim_design_morris_moved(const sim_design_t *design, uint64_t point) {
    double order[SIM_DESIGN_MAX_FACTORS];
    uint64_t moves = point % design->block;
    draw_order(design, point / design->block, order);
    for (size_t f = 0; moves > 0 && f < design->n_factors; f++)
        if (move_of(order, design->n_factors, f) == moves - 1)
            return (int)f;
    return -1;
}

/* With p levels a move is of p / 2 places on the grid 0, 1/(p-1), ..., 1: so every level is as
 * likely as any other (Morris 1991). */
static void morris_unit(const sim_design_t *design, uint64_t point, double *u) {
    double order[SIM_DESIGN_MAX_FACTORS];
    uint64_t trajectory = point / design->block, moves = point % design->block;
    draw_order(design, trajectory, order);
    for (size_t f = 0; f < design->n_factors; f++) {
        sim_rng_draw_t draw = draw_of(design, f, SIM_RNG_PURPOSE_DESIGN_START, trajectory);
        uint32_t levels = (uint32_t)sim_design_morris_levels(design, f), half = levels / 2;
        uint32_t low = sim_rng_below(&draw, half);
        bool begins_high = sim_rng_word(&draw) >> 31;
        bool moved = move_of(order, design->n_factors, f) < moves;
        u[f] = (low + (begins_high != moved ? half : 0)) / (double)(levels - 1);
    }
}

/* ---- all ---- */

void sim_design_unit(const sim_design_t *design, uint64_t point, double *u) {
    if (design->redrawn && design->redrawn[point]) {
        random_unit(design, point, design->redrawn[point], u);
        return;
    }
    switch (design->kind) {
    case SIM_DESIGN_LHS:
        lhs_unit(design, point, u);
        break;
    case SIM_DESIGN_SOBOL:
        for (size_t f = 0; f < design->n_factors; f++)
            u[f] = digits(design, point, f);
        break;
    case SIM_DESIGN_SALTELLI:
        saltelli_unit(design, point, u);
        break;
    case SIM_DESIGN_MORRIS:
        morris_unit(design, point, u);
        break;
    default:
        random_unit(design, point, 0, u);
    }
}
