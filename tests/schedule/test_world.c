/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phases, threads, digests: with a model made for the purpose. */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/schedule/phases.h"

enum { PURPOSE_DRAW = SIM_RNG_PURPOSE_MODEL, MOST_BLOCKS = 16, FAIL_LATE = -1007 };

typedef struct {
    size_t items;
    int fail_block, other_fail_block; /* -1: none */
    double mean_degree;
} params_t;

typedef struct {
    double *value;
    uint8_t *visits;
    int64_t *counter; /* 0: commits, 1: yearly commits, 2: order of the phases */
    sim_network_graph_t graph;
    sim_network_ties_t ties;
} state_t;

static int setup(sim_world_t *world) {
    const params_t *params = world->params;
    state_t *state = sim_base_arena_alloc(&world->arena, 1, sizeof *state);
    if (!state)
        return SIM_ERR_MEMORY;
    state->value = sim_world_column(world, "value", SIM_STATE_F64, params->items);
    state->visits = sim_world_column(world, "visits", SIM_STATE_U8, params->items);
    state->counter = sim_world_column(world, "counter", SIM_STATE_I64, 3);
    if (!state->value || !state->visits || !state->counter)
        return SIM_ERR_MEMORY;
    int rc = sim_network_graph_init(&state->graph, &world->arena, 100, params->mean_degree);
    if (!rc)
        rc = sim_network_graph_random(&state->graph, 300, world->key);
    if (!rc)
        rc = sim_network_ties_init(&state->ties, &world->arena, 4);
    world->state = state;
    world->graph = &state->graph;
    world->ties = &state->ties;
    return rc;
}

static size_t items(const sim_world_t *world) {
    return ((const params_t *)world->params)->items;
}

static int decide(sim_world_t *world, size_t block, size_t first, size_t last) {
    const params_t *params = world->params;
    state_t *state = world->state;
    sim_rng_t rng = sim_world_rng(world, PURPOSE_DRAW);
    for (size_t i = first; i < last; i++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, (uint32_t)i, 0);
        state->value[i] += sim_rng_uniform(&draw) + (double)block;
        state->visits[i]++;
    }
    if ((int)block == params->fail_block)
        return SIM_ERR_MODEL;
    return (int)block == params->other_fail_block ? FAIL_LATE : SIM_OK;
}

static int commit(sim_world_t *world) {
    state_t *state = world->state;
    sim_network_birth_t birth = {
        .onset = world->clock.step, .from = (uint32_t)world->clock.step, .to = 1, .trust = 0.5};
    state->counter[0]++;
    state->counter[2] = 10 * state->counter[2] % 1000000 + 1;
    return sim_network_tie_add(&state->ties, &birth, NULL);
}

static int commit_yearly(sim_world_t *world) {
    state_t *state = world->state;
    state->counter[1]++;
    state->counter[2] = 10 * state->counter[2] % 1000000 + 2;
    return SIM_OK;
}

static const sim_phase_t phases[] = {
    {"work", "", SIM_EVERY_STEP, items, decide, .commit = commit},
    {"yearly", "", SIM_EVERY_YEAR, .commit = commit_yearly},
    {.name = NULL},
};

static const char *const words[] = {"word", NULL};
static const sim_network_labels_t labels = {words, words, words, words, words, words, NULL, NULL};
static const sim_model_t model = {
    .name = "probe", .phases = phases, .labels = &labels, .setup = setup};

static params_t usual(size_t n) {
    return (params_t){n, -1, -1, 6.0};
}

static int start(sim_world_t *world, params_t *params, uint32_t replicate, int threads) {
    sim_config_t config = {.model = &model, .params = params};
    config.run =
        (sim_run_params_t){.start_year = 2000, .steps_per_year = 4, .steps = 20, .seed = 3};
    int rc = sim_world_init(world, &config, NULL, replicate, threads);
    if (rc == 0 && threads > 1) /* as if timed, and found worth sharing */
        world->cost[0] = (sim_schedule_cost_t){.item_s = 1.0, .turn = 100};
    return rc;
}

static void run(params_t *params, uint32_t replicate, int threads, int steps, char digest[33]) {
    sim_world_t world = {0};
    cr_assert_eq(start(&world, params, replicate, threads), 0);
    for (int i = 0; i < steps; i++)
        cr_assert_eq(sim_world_step(&world), 0);
    cr_assert_eq(sim_world_verify(&world), 0);
    sim_world_digest(&world, digest);
    sim_world_free(&world);
}

Test(world, every_item_is_decided_once_whatever_the_threads) {
    static const size_t sizes[] = {
        0, 1, SIM_BLOCK - 1, SIM_BLOCK, SIM_BLOCK + 1, 5 * SIM_BLOCK + 7};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int threads = 0; threads <= 7; threads++) {
            sim_world_t world = {0};
            params_t params = usual(sizes[s]);
            cr_assert_eq(start(&world, &params, 0, threads), 0);
            cr_assert_eq(sim_world_step(&world), 0);
            const state_t *state = world.state;
            for (size_t i = 0; i < sizes[s]; i++)
                cr_assert_eq(state->visits[i], 1);
            sim_world_free(&world);
        }
}

Test(world, threads_cannot_be_seen) {
    char one[33], many[33];
    params_t params = usual(9 * SIM_BLOCK + 100);
    run(&params, 0, 1, 5, one);
    for (int threads = 2; threads <= 7; threads++) {
        run(&params, 0, threads, 5, many);
        cr_expect_str_eq(many, one);
    }
}

/* Timed on its first steps, and shared or not as the time says. */
Test(world, a_phase_is_timed_before_it_is_shared) {
    sim_world_t world = {0};
    params_t params = usual(9 * SIM_BLOCK);
    cr_assert_eq(start(&world, &params, 0, 2), 0);
    world.cost[0] = (sim_schedule_cost_t){0};
    for (int t = 0; t < 3; t++) {
        world.cost[0].item_s = 0;
        cr_assert_eq(sim_world_step(&world), 0);
        cr_expect_gt(world.cost[0].item_s, 0.0);
    }
    world.cost[0] = (sim_schedule_cost_t){.item_s = 1.0, .turn = 100};
    cr_assert_eq(sim_world_step(&world), 0);
    cr_expect_eq(world.cost[0].item_s, 1.0, "shared, and not timed");
    cr_expect_eq(world.cost[0].turn, 101);
    sim_world_free(&world);
}

static int mark_part(sim_world_t *world, size_t part, int worker) {
    state_t *state = world->state;
    state->visits[part]++;
    if (worker < 0 || worker >= world->threads)
        return SIM_ERR_VERIFY;
    return part == 7 ? SIM_ERR_MODEL : part == 30 ? FAIL_LATE : SIM_OK;
}

Test(world, shared_parts_are_each_done_once_and_the_lowest_code_returned) {
    for (int threads = 1; threads <= 4; threads++)
        for (int reverse = 0; reverse <= 1; reverse++) {
            sim_world_t world = {0};
            params_t params = usual(100);
            cr_assert_eq(start(&world, &params, 0, threads), 0);
            world.reverse = reverse;
            cr_expect_eq(sim_world_share(&world, 5, mark_part), SIM_OK);
            cr_expect_eq(sim_world_share(&world, 60, mark_part), FAIL_LATE);
            for (size_t part = 0; part < 100; part++)
                cr_assert_eq(((state_t *)world.state)->visits[part], (part < 5) + (part < 60));
            sim_world_free(&world);
        }
}

Test(world, replicates_differ) {
    char one[33], two[33];
    params_t params = usual(100);
    run(&params, 0, 1, 5, one);
    run(&params, 1, 1, 5, two);
    cr_expect_str_neq(two, one);
}

Test(world, the_lowest_code_is_reported_and_nothing_committed) {
    for (int threads = 1; threads <= 4; threads++) {
        sim_world_t world = {0};
        params_t params = {8 * SIM_BLOCK, 2, 6, 6.0};
        cr_assert_eq(start(&world, &params, 0, threads), 0);
        cr_expect_eq(sim_world_step(&world), FAIL_LATE);
        cr_expect_eq(((state_t *)world.state)->counter[0], 0);
        cr_expect_eq(world.clock.step, 0);
        sim_world_free(&world);
    }
}

Test(world, yearly_phases_come_with_the_first_step_of_a_year) {
    sim_world_t world = {0};
    params_t params = usual(1);
    cr_assert_eq(start(&world, &params, 0, 1), 0);
    for (int i = 0; i < 6; i++)
        cr_assert_eq(sim_world_step(&world), 0);
    const state_t *state = world.state;
    cr_expect_eq(state->counter[0], 6);
    cr_expect_eq(state->counter[1], 2);
    cr_expect_eq(state->counter[2], 111121, "12 1 1 1 12 1, the last six digits");
    cr_expect_eq(world.clock.step, 6);
    sim_world_free(&world);
}

Test(world, a_used_world_starts_again_the_same) {
    char fresh[33], again[33];
    sim_world_t world = {0};
    params_t params = usual(5000);
    run(&params, 2, 1, 3, fresh);
    cr_assert_eq(start(&world, &params, 7, 1), 0);
    cr_assert_eq(sim_world_step(&world), 0);
    size_t reserved = world.arena.reserved;
    cr_assert_eq(start(&world, &params, 2, 1), 0);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(sim_world_step(&world), 0);
    sim_world_digest(&world, again);
    cr_expect_str_eq(again, fresh);
    cr_expect_eq(world.arena.reserved, reserved);
    sim_world_free(&world);
    sim_world_free(&world);
}

Test(digest, sees_every_part_of_the_state_but_not_its_place) {
    char first[33], other[33];
    sim_world_t world = {0};
    params_t params = usual(100), wide = usual(100);
    wide.mean_degree = 90.0;
    run(&params, 0, 1, 3, first);
    run(&wide, 0, 1, 3, other);
    cr_expect_str_eq(other, first, "the stride of the graph shows");
    cr_assert_eq(start(&world, &params, 0, 1), 0);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(sim_world_step(&world), 0);
    state_t *state = world.state;
#define SIM_TEST_MOVES(change, back)                                                               \
    change;                                                                                        \
    sim_world_digest(&world, other);                                                               \
    cr_expect_str_neq(other, first, #change);                                                      \
    back;                                                                                          \
    sim_world_digest(&world, other);                                                               \
    cr_expect_str_eq(other, first, #back)
    SIM_TEST_MOVES(state->visits[99]++, state->visits[99]--);
    SIM_TEST_MOVES(world.clock.step++, world.clock.step--);
    SIM_TEST_MOVES(world.arrays->array[0].name = "other", world.arrays->array[0].name = "value");
    SIM_TEST_MOVES(state->ties.stage[2]++, state->ties.stage[2]--);
    SIM_TEST_MOVES(state->ties.terminus[0]--, state->ties.terminus[0]++);
    SIM_TEST_MOVES(state->graph.row[0]++, state->graph.row[0]--);
    SIM_TEST_MOVES(world.n_networks = 1, world.n_networks = 2);
#undef SIM_TEST_MOVES
    sim_world_free(&world);
}

Test(world, the_first_note_is_kept) {
    sim_world_t world = {0};
    cr_expect_eq(sim_world_fail(&world, SIM_ERR_MODEL, "%d reasons", 2), SIM_ERR_MODEL);
    cr_expect_eq(sim_world_fail(&world, SIM_ERR_MEMORY, "another"), SIM_ERR_MEMORY);
    cr_expect_str_eq(world.note, "2 reasons");
}

Test(world, models_are_found_by_name) {
    cr_expect_eq(sim_model_find(sim_models[0]->name), sim_models[0]);
    cr_expect_null(sim_model_find("no_such_model"));
}
