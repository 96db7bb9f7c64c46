/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The series has a row for the state before the first step. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "sim/experiment/experiment.h"
#include "sim/record/replicate.h"

enum { STEPS = 5, COINS = 100 };

typedef struct {
    bool infinite; /* a metric, before the first step */
} params_t;

typedef struct {
    int64_t coins, spent;
} state_t;

static const sim_state_row_t state_table[] = {
    SIM_STATE_VALUE(state_t, coins, "coins", "Those that are left."),
    SIM_STATE_VALUE(state_t, spent, "coins", "In this step."), SIM_STATE_END};

static int setup(sim_world_t *world) {
    ((state_t *)world->state)->coins = COINS;
    return SIM_OK;
}

static int spend(sim_world_t *world) {
    state_t *state = world->state;
    state->spent = 1 + world->clock.step;
    state->coins -= state->spent;
    return SIM_OK;
}

enum { METRIC_COINS, METRIC_SPENT, METRIC_OBSERVED, METRIC_COUNT };
static const sim_metric_t metrics[] = {
    {"coins", "coins", ""}, {"spent", "coins/step", ""}, {"observed", "steps", ""}, {.name = NULL}};
SIM_TABLE_ENDS(metrics, METRIC_COUNT);
static const sim_reducer_t reducers[] = {{"coins_max", "", "", SIM_REDUCE_MAX, "coins", 0, 0},
                                         {"coins_mean", "", "", SIM_REDUCE_MEAN, "coins", 0, 0},
                                         {"spent_sum", "", "", SIM_REDUCE_SUM, "spent", 0, 0},
                                         {.name = NULL}};

static int calls; /* of observe() */

static int observe(sim_world_t *world, double *metric) {
    const state_t *state = world->state;
    calls++;
    metric[METRIC_COINS] = (double)state->coins;
    metric[METRIC_SPENT] = (double)state->spent;
    metric[METRIC_OBSERVED] = world->clock.step;
    if (((const params_t *)world->params)->infinite && world->clock.step == 0)
        metric[METRIC_COINS] = INFINITY;
    return SIM_OK;
}

static const sim_param_t no_params[] = {SIM_PARAM_END};
static const sim_phase_t phases[] = {{"spend", "", .commit = spend}, {.name = NULL}};
static const sim_model_t model = {.name = "purse",
                                  .params = no_params,
                                  .params_size = sizeof(params_t),
                                  .state = state_table,
                                  .state_size = sizeof(state_t),
                                  .metrics = metrics,
                                  .n_metrics = METRIC_COUNT,
                                  .reducers = reducers,
                                  .phases = phases,
                                  .setup = setup,
                                  .observe = observe};

static void run(sim_detail_t detail, bool infinite, sim_record_t *record) {
    params_t params = {infinite};
    const sim_config_t config = {
        .model = &model,
        .params = &params,
        .run = {.start_year = 2000, .steps_per_year = 4, .steps = STEPS, .seed = 1, .reps = 1}};
    const sim_experiment_run_t one = {.config = &config, .detail = detail, .threads = 1};
    sim_base_arena_t arena;
    sim_base_arena_init(&arena);
    calls = 0;
    cr_assert_eq(sim_experiment_replicate(&one, &arena, record), 0);
    sim_base_arena_free(&arena);
}

Test(start, has_stocks_and_no_flows) {
    sim_record_t record;
    run(SIM_DETAIL_SERIES, false, &record);
    cr_assert_eq(record.status, 0, "%s", record.note);
    cr_assert_eq(record.steps, STEPS);
    cr_assert_eq(sim_record_series_rows(&record), 1 + STEPS);
    const double *start = sim_record_step(&record, SIM_RECORD_START);
    cr_expect_eq(start[METRIC_COINS], COINS);
    cr_expect(isnan(start[METRIC_SPENT]));
    cr_expect_eq(start[METRIC_OBSERVED], 0);
    for (int32_t s = 0; s < STEPS; s++) {
        cr_expect_eq(sim_record_step(&record, s)[METRIC_OBSERVED], s + 1);
        cr_expect_eq(sim_record_step(&record, s)[METRIC_SPENT], s + 1);
    }
    cr_expect_eq(sim_record_time(&record, SIM_RECORD_START), 1999.75);
    cr_expect_eq(sim_record_time(&record, 0), 2000);
    sim_experiment_record_free(&record);
}

Test(start, is_in_no_sum_and_not_looked_at_where_no_series_is_kept) {
    sim_record_t summary, series;
    run(SIM_DETAIL_SUMMARY, false, &summary);
    cr_expect_eq(calls, STEPS);
    run(SIM_DETAIL_SERIES, false, &series);
    cr_expect_eq(calls, 1 + STEPS);
    cr_expect_eq(series.summary[0], COINS - 1);
    cr_expect_eq(series.summary[1], (99 + 97 + 94 + 90 + 85) / 5.0);
    cr_expect_eq(series.summary[2], 1 + 2 + 3 + 4 + 5);
    cr_expect_arr_eq(summary.summary, series.summary, 3 * sizeof(double));
    sim_experiment_record_free(&summary);
    sim_experiment_record_free(&series);
}

Test(start, is_checked_as_all_rows_are) {
    sim_record_t record;
    run(SIM_DETAIL_SUMMARY, true, &record);
    cr_expect_eq(record.status, 0);
    sim_experiment_record_free(&record);
    run(SIM_DETAIL_SERIES, true, &record);
    cr_expect_eq(record.status, SIM_ERR_MODEL);
    cr_expect_str_eq(record.note,
                     "before the first step, observe() of model purse: metric coins is "
                     "infinite (no value is NaN)");
    sim_experiment_record_free(&record);
}
