/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How cooperatives lose members and end (M36): a member leaves, sooner from a loose form, later
 * where there is cohesion (M16); neighbours below efficient scale unite; with fewer than two
 * members there is no cooperative. How they begin is in founding.c. */
#include <math.h>

#include "models/cooperation/bodies/cooperatives.h"
#include "models/cooperation/bodies/founding.h"
#include "models/cooperation/bodies/inheritance.h"
#include "models/cooperation/bodies/memberships.h"
#include "models/cooperation/money/ledger.h"
#include "models/cooperation/people/leadership.h"
#include "models/cooperation/ties/formation.h"
#include "models/cooperation/ties/upkeep.h"

/* Rate of exit relative to a partial cooperative: each form that binds less is left twice as often
 * (A; M35: forms differ in the cost of leaving). */
static const double looseness[COOP_N_FORMS] = {8, 4, 2, 1, 0.5};

double coop_cooperatives_exit_rate(const sim_world_t *world, uint32_t c) {
    const coop_cooperatives_params_t *p = &coop_params(world)->cooperatives;
    const coop_population_t *pop = coop_population(world);
    if (pop->fixed_members[c])
        return 0; /* by law */
    return p->exit * looseness[coop_state(world)->donor.form[c]] * (1 - pop->cohesion[c]);
}

/* ---- end ---- */

/* Ties of a cooperative that ends without an heir; its projects are cut. */
static void end_ties(sim_world_t *world, uint32_t c) {
    uint32_t *tie = coop_state(world)->due, n = coop_ties_of(world, COOP_TIE_COOPERATION, c, tie);
    for (uint32_t k = 0; k < n; k++)
        (void)coop_upkeep_end(world, tie[k], COOP_CAUSE_COOPERATIVE_DISSOLVED);
}

/* Each member takes back people in proportion to its own. */
static void return_staff(sim_world_t *world, uint32_t c) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    uint32_t n;
    const uint32_t *member = coop_members(world, c, &n);
    double people = 0;
    for (uint32_t k = 0; k < n; k++)
        people += donor->population[member[k]];
    for (uint32_t k = 0; k < n; k++) {
        double own = donor->population[member[k]];
        coop_inherit_staff(world, c, member[k], k + 1 < n && people > 0 ? own / people : 1);
        people -= own;
    }
}

static void dismiss_members(sim_world_t *world, uint32_t c, uint8_t cause) {
    uint32_t n;
    const uint32_t *member = coop_members(world, c, &n);
    bool sanitation = coop_sanitation(world, c);
    while (n-- > 0) {
        if (sanitation)
            coop_memberships_stale_keeper(world, member[n]);
        coop_memberships_leave(world, c, member[n], cause);
    }
}

/* What a municipality inherits of a cooperative whose works it runs now. */
static int hand_to_member(sim_world_t *world, uint32_t c, uint32_t heir) {
    double *waste = coop_state(world)->donor.knowhow[COOP_SECTOR_WASTE];
    waste[heir] = coop_max(waste[heir], waste[c]);
    coop_state(world)->donor.changed[heir] = world->clock.step;
    coop_inherit_staff(world, c, heir, 1);
    coop_inherit_belongings(world, c, heir);
    return coop_inherit_ties(world, c, heir, COOP_CAUSE_MERGER);
}

int coop_cooperatives_dissolve(sim_world_t *world, uint32_t c, uint32_t heir) {
    coop_state_t *s = coop_state(world);
    uint32_t n;
    (void)coop_members(world, c, &n);
    int rc = coop_event(world, COOP_EVENT_COOPERATIVE_DISSOLVED, c,
                        heir == SIM_NETWORK_NONE ? -1 : (int64_t)heir, n);
    if (!rc && heir != SIM_NETWORK_NONE)
        rc = hand_to_member(world, c, heir);
    else
        end_ties(world, c);
    return_staff(world, c);
    if (s->donor.purse[c])
        coop_ledger_move(world, COOP_ACCOUNT_COOPERATIVES, COOP_ACCOUNT_TAXPAYERS,
                         s->donor.purse[c]);
    s->donor.purse[c] = s->donor.voted[c] = 0;
    dismiss_members(world, c, COOP_CAUSE_COOPERATIVE_DISSOLVED);
    coop_retire(world, c, heir);
    s->cooperatives--;
    return rc;
}

/* ---- exit ---- */

static int lose_member(sim_world_t *world, uint32_t c) {
    coop_donor_t *donor = &coop_state(world)->donor;
    sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_COOPERATIVE_EXIT, c, 0);
    uint32_t n;
    const uint32_t *member = coop_members(world, c, &n);
    uint32_t m = member[sim_rng_below(&draw, n)];
    if (donor->population[c] > 0)
        coop_inherit_staff(world, c, m, coop_min(1, donor->population[m] / donor->population[c]));
    /* The host of a delegation may be the one that leaves. */
    for (uint32_t k = 0; k < n && coop_sanitation(world, c); k++)
        if (member[k] == m || donor->form[c] == COOP_FORM_DELEGATION)
            coop_memberships_stale_keeper(world, member[k]);
    coop_memberships_leave(world, c, m, COOP_CAUSE_GOAL_MISMATCH);
    coop_memberships_count(world, c);
    int rc = coop_event(world, COOP_EVENT_MEMBER_LEFT, m, c, n - 1);
    if (n - 1 < 2)
        return rc ? rc : coop_cooperatives_dissolve(world, c, SIM_NETWORK_NONE);
    if (!rc && donor->plants[c] && donor->manager[c] == m)
        rc = coop_leadership_seat(world, c, SIM_NETWORK_NONE);
    return rc;
}

/* ---- union ---- */

static bool may_unite(const sim_world_t *world, uint32_t c) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    return donor->exists[c] && donor->plants[c] && coop_settled(world, c) &&
           !coop_population(world)->fixed_members[c] &&
           donor->population[c] < coop_params(world)->cooperatives.efficient_scale;
}

/* Counts one more bond with the cooperative that keeps the plant of x. */
static void count_bond(const sim_world_t *world, uint32_t c, uint32_t x, uint32_t *best) {
    const coop_state_t *s = coop_state(world);
    uint32_t other = x == SIM_NETWORK_NONE ? c : s->donor.plant_keeper[x];
    if (other == c || other < coop_population(world)->first_cooperative)
        return;
    uint32_t bonds = ++s->window[other];
    if (!may_unite(world, other))
        return;
    if (*best == SIM_NETWORK_NONE || bonds > s->window[*best] ||
        (bonds == s->window[*best] && other < *best))
        *best = other;
}

static void forget_bond(const sim_world_t *world, uint32_t x) {
    const coop_state_t *s = coop_state(world);
    if (x != SIM_NETWORK_NONE)
        s->window[s->donor.plant_keeper[x]] = 0;
}

/* The cooperative with most members and neighbours of members in common, ties by id. */
static uint32_t find_neighbour(const sim_world_t *world, uint32_t c) {
    const uint32_t *neighbour = coop_population(world)->neighbour;
    uint32_t n, best = SIM_NETWORK_NONE;
    const uint32_t *member = coop_members(world, c, &n);
    for (uint32_t k = 0; k < n; k++) {
        count_bond(world, c, member[k], &best);
        for (uint32_t i = 0; i < COOP_N_NEIGHBOURS; i++)
            count_bond(world, c, neighbour[(size_t)member[k] * COOP_N_NEIGHBOURS + i], &best);
    }
    for (uint32_t k = 0; k < n; k++) {
        forget_bond(world, member[k]);
        for (uint32_t i = 0; i < COOP_N_NEIGHBOURS; i++)
            forget_bond(world, neighbour[(size_t)member[k] * COOP_N_NEIGHBOURS + i]);
    }
    return best;
}

/* With more plants than either had, the union keeps the plants of all its members but those whose
 * other cooperative has still more. */
static int move_members(sim_world_t *world, uint32_t gone, uint32_t heir) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    uint32_t n;
    int rc = 0;
    const uint32_t *member = coop_members(world, gone, &n);
    for (uint32_t k = n; k-- > 0 && !rc;) { /* the list of `gone` stays where it is */
        uint32_t m = member[k];
        if (!coop_memberships_has(world, heir, m))
            rc = coop_memberships_join(world, heir, m);
        coop_memberships_leave(world, gone, m, COOP_CAUSE_MERGER);
    }
    member = coop_members(world, heir, &n);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t *keeper = &donor->plant_keeper[member[k]];
        if (*keeper == gone || donor->plants[heir] > donor->plants[*keeper])
            *keeper = heir;
    }
    return rc;
}

/* Plants, budget and a mandate; who has one of the two brings it in. */
static int unite_works(sim_world_t *world, uint32_t gone, uint32_t heir) {
    coop_state_t *s = coop_state(world);
    coop_donor_t *donor = &s->donor;
    donor->plants[heir] += donor->plants[gone];
    donor->own_budget[heir] += donor->own_budget[gone];
    donor->next_renewal[heir] = coop_min(donor->next_renewal[heir], donor->next_renewal[gone]);
    if (donor->form[gone] > donor->form[heir])
        donor->form[heir] = donor->form[gone];
    if (!donor->mandate[gone])
        return 0;
    if (donor->mandate[heir]) {
        donor->policy_until[heir] = coop_max(donor->policy_until[heir], donor->policy_until[gone]);
        return 0;
    }
    donor->policy_until[heir] = donor->policy_until[gone];
    donor->mandate[heir] = 1;
    s->abroad++;
    return coop_event(world, COOP_EVENT_MANDATE, heir, donor->manager[heir], donor->priority[heir]);
}

int coop_cooperatives_unify(sim_world_t *world, uint32_t gone, uint32_t heir) {
    coop_state_t *s = coop_state(world);
    int rc = coop_inherit_ties(world, gone, heir, COOP_CAUSE_MERGER);
    uint32_t n;
    coop_inherit_staff(world, gone, heir, 1);
    coop_inherit_nature(world, gone, heir);
    coop_inherit_belongings(world, gone, heir);
    if (!rc)
        rc = unite_works(world, gone, heir);
    if (!rc)
        rc = move_members(world, gone, heir);
    coop_memberships_count(world, heir);
    coop_retire(world, gone, heir);
    s->donor.changed[heir] = world->clock.step;
    s->cooperatives--;
    (void)coop_members(world, heir, &n);
    return rc ? rc : coop_event(world, COOP_EVENT_COOPERATIVES_UNIFIED, gone, heir, n);
}

/* The smaller becomes a part of the larger. */
static int seek_union(sim_world_t *world, uint32_t c) {
    const double *people = coop_state(world)->donor.population;
    uint32_t other = may_unite(world, c) ? find_neighbour(world, c) : SIM_NETWORK_NONE;
    if (other == SIM_NETWORK_NONE)
        return 0;
    return people[other] < people[c] ? coop_cooperatives_unify(world, other, c)
                                     : coop_cooperatives_unify(world, c, other);
}

/* ---- a year ---- */

/* Exit, end of its works, union: three competing risks. One of them comes true in the year when the
 * word is below their probability; its place below tells which. */
static int meet_fate(sim_world_t *world, uint32_t c, uint32_t word) {
    const coop_cooperatives_params_t *p = &coop_params(world)->cooperatives;
    double exit = coop_cooperatives_exit_rate(world, c);
    bool sanitation = coop_sanitation(world, c);
    double end = sanitation ? 0 : p->dissolution, unite = sanitation ? p->unification : 0;
    double all = exit + end + unite, any = coop_chance(all), u = word * 0x1p-32;
    double which = u / any * all;
    if (u >= any)
        return 0;
    return which < exit         ? lose_member(world, c)
           : which < exit + end ? coop_cooperatives_dissolve(world, c, SIM_NETWORK_NONE)
                                : seek_union(world, c);
}

/* No rate of a cooperative of a form is above it. */
static uint32_t ceiling(const coop_cooperatives_params_t *p, int form) {
    double exit = p->exit * looseness[form];
    double all = exit + coop_max(p->dissolution, p->unification);
    return sim_rng_threshold(coop_chance(all));
}

/* Lists whom something may happen to in this year, with the words that tell what. */
static uint32_t list_fates(const sim_world_t *world, uint32_t *restrict cooperative,
                           uint32_t *restrict word) {
    const coop_state_t *s = coop_state(world);
    uint32_t first = coop_population(world)->first_cooperative, bound[COOP_N_FORMS], n = 0;
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_COOPERATIVE_FATE);
    for (int form = 0; form < COOP_N_FORMS; form++)
        bound[form] = ceiling(&coop_params(world)->cooperatives, form);
    const uint8_t *restrict form = s->donor.form + first, *restrict exists =
                                                              s->donor.exists + first;
    const uint32_t *restrict members = s->membership.count;
    uint32_t all = s->n_donors - first;
    sim_rng_words(&rng, 0, all, word);
    for (uint32_t k = 0; k < all; k++) {
        uint32_t own = word[k];
        cooperative[n] = first + k;
        word[n] = own;
        n += exists[k] & ((own <= bound[form[k]]) | (members[k] < 2));
    }
    return n;
}

static int meet_fates(sim_world_t *world) {
    coop_state_t *s = coop_state(world);
    uint32_t n = list_fates(world, s->window_donor, s->high), members;
    int rc = 0;
    for (uint32_t k = 0; k < n && !rc; k++) {
        uint32_t c = s->window_donor[k];
        if (!s->donor.exists[c] || !coop_settled(world, c))
            continue;
        const uint32_t *member = coop_members(world, c, &members);
        if (members < 2) /* by a merger in which a spell had just begun */
            rc = coop_cooperatives_dissolve(world, c, member[0]);
        else
            rc = meet_fate(world, c, s->high[k]);
    }
    return rc;
}

int coop_cooperatives_year(sim_world_t *world) {
    if (world->clock.step == 0)
        return 0; /* what is there from the start lasts a step at least */
    int rc = meet_fates(world);
    if (!rc)
        rc = coop_founding_year(world);
    coop_memberships_settle(world);
    return rc;
}
