/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How cooperatives begin and grow (M35): a municipality that is alone with its waste looks for
 * others now and then. It joins the sanitation cooperative of its neighbours, or founds one with
 * those that are alone too, when savings of scale, fiscal stress, shrinking and subsidy outweigh
 * the cost of agreeing. How much they outweigh it decides the form. */
#include <math.h>

#include "models/cooperation/bodies/founding.h"
#include "models/cooperation/bodies/inheritance.h"
#include "models/cooperation/bodies/memberships.h"
#include "models/cooperation/money/ledger.h"
#include "models/cooperation/people/knowhow.h"
#include "models/cooperation/people/leadership.h"
#include "models/cooperation/ties/formation.h"

/* The two offers of a search draw different noise. */
enum { OFFER_JOIN, OFFER_FOUND };

/* Sizes that no source tells (A but `shrinking`, B; M35). They bear on how many cooperatives are
 * founded and on what these begin with, and on work abroad only by way of that. */
static const double shrinking =
                        0.5,   /* utility: people of a town or village become fewer, a proxy */
    consent = 1.5,             /* a member takes a new one with 1 - exp(-this (1 + cohesion)) */
    staff_share = 0.4,         /* of a member's environmental staff that goes to a corporation:
                                  3 of the 6.5 per 10,000 people of the base population */
    budget_per_person = 12000; /* yen a year, of one that serves 100,000; falls with size */

/* Share of cost saved by m in a body of so many people: unit cost falls as a power of size up to
 * the efficient scale, by `savings` at five times the size. */
static double saving(const sim_world_t *world, double own, double people) {
    double most = coop_params(world)->cooperatives.efficient_scale;
    double from = coop_min(own, most), to = coop_min(people, most);
    return from > 0 && to > from ? 1 - sim_math_pow(to / from, coop_state(world)->scale_exponent)
                                 : 0;
}

void coop_founding_renew(sim_world_t *world) {
    double savings = coop_params(world)->cooperatives.savings;
    coop_state(world)->scale_exponent = sim_math_log1p(-savings) / sim_math_log(5);
}

double coop_founding_utility(const sim_world_t *world, uint32_t m, double people, uint32_t n) {
    const coop_cooperatives_params_t *p = &coop_params(world)->cooperatives;
    const coop_donor_t *donor = &coop_state(world)->donor;
    uint8_t type = coop_population(world)->type[m];
    bool shrinks = type == COOP_TYPE_TOWN || type == COOP_TYPE_VILLAGE;
    return p->scale * saving(world, donor->population[m], people) +
           p->stress * coop_max(0, 1 - donor->fiscal_strength[m]) + shrinking * shrinks +
           p->subsidy - p->transaction_cost * (1 + coop_log1p(world, n - 1)) -
           p->election * coop_leadership_election_year(world, m);
}

/* Logistic noise of municipality m on the search of `seeker`: its scale is the unit of utility. */
static double will(const sim_world_t *world, uint32_t seeker, uint32_t m, uint32_t offer) {
    sim_rng_draw_t draw =
        sim_world_draw(world, COOP_DRAW_COOPERATIVE_WILL, coop_round_key(seeker, offer), m);
    double u = sim_rng_uniform(&draw);
    return sim_math_log(u / (1 - u));
}

static bool is_alone(const sim_world_t *world, uint32_t m) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    return !donor->pooled[m] && donor->exists[m] && coop_settled(world, m) &&
           coop_population(world)->type[m] != COOP_TYPE_PREFECTURE &&
           donor->population[m] < coop_params(world)->cooperatives.efficient_scale;
}

/* ---- founding ---- */

static bool is_corporation(uint8_t form) {
    return form >= COOP_FORM_PARTIAL_COOPERATIVE;
}

static void equip(sim_world_t *world, uint32_t c, const uint32_t *member, uint32_t n) {
    const coop_params_t *p = coop_params(world);
    coop_donor_t *donor = &coop_state(world)->donor;
    double size = donor->population[c] / 1e5;
    donor->plants[c] =
        (uint32_t)coop_max(1, floor(donor->population[c] / p->knowhow.people_per_plant));
    donor->own_budget[c] = budget_per_person * donor->population[c] *
                           sim_math_pow(size, coop_state(world)->scale_exponent);
    for (uint32_t k = 0; k < n; k++) {
        coop_inherit_staff(world, member[k], c, staff_share);
        donor->support[c] += donor->support[member[k]] / n;
    }
    coop_knowhow_found(world, c);
    coop_knowhow_renew_donor(world, c);
}

int coop_founding_found(sim_world_t *world, const uint32_t *member, uint32_t n, uint8_t form) {
    coop_state_t *s = coop_state(world);
    uint32_t c = s->n_donors;
    int rc = 0;
    if (c == coop_population(world)->n_donors)
        return sim_world_fail(world, SIM_ERR_LIMIT, "more than %u cooperatives founded in one run",
                              c - coop_population(world)->first_founded);
    s->n_donors++;
    s->cooperatives++;
    s->offers_known = false;
    s->donor.exists[c] = s->donor.contested[c] = 1;
    s->donor.form[c] = form;
    s->donor.manager[c] = SIM_NETWORK_NONE;
    s->donor.next_renewal[c] = INFINITY;
    s->donor.elected[c] = s->donor.changed[c] = world->clock.step;
    for (uint32_t k = 0; k < n && !rc; k++) {
        s->donor.population[c] += s->donor.population[member[k]];
        coop_memberships_stale_keeper(world, member[k]);
        s->donor.changed[member[k]] = world->clock.step;
        s->donor.pooled[member[k]] = 1;
        rc = coop_memberships_join(world, c, member[k]);
    }
    if (!rc && is_corporation(form))
        equip(world, c, member, n);
    coop_memberships_count(world, c);
    if (!rc && is_corporation(form))
        rc = coop_leadership_seat(world, c, SIM_NETWORK_NONE);
    return rc ? rc : coop_event(world, COOP_EVENT_COOPERATIVE_FOUNDED, c, member[0], form);
}

typedef struct {
    uint32_t member[COOP_N_NEIGHBOURS + 1], n;
    double people, utility; /* of the body; mean of its members */
} group_t;

/* The seeker asks its neighbours that are alone, nearest first; each looks at what there is with
 * itself in it. */
static void gather(const sim_world_t *world, uint32_t seeker, group_t *group) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    const uint32_t *neighbour =
        coop_population(world)->neighbour + (size_t)seeker * COOP_N_NEIGHBOURS;
    double sum = 0;
    *group = (group_t){.member = {seeker}, .n = 1, .people = donor->population[seeker]};
    for (int k = 0; k < COOP_N_NEIGHBOURS && neighbour[k] != SIM_NETWORK_NONE; k++) {
        uint32_t b = neighbour[k];
        if (!is_alone(world, b))
            continue;
        double people = group->people + donor->population[b];
        double utility =
            coop_founding_utility(world, b, people, group->n) + will(world, seeker, b, OFFER_FOUND);
        if (utility <= 0)
            continue;
        group->member[group->n++] = b;
        group->people = people;
        sum += utility;
    }
    if (group->n < 2)
        return;
    double own = coop_founding_utility(world, seeker, group->people, group->n - 1) +
                 will(world, seeker, seeker, OFFER_FOUND);
    group->utility = own > 0 ? (sum + own) / group->n : 0;
}

static uint8_t choose_form(const sim_world_t *world, double utility) {
    double step = floor(utility / coop_params(world)->cooperatives.form_step);
    return (uint8_t)coop_min(step, COOP_N_FORMS - 1);
}

/* ---- joining ---- */

/* The cooperative that keeps the plant of the nearest neighbour which has one. */
static uint32_t find_cooperative(const sim_world_t *world, uint32_t m) {
    const coop_population_t *pop = coop_population(world);
    const coop_donor_t *donor = &coop_state(world)->donor;
    const uint32_t *neighbour = pop->neighbour + (size_t)m * COOP_N_NEIGHBOURS;
    for (int k = 0; k < COOP_N_NEIGHBOURS && neighbour[k] != SIM_NETWORK_NONE; k++) {
        uint32_t c = donor->plant_keeper[neighbour[k]];
        if (c >= pop->first_cooperative && donor->exists[c] && !pop->fixed_members[c])
            return c;
    }
    return SIM_NETWORK_NONE;
}

static bool members_take(const sim_world_t *world, uint32_t c, uint32_t m) {
    double chance = coop_chance(consent * (1 + coop_population(world)->cohesion[c]));
    uint32_t n, yes = 0;
    const uint32_t *member = coop_members(world, c, &n);
    for (uint32_t k = 0; k < n; k++) {
        sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_COOPERATIVE_CONSENT, m, member[k]);
        yes += sim_rng_chance(&draw, chance);
    }
    return 2 * yes > n;
}

static int join(sim_world_t *world, uint32_t c, uint32_t m) {
    coop_donor_t *donor = &coop_state(world)->donor;
    uint32_t n;
    coop_inherit_staff(world, m, c, staff_share);
    coop_memberships_stale_keeper(world, m);
    donor->pooled[m] = 1;
    donor->changed[m] = donor->changed[c] = world->clock.step;
    int rc = coop_memberships_join(world, c, m);
    coop_memberships_count(world, c);
    (void)coop_members(world, c, &n);
    return rc ? rc : coop_event(world, COOP_EVENT_MEMBER_JOINED, m, c, n);
}

/* ---- a year ---- */

static int search(sim_world_t *world, uint32_t m) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    uint32_t c = find_cooperative(world, m);
    double joining = 0;
    group_t group;
    if (c != SIM_NETWORK_NONE)
        joining = coop_founding_utility(world, m, donor->population[c] + donor->population[m], 1) -
                  coop_params(world)->cooperatives.entry + will(world, m, m, OFFER_JOIN);
    gather(world, m, &group);
    if (joining > 0 && joining >= group.utility && members_take(world, c, m))
        return join(world, c, m);
    if (group.utility > 0)
        return coop_founding_found(world, group.member, group.n, choose_form(world, group.utility));
    return 0;
}

/* Lists who looks for a cooperative if it is alone. */
static uint32_t list_seekers(const sim_world_t *world, uint32_t *restrict seeker,
                             uint32_t *restrict word) {
    const coop_state_t *s = coop_state(world);
    double chance = coop_chance(coop_params(world)->cooperatives.founding);
    uint32_t n = 0, governments = coop_population(world)->first_cooperative,
             bound = sim_rng_threshold(chance);
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_COOPERATIVE_OPPORTUNITY);
    const uint8_t *restrict pooled = s->donor.pooled;
    sim_rng_words(&rng, 0, governments, word);
    for (uint32_t m = 0; m < governments; m++) {
        seeker[n] = m;
        n += (word[m] < bound) & !pooled[m];
    }
    return n;
}

int coop_founding_year(sim_world_t *world) {
    coop_state_t *s = coop_state(world);
    uint32_t n = list_seekers(world, s->due, s->high);
    int rc = 0;
    for (uint32_t k = 0; k < n && !rc; k++)
        if (is_alone(world, s->due[k]))
            rc = search(world, s->due[k]);
    return rc;
}
