/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leadership and turnover: elections of heads (M1), their priorities (M2), heads of partner cities
 * (M3), managers of cooperatives (M4). Elections depend on nothing that a policy touches but the
 * turnover parameters: the same seed gives the same elections in every scenario. */
#include <string.h>

#include "models/cooperation/people/leadership.h"
#include "models/cooperation/ties/formation.h"

/* Probability of being elected again after so many terms, the last for all later ones (D; M1). */
static const double reelection[COOP_MAX_TERMS] = {0.91, 0.76, 0.36, 0.38, 0.33};
/* Shares of elections that are uncontested (F; M1: 28-31 % of cities, 43-56 % of towns and
 * villages) and that are held on the unified date (S; M4: April 1999, 2003, ...). */
static const double uncontested_city = 0.295, uncontested_town = 0.5, unified_share = 0.25;
static const int32_t unified_year = 1999; /* and every fourth year from it */
/* Of a cooperative's manager: term in years (S; M4, Clean Authority of Tokyo), weight of a head's
 * priority among the members' votes (A; M4: a keen one drove the work). */
static const double manager_term = 2, manager_keenness = 3;
/* Of the beta distribution of personal priority: sum of its shapes (A). */
static const double concentration = 4.8;

static double priority_of(const sim_world_t *world, uint32_t purpose, uint32_t d) {
    const coop_leadership_params_t *p = &coop_params(world)->leadership;
    const coop_donor_t *donor = &coop_state(world)->donor;
    sim_rng_draw_t draw = sim_world_draw(world, purpose, d, 0);
    double alpha = concentration * p->priority,
           personal = sim_rng_beta(&draw, alpha, concentration - alpha);
    double tradition = coop_max(coop_population(world)->industry[d], donor->reputation[d]);
    return coop_clip(p->tradition * tradition + (1 - p->tradition) * personal);
}

static double turnover_probability(const coop_leadership_params_t *p, uint8_t terms) {
    int term = terms < COOP_MAX_TERMS ? terms : COOP_MAX_TERMS;
    return coop_min(1, (1 - reelection[term - 1]) * p->turnover_factor);
}

/* Terms served at the start: the stationary distribution of the renewal chain. */
static uint8_t initial_terms(const coop_leadership_params_t *p, double u) {
    enum { N = COOP_MAX_TERMS + 3 }; /* few serve more */
    double weight[N], total = 0, reach = 1;
    for (int k = 0; k < N; k++) {
        total += weight[k] = reach;
        reach *= 1 - turnover_probability(p, (uint8_t)(k + 1));
    }
    for (int k = 0; k < N; k++)
        if ((u -= weight[k] / total) < 0)
            return (uint8_t)(k + 1);
    return N;
}

/* The place of a government in the four-year election cycle, in steps. */
static uint32_t cycle_place(const sim_world_t *world, uint32_t d, uint32_t cycle) {
    sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_SETUP_ELECTION_CYCLE, d, 0);
    if (sim_rng_uniform(&draw) >= unified_share)
        return sim_rng_below(&draw, cycle);
    int32_t years_to_unified =
        ((unified_year - world->clock.start_year) % COOP_TERM_YEARS + COOP_TERM_YEARS) %
        COOP_TERM_YEARS;
    return (uint32_t)(years_to_unified * world->clock.steps_per_year);
}

/* Counting sort of governments by their place, so that a step visits only those that vote. */
static void make_calendar(sim_world_t *world) {
    coop_calendar_t *calendar = &coop_state(world)->calendar;
    uint32_t n = coop_population(world)->first_cooperative;
    calendar->cycle = (uint32_t)(COOP_TERM_YEARS * world->clock.steps_per_year);
    uint32_t *place = calendar->place;
    for (uint32_t d = 0; d < n; d++)
        calendar->due_first[(place[d] = cycle_place(world, d, calendar->cycle)) + 1]++;
    for (uint32_t k = 0; k < calendar->cycle; k++)
        calendar->due_first[k + 1] += calendar->due_first[k];
    for (uint32_t d = 0; d < n; d++)
        calendar->due[calendar->due_first[place[d]]++] = d;
    for (uint32_t k = calendar->cycle; k > 0; k--)
        calendar->due_first[k] = calendar->due_first[k - 1];
    calendar->due_first[0] = 0;
}

bool coop_leadership_election_year(const sim_world_t *world, uint32_t d) {
    const coop_calendar_t *calendar = &coop_state(world)->calendar;
    uint32_t spy = (uint32_t)world->clock.steps_per_year;
    return calendar->place[d] / spy == (uint32_t)world->clock.step % calendar->cycle / spy;
}

/* What member m of cooperative c has for it as manager (M4): its head's keenness, and the advantage
 * of one who has the seat and is head still. */
static double standing(const sim_world_t *world, uint32_t c, uint32_t m) {
    const coop_leadership_params_t *p = &coop_params(world)->leadership;
    const coop_donor_t *donor = &coop_state(world)->donor;
    bool stands_again = m == donor->manager[c] && donor->turnover[m] <= donor->elected[c];
    return manager_keenness * donor->priority[m] + (stands_again ? p->manager_incumbency : 0);
}

/* Who votes twice in a step, since members came or went, has not changed their mind. */
static uint32_t elect_manager(const sim_world_t *world, uint32_t purpose, uint32_t c) {
    uint32_t n;
    const uint32_t *member = coop_members(world, c, &n);
    double *votes = coop_state(world)->votes;
    for (uint32_t k = 0; k < n; k++)
        votes[k] = standing(world, c, member[k]);
    sim_rng_t rng = sim_world_rng(world, purpose);
    rng.watch = NULL;
    return n ? member[sim_rng_choose(&rng, c, member, votes, n, -INFINITY)] : SIM_NETWORK_NONE;
}

/* The voters of as many of n elections as there is room for, one election after the other. */
static void call_voters(const sim_world_t *world, const uint32_t *cooperative, uint32_t n,
                        sim_rng_choices_t *ballot) {
    uint32_t voters = 0;
    for (ballot->n = 0; ballot->n < n; ballot->n++) {
        uint32_t c = cooperative[ballot->n], members;
        const uint32_t *member = coop_members(world, c, &members);
        if (members == 0 || members > SIM_RNG_CHOICES - voters)
            return;
        for (uint32_t k = 0; k < members; k++, voters++) {
            ballot->a[voters] = c;
            ballot->b[voters] = member[k];
            ballot->utility[voters] = standing(world, c, member[k]);
        }
        ballot->end[ballot->n] = voters;
    }
}

/* What elect_manager() says of each, many at a time. */
static void elect_managers(const sim_world_t *world, uint32_t purpose, const uint32_t *cooperative,
                           uint32_t n, uint32_t *manager) {
    sim_rng_t rng = sim_world_rng(world, purpose);
    sim_rng_choices_t ballot;
    rng.watch = NULL;
    for (uint32_t done = 0; done < n;) {
        call_voters(world, cooperative + done, n - done, &ballot);
        sim_rng_choose_each(&rng, &ballot);
        for (size_t i = 0; i < ballot.n; i++) /* NOLINTNEXTLINE(clang-analyzer-core.*) */
            manager[done + i] = ballot.b[ballot.chosen[i]];
        done += (uint32_t)ballot.n;
        if (ballot.n == 0) { /* too many voters */
            manager[done] = elect_manager(world, purpose, cooperative[done]);
            done++;
        }
    }
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

/* The members' councils are many: no election goes uncontested. */
static void start_seat(sim_world_t *world, uint32_t c, int32_t elected) {
    coop_donor_t *donor = &coop_state(world)->donor;
    donor->manager[c] = SIM_NETWORK_NONE;
    donor->contested[c] = 1;
    donor->elected[c] = elected;
}

int coop_leadership_found(sim_world_t *world, uint32_t c) {
    start_seat(world, c, world->clock.step);
    return coop_state(world)->donor.plants[c] ? coop_leadership_seat(world, c, SIM_NETWORK_NONE)
                                              : 0;
}

int coop_leadership_inherit(sim_world_t *world, uint32_t from, uint32_t heir) {
    coop_donor_t *donor = &coop_state(world)->donor;
    (void)heir;
    donor->priority[from] = donor->priority_fall[from] = 0;
    donor->manager[from] = SIM_NETWORK_NONE;
    return 0;
}

void coop_leadership_set_priority(sim_world_t *world, uint32_t d, double priority) {
    coop_state(world)->donor.priority[d] = priority;
}

void coop_leadership_set_interest(sim_world_t *world, uint32_t partner, double interest) {
    coop_state(world)->partner.interest[partner] = interest;
}

void coop_leadership_recall(sim_world_t *world, uint32_t c, uint32_t m) {
    coop_state(world)->donor.manager[c] = m;
}

static double uncontested(const sim_world_t *world, uint32_t d) {
    uint8_t type = coop_population(world)->type[d];
    bool small = type == COOP_TYPE_TOWN || type == COOP_TYPE_VILLAGE;
    return small ? uncontested_town : uncontested_city;
}

static void start_managers(sim_world_t *world) {
    coop_state_t *s = coop_state(world);
    uint32_t n = 0;
    for (uint32_t c = coop_population(world)->first_cooperative; c < s->n_donors; c++)
        if (s->donor.plants[c])
            s->due[n++] = c;
    elect_managers(world, COOP_DRAW_SETUP_MANAGER, s->due, n, s->high);
    for (uint32_t k = 0; k < n; k++) {
        s->donor.manager[s->due[k]] = s->high[k];
        s->donor.priority[s->due[k]] = s->donor.priority[s->high[k]];
    }
}

static void start_partners(sim_world_t *world) {
    for (uint32_t i = 0; i < coop_population(world)->n_partners; i++) {
        sim_rng_draw_t interest = sim_world_draw(world, COOP_DRAW_SETUP_PARTNER_INTEREST, i, 0);
        coop_state(world)->partner.terms[i] = 1;
        coop_state(world)->partner.interest[i] = sim_rng_uniform(&interest);
    }
}

int coop_leadership_setup(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    const coop_params_t *p = coop_params(world);
    coop_state_t *s = coop_state(world);
    sim_rng_t term = sim_world_rng(world, COOP_DRAW_SETUP_TERM),
              contest = sim_world_rng(world, COOP_DRAW_SETUP_CONTESTED);
    make_calendar(world);
    sim_rng_words(&term, 0, pop->first_cooperative, s->high);
    sim_rng_words(&contest, 0, pop->first_cooperative, s->low);
    for (uint32_t d = 0; d < pop->first_cooperative; d++) {
        s->donor.terms[d] = initial_terms(&p->leadership, s->high[d] * 0x1p-32);
        s->donor.priority[d] = priority_of(world, COOP_DRAW_SETUP_PRIORITY, d);
        s->donor.contested[d] = s->low[d] * 0x1p-32 >= uncontested(world, d);
    }
    for (uint32_t d = 0; d < pop->n_donors; d++) /* of those not yet founded too */
        s->donor.turnover[d] = INT32_MIN / 2;
    for (uint32_t c = pop->first_cooperative; c < s->n_donors; c++)
        start_seat(world, c, -1); /* before the elections of step 0 */
    start_managers(world);
    start_partners(world);
    return 0;
}

/* Chances of partners' heads in a step, by country: turnover, in the last term, of another term. */
void coop_leadership_renew(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    double per_term = coop_params(world)->leadership.partner_turnover;
    for (uint32_t c = 0; c < pop->n_countries; c++) {
        double *chance = coop_state(world)->turnover_of + 3 * (size_t)c,
               term = pop->country[c].term_years;
        chance[0] = coop_step_probability(world, per_term / term);
        chance[1] =
            coop_step_probability(world, (per_term > 0 ? coop_max(1, per_term) : per_term) / term);
        chance[2] = coop_step_probability(world, 1 / term);
    }
}

int coop_leadership_succeed(sim_world_t *world, uint32_t d, double priority) {
    coop_donor_t *donor = &coop_state(world)->donor;
    donor->priority_fall[d] = donor->priority[d] - priority;
    donor->priority[d] = priority;
    donor->terms[d] = 1;
    donor->turnover[d] = world->clock.step;
    coop_state(world)->flow_metric[COOP_M_TURNOVERS]++;
    return coop_event(world, COOP_EVENT_LEADER_TURNOVER, d, -1, priority);
}

void coop_leadership_succeed_partner(sim_world_t *world, uint32_t partner, double interest) {
    coop_partner_t *p = &coop_state(world)->partner;
    p->terms[partner] = 1;
    p->interest[partner] = interest;
    p->turnover[partner] = world->clock.step;
}

static int hold_election(sim_world_t *world, uint32_t d, double u_contested, double u_renewal) {
    const coop_leadership_params_t *p = &coop_params(world)->leadership;
    coop_state_t *s = coop_state(world);
    coop_donor_t *donor = &s->donor;
    donor->contested[d] = u_contested >= uncontested(world, d);
    s->flow_metric[COOP_M_ELECTIONS]++;
    int rc = coop_event(world, COOP_EVENT_ELECTION, d, -1, donor->contested[d]);
    if (rc)
        return rc;
    if (!(u_renewal < turnover_probability(p, donor->terms[d]))) {
        donor->terms[d] = donor->terms[d] < UINT8_MAX ? (uint8_t)(donor->terms[d] + 1) : UINT8_MAX;
        return 0;
    }
    return coop_leadership_succeed(world, d, priority_of(world, COOP_DRAW_LEADER_PRIORITY, d));
}

int coop_leadership_elections(sim_world_t *world) {
    const coop_calendar_t *calendar = &coop_state(world)->calendar;
    uint32_t place = (uint32_t)world->clock.step % calendar->cycle;
    sim_rng_t contested = sim_world_rng(world, COOP_DRAW_ELECTION_CONTESTED);
    sim_rng_t renewal = sim_world_rng(world, COOP_DRAW_ELECTION_RENEWAL);
    int rc = 0;
    enum { SOME = 64 };
    for (uint32_t from = calendar->due_first[place], end = calendar->due_first[place + 1];
         from < end && !rc; from += SOME) {
        uint32_t n = end - from < SOME ? end - from : SOME, high[2][SOME], low[2][SOME];
        const sim_rng_pairs_t pairs = {.a = calendar->due + from};
        sim_rng_fill_pairs(&contested, pairs, n, high[0], low[0]);
        sim_rng_fill_pairs(&renewal, pairs, n, high[1], low[1]);
        for (uint32_t k = 0; k < n && !rc; k++)
            if (coop_state(world)->donor.exists[calendar->due[from + k]])
                rc = hold_election(world, calendar->due[from + k],
                                   sim_rng_unit(high[0][k], low[0][k]),
                                   sim_rng_unit(high[1][k], low[1][k]));
    }
    return rc;
}

/* ---- managers ---- */

/* Has a seat to fill, and nobody who took it in this step. */
static bool elects(const sim_world_t *world, uint32_t c) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    return donor->plants[c] && donor->elected[c] != world->clock.step;
}

/* Terms end in turn, in each step those of one in so many as there are steps in a term. Only
 * cooperatives with plants have something to teach; managers of the others bear on
 * nothing and are not drawn. */
static void mark_ends_of_terms(const sim_world_t *world) {
    const coop_state_t *s = coop_state(world);
    uint32_t term = (uint32_t)coop_max(1, round(manager_term * world->clock.steps_per_year));
    uint32_t served =
        ((uint32_t)world->clock.step + coop_population(world)->first_cooperative) % term;
    uint32_t first = coop_population(world)->first_cooperative + (term - served) % term;
    for (uint32_t c = first; c < s->n_donors; c += term)
        if (elects(world, c))
            s->mark[c] = 1;
}

static void mark_vacated_by(const sim_world_t *world, uint32_t m) {
    const coop_state_t *s = coop_state(world);
    const sim_network_ties_t *ties = world->ties;
    if (s->donor.turnover[m] != world->clock.step)
        return;
    for (uint32_t at = ties->first_from[COOP_TIE_MEMBERSHIP][m]; at; at = ties->next_from[at - 1]) {
        uint32_t c = ties->to[at - 1];
        if (s->donor.manager[c] == m && elects(world, c))
            s->mark[c] = 1;
    }
}

/* A manager who is no longer the head of a member leaves a vacant seat. Heads change in elections,
 * which have just been held, and by interventions. */
static void mark_vacant(const sim_world_t *world) {
    coop_state_t *s = coop_state(world);
    const coop_calendar_t *calendar = &s->calendar;
    uint32_t place = (uint32_t)world->clock.step % calendar->cycle;
    for (uint32_t k = calendar->due_first[place]; k < calendar->due_first[place + 1]; k++)
        mark_vacated_by(world, calendar->due[k]);
    for (uint32_t m = 0; m < coop_population(world)->first_cooperative && s->head_replaced; m++)
        mark_vacated_by(world, m);
    s->head_replaced = false;
}

/* Takes the marks away; returns how many there were. */
static uint32_t list_marked(const sim_world_t *world, uint32_t *marked) {
    const coop_state_t *s = coop_state(world);
    const uint8_t *end = s->mark + s->n_donors;
    uint32_t n = 0;
    for (uint8_t *at = s->mark; (at = memchr(at, 1, (size_t)(end - at))); *at = 0)
        marked[n++] = (uint32_t)(at - s->mark);
    return n;
}

int coop_leadership_managers(sim_world_t *world) {
    coop_state_t *s = coop_state(world);
    int rc = 0;
    mark_ends_of_terms(world);
    mark_vacant(world);
    uint32_t n = list_marked(world, s->due);
    elect_managers(world, COOP_DRAW_MANAGER_CHOICE, s->due, n, s->high);
    for (uint32_t k = 0; k < n && !rc; k++)
        rc = coop_leadership_seat(world, s->due[k], s->high[k]);
    return rc;
}

/* A head in the last term that the country allows is followed by a new one, whatever happens. */
static bool in_last_term(const sim_world_t *world, uint32_t i) {
    const coop_country_t *country =
        &coop_population(world)->country[coop_population(world)->country_of[i]];
    return country->max_terms > 0 && coop_state(world)->partner.terms[i] >= country->max_terms;
}

/* Lists those of n that have ties; most stretches of partners have none. Returns how many. */
static uint32_t list_tied(const uint32_t *n_ties, uint32_t n, uint32_t *tied) {
    enum { STRETCH = 8 };
    uint32_t listed = 0;
    for (uint32_t i = 0; i < n; i++) {
        static const uint32_t none[STRETCH] = {0};
        if (i % STRETCH == 0 && n - i >= STRETCH && !memcmp(n_ties + i, none, sizeof none)) {
            i += STRETCH - 1;
            continue;
        }
        tied[listed] = i;
        listed += n_ties[i] > 0;
    }
    return listed;
}

/* Heads of partner cities that have a tie; those of others keep their interest (ODD.md, 9). A head
 * that stays serves another term at the rate of the terms. */
int coop_leadership_partners(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    coop_partner_t *partner = &coop_state(world)->partner;
    coop_state_t *s = coop_state(world);
    uint32_t n_due = list_tied(partner->n_ties, pop->n_partners, s->due);
    sim_rng_t turnover = sim_world_rng(world, COOP_DRAW_PARTNER_TURNOVER);
    sim_rng_fill_pairs(&turnover, (sim_rng_pairs_t){.a = s->due}, n_due, s->high, s->low);
    for (uint32_t k = 0; k < n_due; k++) {
        uint32_t i = s->due[k];
        const double *of = s->turnover_of + 3 * (size_t)pop->country_of[i];
        double u = sim_rng_unit(s->high[k], s->low[k]), chance = of[in_last_term(world, i)];
        if (u >= chance) {
            /* the term ends with the same head: the rest of the terms' rate */
            if (u < coop_max(chance, of[2]) && partner->terms[i] < UINT8_MAX)
                partner->terms[i]++;
            continue;
        }
        sim_rng_draw_t interest = sim_world_draw(world, COOP_DRAW_PARTNER_INTEREST, i, 0);
        coop_leadership_succeed_partner(world, i, sim_rng_uniform(&interest));
    }
    return 0;
}
