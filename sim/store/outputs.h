/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outputs and targets: what is measured on every finished run before it is thinned, and what was
 * observed of it. A targets file (libconfig or JSON) lists outputs: a column of `summary` or one
 * SELECT each, over tables that hold this run alone (scenarios/TARGETS.md, targets). The results
 * file holds the list as table `target` and what each run gave as table `target_value`. */
#ifndef SIM_STORE_OUTPUTS_H
#define SIM_STORE_OUTPUTS_H

#include <signal.h>

#include "sim/base/diag.h"
#include "sim/base/why.h"
#include "sim/record/record.h"
#include "sim/schedule/world.h"

/* An output and, when `use` is there, its target. Text that was not given is NULL, a number NaN, a
 * year SIM_NULL_INT. */
typedef struct {
    const char *name, *label, *pattern;
    const char *metric, *sql; /* one of the two */
    const char *scale, *observed, *scope, *tag, *source, *use;
    double value, sd, discrepancy; /* observed; of observation, of the model: standard deviations */
    int64_t from, to;              /* the years in which it was observed */
    int line;                      /* of its file; 0: not of a file of targets */
} sim_store_output_t;

/* A SELECT that outputs, and views below it, read like a table; computed once a run. */
typedef struct {
    const char *name, *sql;
} sim_store_view_t;

typedef struct sim_store_outputs {
    const sim_model_t *model;
    int64_t fit_until; /* the last year that a fit may use; SIM_NULL_INT: not given */
    sim_store_view_t *view;
    sim_store_output_t *output; /* in the order of the file; target_id counts from 1 */
    size_t n_views, n_outputs;
    char digest[33]; /* XXH3, 128 bits, of all of the above */
    /* What the queries read beyond `summary`. */
    bool series, ties, agents;
    bool *table;     /* of the model's tables */
    bool *view_used; /* of the views: an output reads it, or a view that is used */
    char **text;     /* owned */
    size_t n_texts;
} sim_store_outputs_t;

/* Reads and checks a file for a model; `model` NULL: the one that the file names. All problems go
 * to diag with file and line; SIM_ERR_CONFIG or SIM_ERR_MEMORY. The caller owns *out
 * (sim_store_outputs_destroy). */
int sim_store_outputs_load(const char *file, const sim_model_t *model, sim_base_diag_t *diag,
                           sim_store_outputs_t **out);
void sim_store_outputs_destroy(sim_store_outputs_t *outputs);

/* Whether a file is one of outputs. */
bool sim_store_outputs_is_file(const char *file);

/* The outputs of a results file, *out NULL when it has none. SIM_ERR_STORE, SIM_ERR_CONFIG or
 * SIM_ERR_MEMORY and a sentence. */
int sim_store_outputs_stored(const char *path, const sim_model_t *model, sim_store_outputs_t **out,
                             sim_base_why_t *why);

/* ---- measuring ---- */

/* The detail that a run needs whose results are kept at `detail`. `outputs` NULL: the same. */
sim_detail_t sim_store_measured_detail(const sim_store_outputs_t *outputs, sim_detail_t detail);

/* As sim_record_keep() for the settings of `run` and results kept at `detail`; what the queries
 * read is taken as well, all of it. SIM_ERR_MEMORY. */
int sim_store_keep_measured(sim_record_t *record, const sim_store_outputs_t *outputs,
                            const sim_model_t *model, sim_detail_t detail,
                            const sim_run_params_t *run);

/* Drops what is not to be kept once the outputs are measured; record->detail becomes `detail`.
 * SIM_ERR_MEMORY. */
int sim_store_thin(sim_record_t *record, const sim_model_t *model, sim_detail_t detail,
                   const sim_run_params_t *run);

/* The database in memory in which one thread measures one run after the other. */
typedef struct sim_store_measure sim_store_measure_t;

/* For runs of the outputs' model; `shared` (prepare) gives its agents. SIM_ERR_MEMORY,
 * SIM_ERR_STORE or the model's code. The caller owns *out, `outputs` must outlive it. */
int sim_store_measure_create(const sim_store_outputs_t *outputs, const void *shared,
                             sim_store_measure_t **out);
void sim_store_measure_destroy(sim_store_measure_t *measure);

/* Fills record->target, one value for each output, NaN for none. A query ends early when *stop is
 * set (may be NULL): SIM_ERR_INTERRUPTED. SIM_ERR_MODEL with a note when a query gives no single
 * number; SIM_ERR_MEMORY. */
int sim_store_measure(sim_store_measure_t *measure, sim_record_t *record,
                      const volatile sig_atomic_t *stop);

#endif
