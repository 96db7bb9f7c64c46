/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sister cities (M19): ties of friendship that last, many of them dormant; an agreement may also
 * seal years of work. Few of them turn to the environment, by a
 * chance that grows with their age and trust; those that do are contacts as strong as the tie, and
 * go through the choice of formation.c like any other. */
#include "models/cooperation/ties/sisters.h"
#include "models/cooperation/ties/contacts.h"
#include "models/cooperation/ties/formation.h"

static const double NORMAL_TRUST = 0.5; /* A: of a friendship when it begins */
static const double AGE = 15;           /* years at the start, A, of ties whose age is not known */
static const double MATURITY = 15;      /* years, A: two thirds of what age brings is there */
static const double STRENGTH = 0.7;     /* A: as a contact, of an old one of the usual trust */
static const double PACE = 0.05;        /* 1/year, A: of trust, to what the heads care */
/* 1/year, B: new agreements of a type that takes part for certain; 1,751 in 2019 (F), 1 % more a
 * year */
static const double GROWTH = 0.02;
/* D: of a new one; half of the ties are active in their own town's judgement (F, Tama 2014), at the
 * trust of .35 that heads bring on average (M34) */
static const double ACTIVE = 0.7;
/* D: agreements beyond the first of a million people, growing with size as contacts do: 7.25 per
 * designated city, 2.9 per core city, 1,751 in all (F); a prefecture counts as a tenth of its
 * people */
static const double HUBS = 4.5;
/* Has sister cities, by type (F; D for kinds of cities and wards). */
static const double SHARE[COOP_N_TYPES] = {
    [COOP_TYPE_PREFECTURE] = 0.91,  [COOP_TYPE_DESIGNATED_CITY] = 0.72,
    [COOP_TYPE_CORE_CITY] = 0.72,   [COOP_TYPE_CITY] = 0.72,
    [COOP_TYPE_TOWN] = 0.29,        [COOP_TYPE_VILLAGE] = 0.2,
    [COOP_TYPE_SPECIAL_WARD] = 0.72};

static double share_of(const sim_world_t *world, int type) {
    return coop_min(1, SHARE[type] * coop_params(world)->contacts.sister_share);
}

/* About the environment whatever its inclination: it sealed years of work, or is known from the
 * sources as the first step of a ladder (M20). */
static inline bool is_known(const sim_world_t *world, uint32_t tie) {
    const coop_population_t *pop = coop_population(world);
    uint32_t d = world->ties->from[tie], partner = coop_partner_of(world, tie);
    if (world->ties->institutionalised[tie])
        return true;
    if (!pop->has_friendship[d])
        return false; /* nearly all */
    for (uint32_t k = 0; k < pop->n_friendships; k++)
        if (pop->friendship[k].donor == d && pop->friendship[k].partner == partner)
            return true;
    return false;
}

/* The maturity last asked for, and of what age: most ties are of one age. */
typedef struct {
    double age, maturity;
} mature_t;
static const mature_t newborn = {0, 0};

/* 0..1 by the years since the agreement; the age of most is not known. */
static double maturity(const sim_world_t *world, uint32_t tie, mature_t *last) {
    double age =
        ((double)world->clock.step - world->ties->onset[tie]) / world->clock.steps_per_year;
    if (world->ties->onset_censored[tie])
        age += AGE;
    if (age != last->age)
        *last = (mature_t){age, coop_chance(age / MATURITY)};
    return last->maturity;
}

/* Strength of a sister city as a contact for the environment; 0 when that is no purpose of the tie.
 * A tie's inclination is drawn once, so that it turns when age and trust have grown enough. */
static inline double strength_at(const sim_world_t *world, uint32_t tie, double inclination,
                                 bool known, mature_t *last) {
    const coop_contacts_params_t *p = &coop_params(world)->contacts;
    double trust = world->ties->trust[tie] / NORMAL_TRUST;
    if (!known && inclination >= p->sister_purpose * trust)
        return 0; /* nearly all, whatever their age */
    double grown = trust * maturity(world, tie, last);
    if (!known && inclination >= p->sister_purpose * grown)
        return 0;
    return coop_clip(STRENGTH * grown);
}

static double strength_of(const sim_world_t *world, uint32_t tie) {
    sim_rng_t rng = sim_rng_at(world->key, COOP_DRAW_SISTER_PURPOSE, 0);
    sim_rng_draw_t draw = sim_rng_draw(&rng, world->ties->from[tie], world->ties->to[tie]);
    mature_t last = newborn;
    return strength_at(world, tie, sim_rng_uniform(&draw), is_known(world, tie), &last);
}

double coop_sisters_strength(const sim_world_t *world, uint32_t d, uint32_t partner) {
    uint32_t tie = sim_network_tie_find(world->ties, COOP_TIE_SISTER, d,
                                        coop_population(world)->n_donors + partner);
    return tie == SIM_NETWORK_NONE ? 0 : strength_of(world, tie);
}

/* Stage exchange says that a tie is about the environment (M20). */
static void set_stage(sim_world_t *world, uint32_t tie, double strength, int32_t step) {
    uint8_t stage = strength > 0 ? COOP_STAGE_EXCHANGE : COOP_STAGE_FRIENDSHIP;
    sim_network_tie_stage(world->ties, tie, stage, step);
}

/* Few heads on either side have to care for a tie that lives; most rest, until one does (M34). */
static inline bool is_dormant(double trust, double inclination, bool known) {
    return !known && inclination >= ACTIVE * trust / NORMAL_TRUST;
}

/* `onset` is the step of the agreement; `dated` = false: before the run, no source says when. It
 * may seal years of work. */
static int add_tie(sim_world_t *world, uint32_t d, uint32_t partner, int32_t onset, bool dated,
                   bool seal) {
    sim_network_birth_t birth = {.kind = COOP_TIE_SISTER,
                                 .mode = COOP_NO_MODE,
                                 .topic = COOP_NO_MODE,
                                 .stage = COOP_STAGE_FRIENDSHIP,
                                 .from = d,
                                 .to = coop_population(world)->n_donors + partner,
                                 .onset = onset,
                                 .trust = NORMAL_TRUST,
                                 .onset_censored = !dated};
    uint32_t tie;
    if (sim_network_tie_find(world->ties, COOP_TIE_SISTER, d, birth.to) != SIM_NETWORK_NONE)
        return 0;
    int rc = sim_network_tie_add(world->ties, &birth, &tie);
    if (rc)
        return rc;
    world->ties->institutionalised[tie] = seal;
    double strength = strength_of(world, tie);
    set_stage(world, tie, strength, onset);
    if (strength > 0) /* else nobody to work with */
        coop_contacts_add(world, d, partner, strength, COOP_SOURCE_SISTER);
    return 0;
}

/* One that the record dates; nothing happens where the pair has a tie, or without the layer. */
int coop_sisters_recall(sim_world_t *world, uint32_t d, uint32_t partner, int32_t onset) {
    return coop_params(world)->contacts.sister_ties ? add_tie(world, d, partner, onset, true, true)
                                                    : 0;
}

int coop_sisters_seal(sim_world_t *world, uint32_t d, uint32_t partner) {
    bool may = coop_params(world)->contacts.sister_ties && !coop_is_cooperative(world, d) &&
               partner < coop_population(world)->n_cities;
    return may ? add_tie(world, d, partner, world->clock.step, true, true) : 0;
}

/* A country draws as many as it has agreements, a city of it as the logarithm of its people. */
static void weigh_cities(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    double *weight = coop_state(world)->sister_weight, *inside = coop_state(world)->of_country;
    double total = 0;
    for (uint32_t c = 0; c < pop->n_countries; c++)
        inside[c] = 0;
    for (uint32_t i = 0; i < pop->n_cities; i++)
        inside[pop->country_of[i]] += 1 + pop->market[i];
    for (uint32_t i = 0; i < pop->n_cities; i++) {
        uint32_t c = pop->country_of[i];
        weight[i] = total += pop->country[c].sisters * (1 + pop->market[i]) / inside[c];
    }
}

/* Hubs: agreements beyond the first, by size. */
static double further_ties(const sim_world_t *world, uint32_t d) {
    const coop_contacts_params_t *p = &coop_params(world)->contacts;
    bool prefecture = coop_population(world)->type[d] == COOP_TYPE_PREFECTURE;
    double people = coop_population(world)->population[d] / (prefecture ? 1e7 : 1e6);
    return HUBS * sim_math_pow(people, p->size_exponent);
}

/* Participation by type, and the more ties the larger (M19). */
static int make_ties(sim_world_t *world, uint32_t d) {
    sim_rng_draw_t part = sim_world_draw(world, COOP_DRAW_SETUP_SISTER, d, 0);
    sim_rng_t choice = sim_world_rng(world, COOP_DRAW_SETUP_SISTER_PARTNER);
    if (!sim_rng_chance(&part, share_of(world, coop_population(world)->type[d])))
        return 0;
    uint32_t n =
        1 + sim_rng_arrivals(sim_rng_uniform(&part), further_ties(world, d), COOP_MAX_ROUNDS);
    for (uint32_t k = 0; k < n; k++) {
        sim_rng_block_t draw = sim_rng_block(&choice, d, 0, k);
        uint32_t partner = coop_contacts_at(world, coop_state(world)->sister_weight,
                                            sim_rng_unit(draw.word[0], draw.word[1]));
        int rc = add_tie(world, d, partner, 0, false, false);
        if (rc)
            return rc;
    }
    return 0;
}

static int make_known_ties(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    const sim_schedule_clock_t *clock = &world->clock;
    int rc = 0;
    for (uint32_t k = 0; k < pop->n_friendships && !rc; k++) {
        const coop_friendship_t *known = &pop->friendship[k];
        bool dated = known->year <= clock->start_year;
        int32_t onset = dated ? (known->year - clock->start_year) * clock->steps_per_year : 0;
        rc = add_tie(world, known->donor, known->partner, onset, dated, false);
    }
    return rc;
}

int coop_sisters_setup(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    if (!coop_params(world)->contacts.sister_ties)
        return 0;
    weigh_cities(world);
    bool reachable = coop_state(world)->sister_weight[pop->n_cities - 1] > 0;
    int rc = make_known_ties(world);
    for (uint32_t d = 0; reachable && d < pop->first_cooperative && !rc; d++)
        rc = make_ties(world, d);
    return rc;
}

/* New agreements: a government of a type that takes part more signs more. */
static int sign(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_SISTER_GROWTH);
    uint32_t bound[COOP_N_TYPES - 1], *word = s->high;
    int rc = 0;
    if (s->sister_weight[pop->n_cities - 1] <= 0)
        return 0;
    for (int type = 0; type < COOP_TYPE_COOPERATIVE; type++)
        bound[type] = sim_rng_threshold(coop_chance(GROWTH * share_of(world, type)));
    sim_rng_words(&rng, 0, pop->first_cooperative, word);
    for (uint32_t d = 0; d < pop->first_cooperative && !rc; d++)
        if (word[d] < bound[pop->type[d]] && s->donor.exists[d]) {
            sim_rng_draw_t choice = sim_world_draw(world, COOP_DRAW_SISTER_GROWTH_PARTNER, d, 0);
            rc = add_tie(world, d,
                         coop_contacts_at(world, s->sister_weight, sim_rng_uniform(&choice)),
                         world->clock.step, true, false);
        }
    return rc;
}

/* Friendship lives on the heads of both sides: trust moves slowly to how much they care, and the
 * contact follows the tie. */
static void age(sim_world_t *world, uint32_t tie, double pace, double inclination, mature_t *last) {
    sim_network_ties_t *ties = world->ties;
    coop_state_t *s = coop_state(world);
    uint32_t d = ties->from[tie], i = coop_partner_of(world, tie);
    double care = (s->donor.priority[d] + s->partner.interest[i]) / 2;
    ties->trust[tie] += (care - ties->trust[tie]) * pace;
    bool known = is_known(world, tie);
    s->sisters_dormant += is_dormant(ties->trust[tie], inclination, known);
    double strength = strength_at(world, tie, inclination, known, last);
    if (strength <= 0 && ties->stage[tie] == COOP_STAGE_FRIENDSHIP)
        return; /* nearly all: nothing to follow */
    set_stage(world, tie, strength, world->clock.step);
    coop_contacts_follow(world, d, i, strength);
}

int coop_sisters_year(sim_world_t *world) {
    const sim_network_ties_t *ties = world->ties;
    double pace = 1 - sim_math_exp(-PACE);
    if (world->clock.step == 0 || !coop_params(world)->contacts.sister_ties)
        return 0;
    double inclination[SIM_WORLD_BATCH];
    mature_t last = newborn;
    coop_state(world)->sisters_dormant = 0;
    sim_rng_t rng = sim_rng_at(world->key, COOP_DRAW_SISTER_PURPOSE, 0);
    for (uint32_t k = 0; k < ties->n_live[COOP_TIE_SISTER]; k++) {
        if (k % SIM_WORLD_BATCH == 0)
            sim_world_tie_uniforms(world, &rng, (sim_world_tie_draws_t){.kind = COOP_TIE_SISTER}, k,
                                   inclination);
        age(world, ties->live[COOP_TIE_SISTER][k], pace, inclination[k % SIM_WORLD_BATCH], &last);
    }
    return sign(world);
}
