/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The four types of work abroad as a ladder of commitment (M38). Contribution, that is exchange,
 * trainees and small projects, needs the mandate alone. Studies, operation and investment put the
 * members' money at risk: each needs a record in the type below, the members' consent anew, and
 * more trust in the tie. */
#include "models/cooperation/money/works.h"
#include "models/cooperation/bodies/policy.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/people/staff.h"

/* What a type asks for (A; S says the order, and that operation and investment are for study groups
 * only): works of the type below that must have begun; trust of the tie; what the risk to members'
 * budgets takes from their consent; yen a year from own money; years. */
static const struct {
    double record, trust, risk, cost, years;
} RUNG[COOP_N_WORKS] = {[COOP_WORK_CONSULTATION] = {3, 0.3, 0.2, 5e6, 1},
                        [COOP_WORK_OPERATION] = {2, 0.6, 0.95, 1e7, 3},
                        [COOP_WORK_INVESTMENT] = {1, 0.7, 0.98, 3e7, 3}};

/* Factor of record, trust and cost: a state that bears all of the risk halves them. */
static double eased(const sim_world_t *world) {
    return 1 - coop_params(world)->works.guarantee / 2;
}

static double cost_of(const sim_world_t *world, uint8_t kind) {
    return RUNG[kind].cost * eased(world);
}

void coop_works_count(sim_world_t *world, uint32_t d, uint8_t kind) {
    coop_state_t *s = coop_state(world);
    if (!coop_is_cooperative(world, d))
        return;
    s->donor.works[kind][d]++;
    s->flow_metric[COOP_M_WORKS + kind]++;
}

void coop_works_allow(sim_world_t *world, uint32_t c, uint8_t kind) {
    coop_state(world)->donor.scope[c] = kind;
}

/* Without the ladder only the rules of the schemes stand between a cooperative and a study. */
bool coop_works_open(const sim_world_t *world, uint32_t d, uint8_t kind) {
    return kind == COOP_WORK_CONTRIBUTION || !coop_is_cooperative(world, d) ||
           !coop_params(world)->works.ladder || coop_state(world)->donor.scope[d] >= kind;
}

bool coop_works_trusted(const sim_world_t *world, uint32_t tie, uint8_t kind) {
    const sim_network_ties_t *ties = world->ties;
    return !coop_is_cooperative(world, ties->from[tie]) || !coop_params(world)->works.ladder ||
           ties->trust[tie] >= RUNG[kind].trust * eased(world);
}

/* ---- the members' consent ---- */

static bool could_widen(const sim_world_t *world, uint32_t c) {
    const coop_params_t *p = coop_params(world);
    const coop_donor_t *donor = &coop_state(world)->donor;
    uint8_t below = donor->scope[c], next = (uint8_t)(below + 1);
    return donor->mandate[c] && next < COOP_N_WORKS &&
           donor->works[below][c] >= RUNG[next].record * eased(world) &&
           coop_staff_free(world, c) >= p->staff.project_fte &&
           coop_budget_affords(world, c, cost_of(world, next));
}

int coop_works_year(sim_world_t *world) {
    const coop_works_params_t *p = &coop_params(world)->works;
    coop_state_t *s = coop_state(world);
    double chance = coop_chance(p->rate);
    int rc = 0;
    if (!p->ladder || !s->abroad)
        return 0;
    for (uint32_t c = coop_population(world)->first_cooperative; c < s->n_donors && !rc; c++) {
        sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_WORK_REQUEST, c, 0);
        if (!could_widen(world, c) || !sim_rng_chance(&draw, chance))
            continue;
        uint8_t next = (uint8_t)(s->donor.scope[c] + 1);
        double borne = 1 - RUNG[next].risk * (1 - p->guarantee);
        if (!coop_policy_consent(world, COOP_DRAW_WORK_CONSENT, c, borne))
            continue;
        coop_works_allow(world, c, next);
        rc = coop_event(world, COOP_EVENT_SCOPE_WIDENED, c, s->donor.manager[c], next);
    }
    return rc;
}

/* ---- works from own money ---- */

/* The highest type that members, trust and money allow in this tie; else contribution. */
static uint8_t highest_type(const sim_world_t *world, uint32_t tie) {
    uint32_t c = world->ties->from[tie];
    uint8_t kind = coop_state(world)->donor.scope[c];
    while (kind > COOP_WORK_CONTRIBUTION && (!coop_works_trusted(world, tie, kind) ||
                                             !coop_budget_affords(world, c, cost_of(world, kind))))
        kind--;
    return kind;
}

uint8_t coop_works_offer(const sim_world_t *world, uint32_t tie, coop_work_t *work) {
    uint8_t kind = highest_type(world, tie);
    *work = (coop_work_t){.scheme = COOP_SCHEME_OWN,
                          .kind = kind,
                          .own = (int64_t)(cost_of(world, kind) * RUNG[kind].years),
                          .years = RUNG[kind].years};
    return kind;
}

/* A cooperative that takes over another has done what either did. */
int coop_works_inherit(sim_world_t *world, uint32_t from, uint32_t heir) {
    coop_donor_t *donor = &coop_state(world)->donor;
    bool goes_over = heir != SIM_NETWORK_NONE && coop_is_cooperative(world, heir);
    if (goes_over && donor->scope[from] > donor->scope[heir])
        donor->scope[heir] = donor->scope[from];
    for (int kind = 0; kind < COOP_N_WORKS; kind++) {
        if (goes_over)
            donor->works[kind][heir] += donor->works[kind][from];
        donor->works[kind][from] = 0;
    }
    donor->scope[from] = 0;
    return 0;
}

/* ---- what must hold ---- */

/* More than contribution is for those with a mandate. */
int coop_works_verify(const sim_world_t *world) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    for (uint32_t d = 0; d < coop_state(world)->n_donors; d++)
        if (donor->scope[d] >= COOP_N_WORKS || (donor->scope[d] && !donor->mandate[d]))
            return SIM_ERR_VERIFY;
    return 0;
}
