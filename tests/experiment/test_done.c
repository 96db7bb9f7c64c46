/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model that says when nothing is left to happen. */
#include <criterion/criterion.h>

#include "sim/experiment/experiment.h"

enum { STEPS = 20 };

typedef struct {
    int64_t until; /* steps; more than there are: never */
} params_t;

static int setup(sim_world_t *world) {
    world->state = sim_base_arena_alloc(&world->arena, 1, 1);
    return world->state ? SIM_OK : SIM_ERR_MEMORY;
}
static int nothing(sim_world_t *world) {
    return world ? SIM_OK : SIM_ERR_MODEL;
}
static bool done(const sim_world_t *world) {
    return world->clock.step >= ((const params_t *)world->params)->until;
}
static int observe(sim_world_t *world, double *metric) {
    metric[0] = world->clock.step;
    return SIM_OK;
}

static const sim_metric_t metrics[] = {{"step", "", ""}, {.name = NULL}};
static const sim_reducer_t reducers[] = {{"last", "", "", SIM_REDUCE_FINAL, "step", 0, 0},
                                         {"mean", "", "", SIM_REDUCE_MEAN, "step", 0, 0},
                                         {.name = NULL}};
static const sim_phase_t phases[] = {{"nothing", "", .commit = nothing}, {.name = NULL}};
static const sim_model_t model = {.name = "probe",
                                  .metrics = metrics,
                                  .n_metrics = 1,
                                  .reducers = reducers,
                                  .phases = phases,
                                  .setup = setup,
                                  .done = done,
                                  .observe = observe};

/* Steps that a replicate takes. */
static int32_t steps_of(int64_t until, double *mean) {
    params_t params = {until};
    sim_config_t config = {.model = &model, .params = &params};
    sim_experiment_run_t run = {.config = &config, .detail = SIM_DETAIL_SERIES, .threads = 1};
    sim_base_arena_t arena;
    sim_record_t record;
    config.run = (sim_run_params_t){.start_year = 2000, .steps_per_year = 1, .steps = STEPS};
    sim_base_arena_init(&arena);
    cr_assert_eq(sim_experiment_replicate(&run, &arena, &record), 0);
    cr_assert_eq(record.status, 0, "%s", record.note);
    int32_t steps = record.steps;
    cr_expect_eq(record.summary[0], steps);
    *mean = record.summary[1];
    sim_experiment_record_free(&record);
    sim_base_arena_free(&arena);
    return steps;
}

Test(done, ends_a_run_after_the_step_that_is_observed) {
    double mean = 0;
    cr_expect_eq(steps_of(7, &mean), 7);
    cr_expect_eq(mean, 4); /* of 1 .. 7 */
    cr_expect_eq(steps_of(0, &mean), 1);
    cr_expect_eq(steps_of(STEPS, &mean), STEPS);
    cr_expect_eq(steps_of(STEPS + 1, &mean), STEPS);
}

/* ---- among the events of a step ---- */

typedef struct {
    sim_state_queue_t queue;
} state_t;

static volatile sig_atomic_t asked_to_stop;
static bool asks;

static int put_first(sim_world_t *world) {
    state_t *state = world->state;
    return sim_world_schedule(world, &state->queue, (sim_state_event_t){2000.5, 0, 0, 0});
}
/* Without an end, in the first step already. */
static int again(sim_world_t *world, const sim_state_event_t *event) {
    state_t *state = world->state;
    asked_to_stop = asks;
    return sim_world_schedule(world, &state->queue, *event);
}

static int endless(double timeout, sim_record_t *record) {
    static const sim_state_row_t table[] = {
        SIM_STATE_QUEUE(state_t, queue, "years", "What is to happen."), SIM_STATE_END};
    static const sim_phase_t eventful[] = {
        {"again", "", .event = again, .queue = offsetof(state_t, queue)}, {.name = NULL}};
    sim_model_t other = model;
    sim_config_t config = {.model = &other};
    const sim_experiment_run_t run = {.config = &config, .threads = 1, .stop = &asked_to_stop};
    sim_base_arena_t arena;
    other.state = table;
    other.state_size = sizeof(state_t);
    other.setup = put_first;
    other.phases = eventful;
    other.done = NULL;
    config.run = (sim_run_params_t){
        .start_year = 2000, .steps_per_year = 1, .steps = STEPS, .timeout = timeout};
    sim_base_arena_init(&arena);
    int rc = sim_experiment_replicate(&run, &arena, record);
    sim_base_arena_free(&arena);
    return rc;
}

Test(done, ends_a_run_that_takes_too_long_among_its_events) {
    sim_record_t record;
    cr_assert_eq(endless(0.01, &record), 0);
    cr_expect_eq(record.status, SIM_ERR_TIMEOUT);
    cr_expect_str_eq(record.note, "phase again of model probe: the run took longer than its time "
                                  "limit");
    sim_experiment_record_free(&record);
}

Test(done, ends_a_run_that_is_asked_to_stop_among_its_events) {
    sim_record_t record;
    asks = true;
    cr_expect_eq(endless(0, &record), SIM_ERR_INTERRUPTED);
    sim_experiment_record_free(&record);
}
