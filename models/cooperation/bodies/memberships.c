/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is a member of which cooperative: a list per cooperative in one pool, and a tie of kind
 * membership for the results. What follows from membership, people and plant keepers, is found anew
 * once after the changes of a year, in one pass over all lists. */
#include "models/cooperation/bodies/memberships.h"
#include "models/cooperation/bodies/associations.h"
#include "models/cooperation/bodies/bodies.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/people/knowhow.h"
#include "models/cooperation/ties/ties.h"

enum { SMALLEST_ROOM = 4 };
/* What is to be found anew of a government, in the bits of `stale`. */
enum { KEEPER = 1, PEOPLE = 2 };

static void sum_up(sim_world_t *world, uint32_t c);

static void start_bodies(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    coop_donor_t *donor = &coop_state(world)->donor;
    for (uint32_t d = 0; d < pop->n_donors; d++) {
        donor->population[d] = pop->population[d];
        donor->fiscal_strength[d] = pop->fiscal_strength[d];
        donor->industry[d] = pop->industry[d];
        donor->plants[d] = pop->plants[d];
        donor->plant_keeper[d] = pop->plant_keeper[d];
        donor->pooled[d] = pop->plant_keeper[d] != d;
        donor->form[d] = pop->form[d];
    }
}

int coop_memberships_setup(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    coop_membership_t *list = &coop_state(world)->membership;
    uint32_t given = pop->first_founded - pop->first_cooperative;
    int rc = 0;
    start_bodies(world);
    for (uint32_t k = 0; k < coop_state(world)->seats.count; k++)
        list->pool[k] = SIM_NETWORK_NONE;
    for (uint32_t c = 0; c < given && !rc; c++) {
        list->first[c] = pop->first_member[c];
        list->count[c] = list->room[c] = pop->first_member[c + 1] - pop->first_member[c];
        for (uint32_t k = list->first[c]; k < list->first[c] + list->count[c] && !rc; k++) {
            list->pool[k] = pop->member[k], list->owner[k] = pop->first_cooperative + c;
            rc = coop_ties_add_member(world, pop->member[k], pop->first_cooperative + c,
                                      world->clock.step, true);
        }
        if (!rc)
            sum_up(world, pop->first_cooperative + c);
    }
    list->used = pop->n_members;
    return rc;
}

/* Gives the list of a cooperative twice the room, at the end of the pool. */
static int make_room(sim_world_t *world, uint32_t local) {
    coop_membership_t *list = &coop_state(world)->membership;
    uint32_t room = list->room[local] ? 2 * list->room[local] : SMALLEST_ROOM;
    if (room > coop_state(world)->seats.count - list->used)
        return sim_world_fail(world, SIM_ERR_LIMIT, "memberships change too often for one run");
    for (uint32_t k = 0; k < list->count[local]; k++) {
        uint32_t old = list->first[local] + k;
        list->pool[list->used + k] = list->pool[old];
        list->owner[list->used + k] = list->owner[old];
        list->pool[old] = SIM_NETWORK_NONE;
    }
    list->first[local] = list->used;
    list->room[local] = room;
    list->used += room;
    return 0;
}

int coop_memberships_join(sim_world_t *world, uint32_t c, uint32_t m) {
    coop_membership_t *list = &coop_state(world)->membership;
    uint32_t local = c - coop_population(world)->first_cooperative;
    int rc = coop_ties_add_member(world, m, c, world->clock.step, false);
    if (!rc && list->count[local] == list->room[local])
        rc = make_room(world, local);
    if (rc)
        return rc;
    uint32_t at = list->first[local] + list->count[local]++;
    list->pool[at] = m, list->owner[at] = c;
    return 0;
}

void coop_memberships_leave(sim_world_t *world, uint32_t c, uint32_t m, uint8_t cause) {
    coop_membership_t *list = &coop_state(world)->membership;
    uint32_t local = c - coop_population(world)->first_cooperative;
    uint32_t tie = sim_network_tie_find(world->ties, COOP_TIE_MEMBERSHIP, m, c);
    uint32_t *member = list->pool + list->first[local];
    for (uint32_t k = 0; k < list->count[local]; k++)
        if (member[k] == m) {
            member[k] = member[--list->count[local]];
            member[list->count[local]] = SIM_NETWORK_NONE;
            sim_network_tie_end(world->ties, tie, world->clock.step, cause);
            return;
        }
}

uint32_t coop_memberships_of(const sim_world_t *world, uint32_t m, uint32_t *cooperative) {
    const sim_network_ties_t *ties = world->ties;
    const coop_membership_t *list = &coop_state(world)->membership;
    uint32_t found = 0, base = coop_population(world)->first_cooperative;
    for (uint32_t at = ties->first_from[COOP_TIE_MEMBERSHIP][m]; at; at = ties->next_from[at - 1]) {
        uint32_t c = ties->to[at - 1], k = found++;
        for (; k > 0 && list->first[cooperative[k - 1] - base] > list->first[c - base]; k--)
            cooperative[k] = cooperative[k - 1];
        cooperative[k] = c;
    }
    return found;
}

/* ---- what follows from membership ---- */

static void mark(sim_world_t *world, uint32_t m, uint8_t what) {
    coop_state_t *s = coop_state(world);
    s->n_stale += !s->stale[m];
    s->stale[m] |= what;
}

void coop_memberships_stale_keeper(sim_world_t *world, uint32_t m) {
    mark(world, m, KEEPER);
}

/* People, fiscal strength and, by people, industry of c are those of its members (M17). */
static void sum_up(sim_world_t *world, uint32_t c) {
    coop_donor_t *donor = &coop_state(world)->donor;
    double people = 0, strength = 0, industry = 0;
    uint32_t n;
    const uint32_t *member = coop_members(world, c, &n);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t m = member[k];
        people += donor->population[m], strength += donor->fiscal_strength[m];
        industry += donor->industry[m] * donor->population[m];
    }
    donor->population[c] = people;
    donor->fiscal_strength[c] = n ? strength / n : 0;
    donor->industry[c] = people > 0 ? industry / people : 0;
}

/* Its budget per person stays. */
void coop_memberships_count(sim_world_t *world, uint32_t c) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    double before = donor->population[c];
    sum_up(world, c);
    if (before > 0)
        coop_budget_set(world, c, donor->own_budget[c] * (donor->population[c] / before));
    if (donor->plants[c]) /* else it teaches nobody */
        coop_bodies_renew(world, c);
}

/* ---- bodies that begin and end ---- */

int coop_memberships_enter(sim_world_t *world, uint32_t c, uint32_t m) {
    coop_memberships_stale_keeper(world, m);
    coop_state(world)->donor.pooled[m] = 1;
    return coop_memberships_join(world, c, m);
}

void coop_memberships_found(sim_world_t *world, uint32_t c, uint8_t form) {
    coop_donor_t *donor = &coop_state(world)->donor;
    double per_plant = coop_params(world)->knowhow.people_per_plant;
    donor->form[c] = form;
    sum_up(world, c);
    if (form < COOP_FORM_PARTIAL_COOPERATIVE)
        return; /* no corporation: nothing of its own */
    donor->plants[c] = (uint32_t)coop_max(1, floor(donor->population[c] / per_plant));
    coop_bodies_renew(world, c);
}

static void dismiss_members(sim_world_t *world, uint32_t c) {
    uint32_t n;
    const uint32_t *member = coop_members(world, c, &n);
    bool sanitation = coop_sanitation(world, c);
    while (n-- > 0) {
        if (sanitation)
            coop_memberships_stale_keeper(world, member[n]);
        coop_memberships_leave(world, c, member[n], COOP_CAUSE_COOPERATIVE_DISSOLVED);
    }
}

/* With more plants than either had, the union keeps the plants of all its members but those whose
 * other cooperative has still more. */
static int unite(sim_world_t *world, uint32_t gone, uint32_t heir) {
    coop_donor_t *donor = &coop_state(world)->donor;
    uint32_t n;
    int rc = 0;
    const uint32_t *member = coop_members(world, gone, &n);
    donor->plants[heir] += donor->plants[gone];
    if (donor->form[gone] > donor->form[heir])
        donor->form[heir] = donor->form[gone];
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
    coop_memberships_count(world, heir);
    return rc;
}

/* Places of a municipality in cooperatives go over in mergers.c. */
int coop_memberships_inherit(sim_world_t *world, uint32_t from, uint32_t heir) {
    coop_donor_t *donor = &coop_state(world)->donor;
    bool alike = heir != SIM_NETWORK_NONE &&
                 coop_is_cooperative(world, from) == coop_is_cooperative(world, heir);
    double *strength = donor->fiscal_strength;
    int rc = 0;
    if (alike) {
        strength[heir] += coop_share(world, from, heir) * (strength[from] - strength[heir]);
        donor->population[heir] += donor->population[from];
    }
    if (!coop_is_cooperative(world, from))
        mark(world, heir, KEEPER | PEOPLE);
    else if (alike)
        rc = unite(world, from, heir);
    else
        dismiss_members(world, from);
    donor->population[from] = 0;
    donor->plants[from] = donor->pooled[from] = 0;
    donor->plant_keeper[from] = from;
    return rc;
}

/* ---- plant keepers ---- */

/* The rule of the file: of several cooperatives the one with most plants keeps a member's plant. */
static void find_keeper(sim_world_t *world, uint32_t m) {
    coop_state_t *s = coop_state(world);
    const uint32_t *plants = s->donor.plants;
    uint32_t keeper = m, n = coop_memberships_of(world, m, s->window_donor);
    s->donor.pooled[m] = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t c = s->window_donor[i];
        if (s->stale[m] & PEOPLE)
            coop_memberships_count(world, c);
        s->donor.pooled[m] |= coop_sanitation(world, c);
        if (plants[c] && (keeper == m || plants[c] > plants[keeper] ||
                          (c < keeper && plants[c] == plants[keeper])))
            keeper = c;
    }
    s->donor.plant_keeper[m] = keeper;
}

/* A delegation leaves the plants to its largest member that keeps its own (no corporation). */
static void delegate(sim_world_t *world, uint32_t c) {
    coop_donor_t *donor = &coop_state(world)->donor;
    uint32_t n, host = SIM_NETWORK_NONE;
    const uint32_t *member = coop_members(world, c, &n);
    for (uint32_t k = 0; k < n; k++)
        if (donor->plant_keeper[member[k]] == member[k] &&
            (host == SIM_NETWORK_NONE || donor->population[member[k]] > donor->population[host]))
            host = member[k];
    for (uint32_t k = 0; k < n; k++)
        if (donor->plant_keeper[member[k]] == member[k])
            donor->plant_keeper[member[k]] = host;
}

/* The host hangs on what else the members are in: with one of them all are to be found anew. True
 * when that marks others, which may be in a delegation too. */
static bool spread(sim_world_t *world) {
    coop_state_t *s = coop_state(world);
    uint32_t before = s->n_stale;
    for (uint32_t c = coop_population(world)->first_founded; c < s->n_donors; c++) {
        uint32_t n, stale = 0;
        const uint32_t *member = coop_members(world, c, &n);
        for (uint32_t k = 0; k < n && s->donor.form[c] == COOP_FORM_DELEGATION; k++)
            stale += s->stale[member[k]] != 0;
        for (uint32_t k = 0; k < n && stale; k++)
            mark(world, member[k], KEEPER);
    }
    return s->n_stale > before;
}

void coop_memberships_settle(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    if (!s->n_stale)
        return;
    while (spread(world))
        ;
    for (uint32_t m = 0; m < pop->first_cooperative; m++)
        if (s->stale[m])
            find_keeper(world, m);
    for (uint32_t c = pop->first_founded; c < s->n_donors; c++)
        if (s->donor.form[c] == COOP_FORM_DELEGATION)
            delegate(world, c);
    for (uint32_t m = 0; m < pop->first_cooperative; m++)
        if (s->stale[m]) {
            coop_knowhow_renew_donor(world, m);
            s->stale[m] = 0;
        }
    s->n_stale = 0;
}

/* ---- what must hold ---- */

/* Cities that are in an association. */
static uint64_t count_cities(const sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    uint64_t cities = 0;
    for (uint32_t a = pop->n_cities; a < pop->n_partners; a++) {
        uint32_t n;
        (void)coop_associations_cities(pop, a, &n);
        cities += coop_state(world)->partner.exists[a] ? n : 0;
    }
    return cities;
}

/* Lists and ties of membership agree, and all members exist. */
int coop_memberships_verify(const sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    const coop_donor_t *donor = &coop_state(world)->donor;
    uint64_t members = 0;
    for (uint32_t c = pop->first_cooperative; c < coop_state(world)->n_donors; c++) {
        uint32_t n;
        const uint32_t *member = coop_members(world, c, &n);
        double people = 0;
        members += n;
        for (uint32_t k = 0; k < n; k++) {
            uint32_t m = member[k], keeper = donor->plant_keeper[m];
            people += donor->population[m];
            if (!donor->exists[m] || !coop_memberships_has(world, c, m))
                return SIM_ERR_VERIFY;
            if (!coop_sanitation(world, c))
                continue;
            if (!donor->pooled[m] ||
                (donor->plants[c] &&
                 (keeper < pop->first_cooperative || donor->plants[keeper] < donor->plants[c])))
                return SIM_ERR_VERIFY;
        }
        if (fabs(people - donor->population[c]) > 1e-9 * people)
            return SIM_ERR_VERIFY;
    }
    return members + count_cities(world) == world->ties->n_live[COOP_TIE_MEMBERSHIP]
               ? 0
               : SIM_ERR_VERIFY;
}

/* A plant is kept by its owner, by a cooperative of the owner that has plants, or by a government
 * that keeps its own (host of a delegation). */
int coop_memberships_verify_keepers(const sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    const coop_donor_t *donor = &coop_state(world)->donor;
    for (uint32_t m = 0; m < pop->first_cooperative; m++) {
        uint32_t keeper = donor->plant_keeper[m];
        bool of_cooperative = keeper >= pop->first_cooperative;
        bool good = of_cooperative ? donor->plants[keeper] && coop_memberships_has(world, keeper, m)
                                   : donor->plant_keeper[keeper] == keeper;
        if (!good || (keeper != m && (!donor->exists[keeper] || !donor->pooled[m])))
            return SIM_ERR_VERIFY;
    }
    return 0;
}
