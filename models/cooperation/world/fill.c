/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ties that stand at the start and that the record does not hold. Donors come by their rate of
 * opportunities and must have money, people and somebody they know (M8); the partner is the best
 * of those by the model's own utilities, doing nothing included, and accepts or declines (M22);
 * age, stage, trust and works are those of a tie that began at some time before the start and has
 * not ended since (M20, M31). */
#include <math.h>

#include "models/cooperation/money/budget.h"
#include "models/cooperation/people/staff.h"
#include "models/cooperation/ties/contacts.h"
#include "models/cooperation/ties/effects.h"
#include "models/cooperation/ties/formation.h"
#include "models/cooperation/world/start.h"

/* Bounds of the search for one tie: donors that are asked, and lives of a pair (A). One that is not
 * found within them is left out, so that a world in which nobody wants a tie comes to an end. */
enum { MOST_TRIES = 500, MOST_LIVES = 40, CLASS_KEY = 1 << 16 };

/* ---- who, and with whom ---- */

/* The gates of M8, for one more tie. */
static bool able(const sim_world_t *world, uint32_t d) {
    const coop_params_t *p = coop_params(world);
    const coop_donor_t *donor = &coop_state(world)->donor;
    double promised = coop_budget_upkeep(world, d, donor->n_ties[d] + 1) + donor->commitment[d];
    return (double)coop_budget_plan(world, d) >= promised &&
           coop_staff_free(world, d) >= p->staff.project_fte;
}

/* Who is not able when the first tie is drawn is not later. */
static double weight_of(const sim_world_t *world, uint32_t d, int class) {
    bool searched = coop_start_searched(coop_population(world), d);
    if (!coop_state(world)->donor.exists[d] || searched != (class == COOP_CLASS_SEARCHED) ||
        !able(world, d))
        return 0;
    return coop_formation_rate(world, d);
}

/* Cumulative weights of the governments of a class, in scratch of the vote. */
static double weigh_class(const sim_world_t *world, int class) {
    double *weight = coop_state(world)->weight, total = 0;
    for (uint32_t d = 0; d < coop_population(world)->first_cooperative; d++)
        weight[d] = total += weight_of(world, d, class);
    return total;
}

static bool is_tied(const sim_world_t *world, uint32_t d, uint32_t i) {
    return sim_network_tie_find(world->ties, COOP_TIE_COOPERATION, d,
                                coop_population(world)->n_donors + i) != SIM_NETWORK_NONE;
}

/* As many as a donor meets within its memory. */
static uint32_t count_contacts(const sim_world_t *world, uint32_t d, sim_rng_draw_t *draw) {
    double mean = coop_state(world)->contact.pace[d] * world->clock.steps_per_year *
                  coop_params(world)->contacts.memory;
    uint32_t n = (uint32_t)sim_rng_poisson(draw, mean);
    return n < COOP_MAX_CONTACTS ? n : COOP_MAX_CONTACTS;
}

/* The best of some contacts, if it is better than nobody and accepts. */
static bool choose(const sim_world_t *world, uint32_t d, sim_rng_draw_t *draw, coop_pair_t *best) {
    const coop_params_t *p = coop_params(world);
    double most = p->formation.opt_out + sim_rng_gumbel(draw);
    bool found = false;
    for (uint32_t n = count_contacts(world, d, draw); n > 0; n--) {
        coop_pair_t pair = {.donor = d,
                            .partner = coop_contacts_at(world, coop_state(world)->partner_weight,
                                                        sim_rng_uniform(draw))};
        double match, noise = sim_rng_gumbel(draw);
        pair.strength = coop_contacts_strength(world, sim_rng_uniform(draw));
        pair.sector = coop_formation_match(world, d, pair.partner, &match);
        if (is_tied(world, d, pair.partner) || !coop_formation_gains(world, &pair, match))
            continue;
        double utility =
            noise + coop_effects_worth(world, COOP_SIDE_DONOR, COOP_FUNCTION_CREATION, &pair);
        if (utility > most)
            most = utility, *best = pair, found = true;
    }
    if (!found)
        return false;
    double worth = coop_effects_worth(world, COOP_SIDE_PARTNER, COOP_FUNCTION_CREATION, best);
    return sim_rng_chance(draw, 1 / (1 + sim_math_exp(-worth)));
}

/* ---- a life before the start ---- */

/* Ties that are drawn began within so many years before the start: all but four of the ties of the
 * record began after 1990. They ended at this rate by other causes than the end of a grant, by
 * which those that stand are the ones that lasted (A; M31). */
static const double reach = 20, other_ends = 0.05;

typedef struct {
    coop_standing_t standing;
    coop_past_t work[COOP_MAX_LENGTH * 10];
    uint32_t n_works;
} life_t;

static bool comes(sim_rng_draw_t *draw, double rate) {
    return sim_rng_chance(draw, coop_chance(rate));
}

static bool is_aided(const sim_world_t *world, uint32_t i) {
    const coop_population_t *pop = coop_population(world);
    return pop->country[pop->country_of[i]].jica;
}

static void begin_work(const coop_start_t *start, life_t *life, int32_t year) {
    double first = coop_state(start->world)->scheme[COOP_SCHEME_JICA_LOCAL].from_year;
    uint8_t scheme = year >= first ? COOP_SCHEME_JICA_LOCAL : COOP_SCHEME_OTHER;
    life->work[life->n_works++] = (coop_past_t){.donor = life->standing.donor,
                                                .partner = life->standing.partner,
                                                .start = year,
                                                .end = year + coop_start_term(scheme) - 1,
                                                .scheme = scheme,
                                                .sector = life->standing.sector,
                                                .yen = (double)NAN};
    life->standing.stage = COOP_STAGE_PROJECT;
    life->standing.stage_since = life->work[0].start;
}

/* One year of a tie; false when it ended in it. */
static bool live_year(const coop_start_t *start, life_t *life, int32_t year, sim_rng_draw_t *draw) {
    const coop_params_t *p = coop_params(start->world);
    coop_standing_t *tie = &life->standing;
    bool busy = life->n_works && life->work[life->n_works - 1].end >= year;
    bool free = !busy && tie->stage >= COOP_STAGE_TRAINEES &&
                is_aided(start->world, tie->partner) && tie->trust >= p->funding.min_trust &&
                life->n_works < COOP_MAX_LENGTH * 10;
    if (free && comes(draw, p->record.project_rate))
        begin_work(start, life, year), busy = true;
    if (tie->stage == COOP_STAGE_EXCHANGE && tie->trust >= p->ladder.trainees_trust &&
        comes(draw, p->ladder.rate))
        tie->stage = COOP_STAGE_TRAINEES, tie->stage_since = year;
    tie->trust = coop_start_trust(start->world, tie->trust, tie->stage, busy);
    if (busy)
        tie->last_work = year;
    bool idle = !busy && tie->stage >= COOP_STAGE_PROJECT;
    return !comes(draw, other_ends + (idle ? p->upkeep.grant_end * (1 - tie->trust) : 0));
}

/* Whether a tie of this pair that began at a random time within reach stands at the start. */
static bool live(const coop_start_t *start, const coop_pair_t *pair, sim_rng_draw_t *draw,
                 life_t *life) {
    int32_t age = 1 + (int32_t)(reach * sim_rng_uniform(draw));
    life->n_works = 0;
    life->standing = (coop_standing_t){.donor = pair->donor,
                                       .partner = pair->partner,
                                       .onset = start->start_year - age,
                                       .stage_since = start->start_year - age,
                                       .last_work = INT32_MIN,
                                       .sector = (uint8_t)pair->sector,
                                       .stage = COOP_STAGE_EXCHANGE,
                                       .onset_censored = 1, /* no source tells it */
                                       .trust = coop_formation_trust(pair->strength)};
    for (int32_t year = life->standing.onset; year < start->start_year; year++)
        if (!live_year(start, life, year, draw))
            return false;
    return true;
}

static int settle(coop_start_t *start, life_t *life) {
    uint32_t tie;
    int rc = coop_start_tie(start, &life->standing, &tie);
    for (uint32_t k = 0; k < life->n_works && !rc; k++) {
        life->work[k].tie = tie;
        rc = coop_start_work(start, &life->work[k]);
    }
    return rc;
}

/* ---- as many as are missing ---- */

/* One tie of the class; none when nobody is able, wants one, or is accepted in so many tries. */
static int fill_one(coop_start_t *start, int class, uint32_t k, double total) {
    sim_world_t *world = start->world;
    sim_rng_draw_t draw =
        sim_world_draw(world, COOP_DRAW_START_TIE, (uint32_t) class * CLASS_KEY + k, 0);
    coop_pair_t pair;
    life_t life;
    for (int tries = 0; tries < MOST_TRIES; tries++) {
        uint32_t d =
            sim_rng_place(coop_state(world)->weight, coop_population(world)->first_cooperative,
                          total * sim_rng_uniform(&draw));
        if (!able(world, d) || !choose(world, d, &draw, &pair))
            continue;
        for (int lives = 0; lives < MOST_LIVES; lives++)
            if (live(start, &pair, &draw, &life))
                return settle(start, &life);
    }
    return 0;
}

int coop_fill(coop_start_t *start, const uint32_t recorded[COOP_N_CLASSES]) {
    const coop_record_params_t *p = &coop_params(start->world)->record;
    const double coverage[COOP_N_CLASSES] = {p->coverage_searched, p->coverage_others};
    int rc = 0;
    for (int class = 0; class < COOP_N_CLASSES && !rc; class ++) {
        double total = weigh_class(start->world, class);
        double mean = total > 0 ? recorded[class] * (1 / coverage[class] - 1) : 0;
        sim_rng_draw_t draw =
            sim_world_draw(start->world, COOP_DRAW_START_NUMBER, (uint32_t) class, 0);
        uint32_t n = (uint32_t)sim_rng_poisson(&draw, mean);
        for (uint32_t k = 0; k < n && !rc; k++)
            rc = fill_one(start, class, k, total);
    }
    return rc;
}
