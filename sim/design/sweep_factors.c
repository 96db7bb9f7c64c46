/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of factors of a sweep file. */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/design/sweep_parts.h"

/* Beyond these a bound stands for none, and a double for more than one integer. */
static const double UNBOUNDED = 1e300, WHOLE = 0x1p53;

enum { MAX_GRID = 1000000 }; /* levels */

static const char *const keys[] = {"parameter", "min",          "max",  "scale", "levels",
                                   "step",      "distribution", "mean", "sd",    "mode",
                                   "alpha",     "beta",         NULL};
enum { FIRST_ARGUMENT = 7 }; /* of a distribution, in `keys` */

static bool by_levels(const sim_design_reader_t *r) {
    return r->sweep->design.kind == SIM_DESIGN_FACTORIAL || r->sweep->design.kind == SIM_DESIGN_ZIP;
}

static bool of_words(const sim_param_t *row) {
    return row->type == SIM_PARAM_BOOL || row->type == SIM_PARAM_CHOICE;
}

sim_design_factor_t *sim_design_add_factor(sim_design_sweep_t *sweep, const sim_param_t *row) {
    sim_design_t *design = &sweep->design;
    sim_design_factor_t *larger = sim_base_grow(design->factor, design->n_factors, sizeof *larger);
    if (!larger)
        return NULL;
    design->factor = larger;
    larger[design->n_factors] = (sim_design_factor_t){.row = row};
    return &larger[design->n_factors++];
}

/* ---- which settings a factor has ---- */

/* Designs by levels take a list of them, or a grid: min, max and step. */
static bool is_taken(const sim_design_reader_t *r, const char *name) {
    bool of_grid = strcmp(name, "min") == 0 || strcmp(name, "max") == 0;
    bool of_levels = strcmp(name, "levels") == 0 || strcmp(name, "step") == 0;
    return strcmp(name, "parameter") == 0 || of_grid || of_levels == by_levels(r);
}

static void check_keys(sim_design_reader_t *r, const config_setting_t *group) {
    sim_param_document_keys(r->document, group, "a factor", keys);
    for (size_t k = 0; keys[k]; k++) {
        const config_setting_t *setting = config_setting_get_member(group, keys[k]);
        if (setting && !is_taken(r, keys[k]))
            sim_param_document_problem(r->document, setting,
                                       "design \"%s\" takes %s of a factor, not %s",
                                       sim_design_kinds[r->sweep->design.kind],
                                       by_levels(r) ? "the levels, or min, max and step"
                                                    : "min, max and scale, or a distribution",
                                       keys[k]);
    }
}

/* ---- its parameter ---- */

static const sim_param_t *read_row(sim_design_reader_t *r, const config_setting_t *group) {
    const config_setting_t *setting = config_setting_get_member(group, "parameter");
    const char *name = setting ? config_setting_get_string(setting) : NULL;
    int line = 0;
    if (!name) {
        sim_param_document_problem(r->document, setting ? setting : group,
                                   "a factor needs parameter = \"group.name\"");
        return NULL;
    }
    const sim_param_t *row = sim_param_document_row(r->document, setting, name, r->sweep->config);
    if (row && (row->type == SIM_PARAM_PATH || row->type == SIM_PARAM_WORDS)) {
        sim_param_document_problem(
            r->document, setting, "%s is %s; a factor is a number, a truth value or a choice", name,
            row->type == SIM_PARAM_PATH ? "the name of a file" : "a list of words");
        return NULL;
    }
    for (size_t i = 0; row && i < r->sweep->design.n_factors; i++)
        if (r->sweep->design.factor[i].row == row) {
            sim_param_document_problem(r->document, setting, "%s is a factor already, in line %d",
                                       name, r->sweep->design.factor[i].line);
            return NULL;
        }
    if (row && strcmp(sim_param_origin(r->sweep->config, name, &line), "--set") == 0)
        sim_param_document_problem(r->document, setting,
                                   "%s is a factor of the sweep, but --set gives it one value",
                                   name);
    return row;
}

/* ---- factors with a range ---- */

static const config_setting_t *given(const config_setting_t *group, const char *key) {
    return config_setting_get_member(group, key);
}

/* A bound of the factor; `missing`, the parameter's own, when it is not given. */
static double read_bound(sim_design_reader_t *r, const config_setting_t *group, const char *key,
                         const sim_design_factor_t *factor, double missing) {
    const sim_param_t *row = factor->row;
    const config_setting_t *setting = given(group, key);
    sim_param_value_t value = {0};
    double limit = row->type == SIM_PARAM_INT ? WHOLE : UNBOUNDED;
    bool needed = factor->scale != SIM_DESIGN_NORMAL; /* which has tails */
    if (!setting && fabs(missing) >= limit && needed) {
        sim_param_document_problem(r->document, group,
                                   "%s has no bound of its own here; say %s = ...", row->name, key);
        return NAN;
    }
    if (!setting)
        return missing;
    if (!sim_param_document_value(r->document, setting, row, r->sweep->config, &value))
        return NAN;
    double number = row->type == SIM_PARAM_INT ? (double)value.integer : value.real;
    if (row->type == SIM_PARAM_INT && fabs(number) > WHOLE) {
        sim_param_document_problem(r->document, setting,
                                   "%s of a factor must be smaller than 2^53 in size", key);
        return NAN;
    }
    return number;
}

static void read_scale(sim_design_reader_t *r, const config_setting_t *group,
                       sim_design_factor_t *factor) {
    const config_setting_t *setting = given(group, "scale");
    bool whole = factor->row->type != SIM_PARAM_REAL;
    factor->scale = whole ? SIM_DESIGN_INTEGER : SIM_DESIGN_LINEAR;
    if (!setting)
        return;
    int scale = sim_design_read_word(r, setting, "scale", sim_design_scales);
    bool fits = !whole || scale == SIM_DESIGN_INTEGER ||
                (scale == SIM_DESIGN_LOG && factor->row->type == SIM_PARAM_INT);
    if (scale >= 0 && !fits)
        sim_param_document_problem(r->document, setting, "the scale of %s may be: integer%s",
                                   factor->row->name,
                                   factor->row->type == SIM_PARAM_INT ? ", log" : "");
    else if (scale >= 0)
        factor->scale = (sim_design_scale_t)scale;
}

static size_t count_words(const sim_param_t *row) {
    size_t count = row->type == SIM_PARAM_BOOL ? 2 : 1;
    for (const char *at = row->choices; at && (at = strchr(at, '|')); at++)
        count++;
    return count;
}

/* Which scale has the distribution: the inverse of sim_design_factor_distribution(). */
static sim_design_scale_t scale_of(const sim_param_t *row, sim_distribution_kind_t kind) {
    sim_design_factor_t factor = {.scale = SIM_DESIGN_LINEAR};
    if (row->type == SIM_PARAM_INT && kind == SIM_DISTRIBUTION_UNIFORM)
        return SIM_DESIGN_INTEGER;
    while (sim_design_factor_distribution(&factor).kind != kind)
        factor.scale++;
    return factor.scale;
}

/* ---- factors with a distribution ---- */

/* One of the distribution's own arguments; NaN with a problem. */
static double read_argument(sim_design_reader_t *r, const config_setting_t *group,
                            const sim_distribution_t *d, const char *key) {
    const config_setting_t *setting = given(group, key);
    if (setting)
        return sim_param_document_number(r->document, setting, key);
    sim_param_document_problem(r->document, group, "distribution \"%s\" needs %s = ...",
                               sim_param_distributions[d->kind], key);
    return NAN;
}

/* Arguments that belong to another distribution, or to none. */
static void check_arguments(sim_design_reader_t *r, const config_setting_t *group,
                            sim_distribution_kind_t kind) {
    const char *const own[] = {sim_param_distribution_argument(kind, 0),
                               sim_param_distribution_argument(kind, 1)};
    for (size_t k = FIRST_ARGUMENT; keys[k]; k++) {
        const config_setting_t *setting = given(group, keys[k]);
        bool taken =
            (own[0] && strcmp(own[0], keys[k]) == 0) || (own[1] && strcmp(own[1], keys[k]) == 0);
        if (setting && kind == SIM_DISTRIBUTION_NONE)
            sim_param_document_problem(r->document, setting,
                                       "%s is of a distribution; say which: distribution = ...",
                                       keys[k]);
        else if (setting && !taken)
            sim_param_document_problem(r->document, setting, "distribution \"%s\" has no %s",
                                       sim_param_distributions[kind], keys[k]);
    }
}

static sim_distribution_kind_t read_kind(sim_design_reader_t *r, const config_setting_t *group) {
    const config_setting_t *setting = given(group, "distribution"), *scale = given(group, "scale");
    if (setting && scale)
        sim_param_document_problem(r->document, scale,
                                   "scale and distribution exclude each other: linear is uniform, "
                                   "log and integer have the same name");
    /* "none", the first of the list, is no word of a sweep file. */
    int kind = setting
                   ? sim_design_read_word(r, setting, "distribution", sim_param_distributions + 1)
                   : -1;
    return kind + 1;
}

static void read_arguments(sim_design_reader_t *r, const config_setting_t *group,
                           const sim_distribution_t *d, sim_design_factor_t *factor) {
    for (int i = 0; i < 2; i++) {
        const char *key = sim_param_distribution_argument(d->kind, i);
        if (key)
            *(i ? &factor->b : &factor->a) = read_argument(r, group, d, key);
    }
}

void sim_design_range_text(const sim_design_factor_t *factor, char *text, size_t size) {
    snprintf(text, size, "%g%s to %g%s", factor->min, factor->min_of_prior ? " (of its prior)" : "",
             factor->max, factor->max_of_prior ? " (of its prior)" : "");
}

/* The whole: what the parameter's own rules and the distribution's have against it. */
static void check_range(sim_design_reader_t *r, const config_setting_t *group,
                        const sim_design_factor_t *factor) {
    double min = factor->min, max = factor->max;
    const char *name = factor->row->name, *fault = NULL;
    const sim_distribution_t d = sim_design_factor_distribution(factor);
    char range[SIM_DESIGN_RANGE];
    sim_base_why_t why;
    sim_design_range_text(factor, range, sizeof range);
    if (isnan(min) || isnan(max) || isnan(factor->a) || isnan(factor->b))
        return; /* reported */
    if (!(min < max))
        sim_param_document_problem(
            r->document, group, "the range of %s is from %s; min must be below max", name, range);
    else if (factor->scale == SIM_DESIGN_LOG && !(min > 0))
        sim_param_document_problem(r->document, group,
                                   "the range of %s begins at %g; on a log scale min must be "
                                   "above 0",
                                   name, min);
    else if (factor->scale == SIM_DESIGN_INTEGER && (floor(min) != min || floor(max) != max))
        sim_param_document_problem(r->document, group,
                                   "the range of %s is from %g to %g; on the scale integer both "
                                   "must be whole numbers",
                                   name, min, max);
    else if ((fault = sim_param_distribution_fault(factor->row, &d, &why)))
        sim_param_document_problem(r->document, group, "the distribution of %s: %s", name, fault);
}

static int read_words(sim_design_reader_t *r, const config_setting_t *group,
                      sim_design_factor_t *factor) {
    read_scale(r, group, factor);
    factor->max = (double)count_words(factor->row) - 1;
    for (size_t k = 1; keys[k]; k++) {
        const config_setting_t *setting = given(group, keys[k]);
        if (setting && strcmp(keys[k], "scale") != 0)
            sim_param_document_problem(r->document, setting,
                                       "%s takes all its values; it has no %s", factor->row->name,
                                       keys[k]);
    }
    return 0;
}

/* With neither range nor scale: what is plausible of the parameter. */
static int read_range(sim_design_reader_t *r, const config_setting_t *group,
                      sim_design_factor_t *factor) {
    const sim_param_t *row = factor->row;
    if (of_words(row))
        return read_words(r, group, factor);
    const sim_distribution_t plausible = sim_param_plausible(row);
    sim_distribution_t d = {.kind = read_kind(r, group), .min = row->min, .max = row->max};
    bool silent = !given(group, "distribution") && !given(group, "scale") && !given(group, "min") &&
                  !given(group, "max");
    check_arguments(r, group, d.kind);
    if (silent && plausible.kind != SIM_DISTRIBUTION_NONE) {
        d = plausible;
        factor->a = d.a;
        factor->b = d.b;
    } else if (d.kind != SIM_DISTRIBUTION_NONE) {
        read_arguments(r, group, &d, factor);
    }
    if (d.kind == SIM_DISTRIBUTION_NONE)
        read_scale(r, group, factor);
    else
        factor->scale = scale_of(row, d.kind);
    bool cut = d.kind == SIM_DISTRIBUTION_NORMAL; /* where the valid range ends */
    if (!cut && plausible.kind != SIM_DISTRIBUTION_NONE) {
        d.min = plausible.min;
        d.max = plausible.max;
        factor->min_of_prior = !given(group, "min");
        factor->max_of_prior = !given(group, "max");
    }
    factor->min = read_bound(r, group, "min", factor, d.min);
    factor->max = read_bound(r, group, "max", factor, d.max);
    check_range(r, group, factor);
    return 0;
}

/* ---- factors with levels ---- */

static void check_twice(sim_design_reader_t *r, const config_setting_t *setting,
                        const sim_design_factor_t *factor, size_t at) {
    char text[64];
    for (size_t i = 0; i < at && r->sweep->design.kind == SIM_DESIGN_FACTORIAL; i++)
        if (factor->level[i] == factor->level[at])
            sim_param_document_problem(
                r->document, setting, "%s has the level %s twice", factor->row->name,
                sim_design_factor_text(factor->row, factor->level[at], text, sizeof text));
}

static int given_levels(sim_design_reader_t *r, const config_setting_t *setting,
                        sim_design_factor_t *factor) {
    size_t n = (size_t)config_setting_length(setting);
    factor->level = calloc(n + 1, sizeof *factor->level);
    if (!factor->level)
        return SIM_ERR_MEMORY;
    for (; factor->n_levels < n; factor->n_levels++) {
        sim_param_value_t value = {0};
        const config_setting_t *one = config_setting_get_elem(setting, (unsigned)factor->n_levels);
        if (sim_param_document_value(r->document, one, factor->row, r->sweep->config, &value)) {
            factor->level[factor->n_levels] = sim_param_to_number(factor->row, value);
            check_twice(r, one, factor, factor->n_levels);
        }
    }
    return 0;
}

static int all_words(sim_design_factor_t *factor) {
    size_t n = count_words(factor->row);
    factor->level = calloc(n, sizeof *factor->level);
    if (!factor->level)
        return SIM_ERR_MEMORY;
    for (; factor->n_levels < n; factor->n_levels++)
        factor->level[factor->n_levels] = (double)factor->n_levels;
    return 0;
}

/* ---- a grid ---- */

/* Whole numbers of 10^-digits, in which min, max and step of a grid are exact. */
typedef struct {
    double min, max, step, unit;
} grid_t;

/* As decimals, so that 0.0 to 1.0 by 0.1 has 0.3 and not 0.30000000000000004: a whole number below
 * 2^53 over a power of ten up to 10^22 is the double that its decimal reads as. */
static bool in_decimals(grid_t *grid) {
    const double value[] = {grid->min, grid->max, grid->step};
    double whole[3], unit = 1;
    for (int digits = 0; digits <= 22; digits++, unit *= 10) {
        bool exact = true;
        for (int i = 0; i < 3; i++) {
            whole[i] = round(value[i] * unit);
            exact = exact && fabs(whole[i]) < WHOLE && whole[i] / unit == value[i];
        }
        if (exact) {
            *grid = (grid_t){whole[0], whole[1], whole[2], unit};
            return true;
        }
    }
    return false;
}

static double read_step(sim_design_reader_t *r, const config_setting_t *setting,
                        const sim_param_t *row) {
    char what[128];
    snprintf(what, sizeof what, "step of %s", row->name);
    double step = sim_param_document_number(r->document, setting, what);
    if (isnan(step))
        return step; /* told */
    if (!(step > 0) || !isfinite(step))
        sim_param_document_problem(
            r->document, setting, "step of %s is %g; it must be a number above 0", row->name, step);
    else if (row->type == SIM_PARAM_INT && step != floor(step))
        sim_param_document_problem(r->document, setting,
                                   "step of %s is %g; it must be a whole number, as its values are",
                                   row->name, step);
    else
        return step;
    return NAN;
}

/* Where the grid may end instead: above its begin and within the parameter's range. */
static const char *grid_cure(const sim_param_t *row, const grid_t *grid, char *cure, size_t size) {
    double last = grid->min + floor((grid->max - grid->min) / grid->step) * grid->step;
    sim_param_value_t low = {.real = last / grid->unit},
                      high = {.real = (last + grid->step) / grid->unit};
    sim_param_t real = *row;
    real.type = SIM_PARAM_REAL;
    real.offset = 0;
    char a[32], b[32];
    bool lower = last > grid->min, upper = high.real <= row->max;
    sim_param_format(&real, &low, a, sizeof a);
    sim_param_format(&real, &high, b, sizeof b);
    snprintf(cure, size, "%s%s%s%s", lower || upper ? ": end it at " : "; a smaller step does",
             lower ? a : "", lower && upper ? " or at " : "", upper ? b : "");
    return cure;
}

/* Sentences about a grid whose numbers are good one by one. */
static int check_grid(sim_design_reader_t *r, const config_setting_t *setting,
                      const sim_param_t *row, grid_t *grid) {
    double min = grid->min, max = grid->max, step = grid->step;
    char cure[96];
    if ((max - min) / step >= MAX_GRID)
        return sim_param_document_problem(r->document, setting,
                                          "the grid of %s from %g to %g by %g has more than %d "
                                          "levels",
                                          row->name, min, max, step, MAX_GRID);
    if (!in_decimals(grid))
        return sim_param_document_problem(r->document, setting,
                                          "min, max and step of %s have more than 15 digits "
                                          "together; list the levels",
                                          row->name);
    if (fmod(grid->max - grid->min, grid->step) == 0)
        return 0;
    return sim_param_document_problem(
        r->document, setting, "the step %g of %s does not divide the range from %g to %g%s", step,
        row->name, min, max, grid_cure(row, grid, cure, sizeof cure));
}

static int read_grid(sim_design_reader_t *r, const config_setting_t *group,
                     sim_design_factor_t *factor) {
    const sim_param_t *row = factor->row;
    const config_setting_t *setting = config_setting_get_member(group, "step");
    size_t before = sim_param_document_problems(r->document);
    if (!setting)
        return sim_param_document_problem(r->document, group,
                                          "factor %s needs step, e.g. step = 0.1, beside min and "
                                          "max; or levels",
                                          row->name);
    factor->min = read_bound(r, group, "min", factor, row->min);
    factor->max = read_bound(r, group, "max", factor, row->max);
    check_range(r, group, factor);
    grid_t grid = {factor->min, factor->max, read_step(r, setting, row), 1};
    if (sim_param_document_problems(r->document) > before)
        return SIM_ERR_CONFIG;
    int rc = check_grid(r, setting, row, &grid);
    if (rc)
        return rc;
    factor->n_levels = (size_t)((grid.max - grid.min) / grid.step) + 1;
    factor->level = calloc(factor->n_levels, sizeof *factor->level);
    if (!factor->level)
        return SIM_ERR_MEMORY;
    for (size_t i = 0; i < factor->n_levels; i++)
        factor->level[i] = (grid.min + (double)i * grid.step) / grid.unit;
    return 0;
}

/* A list of levels; the caller has seen that there is one. */
static int read_list(sim_design_reader_t *r, const config_setting_t *setting,
                     sim_design_factor_t *factor) {
    bool several = config_setting_is_array(setting) || config_setting_is_list(setting);
    if (!several || config_setting_length(setting) == 0)
        return sim_param_document_problem(
            r->document, setting, "levels of %s must be a list of values, but is %s",
            factor->row->name, several ? "empty" : sim_param_document_type(setting));
    return given_levels(r, setting, factor);
}

static int read_levels(sim_design_reader_t *r, const config_setting_t *group,
                       sim_design_factor_t *factor) {
    const config_setting_t *levels = config_setting_get_member(group, "levels");
    const char *name = factor->row->name;
    const config_setting_t *grid = given(group, "min");
    grid = grid ? grid : given(group, "max");
    grid = grid ? grid : given(group, "step");
    factor->scale = SIM_DESIGN_LEVELS;
    if (grid && levels)
        return sim_param_document_problem(
            r->document, grid, "%s has levels already; give levels, or min, max and step", name);
    if (grid && of_words(factor->row))
        return sim_param_document_problem(r->document, grid,
                                          "%s has words for values: it takes levels, or all of "
                                          "them, not %s",
                                          name, config_setting_name(grid));
    if (grid)
        return read_grid(r, group, factor);
    if (levels)
        return read_list(r, levels, factor);
    if (of_words(factor->row))
        return all_words(factor);
    return sim_param_document_problem(
        r->document, group,
        "factor %s needs levels, e.g. levels = [1.0, 2.0], or a grid, "
        "e.g. min = 0.0; max = 1.0; step = 0.1",
        name);
}

/* ---- all ---- */

static int read_factor(sim_design_reader_t *r, const config_setting_t *group) {
    if (!config_setting_is_group(group))
        return sim_param_document_problem(r->document, group,
                                          "a factor must be a group { ... }, but is %s",
                                          sim_param_document_type(group));
    check_keys(r, group);
    const sim_param_t *row = read_row(r, group);
    if (!row)
        return SIM_ERR_CONFIG;
    sim_design_factor_t *factor = sim_design_add_factor(r->sweep, row);
    if (!factor)
        return SIM_ERR_MEMORY;
    factor->line = (int)config_setting_source_line(group);
    return by_levels(r) ? read_levels(r, group, factor) : read_range(r, group, factor);
}

static void check_same_length(sim_design_reader_t *r, const config_setting_t *list) {
    const sim_design_t *design = &r->sweep->design;
    for (size_t i = 1; i < design->n_factors && design->kind == SIM_DESIGN_ZIP; i++)
        if (design->factor[i].n_levels != design->factor[0].n_levels)
            sim_param_document_problem(
                r->document, list,
                "design \"zip\" takes as many levels of each factor, but %s has %zu and %s %zu",
                design->factor[0].row->name, design->factor[0].n_levels,
                design->factor[i].row->name, design->factor[i].n_levels);
}

int sim_design_read_factors(sim_design_reader_t *r) {
    const config_setting_t *list = config_setting_get_member(r->group, "factors");
    int n = list && config_setting_is_list(list) ? config_setting_length(list) : 0, rc = 0;
    size_t before = sim_param_document_problems(r->document);
    if (n == 0 || n > SIM_DESIGN_MAX_FACTORS)
        return sim_param_document_problem(
            r->document, list ? list : r->group,
            "the sweep needs factors = ( { parameter = \"group.name\"; ... }, ... ), at most %d",
            SIM_DESIGN_MAX_FACTORS);
    for (int i = 0; i < n && rc != SIM_ERR_MEMORY; i++)
        rc = read_factor(r, config_setting_get_elem(list, (unsigned)i));
    if (rc == SIM_ERR_MEMORY)
        return rc;
    if (sim_param_document_problems(r->document) == before)
        check_same_length(r, list);
    return sim_param_document_problems(r->document) > before ? SIM_ERR_CONFIG : 0;
}
