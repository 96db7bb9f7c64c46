/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Know-how per sector: it fades between plant renewals and with lost staff, and comes back when a
 * plant is renewed (M10). A single city renews once in a generation, a cooperative that pools its
 * members' plants every few years: the core regional advantage. */
#include "models/cooperation/people/knowhow.h"
#include "models/cooperation/ties/formation.h"

/* Level of a cooperative just before a renewal when `plants` plants are renewed in turn, in the
 * long run: K = f + (K + g (1 - K) - f) e with e = exp(-forgetting * life / plants). */
double coop_knowhow_steady(const coop_knowhow_params_t *p, double floor, double plants) {
    double e = sim_math_exp(-p->forgetting * p->plant_life_cooperative / plants);
    double kept = 1 - e * (1 - p->plant_gain);
    return kept > 0 ? (floor * (1 - e) + e * p->plant_gain) / kept : floor;
}

/* Plants that a donor renews in turn: a government by its people, a cooperative its own. */
static double count_plants(const sim_world_t *world, uint32_t d) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    double people = coop_params(world)->knowhow.people_per_plant;
    if (coop_population(world)->type[d] == COOP_TYPE_COOPERATIVE)
        return donor->plants[d];
    return coop_max(1, floor(donor->population[d] / people));
}

/* Years between two renewals of a donor. */
static double interval(const sim_world_t *world, uint32_t d) {
    const coop_knowhow_params_t *p = &coop_params(world)->knowhow;
    bool cooperative = coop_population(world)->type[d] == COOP_TYPE_COOPERATIVE;
    return (cooperative ? p->plant_life_cooperative : p->plant_life) / count_plants(world, d);
}

/* People of a government beyond which size adds know-how, and the width of what else differs
 * between governments of one size and industry (A; M12). */
static const double small_town = 1e4, spread = 0.1;

static bool keeps_plants(const sim_world_t *world, uint32_t d) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    if (!donor->plants[d])
        return false;
    if (!coop_params(world)->cooperatives.pooled_plants)
        return coop_population(world)->type[d] != COOP_TYPE_COOPERATIVE;
    return donor->plant_keeper[d] == d;
}

/* M12: a history of industry, and of its pollution overcome, is where know-how begins. */
static void start_government(sim_world_t *world, uint32_t d) {
    const coop_knowhow_params_t *p = &coop_params(world)->knowhow;
    const coop_population_t *pop = coop_population(world);
    coop_donor_t *donor = &coop_state(world)->donor;
    /* A prefecture supervises and runs no plant: its size brings no operating experience. */
    bool operates = pop->type[d] != COOP_TYPE_PREFECTURE;
    double size = operates ? sim_math_log10(coop_max(donor->population[d], 1) / small_town) : 0;
    double base = p->initial + p->industry * pop->industry[d] + p->size * coop_max(0, size);
    sim_rng_draw_t noise = sim_world_draw(world, COOP_DRAW_SETUP_KNOWHOW, d, 0);
    for (int k = 0; k < COOP_N_SECTORS; k++) {
        donor->knowhow[k][d] = coop_clip(base + spread * (sim_rng_word(&noise) * 0x1p-32 - 0.5));
        donor->knowhow_floor[k][d] = p->floor * donor->knowhow[k][d];
    }
}

static void start_cooperative(sim_world_t *world, uint32_t d) {
    const coop_knowhow_params_t *p = &coop_params(world)->knowhow;
    coop_donor_t *donor = &coop_state(world)->donor;
    if (!donor->plants[d])
        return;
    double floor = p->floor * p->initial;
    donor->knowhow_floor[COOP_SECTOR_WASTE][d] = floor;
    donor->knowhow[COOP_SECTOR_WASTE][d] =
        keeps_plants(world, d) ? coop_knowhow_steady(p, floor, donor->plants[d]) : floor;
}

/* The age of a plant that was another's, or is there at the start, is not known: anywhere in its
 * life. */
static void set_renewal(sim_world_t *world, uint32_t purpose, uint32_t d) {
    double *next = &coop_state(world)->donor.next_renewal[d];
    sim_rng_draw_t age = sim_world_draw(world, purpose, d, 0);
    double now = sim_schedule_time(&world->clock, world->clock.step);
    if (!keeps_plants(world, d))
        *next = INFINITY;
    else if (isinf(*next))
        *next = now + interval(world, d) * sim_rng_uniform(&age);
}

void coop_knowhow_renew_donor(sim_world_t *world, uint32_t d) {
    set_renewal(world, COOP_DRAW_PLANT_AGE, d);
}

int coop_knowhow_found(sim_world_t *world, uint32_t c) {
    start_cooperative(world, c);
    coop_state(world)->donor.next_renewal[c] = INFINITY;
    coop_knowhow_renew_donor(world, c);
    return 0;
}

/* A municipality that takes over the works of a cooperative knows what either knew of them. */
int coop_knowhow_inherit(sim_world_t *world, uint32_t from, uint32_t heir) {
    coop_donor_t *donor = &coop_state(world)->donor;
    double share = coop_share(world, from, heir), waste = donor->knowhow[COOP_SECTOR_WASTE][from];
    bool goes_over = heir != SIM_NETWORK_NONE, of_cooperative = coop_is_cooperative(world, from);
    for (int k = 0; k < COOP_N_SECTORS; k++) {
        coop_mix(donor->knowhow[k], from, heir, share);
        coop_mix(donor->knowhow_floor[k], from, heir, share);
    }
    if (goes_over && of_cooperative && coop_is_cooperative(world, heir)) {
        double *next = donor->next_renewal;
        next[heir] = coop_min(next[heir], next[from]);
    } else if (goes_over && of_cooperative) {
        double *known = donor->knowhow[COOP_SECTOR_WASTE];
        known[heir] = coop_max(known[heir], waste);
    }
    donor->next_renewal[from] = INFINITY;
    return 0;
}

void coop_knowhow_learn(sim_world_t *world, uint32_t d, int sector, double share, double kept) {
    double *level = coop_state(world)->donor.knowhow[sector];
    level[d] += (1 - level[d]) * share * kept;
}

int coop_knowhow_setup(sim_world_t *world) {
    for (uint32_t d = 0; d < coop_state(world)->n_donors; d++) {
        if (coop_is_cooperative(world, d))
            start_cooperative(world, d);
        else
            start_government(world, d);
        coop_state(world)->donor.next_renewal[d] = INFINITY;
        set_renewal(world, COOP_DRAW_SETUP_PLANT, d);
    }
    return 0;
}

/* What the staff that leaves takes along, of n donors. */
SIM_WIDE static void weigh_loss(double loss, uint32_t n, const double *restrict shrinkage,
                                double *restrict left) {
    for (uint32_t d = 0; d < n; d++)
        left[d] = coop_max(0, 1 - loss * shrinkage[d]);
}

SIM_WIDE static void forget(double keep, uint32_t n, const double *restrict left,
                            const double *restrict floor, double *restrict level) {
    for (uint32_t d = 0; d < n; d++) {
        double above = coop_max(0, level[d] - floor[d]);
        level[d] = coop_min(level[d], floor[d]) + above * keep * left[d];
    }
}

int coop_knowhow_year(sim_world_t *world) {
    const coop_knowhow_params_t *p = &coop_params(world)->knowhow;
    const coop_donor_t *donor = &coop_state(world)->donor;
    uint32_t n = coop_state(world)->n_donors;
    double *left = coop_state(world)->weight, keep = sim_math_exp(-p->forgetting);
    if (world->clock.step == 0)
        return 0;
    weigh_loss(p->retirement_loss, n, donor->shrinkage, left);
    for (int k = 0; k < COOP_N_SECTORS; k++)
        forget(keep, n, left, donor->knowhow_floor[k], donor->knowhow[k]);
    return 0;
}

int coop_knowhow_renewals(sim_world_t *world) {
    const coop_knowhow_params_t *p = &coop_params(world)->knowhow;
    coop_donor_t *donor = &coop_state(world)->donor;
    double now = sim_schedule_time(&world->clock, world->clock.step);
    double *waste = donor->knowhow[COOP_SECTOR_WASTE];
    /* next_renewal <= now */
    double end = nextafter(now, INFINITY);
    const uint32_t *due = coop_state(world)->due;
    uint32_t n = sim_schedule_due(donor->next_renewal, coop_state(world)->n_donors, end,
                                  coop_state(world)->due);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t d = due[k];
        while (donor->next_renewal[d] <= now) {
            waste[d] += p->plant_gain * (1 - waste[d]);
            donor->next_renewal[d] += interval(world, d);
            int rc = coop_event(world, COOP_EVENT_PLANT_RENEWED, d, -1, waste[d]);
            if (rc)
                return rc;
        }
    }
    return 0;
}

double coop_knowhow_best(const sim_world_t *world, uint32_t d) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    double best = donor->knowhow[0][d];
    for (int k = 1; k < COOP_N_SECTORS; k++)
        best = coop_max(best, donor->knowhow[k][d]);
    return best;
}
