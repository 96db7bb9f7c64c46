/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leadership and turnover: elections of heads (M1), their priorities (M2), heads of partner cities
 * (M3), managers of cooperatives (M4). Elections depend on nothing that a policy touches but the
 * turnover parameters: the same seed gives the same elections in every scenario. */
#include <math.h>

#include "models/cooperation/cooperation.h"

double coop_leadership_priority(const sim_world_t *world, uint32_t purpose, uint32_t d) {
    const coop_leadership_params_t *p = &coop_params(world)->leadership;
    const coop_donor_t *donor = &coop_state(world)->donor;
    sim_rng_draw_t draw = sim_world_draw(world, purpose, d, 0);
    double personal = sim_rng_beta(&draw, p->priority_alpha, p->priority_beta);
    double tradition = coop_max(coop_population(world)->industry[d], donor->reputation[d]);
    return coop_clip(p->tradition * tradition + (1 - p->tradition) * personal);
}

static double turnover_probability(const coop_leadership_params_t *p, uint8_t terms) {
    int term = terms < COOP_MAX_TERMS ? terms : COOP_MAX_TERMS;
    return coop_min(1, (1 - p->renewal[term - 1]) * p->turnover_factor);
}

/* Terms served at the start: the stationary distribution of the renewal chain. */
static uint8_t initial_terms(const coop_leadership_params_t *p, double u) {
    double weight[COOP_MAX_TERMS + 3], total = 0, reach = 1;
    const int n = COOP_MAX_TERMS + 3;
    for (int k = 0; k < n; k++) {
        total += weight[k] = reach;
        reach *= 1 - turnover_probability(p, (uint8_t)(k + 1));
    }
    for (int k = 0; k < n; k++)
        if ((u -= weight[k] / total) < 0)
            return (uint8_t)(k + 1);
    return (uint8_t)n;
}

/* The place of a government in the four-year election cycle, in steps. */
static uint32_t cycle_place(const sim_world_t *world, uint32_t d, uint32_t cycle) {
    sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_SETUP_ELECTION_CYCLE, d, 0);
    if (sim_rng_uniform(&draw) >= coop_params(world)->leadership.unified_share)
        return sim_rng_below(&draw, cycle);
    int32_t years_to_unified =
        ((3 - world->clock.start_year) % COOP_TERM_YEARS + COOP_TERM_YEARS) % COOP_TERM_YEARS;
    return (uint32_t)(years_to_unified * world->clock.steps_per_year);
}

/* Counting sort of governments by their place, so that a step visits only those that vote. */
static int make_calendar(sim_world_t *world) {
    coop_calendar_t *calendar = &coop_state(world)->calendar;
    uint32_t n = coop_population(world)->first_cooperative;
    calendar->cycle = (uint32_t)(COOP_TERM_YEARS * world->clock.steps_per_year);
    uint32_t *place = sim_world_column(world, "calendar.place", SIM_AGENTS_U32, n);
    calendar->due = sim_world_column(world, "calendar.due", SIM_AGENTS_U32, n);
    calendar->due_first =
        sim_world_column(world, "calendar.due_first", SIM_AGENTS_U32, calendar->cycle + 1);
    if (!place || !calendar->due || !calendar->due_first)
        return SIM_ERR_MEMORY;
    calendar->place = place;
    for (uint32_t d = 0; d < n; d++)
        calendar->due_first[(place[d] = cycle_place(world, d, calendar->cycle)) + 1]++;
    for (uint32_t k = 0; k < calendar->cycle; k++)
        calendar->due_first[k + 1] += calendar->due_first[k];
    for (uint32_t d = 0; d < n; d++)
        calendar->due[calendar->due_first[place[d]]++] = d;
    for (uint32_t k = calendar->cycle; k > 0; k--)
        calendar->due_first[k] = calendar->due_first[k - 1];
    calendar->due_first[0] = 0;
    return 0;
}

bool coop_leadership_election_year(const sim_world_t *world, uint32_t d) {
    const coop_calendar_t *calendar = &coop_state(world)->calendar;
    uint32_t spy = (uint32_t)world->clock.steps_per_year;
    return calendar->place[d] / spy == (uint32_t)world->clock.step % calendar->cycle / spy;
}

/* Who votes twice in a step, since members came or went, has not changed their mind. */
static uint32_t elect_manager(const sim_world_t *world, uint32_t purpose, uint32_t c) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    double keenness = coop_params(world)->leadership.manager_keenness, best = -INFINITY;
    uint32_t n, manager = SIM_NETWORK_NONE;
    const uint32_t *member = coop_members(world, c, &n);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t m = member[k];
        sim_rng_draw_t draw = sim_world_draw_again(world, purpose, c, m);
        double votes = keenness * donor->priority[m] + sim_rng_gumbel(&draw);
        if (votes > best)
            best = votes, manager = m;
    }
    return manager;
}

int coop_leadership_seat(sim_world_t *world, uint32_t c, uint32_t manager) {
    coop_donor_t *donor = &coop_state(world)->donor;
    if (manager == SIM_NETWORK_NONE)
        manager = elect_manager(world, COOP_DRAW_MANAGER_CHOICE, c);
    bool new_head = donor->turnover[manager] > donor->elected[c]; /* of the same member, even */
    if (manager != donor->manager[c] || new_head) {
        donor->priority_fall[c] = donor->priority[c] - donor->priority[manager];
        donor->turnover[c] = world->clock.step;
    }
    donor->manager[c] = manager;
    donor->priority[c] = donor->priority[manager];
    donor->elected[c] = world->clock.step;
    return coop_event(world, COOP_EVENT_MANAGER_ELECTED, c, manager, donor->priority[c]);
}

static bool is_contested(const sim_world_t *world, uint32_t purpose, uint32_t d) {
    const coop_leadership_params_t *p = &coop_params(world)->leadership;
    uint8_t type = coop_population(world)->type[d];
    bool small = type == COOP_TYPE_TOWN || type == COOP_TYPE_VILLAGE;
    sim_rng_draw_t draw = sim_world_draw(world, purpose, d, 0);
    return !sim_rng_chance(&draw, small ? p->uncontested_town : p->uncontested_city);
}

int coop_leadership_setup(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    const coop_params_t *p = coop_params(world);
    coop_state_t *s = coop_state(world);
    int rc = make_calendar(world);
    for (uint32_t d = 0; d < pop->first_cooperative && !rc; d++) {
        sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_SETUP_TERM, d, 0);
        s->donor.terms[d] = initial_terms(&p->leadership, sim_rng_uniform(&draw));
        s->donor.priority[d] = coop_leadership_priority(world, COOP_DRAW_SETUP_PRIORITY, d);
        s->donor.contested[d] = is_contested(world, COOP_DRAW_SETUP_CONTESTED, d);
    }
    for (uint32_t d = 0; d < pop->n_donors; d++) /* of those not yet founded too */
        s->donor.turnover[d] = INT32_MIN / 2;
    for (uint32_t c = pop->first_cooperative; c < s->n_donors && !rc; c++) {
        s->donor.manager[c] = SIM_NETWORK_NONE;
        s->donor.contested[c] = 1; /* the members' councils are many */
        s->donor.elected[c] = -1;  /* before the elections of step 0 */
        if (!s->donor.plants[c])
            continue;
        s->donor.manager[c] = elect_manager(world, COOP_DRAW_SETUP_MANAGER, c);
        s->donor.priority[c] = s->donor.priority[s->donor.manager[c]];
    }
    return rc;
}

static int hold_election(sim_world_t *world, uint32_t d) {
    const coop_leadership_params_t *p = &coop_params(world)->leadership;
    coop_state_t *s = coop_state(world);
    coop_donor_t *donor = &s->donor;
    sim_rng_draw_t renewal = sim_world_draw(world, COOP_DRAW_ELECTION_RENEWAL, d, 0);
    donor->contested[d] = is_contested(world, COOP_DRAW_ELECTION_CONTESTED, d);
    s->flow_metric[COOP_COUNT_ELECTIONS]++;
    int rc = coop_event(world, COOP_EVENT_ELECTION, d, -1, donor->contested[d]);
    if (rc)
        return rc;
    if (!sim_rng_chance(&renewal, turnover_probability(p, donor->terms[d]))) {
        donor->terms[d] = donor->terms[d] < UINT8_MAX ? (uint8_t)(donor->terms[d] + 1) : UINT8_MAX;
        return 0;
    }
    double before = donor->priority[d];
    donor->terms[d] = 1;
    donor->priority[d] = coop_leadership_priority(world, COOP_DRAW_LEADER_PRIORITY, d);
    donor->priority_fall[d] = before - donor->priority[d];
    donor->turnover[d] = world->clock.step;
    s->flow_metric[COOP_COUNT_TURNOVERS]++;
    return coop_event(world, COOP_EVENT_LEADER_TURNOVER, d, -1, donor->priority[d]);
}

int coop_leadership_elections(sim_world_t *world) {
    const coop_calendar_t *calendar = &coop_state(world)->calendar;
    uint32_t place = (uint32_t)world->clock.step % calendar->cycle;
    int rc = 0;
    for (uint32_t k = calendar->due_first[place]; k < calendar->due_first[place + 1] && !rc; k++)
        if (coop_state(world)->donor.exists[calendar->due[k]])
            rc = hold_election(world, calendar->due[k]);
    return rc;
}

/* At the end of a term another manager may be elected. */
static bool seat_is_open(const sim_world_t *world, uint32_t c) {
    sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_MANAGER_SEAT, c, 0);
    return sim_rng_chance(&draw, coop_params(world)->leadership.manager_turnover);
}

/* Only cooperatives with sanitation works have something to teach; managers of the others bear on
 * nothing and are not drawn. */
int coop_leadership_managers(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    const coop_donor_t *donor = &coop_state(world)->donor;
    uint32_t term =
        (uint32_t)lround(coop_params(world)->leadership.manager_term * world->clock.steps_per_year);
    uint32_t step = (uint32_t)world->clock.step;
    int rc = 0;
    if (term == 0)
        term = 1;
    for (uint32_t c = pop->first_cooperative; c < coop_state(world)->n_donors && !rc; c++) {
        if (!donor->plants[c])
            continue;
        bool vacant = donor->turnover[donor->manager[c]] > donor->elected[c];
        if (vacant || ((step + c) % term == 0 && seat_is_open(world, c)))
            rc = coop_leadership_seat(world, c, SIM_NETWORK_NONE);
    }
    return rc;
}

/* A head in the last term that the country allows is followed by a new one, whatever happens. */
static double partner_turnover_rate(const sim_world_t *world, uint32_t i) {
    const coop_population_t *pop = coop_population(world);
    const coop_country_t *country = &pop->country[pop->country_of[i]];
    double per_term = coop_params(world)->leadership.partner_turnover;
    bool last = country->max_terms > 0 && coop_state(world)->partner.terms[i] >= country->max_terms;
    return (last && per_term > 0 ? coop_max(1, per_term) : per_term) / country->term_years;
}

/* Heads of partner cities that have a tie; those of others keep their interest (ODD.md, 9). A head
 * that stays serves another term at the rate of the terms. */
int coop_leadership_partners(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    coop_partner_t *partner = &coop_state(world)->partner;
    for (uint32_t i = 0; i < pop->n_partners; i++) {
        if (!partner->n_ties[i])
            continue;
        sim_rng_draw_t turnover = sim_world_draw(world, COOP_DRAW_PARTNER_TURNOVER, i, 0);
        sim_rng_draw_t interest = sim_world_draw(world, COOP_DRAW_PARTNER_INTEREST, i, 0);
        double rate = partner_turnover_rate(world, i), u = sim_rng_uniform(&turnover);
        double term_rate = 1 / pop->country[pop->country_of[i]].term_years;
        if (u >= coop_step_probability(world, rate)) {
            /* the term ends with the same head: the rest of the terms' rate */
            if (u < coop_step_probability(world, coop_max(rate, term_rate)) &&
                partner->terms[i] < UINT8_MAX)
                partner->terms[i]++;
            continue;
        }
        partner->terms[i] = 1;
        partner->interest[i] = sim_rng_uniform(&interest);
        partner->turnover[i] = world->clock.step;
    }
    return 0;
}
