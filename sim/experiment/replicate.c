/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One replicate: set up, step, observe, reduce. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/usage.h"
#include "sim/checkpoint/twin.h"
#include "sim/experiment/parts.h"
#include "sim/record/replicate.h"
#include "sim/schedule/crew.h"
#include "sim/schedule/phases.h"

static bool stopped(const sim_experiment_run_t *run, const atomic_int *halt) {
    return (run->stop && *run->stop) || (halt && atomic_load_explicit(halt, memory_order_relaxed));
}

/* What ends a run within a step; a checkpoint is written between steps alone. */
typedef struct {
    sim_world_ends_t of_world; /* first */
    const sim_experiment_run_t *run;
    const atomic_int *halt;
    double begun;
} ends_t;

static int ends_now(const sim_world_ends_t *own) {
    const ends_t *ends = (const ends_t *)own;
    const double limit = ends->run->config->run.timeout;
    if (stopped(ends->run, ends->halt))
        return SIM_ERR_INTERRUPTED;
    return limit > 0 && sim_base_seconds() - ends->begun > limit ? SIM_ERR_TIMEOUT : SIM_OK;
}

static int check(const sim_experiment_run_t *run, sim_world_t *world) {
    return run->paranoid ? sim_world_verify(world) : 0;
}

static int observe(const sim_experiment_run_t *run, sim_world_t *world, sim_record_t *record,
                   int32_t step) {
    double begun = run->profile ? sim_base_seconds() : 0.0;
    int rc = sim_record_observe(record, world, sim_record_step(record, step));
    if (run->profile)
        run->profile->observe_s += sim_base_seconds() - begun;
    return rc;
}

static int one_step(const sim_experiment_run_t *run, sim_world_t *world, sim_record_t *record,
                    sim_checkpoint_twin_t *twin) {
    int32_t step = world->clock.step;
    int rc = run->paranoid ? sim_checkpoint_twin_step(twin, world) : 0;
    if (rc == 0)
        rc = sim_world_step(world);
    if (rc == 0)
        rc = observe(run, world, record, step);
    if (rc == 0 && run->paranoid)
        rc = sim_checkpoint_twin_compare(twin, world, sim_record_step(record, step));
    if (rc == 0)
        rc = check(run, world);
    if (rc == 0)
        rc = sim_record_states(world, run->config);
    if (rc == 0)
        record->steps = step + 1;
    return rc;
}

static int observe_start(const sim_experiment_run_t *run, sim_world_t *world, sim_record_t *record,
                         sim_checkpoint_twin_t *twin) {
    double *metric = sim_record_step(record, SIM_RECORD_START);
    int rc = run->paranoid ? sim_checkpoint_twin_start(twin, world) : 0;
    if (rc == 0)
        rc = sim_record_observe_start(record, world, metric);
    if (rc == 0 && run->paranoid)
        rc = sim_checkpoint_twin_compare_start(twin, world, metric);
    return rc;
}

/* What is kept of the state before the first step; a checkpoint has it. */
static int begin(const sim_experiment_run_t *run, sim_world_t *world, sim_record_t *record,
                 sim_checkpoint_twin_t *twin) {
    if (record->begun)
        return 0;
    int rc = sim_record_states(world, run->config);
    if (rc == 0 && sim_world_records_series(world))
        rc = observe_start(run, world, record, twin);
    record->begun = rc == 0;
    return rc;
}

static sim_checkpoint_run_t checkpoint_of(const sim_experiment_run_t *run) {
    return (sim_checkpoint_run_t){.plan = run->checkpoint,
                                  .config = run->config,
                                  .number = run->number,
                                  .replicate = run->replicate,
                                  .detail = run->detail};
}

static int before_step(const sim_experiment_run_t *run, const atomic_int *halt,
                       sim_world_t *world) {
    const sim_checkpoint_run_t checkpoint = checkpoint_of(run);
    bool stop = stopped(run, halt);
    int rc = 0;
    if (run->checkpoint)
        rc = sim_checkpoint_before_step(&checkpoint, world, run->stop && *run->stop);
    return rc == 0 && stop ? SIM_ERR_INTERRUPTED : rc;
}

static bool is_done(const sim_world_t *world) {
    return world->clock.step >= world->clock.steps ||
           (world->clock.step > 0 && world->model->done && world->model->done(world));
}

/* Looked at after a step: a run that is over has not taken too long. */
static int check_time(const sim_experiment_run_t *run, const sim_world_t *world, double begun) {
    double limit = run->config->run.timeout;
    bool over = limit > 0 && !is_done(world) && sim_base_seconds() - begun > limit;
    return over ? SIM_ERR_TIMEOUT : 0;
}

static int all_steps(const sim_experiment_run_t *run, const atomic_int *halt, sim_world_t *world,
                     double begun, sim_record_t *record) {
    sim_checkpoint_twin_t twin = {.config = run->config, .replicate = run->replicate};
    int rc = check_time(run, world, begun);
    if (rc == 0)
        rc = begin(run, world, record, &twin);
    while (rc == 0 && !is_done(world)) {
        rc = before_step(run, halt, world);
        if (rc == 0)
            rc = one_step(run, world, record, &twin);
        if (rc == 0)
            rc = check_time(run, world, begun);
    }
    if (rc == 0 && world->model->finish)
        rc = sim_schedule_outcome(world, "finish()", "", world->model->finish(world));
    sim_checkpoint_twin_free(&twin);
    return rc;
}

static int check_summary(sim_world_t *world, const sim_record_t *record) {
    for (size_t i = 0; i < record->n_reducers; i++)
        if (isinf(record->summary[i]))
            return sim_world_fail(world, SIM_ERR_MODEL,
                                  "summary of model %.40s: %.60s is infinite (no value is NaN)",
                                  world->model->name, world->model->reducers[i].name);
    return 0;
}

/* Outputs are measured on all that the run has left, before what is not kept of it goes. */
static int measure(const sim_experiment_run_t *run, const void *shared, sim_record_t *record) {
    sim_store_measure_t *own = NULL;
    int rc = run->measure ? 0 : sim_store_measure_create(run->config->outputs, shared, &own);
    if (rc == 0)
        rc = sim_store_measure(run->measure ? run->measure : own, record, run->stop);
    sim_store_measure_destroy(own);
    return rc ? rc : sim_store_thin(record, run->config->model, run->detail, &run->config->run);
}

static int conclude(const sim_experiment_run_t *run, sim_world_t *world, sim_record_t *record) {
    int rc = 0;
    sim_record_reduce(record, world->model);
    if (world->model->summarise)
        rc = sim_schedule_outcome(world, "summarise()", "",
                                  world->model->summarise(world, record->summary));
    if (rc == 0)
        rc = check_summary(world, record);
    if (rc == 0 && world->ties)
        rc = sim_record_ties_check(record, world->model->labels, world->ties);
    if (rc == 0 && record->detail >= SIM_DETAIL_FULL && world->ties && !record->no_ties)
        rc = sim_record_ties(record, world->ties, &world->clock);
    if (rc == 0 && run->config->outputs)
        rc = measure(run, world->shared, record);
    if (rc == 0 && run->digest)
        sim_world_digest(world, record->digest);
    return rc;
}

/* The reason of a failure: the hook's own words, else the record's, else the code's. */
static void take_note(const sim_world_t *world, sim_record_t *record, int rc) {
    char reason[sizeof world->note];
    snprintf(reason, sizeof reason, "%s",
             world->note[0]    ? world->note
             : record->note[0] ? record->note
                               : sim_base_strerror(rc));
    record->status = rc;
    if (world->clock.step > 0)
        snprintf(record->note, sizeof record->note, "%.200s (after %d of %d steps)", reason,
                 record->steps, world->clock.steps);
    else
        snprintf(record->note, sizeof record->note, "%s", reason);
}

int sim_experiment_replicate_until(const sim_experiment_run_t *run, const atomic_int *halt,
                                   sim_base_arena_t *arena, sim_record_t *record) {
    sim_world_t world = {.arena = *arena,
                         .record = record,
                         .phase_seconds = run->profile ? run->profile->phase_s : NULL};
    const sim_checkpoint_run_t checkpoint = checkpoint_of(run);
    const sim_run_params_t *params = &run->config->run;
    sim_schedule_clock_t clock = {(int32_t)params->start_year, (int32_t)params->steps_per_year,
                                  (int32_t)params->steps, 0};
    double begun = sim_base_seconds();
    const ends_t ends = {{ends_now}, run, halt, begun};
    world.ends = &ends.of_world;
    sim_base_arena_reset(&world.arena);
    const sim_store_outputs_t *outputs = run->config->outputs;
    int rc = sim_record_begin(record, run->config->model, &clock,
                              sim_store_measured_detail(outputs, run->detail));
    if (rc == 0)
        rc = sim_store_keep_measured(record, outputs, run->config->model, run->detail, params);
    record->scenario = run->scenario;
    record->replicate = run->replicate;
    record->run_id = run->run_id;
    record->point_id = run->point_id;
    record->draw_id = run->draw_id;
    record->seed = (uint64_t)params->seed;
    void *own = NULL;
    if (rc == 0 && run->prepare)
        rc = sim_experiment_prepare_own(run->config, record, &own);
    if (rc == 0)
        rc = sim_world_init(&world, run->config, run->prepare ? own : run->shared, run->replicate,
                            run->threads);
    if (rc == 0 && run->checkpoint)
        rc = sim_checkpoint_resume(&checkpoint, &world);
    if (rc == 0)
        rc = check(run, &world);
    double ready = sim_base_seconds();
    if (rc == 0)
        rc = all_steps(run, halt, &world, begun, record);
    record->setup_s = ready - begun;
    double stepped = sim_base_seconds();
    record->step_s = stepped - ready;
    if (rc == 0)
        rc = conclude(run, &world, record);
    if (run->profile)
        run->profile->record_s += sim_base_seconds() - stepped;
    if (rc)
        take_note(&world, record, rc);
    sim_experiment_release(run->config, own);
    sim_schedule_crew_dismiss(world.crew);
    *arena = world.arena;
    return rc == SIM_ERR_INTERRUPTED || rc == SIM_ERR_IO ? rc : 0;
}

int sim_experiment_replicate(const sim_experiment_run_t *run, sim_base_arena_t *arena,
                             sim_record_t *record) {
    return sim_experiment_replicate_until(run, NULL, arena, record);
}

void sim_experiment_record_free(sim_record_t *record) {
    sim_record_clear(record);
}
