/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Projects: the grant is committed at the award and paid in equal instalments, with the donor's own
 * share; what a project does to both sides (M11, M15, M18, M33); completion and cutting short. */
#include "models/cooperation/money/projects.h"
#include "models/cooperation/bodies/associations.h"
#include "models/cooperation/bodies/consultants.h"
#include "models/cooperation/bodies/joint.h"
#include "models/cooperation/look/columns.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/money/ledger.h"
#include "models/cooperation/money/load.h"
#include "models/cooperation/money/schemes.h"
#include "models/cooperation/money/works.h"
#include "models/cooperation/people/knowhow.h"
#include "models/cooperation/people/support.h"
#include "models/cooperation/ties/contacts.h"
#include "models/cooperation/world/start.h"

/* A firm's project builds less trust (M30; sign S, size A). */
static const double FIRM_TRUST = 0.5;

static int funder_of(const sim_world_t *world, uint32_t j) {
    return coop_scheme_table[coop_state(world)->project.scheme[j]].account;
}

static coop_load_t load_of(const sim_world_t *world, uint32_t j) {
    const coop_project_t *p = &coop_state(world)->project;
    return (coop_load_t){.projects = 1,
                         .firm_projects = p->firm[j],
                         .people = p->load[j],
                         .yen = coop_load_rate(world, j, p->own[j])};
}

bool coop_projects_running(const sim_world_t *world, uint32_t tie) {
    const coop_project_t *p = &coop_state(world)->project;
    if (!coop_state(world)->donor.n_projects[world->ties->from[tie]])
        return false;
    for (uint32_t k = 0; k < p->n_running; k++)
        if (p->tie[p->running[k]] == tie)
            return true;
    return false;
}

/* M30: some feasibility studies are started by a firm through the city's network. Asked when a tie
 * proposes and when the project begins. */
bool coop_projects_by_firm(const sim_world_t *world, uint32_t tie, int scheme) {
    const sim_network_ties_t *ties = world->ties;
    if (!coop_scheme_table[scheme].firms)
        return false;
    uint32_t donor = coop_round_key(ties->from[tie], (uint32_t)scheme);
    sim_rng_draw_t draw = sim_world_draw_again(world, COOP_DRAW_FIRM_STARTED, donor, ties->to[tie]);
    return sim_rng_chance(&draw, coop_params(world)->funding.firm_share);
}

uint32_t coop_projects_since(const sim_world_t *world, double step) {
    const coop_project_t *p = &coop_state(world)->project;
    uint32_t low = 0, high = p->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (p->start[middle] >= step)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* The row of a new project; nobody is bound yet. */
static void fill_row(sim_world_t *world, uint32_t j, uint32_t tie, const coop_work_t *work) {
    coop_project_t *p = &coop_state(world)->project;
    const sim_network_ties_t *ties = world->ties;
    int32_t steps = (int32_t)coop_max(1, round(work->years * world->clock.steps_per_year));
    p->tie[j] = tie, p->donor[j] = ties->from[tie], p->partner[j] = ties->to[tie];
    p->scheme[j] = (uint8_t)work->scheme, p->outcome[j] = COOP_OUTCOME_RUNNING;
    p->sector[j] = coop_funding_sector(
        work->scheme, coop_mode(coop_population(world), ties->from[tie]), ties->topic[tie]);
    p->kind[j] = work->kind, p->renewed[j] = work->renewed;
    p->firm[j] = coop_projects_by_firm(world, tie, work->scheme);
    p->load[j] = p->firm[j] ? 0 : COOP_FULL_LOAD;
    p->start[j] = world->clock.step, p->planned[j] = world->clock.step + steps;
    p->granted[j] = p->grant_left[j] = work->granted;
    p->own[j] = p->firm[j] ? 0 : work->own;
    p->lead[j] = coop_consultants_lead(world, j);
}

static void note_award(sim_world_t *world, uint32_t d, int32_t step) {
    coop_donor_t *donor = &coop_state(world)->donor;
    if (!donor->record[d]++)
        donor->first_project[d] = step;
}

static int add_row(sim_world_t *world, uint32_t *j) {
    coop_state_t *s = coop_state(world);
    *j = s->project.count;
    if (*j == s->projects.count)
        return sim_world_fail(world, SIM_ERR_LIMIT, "more than %u projects in one run", *j);
    s->project.count++;
    return 0;
}

/* The donor carries what the members who joined do not. */
static void bind_donor(sim_world_t *world, uint32_t j, const coop_joint_part_t *theirs) {
    coop_project_t *p = &coop_state(world)->project;
    p->members[j] = theirs->members;
    p->load[j] -= theirs->load, p->own[j] -= theirs->own;
    const coop_load_t load = load_of(world, j);
    coop_load_change(world, p->donor[j], &load, 1);
}

int coop_projects_begin(sim_world_t *world, uint32_t tie, const coop_work_t *work) {
    coop_state_t *s = coop_state(world);
    coop_project_t *p = &s->project;
    uint8_t reached = work->scheme == COOP_SCHEME_OWN ? COOP_STAGE_TRAINEES : COOP_STAGE_PROJECT;
    coop_joint_part_t theirs = {0};
    uint32_t j;
    int rc = add_row(world, &j);
    if (rc)
        return rc;
    p->running[p->n_running++] = j;
    fill_row(world, j, tie, work);
    rc = coop_joint_form(world, j, &theirs);
    note_award(world, p->donor[j], world->clock.step);
    bind_donor(world, j, &theirs);
    coop_contacts_known(world, p->donor[j]);
    s->flow_metric[COOP_M_PROJECTS_STARTED]++;
    s->flow_metric[COOP_M_LED] += p->lead[j] != COOP_NO_LEAD;
    s->flow_metric[COOP_M_SCHEMES + work->scheme]++;
    coop_works_count(world, p->donor[j], work->kind);
    if (world->ties->stage[tie] < reached)
        sim_network_tie_stage(world->ties, tie, reached, world->clock.step);
    coop_ledger_move(world, COOP_ACCOUNT_TAXPAYERS, funder_of(world, j), work->granted);
    return rc;
}

int coop_projects_start(sim_world_t *world, uint32_t tie, int scheme, int64_t granted, int64_t own,
                        double years) {
    const coop_work_t work = {scheme, coop_scheme_table[scheme].kind, 0, granted, own, years};
    return coop_projects_begin(world, tie, &work);
}

/* ---- works from before the run ---- */

/* Grants are paid in equal parts: what is left when the run starts is in the funder's hands. */
static void fund(const coop_start_t *start, uint32_t j, const coop_past_t *work) {
    sim_world_t *world = start->world;
    const coop_params_t *p = coop_params(world);
    coop_state_t *s = coop_state(world);
    coop_project_t *project = &s->project;
    double left = (double)project->planned[j] / (project->planned[j] - project->start[j]);
    double yen = work->yen;
    if (work->scheme >= COOP_SCHEME_OWN)
        yen = 0; /* others pay, by accounts that the model does not keep */
    else if (isnan(yen))
        yen = s->scheme[work->scheme].ceiling * (1 + p->funding.size_low) / 2;
    project->granted[j] = (int64_t)yen;
    project->own[j] = (int64_t)coop_funding_own_share(world, work->donor, yen);
    project->grant_left[j] = (int64_t)(yen * left);
    coop_ledger_move(world, COOP_ACCOUNT_TAXPAYERS, funder_of(world, j), project->grant_left[j]);
}

int coop_projects_recall(const coop_start_t *start, const coop_past_t *work) {
    sim_world_t *world = start->world;
    coop_state_t *s = coop_state(world);
    coop_project_t *project = &s->project;
    uint32_t j, d = work->donor;
    note_award(world, d, coop_start_step(start, work->start));
    if (work->tie == SIM_NETWORK_NONE)
        return 0;
    int rc = add_row(world, &j);
    if (rc)
        return rc;
    project->tie[j] = work->tie, project->donor[j] = d;
    project->partner[j] = coop_population(world)->n_donors + work->partner;
    project->scheme[j] = work->scheme, project->sector[j] = work->sector;
    project->kind[j] = coop_scheme_table[work->scheme].kind;
    project->renewed[j] = work->renewed;
    project->start[j] = coop_start_step(start, work->start);
    project->planned[j] = coop_start_step(start, work->end + 1);
    if (project->planned[j] <= 0) {
        project->outcome[j] = COOP_OUTCOME_COMPLETED;
        project->finish[j] = project->planned[j];
        return 0;
    }
    project->outcome[j] = COOP_OUTCOME_RUNNING;
    project->running[project->n_running++] = j;
    project->load[j] = COOP_FULL_LOAD;
    fund(start, j, work);
    coop_joint_part_t theirs = {0};
    rc = coop_joint_recall(world, j, &theirs);
    bind_donor(world, j, &theirs);
    return rc;
}

/* ---- ends ---- */

/* Takes project at place k off the running list; what was not paid goes back to the taxpayers. */
static void close_project(sim_world_t *world, uint32_t k, uint8_t outcome) {
    coop_state_t *s = coop_state(world);
    coop_project_t *p = &s->project;
    uint32_t j = p->running[k];
    const coop_load_t load = load_of(world, j);
    p->running[k] = p->running[--p->n_running];
    p->outcome[j] = outcome;
    p->finish[j] = world->clock.step;
    coop_ledger_move(world, funder_of(world, j), COOP_ACCOUNT_TAXPAYERS, p->grant_left[j]);
    p->grant_left[j] = 0;
    coop_load_change(world, p->donor[j], &load, -1);
    coop_joint_close(world, j);
}

int coop_projects_complete(sim_world_t *world) {
    coop_project_t *p = &coop_state(world)->project;
    for (uint32_t k = p->n_running; k-- > 0;)
        if (p->planned[p->running[k]] <= world->clock.step)
            close_project(world, k, COOP_OUTCOME_COMPLETED);
    return 0;
}

void coop_projects_cut(sim_world_t *world, uint32_t tie) {
    coop_project_t *p = &coop_state(world)->project;
    for (uint32_t k = p->n_running; k-- > 0;)
        if (p->tie[p->running[k]] == tie)
            close_project(world, k, COOP_OUTCOME_CUT);
}

void coop_projects_hand_over(sim_world_t *world, uint32_t tie, uint32_t to) {
    coop_project_t *p = &coop_state(world)->project;
    coop_projects_change_hands(world, tie, world->ties->from[tie], world->ties->from[to]);
    for (uint32_t k = 0; k < p->n_running; k++)
        if (p->tie[p->running[k]] == tie)
            p->tie[p->running[k]] = to;
}

void coop_projects_change_hands(sim_world_t *world, uint32_t tie, uint32_t from, uint32_t heir) {
    coop_project_t *p = &coop_state(world)->project;
    for (uint32_t k = 0; k < p->n_running; k++) {
        uint32_t j = p->running[k];
        if (p->tie[j] != tie)
            continue;
        p->donor[j] = heir;
        const coop_load_t load = load_of(world, j);
        coop_load_change(world, from, &load, -1);
        coop_load_change(world, heir, &load, 1);
    }
    coop_contacts_known(world, heir);
}

int coop_projects_inherit(sim_world_t *world, uint32_t from, uint32_t heir) {
    coop_donor_t *donor = &coop_state(world)->donor;
    if (heir != SIM_NETWORK_NONE) {
        if (donor->record[from] &&
            (!donor->record[heir] || donor->first_project[from] < donor->first_project[heir]))
            donor->first_project[heir] = donor->first_project[from];
        donor->record[heir] += donor->record[from];
    }
    donor->record[from] = 0;
    return 0;
}

/* One instalment: an equal part of what is left over the steps that are left. */
static void pay_instalment(sim_world_t *world, uint32_t j) {
    coop_state_t *s = coop_state(world);
    coop_project_t *p = &s->project;
    int32_t steps_left = p->planned[j] - world->clock.step, steps = p->planned[j] - p->start[j];
    int64_t grant = p->grant_left[j] / steps_left, own = p->own[j] / steps;
    coop_ledger_move(world, funder_of(world, j), COOP_ACCOUNT_PROJECTS, grant);
    p->grant_left[j] -= grant;
    s->flow_metric[COOP_M_NATIONAL] += (double)grant;
    int64_t paid =
        coop_budget_pay(world, p->donor[j], COOP_ACCOUNT_PROJECTS, own) + coop_joint_work(world, j);
    p->own_paid[j] += paid;
    coop_ledger_move(world, COOP_ACCOUNT_PROJECTS, COOP_ACCOUNT_PARTNER_SERVICES, grant + paid);
}

typedef struct {
    double trust, teaching, relief, capacity, reputation; /* shares of the gap closed in a step */
} effect_t;

static void work_project(sim_world_t *world, uint32_t j, const effect_t *effect) {
    const coop_project_t *p = &coop_state(world)->project;
    sim_network_ties_t *ties = world->ties;
    uint32_t tie = p->tie[j], d = p->donor[j], i = p->partner[j] - coop_population(world)->n_donors;
    uint8_t k = p->sector[j];
    pay_instalment(world, j);
    ties->last_activity[tie] = world->clock.step;
    ties->trust[tie] += (1 - ties->trust[tie]) * effect->trust * (p->firm[j] ? FIRM_TRUST : 1);
    coop_knowhow_learn(world, d, k, effect->teaching, 1);
    coop_support_notice(world, d, effect->reputation);
    coop_associations_help(world, i, k, effect->relief, effect->capacity);
    if (ties->mode[tie] == COOP_MODE_REGIONAL)
        coop_associations_pass_on(world, d, i);
}

int coop_projects_work(sim_world_t *world) {
    const coop_params_t *p = coop_params(world);
    const coop_project_t *project = &coop_state(world)->project;
    const effect_t effect = {.trust = coop_step_probability(world, p->projects.trust_gain),
                             .teaching = coop_step_probability(world, p->knowhow.teaching),
                             .relief = coop_step_probability(world, p->projects.need_relief),
                             .capacity = coop_step_probability(world, p->projects.capacity_gain),
                             .reputation =
                                 coop_step_probability(world, p->projects.reputation_gain)};
    for (uint32_t k = 0; k < project->n_running; k++)
        work_project(world, project->running[k], &effect);
    return 0;
}

static double years_or_null(const sim_world_t *world, const coop_project_t *p, uint32_t j) {
    return p->outcome[j] == COOP_OUTCOME_RUNNING ? (double)NAN
                                                 : sim_schedule_time(&world->clock, p->finish[j]);
}

#define PROJECT(COLUMN)                                                                            \
    COLUMN(INTEGER, "project_id", j, "in order of award")                                          \
    COLUMN(INTEGER, "tie_id", p->tie[j], "the tie it belongs to")                                  \
    COLUMN(INTEGER, "donor_id", p->donor[j], "agent")                                              \
    COLUMN(INTEGER, "partner_id", p->partner[j], "agent")                                          \
    COLUMN(LABEL(coop_scheme_words), "scheme", p->scheme[j], "who pays")                           \
    COLUMN(LABEL(coop_work_words), "kind", p->kind[j], "type of work (M38)")                       \
    COLUMN(LABEL(coop_sector_words), "sector", p->sector[j], "sector")                             \
    COLUMN(LABEL(coop_region_words), "region", pop->region[p->partner[j] - pop->n_donors],         \
           "of the partner")                                                                       \
    COLUMN(REAL, "start", sim_schedule_time(&world->clock, p->start[j]), "year")                   \
    COLUMN(REAL, "finish", years_or_null(world, p, j), "year; NULL while running")                 \
    COLUMN(INTEGER, "granted_yen", p->granted[j], "national grant, yen")                           \
    COLUMN(INTEGER, "own_yen", p->own_paid[j], "own money paid, of joining members too, yen")      \
    COLUMN(LABEL(coop_outcome_words), "outcome", p->outcome[j], "running, completed or cut")       \
    COLUMN(INTEGER, "firm", p->firm[j], "1 = started by a private firm (M30)")                     \
    COLUMN(INTEGER, "members", p->members[j], "governments that share it with the donor (M39)")    \
    COLUMN(INTEGER, "lead_id",                                                                     \
           p->lead[j] == COOP_NO_LEAD ? SIM_NULL_INT : pop->first_consultant + p->lead[j],         \
           "agent: consultant or institute that leads it (M41); NULL = the donor")
const sim_field_t coop_project_fields[] = {PROJECT(FIELD) FIELD_END};

int coop_projects_rows(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    const coop_project_t *p = &coop_state(world)->project;
    int rc = 0;
    for (uint32_t j = 0; j < p->count && !rc && sim_world_records_rows(world); j++) {
        const sim_cell_t cell[] = {PROJECT(CELL)};
        rc = sim_world_row(world, COOP_TABLE_PROJECT, cell);
    }
    return rc;
}
