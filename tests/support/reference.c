/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reference: what others decide, the questions that several phases ask, money and projects. */
#include "tests/support/reference.h"
#include "models/cooperation/money/schemes.h"

#include <criterion/criterion.h>
#include <math.h>

/* ---- what others decide ---- */

static void look_at_donor(ref_world_t *r, const sim_world_t *world, int d) {
    const coop_state_t *s = coop_state(world);
    const coop_donor_t *from = &s->donor;
    ref_donor_t *to = &r->donor[d];
    to->type = coop_population(world)->type[d], to->industry = from->industry[d];
    to->keeps = from->plants[d] && from->plant_keeper[d] == (uint32_t)d;
    to->intermediary = coop_population(world)->intermediary[d];
    to->exists = from->exists[d], to->plants = (int)from->plants[d];
    to->population = from->population[d], to->fiscal_strength = from->fiscal_strength[d];
    to->own_budget = from->own_budget[d], to->contested = from->contested[d];
    to->policy_until = from->policy_until[d];
    to->mandate = from->mandate[d], to->scope = from->scope[d], to->manager = (int)from->manager[d];
    to->priority = from->priority[d], to->priority_fall = from->priority_fall[d];
    to->turnover = from->turnover[d], to->support = from->support[d];
    to->junior = from->junior[d], to->senior = from->senior[d];
    to->staff_start = from->staff_start[d], to->keeper = (int)from->plant_keeper[d];
    to->shrinkage = from->shrinkage[d], to->reputation = from->reputation[d];
    for (int k = 0; k < COOP_N_SECTORS; k++)
        to->knowhow[k] = from->knowhow[k][d];
    to->n_contacts = from->n_contacts[d];
    for (int k = 0; k < to->n_contacts; k++) {
        size_t at = (size_t)d * COOP_MAX_CONTACTS + (size_t)k;
        cr_assert_lt(s->contact.partner[at], TINY_PARTNERS, "the reference knows cities alone");
        to->contact[k] = (ref_contact_t){.partner = (int)s->contact.partner[at],
                                         .since = s->contact.since[at],
                                         .strength = s->contact.strength[at]};
    }
}

static void look_at_members(ref_world_t *r, const sim_world_t *world, int c) {
    uint32_t n;
    const uint32_t *member = coop_members(world, (uint32_t)c, &n);
    r->donor[c].n_members = (int)n;
    for (uint32_t k = 0; k < n; k++)
        r->donor[c].member[k] = (int)member[k];
}

void ref_look(ref_world_t *r, const sim_world_t *world) {
    for (int d = 0; d < TINY_DONORS; d++)
        look_at_donor(r, world, d);
    for (int c = TINY_GOVERNMENTS; c < TINY_DONORS; c++)
        look_at_members(r, world, c);
    for (int i = 0; i < TINY_PARTNERS; i++)
        r->partner[i].interest = coop_state(world)->partner.interest[i];
    for (int c = 0; c < REF_COUNTRIES; c++)
        r->country[c].soured_until = coop_state(world)->country.soured_until[c];
    r->step = world->clock.step;
}

void ref_begin(ref_world_t *r, const sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    *r = (ref_world_t){.p = *coop_params(world),
                       .key = world->key,
                       .steps_per_year = world->clock.steps_per_year,
                       .start_year = world->clock.start_year};
    coop_funding_terms(&r->p.funding, r->scheme);
    for (int i = 0; i < TINY_PARTNERS; i++) {
        ref_partner_t *to = &r->partner[i];
        to->country = pop->country_of[i], to->region = pop->region[i];
        to->population = pop->partner_population[i], to->capacity = pop->capacity[i];
        for (int k = 0; k < COOP_N_SECTORS; k++)
            to->need[k] = pop->need[k][i];
    }
    for (int c = 0; c < REF_COUNTRIES; c++) {
        const coop_country_t *from = &pop->country[c];
        r->country[c] = (ref_country_t){from->jica,     from->jcm,       from->jcm_from,
                                        from->priority, from->stability, 0};
    }
    ref_look(r, world);
}

/* ---- small questions ---- */

sim_rng_draw_t ref_draw(const ref_world_t *r, int purpose, uint32_t a, uint32_t b) {
    sim_rng_t rng = sim_rng_at(r->key, (uint32_t)purpose, (uint32_t)r->step);
    return sim_rng_draw(&rng, a, b);
}
uint32_t ref_agent(int partner) {
    return TINY_FIRST_PARTNER + (uint32_t)partner;
}
double ref_probability(const ref_world_t *r, double rate) {
    return 1 - exp(-rate / r->steps_per_year);
}
double ref_year(const ref_world_t *r) {
    return r->start_year + r->step / r->steps_per_year;
}
double ref_time(const ref_world_t *r) {
    return r->start_year + (double)r->step / r->steps_per_year;
}
bool ref_is_cooperative(const ref_world_t *r, int d) {
    return r->donor[d].type == COOP_TYPE_COOPERATIVE;
}
bool ref_helped(const ref_world_t *r, int d) {
    return r->p.contacts.intermediaries && r->donor[d].intermediary;
}
bool ref_soured(const ref_world_t *r, int partner) {
    return ref_time(r) < r->country[r->partner[partner].country].soured_until;
}

int ref_count_ties(const ref_world_t *r, int donor, int partner) {
    int n = 0;
    for (int k = 0; k < r->n_live; k++) {
        const ref_tie_t *tie = &r->tie[r->live[k]];
        n += (donor < 0 || tie->donor == donor) && (partner < 0 || tie->partner == partner);
    }
    return n;
}

double ref_project_staff(const ref_world_t *r, bool firm) {
    return firm ? 0.2 * r->p.staff.project_fte : r->p.staff.project_fte;
}

double ref_free_staff(const ref_world_t *r, int d) {
    const ref_donor_t *donor = &r->donor[d];
    double share =
        r->p.staff.international_share * (1 + r->p.staff.priority_gain * donor->priority);
    double bound = 0;
    for (int k = 0; k < r->n_running; k++) {
        const ref_project_t *project = &r->project[r->running[k]];
        if (r->tie[project->tie].donor == d)
            bound += ref_project_staff(r, project->firm);
    }
    return fmin(1, share) * (donor->junior + donor->senior) - bound;
}

bool ref_has_project(const ref_world_t *r, int tie) {
    for (int k = 0; k < r->n_running; k++)
        if (r->project[r->running[k]].tie == tie)
            return true;
    return false;
}

/* ---- money (7.5, 7.12) ---- */

int ref_account(const ref_world_t *r, int d) {
    return ref_is_cooperative(r, d) ? COOP_ACCOUNT_COOPERATIVES : COOP_ACCOUNT_LOCAL_GOVERNMENTS;
}

void ref_move(ref_world_t *r, int from, int to, int64_t yen) {
    r->flow[from][to] += yen;
    r->balance[from] -= yen;
    r->balance[to] += yen;
}

int64_t ref_pay(ref_world_t *r, int d, int to, int64_t yen) {
    int64_t paid = yen < r->donor[d].purse ? yen : r->donor[d].purse;
    r->donor[d].purse -= paid;
    ref_move(r, ref_account(r, d), to, paid);
    return paid;
}

double ref_upkeep_of(const ref_world_t *r, int d, int n_ties) {
    double further = ref_is_cooperative(r, d) ? 1 - r->p.initiative.package : 1;
    return n_ties > 0 ? r->p.budget.tie_upkeep * (1 + (n_ties - 1) * further) : 0;
}

/* Own money promised to a running project, whole yen a year. */
static double promised(const ref_world_t *r, const ref_project_t *project) {
    return (double)(project->own * r->steps_per_year / (project->planned - project->start));
}

bool ref_affords(const ref_world_t *r, int d, double yen) {
    double sum = ref_upkeep_of(r, d, ref_count_ties(r, d, -1));
    for (int k = 0; k < r->n_running; k++) {
        const ref_project_t *project = &r->project[r->running[k]];
        if (r->tie[project->tie].donor == d)
            sum += promised(r, project);
    }
    return r->donor[d].voted > 0 && (double)r->donor[d].voted >= sum + yen;
}

/* General account, yen per inhabitant: prefectures, designated, core and other cities, towns,
 * villages, wards. */
static const double PER_CAPITA[] = {4e5, 5.2e5, 4.2e5, 4.8e5, 7e5, 1.1e6, 4e5};

/* What the fall of exchange spending from 1997 to 2001 left to fall. */
static double history(const ref_world_t *r) {
    double until = 2001 - ref_year(r);
    double after = r->p.budget.after == COOP_AFTER_TREND ? log(6.5 / 11.5) / 4 : 0;
    return r->p.budget.history
               ? pow(11.5 / 6.5, fmin(4, fmax(0, until)) / 4) * exp(after * fmax(0, -until))
               : 1;
}

double ref_austerity(const ref_world_t *r) {
    return exp(-r->p.budget.austerity * r->step / r->steps_per_year);
}

bool ref_policy(const ref_world_t *r, int d) {
    return r->start_year + (double)r->step / r->steps_per_year < r->donor[d].policy_until;
}
bool ref_dated_policy(const ref_world_t *r, int d) {
    return ref_policy(r, d) && isfinite(r->donor[d].policy_until);
}

static int64_t planned_vote(const ref_world_t *r, int d) {
    const ref_donor_t *donor = &r->donor[d];
    const coop_budget_params_t *p = &r->p.budget;
    bool cooperative = ref_is_cooperative(r, d);
    if (!donor->exists || (cooperative && donor->plants == 0))
        return 0;
    double account = cooperative ? donor->own_budget : PER_CAPITA[donor->type] * donor->population;
    double priority = donor->priority;
    if (ref_policy(r, d) && (donor->mandate || !cooperative))
        priority = fmax(priority, r->p.initiative.keenness);
    return (int64_t)(account * p->international_share * (cooperative ? 1 : p->environment_share) *
                     (1 + p->priority_gain * priority * priority) * ref_austerity(r) *
                     pow(donor->fiscal_strength, p->fiscal_exponent) * history(r));
}

static void vote(ref_world_t *r, int d) {
    ref_donor_t *donor = &r->donor[d];
    int64_t yen = planned_vote(r, d);
    ref_move(r, ref_account(r, d), COOP_ACCOUNT_TAXPAYERS, donor->purse);
    if (!ref_is_cooperative(r, d)) {
        ref_move(r, COOP_ACCOUNT_TAXPAYERS, COOP_ACCOUNT_LOCAL_GOVERNMENTS, yen);
    } else if (yen > 0) {
        double due = (double)yen * (1 - r->p.cooperatives.fee_share);
        int64_t fees = yen - (int64_t)due, members = (int64_t)due;
        ref_move(r, COOP_ACCOUNT_TAXPAYERS, COOP_ACCOUNT_COOPERATIVES, fees);
        ref_move(r, COOP_ACCOUNT_TAXPAYERS, COOP_ACCOUNT_LOCAL_GOVERNMENTS, members);
        ref_move(r, COOP_ACCOUNT_LOCAL_GOVERNMENTS, COOP_ACCOUNT_COOPERATIVES, members);
        yen = fees + members;
    }
    donor->purse = donor->voted = yen;
}

void ref_budgets(ref_world_t *r) {
    for (int d = 0; d < TINY_DONORS; d++)
        vote(r, d);
}

void ref_ledger(ref_world_t *r) {
    for (int from = 0; from < COOP_N_ACCOUNTS; from++)
        for (int to = 0; to < COOP_N_ACCOUNTS; to++)
            r->flow[from][to] = 0;
    for (int mode = 0; mode < COOP_N_MODES; mode++)
        for (int reason = 0; reason < COOP_N_REASONS; reason++)
            r->refused[mode][reason] = 0;
}

/* ---- projects (7.10) ---- */

static int funder(int scheme) {
    static const int account[] = {COOP_ACCOUNT_JICA,     COOP_ACCOUNT_MOE,   COOP_ACCOUNT_JICA,
                                  COOP_ACCOUNT_JICA,     COOP_ACCOUNT_CLAIR, COOP_ACCOUNT_METI,
                                  COOP_ACCOUNT_TAXPAYERS};
    return account[scheme];
}

void ref_start(ref_world_t *r, int scheme, int tie, int64_t grant, int64_t own, double years,
               int renewed) {
    ref_tie_t *t = &r->tie[tie];
    ref_donor_t *donor = &r->donor[t->donor];
    int steps = (int)fmax(1, round(years * r->steps_per_year));
    bool firm = ref_by_firm(r, scheme, tie);
    cr_assert_lt(r->n_projects, REF_PROJECTS);
    r->running[r->n_running++] = r->n_projects;
    r->project[r->n_projects++] = (ref_project_t){.tie = tie,
                                                  .scheme = scheme,
                                                  .sector = ref_sector_of(r, scheme, t),
                                                  .start = r->step,
                                                  .planned = r->step + steps,
                                                  .finish = REF_NEVER,
                                                  .outcome = COOP_OUTCOME_RUNNING,
                                                  .renewed = renewed,
                                                  .firm = firm,
                                                  .granted = grant,
                                                  .left = grant,
                                                  .own = firm ? 0 : own};
    if (donor->record++ == 0)
        donor->first_project = r->step;
    int stage = scheme == COOP_SCHEME_OWN ? COOP_STAGE_TRAINEES : COOP_STAGE_PROJECT;
    if (t->stage < stage)
        t->stage = stage;
    ref_move(r, COOP_ACCOUNT_TAXPAYERS, funder(scheme), grant);
}

void ref_stop(ref_world_t *r, int place, int outcome) {
    ref_project_t *project = &r->project[r->running[place]];
    r->running[place] = r->running[--r->n_running];
    project->outcome = outcome, project->finish = r->step;
    ref_move(r, funder(project->scheme), COOP_ACCOUNT_TAXPAYERS, project->left);
    project->left = 0;
}

void ref_completion(ref_world_t *r) {
    for (int k = r->n_running - 1; k >= 0; k--)
        if (r->project[r->running[k]].planned <= r->step)
            ref_stop(r, k, COOP_OUTCOME_COMPLETED);
}

static void work_on(ref_world_t *r, ref_project_t *project) {
    const coop_projects_params_t *p = &r->p.projects;
    ref_tie_t *tie = &r->tie[project->tie];
    ref_donor_t *donor = &r->donor[tie->donor];
    ref_partner_t *partner = &r->partner[tie->partner];
    int k = project->sector;
    int64_t grant = project->left / (project->planned - r->step);
    project->left -= grant;
    ref_move(r, funder(project->scheme), COOP_ACCOUNT_PROJECTS, grant);
    int64_t own = ref_pay(r, tie->donor, COOP_ACCOUNT_PROJECTS,
                          project->own / (project->planned - project->start));
    project->paid += own;
    ref_move(r, COOP_ACCOUNT_PROJECTS, COOP_ACCOUNT_PARTNER_SERVICES, grant + own);
    double building = project->firm ? 0.5 : 1;
    tie->trust += (1 - tie->trust) * ref_probability(r, p->trust_gain) * building;
    tie->active = r->step;
    donor->knowhow[k] += (1 - donor->knowhow[k]) * ref_probability(r, r->p.knowhow.teaching);
    donor->reputation += (1 - donor->reputation) * ref_probability(r, p->reputation_gain);
    partner->need[k] *= 1 - ref_probability(r, p->need_relief);
    partner->capacity += (1 - partner->capacity) * ref_probability(r, p->capacity_gain);
}

void ref_work(ref_world_t *r) {
    for (int k = 0; k < r->n_running; k++)
        work_on(r, &r->project[r->running[k]]);
}

/* Own money on top of a grant (7.9): the weak add less. */
double ref_own_money(const ref_world_t *r, int d, double grant) {
    return grant * r->p.budget.own_share * sqrt(fmin(1, r->donor[d].fiscal_strength));
}

void ref_own_projects(ref_world_t *r) {
    double cost = r->p.funding.own_cost;
    for (int k = 0; k < r->n_live; k++) {
        const ref_tie_t *tie = &r->tie[r->live[k]];
        double rate = r->p.funding.own_rate * r->donor[tie->donor].priority * ref_revival(r, tie);
        sim_rng_draw_t draw =
            ref_draw(r, COOP_DRAW_OWN_PROJECT, (uint32_t)tie->donor, ref_agent(tie->partner));
        if (sim_rng_chance(&draw, ref_probability(r, rate)) && !ref_has_project(r, r->live[k]) &&
            ref_affords(r, tie->donor, cost) &&
            ref_free_staff(r, tie->donor) >= r->p.staff.project_fte)
            ref_start(r, COOP_SCHEME_OWN, r->live[k], 0, (int64_t)cost, 1, 0);
    }
}
