/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state table: what the engine makes of it, populations that grow and shrink, saving and
 * restoring, the twin. With a model made for the purpose. */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/support/twin_steps.h"

enum { AGENTS = 600, BIRTHS = 7, FACES = 3, STEPS = 12 };

typedef struct {
    int64_t agents;
    bool keeps_scratch, writes_behind;
} params_t;

typedef struct {
    sim_state_population_t agent, child, face;
    double *wealth;
    uint16_t *seen; /* FACES cells an agent */
    uint32_t *born, *parent;
    uint8_t *name; /* derived, of children */
    int32_t *scratch;
    double total;
    uint32_t count[2][3];
} state_t;

static size_t faces(const sim_world_t *world) {
    return (size_t)world->clock.steps_per_year;
}

static const sim_state_row_t table[] = {
    SIM_STATE_POPULATION(state_t, agent, params_t, agents, "Agents."),
    SIM_STATE_COLUMN(state_t, agent, wealth, "coins", "What an agent owns."),
    SIM_STATE_COLUMN_AS("agent.faces", state_t, agent, seen, FACES, "", "What it has seen."),
    SIM_STATE_VALUE(state_t, total, "coins", "Of all."),
    SIM_STATE_VALUES_AS("counts", state_t, count, count[0][0], "", "Of something."),
    SIM_STATE_GROWING(state_t, child, NULL, "Those who are born in the run."),
    SIM_STATE_COLUMN(state_t, child, born, "step", "When."),
    SIM_STATE_COLUMN(state_t, child, parent, "", "Whose it is."),
    SIM_STATE_DERIVED(state_t, child, name, 1, "Follows from the parent."),
    SIM_STATE_POPULATION_OF(state_t, face, faces, "As many as steps in a year."),
    SIM_STATE_SCRATCH(state_t, face, scratch, 2, "Nothing."),
    SIM_STATE_END};

static int changed(sim_world_t *world) {
    state_t *state = world->state;
    for (uint32_t k = 0; k < state->child.count; k++)
        state->name[k] = (uint8_t)(state->parent[k] % 7);
    return SIM_OK;
}

static int give_birth(sim_world_t *world) {
    state_t *state = world->state;
    uint32_t first = state->child.count;
    int rc = sim_world_grow(world, &state->child, BIRTHS);
    for (uint32_t k = first; k < state->child.count && !rc; k++) {
        if (state->born[k] || state->parent[k] || state->name[k])
            return sim_world_fail(world, SIM_ERR_MODEL, "a new row is not zero");
        state->born[k] = (uint32_t)world->clock.step + 1;
        state->parent[k] = k * 31 % AGENTS;
        state->name[k] = (uint8_t)(state->parent[k] % 7);
    }
    return rc;
}

static int commit(sim_world_t *world) {
    const params_t *params = world->params;
    state_t *state = world->state;
    int rc = give_birth(world);
    if (!rc)
        rc = sim_world_remove(world, &state->child, (uint32_t)world->clock.step % 3);
    if (!rc && world->clock.step % 5 == 4) /* the last one, too */
        rc = sim_world_remove(world, &state->child, state->child.count - 1);
    for (uint32_t k = 0; k < state->child.count && !rc; k++)
        state->wealth[state->parent[k]] += state->name[k] + 1;
    state->total += params->keeps_scratch ? state->scratch[1]++ : 1;
    state->count[1][2] += state->child.count;
    if (params->writes_behind)
        state->seen[AGENTS * FACES] = 1;
    return rc;
}

static const sim_phase_t phases[] = {{"live", "", SIM_EVERY_STEP, .commit = commit},
                                     {.name = NULL}};
static const sim_model_t model = {.name = "probe",
                                  .params_size = sizeof(params_t),
                                  .state = table,
                                  .state_size = sizeof(state_t),
                                  .phases = phases,
                                  .changed = changed};

static params_t params;
static sim_config_t config;
static sim_world_t world;

static void begin(void) {
    params = (params_t){.agents = AGENTS};
    config = (sim_config_t){.model = &model, .params = &params};
    config.run = (sim_run_params_t){.start_year = 2000, .steps_per_year = 4, .steps = STEPS};
    world = (sim_world_t){0};
}
static void end(void) {
    sim_world_free(&world);
}

TestSuite(table, .init = begin, .fini = end);

static void start(void) {
    cr_assert_eq(sim_world_init(&world, &config, NULL, 0, 1), 0, "%s", world.note);
}

static void step(int times) {
    for (int k = 0; k < times; k++)
        cr_assert_eq(sim_world_step(&world), 0, "%s", world.note);
}

static state_t *state_of(sim_world_t *of) {
    return of->state;
}

Test(table, is_what_the_engine_makes) {
    static const char *const names[] = {"probe.wealth", "agent.faces", "probe.total",
                                        "counts",       "probe.born",  "probe.parent"};
    static const size_t rows[] = {AGENTS, AGENTS * FACES, 1, 6, 0, 0};
    start();
    cr_assert_eq(world.arrays->count, sizeof names / sizeof *names);
    for (size_t i = 0; i < world.arrays->count; i++) {
        cr_expect_str_eq(world.arrays->array[i].name, names[i]);
        cr_expect_eq(world.arrays->array[i].rows, rows[i], "%s", names[i]);
    }
    const state_t *state = state_of(&world);
    cr_expect_eq(state->agent.count, AGENTS);
    cr_expect_eq(state->face.count, 4);
    cr_expect_eq(sim_state_find(world.arrays, "probe.wealth")->data, (void *)state->wealth);
    cr_expect_eq(sim_state_find(world.arrays, "counts")->data, (void *)state->count);
    for (size_t i = 0; i < AGENTS * FACES; i++)
        cr_assert_eq(state->seen[i], 0);
}

/* Against a plain list in which the last takes the place of who leaves. */
Test(table, grows_and_shrinks) {
    uint32_t born[STEPS * BIRTHS], n = 0;
    start();
    for (uint32_t s = 0; s < STEPS; s++) {
        for (int k = 0; k < BIRTHS; k++)
            born[n++] = s + 1;
        born[s % 3] = born[n - 1], n--;
        n -= s % 5 == 4;
        step(1);
        const state_t *state = state_of(&world);
        cr_assert_eq(state->child.count, n);
        cr_assert_geq(state->child.capacity, n);
        cr_assert_eq(sim_state_find(world.arrays, "probe.born")->rows, n);
        cr_assert_arr_eq(state->born, born, n * sizeof *born);
    }
}

static void expect_note(const char *note) {
    cr_expect_str_eq(world.note, note);
    world.note[0] = '\0';
}

Test(table, has_populations_that_do_not_grow) {
    start();
    state_t *state = state_of(&world);
    sim_state_population_t none = {3, 3};
    cr_expect_eq(sim_world_grow(&world, &state->agent, 1), SIM_ERR_ARGUMENT);
    expect_note(
        "sim_world_grow() of agent, which keeps its size; SIM_STATE_GROWING() is the row of "
        "one that changes");
    cr_expect_eq(sim_world_grow(&world, &none, 1), SIM_ERR_ARGUMENT);
    expect_note("sim_world_grow() got what is no population of the state table");
    cr_expect_eq(sim_world_remove(&world, &state->agent, 0), SIM_ERR_ARGUMENT);
    expect_note("sim_world_remove() of agent, which keeps its size; SIM_STATE_GROWING() is the row "
                "of one that changes");
    cr_expect_eq(sim_world_remove(&world, &state->child, 4), SIM_ERR_ARGUMENT);
    expect_note("sim_world_remove() of row 4 of child, which has 0 rows");
    cr_expect_eq(sim_world_grow(&world, &state->child, UINT32_MAX), SIM_ERR_LIMIT);
    expect_note("sim_world_grow() of child by 4294967295 rows: it has 0, and can have 2^32");
    cr_expect_eq(state->agent.count, AGENTS);
    cr_expect_eq(state->child.count, 0);
}

Test(table, refuses_sizes_that_do_not_fit) {
    params.agents = (int64_t)1 << 40;
    cr_expect_eq(sim_world_init(&world, &config, NULL, 0, 1), SIM_ERR_LIMIT);
    cr_expect_str_eq(world.note, "population agent of model probe is too large");
}

/* ---- where rows may be added and removed ---- */

static size_t children(const sim_world_t *of) {
    return ((const state_t *)of->state)->child.count;
}
static int leave(sim_world_t *of, uint32_t child) {
    state_t *state = of->state;
    return sim_world_remove(of, &state->child, child);
}
static int bear(sim_world_t *of, uint32_t child) {
    state_t *state = of->state;
    (void)child;
    return sim_world_grow(of, &state->child, 1);
}
static int never_mind(sim_world_t *of, uint32_t child) {
    (void)leave(of, child);
    return SIM_OK;
}
static int pass_on(sim_world_t *of, uint32_t agent) { /* asks agents: children may go */
    return agent ? SIM_OK : leave(of, 0);
}
static size_t agents(const sim_world_t *of) {
    return ((const state_t *)of->state)->agent.count;
}

static void expect_step(sim_phase_t phase, const char *text) {
    const sim_phase_t list[] = {
        {"live", "", SIM_EVERY_STEP, .commit = commit}, phase, {.name = NULL}};
    sim_model_t changed_model = model;
    changed_model.phases = list;
    config.model = &changed_model;
    start();
    cr_expect_eq(sim_world_step(&world) != 0, text != NULL, "%s", world.note);
    if (text)
        cr_expect_not_null(strstr(world.note, text), "%s", world.note);
    sim_world_free(&world);
}

Test(table, loses_no_row_that_waits_for_its_turn) {
    static const char *const turn = " of child, who are being asked";
    sim_phase_t phase = {"turn", "", .items = children, .ask = leave};
    expect_step(phase, turn);
    phase.order = SIM_ORDER_RANDOM;
    expect_step(phase, turn);
    phase.ask = never_mind;
    expect_step(phase, turn);
    phase.ask = bear;
    expect_step(phase, NULL);
    expect_step((sim_phase_t){"turn", "", .items = agents, .ask = pass_on}, NULL);
}

static uint32_t turns[2];
static int multiply(sim_world_t *of, uint32_t child) {
    turns[0]++;
    return bear(of, child);
}
static int be_asked(sim_world_t *of, uint32_t child) {
    (void)of, (void)child;
    turns[1]++;
    return SIM_OK;
}

/* Those born in a phase act from the next phase on, in any order. */
Test(table, asks_those_who_are_there_when_a_phase_begins) {
    for (int order = SIM_ORDER_NUMBER; order <= SIM_ORDER_RANDOM; order++) {
        const sim_phase_t list[] = {
            {"live", "", .commit = commit},
            {"bear", "", .items = children, .ask = multiply, .order = (sim_order_t)order},
            {"next", "", .items = children, .each = be_asked},
            {.name = NULL}};
        sim_model_t changed_model = model;
        changed_model.phases = list;
        config.model = &changed_model;
        start();
        turns[0] = turns[1] = 0;
        cr_assert_eq(sim_world_step(&world), 0, "%s", world.note);
        cr_expect_gt(turns[0], 0);
        cr_expect_gt(turns[1], turns[0]);
        cr_expect_eq(turns[1], children(&world));
        sim_world_free(&world);
    }
}

Test(table, has_its_rows_while_all_act) {
    sim_phase_t phase = {"all", "", .items = children, .each = leave};
    expect_step(phase, "sim_world_remove() in each()");
    phase.each = bear;
    expect_step(phase, "sim_world_grow() in each()");
}

/* ---- counts that a model writes itself ---- */

static int count_one_more(sim_world_t *of) {
    ((state_t *)of->state)->child.count++;
    return SIM_OK;
}
static int count_and_grow(sim_world_t *of) {
    (void)count_one_more(of);
    return sim_world_grow(of, &((state_t *)of->state)->child, 2);
}
static int count_few(sim_world_t *of) {
    ((state_t *)of->state)->agent.count = 10;
    return SIM_OK;
}

Test(table, counts_its_rows_itself) {
    sim_phase_t phase = {"count", "", .commit = count_one_more};
    expect_step(phase, "phase count of model probe: the count of child is 7, but it has 6 rows: "
                       "only sim_world_grow() and sim_world_remove() change it");
    phase.commit = count_and_grow;
    expect_step(phase, "the count of child is 9, but it has 8 rows");
    phase.commit = count_few;
    expect_step(phase, "the count of agent is 10, but it has 600 rows");
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* whose shadow needs room */
Test(table, says_what_memory_does_not_suffice_for) {
    const struct rlimit little = {1UL << 30, 1UL << 30};
    start();
    cr_assert_eq(setrlimit(RLIMIT_AS, &little), 0);
    cr_expect_eq(sim_world_grow(&world, &state_of(&world)->child, 1000000000), SIM_ERR_MEMORY);
    expect_note("sim_world_grow() of child by 1000000000 rows: it has 0, and memory is out");
}
#endif

/* ---- saved and restored ---- */

static const sim_checkpoint_identity_t identity = {"probe", "", 0, -1, 0};

Test(table, is_saved_and_restored) {
    static const int at[] = {0, 1, 5, STEPS - 1};
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
        char straight[33], resumed[33];
        sim_checkpoint_image_t image = {0};
        start();
        step(at[k]);
        cr_assert_eq(sim_checkpoint_save(&world, &identity, &image), 0);
        step(STEPS - at[k]);
        sim_world_digest(&world, straight);
        start();
        step(7); /* other sizes than those of the image */
        start();
        cr_assert_eq(sim_checkpoint_load(&world, &image), 0, "%s", world.note);
        step(STEPS - at[k]);
        sim_world_digest(&world, resumed);
        cr_expect_str_eq(resumed, straight, "from step %d", at[k]);
        sim_checkpoint_image_free(&image);
    }
}

Test(table, is_all_that_the_twin_knows) {
    start();
    cr_expect_eq(twin_steps(&config, &world, STEPS), 0, "%s", world.note);
    params.keeps_scratch = true;
    start();
    cr_expect_eq(twin_steps(&config, &world, STEPS), SIM_ERR_VERIFY);
    cr_expect_not_null(strstr(world.note, "probe.total of model probe, row 0"), "%s", world.note);
}

/* As who writes thousands of rows behind a column may do. */
Test(table, is_not_what_a_far_write_leaves_of_it) {
    start();
    step(1);
    world.arrays->array[0].rows = AGENTS - 5;
    cr_expect_eq(twin_steps(&config, &world, 1), SIM_ERR_VERIFY);
    cr_expect_not_null(strstr(world.note, "memory of the engine was overwritten: the model wrote "
                                          "far outside of a column. The world has array "),
                       "%s", world.note);
}

#if !defined(__SANITIZE_ADDRESS__) /* which stops the program at the write */
Test(table, sees_what_is_written_behind_a_column) {
    params.writes_behind = true;
    start();
    cr_expect_eq(sim_world_step(&world), SIM_ERR_ARGUMENT);
    cr_expect_not_null(strstr(world.note, "column agent.faces has 1800 rows"), "%s", world.note);
}
#endif

/* ---- what is wrong with a table ---- */

static void expect_wrong(const sim_state_row_t *wrong, size_t size, const char *text) {
    sim_base_diag_t diag;
    sim_base_diag_init(&diag);
    cr_assert_eq(sim_state_check(wrong, size, "probe", &diag), text ? 1 : 0);
    cr_expect_eq(diag.count, text ? 1 : 0);
    if (text)
        cr_expect_str_eq(diag.problem[0].text, text);
    sim_base_diag_free(&diag);
}

Test(table, is_checked_at_the_start) {
    const sim_state_row_t orphan[] = {
        SIM_STATE_COLUMN(state_t, agent, wealth, "coins", "What an agent owns."), SIM_STATE_END};
    const sim_state_row_t twice[] = {SIM_STATE_VALUE(state_t, total, "coins", "Of all."),
                                     SIM_STATE_VALUE(state_t, total, "coins", "Of all."),
                                     SIM_STATE_END};
    const sim_state_row_t silent[] = {SIM_STATE_VALUE(state_t, total, "coins", ""), SIM_STATE_END};
    const sim_state_row_t empty[] = {
        SIM_STATE_POPULATION(state_t, agent, params_t, agents, "Agents."),
        SIM_STATE_COLUMN_AS("agent.none", state_t, agent, wealth, 0, "", "Nothing."),
        SIM_STATE_END};
    const sim_state_row_t uncounted[] = {SIM_STATE_GROWING(state_t, child, NULL, "Born."),
                                         SIM_STATE_DERIVED(state_t, child, name, 1, "Not saved."),
                                         SIM_STATE_END};
    expect_wrong(table, sizeof(state_t), NULL);
    expect_wrong(uncounted, sizeof(state_t),
                 "model probe: child of its state grows, but has no column, without which nothing "
                 "saves how many there are");
    expect_wrong(orphan, sizeof(state_t),
                 "model probe: wealth of its state belongs to a population that has no row "
                 "of its own");
    expect_wrong(twice, sizeof(state_t), "model probe: total of its state is there twice");
    expect_wrong(silent, sizeof(state_t), "model probe: total of its state has no doc");
    expect_wrong(empty, sizeof(state_t), "model probe: agent.none of its state has no cells");
    expect_wrong(silent + 1, 0, NULL);
    expect_wrong(twice + 1, 8,
                 "model probe: total of its state is not in the struct; is state_size that of the "
                 "struct of the table?");
}

/* Only what a compiler leaves free between members may lie between rows. */
Test(table, has_a_row_for_every_member) {
    typedef struct {
        sim_state_population_t agent;
        double *wealth;
        uint8_t small; /* 7 bytes behind it are free */
        int32_t *place;
        uint32_t number, other; /* at its end */
        double *last;
    } some_t;
#define AGENT SIM_STATE_POPULATION(some_t, agent, params_t, agents, "Agents.")
#define WEALTH SIM_STATE_COLUMN(some_t, agent, wealth, "", "Money.")
#define SMALL SIM_STATE_VALUE(some_t, small, "", "A byte.")
#define PLACE SIM_STATE_SCRATCH(some_t, agent, place, 1, "Place.")
#define NUMBER SIM_STATE_VALUE(some_t, number, "", "A number.")
#define OTHER SIM_STATE_OWN(some_t, other, "Another one.")
#define LAST SIM_STATE_OWN(some_t, last, "Own array.")
#define TELLS(BYTES, BEHIND)                                                                       \
    "model probe: bytes " BYTES " of its state, behind " BEHIND ", have no row in the table: a "   \
    "pointer there stays NULL, and a number is not saved; give each member a row, "                \
    "SIM_STATE_OWN() if the model makes it itself"
    const sim_state_row_t whole[] = {LAST,  AGENT,  SMALL, WEALTH,
                                     OTHER, NUMBER, PLACE, SIM_STATE_END};
    const sim_state_row_t pointer[] = {AGENT, SMALL, PLACE, NUMBER, OTHER, LAST, SIM_STATE_END};
    const sim_state_row_t byte[] = {AGENT, WEALTH, PLACE, NUMBER, OTHER, LAST, SIM_STATE_END};
    const sim_state_row_t two[] = {AGENT, WEALTH, SMALL, OTHER, NUMBER, LAST, SIM_STATE_END};
    const sim_state_row_t end[] = {AGENT, WEALTH, SMALL, PLACE, OTHER, NUMBER, SIM_STATE_END};
    expect_wrong(whole, sizeof(some_t), NULL);
    expect_wrong(pointer, sizeof(some_t), TELLS("8 to 15", "agent"));
    expect_wrong(byte, sizeof(some_t), TELLS("16 to 23", "wealth"));
    expect_wrong(two, sizeof(some_t), TELLS("17 to 31", "small"));
    expect_wrong(end, sizeof(some_t), TELLS("40 to 47", "other"));
}

/* The rows of another table, or nothing at all, may lie behind one that has no end. */
Test(table, without_an_end_is_found_out) {
    const struct {
        sim_state_row_t row[2];
        const char *text[40];
    } wild = {{SIM_STATE_POPULATION(state_t, agent, params_t, agents, "Agents."),
               SIM_STATE_COLUMN(state_t, agent, wealth, "", "Money.")},
              {(const char *)(intptr_t)2, (const char *)(intptr_t)16}};
    expect_wrong(wild.row, sizeof(state_t),
                 "model probe: row 2 of its state is none; does the table end with SIM_STATE_END?");
}
