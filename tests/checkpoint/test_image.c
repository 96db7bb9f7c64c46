/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run that goes on from an image is the run that was never stopped: every model, every kind of
 * state; and its twins, models whose state an image cannot hold. */
#include <stdio.h>

#include "tests/checkpoint/fixture.h"
#include "tests/support/tiny.h"

static fixture_run_t whole, part;
static sim_checkpoint_image_t image;
static sim_base_diag_t diag;
static sim_config_t *config;
static tiny_t tiny;

static void begin(void) {
    sim_base_diag_init(&diag);
}
static void end(void) {
    fixture_end(&whole);
    fixture_end(&part);
    sim_checkpoint_image_free(&image);
    sim_param_config_destroy(config);
    sim_base_diag_free(&diag);
    tiny_end(&tiny);
}

TestSuite(image, .init = begin, .fini = end);

static void load(const char *text) {
    cr_assert_eq(sim_param_config_parse(text, "test", ".", NULL, &diag, &config), 0, "%s",
                 diag.count ? diag.problem[0].text : "");
}

/* Saves at `step` and goes on in a new world on other threads. */
static void continue_from(const sim_config_t *of, const void *shared, int32_t step) {
    fixture_run_t first;
    fixture_begin(&first, of, shared, 2, 1);
    while (first.world.clock.step < step)
        fixture_step(&first);
    fixture_save(&first, &image);
    fixture_end(&first);
    fixture_begin(&part, of, shared, 2, 3);
    cr_assert_eq(sim_checkpoint_load(&part.world, &image), 0, "%s", part.world.note);
    cr_assert_eq(part.world.clock.step, step);
    cr_expect_eq(sim_world_verify(&part.world), 0);
    fixture_finish(&part);
}

static void round_trips(const sim_config_t *of, const void *shared, const int32_t *steps,
                        size_t n) {
    fixture_begin(&whole, of, shared, 2, 1);
    fixture_finish(&whole);
    for (size_t k = 0; k < n; k++) {
        continue_from(of, shared, steps[k]);
        cr_expect_eq(fixture_differing_steps(&whole, &part, steps[k]), 0, "from step %d", steps[k]);
        fixture_same_record(&whole, &part);
        fixture_end(&part);
    }
}

Test(image, continues_the_template) {
    static const int32_t steps[] = {0, 1, 7, 19, 20};
    load("model = \"none\"; run = { steps = 20; seed = 3; }; none = { agents = 5000; };");
    round_trips(config, NULL, steps, 5);
}

Test(image, continues_the_contagion_with_interventions) {
    static const int32_t steps[] = {0, 1, 9, 10, 11, 25, 39};
    load("model = \"contagion\"; run = { steps = 40; seed = 3; start_year = 2000; "
         "steps_per_year = 4; }; contagion = { agents = 6000; initial_share = 0.1; rewire = 0.1; };"
         "interventions = ( { at = 2002.5; set = \"contagion.beta\"; value = 0.2; },"
         "{ at = 2006.3; set = \"contagion.gamma\"; value = 0.5; } );");
    round_trips(config, NULL, steps, 7);
}

static void load_tiny(const char *settings) {
    cr_assert_eq(tiny_load(&tiny, settings, 0, NULL), 0, "%s",
                 tiny.diag.count ? tiny.diag.problem[0].text : "no problem named");
}

#define LIVELY                                                                                     \
    "contacts.rate=20 formation.rate=4 upkeep.dormancy=0.3 funding.own_rate=1 hub.enabled=true "   \
    "hub.until=2005 recognition.rate=0.5 "                                                         \
    "leadership.turnover_factor=1.5 "

Test(image, continues_the_cooperation) {
    static const int32_t steps[] = {0, 1, 3, 4, 17, 31};
    load_tiny(TINY_RICH TINY_MANDATED TINY_FUNDED LIVELY);
    round_trips(tiny.config, tiny.shared, steps, 6);
    cr_expect_gt(whole.world.ties->count, 100);
    cr_expect_gt(whole.world.ties->n_live[COOP_TIE_COOPERATION], 50);
    cr_expect_gt(whole.record.table[COOP_TABLE_EVENT].rows, 100);
}

/* Paths that bend, tables that are renewed: from before, between and after the dates. */
Test(image, continues_the_cooperation_with_interventions) {
    static const int32_t steps[] = {7, 8, 9, 15, 17, 28};
    load_tiny(TINY_FUNDED LIVELY "@2002:budget.austerity=0.1 @2003.8:budget.austerity=0.02 "
                                 "@2002:staff.trend=2 @2004:budget.fiscal_exponent=2.0 "
                                 "@2002:staff.project_fte=0.7 @2004:contacts.size_exponent=0.2 ");
    round_trips(tiny.config, tiny.shared, steps, 6);
}

/* The real population would take long; its image is the same code. Zeros at the end of arrays
 * (places of projects that nobody has won yet) take no room. */
Test(image, keeps_no_trailing_zeros) {
    load_tiny("run.years=100");
    fixture_begin(&whole, tiny.config, tiny.shared, 0, 1);
    size_t registered = 0;
    for (size_t i = 0; i < whole.world.arrays->count; i++)
        registered += whole.world.arrays->array[i].rows *
                      sim_state_type_size(whole.world.arrays->array[i].type);
    fixture_save(&whole, &image);
    cr_expect_lt(image.size, registered / 4);
}

/* ---- a model made for the purpose ---- */

typedef struct {
    uint32_t rows;
    bool hides, meddles;
} probe_params_t;

typedef struct {
    double *value;
    uint64_t hidden; /* not registered */
    sim_network_ties_t ties;
    bool stepped;
} probe_t;

static int probe_setup(sim_world_t *world) {
    const probe_params_t *params = world->params;
    probe_t *state = sim_base_arena_alloc(&world->arena, 1, sizeof *state);
    if (!state)
        return SIM_ERR_MEMORY;
    world->state = state;
    world->ties = &state->ties;
    state->value = sim_world_column(world, "value", SIM_STATE_F64, params->rows);
    int rc = sim_network_ties_init(&state->ties, &world->arena, 1);
    return state->value ? rc : SIM_ERR_MEMORY;
}

static int probe_changed(sim_world_t *world) {
    const probe_params_t *params = world->params;
    probe_t *state = world->state;
    state->value[0] += params->meddles;
    return SIM_OK;
}

/* Births and deaths in an order that only history decides. */
static int probe_ties(sim_world_t *world) {
    sim_network_ties_t *ties = world->ties;
    sim_rng_t rng = sim_world_rng(world, SIM_RNG_PURPOSE_MODEL);
    int rc = SIM_OK;
    for (uint32_t k = 0; k < 12 && !rc; k++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, k, 0);
        uint8_t kind = (uint8_t)sim_rng_below(&draw, 3);
        uint32_t *live = ties->live[kind], n = ties->n_live[kind];
        uint32_t donor = sim_rng_below(&draw, 9), partner = sim_rng_below(&draw, 9);
        const sim_network_birth_t birth = {.kind = kind,
                                           .from = donor,
                                           .to = partner,
                                           .onset = world->clock.step,
                                           .trust = sim_rng_uniform(&draw)};
        if (sim_network_tie_find(ties, kind, donor, partner) == SIM_NETWORK_NONE)
            rc = sim_network_tie_add(ties, &birth, NULL);
        else if (n && ties->onset[live[k % n]] < world->clock.step)
            sim_network_tie_end(ties, live[k % n], world->clock.step, 1);
    }
    return rc;
}

static int probe_commit(sim_world_t *world) {
    const probe_params_t *params = world->params;
    probe_t *state = world->state;
    state->hidden++;
    state->value[world->clock.step % 3] += params->hides ? (double)state->hidden : 1;
    return probe_ties(world);
}

static const sim_phase_t probe_phases[] = {{"probe", "", SIM_EVERY_STEP, .commit = probe_commit},
                                           {.name = NULL}};
static const char *const words[] = {"a", "b", "c", NULL};
static const sim_network_labels_t labels = {words, words, words, words, words, words, NULL, NULL};
static const sim_model_t probe = {.name = "probe",
                                  .labels = &labels,
                                  .params_size = sizeof(probe_params_t),
                                  .phases = probe_phases,
                                  .setup = probe_setup,
                                  .changed = probe_changed};

static sim_config_t of_probe(const probe_params_t *params) {
    sim_config_t own = {.model = &probe, .params = (void *)params};
    own.run = (sim_run_params_t){.start_year = 2000, .steps_per_year = 1, .steps = 90, .seed = 4};
    return own;
}

Test(image, continues_ties_that_came_and_went) {
    static const int32_t steps[] = {0, 1, 30, 64, 89};
    const probe_params_t params = {.rows = 3};
    const sim_config_t own = of_probe(&params);
    round_trips(&own, NULL, steps, 5);
    cr_expect_gt(whole.world.ties->count, 300);
    cr_expect_eq(sim_network_ties_verify(whole.world.ties, NULL), 0);
}

Test(image, cannot_continue_what_is_not_registered) {
    const probe_params_t params = {.rows = 3, .hides = true};
    const sim_config_t own = of_probe(&params);
    fixture_begin(&whole, &own, NULL, 2, 1);
    fixture_finish(&whole);
    continue_from(&own, NULL, 30);
    cr_expect_eq(fixture_differing_steps(&whole, &part, 30), 60, "all but the first");
}

Test(image, notices_a_changed_that_moves_state) {
    const probe_params_t params = {.rows = 3, .meddles = true};
    const sim_config_t own = of_probe(&params);
    fixture_begin(&whole, &own, NULL, 0, 1);
    fixture_step(&whole);
    fixture_save(&whole, &image);
    fixture_begin(&part, &own, NULL, 0, 1);
    cr_expect_eq(sim_checkpoint_load(&part.world, &image), SIM_ERR_VERIFY);
    cr_expect_not_null(strstr(part.world.note, "not the one that was saved"));
}

Test(image, leaves_a_world_with_other_arrays_alone) {
    const probe_params_t three = {.rows = 3}, five = {.rows = 5};
    const sim_config_t own = of_probe(&three), other = of_probe(&five);
    char before[33], after[33];
    fixture_begin(&whole, &own, NULL, 0, 1);
    for (int k = 0; k < 5; k++)
        fixture_step(&whole);
    fixture_save(&whole, &image);
    fixture_begin(&part, &other, NULL, 0, 1);
    sim_world_digest(&part.world, before);
    cr_expect_eq(sim_checkpoint_load(&part.world, &image), SIM_ERR_VERIFY);
    cr_expect_str_eq(part.world.note,
                     "the checkpoint has array 'value' of 3 rows where the model has 'value' of 5");
    sim_world_digest(&part.world, after);
    cr_expect_str_eq(after, before);
    cr_expect_eq(part.world.clock.step, 0);
}

Test(image, of_a_world_without_a_record) {
    const probe_params_t params = {.rows = 3};
    const sim_config_t own = of_probe(&params);
    sim_world_t bare = {0}, again = {0};
    char a[33], b[33];
    const sim_checkpoint_identity_t identity = {"probe", "", 1, -1, 0};
    int32_t step = -1;
    sim_base_why_t why;
    cr_assert_eq(sim_world_init(&bare, &own, NULL, 1, 1), 0);
    for (int k = 0; k < 20; k++)
        cr_assert_eq(sim_world_step(&bare), 0);
    cr_assert_eq(sim_checkpoint_save(&bare, &identity, &image), 0);
    cr_assert_eq(sim_checkpoint_check(&image, &identity, &step, &why), 0);
    cr_expect_eq(step, 20);
    cr_assert_eq(sim_world_init(&again, &own, NULL, 1, 1), 0);
    cr_assert_eq(sim_checkpoint_load(&again, &image), 0, "%s", again.note);
    cr_assert_eq(sim_world_step(&bare), 0);
    cr_assert_eq(sim_world_step(&again), 0);
    sim_world_digest(&bare, a);
    sim_world_digest(&again, b);
    cr_expect_str_eq(a, b);
    sim_world_free(&bare);
    sim_world_free(&again);
}
