/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Designs: which points of the space of parameters a sweep visits. A point is a function of the
 * design and of its number; what a kind must remember is at most four bytes a cell.
 *
 * In the kinds `random`, `lhs` and `morris` a factor's column depends on the seed of the design and
 * on the factor's name alone (in `morris` the order of the moves on all names), so that a factor
 * can be added or taken away without moving the others. In `sobol` and `saltelli` it depends on the
 * factor's place in the list: Sobol's sequence as GSL has it (up to 40 dimensions, of which
 * `saltelli` needs two per factor), which begins with the point at the middle, or shifted, which
 * begins at the shift.
 *
 * Where the model has constraints, a point of `random`, `lhs` or `sobol` that breaks one is
 * replaced by an independent draw that meets them all: each point follows the law of the factors
 * given the constraints. */
#ifndef SIM_DESIGN_DESIGN_H
#define SIM_DESIGN_DESIGN_H

#include "sim/base/why.h"
#include "sim/param/config.h"
#include "sim/param/distribution.h"

typedef enum {
    SIM_DESIGN_FACTORIAL, /* every combination of levels, the last factor fastest */
    SIM_DESIGN_ZIP,       /* first levels, second levels, ... */
    SIM_DESIGN_LHS,       /* Latin hypercube: one point in each of `size` strata per factor */
    SIM_DESIGN_RANDOM,    /* independent and uniform */
    SIM_DESIGN_SOBOL,     /* Sobol's sequence */
    SIM_DESIGN_SALTELLI,  /* blocks A, AB_1..AB_k, [BA_1..BA_k,] B (Saltelli 2010,
                                 doi:10.1016/j.cpc.2009.09.018); AB_i is A with column i of B */
    SIM_DESIGN_MORRIS,    /* trajectories of k + 1 points, one factor moved at a time
                                 (Morris 1991, doi:10.1080/00401706.1991.10484804) */
    SIM_DESIGN_TABLE      /* rows of a CSV file */
} sim_design_kind_t;

typedef enum {
    SIM_DESIGN_LINEAR,
    SIM_DESIGN_LOG,
    SIM_DESIGN_INTEGER, /* each whole number from min to max has the same share */
    SIM_DESIGN_LEVELS,  /* values one by one */
    SIM_DESIGN_NORMAL,  /* cut off at min and max */
    SIM_DESIGN_TRIANGULAR,
    SIM_DESIGN_BETA /* from min to max */
} sim_design_scale_t;

/* Numbers stand for values of all types: a truth value is 0 or 1, a choice its index. */
typedef struct {
    const sim_param_t *row;
    sim_design_scale_t scale;
    double min, max;
    bool min_of_prior, max_of_prior; /* bounds that the file did not give */
    double a, b;                     /* arguments of a distribution: sim_distribution_t */
    double *level;                   /* LEVELS: the values in their order; owned by the design */
    size_t n_levels;
    int line; /* in the sweep file */
} sim_design_factor_t;

/* Most points that a design may have; most factors. */
enum { SIM_DESIGN_MAX_POINTS = 10000000, SIM_DESIGN_MAX_FACTORS = 1024 };

typedef struct {
    sim_design_kind_t kind;
    uint64_t size; /* points of lhs, random, sobol; samples of saltelli; trajectories of morris */
    uint64_t seed;
    int levels;        /* morris: places of the grid of a factor, even */
    bool second_order; /* saltelli: with the points BA */
    bool shift;        /* sobol, saltelli: a digital shift drawn from the seed */
    sim_design_factor_t *factor;
    size_t n_factors;
    /* Set by sim_design_init: */
    uint64_t points;
    uint64_t block; /* points of a block that only make sense together; 0: there are none */
    uint32_t *cell; /* lhs: strata by factor; sobol, saltelli: digits by point */
    /* How often each point was drawn anew to meet constraints; NULL: never. Owned; whoever sets it
     * has checked that the kind draws points one by one. */
    uint32_t *redrawn;
} sim_design_t;

/* Where a point stands in its block, both counted from 0; factor -1: none. */
typedef struct {
    uint64_t block;
    const char *role; /* "A", "B", "AB", "BA"; "start", "move"; NULL without blocks */
    int factor;       /* the one that is another matrix's, or that moved */
} sim_design_place_t;

/* Counts the points and draws what must be remembered. The fields above `points` are filled by the
 * caller. SIM_ERR_LIMIT with a sentence in `why` (too many points or factors for the kind), or
 * SIM_ERR_MEMORY. */
int sim_design_init(sim_design_t *design, sim_base_why_t *why);
void sim_design_free(sim_design_t *design);

/* The values of a point, one per factor. Any thread. */
void sim_design_point(const sim_design_t *design, uint64_t point, double *value);
sim_design_place_t sim_design_place(const sim_design_t *design, uint64_t point);

/* A point's coordinates in the unit cube, for the kinds that have them (not factorial, zip, table).
 * In [0, 1]; 1 in morris only. */
void sim_design_unit(const sim_design_t *design, uint64_t point, double *u);

/* Whether points of the kind may be drawn anew one by one. */
bool sim_design_redraws(sim_design_kind_t kind);

/* The factor's distribution; of kind NONE when it has levels. */
sim_distribution_t sim_design_factor_distribution(const sim_design_factor_t *factor);

/* The value of a factor at u in [0, 1]. A whole number has the share of u that its cell has on the
 * scale: all the same share, or that of [k - 1/2, k + 1/2) on a log scale. */
double sim_design_factor_at(const sim_design_factor_t *factor, double u);

/* Whether a factor takes whole numbers only. */
bool sim_design_factor_whole(const sim_design_factor_t *factor);

/* Levels of a factor on the grid of morris, an even number: design->levels, but of a whole factor
 * with fewer values as many as it has, or twice as many, so that each value is as likely as any
 * other. With more values than levels each level is a value of its own. */
int sim_design_morris_levels(const sim_design_t *design, size_t factor);

/* A number as text: digits, true or false, a word of the choices; buffer >= 64 bytes. */
const char *sim_design_factor_text(const sim_param_t *row, double number, char *buffer,
                                   size_t size);

const char *sim_design_scale_name(sim_design_scale_t scale);
extern const char *const sim_design_kinds[];  /* in the order of the enum, NULL-terminated */
extern const char *const sim_design_scales[]; /* likewise, up to the levels */

#endif
