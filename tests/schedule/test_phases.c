/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How agents act in a phase: each at the same time, asked one after another, every n steps. */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/schedule/phases.h"

enum { AGENTS = 3000, STEPS = 12 };

typedef struct {
    size_t agents;
    uint32_t fails; /* the agent whose hook fails, UINT32_MAX: none */
} params_t;

typedef struct {
    uint32_t visits[AGENTS], asked[2][AGENTS]; /* by phase, in the order of asking */
    uint32_t n_asked[2], seldom, yearly;
} state_t;

static int setup(sim_world_t *world) {
    world->state = sim_base_arena_alloc(&world->arena, 1, sizeof(state_t));
    return world->state ? SIM_OK : SIM_ERR_MEMORY;
}

static size_t agents(const sim_world_t *world) {
    return ((const params_t *)world->params)->agents;
}

static int visit(sim_world_t *world, uint32_t agent) {
    ((state_t *)world->state)->visits[agent]++;
    return agent == ((const params_t *)world->params)->fails ? SIM_ERR_MODEL : SIM_OK;
}

static int note(sim_world_t *world, uint32_t agent, int phase) {
    state_t *state = world->state;
    state->asked[phase][state->n_asked[phase]++] = agent;
    return SIM_OK;
}
static int ask_first(sim_world_t *world, uint32_t agent) {
    return note(world, agent, 0);
}
static int ask_second(sim_world_t *world, uint32_t agent) {
    return note(world, agent, 1);
}

static int seldom(sim_world_t *world) {
    ((state_t *)world->state)->seldom |= 1U << world->clock.step % 32;
    return SIM_OK;
}
static int yearly(sim_world_t *world) {
    ((state_t *)world->state)->yearly |= 1U << world->clock.step % 32;
    return SIM_OK;
}

static const sim_phase_t phases[] = {
    {"visit", "", .items = agents, .each = visit},
    {"first", "", .items = agents, .ask = ask_first, .order = SIM_ORDER_RANDOM},
    {"second", "", .items = agents, .ask = ask_second, .order = SIM_ORDER_RANDOM},
    {"seldom", "", SIM_EVERY_STEPS(5), .commit = seldom},
    {"yearly", "", SIM_EVERY_YEAR, .commit = yearly},
    {.name = NULL}};
static const sim_phase_t by_number[] = {{"first", "", .items = agents, .ask = ask_first},
                                        {.name = NULL}};
static const sim_model_t model = {.name = "probe", .phases = phases, .setup = setup};
static const sim_model_t ordered = {.name = "probe", .phases = by_number, .setup = setup};

static void start(sim_world_t *world, const sim_model_t *of, params_t *params, int threads) {
    sim_config_t config = {.model = of, .params = params};
    config.run =
        (sim_run_params_t){.start_year = 2000, .steps_per_year = 4, .steps = STEPS, .seed = 3};
    *world = (sim_world_t){0};
    cr_assert_eq(sim_world_init(world, &config, NULL, 0, threads), 0);
    if (threads > 1) /* as if timed, and found worth sharing */
        world->cost[0] = (sim_schedule_cost_t){.item_s = 1.0, .turn = 100};
}

/* One step on empty lists; the state. */
static const state_t *step(sim_world_t *world) {
    state_t *state = world->state;
    state->n_asked[0] = state->n_asked[1] = 0;
    cr_assert_eq(sim_world_step(world), 0, "%s", world->note);
    return state;
}

static bool is_permutation(const uint32_t *order, uint32_t n) {
    bool seen[AGENTS] = {false};
    for (uint32_t i = 0; i < n; i++) {
        if (order[i] >= n || seen[order[i]])
            return false;
        seen[order[i]] = true;
    }
    return true;
}

Test(phases, each_visits_all_once_on_any_number_of_threads) {
    for (int threads = 1; threads <= 4; threads++) {
        params_t params = {AGENTS, UINT32_MAX};
        sim_world_t world;
        start(&world, &model, &params, threads);
        const state_t *state = step(&world);
        for (uint32_t i = 0; i < AGENTS; i++)
            cr_assert_eq(state->visits[i], 1);
        sim_world_free(&world);
    }
}

Test(phases, of_each_the_failure_is_told) {
    params_t params = {AGENTS, 1234};
    sim_world_t world;
    start(&world, &model, &params, 2);
    cr_expect_eq(sim_world_step(&world), SIM_ERR_MODEL);
    cr_expect(strstr(world.note, "phase visit"), "%s", world.note);
    sim_world_free(&world);
}

Test(phases, agents_are_asked_by_their_numbers) {
    params_t params = {100, UINT32_MAX};
    sim_world_t world;
    start(&world, &ordered, &params, 1);
    const state_t *state = step(&world);
    cr_assert_eq(state->n_asked[0], 100);
    for (uint32_t i = 0; i < 100; i++)
        cr_assert_eq(state->asked[0][i], i);
    sim_world_free(&world);
}

/* Everybody once, in another order at each step and in each phase. */
Test(phases, agents_are_asked_in_a_drawn_order) {
    params_t params = {AGENTS, UINT32_MAX};
    sim_world_t world;
    uint32_t before[AGENTS] = {0};
    start(&world, &model, &params, 1);
    for (int s = 0; s < 3; s++) {
        const state_t *state = step(&world);
        for (int phase = 0; phase < 2; phase++)
            cr_assert(state->n_asked[phase] == AGENTS &&
                      is_permutation(state->asked[phase], AGENTS));
        cr_expect_arr_neq(state->asked[0], state->asked[1], sizeof before);
        cr_expect_arr_neq(state->asked[0], before, sizeof before);
        memcpy(before, state->asked[0], sizeof before);
    }
    sim_world_free(&world);
}

/* A world that begins at step 2, as one restored from a checkpoint does, and one with more room. */
Test(phases, a_drawn_order_is_a_function_of_the_step) {
    params_t params = {50, UINT32_MAX}, more = {AGENTS, UINT32_MAX};
    sim_world_t through, later;
    uint32_t order[50];
    start(&through, &model, &params, 1);
    (void)step(&through);
    (void)step(&through);
    memcpy(order, step(&through)->asked[0], sizeof order);
    start(&later, &model, &more, 1);
    (void)step(&later);
    more.agents = 50;
    later.clock.step = 2;
    cr_expect_arr_eq(step(&later)->asked[0], order, sizeof order);
    sim_world_free(&through);
    sim_world_free(&later);
}

Test(phases, the_first_asked_is_anybody) {
    params_t params = {4, UINT32_MAX};
    sim_world_t world;
    uint32_t first[4] = {0};
    start(&world, &model, &params, 1);
    for (int s = 0; s < 4000; s++) {
        world.clock.step = 100000 + s;
        first[step(&world)->asked[0][0]]++;
        world.clock.step = 0;
    }
    for (int i = 0; i < 4; i++) /* binomial of sd 27: outside with probability 2e-7 */
        cr_expect(first[i] > 1000 - 143 && first[i] < 1000 + 143, "%u", first[i]);
    sim_world_free(&world);
}

Test(phases, every_so_many_steps) {
    params_t params = {1, UINT32_MAX};
    sim_world_t world;
    start(&world, &model, &params, 1);
    const state_t *state = NULL;
    for (int s = 0; s < STEPS; s++)
        state = step(&world);
    cr_expect_eq(state->seldom, 1U << 0 | 1U << 5 | 1U << 10);
    cr_expect_eq(state->yearly, 1U << 0 | 1U << 4 | 1U << 8);
    sim_world_free(&world);
}
