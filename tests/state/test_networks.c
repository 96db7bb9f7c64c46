/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks between populations that grow and shrink: an undirected one, a directed one, one of two
 * modes, against sets of pairs of numbers for life; saved, restored, compared with a twin. */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/schedule/networks.h"
#include "tests/support/twin_steps.h"

enum { AGENTS = 12, FIRMS = 5, STEPS = 60, MOST = 400, CHANGES = 30 };
enum { PURPOSE_CHANGE = SIM_RNG_PURPOSE_MODEL };

typedef struct {
    double degree;
    bool reads_behind, unknown_row;
} params_t;

typedef struct {
    sim_state_population_t agent, firm;
    uint32_t *person, *company; /* numbers for life */
    uint32_t persons, companies;
    sim_network_graph_t friends;
    sim_network_arcs_t advice, works;
    double *trust;
    uint8_t *rank;
    uint32_t seen;
} state_t;

static size_t few(const sim_world_t *world) {
    (void)world;
    return AGENTS;
}
static size_t fewer(const sim_world_t *world) {
    (void)world;
    return FIRMS;
}

static const sim_state_row_t table[] = {
    SIM_STATE_GROWING(state_t, agent, few, "People."),
    SIM_STATE_GROWING(state_t, firm, fewer, "Firms."),
    SIM_STATE_COLUMN(state_t, agent, person, "", "Number for life."),
    SIM_STATE_COLUMN(state_t, firm, company, "", "Number for life."),
    SIM_STATE_VALUE(state_t, persons, "", "How many came."),
    SIM_STATE_VALUE(state_t, companies, "", "How many came."),
    SIM_STATE_VALUE(state_t, seen, "", "What somebody read."),
    SIM_STATE_GRAPH(state_t, friends, agent, params_t, degree, "Friends."),
    SIM_STATE_ARCS(state_t, advice, agent, agent, "Who asks whom."),
    SIM_STATE_ARC_COLUMN(state_t, advice, trust, "", "In whom is asked."),
    SIM_STATE_ARC_COLUMN(state_t, advice, rank, "", "Of whom is asked."),
    SIM_STATE_ARCS(state_t, works, agent, firm, "Who works where."),
    SIM_STATE_END};

/* What there is to be, by numbers for life; followed in one world alone. */
static struct {
    const sim_world_t *of;
    bool friends[MOST][MOST], works[MOST][MOST];
    double trust[MOST][MOST];
} plain;

static int setup(sim_world_t *world) {
    state_t *state = world->state;
    for (uint32_t k = 0; k < state->agent.count; k++)
        state->person[k] = state->persons++;
    for (uint32_t k = 0; k < state->firm.count; k++)
        state->company[k] = state->companies++;
    return SIM_OK;
}

static int come_and_go(sim_world_t *world, sim_rng_draw_t *draw) {
    state_t *state = world->state;
    uint32_t born = sim_rng_below(draw, 4), founded = sim_rng_below(draw, 2);
    int rc = sim_world_grow(world, &state->agent, born);
    if (!rc)
        rc = sim_world_grow(world, &state->firm, founded);
    for (uint32_t k = state->agent.count - born; k < state->agent.count && !rc; k++)
        state->person[k] = state->persons++;
    for (uint32_t k = state->firm.count - founded; k < state->firm.count && !rc; k++)
        state->company[k] = state->companies++;
    if (!rc && state->agent.count > AGENTS / 2)
        rc = sim_world_remove(world, &state->agent, sim_rng_below(draw, state->agent.count));
    if (!rc && state->firm.count > FIRMS)
        rc = sim_world_remove(world, &state->firm, sim_rng_below(draw, state->firm.count));
    return rc;
}

static int change_friends(const sim_world_t *world, state_t *state, uint32_t a, uint32_t b) {
    sim_network_graph_t *graph = &state->friends;
    bool are = sim_network_graph_has(graph, a, b);
    uint32_t p = state->person[a], q = state->person[b];
    if (world == plain.of)
        plain.friends[p][q] = plain.friends[q][p] = !are;
    if (!are)
        return sim_network_graph_add(graph, a, b);
    uint32_t at = sim_network_row_place(sim_network_neighbours(graph, a), graph->degree[a], b);
    sim_network_graph_drop(graph, a, at);
    return SIM_OK;
}

static int change_advice(const sim_world_t *world, state_t *state, uint32_t a, uint32_t b) {
    bool asks = sim_network_arcs_has(&state->advice, a, b);
    double value = asks ? 0 : world->clock.step + 1.5;
    uint32_t place;
    if (world == plain.of)
        plain.trust[state->person[a]][state->person[b]] = value;
    if (asks)
        return sim_network_arcs_drop(&state->advice, a, b);
    int rc = sim_network_arcs_add(&state->advice, a, b, &place);
    if (!rc) {
        state->trust[place] = value;
        state->rank[place] = (uint8_t)world->clock.step;
    }
    return rc;
}

static int change_works(const sim_world_t *world, state_t *state, uint32_t a, uint32_t firm) {
    bool works = sim_network_arcs_has(&state->works, a, firm);
    if (world == plain.of)
        plain.works[state->person[a]][state->company[firm]] = !works;
    return works ? sim_network_arcs_drop(&state->works, a, firm)
                 : sim_network_arcs_add(&state->works, a, firm, NULL);
}

static int commit(sim_world_t *world) {
    const params_t *params = world->params;
    state_t *state = world->state;
    sim_rng_draw_t draw = sim_world_draw(world, PURPOSE_CHANGE, 0, 0);
    int rc = come_and_go(world, &draw);
    for (int k = 0; k < CHANGES && !rc; k++) {
        uint32_t n = state->agent.count, a = sim_rng_below(&draw, n), b = sim_rng_below(&draw, n);
        if (a != b)
            rc = change_friends(world, state, a, b);
        if (a != b && !rc)
            rc = change_advice(world, state, a, b);
        if (!rc)
            rc = change_works(world, state, a, sim_rng_below(&draw, state->firm.count));
    }
    for (uint32_t a = 0; a < state->agent.count && params->reads_behind; a++) {
        uint32_t degree = sim_network_arcs_outdegree(&state->advice, a);
        if (degree % 2) /* rows have an even number of places */
            state->seen += sim_network_arcs_heads(&state->advice, a)[degree];
    }
    if (params->unknown_row)
        (void)sim_network_arcs_has(&state->works, 0, state->firm.count);
    return rc;
}

static const sim_phase_t phases[] = {{"change", "", SIM_EVERY_STEP, .commit = commit},
                                     {.name = NULL}};
static const sim_model_t model = {.name = "probe",
                                  .params_size = sizeof(params_t),
                                  .state = table,
                                  .state_size = sizeof(state_t),
                                  .setup = setup,
                                  .phases = phases};

static params_t params;
static sim_config_t config;
static sim_world_t world;

static void begin(void) {
    params = (params_t){.degree = 2};
    config = (sim_config_t){.model = &model, .params = &params};
    config.run = (sim_run_params_t){.start_year = 2000, .steps_per_year = 4, .steps = STEPS};
    world = (sim_world_t){0};
}
static void end(void) {
    sim_world_free(&world);
}

TestSuite(networks, .init = begin, .fini = end);

static void start(void) {
    cr_assert_eq(sim_world_init(&world, &config, NULL, 0, 1), 0, "%s", world.note);
}

static void step(int times) {
    for (int k = 0; k < times; k++) {
        cr_assert_eq(sim_world_step(&world), 0, "%s", world.note);
        cr_assert_eq(sim_world_verify(&world), 0, "%s", world.note);
    }
}

static void expect_plain(const state_t *state) {
    uint32_t n = state->agent.count;
    cr_assert_eq(state->friends.n, n);
    cr_assert_eq(state->advice.out.n, n);
    cr_assert_eq(state->works.in.n, state->firm.count);
    for (uint32_t a = 0; a < n; a++) {
        uint32_t p = state->person[a];
        for (uint32_t b = 0; b < n; b++) {
            uint32_t q = state->person[b], at = sim_network_arcs_find(&state->advice, a, b);
            cr_assert_eq(sim_network_graph_has(&state->friends, a, b), plain.friends[p][q]);
            cr_assert_eq(at == UINT32_MAX ? 0 : state->trust[at], plain.trust[p][q]);
        }
        for (uint32_t b = 0; b < state->firm.count; b++)
            cr_assert_eq(sim_network_arcs_has(&state->works, a, b),
                         plain.works[p][state->company[b]]);
    }
}

Test(networks, follow_rows_that_come_and_go) {
    memset(&plain, 0, sizeof plain);
    plain.of = &world;
    start();
    for (int s = 0; s < STEPS; s++) {
        step(1);
        expect_plain(world.state);
    }
    const state_t *state = world.state;
    cr_expect_gt(state->friends.ties, 20);
    cr_expect_gt(state->advice.count, 20);
    cr_expect_gt(state->works.count, 10);
    cr_expect(state->persons > 2 * AGENTS && state->companies > 2 * FIRMS);
    plain.of = NULL;
}

static const sim_checkpoint_identity_t identity = {"probe", "", 0, -1, 0};

Test(networks, are_saved_and_restored) {
    static const int at[] = {0, 1, 20, STEPS - 1};
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
        char straight[33], resumed[33];
        sim_checkpoint_image_t image = {0};
        start();
        step(at[k]);
        cr_assert_eq(sim_checkpoint_save(&world, &identity, &image), 0);
        step(STEPS - at[k]);
        sim_world_digest(&world, straight);
        start();
        cr_assert_eq(sim_checkpoint_load(&world, &image), 0, "%s", world.note);
        cr_assert_eq(sim_world_verify(&world), 0, "%s", world.note);
        step(STEPS - at[k]);
        sim_world_digest(&world, resumed);
        cr_expect_str_eq(resumed, straight, "from step %d", at[k]);
        sim_checkpoint_image_free(&image);
    }
}

/* Each alone, so that no other difference tells. */
Test(networks, are_in_the_digest) {
    char before[33], after[33];
    start();
    step(10);
    state_t *state = world.state;
    uint32_t tail = 0;
    while (sim_network_arcs_outdegree(&state->advice, tail) < 2)
        tail++;
    uint32_t place = sim_network_arcs_first(&state->advice, tail);
    sim_world_digest(&world, before);
    state->trust[place] += 1;
    sim_world_digest(&world, after);
    cr_expect_str_neq(before, after, "a column");
    state->trust[place] -= 1;
    state->rank[place + 1]++;
    sim_world_digest(&world, after);
    cr_expect_str_neq(before, after, "another column");
    state->rank[place + 1]--;
    uint32_t *cell = state->advice.out.cell, first = cell[place];
    cell[place] = cell[place + 1];
    cell[place + 1] = first;
    sim_world_digest(&world, after);
    cr_expect_str_neq(before, after, "the order in a row");
    cell[place + 1] = cell[place];
    cell[place] = first;
    sim_world_digest(&world, after);
    cr_expect_str_eq(before, after);
}

Test(networks, are_all_that_the_twin_knows) {
    start();
    cr_expect_eq(twin_steps(&config, &world, STEPS), 0, "%s", world.note);
}

#if !defined(__SANITIZE_ADDRESS__) /* which stops the program at the read */
Test(networks, have_other_bytes_behind_their_rows_in_the_twin) {
    params.reads_behind = true;
    start();
    cr_expect_eq(twin_steps(&config, &world, STEPS), SIM_ERR_VERIFY);
    cr_expect_not_null(strstr(world.note, "seen of model probe"), "%s", world.note);
}
#endif

Test(networks, know_their_rows) {
    params.unknown_row = true;
    start();
    cr_expect_eq(sim_world_step(&world), SIM_ERR_ARGUMENT);
    cr_expect_not_null(strstr(world.note, "works: there is no arc from 0 to"), "%s", world.note);
}

static size_t people(const sim_world_t *of) {
    return ((const state_t *)of->state)->agent.count;
}
static int ask_next(sim_world_t *of, uint32_t agent) {
    state_t *state = of->state;
    return sim_network_arcs_add(&state->advice, agent, (agent + 1) % AGENTS, NULL);
}
static int ask_nobody(sim_world_t *of, uint32_t agent) {
    state_t *state = of->state;
    return sim_network_arcs_drop(&state->advice, agent, (agent + 1) % AGENTS);
}

Test(networks, stay_as_they_are_while_all_act) {
    sim_phase_t all[] = {{"all", "", .items = people}, {.name = NULL}};
    int (*const change[])(sim_world_t *, uint32_t) = {ask_next, ask_nobody};
    sim_model_t other = model;
    other.phases = all;
    config.model = &other;
    for (size_t k = 0; k < sizeof change / sizeof *change; k++) {
        all[0].each = change[k];
        start();
        cr_expect_eq(sim_world_step(&world), SIM_ERR_ARGUMENT);
        cr_expect_str_eq(world.note, "phase all of model probe: a change of arcs in each(), which "
                                     "runs on any thread; do it in a commit");
        cr_expect_eq(((state_t *)world.state)->advice.count, 0);
    }
}

Test(networks, have_names_for_their_arrays) {
    static const char *const names[] = {"advice.outdegree", "advice.heads", "advice.indegree",
                                        "advice.tails",     "advice.trust", "advice.rank"};
    start();
    cr_assert_eq(world.n_networks, 3);
    cr_assert_eq(world.network[1].n_arrays, sizeof names / sizeof *names);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cr_expect_str_eq(world.network[1].array[i], names[i]);
}

/* ---- what is wrong with a table ---- */

static void expect_wrong(const sim_state_row_t *wrong, const char *text) {
    sim_base_diag_t diag;
    sim_base_diag_init(&diag);
    cr_assert_eq(sim_state_check(wrong, sizeof(state_t), "probe", &diag), 1);
    cr_expect_str_eq(diag.problem[0].text, text);
    sim_base_diag_free(&diag);
}

Test(networks, belong_to_rows_of_the_table) {
    const sim_state_row_t no_heads[] = {
        SIM_STATE_POPULATION_OF(state_t, agent, few, "People."),
        SIM_STATE_ARCS(state_t, works, agent, firm, "Who works where."), SIM_STATE_END};
    const sim_state_row_t no_tails[] = {
        SIM_STATE_POPULATION_OF(state_t, firm, few, "Firms."),
        SIM_STATE_ARCS(state_t, works, agent, firm, "Who works where."), SIM_STATE_END};
    const sim_state_row_t no_arcs[] = {
        SIM_STATE_ARC_COLUMN(state_t, advice, trust, "", "In whom is asked."), SIM_STATE_END};
    expect_wrong(no_heads, "model probe: works of its state leads to a population that has no row "
                           "of its own");
    expect_wrong(no_tails, "model probe: works of its state belongs to a population that has no "
                           "row of its own");
    expect_wrong(no_arcs,
                 "model probe: trust of its state belongs to arcs that have no row of their own");
}
