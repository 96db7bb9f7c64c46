/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model's descriptor: tables of the results, order of the processes, conditions between
 * parameters. ODD.md describes it. */
#include <stdio.h>

#include "models/cooperation/choices.h"
#include "models/cooperation/observe.h"

static const sim_network_labels_t labels = {coop_tie_words,   coop_mode_words,  coop_sector_words,
                                            coop_stage_words, coop_cause_words, coop_tie_form_words,
                                            coop_conversions};

static const sim_field_t project_fields[] = {
    {"project_id", SIM_FIELD_INTEGER, NULL, "in order of award"},
    {"tie_id", SIM_FIELD_INTEGER, NULL, "the tie it belongs to"},
    {"donor_id", SIM_FIELD_INTEGER, NULL, "agent"},
    {"partner_id", SIM_FIELD_INTEGER, NULL, "agent"},
    {"scheme", SIM_FIELD_LABEL, coop_scheme_words, "who pays"},
    {"kind", SIM_FIELD_LABEL, coop_work_words, "type of work (M38)"},
    {"sector", SIM_FIELD_LABEL, coop_sector_words, "sector"},
    {"region", SIM_FIELD_LABEL, coop_region_words, "of the partner"},
    {"start", SIM_FIELD_REAL, NULL, "year"},
    {"finish", SIM_FIELD_REAL, NULL, "year; NULL while running"},
    {"granted_yen", SIM_FIELD_INTEGER, NULL, "national grant, yen"},
    {"own_yen", SIM_FIELD_INTEGER, NULL, "own money paid, of joining members too, yen"},
    {"outcome", SIM_FIELD_LABEL, coop_outcome_words, "running, completed or cut"},
    {"firm", SIM_FIELD_INTEGER, NULL, "1 = started by a private firm (M30)"},
    {"members", SIM_FIELD_INTEGER, NULL, "governments that share it with the donor (M39)"},
    {"lead_id", SIM_FIELD_INTEGER, NULL,
     "agent: consultant or institute that leads it (M41); NULL = the donor"},
    {NULL, SIM_FIELD_INTEGER, NULL, NULL}};
static const sim_field_t refusal_fields[] = {
    {"year", SIM_FIELD_INTEGER, NULL, "JFY"},
    {"mode", SIM_FIELD_LABEL, coop_mode_words, "mode"},
    {"reason", SIM_FIELD_LABEL, coop_reason_words, "first reason"},
    {"count", SIM_FIELD_INTEGER, NULL, "opportunities"},
    {NULL, SIM_FIELD_INTEGER, NULL, NULL}};
static const sim_field_t ledger_fields[] = {
    {"year", SIM_FIELD_INTEGER, NULL, "JFY"},
    {"from_account", SIM_FIELD_LABEL, coop_account_words, "payer"},
    {"to_account", SIM_FIELD_LABEL, coop_account_words, "receiver"},
    {"yen", SIM_FIELD_INTEGER, NULL, "sum over the year, yen"},
    {NULL, SIM_FIELD_INTEGER, NULL, NULL}};
static const sim_field_t event_fields[] = {
    {"time", SIM_FIELD_REAL, NULL, "year"},
    {"kind", SIM_FIELD_LABEL, coop_event_words, "what happened"},
    {"subject_id", SIM_FIELD_INTEGER, NULL, "agent; of a rupture the country's place in its file"},
    {"object_id", SIM_FIELD_INTEGER, NULL, "agent or NULL"},
    {"value", SIM_FIELD_REAL, NULL,
     "by kind: contested 0/1, index, yen, count, years, form or type of work from 0"},
    {NULL, SIM_FIELD_INTEGER, NULL, NULL}};
static const sim_field_t tie_state_fields[] = {
    {"tie_id", SIM_FIELD_INTEGER, NULL, "a cooperation tie"},
    {"time", SIM_FIELD_REAL, NULL,
     "year of the step after which it is so, until the tie's next row"},
    {"stage", SIM_FIELD_LABEL, coop_stage_words,
     "rung of the ladder (M20); one reached in the step of the end stands in tie alone"},
    {"trust", SIM_FIELD_REAL, NULL, "0 to 1 (M33)"},
    {"institutionalised", SIM_FIELD_INTEGER, NULL, "1 = no longer rests on persons (M33)"},
    {NULL, SIM_FIELD_INTEGER, NULL, NULL}};

static const sim_field_t start_fields[] = {
    {"tie_id", SIM_FIELD_INTEGER, NULL, "a cooperation tie that stood when the run began"},
    {"origin", SIM_FIELD_LABEL, coop_origin_words,
     "recorded: the observed record has it; filled: drawn for what the record does not hold"},
    {NULL, SIM_FIELD_INTEGER, NULL, NULL}};

static const sim_field_t tie_member_fields[] = {
    {"tie_id", SIM_FIELD_INTEGER, NULL, "a regional tie of local governments"},
    {"member_id", SIM_FIELD_INTEGER, NULL, "agent that acts under the lead of the tie's donor"},
    {"onset", SIM_FIELD_REAL, NULL, "year"},
    {"terminus", SIM_FIELD_REAL, NULL, "year; NULL for those who were in it at the end of the run"},
    {NULL, SIM_FIELD_INTEGER, NULL, NULL}};

static const sim_table_t tables[] = {
    {"project", "One row per project", project_fields, false},
    {"refusal", "Opportunities that became no tie, by reason", refusal_fields, false},
    {"ledger", "Yearly flows between accounts", ledger_fields, false},
    {"event", "Dated events", event_fields, false},
    {"tie_state", "Cooperation ties at onset, at new stages and in April", tie_state_fields, false},
    {"start", "Cooperation ties that stood at the start, and where they come from", start_fields,
     false},
    {"tie_member", "Who acted abroad under another's lead", tie_member_fields, false},
    {"choice", "Opportunities to found a tie: a row for each alternative (detail choices)",
     coop_choice_fields, true},
    {"acceptance", "Answers of partners that were chosen (detail choices)", coop_acceptance_fields,
     true},
    {"tie_risk", "Cooperation ties in each step, and what their ends looked at (detail choices)",
     coop_tie_risk_fields, true},
    {"donor_state", "Donors at the end of each fiscal year (detail choices)",
     coop_donor_state_fields, true},
    {"partner_state", "Partners at the end of each fiscal year (detail choices)",
     coop_partner_state_fields, true},
    {NULL, NULL, NULL, false}};

#define YEARLY(NAME, FUNCTION, DOC)                                                                \
    { NAME, DOC, SIM_EVERY_YEAR, .commit = FUNCTION }
#define EACH_STEP(NAME, FUNCTION, DOC)                                                             \
    { NAME, DOC, SIM_EVERY_STEP, .commit = FUNCTION }

static const sim_phase_t phases[] = {
    YEARLY("ledger", coop_ledger_year, "Closes the books of the last fiscal year"),
    YEARLY("staff", coop_staff_year, "Posts, retirements, promotions (M9)"),
    YEARLY("knowhow", coop_knowhow_year, "Forgetting (M10)"),
    YEARLY("governance", coop_governance_year, "Running a cooperative teaches how (M40)"),
    YEARLY("support", coop_support_year, "Drift of support and reputation (M14, M15)"),
    EACH_STEP("relations", coop_relations_step, "National relations sour and mend (M32)"),
    EACH_STEP("elections", coop_leadership_elections, "Heads of local governments (M1, M2)"),
    EACH_STEP("managers", coop_leadership_managers, "Managers of cooperatives (M4)"),
    EACH_STEP("partners", coop_leadership_partners, "Heads of partner cities (M3)"),
    EACH_STEP("completion", coop_projects_complete, "Projects whose time is over"),
    YEARLY("mergers", coop_mergers_year, "Municipalities merge (M36)"),
    YEARLY("cooperatives", coop_cooperatives_year,
           "Cooperatives end, lose, win members, are founded (M35, M36)"),
    YEARLY("budgets", coop_budget_appropriate, "The year's purse (M5-M7)"),
    EACH_STEP("plants", coop_knowhow_renewals, "Plant renewals (M10)"),
    YEARLY("hub", coop_hub_year, "A hub programme recruits or ends (M24)"),
    YEARLY("initiative", coop_initiative_year, "Cooperatives that go abroad (M37)"),
    YEARLY("associations", coop_associations_year, "Partner cities found associations (M40)"),
    YEARLY("forms", coop_forms_year,
           "Governments come to act abroad as one, and part (S, Table 8-2)"),
    YEARLY("scope", coop_works_year, "Cooperatives are let do more (M38)"),
    YEARLY("sisters", coop_sisters_year,
           "Sister ties age, turn to the environment, multiply (M19)"),
    YEARLY("consultants", coop_consultants_year,
           "Consultants make partners known to other cities (M41)"),
    EACH_STEP("contacts", coop_contacts_step, "New contacts (M21)"),
    YEARLY("recognition", coop_recognition_year, "Prizes for visible work (M15)"),
    YEARLY("calls", coop_funding_calls, "Calls and awards (M25, M26, M28)"),
    EACH_STEP("own_projects", coop_funding_own, "Projects from own money (M5)"),
    EACH_STEP("own_works", coop_works_step, "Studies, operation, investment of cooperatives (M38)"),
    EACH_STEP("work", coop_projects_work,
              "Instalments and effects of projects (M11, M18, M33, M39)"),
    EACH_STEP("formation", coop_formation_step, "Two-sided formation of ties (M8, M22, M23)"),
    EACH_STEP("ladder", coop_ladder_step, "Ties climb the ladder of stages (M20)"),
    EACH_STEP("upkeep", coop_upkeep_step, "Upkeep, trust, competing causes of end (M31, M33, M34)"),
    EACH_STEP("tie_states", coop_tie_states_step, "Notes stage and trust of ties"),
    EACH_STEP("states", coop_choices_states,
              "Notes states of donors and partners at the end of a fiscal year"),
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

static int finish(sim_world_t *world) {
    int rc = coop_ledger_year(world);
    if (!rc)
        rc = coop_start_rows(world);
    if (!rc)
        rc = coop_projects_rows(world);
    return rc ? rc : coop_forms_rows(world);
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
    .agents = coop_population_agents,
    .setup = coop_setup,
    .changed = coop_changed,
    .observe = coop_observe,
    .finish = finish,
    .summarise = coop_summarise,
    .verify = coop_verify};
