/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model's descriptor: tables of the results, conditions between parameters. ODD.md describes
 * it. */
#include <stdio.h>

#include "models/cooperation/look/choices.h"

static const sim_network_names_t names = {
    .table = "tie",
    .doc = "Tie spells, a row each",
    .id = "tie_id",
    .from = "donor_id",
    .from_doc = "agent at the giving end",
    .to = "partner_id",
    .to_doc = "agent at the receiving end",
    .topic = "sector",
    .topic_doc = "waste, water or air; NULL = none of them",
};
static const sim_network_labels_t labels = {.kinds = coop_tie_words,
                                            .modes = coop_mode_words,
                                            .topics = coop_sector_words,
                                            .stages = coop_stage_words,
                                            .causes = coop_cause_words,
                                            .forms = coop_tie_form_words,
                                            .conversions = coop_conversions,
                                            .names = &names};

static const sim_table_t tables[] = {
#define TABLE(ID, NAME, CHOICES, ROLE, DOC)                                                        \
    {#NAME, DOC, coop_##NAME##_fields, CHOICES, SIM_ROLE_##ROLE},
    COOP_TABLES(TABLE){.name = NULL}};

static const sim_phase_t phases[] = {
#define YEARLY(NAME, FUNCTION, DOC) {NAME, DOC, SIM_EVERY_YEAR, .commit = FUNCTION},
#define EACH_STEP(NAME, FUNCTION, DOC) {NAME, DOC, SIM_EVERY_STEP, .commit = FUNCTION},
#include "models/cooperation/phases.def"
    {.name = NULL}};

/* A rupture that the run never reaches would be a question without an answer. */
static int check(const sim_config_t *config, sim_base_diag_t *diag) {
    const coop_relations_params_t *p =
        &((const coop_params_t *)sim_param_struct(config))->relations;
    double start = sim_param_begin(config);
    double end = sim_param_end(config);
    int line = 0;
    if (p->rupture_country == 0 || (p->rupture_year >= start && p->rupture_year < end))
        return 0;
    const char *file = sim_param_origin(config, "relations.rupture_year", &line);
    return sim_base_diag_add(diag, file, line,
                             "relations.rupture_year (%g) is outside the run, JFY %g to %g",
                             p->rupture_year, start, end);
}

/* ---- the rows of processes.def and phases.def ---- */

static int list_ties(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    static const uint8_t by_end[] = {COOP_TIE_COOPERATION, COOP_TIE_SISTER, COOP_TIE_MEMBERSHIP};
    int rc = 0;
    for (size_t k = 0; k < sizeof by_end && !rc; k++)
        rc = sim_network_ties_by_end(world->ties, by_end[k], pop->n_agents);
    return rc;
}

int coop_changed(sim_world_t *world) {
    static void (*const renew[])(sim_world_t *) = {
#define RENEW(FUNCTION) FUNCTION,
#include "models/cooperation/processes.def"
    };
    for (size_t k = 0; k < sizeof renew / sizeof *renew; k++)
        renew[k](world);
    coop_state(world)->offers_known = false;
    return 0;
}

static int run_all(sim_world_t *world, int (*const hook[])(sim_world_t *), size_t n) {
    int rc = 0;
    for (size_t k = 0; k < n && !rc; k++)
        rc = hook[k](world);
    return rc;
}

static int set_up(sim_world_t *world) {
    static int (*const setup[])(sim_world_t *) = {
#define SETUP(FUNCTION) FUNCTION,
#include "models/cooperation/phases.def"
    };
    coop_state_t *s = coop_state(world);
    int rc = list_ties(world);
    if (rc)
        return rc;
    for (int n = 0; n < COOP_LOGS; n++)
        s->log1p_of[n] = sim_math_log1p(n);
    return run_all(world, setup, sizeof setup / sizeof *setup);
}

static int finish(sim_world_t *world) {
    static int (*const last[])(sim_world_t *) = {
#define AT_END(FUNCTION) FUNCTION,
#include "models/cooperation/phases.def"
    };
    return run_all(world, last, sizeof last / sizeof *last);
}

static const sim_constraint_t constraints[] = {
    SIM_CONSTRAINT(coop_params_t, funding.main[COOP_SCHEME_JICA_LOCAL].from_year, <=,
                   funding.main[COOP_SCHEME_JICA_LOCAL].until_year, "calls begin before they end"),
    SIM_CONSTRAINT(coop_params_t, funding.main[COOP_SCHEME_MOE_JCM].from_year, <=,
                   funding.main[COOP_SCHEME_MOE_JCM].until_year, "calls begin before they end"),
    SIM_CONSTRAINT(coop_params_t, ladder.trainees_trust, <=, ladder.programme_trust,
                   "a higher rung asks for no less trust"),
    SIM_CONSTRAINT_END};

/* Names of files alone. */
static const char *const prepare_reads[] = {NULL};

const sim_model_t sim_model_cooperation = {
    .name = "cooperation",
    .title =
        "How Japanese local governments and their cooperatives come to work with cities abroad",
    .doc = "Prefectures, municipalities, special wards and local public cooperatives with budgets, "
           "staff, "
           "know-how and changing heads meet partner cities in nine regions, form ties city to "
           "city or "
           "regionally, win projects from national schemes, and lose ties by competing causes.",
    .params = coop_param_table,
    .constraints = constraints,
    .params_size = sizeof(coop_params_t),
    .state = coop_state_table,
    .state_size = sizeof(coop_state_t),
    .metrics = coop_metrics,
    .n_metrics = COOP_N_METRICS,
    .reducers = coop_reducers,
    .tables = tables,
    .labels = &labels,
    .purposes = coop_purpose_words,
    .agent_params = coop_agent_params,
    .agent_classes = coop_agent_classes,
    .phases = phases,
    .start_only = coop_start_only,
    .year_begins = 4, /* fiscal years, April to March */
    .year_unit = "JFY",
    .check = check,
    .prepare = coop_population_prepare,
    .prepare_reads = prepare_reads,
    .release = coop_population_release,
    .agent_fields = coop_agent_fields,
    .agents = coop_population_agents,
    .setup = set_up,
    .changed = coop_changed,
    .observe = coop_observe,
    .finish = finish,
    .summarise = coop_summarise,
    .verify = coop_verify};
