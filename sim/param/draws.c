/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/param/draws.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "sim/base/error.h"
#include "sim/base/list.h"
#include "sim/param/config.h"
#include "sim/param/parts.h"
#include "sim/param/table.h"
#include "sim/rng/rng.h"

enum { MAX_NAMES = 2048 };

/* ---- the file ---- */

static const sim_param_t *find_row(const sim_model_t *model, const sim_param_csv_t *csv,
                                   const char *name, sim_base_diag_t *diag) {
    const char *names[MAX_NAMES + 1] = {"weight"};
    size_t n = 1;
    const sim_param_t *found = sim_param_named(model->params, name);
    if (found)
        return found;
    for (const sim_param_t *row = model->params; row && row->name && n < MAX_NAMES; row++)
        names[n++] = row->name;
    sim_base_hint_t hint;
    sim_base_diag_add(diag, csv->file, 1,
                      "the column \"%.80s\" is no parameter of model %s and not `weight`%s", name,
                      model->name, sim_base_hint(&hint, name, names, "", ""));
    return NULL;
}

static int read_weights(sim_param_draws_t *draws, const sim_param_csv_t *csv, size_t column,
                        sim_base_diag_t *diag) {
    double sum = 0;
    int rc = SIM_OK;
    draws->weight = calloc(csv->rows + 1, sizeof *draws->weight);
    if (!draws->weight)
        return SIM_ERR_MEMORY;
    for (size_t i = 0; i < csv->rows; i++) {
        if (!sim_param_csv_real(csv, i, column, 0, 1e300, &draws->weight[i]))
            rc = SIM_ERR_CONFIG;
        sum += draws->weight[i];
    }
    if (rc == SIM_OK && !(sum > 0 && isfinite(sum))) {
        rc = sim_base_diag_add(diag, csv->file, 1,
                               "the sum of the column weight is %g; it must be "
                               "above 0",
                               sum);
    }
    return rc;
}

/* A column of values behind those that were read. */
static int read_column(sim_param_draws_t *draws, const sim_param_csv_t *csv, size_t column,
                       const sim_param_t *row, sim_base_diag_t *diag) {
    int rc = SIM_OK;
    if (row->type == SIM_PARAM_PATH || row->type == SIM_PARAM_WORDS) {
        return sim_base_diag_add(diag, csv->file, 1, "%s is the name of a file; it cannot be drawn",
                                 row->name);
    }
    size_t at = draws->n_rows++;
    draws->row[at] = row;
    for (size_t i = 0; i < csv->rows; i++)
        if (!sim_param_csv_number(csv, i, column, row, draws->model,
                                  &draws->value[i * csv->columns + at]))
            rc = SIM_ERR_CONFIG;
    return rc;
}

/* Draws of another model are one mistake, not one a column. */
static int check_model(const sim_param_draws_t *draws, const sim_param_csv_t *csv,
                       sim_base_diag_t *diag) {
    const char *first = NULL;
    size_t others = 0;
    for (size_t c = 0; c < csv->columns; c++) {
        if (sim_param_named(draws->model->params, csv->head[c]))
            return SIM_OK;
        if (strcmp(csv->head[c], "weight") != 0) {
            first = first ? first : csv->head[c];
            others++;
        }
    }
    if (others < 2) /* told with the nearest name */
        return SIM_OK;
    return sim_base_diag_add(diag, csv->file, 1,
                             "none of its %zu columns is a parameter of model %s; the first is "
                             "\"%.80s\"",
                             others, draws->model->name, first);
}

static int read_columns(sim_param_draws_t *draws, const sim_param_csv_t *csv,
                        sim_base_diag_t *diag) {
    int rc = check_model(draws, csv, diag);
    if (rc)
        return rc;
    for (size_t c = 0; c < csv->columns && rc != SIM_ERR_MEMORY; c++) {
        const char *name = csv->head[c];
        bool weight = strcmp(name, "weight") == 0;
        const sim_param_t *row = weight ? NULL : find_row(draws->model, csv, name, diag);
        int code = weight ? read_weights(draws, csv, c, diag)
                   : row  ? read_column(draws, csv, c, row, diag)
                          : SIM_ERR_CONFIG;
        rc = code ? code : rc;
    }
    if (rc == SIM_OK && draws->n_rows == 0)
        rc = sim_base_diag_add(diag, csv->file, 1, "no column is a parameter");
    return rc;
}

/* Values were read into rows as wide as the file. */
static void close_up(sim_param_draws_t *draws, size_t width) {
    for (size_t i = 0; i < draws->n; i++) {
        memmove(&draws->value[i * draws->n_rows], &draws->value[i * width],
                draws->n_rows * sizeof *draws->value);
    }
}

static int make_digest(sim_param_draws_t *draws) {
    XXH3_state_t *state = XXH3_createState();
    if (!state)
        return SIM_ERR_MEMORY;
    XXH3_128bits_reset(state);
    XXH3_128bits_update(state, &draws->reps, sizeof draws->reps);
    for (size_t c = 0; c < draws->n_rows; c++)
        XXH3_128bits_update(state, draws->row[c]->name, strlen(draws->row[c]->name) + 1);
    XXH3_128bits_update(state, draws->value, draws->n * draws->n_rows * sizeof *draws->value);
    if (draws->weight)
        XXH3_128bits_update(state, draws->weight, draws->n * sizeof *draws->weight);
    XXH128_hash_t hash = XXH3_128bits_digest(state);
    snprintf(draws->digest, sizeof draws->digest, "%016" PRIx64 "%016" PRIx64,
             (uint64_t)hash.high64, (uint64_t)hash.low64);
    XXH3_freeState(state);
    return SIM_OK;
}

int sim_param_draws_read(const char *file, uint64_t reps, const sim_model_t *model,
                         sim_base_diag_t *diag, sim_param_draws_t *draws) {
    sim_param_csv_t csv = {0};
    *draws = (sim_param_draws_t){.reps = reps, .model = model, .file = strdup(file)};
    int rc = draws->file ? sim_param_csv_read(draws->file, NULL, diag, &csv) : SIM_ERR_MEMORY;
    if (rc)
        return rc;
    draws->n = csv.rows;
    draws->row = calloc(csv.columns + 1, sizeof *draws->row);
    draws->value = calloc(csv.rows * csv.columns + 1, sizeof *draws->value);
    rc = draws->row && draws->value ? read_columns(draws, &csv, diag) : SIM_ERR_MEMORY;
    if (rc == SIM_OK) {
        close_up(draws, csv.columns);
        draws->line = csv.line;
        csv.line = NULL;
        rc = make_digest(draws);
    }
    sim_param_csv_free(&csv);
    return rc;
}

void sim_param_draws_free(sim_param_draws_t *draws) {
    for (size_t i = 0; i < draws->n_kept; i++)
        free(draws->kept[i]);
    free(draws->kept);
    free(draws->file);
    free(draws->row);
    free(draws->value);
    free(draws->weight);
    free(draws->line);
    *draws = (sim_param_draws_t){0};
}

/* ---- configurations ---- */

/* Whether a file above the base, or --set, gives the parameter its value. */
static bool sets_itself(const sim_config_t *config, const sim_param_t *row) {
    const sim_param_load_t *load = config->load;
    size_t chain = load->n_files - load->n_over, index = sim_param_row_find(load, row->name);
    return load->slot[index].rank > (chain > 1 ? 1 : 0);
}

static bool *find_kept(sim_param_draws_t *draws, const sim_config_t *config,
                       const sim_param_t *const *other, size_t n_other) {
    bool **larger = sim_base_grow(draws->kept, draws->n_kept, sizeof *larger);
    bool *kept = larger ? calloc(draws->n_rows + 1, sizeof *kept) : NULL;
    if (larger)
        draws->kept = larger;
    if (!kept)
        return NULL;
    draws->kept[draws->n_kept++] = kept;
    for (size_t c = 0; c < draws->n_rows; c++) {
        kept[c] = sets_itself(config, draws->row[c]);
        for (size_t i = 0; i < n_other; i++)
            kept[c] = kept[c] || other[i] == draws->row[c];
    }
    return kept;
}

/* What the model and its constraints have against a draw, each sentence with the draw's line. */
static int try_draw(const sim_param_draws_t *draws, sim_config_t *config, size_t draw,
                    sim_param_assignment_t *assignment, sim_base_diag_t *diag) {
    size_t n = 0;
    for (size_t c = 0; c < draws->n_rows; c++) {
        if (!config->kept[c]) {
            assignment[n++] =
                (sim_param_assignment_t){.row = draws->row[c],
                                         .value = sim_param_from_number(
                                             draws->row[c], draws->value[draw * draws->n_rows + c]),
                                         .file = draws->file,
                                         .line = draws->line[draw]};
        }
    }
    return sim_param_config_try(config, assignment, n, diag);
}

static int try_all(const sim_param_draws_t *draws, sim_config_t *config, sim_base_diag_t *diag) {
    enum { MOST = 20 }; /* draws that are refused; then the rest is not looked at */
    sim_param_assignment_t *assignment = calloc(draws->n_rows + 1, sizeof *assignment);
    int rc = assignment ? SIM_OK : SIM_ERR_MEMORY, refused = 0;
    for (size_t i = 0; i < draws->n && rc != SIM_ERR_MEMORY && refused < MOST; i++) {
        int code = try_draw(draws, config, i, assignment, diag);
        refused += code != 0;
        rc = code ? code : rc;
    }
    free(assignment);
    return rc;
}

int sim_param_draws_attach(sim_param_draws_t *draws, sim_config_t *config,
                           const sim_param_t *const *other, size_t n_other, sim_base_diag_t *diag) {
    size_t kept = 0;
    if (config->model->name != draws->model->name) {
        return sim_base_diag_add(diag, config->file, 0,
                                 "it is of model %s, but the draws are of model %s",
                                 config->model->name, draws->model->name);
    }
    config->kept = find_kept(draws, config, other, n_other);
    if (!config->kept)
        return SIM_ERR_MEMORY;
    config->draws = draws;
    for (size_t c = 0; c < draws->n_rows; c++)
        kept += config->kept[c];
    if (kept == draws->n_rows) {
        return sim_base_diag_add(diag, draws->file, 1,
                                 "no parameter of it is drawn in scenario '%s', whose own file or "
                                 "--set says what all of them are; they are drawn in a scenario "
                                 "that names this file as its base (base = \"%s\";)",
                                 config->name, config->file);
    }
    bool checked = config->model->check || config->model->constraints;
    return checked ? try_all(draws, config, diag) : SIM_OK;
}

/* ---- replicates ---- */

/* The binary digits of n behind the point in the reverse order. */
static double van_der_corput(uint32_t n) {
    uint32_t reversed = 0;
    for (int i = 0; i < 32; i++)
        reversed |= (n >> i & 1U) << (31 - i);
    return reversed * 0x1p-32;
}

static size_t resampled(const sim_param_draws_t *draws, int64_t seed, uint64_t number) {
    sim_rng_t rng = sim_rng_at(sim_rng_key((uint64_t)seed, 0), SIM_RNG_PURPOSE_DRAWS, 0);
    sim_rng_draw_t shift = sim_rng_draw(&rng, 0, 0);
    double u = sim_rng_uniform(&shift) + van_der_corput((uint32_t)number), sum = 0, passed = 0;
    size_t last = 0;
    u -= floor(u);
    for (size_t i = 0; i < draws->n; i++)
        sum += draws->weight[i];
    for (size_t i = 0; i < draws->n; i++) {
        passed += draws->weight[i];
        last = draws->weight[i] > 0 ? i : last;
        if (passed > u * sum)
            return i;
    }
    return last;
}

size_t sim_param_draws_of(const sim_config_t *config, uint64_t replicate) {
    const sim_param_draws_t *draws = config->draws;
    uint64_t number = replicate / draws->reps;
    return draws->weight ? resampled(draws, config->run.seed, number) : (size_t)(number % draws->n);
}

void sim_param_draws_apply(const sim_config_t *config, size_t draw, void *params) {
    const sim_param_draws_t *draws = config->draws;
    for (size_t c = 0; c < draws->n_rows; c++) {
        sim_param_value_t value =
            sim_param_from_number(draws->row[c], draws->value[draw * draws->n_rows + c]);
        if (!config->kept[c])
            sim_param_store(draws->row[c], &value, params);
    }
}
