/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs of a results file made again from what the file holds. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/verify.h"
#include "sim/design/design.h"
#include "sim/experiment/experiment.h"
#include "sim/store/outputs.h"

typedef struct {
    const char *file;
    const sim_store_stored_t *stored;
    sim_config_t **config; /* of the scenarios */
    void **shared;
    sim_store_outputs_t *outputs; /* that the file has; NULL: none */
    sim_store_t *store;           /* in memory: what it writes has the digests of the file's rows */
    sim_base_arena_t arena;
    const volatile sig_atomic_t *stop;
    sim_base_why_t *why;
} job_t;

static int fail(const job_t *job, int code, const char *reason) {
    sim_base_why_set(job->why, "%s: the runs cannot be made again: %s", job->file, reason);
    return code;
}

static int first_problem(const job_t *job, const sim_base_diag_t *diag, int code) {
    return fail(job, code, diag->count ? diag->problem[0].text : sim_base_strerror(code));
}

/* ---- scenarios ---- */

static int load(const job_t *job, size_t scenario, const char *const *set, sim_config_t **config,
                void **shared) {
    sim_base_diag_t diag;
    sim_base_diag_init(&diag);
    *shared = NULL;
    int rc = sim_param_config_parse(job->stored->scenario[scenario].config,
                                    job->stored->scenario[scenario].name, ".", set, &diag, config);
    if (rc == 0)
        rc = sim_experiment_prepare(*config, &diag, shared);
    if (rc)
        first_problem(job, &diag, rc);
    sim_base_diag_free(&diag);
    return rc;
}

static int open_store(job_t *job) {
    size_t n = job->stored->n_scenarios;
    int rc = 0;
    job->config = calloc(n + 1, sizeof *job->config);
    job->shared = calloc(n + 1, sizeof *job->shared);
    if (!job->config || !job->shared)
        return fail(job, SIM_ERR_MEMORY, sim_base_strerror(SIM_ERR_MEMORY));
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = load(job, i, NULL, &job->config[i], &job->shared[i]);
    if (rc == 0 && n > 0)
        rc = sim_store_outputs_stored(job->file, job->config[0]->model, &job->outputs, job->why);
    for (size_t i = 0; rc == 0 && i < n; i++)
        job->config[i]->outputs = job->outputs;
    const sim_store_plan_t plan = {.path = job->file,
                                   .configs = (const sim_config_t *const *)job->config,
                                   .shared = job->shared,
                                   .n_configs = n,
                                   .detail = job->stored->detail,
                                   .command_line = ""};
    sim_store_resumed_t none;
    return rc ? rc : sim_store_open(&plan, SIM_STORE_MEMORY, &job->store, &none, job->why);
}

static void close_all(job_t *job) {
    sim_store_close(job->store, NULL);
    for (size_t i = 0; job->config && job->shared && i < job->stored->n_scenarios; i++) {
        if (job->config[i])
            sim_experiment_release(job->config[i], job->shared[i]);
        sim_param_config_destroy(job->config[i]);
    }
    sim_store_outputs_destroy(job->outputs);
    free(job->config);
    free(job->shared);
    sim_base_arena_free(&job->arena);
}

/* ---- a run ---- */

/* "parameter=value" for each value of the run's point and draw, and its seed. */
enum { LONGEST_SET = 256 };

static int make_sets(const job_t *job, const sim_store_stored_run_t *run, char (*text)[LONGEST_SET],
                     const char **set) {
    char buffer[64];
    const sim_model_t *model = job->config[run->scenario]->model;
    for (size_t i = 0; i < run->n_values; i++) {
        const sim_param_t *row = sim_param_named(model->params, run->value[i].parameter);
        row = row ? row : sim_param_named(sim_param_engine_table, run->value[i].parameter);
        if (!row)
            return fail(job, SIM_ERR_CONFIG, "a parameter of its design is not one of the model");
        snprintf(text[i], LONGEST_SET, "%.180s=%s", run->value[i].parameter,
                 sim_design_factor_text(row, run->value[i].number, buffer, sizeof buffer));
        set[i] = text[i];
    }
    snprintf(text[run->n_values], LONGEST_SET, "run.seed=%" PRId64, run->seed);
    set[run->n_values] = text[run->n_values];
    return 0;
}

static int load_point(const job_t *job, const sim_store_stored_run_t *run, sim_config_t **config,
                      void **shared) {
    char(*text)[LONGEST_SET] = calloc(run->n_values + 1, sizeof *text);
    const char **set = calloc(run->n_values + 2, sizeof *set);
    int rc = text && set ? make_sets(job, run, text, set)
                         : fail(job, SIM_ERR_MEMORY, sim_base_strerror(SIM_ERR_MEMORY));
    if (rc == 0)
        rc = load(job, run->scenario, set, config, shared);
    free(text);
    free(set);
    return rc;
}

static void compare(const job_t *job, const sim_store_stored_run_t *run, const sim_record_t *record,
                    uint64_t *differ) {
    const char *rows = sim_store_rows_digest(job->store);
    ++*differ;
    if (record->status)
        printf("%s: run %" PRId64 " fails when it is made again: %s\n", job->file, run->run_id,
               record->note);
    else if (strcmp(record->digest, run->state_digest) != 0)
        printf("%s: run %" PRId64 " made again ends in another state (%s, the file has %s)\n",
               job->file, run->run_id, record->digest, run->state_digest);
    else if (strcmp(rows, run->rows_digest) != 0)
        printf("%s: run %" PRId64 " made again has other rows (%s, the file has %s)\n", job->file,
               run->run_id, rows, run->rows_digest);
    else
        --*differ;
}

static int run_again(job_t *job, const sim_store_stored_run_t *stored, const sim_config_t *config,
                     const void *shared, uint64_t *differ) {
    sim_record_t record = {0};
    const sim_experiment_run_t run = {.config = config,
                                      .shared = shared,
                                      .scenario = (uint32_t)stored->scenario,
                                      .replicate = (uint32_t)stored->rep,
                                      .run_id = (uint64_t)stored->run_id,
                                      .point_id = stored->point_id,
                                      .draw_id = stored->draw_id,
                                      .detail = job->stored->detail,
                                      .threads = 1,
                                      .digest = true,
                                      .stop = job->stop};
    int rc = sim_experiment_replicate(&run, &job->arena, &record);
    if (rc == 0 && (rc = sim_store_run(job->store, &record)))
        fail(job, rc, sim_base_strerror(rc));
    else if (rc == 0)
        compare(job, stored, &record, differ);
    sim_experiment_record_free(&record);
    return rc;
}

static int one_run(job_t *job, const sim_store_stored_run_t *run, uint64_t *differ) {
    sim_config_t *config = job->config[run->scenario], *own = NULL;
    void *shared = job->shared[run->scenario], *own_shared = NULL;
    int rc = 0;
    if (run->point_id || run->draw_id || run->seed != config->run.seed) {
        rc = load_point(job, run, &own, &own_shared);
        config = own;
        shared = own_shared;
        if (own)
            own->outputs = job->outputs;
    }
    if (rc == 0)
        rc = run_again(job, run, config, shared, differ);
    if (own)
        sim_experiment_release(own, own_shared);
    sim_param_config_destroy(own);
    return rc;
}

int sim_cli_rerun(const char *file, const sim_store_stored_t *stored,
                  const volatile sig_atomic_t *stop, uint64_t *differ, sim_base_why_t *why) {
    job_t job = {.file = file, .stored = stored, .stop = stop, .why = why};
    sim_base_arena_init(&job.arena);
    *differ = 0;
    int rc = open_store(&job);
    for (size_t i = 0; rc == 0 && i < stored->n_runs; i++)
        rc = one_run(&job, &stored->run[i], differ);
    close_all(&job);
    if (rc == SIM_ERR_INTERRUPTED)
        sim_base_why_set(why, "%s", sim_base_strerror(rc));
    if (rc == 0 && *differ == 0)
        printf("%s: %zu run%s made again: the same\n", file, stored->n_runs,
               stored->n_runs == 1 ? "" : "s");
    return rc;
}
