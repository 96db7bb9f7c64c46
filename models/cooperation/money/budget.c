/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Budgets (M5, M6, M7; the package of M13): a sliver of the general account becomes the year's
 * purse for environmental work abroad; what is left at the end of the fiscal year goes back. A
 * cooperative's is paid by its members and by fees. */
#include <math.h>

#include "models/cooperation/bodies/policy.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/money/ledger.h"
#include "models/cooperation/ties/formation.h"

/* General account per inhabitant, yen (M6, B: order of magnitude of the settlement); cooperatives
 * have budgets of their own. budget.international_share scales all of them. */
static const double PER_CAPITA[COOP_N_TYPES] = {
    [COOP_TYPE_PREFECTURE] = 0.4e6,  [COOP_TYPE_DESIGNATED_CITY] = 0.52e6,
    [COOP_TYPE_CORE_CITY] = 0.42e6,  [COOP_TYPE_CITY] = 0.48e6,
    [COOP_TYPE_TOWN] = 0.7e6,        [COOP_TYPE_VILLAGE] = 1.1e6,
    [COOP_TYPE_SPECIAL_WARD] = 0.4e6};

/* What the committed spend of their account, relative to those without any priority. */
static inline double committed(const coop_budget_params_t *p, double priority) {
    return 1 + p->priority_gain * priority * priority;
}

/* A bound far beyond any budget keeps the books in range. */
static inline int64_t whole_yen(double yen) {
    return (int64_t)coop_min(yen, 1e15);
}

/* Yen a year that are voted for work abroad from an account; `factor`: what hard times leave. */
static inline int64_t vote(const coop_budget_params_t *p, double account, double priority,
                           double factor) {
    return whole_yen(account * p->international_share * committed(p, priority) * factor);
}

/* Of the budget of a cooperative; one with plants works on nothing but the environment. */
static int64_t sliver(const sim_world_t *world, uint32_t c, double austerity) {
    const coop_params_t *p = coop_params(world);
    const coop_donor_t *donor = &coop_state(world)->donor;
    if (!coop_teaches(world, c))
        return 0; /* nothing of the environment in its works */
    /* M33: a mandate is a plan of years, which keeps the money when the manager changes. */
    double kept = coop_policy_keeps_money(world, c) ? p->initiative.keenness : 0;
    return vote(&p->budget, donor->own_budget[c], coop_max(donor->priority[c], kept),
                austerity * coop_state(world)->fiscal_factor[c] * donor->purse_factor[c]);
}

/* M5: narrow spending on exchange, bn yen (F), over its level of 2001; constant before the years
 * known, an even fall between them. */
static double history(const coop_budget_params_t *p, int32_t year) {
    static const double first = 1997, last = 2001, before = 11.5, after = 6.5;
    double passed = coop_clip((year - first) / (last - first));
    double slope = sim_math_log(after / before) / (last - first);
    return sim_math_pow(before / after, 1 - passed) *
           coop_series_after(p->after, slope, year - last);
}

static double elapsed(const sim_world_t *world) {
    return (double)world->clock.step / world->clock.steps_per_year;
}

double coop_budget_austerity(const sim_world_t *world) {
    return sim_math_exp(-coop_path_at(&coop_state(world)->austerity, elapsed(world)));
}

void coop_budget_renew_donor(sim_world_t *world, uint32_t d) {
    coop_state_t *s = coop_state(world);
    s->fiscal_factor[d] =
        sim_math_pow(s->donor.fiscal_strength[d], coop_params(world)->budget.fiscal_exponent);
}

void coop_budget_renew(sim_world_t *world) {
    const coop_budget_params_t *p = &coop_params(world)->budget;
    coop_state_t *s = coop_state(world);
    for (uint32_t d = 0; d < s->n_donors; d++)
        coop_budget_renew_donor(world, d);
    coop_path_bend(&s->austerity, p->austerity, elapsed(world));
}

/* Votes of a year by account: what lapses of the old purses, what fees and contributions or taxes
 * put into the new ones. Summed up, so that the books have a few entries and not thousands. */
typedef struct {
    int64_t lapsed, direct, contributed;
} votes_t;

/* The part of a vote that fees pay, then what the members pay of the rest. */
static int64_t collect(const sim_world_t *world, int64_t planned, votes_t *votes) {
    double due = (double)planned * (1 - coop_params(world)->cooperatives.fee_share);
    int64_t fees = planned - (int64_t)due, paid = (int64_t)due;
    votes->direct += fees;
    votes->contributed += paid;
    return fees + paid;
}

static void book(sim_world_t *world, int account, const votes_t *votes) {
    int64_t members = votes->contributed;
    coop_ledger_move(world, account, COOP_ACCOUNT_TAXPAYERS, votes->lapsed);
    coop_ledger_move(world, COOP_ACCOUNT_TAXPAYERS, account, votes->direct);
    coop_ledger_move(world, COOP_ACCOUNT_TAXPAYERS, COOP_ACCOUNT_LOCAL_GOVERNMENTS, members);
    coop_ledger_move(world, COOP_ACCOUNT_LOCAL_GOVERNMENTS, COOP_ACCOUNT_COOPERATIVES, members);
}

/* A government's sliver of its general account. Who has merged has no people. */
static inline int64_t sliver_of_government(const sim_world_t *world, uint32_t d, double now,
                                           double austerity) {
    const coop_params_t *p = coop_params(world);
    const coop_donor_t *donor = &coop_state(world)->donor;
    double account = PER_CAPITA[coop_population(world)->type[d]] * donor->population[d];
    double kept = donor->policy_until[d] > now ? p->initiative.keenness : 0;
    return vote(&p->budget, account * p->budget.environment_share,
                coop_max(donor->priority[d], kept),
                austerity * coop_state(world)->fiscal_factor[d] * donor->purse_factor[d]);
}

/* Share of the money of plenty that is voted this year. */
static double year_factor(const sim_world_t *world) {
    double austerity = coop_budget_austerity(world);
    if (coop_params(world)->budget.history)
        austerity *= history(&coop_params(world)->budget,
                             sim_schedule_year(&world->clock, world->clock.step));
    return austerity;
}

int64_t coop_budget_plan(const sim_world_t *world, uint32_t d) {
    double now = sim_schedule_time(&world->clock, world->clock.step);
    return d < coop_population(world)->first_cooperative
               ? sliver_of_government(world, d, now, year_factor(world))
               : sliver(world, d, year_factor(world));
}

static void vote_governments(sim_world_t *world, double austerity, votes_t *votes) {
    const double now = sim_schedule_time(&world->clock, world->clock.step);
    int64_t *restrict purse = coop_state(world)->donor.purse, *restrict voted =
                                                                  coop_state(world)->donor.voted;
    for (uint32_t d = 0, n = coop_population(world)->first_cooperative; d < n; d++) {
        votes->lapsed += purse[d];
        purse[d] = voted[d] = sliver_of_government(world, d, now, austerity);
        votes->direct += voted[d];
    }
}

static void vote_cooperatives(sim_world_t *world, double austerity, votes_t *votes) {
    coop_donor_t *donor = &coop_state(world)->donor;
    for (uint32_t c = coop_population(world)->first_cooperative; c < coop_state(world)->n_donors;
         c++) {
        int64_t planned = sliver(world, c, austerity);
        votes->lapsed += donor->purse[c];
        donor->purse[c] = donor->voted[c] = planned ? collect(world, planned, votes) : 0;
    }
}

/* Start of the fiscal year: last year's rest lapses, this year's money is voted. */
int coop_budget_appropriate(sim_world_t *world) {
    double austerity = year_factor(world);
    votes_t governments = {0}, cooperatives = {0};
    vote_governments(world, austerity, &governments);
    vote_cooperatives(world, austerity, &cooperatives);
    coop_state(world)->offers_known = false;
    book(world, COOP_ACCOUNT_LOCAL_GOVERNMENTS, &governments);
    book(world, COOP_ACCOUNT_COOPERATIVES, &cooperatives);
    return 0;
}

double coop_budget_upkeep(const sim_world_t *world, uint32_t d, uint32_t n_ties) {
    const coop_params_t *p = coop_params(world);
    bool package = coop_population(world)->type[d] == COOP_TYPE_COOPERATIVE;
    double further = package ? 1 - p->initiative.package : 1;
    return n_ties ? p->budget.tie_upkeep * (1 + (n_ties - 1) * further) : 0;
}

bool coop_budget_affords(const sim_world_t *world, uint32_t d, double yen) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    double promised = coop_budget_upkeep(world, d, donor->n_ties[d]) + donor->commitment[d];
    return donor->voted[d] > 0 && (double)donor->voted[d] >= promised + yen;
}

int64_t coop_budget_pay(sim_world_t *world, uint32_t d, int to, int64_t yen) {
    coop_state_t *s = coop_state(world);
    int64_t paid = yen < s->donor.purse[d] ? yen : s->donor.purse[d];
    if (paid <= 0)
        return 0;
    s->donor.purse[d] -= paid;
    coop_ledger_move(world, coop_ledger_account(coop_population(world), d), to, paid);
    s->flow_metric[COOP_M_OWN] += (double)paid;
    return paid;
}
