/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lasting (M31, M33, M34): ties cost upkeep, trust grows with work and fades without, and ties end
 * by competing causes: at the sum of their hazards, each as often as its hazard says. */
#include "models/cooperation/ties/upkeep.h"
#include "models/cooperation/bodies/consultants.h"
#include "models/cooperation/bodies/forms.h"
#include "models/cooperation/bodies/policy.h"
#include "models/cooperation/look/choices.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/money/projects.h"
#include "models/cooperation/people/staff.h"
#include "models/cooperation/ties/effects.h"
#include "models/cooperation/ties/relations.h"
#include "models/cooperation/ties/sisters.h"
#include "models/cooperation/ties/ties.h"

/* Share of a tie's trust that is the head's own and goes with it (S for the sign, A for the size;
 * M2); need below which the goal of a tie is reached (A; M31); trust to which exchange alone tends
 * (A; M20: projects come later); factor of the rate of agreements with an intermediary at home (A;
 * M21, M33); share of the partner's hazard that full stability takes away (A; M31). */
static const double personal_trust = 0.3, goal_need = 0.15, exchange_trust = 0.5, helped_rate = 2,
                    stability_relief = 0.5;

static double years_since(const sim_world_t *world, int32_t step) {
    return ((double)world->clock.step - step) / world->clock.steps_per_year;
}

/* Years since the end of the last step of work, negative at work; or else since the birth, which
 * falls anywhere in its step. */
static double idle_years(const sim_world_t *world, uint32_t tie) {
    const sim_network_ties_t *ties = world->ties;
    bool never = ties->last_activity[tie] == ties->onset[tie];
    return years_since(world, ties->last_activity[tie]) -
           (never ? 0.5 : 1) / world->clock.steps_per_year;
}

bool coop_upkeep_dormant(const sim_world_t *world, uint32_t tie) {
    return idle_years(world, tie) >= coop_params(world)->upkeep.dormancy_after;
}

/* M34: what trust is left revives a dormant tie. */
double coop_upkeep_revival(const sim_world_t *world, uint32_t tie) {
    return coop_upkeep_dormant(world, tie)
               ? coop_params(world)->upkeep.revival * world->ties->trust[tie]
               : 1;
}

static double damping(const sim_world_t *world, uint32_t tie) {
    return coop_policy_holds(world, tie) ? coop_params(world)->upkeep.institution_damping : 1;
}

/* What two governments have agreed binds the partner as well (M19, M33); a policy of the members of
 * a cooperative binds them alone. */
static bool agreed(const sim_world_t *world, uint32_t tie) {
    return world->ties->institutionalised[tie] &&
           !coop_is_cooperative(world, world->ties->from[tie]);
}

/* M2: a part of trust is the head's own and goes with it. */
static void lose_with_head(sim_world_t *world, uint32_t tie) {
    sim_network_ties_t *ties = world->ties;
    if (coop_state(world)->donor.turnover[ties->from[tie]] == world->clock.step)
        ties->trust[tie] *=
            1 - personal_trust * damping(world, tie) * (1 - coop_consultants_keep(world, tie));
}

/* What all ties share in a step: shares of the gap of trust that close; chance of an agreement,
 * without and with an intermediary at home; a bound of the hazards together where the head has
 * stayed, per year. */
typedef struct {
    double fade, exchange, chance[2], most;
} season_t;

static void keep_up(sim_world_t *world, uint32_t tie, const season_t *season) {
    sim_network_ties_t *ties = world->ties;
    uint32_t d = ties->from[tie], n = coop_state(world)->donor.n_ties[d];
    int64_t due = (int64_t)(coop_budget_upkeep(world, d, n) / n / world->clock.steps_per_year);
    coop_budget_pay(world, d, COOP_ACCOUNT_TIE_UPKEEP, coop_forms_share_upkeep(world, tie, due));
    if (ties->last_activity[tie] == world->clock.step)
        return; /* a project did its work already */
    if (ties->stage[tie] <= COOP_STAGE_TRAINEES)
        ties->trust[tie] += (exchange_trust - ties->trust[tie]) * season->exchange;
    else
        ties->trust[tie] *= 1 - season->fade;
}

/* M33: trust makes a tie independent of persons, sooner with an intermediary at home; then a
 * government signs an agreement, unless there is one (M19). */
static int institutionalise(sim_world_t *world, uint32_t tie, const double chance[2]) {
    sim_network_ties_t *ties = world->ties;
    uint32_t d = ties->from[tie];
    if (ties->institutionalised[tie] ||
        ties->trust[tie] < coop_params(world)->upkeep.institution_trust)
        return 0;
    bool helped =
        coop_params(world)->contacts.intermediaries && coop_population(world)->intermediary[d];
    sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_TIE_INSTITUTION, d, ties->to[tie]);
    ties->institutionalised[tie] = sim_rng_chance(&draw, chance[helped]);
    return ties->institutionalised[tie] ? coop_sisters_seal(world, d, coop_partner_of(world, tie))
                                        : 0;
}

/* M4: a policy outlives managers; a tie that began under the head is the head's own. */
static double inherited_fall(const sim_world_t *world, uint32_t tie) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    uint32_t d = world->ties->from[tie];
    bool led = world->ties->onset[tie] < donor->turnover[d] && !coop_policy_dated(world, d);
    return led && years_since(world, donor->turnover[d]) < 1 ? coop_max(0, donor->priority_fall[d])
                                                             : 0;
}

static inline void look_at_donor(const sim_world_t *world, uint32_t tie, coop_risk_t *risk) {
    const coop_upkeep_params_t *p = &coop_params(world)->upkeep;
    const sim_network_ties_t *ties = world->ties;
    uint32_t d = ties->from[tie];
    double idle = idle_years(world, tie);
    risk->held = coop_policy_holds(world, tie);
    /* part of the step that the tie is dormant */
    risk->dormant = coop_clip((idle - p->dormancy_after) * world->clock.steps_per_year + 1);
    risk->priority_fall = inherited_fall(world, tie);
    if (ties->stage[tie] >= COOP_STAGE_PROJECT && idle >= 0)
        risk->grant_over = 1 - risk->dormant;
    risk->short_of_money = !coop_budget_affords(world, d, 0);
    risk->short_of_staff = coop_staff_free(world, d) < 0;
    risk->support_gap = coop_max(0, p->support_floor - coop_state(world)->donor.support[d]);
}

static inline void look_at_partner(const sim_world_t *world, uint32_t tie, coop_risk_t *risk) {
    const coop_population_t *pop = coop_population(world);
    const coop_partner_t *partner = &coop_state(world)->partner;
    const sim_network_ties_t *ties = world->ties;
    uint32_t i = coop_partner_of(world, tie);
    risk->agreed = agreed(world, tie);
    risk->interest = partner->interest[i];
    risk->stability = partner->stability[i];
    risk->soured = coop_relations_soured(world, pop->country_of[i]);
    risk->goal_near = partner->need[ties->topic[tie]][i] < goal_need;
}

static inline coop_risk_t look(const sim_world_t *world, uint32_t tie) {
    coop_risk_t risk = {0};
    look_at_donor(world, tie, &risk);
    look_at_partner(world, tie, &risk);
    return risk;
}

/* Per year. */
static void hazards(const sim_world_t *world, uint32_t tie, double hazard[COOP_N_CAUSES]) {
    const coop_upkeep_params_t *p = &coop_params(world)->upkeep;
    const coop_risk_t risk = look(world, tie);
    double damped = risk.held ? p->institution_damping : 1;
    double loose = damped * (1 - world->ties->trust[tie]); /* trust explains lasting (M33) */
    hazard[COOP_CAUSE_LEADER_TURNOVER] = p->leader_turnover * loose * risk.priority_fall;
    hazard[COOP_CAUSE_GRANT_END] = p->grant_end * loose * risk.grant_over;
    hazard[COOP_CAUSE_BUDGET_SHORTFALL] = risk.short_of_money ? p->budget_shortfall : 0;
    hazard[COOP_CAUSE_STAFF_LOSS] = risk.short_of_staff ? p->staff_loss : 0;
    hazard[COOP_CAUSE_SUPPORT_LOSS] = p->support_loss * damped * risk.support_gap;
    hazard[COOP_CAUSE_DORMANCY] = p->dormancy * damped * risk.dormant;
    hazard[COOP_CAUSE_GOAL_MISMATCH] = p->goal_mismatch; /* at most: see ending() */
    hazard[COOP_CAUSE_PARTNER_EXIT] = p->partner_exit * (risk.agreed ? p->institution_damping : 1) *
                                      (1 - risk.interest) * (1 - stability_relief * risk.stability);
    if (risk.soured) {
        double priority = coop_state(world)->donor.priority[world->ties->from[tie]];
        hazard[COOP_CAUSE_NATIONAL_RELATIONS] = coop_params(world)->relations.end * (1 - priority);
    }
    hazard[COOP_CAUSE_GOAL_REACHED] = risk.goal_near ? p->goal_reached : 0;
}

static coop_pair_t pair_of(const sim_world_t *world, uint32_t tie) {
    const sim_network_ties_t *ties = world->ties;
    return (coop_pair_t){.donor = ties->from[tie],
                         .partner = coop_partner_of(world, tie),
                         .sector = ties->topic[tie],
                         .tied = true,
                         .trust = ties->trust[tie]};
}

/* The donor reconsiders the tie at a rate, and gives it up if doing nothing has the higher random
 * utility, as when it chose: the logit of what keeping is worth. */
static double given_up(const sim_world_t *world, uint32_t tie) {
    const coop_pair_t pair = pair_of(world, tie);
    double worth = coop_effects_worth(world, COOP_SIDE_DONOR, COOP_FUNCTION_ENDOWMENT, &pair);
    return 1 / (1 + sim_math_exp(worth - coop_params(world)->formation.opt_out));
}

/* A spell lasts a step at least; births fall anywhere in their step, and what was lived in it is at
 * risk in the next. So the length of a step biases no duration. */
static double years_at_risk(const sim_world_t *world, uint32_t tie) {
    bool first = world->ties->onset[tie] + 1 == world->clock.step;
    return (first ? 1.5 : 1.0) / world->clock.steps_per_year;
}

static double sum_of(const double hazard[COOP_N_CAUSES]) {
    double sum = 0;
    for (int c = 0; c < COOP_N_CAUSES; c++)
        sum += hazard[c];
    return sum;
}

/* The cause at a place along the hazards; the last that has one, should rounding lead beyond. */
static uint8_t cause_at(const double hazard[COOP_N_CAUSES], double place) {
    uint8_t last = SIM_NETWORK_NO_CAUSE;
    for (int c = 0; c < COOP_N_CAUSES; c++) {
        if (hazard[c] <= 0)
            continue;
        last = (uint8_t)c;
        if (place < hazard[c])
            break;
        place -= hazard[c];
    }
    return last;
}

/* The cause by which the tie ends in the step, or SIM_NETWORK_NO_CAUSE. Clocks that ring at
 * constant hazards: the first of them rings at the sum, and which it is does not depend on when.
 * What keeping is worth can only lessen a hazard, and is asked when the tie would end without. */
static uint8_t ending(const sim_world_t *world, uint32_t tie, double u, double most) {
    const sim_network_ties_t *ties = world->ties;
    const double at_risk = years_at_risk(world, tie);
    double hazard[COOP_N_CAUSES] = {0};
    most += coop_params(world)->upkeep.leader_turnover * inherited_fall(world, tie);
    if (!sim_rng_occurs(u, most * at_risk))
        return SIM_NETWORK_NO_CAUSE; /* half of them, at a glance */
    hazards(world, tie, hazard);
    if (!sim_rng_occurs(u, sum_of(hazard) * at_risk))
        return SIM_NETWORK_NO_CAUSE;
    hazard[COOP_CAUSE_GOAL_MISMATCH] *= given_up(world, tie);
    double sum = sum_of(hazard);
    if (!sim_rng_occurs(u, sum * at_risk))
        return SIM_NETWORK_NO_CAUSE;
    const sim_rng_t rng = sim_world_rng(world, COOP_DRAW_TIE_ENDING);
    sim_rng_block_t draw = sim_rng_block(&rng, ties->from[tie], ties->to[tie], 1);
    return cause_at(hazard, sum * sim_rng_unit(draw.word[0], draw.word[1]));
}

int coop_upkeep_end(sim_world_t *world, uint32_t tie, uint8_t cause) {
    coop_projects_cut(world, tie);
    coop_ties_end(world, tie, cause);
    return coop_ties_of_several(world, tie) ? coop_forms_end(world, tie) : 0;
}

static int record_risk(sim_world_t *world, uint32_t tie, uint8_t cause) {
    const coop_pair_t pair = pair_of(world, tie);
    coop_risk_t risk = look(world, tie);
    risk.years = years_at_risk(world, tie);
    return coop_choices_risk(world, tie, cause, &pair, &risk);
}

/* `u` decides whether it ends. */
static int live_on(sim_world_t *world, uint32_t tie, double u, const season_t *season) {
    lose_with_head(world, tie);
    keep_up(world, tie, season);
    int rc = institutionalise(world, tie, season->chance);
    uint8_t cause = ending(world, tie, u, season->most);
    bool goes_on = false;
    if (!rc && sim_world_records_table(world, COOP_TABLE_TIE_RISK))
        rc = record_risk(world, tie, cause);
    if (rc || cause == SIM_NETWORK_NO_CAUSE)
        return rc;
    rc = coop_forms_succeed(world, tie, cause, &goes_on);
    return rc || goes_on ? rc : coop_upkeep_end(world, tie, cause);
}

/* All hazards but that of a new head at their most, a little more for the rounding of sums. */
static double most_of_hazards(const sim_world_t *world) {
    const coop_upkeep_params_t *p = &coop_params(world)->upkeep;
    const double rounding = 1e-9;
    double of_donor = p->grant_end + p->budget_shortfall + p->staff_loss +
                      p->support_loss * p->support_floor + p->dormancy + p->goal_mismatch;
    double of_partner = p->partner_exit + coop_params(world)->relations.end + p->goal_reached;
    return (of_donor + of_partner) * (1 + rounding);
}

static season_t season_of(const sim_world_t *world) {
    const coop_params_t *p = coop_params(world);
    double rate = p->upkeep.institution_rate;
    return (season_t){.fade = coop_step_probability(world, p->projects.trust_fade),
                      .exchange = coop_step_probability(world, p->projects.exchange_gain),
                      .chance = {coop_step_probability(world, rate),
                                 coop_step_probability(world, rate * helped_rate)},
                      .most = most_of_hazards(world)};
}

/* Backwards, since the last tie takes the place of one that ends. */
int coop_upkeep_step(sim_world_t *world) {
    const sim_network_ties_t *ties = world->ties;
    const uint32_t *live = ties->live[COOP_TIE_COOPERATION];
    const season_t season = season_of(world);
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_TIE_ENDING);
    double u[SIM_WORLD_BATCH];
    uint32_t n = ties->n_live[COOP_TIE_COOPERATION];
    int rc = 0;
    for (uint32_t k = n; k-- > 0 && !rc;) {
        if (k + 1 == n || k % SIM_WORLD_BATCH == SIM_WORLD_BATCH - 1)
            sim_world_tie_uniforms(world, &rng,
                                   (sim_world_tie_draws_t){.kind = COOP_TIE_COOPERATION},
                                   k - k % SIM_WORLD_BATCH, u);
        if (ties->onset[live[k]] < world->clock.step) /* a spell lasts a step at least */
            rc = live_on(world, live[k], u[k % SIM_WORLD_BATCH], &season);
    }
    return rc;
}
