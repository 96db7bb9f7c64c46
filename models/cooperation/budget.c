/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Budgets (M5, M6, M7; the package of M13): a sliver of the general account becomes the year's
 * purse for environmental work abroad; what is left at the end of the fiscal year goes back. A
 * cooperative's is paid by its members and by fees. */
#include <math.h>

#include "models/cooperation/cooperation.h"

/* General account of a government, or the budget of a cooperative, yen a year. */
static double general_account(const sim_world_t *world, uint32_t d) {
    const coop_params_t *p = coop_params(world);
    const coop_population_t *pop = coop_population(world);
    return pop->type[d] == COOP_TYPE_COOPERATIVE
               ? coop_state(world)->donor.own_budget[d]
               : p->budget.per_capita[pop->type[d]] * coop_state(world)->donor.population[d];
}

static int64_t sliver(const sim_world_t *world, uint32_t d, double austerity) {
    const coop_params_t *p = coop_params(world);
    const coop_population_t *pop = coop_population(world);
    const coop_donor_t *donor = &coop_state(world)->donor;
    if (!coop_teaches(world, d))
        return 0; /* nothing of the environment in its works */
    /* M33: a mandate is a plan of years, which keeps the money when the manager changes. */
    double priority = coop_max(donor->priority[d], donor->mandate[d] ? p->initiative.keenness : 0);
    double committed = 1 + p->budget.priority_gain * priority * priority;
    double environment = pop->type[d] == COOP_TYPE_COOPERATIVE ? 1 : p->budget.environment_share;
    double yen = general_account(world, d) * p->budget.international_share * environment *
                 committed * austerity * coop_state(world)->fiscal_factor[d];
    return (int64_t)coop_min(yen,
                             1e15); /* a bound far beyond any budget keeps the books in range */
}

/* M5: narrow spending on exchange, bn yen (F), over its level of 2001; constant before the years
 * known, an even fall between them. */
static double history(const coop_budget_params_t *p, int32_t year) {
    static const double first = 1997, last = 2001, before = 11.5, after = 6.5;
    double passed = coop_clip((year - first) / (last - first));
    double slope = sim_math_log(after / before) / (last - first);
    return sim_math_pow(before / after, 1 - passed) *
           coop_series_after(p->after, slope, p->after_rate, year - last);
}

/* People of each government as far as they pay: without revenue or support a member withholds a
 * part of its contribution (M7). */
static void weigh_members(sim_world_t *world) {
    coop_state_t *s = coop_state(world);
    const coop_donor_t *donor = &s->donor;
    double riding = coop_params(world)->cooperatives.free_riding;
    const double *restrict strength = donor->fiscal_strength, *restrict support = donor->support,
                           *restrict people = donor->population;
    double *restrict paying = s->paying;
    for (uint32_t m = 0, n = coop_population(world)->first_cooperative; m < n; m++) {
        double reluctance = 1 - (coop_min(1, strength[m]) + support[m]) / 2;
        paying[m] = people[m] * (1 - riding * reluctance);
    }
}

/* Share of their contributions that the members of c pay. */
static double paid_share(const sim_world_t *world, uint32_t c) {
    const coop_state_t *s = coop_state(world);
    double paying = 0;
    uint32_t n;
    const uint32_t *member = coop_members(world, c, &n);
    for (uint32_t k = 0; k < n; k++)
        paying += s->paying[member[k]];
    return coop_min(1, paying / s->donor.population[c]);
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
static int64_t collect(const sim_world_t *world, uint32_t c, int64_t planned, votes_t *votes) {
    double due = (double)planned * (1 - coop_params(world)->cooperatives.fee_share);
    int64_t fees = planned - (int64_t)due, paid = (int64_t)(due * paid_share(world, c));
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

/* Start of the fiscal year: last year's rest lapses, this year's money is voted. */
int coop_budget_appropriate(sim_world_t *world) {
    uint32_t first = coop_population(world)->first_cooperative;
    coop_donor_t *donor = &coop_state(world)->donor;
    double austerity = coop_budget_austerity(world);
    votes_t governments = {0}, cooperatives = {0};
    if (coop_params(world)->budget.history)
        austerity *= history(&coop_params(world)->budget,
                             sim_schedule_year(&world->clock, world->clock.step));
    weigh_members(world);
    for (uint32_t d = 0; d < coop_state(world)->n_donors; d++) {
        int64_t voted = sliver(world, d, austerity);
        if (d < first) {
            governments.lapsed += donor->purse[d];
            governments.direct += voted;
        } else {
            cooperatives.lapsed += donor->purse[d];
            voted = voted ? collect(world, d, voted, &cooperatives) : 0;
        }
        donor->purse[d] = donor->voted[d] = voted;
    }
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
    s->flow_metric[COOP_COUNT_OWN] += (double)paid;
    return paid;
}
