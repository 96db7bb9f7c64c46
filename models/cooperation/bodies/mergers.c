/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mergers of municipalities (M36): a small and weak one becomes a part of a neighbour, a member of
 * the same cooperative first. The heir gets all that it had; elections of the merged stop, the
 * heir's go on. Cooperatives all of whose members are one municipality now end in it. */
#include <math.h>

#include "models/cooperation/bodies/cooperatives.h"
#include "models/cooperation/bodies/forms.h"
#include "models/cooperation/bodies/inheritance.h"
#include "models/cooperation/bodies/memberships.h"
#include "models/cooperation/bodies/mergers.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/money/ledger.h"
#include "models/cooperation/people/leadership.h"
#include "models/cooperation/ties/contacts.h"

/* What being members of one cooperative adds to the choice of the neighbour, and each place further
 * in the order of nearness takes away, utility (A; M36). */
static const double comember = 3, nearness = 0.5;

/* Share of the full rate: small and without revenue of its own. Wards, designated and core cities
 * stay, and so does the home of an intermediary. */
static double weakness(const sim_world_t *world, uint32_t m) {
    const coop_population_t *pop = coop_population(world);
    const coop_donor_t *donor = &coop_state(world)->donor;
    bool may = pop->type[m] == COOP_TYPE_CITY || pop->type[m] == COOP_TYPE_TOWN ||
               pop->type[m] == COOP_TYPE_VILLAGE;
    if (!may || !donor->exists[m] || pop->intermediary[m] || !coop_settled(world, m))
        return 0;
    double small = 1 - donor->population[m] / coop_params(world)->mergers.size;
    return coop_max(0, small) * coop_max(0, 1 - donor->fiscal_strength[m]);
}

/* The municipality that a neighbour of old belongs to now. */
static uint32_t living(const coop_donor_t *donor, uint32_t m) {
    while (!donor->exists[m])
        m = donor->heir[m];
    return m;
}

/* Marks those who share one of the cooperatives found, or takes the marks away. */
static void mark_comembers(const sim_world_t *world, const uint32_t *cooperative, uint32_t found,
                           uint32_t mark) {
    const coop_state_t *s = coop_state(world);
    for (uint32_t i = 0; i < found; i++) {
        uint32_t n;
        const uint32_t *member = coop_members(world, cooperative[i], &n);
        for (uint32_t k = 0; k < n; k++)
            s->window[member[k]] = mark;
    }
}

/* Neighbours of old that have become one municipality since suit alike. */
static uint32_t choose_heir(const sim_world_t *world, uint32_t m) {
    const coop_population_t *pop = coop_population(world);
    const coop_state_t *s = coop_state(world);
    const uint32_t *neighbour = pop->neighbour + (size_t)m * COOP_N_NEIGHBOURS;
    uint32_t best = SIM_NETWORK_NONE;
    double most = -INFINITY;
    uint32_t found = coop_memberships_of(world, m, s->window_donor);
    mark_comembers(world, s->window_donor, found, 1);
    for (uint32_t k = 0; k < COOP_N_NEIGHBOURS && neighbour[k] != SIM_NETWORK_NONE; k++) {
        uint32_t b = living(&s->donor, neighbour[k]);
        if (b == m || pop->type[b] == COOP_TYPE_SPECIAL_WARD)
            continue;
        sim_rng_draw_t draw = sim_world_draw_again(world, COOP_DRAW_MERGER_PARTNER, m, b);
        double suits = comember * s->window[b] - nearness * k + sim_rng_gumbel(&draw);
        if (suits > most)
            most = suits, best = b;
    }
    mark_comembers(world, s->window_donor, found, 0);
    return best;
}

/* The heir takes the place of m in cooperative c. */
static int replace_member(sim_world_t *world, uint32_t c, uint32_t m, uint32_t heir) {
    coop_donor_t *donor = &coop_state(world)->donor;
    bool manages = donor->manager[c] == m && donor->plants[c];
    uint32_t n;
    int rc = 0;
    coop_memberships_leave(world, c, m, COOP_CAUSE_MERGER);
    donor->changed[c] = world->clock.step;
    if (!coop_memberships_has(world, c, heir))
        rc = coop_memberships_join(world, c, heir);
    const uint32_t *member = coop_members(world, c, &n);
    uint32_t tie = sim_network_tie_find(world->ties, COOP_TIE_MEMBERSHIP, member[0], c);
    /* A spell that began in this step cannot end in it: then the cooperative ends next year. */
    if (!rc && n == 1 && world->ties->onset[tie] < world->clock.step)
        return coop_cooperatives_dissolve(world, c, heir);
    return !rc && manages ? coop_leadership_seat(world, c, heir) : rc;
}

int coop_mergers_merge(sim_world_t *world, uint32_t m, uint32_t heir) {
    coop_state_t *s = coop_state(world);
    int rc = coop_event(world, COOP_EVENT_MERGER, m, heir, s->donor.population[m]);
    s->donor.changed[heir] = world->clock.step;
    coop_memberships_stale_people(world, heir);
    if (!rc)
        rc = coop_forms_inherit(world, m, heir);
    if (!rc)
        rc = coop_inherit_ties(world, m, heir, COOP_CAUSE_MERGER);
    coop_inherit_staff(world, m, heir, 1);
    coop_inherit_nature(world, m, heir);
    coop_inherit_belongings(world, m, heir);
    uint32_t found = coop_memberships_of(world, m, s->window_donor);
    for (uint32_t i = 0; i < found && !rc; i++)
        rc = replace_member(world, s->window_donor[i], m, heir);
    coop_retire(world, m, heir);
    coop_budget_renew_donor(world, heir);
    coop_contacts_renew_donor(world, heir);
    s->municipalities--;
    s->flow_metric[COOP_M_MERGERS]++;
    return rc;
}

int coop_mergers_year(sim_world_t *world) {
    const coop_mergers_params_t *p = &coop_params(world)->mergers;
    coop_state_t *s = coop_state(world);
    uint32_t n = coop_population(world)->first_cooperative;
    uint32_t most = sim_rng_threshold(coop_chance(p->rate));
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_MERGER);
    int rc = 0;
    if (world->clock.step == 0 || p->rate <= 0)
        return 0;
    sim_rng_words(&rng, 0, n, s->high);
    for (uint32_t m = 0; m < n && !rc; m++) {
        if (s->high[m] > most || s->high[m] * 0x1p-32 >= coop_chance(p->rate * weakness(world, m)))
            continue;
        uint32_t heir = choose_heir(world, m);
        if (heir != SIM_NETWORK_NONE)
            rc = coop_mergers_merge(world, m, heir);
    }
    return rc;
}
