/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dated changes of parameters: when they come, and that they stay in their own replicate. The walk
 * of model `none` shows the step: it goes left with right = 0 and right with right = 1. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/schedule/world.h"

static sim_world_t world;
static sim_config_t *config;
static sim_base_diag_t diag;

static void begin(void) {
    sim_base_diag_init(&diag);
}
static void end(void) {
    sim_world_free(&world);
    sim_param_config_destroy(config);
    sim_base_diag_free(&diag);
}
TestSuite(interventions, .init = begin, .fini = end);

static void load(int steps_per_year, const char *list) {
    char text[1024];
    snprintf(text, sizeof text,
             "model = \"none\"; run = { start_year = 2000; years = 4; steps_per_year = %d; };"
             "none = { agents = 10; right = 0.0; }; interventions = ( %s );",
             steps_per_year, list);
    sim_param_config_destroy(config);
    config = NULL;
    cr_assert_eq(sim_param_config_parse(text, "test", ".", NULL, &diag, &config), 0, "%s",
                 diag.count ? diag.problem[0].text : "");
    cr_assert_eq(sim_world_init(&world, config, NULL, 0, 1), 0);
}

static double place(void) {
    double metric = 0;
    cr_assert_eq(world.model->observe(&world, &metric), 0);
    return metric;
}

static double move(void) {
    double before = place();
    cr_assert_eq(sim_world_step(&world), 0);
    return place() - before;
}

/* The step whose begin is nearest, of two as near the later one. */
Test(interventions, come_with_the_step_that_begins_nearest_to_their_year) {
    static const struct {
        double at;
        int first[3]; /* at 1, 4 and 12 steps a year */
    } known[] = {{1999.96, {0, 0, 0}},  {2000, {0, 0, 0}},     {2001, {1, 4, 12}},
                 {2001.25, {1, 5, 15}}, {2001.3, {1, 5, 16}},  {2001.33, {1, 5, 16}},
                 {2001.5, {2, 6, 18}},  {2001.62, {2, 6, 19}}, {2002.75, {3, 11, 33}}};
    static const int steps_per_year[] = {1, 4, 12};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        for (int s = 0; s < 3; s++) {
            char list[128];
            snprintf(list, sizeof list, "{ at = %.2f; set = \"none.right\"; value = 1; }",
                     known[k].at);
            load(steps_per_year[s], list);
            for (int step = 0; step < world.clock.steps; step++)
                cr_assert_eq(move(), step < known[k].first[s] ? -1 : 1, "%g, %d a year, step %d",
                             known[k].at, steps_per_year[s], step);
        }
}

Test(interventions, that_fall_into_one_step_are_set_in_their_order) {
    load(1, "{ at = 2001.9; set = \"none.right\"; value = 0; },"
            "{ at = 2001.6; set = \"none.right\"; value = 1; },"
            "{ at = 2003; set = \"none.right\"; value = 1; }");
    static const double moves[] = {-1, -1, -1, 1};
    for (int step = 0; step < 4; step++)
        cr_expect_eq(move(), moves[step]);
    cr_expect_eq(world.n_applied, 3);
}

Test(interventions, stay_in_their_replicate) {
    char first[33], again[33];
    load(4, "{ at = 2001; set = \"none.right\"; value = 0.3; },"
            "{ at = 2002; set = \"none.right\"; value = 0.9; }");
    for (int step = 0; step < 16; step++)
        cr_assert_eq(sim_world_step(&world), 0);
    sim_world_digest(&world, first);
    cr_expect_neq(world.params, config->params);
    size_t reserved = world.arena.reserved;
    cr_assert_eq(sim_world_init(&world, config, NULL, 0, 1), 0);
    cr_expect_eq(move(), -1, "the second replicate starts with the values of the start");
    for (int step = 1; step < 16; step++)
        cr_assert_eq(sim_world_step(&world), 0);
    sim_world_digest(&world, again);
    cr_expect_str_eq(again, first);
    cr_expect_eq(world.arena.reserved, reserved);
}

Test(interventions, cost_nothing_where_there_are_none) {
    load(4, "");
    cr_expect_eq(world.params, config->params);
}

/* ---- streams ---- */

/* The places after each of the 16 steps. */
static void walk(const char *list, double at[16]) {
    load(4, list);
    for (int step = 0; step < 16; step++) {
        cr_assert_eq(sim_world_step(&world), 0);
        at[step] = place();
    }
}

#define FAIR "{ at = 2000; set = \"none.right\"; value = 0.5; }"
#define STREAM(year, number) "{ at = " year "; set = \"run.stream\"; value = " number "; }"

Test(interventions, a_stream_changes_what_comes_and_no_bit_of_the_past) {
    double own[16], same[16], other[16], third[16], back[16];
    walk(FAIR, own);
    walk(FAIR ", " STREAM("2001", "0"), same);
    walk(FAIR ", " STREAM("2001", "1"), other);
    walk(FAIR ", " STREAM("2001", "2"), third);
    walk(FAIR ", " STREAM("2001", "1") ", " STREAM("2003", "0"), back);
    cr_expect_arr_eq(same, own, sizeof own);
    for (int step = 0; step < 4; step++)
        cr_expect(other[step] == own[step] && third[step] == own[step], "step %d", step);
    cr_expect(other[4] != own[4] && third[4] != own[4] && other[4] != third[4]);
    cr_expect_arr_eq(back, other, 12 * sizeof *back);
    cr_expect_neq(back[12] - back[11], other[12] - other[11]);
    cr_expect_float_eq(back[12] - back[11], own[12] - own[11], 1e-12,
                       "stream 0 is that of the seed");
}

Test(interventions, a_stream_leaves_the_key_of_the_run_and_of_set_up) {
    load(4, STREAM("2001", "1"));
    const sim_rng_key_t key = sim_rng_key(1, 0), other = sim_rng_stream(key, 1);
    cr_expect_arr_eq(world.step_key.word, key.word, sizeof key.word);
    for (int step = 0; step < 5; step++)
        cr_assert_eq(sim_world_step(&world), 0);
    cr_expect_arr_eq(world.key.word, key.word, sizeof key.word);
    cr_expect_arr_eq(world.step_key.word, other.word, sizeof other.word);
    sim_rng_t rng = sim_world_rng(&world, SIM_RNG_PURPOSE_MODEL);
    cr_expect_arr_eq(rng.key.word, other.word, sizeof other.word);
    cr_assert_eq(sim_world_init(&world, config, NULL, 0, 1), 0);
    cr_expect_arr_eq(world.step_key.word, key.word, sizeof key.word, "the next one begins anew");
    sim_world_skip(&world, 5);
    cr_expect_arr_eq(world.step_key.word, other.word, sizeof other.word, "as after five steps");
}

/* ---- the hook ---- */

typedef struct {
    double rate;
} probe_params_t;

typedef struct {
    int64_t *calls;
    double seen[8];
} probe_t;

static int probe_setup(sim_world_t *probe) {
    probe_t *state = sim_base_arena_alloc(&probe->arena, 1, sizeof *state);
    if (!state || !(state->calls = sim_world_column(probe, "calls", SIM_STATE_I64, 1)))
        return SIM_ERR_MEMORY;
    probe->state = state;
    return SIM_OK;
}

static int probe_changed(sim_world_t *probe) {
    probe_t *state = probe->state;
    state->seen[(*state->calls)++] = ((const probe_params_t *)probe->params)->rate;
    return probe->clock.step == 3 ? sim_world_fail(probe, SIM_ERR_MODEL, "no") : SIM_OK;
}

Test(interventions, the_hook_is_called_once_a_step_that_has_some) {
    static const sim_param_t row =
        SIM_PARAM_ROW_REAL(probe_params_t, rate, "probe.rate", 0, 0, 9, "", "", A, "");
    static const sim_phase_t phases[] = {{.name = NULL}};
    const sim_model_t model = {.name = "probe",
                               .params_size = sizeof(probe_params_t),
                               .phases = phases,
                               .setup = probe_setup,
                               .changed = probe_changed};
    probe_params_t params = {1};
    sim_param_intervention_t list[] = {{.at = 2001, .row = &row, .value.real = 2},
                                       {.at = 2001, .row = &row, .value.real = 3},
                                       {.at = 2002, .row = &row, .value.real = 4},
                                       {.at = 2003, .row = &row, .value.real = 5}};
    sim_config_t own = {
        .model = &model, .params = &params, .interventions = list, .n_interventions = 4};
    own.run = (sim_run_params_t){.start_year = 2000, .steps_per_year = 1, .steps = 9};
    cr_assert_eq(sim_world_init(&world, &own, NULL, 0, 1), 0);
    for (int step = 0; step < 3; step++)
        cr_assert_eq(sim_world_step(&world), 0);
    const probe_t *state = world.state;
    cr_expect_eq(*state->calls, 2);
    cr_expect_eq(state->seen[0], 3);
    cr_expect_eq(state->seen[1], 4);
    cr_expect_eq(sim_world_step(&world), SIM_ERR_MODEL, "its failure is the step's");
    cr_expect_eq(world.clock.step, 3);
    cr_expect_eq(params.rate, 1);
}
