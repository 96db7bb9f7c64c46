/* SPDX-License-Identifier: GPL-3.0-or-later */
/* National schemes (M25-M28): once a fiscal year each scheme calls, ties propose, proposals
 * are scored and awarded until the money is committed. */
#include <math.h>
#include <stdlib.h>

#include "models/cooperation/cooperation.h"

static const coop_scheme_params_t *scheme_params(const coop_params_t *p, int scheme) {
    return scheme == COOP_SCHEME_JICA_LOCAL ? &p->funding.jica : &p->funding.moe;
}

/* M26: the Local Government type takes local governments; a cooperative needs the scheme opened, or
 * a manager committed enough, whose own government then carries the proposal. */
static bool accepts_donor(const sim_world_t *world, int scheme, uint32_t d) {
    const coop_params_t *p = coop_params(world);
    const coop_donor_t *donor = &coop_state(world)->donor;
    if (coop_population(world)->type[d] != COOP_TYPE_COOPERATIVE)
        return true;
    if (scheme == COOP_SCHEME_JICA_LOCAL && p->funding.jica_cooperatives)
        return true;
    return scheme == COOP_SCHEME_JICA_LOCAL &&
           donor->priority[donor->manager[d]] >= p->initiative.keenness;
}

bool coop_funding_eligible(const sim_world_t *world, int scheme, uint32_t d, uint32_t i,
                           int sector) {
    const coop_population_t *pop = coop_population(world);
    const coop_scheme_params_t *p = scheme_params(coop_params(world), scheme);
    const coop_country_t *country = &pop->country[pop->country_of[i]];
    double year = sim_schedule_year(&world->clock, world->clock.step);
    if (!p->enabled || year < p->from_year || !accepts_donor(world, scheme, d))
        return false;
    if (coop_relations_soured(world, pop->country_of[i]))
        return false; /* M32 */
    if (scheme == COOP_SCHEME_JICA_LOCAL)
        return country->jica;
    return country->jcm && year >= country->jcm_from && sector == COOP_SECTOR_AIR; /* M28 */
}

static double own_share(const sim_world_t *world, double granted, double years) {
    return granted * coop_params(world)->budget.own_share / years;
}

/* A donor that won other awards of this call may have neither people nor money left. */
static bool still_able(const sim_world_t *world, int scheme, uint32_t tie) {
    const coop_params_t *p = coop_params(world);
    const coop_scheme_params_t *call = scheme_params(p, scheme);
    uint32_t d = world->ties->donor[tie];
    return coop_staff_free(world, d) >= p->staff.project_fte &&
           coop_budget_affords(world, d, own_share(world, call->ceiling, call->length_min));
}

static bool proposes(const sim_world_t *world, int scheme, uint32_t tie) {
    const coop_params_t *p = coop_params(world);
    const coop_scheme_params_t *call = scheme_params(p, scheme);
    const sim_network_ties_t *ties = world->ties;
    uint32_t d = ties->donor[tie], i = ties->partner[tie] - coop_population(world)->n_donors;
    if (ties->trust[tie] < p->funding.min_trust || ties->stage[tie] < COOP_STAGE_TRAINEES)
        return false;
    if (!coop_funding_eligible(world, scheme, d, i, ties->sector[tie]))
        return false;
    if (coop_projects_running(world, tie))
        return false;
    if (!still_able(world, scheme, tie))
        return false;
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_CALL_PROPOSAL);
    sim_rng_block_t draw = sim_rng_block(&rng, d, i, (uint32_t)scheme);
    double rate = call->proposal * coop_state(world)->donor.priority[d];
    return sim_rng_unit(draw.word[0], draw.word[1]) < 1 - exp(-rate);
}

static double score(const sim_world_t *world, int scheme, uint32_t tie) {
    const coop_funding_params_t *p = &coop_params(world)->funding;
    const coop_population_t *pop = coop_population(world);
    const coop_donor_t *donor = &coop_state(world)->donor;
    const sim_network_ties_t *ties = world->ties;
    uint32_t d = ties->donor[tie], i = ties->partner[tie] - pop->n_donors;
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_CALL_SCORE);
    return p->score_knowhow * donor->knowhow[ties->sector[tie]][d] +
           p->score_record * log1p(donor->record[d]) + p->score_trust * ties->trust[tie] +
           p->score_country * pop->country[pop->country_of[i]].priority +
           p->score_noise *
               sim_rng_normal(&rng, coop_round_key(d, (uint32_t)scheme), ties->partner[tie]);
}

static int better_first(const void *a, const void *b) {
    const coop_proposal_t *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->tie < y->tie ? -1 : x->tie > y->tie;
}

/* Length in whole steps, size up to the ceiling. */
static int award(sim_world_t *world, int scheme, uint32_t tie, double *left) {
    const coop_scheme_params_t *call = scheme_params(coop_params(world), scheme);
    const sim_network_ties_t *ties = world->ties;
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_CALL_TERMS);
    sim_rng_block_t draw =
        sim_rng_block(&rng, ties->donor[tie], ties->partner[tie], (uint32_t)scheme);
    double low = coop_params(world)->funding.size_low;
    double granted = floor(call->ceiling * (low + (1 - low) * (draw.word[0] * 0x1p-32)));
    double years =
        call->length_min + (call->length_max - call->length_min) * (draw.word[1] * 0x1p-32);
    if (granted > *left)
        return 0;
    *left -= granted;
    int rc = coop_event(world, COOP_EVENT_AWARD, ties->donor[tie], ties->partner[tie], granted);
    double own = granted * coop_params(world)->budget.own_share;
    return rc ? rc : coop_projects_start(world, tie, scheme, (int64_t)granted, (int64_t)own, years);
}

/* M27: a supplementary budget adds a special framework to a call, in some years and not in others.
 */
static int supplement(sim_world_t *world, int scheme, double *left) {
    const coop_funding_params_t *p = &coop_params(world)->funding;
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_SUPPLEMENTARY);
    if (sim_schedule_year(&world->clock, world->clock.step) < p->supplementary_from ||
        !sim_rng_chance(&rng, (uint32_t)scheme, 0, p->supplementary_chance))
        return 0;
    *left *= 1 + p->supplementary_size;
    return coop_event(world, COOP_EVENT_SUPPLEMENTARY_BUDGET,
                      coop_population(world)->funder[scheme], -1, *left);
}

static int hold_call(sim_world_t *world, int scheme) {
    const coop_params_t *p = coop_params(world);
    const coop_scheme_params_t *call = scheme_params(p, scheme);
    const uint32_t *live = world->ties->live[COOP_TIE_COOPERATION],
                   n_live = world->ties->n_live[COOP_TIE_COOPERATION];
    coop_state_t *s = coop_state(world);
    double left = call->budget * call->budget_factor;
    coop_proposal_t *proposal = s->proposal;
    size_t n = 0;
    if (!call->enabled || sim_schedule_year(&world->clock, world->clock.step) < call->from_year)
        return 0;
    for (uint32_t k = 0; k < n_live && n < COOP_MAX_PROPOSALS; k++)
        if (proposes(world, scheme, live[k]))
            proposal[n++] = (coop_proposal_t){score(world, scheme, live[k]), live[k]};
    s->flow_metric[COOP_COUNT_PROPOSALS] += (double)n;
    int rc =
        coop_event(world, COOP_EVENT_CALL, coop_population(world)->funder[scheme], -1, (double)n);
    if (!rc)
        rc = supplement(world, scheme, &left);
    qsort(proposal, n, sizeof *proposal, better_first);
    for (size_t k = 0; k < n && !rc && proposal[k].score >= p->funding.quality_bar; k++)
        if (still_able(world, scheme, proposal[k].tie))
            rc = award(world, scheme, proposal[k].tie, &left);
    return rc;
}

int coop_funding_calls(sim_world_t *world) {
    int rc = 0;
    for (int scheme = 0; scheme < COOP_SCHEME_OWN && !rc; scheme++)
        rc = hold_call(world, scheme);
    return rc;
}

/* Small projects from own money, mostly of the few that have it (M5). */
int coop_funding_own(sim_world_t *world) {
    const coop_params_t *p = coop_params(world);
    const sim_network_ties_t *ties = world->ties;
    const uint32_t *live = ties->live[COOP_TIE_COOPERATION],
                   n_live = ties->n_live[COOP_TIE_COOPERATION];
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_OWN_PROJECT);
    for (uint32_t k = 0; k < n_live; k++) {
        uint32_t tie = live[k], d = ties->donor[tie];
        double u = sim_rng_uniform(&rng, d, ties->partner[tie]);
        double rate = p->funding.own_rate * coop_state(world)->donor.priority[d];
        if (u >= coop_step_probability(world, rate) || coop_projects_running(world, tie))
            continue;
        if (!coop_budget_affords(world, d, p->funding.own_cost))
            continue;
        if (coop_staff_free(world, d) < p->staff.project_fte)
            continue;
        int rc =
            coop_projects_start(world, tie, COOP_SCHEME_OWN, 0, (int64_t)p->funding.own_cost, 1);
        if (rc)
            return rc;
    }
    return 0;
}
