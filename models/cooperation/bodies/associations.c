/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Associations of partner cities (M40). Neighbours that want one found it now and then, sooner
 * where a cooperative has shown them how; then it is met, tied and helped as such: its need is that
 * of its members, and what helps it helps all of them. Who the neighbours are is in groups.c. */
#include <math.h>

#include "models/cooperation/bodies/associations.h"
#include "models/cooperation/bodies/memberships.h"
#include "models/cooperation/money/ledger.h"

static bool is_association(const sim_world_t *world, uint32_t i) {
    return i >= coop_population(world)->n_cities;
}

/* Mean over the members of association a, by people. */
static double mean(const sim_world_t *world, uint32_t a, const double *column) {
    const coop_population_t *pop = coop_population(world);
    double sum = 0, people = 0;
    uint32_t n;
    const uint32_t *city = coop_associations_cities(pop, a, &n);
    for (uint32_t k = 0; k < n; k++) {
        sum += column[city[k]] * pop->partner_population[city[k]];
        people += pop->partner_population[city[k]];
    }
    return people > 0 ? sum / people : column[city[0]];
}

/* That of its members, by people. */
static double need_of(const sim_world_t *world, uint32_t i, int sector) {
    return mean(world, i, coop_state(world)->partner.need[sector]);
}

static void pool(sim_world_t *world, uint32_t a) {
    coop_partner_t *partner = &coop_state(world)->partner;
    for (int k = 0; k < COOP_N_SECTORS; k++)
        partner->need[k][a] = need_of(world, a, k);
    partner->capacity[a] = mean(world, a, partner->capacity);
}

void coop_associations_renew(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    for (uint32_t a = pop->n_cities; a < pop->n_partners; a++)
        if (coop_state(world)->partner.exists[a])
            pool(world, a);
}

/* ---- founding ---- */

/* `onset` may lie before the run. */
static int found(sim_world_t *world, uint32_t a, int32_t onset, bool censored) {
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    uint32_t n;
    const uint32_t *city = coop_associations_cities(pop, a, &n);
    int rc = 0;
    s->partner.exists[a] = 1;
    s->partner.governance[a] = mean(world, a, s->partner.governance);
    s->associations++;
    pool(world, a);
    for (uint32_t k = 0; k < n && !rc; k++)
        rc = coop_memberships_tie(world, pop->n_donors + city[k], pop->n_donors + a, onset,
                                  censored);
    return rc;
}

int coop_associations_setup(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    coop_partner_t *partner = &coop_state(world)->partner;
    int rc = 0;
    for (uint32_t i = 0; i < pop->n_cities; i++) {
        sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_SETUP_ASSOCIATION_WISH, i, 0);
        partner->wish[i] = sim_rng_uniform(&draw);
    }
    for (uint32_t k = 0; k < pop->n_known && coop_params(world)->associations.enabled && !rc; k++) {
        int32_t year = pop->known_association[k].founded, start = world->clock.start_year;
        bool dated = year != COOP_NO_YEAR;
        if (!dated || year <= start)
            rc = found(world, pop->n_cities + k,
                       dated ? (year - start) * world->clock.steps_per_year : 0, !dated);
    }
    return rc;
}

static bool wants(const sim_world_t *world, uint32_t i) {
    return is_association(world, i) ||
           coop_state(world)->partner.wish[i] >= 1 - coop_params(world)->associations.wanted;
}

/* The rate of founding grows by this per unit of governance know-how passed on (A; M40): with 0 or
 * 40 in its place the runs are the same to the bit, for so little is passed on (M40). */
static const double guidance = 20;

static double founding_rate(const sim_world_t *world, uint32_t a) {
    const coop_associations_params_t *p = &coop_params(world)->associations;
    const coop_partner_t *partner = &coop_state(world)->partner;
    uint32_t n;
    const uint32_t *city = coop_associations_cities(coop_population(world), a, &n);
    double wanted = 0, know = 0;
    for (uint32_t k = 0; k < n; k++) {
        wanted += wants(world, city[k]);
        know += partner->governance[city[k]];
    }
    return p->rate * wanted / n * (1 + guidance * know / n);
}

/* Those that the sources date after the start of the run. */
static int found_known(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    int32_t year = sim_schedule_year(&world->clock, world->clock.step);
    int rc = 0;
    for (uint32_t k = 0; k < pop->n_known && !rc; k++) {
        uint32_t a = pop->n_cities + k;
        if (coop_state(world)->partner.exists[a] || pop->known_association[k].founded > year)
            continue;
        rc = coop_event(world, COOP_EVENT_ASSOCIATION_FOUNDED, pop->n_donors + a, -1,
                        pop->known_association[k].n);
        if (!rc)
            rc = found(world, a, world->clock.step, false);
    }
    return rc;
}

int coop_associations_year(sim_world_t *world) {
    const coop_associations_params_t *p = &coop_params(world)->associations;
    const coop_population_t *pop = coop_population(world);
    const coop_partner_t *partner = &coop_state(world)->partner;
    if (!p->enabled)
        return 0;
    int rc = found_known(world);
    if (rc || p->rate <= 0)
        return rc;
    coop_state_t *s = coop_state(world);
    uint32_t first = pop->n_cities + pop->n_known;
    double most = p->rate * (1 + guidance) + 1e-12; /* of 1 - exp(-rate) */
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_ASSOCIATION_FOUNDING);
    sim_rng_fill(&rng, first, pop->n_partners - first, s->high, s->low);
    for (uint32_t a = first; a < pop->n_partners && !rc; a++) {
        double u = sim_rng_unit(s->high[a - first], s->low[a - first]);
        if (partner->exists[a] || u >= most || u >= coop_chance(founding_rate(world, a)))
            continue;
        uint32_t n;
        (void)coop_associations_cities(pop, a, &n);
        rc = coop_event(world, COOP_EVENT_ASSOCIATION_FOUNDED, pop->n_donors + a, -1, n);
        if (!rc)
            rc = found(world, a, world->clock.step, false);
    }
    return rc;
}

/* ---- as partners ---- */

uint32_t coop_associations_meet(const sim_world_t *world, uint32_t d, uint32_t round, uint32_t i) {
    const coop_associations_params_t *p = &coop_params(world)->associations;
    uint32_t a =
        is_association(world, i) ? SIM_NETWORK_NONE : coop_population(world)->association_of[i];
    if (a == SIM_NETWORK_NONE || !coop_state(world)->partner.exists[a] || !p->enabled)
        return i;
    sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_ASSOCIATION_MET, d, round);
    return sim_rng_chance(&draw, p->meeting) ? a : i;
}

static void help_city(coop_partner_t *partner, uint32_t i, int sector, double relief,
                      double capacity) {
    partner->need[sector][i] *= 1 - relief;
    partner->capacity[i] += (1 - partner->capacity[i]) * capacity;
}

void coop_associations_help(sim_world_t *world, uint32_t i, int sector, double relief,
                            double capacity) {
    const coop_population_t *pop = coop_population(world);
    coop_partner_t *partner = &coop_state(world)->partner;
    uint32_t n = 0, a = is_association(world, i) ? i : pop->association_of[i];
    if (!is_association(world, i))
        help_city(partner, i, sector, relief, capacity);
    if (a == SIM_NETWORK_NONE || !partner->exists[a])
        return;
    const uint32_t *city = coop_associations_cities(pop, a, &n);
    for (uint32_t k = 0; k < n && a == i; k++)
        help_city(partner, city[k], sector, relief, capacity);
    pool(world, a);
}

void coop_associations_pass_on(sim_world_t *world, uint32_t d, uint32_t i) {
    const coop_associations_params_t *p = &coop_params(world)->associations;
    coop_state_t *s = coop_state(world);
    if (!p->enabled || !wants(world, i))
        return;
    double gain = (1 - s->partner.governance[i]) *
                  coop_step_probability(world, p->passing * s->donor.governance[d]);
    s->partner.governance[i] += gain;
    s->governance_passed += gain;
    if (is_association(world, i))
        pool(world, i);
}

/* ---- know-how of running a cooperative ---- */

/* Of the corporations that are there at the start; share of the gap to 1 that a year of running one
 * closes (A; M40). Both scale what associations.passing scales. */
static const double initial_governance = 0.5, learning = 0.03;

/* Pacts, conferences and delegations run nothing of their own. */
static inline bool runs_one(const coop_donor_t *donor, uint32_t c) {
    return donor->exists[c] & (donor->form[c] >= COOP_FORM_PARTIAL_COOPERATIVE);
}

int coop_governance_setup(sim_world_t *world) {
    coop_state_t *s = coop_state(world);
    for (uint32_t c = coop_population(world)->first_cooperative; c < s->n_donors; c++)
        s->donor.governance[c] = runs_one(&s->donor, c) ? initial_governance : 0;
    return 0;
}

int coop_governance_year(sim_world_t *world) {
    const coop_state_t *s = coop_state(world);
    double learned = coop_chance(learning);
    if (world->clock.step == 0)
        return 0;
    double *restrict level = s->donor.governance,
                     loss = coop_params(world)->knowhow.retirement_loss;
    const double *restrict shrinkage = s->donor.shrinkage;
    for (uint32_t c = coop_population(world)->first_cooperative, n = s->n_donors; c < n; c++) {
        double kept = level[c] * coop_max(0, 1 - loss * shrinkage[c]);
        level[c] = runs_one(&s->donor, c) ? kept + (1 - kept) * learned : level[c];
    }
    return 0;
}

/* ---- what must hold ---- */

/* An association (M40) that is not founded has no tie; of one that is, need and capacity follow
 * from the members. */
int coop_associations_verify(const sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    const coop_state_t *s = coop_state(world);
    const coop_partner_t *partner = &s->partner;
    uint32_t found = 0;
    bool good = true;
    for (uint32_t i = 0; i < pop->n_partners; i++)
        good = good && partner->governance[i] >= 0 && partner->governance[i] <= 1;
    for (uint32_t a = pop->n_cities; a < pop->n_partners; a++) {
        found += partner->exists[a];
        good = good && (partner->exists[a] || !partner->n_ties[a]);
        for (int k = 0; k < COOP_N_SECTORS && partner->exists[a]; k++)
            good = good && partner->need[k][a] == need_of(world, a, k);
    }
    for (uint32_t d = 0; d < s->n_donors; d++)
        good = good && s->donor.governance[d] >= 0 && s->donor.governance[d] <= 1 &&
               (s->donor.governance[d] == 0 || d >= pop->first_cooperative);
    return good && found == s->associations ? 0 : SIM_ERR_VERIFY;
}
