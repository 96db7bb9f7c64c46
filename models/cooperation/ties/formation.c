/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Formation (M22, M23): a donor that gets an opportunity passes the gates of M8, picks the contact
 * of highest random utility or none, of those from whom both sides gain (M18), and the partner
 * accepts or declines; then the donor's council, citizens or colleagues may veto (M14). Both modes
 * go this way; a cooperative needs a mandate first (M37). Utilities are sums of effects
 * (effects.def) with Gumbel noise keyed by the pair. */
#include <string.h>

#include "models/cooperation/bodies/policy.h"
#include "models/cooperation/look/choices.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/money/ledger.h"
#include "models/cooperation/money/works.h"
#include "models/cooperation/people/staff.h"
#include "models/cooperation/people/support.h"
#include "models/cooperation/ties/contacts.h"
#include "models/cooperation/ties/effects.h"
#include "models/cooperation/ties/formation.h"
#include "models/cooperation/ties/ties.h"

int coop_formation_match(const sim_world_t *world, uint32_t d, uint32_t i, double *match) {
    const coop_state_t *s = coop_state(world);
    int best = 0;
    *match = -1;
    for (int k = 0; k < COOP_N_SECTORS; k++) {
        double product = s->donor.knowhow[k][d] * s->partner.need[k][i];
        if (product > *match)
            *match = product, best = k;
    }
    return best;
}

static bool partner_accepts(const sim_world_t *world, uint32_t key, const coop_pair_t *pair) {
    sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_FORMATION_ACCEPTANCE, key, pair->partner);
    double worth = coop_effects_worth(world, COOP_SIDE_PARTNER, COOP_FUNCTION_CREATION, pair);
    return sim_rng_chance(&draw, 1 / (1 + sim_math_exp(-worth)));
}

static const double COUNCIL = 0.2, COLLEAGUES = 0.6; /* of what citizens may do; A */

/* M14: citizens want support, the council money, colleagues people; each may say no. */
static bool vetoed(const sim_world_t *world, uint32_t d, uint32_t key) {
    const coop_support_params_t *p = &coop_params(world)->support;
    const coop_donor_t *donor = &coop_state(world)->donor;
    double relief = donor->contested[d] ? 1 : 1 - p->uncontested_relief;
    double staff = donor->junior[d] + donor->senior[d], before = donor->staff_start[d];
    double lost = before > 0 ? coop_max(0, 1 - staff / before) : 0;
    sim_rng_draw_t citizens = sim_world_draw(world, COOP_DRAW_FORMATION_VETO, key, 0);
    sim_rng_draw_t council = sim_world_draw(world, COOP_DRAW_FORMATION_VETO, key, 1);
    sim_rng_draw_t colleagues = sim_world_draw(world, COOP_DRAW_FORMATION_VETO, key, 2);
    return sim_rng_chance(&citizens, p->veto * (1 - donor->support[d]) * relief) ||
           sim_rng_chance(&council, COUNCIL * p->veto * coop_support_stress(world, d)) ||
           sim_rng_chance(&colleagues, COLLEAGUES * p->veto * lost);
}

/* The gates of M8 and M37 in the order in which a refusal is counted; -1 when all are open. */
static int closed_gate(sim_world_t *world, uint32_t d) {
    const coop_population_t *pop = coop_population(world);
    const coop_params_t *p = coop_params(world);
    const coop_donor_t *donor = &coop_state(world)->donor;
    if (pop->type[d] == COOP_TYPE_COOPERATIVE && !donor->mandate[d])
        return COOP_REASON_NO_MANDATE;
    if (p->formation.gates && !coop_budget_affords(world, d, p->budget.tie_upkeep))
        return COOP_REASON_NO_MONEY;
    if (p->formation.gates && coop_staff_free(world, d) < p->staff.project_fte)
        return COOP_REASON_NO_STAFF;
    coop_contacts_forget(world, d);
    return donor->n_contacts[d] ? -1 : COOP_REASON_NO_CONTACT;
}

/* A donor has few ties: to walk through them is nearer than to look in the table of all. Many
 * partners have none. */
static bool has_tie(const sim_world_t *world, uint32_t d, uint32_t i) {
    const sim_network_ties_t *ties = world->ties;
    const uint32_t partner = coop_population(world)->n_donors + i;
    if (!coop_state(world)->partner.n_ties[i])
        return false;
    uint32_t at = ties->first_from[COOP_TIE_COOPERATION][d];
    while (at && ties->to[at - 1] != partner)
        at = ties->next_from[at - 1];
    return at || coop_ties_shares(world, d, partner);
}

/* The contact at a place of donor d's address book as a pair; false when it is no alternative: a
 * sister city whose ties leave the environment out (M19), or tied already. */
static inline bool read_contact(const sim_world_t *world, uint32_t d, uint32_t at,
                                coop_pair_t *pair, double *match) {
    const coop_contact_t *contact = &coop_state(world)->contact;
    uint32_t i = contact->partner[at];
    if (contact->strength[at] <= 0 || has_tie(world, d, i))
        return false;
    *pair = (coop_pair_t){.donor = d,
                          .partner = i,
                          .sector = coop_formation_match(world, d, i, match),
                          .strength = contact->strength[at]};
    return true;
}

bool coop_formation_gains(const sim_world_t *world, const coop_pair_t *pair, double match) {
    const coop_formation_params_t *p = &coop_params(world)->formation;
    return match >= p->partner_least_gain &&
           (p->least_gain <= 0 || coop_effects_motives(world, pair) >= p->least_gain);
}

typedef struct {
    coop_pair_t pair;
    bool met, any, chosen; /* a contact; one to gain from; one that is better than nobody */
} choice_t;

/* Whether u >= exp(x) w is told by a bound: exp(x) <= 1 / (1 - x / 64)^64 for x < 64. */
static bool is_beyond(double u, double x, double w) {
    double power = 1 - x / 64;
    for (int doublings = 0; doublings < 6; doublings++)
        power *= power;
    return x < 64 && u * power >= w;
}

/* The largest random utility, doing nothing included. A contact's noise is -log(-log(u)); with
 * w = -log(v) of doing nothing, a utility x wins over that if 1 - u < 1 - exp(-exp(x - opt_out) w),
 * and can only win if 1 - u < exp(x - opt_out) w: with bounds of x and of w, which is at most
 * (1 - v) / sqrt(v), this nearly always tells who loses. */
static choice_t choose(const sim_world_t *world, uint32_t d, uint32_t key) {
    const uint32_t first = d * COOP_MAX_CONTACTS;
    const double opt_out = coop_params(world)->formation.opt_out;
    const sim_rng_t noise = sim_world_rng(world, COOP_DRAW_FORMATION_CHOICE);
    sim_rng_draw_t nothing = sim_world_draw(world, COOP_DRAW_FORMATION_OPT_OUT, key, 0);
    double v = sim_rng_uniform(&nothing), best = -INFINITY;
    const double longest = (1 - v) / sqrt(v) * (1 + 1e-9);
    choice_t choice = {.met = false};
    for (uint32_t k = first; k < first + coop_state(world)->donor.n_contacts[d]; k++) {
        coop_pair_t pair;
        double match;
        if (!read_contact(world, d, k, &pair, &match))
            continue;
        choice.met = true;
        sim_rng_block_t draw = sim_rng_block(&noise, key, pair.partner, 0);
        double u = sim_rng_unit(draw.word[0], draw.word[1]);
        double most = coop_effects_creation_at_most(world, &pair);
        bool loses = is_beyond(1 - u, most - opt_out, longest);
        if ((loses && choice.any) || !coop_formation_gains(world, &pair, match))
            continue;
        choice.any = true;
        if (loses)
            continue;
        double utility = coop_effects_worth(world, COOP_SIDE_DONOR, COOP_FUNCTION_CREATION, &pair) +
                         sim_rng_gumbel_at(u);
        if (utility > best)
            best = utility, choice.pair = pair;
    }
    choice.chosen = best > -INFINITY && best > opt_out - sim_math_log(sim_rng_exponential_at(v));
    return choice;
}

static int found_tie(sim_world_t *world, const coop_pair_t *pair) {
    const coop_population_t *pop = coop_population(world);
    uint8_t mode = coop_mode(pop, pair->donor);
    sim_network_birth_t birth = {.kind = COOP_TIE_COOPERATION,
                                 .mode = mode,
                                 .topic = (uint8_t)pair->sector,
                                 .stage = COOP_STAGE_EXCHANGE,
                                 .from = pair->donor,
                                 .to = pop->n_donors + pair->partner,
                                 .onset = world->clock.step,
                                 .trust = coop_formation_trust(pair->strength)};
    coop_works_count(world, pair->donor, COOP_WORK_CONTRIBUTION); /* M38: exchange is one */
    uint32_t tie;
    int rc = coop_ties_begin(world, &birth, &tie);
    /* M2, M33: what a cooperative does abroad rests on the decision of all its members. */
    if (!rc)
        world->ties->institutionalised[tie] = mode == COOP_MODE_REGIONAL;
    return rc;
}

int coop_formation_found(sim_world_t *world, uint32_t d, uint32_t partner) {
    const coop_contact_t *contact = &coop_state(world)->contact;
    double match;
    coop_pair_t pair = {
        .donor = d, .partner = partner, .sector = coop_formation_match(world, d, partner, &match)};
    uint32_t first = d * COOP_MAX_CONTACTS, n = coop_state(world)->donor.n_contacts[d];
    for (uint32_t k = first; k < first + n; k++)
        if (contact->partner[k] == partner)
            pair.strength = contact->strength[k];
    return found_tie(world, &pair);
}

/* All alternatives, for who estimates the choice; `taken` is NULL for nobody. */
static int record_choice(sim_world_t *world, uint32_t d, uint32_t round, const coop_pair_t *taken) {
    const uint32_t first = d * COOP_MAX_CONTACTS, n = coop_state(world)->donor.n_contacts[d];
    if (!sim_world_records_table(world, COOP_TABLE_CHOICE))
        return 0;
    int rc = coop_choices_alternative(world, d, round, NULL, !taken);
    for (uint32_t k = first; k < first + n && !rc; k++) {
        coop_pair_t pair;
        double match;
        if (read_contact(world, d, k, &pair, &match) && coop_formation_gains(world, &pair, match))
            rc = coop_choices_alternative(world, d, round, &pair,
                                          taken && taken->partner == pair.partner);
    }
    return rc;
}

/* `round` numbers the opportunities of a donor in a step; it is part of the key of every draw. */
static int consider(sim_world_t *world, uint32_t d, uint32_t round) {
    uint32_t key = coop_round_key(d, round);
    uint8_t mode = coop_mode(coop_population(world), d);
    int gate = closed_gate(world, d);
    if (gate >= 0)
        return coop_refuse(world, mode, gate, 1), 0;
    choice_t choice = choose(world, d, key);
    if (!choice.met)
        return coop_refuse(world, mode, COOP_REASON_NO_CONTACT, 1), 0;
    if (!choice.any)
        return coop_refuse(world, mode, COOP_REASON_NO_GAIN, 1), 0;
    int rc = record_choice(world, d, round, choice.chosen ? &choice.pair : NULL);
    if (rc)
        return rc;
    if (!choice.chosen)
        return coop_refuse(world, mode, COOP_REASON_NOT_CHOSEN, 1), 0;
    bool accepted = partner_accepts(world, key, &choice.pair);
    rc = coop_choices_partner(world, round, &choice.pair, accepted);
    if (rc)
        return rc;
    if (!accepted)
        return coop_refuse(world, mode, COOP_REASON_PARTNER_DECLINED, 1), 0;
    if (vetoed(world, d, key))
        return coop_refuse(world, mode, COOP_REASON_VETO, 1), 0;
    return found_tie(world, &choice.pair);
}

/* Reputation brings requests (M15), an intermediary searches (M21), a policy of years sets aims
 * (M33): the rate function of a stochastic actor-oriented model, per year. */
double coop_formation_rate(const sim_world_t *world, uint32_t d) {
    const coop_formation_params_t *p = &coop_params(world)->formation;
    bool helped =
        coop_params(world)->contacts.intermediaries && coop_population(world)->intermediary[d];
    return p->rate * (1 + p->rate_reputation * coop_state(world)->donor.reputation[d] +
                      p->rate_intermediary * helped + p->rate_policy * coop_policy_dated(world, d));
}

/* Whom reputation brings more opportunities than others have. */
static void offer_to_known(const coop_state_t *s, uint32_t first, uint32_t end) {
    for (uint32_t k = 0; k < s->n_known; k++) {
        uint32_t d = s->known[k];
        if (d >= first && d < end && s->donor.reputation[d] > 0)
            s->offered[d] = 1;
    }
}

/* Lists those of donors first .. end - 1 who are offered something, of `exist` in all. */
static void list_offered(const coop_state_t *s, uint32_t first, uint32_t end, uint32_t exist,
                         coop_offers_t *offers) {
    const uint8_t *last = s->offered + end, *at = s->offered + first;
    offers->donor = s->offered_to + first;
    offers->n = 0;
    for (; (at = memchr(at, 1, (size_t)(last - at))); at++)
        offers->donor[offers->n++] = (uint32_t)(at - s->offered);
    offers->others = exist - offers->n;
}

/* Lists the governments whose opportunities are drawn one by one and counts the others: those whose
 * year's money is less than what one tie costs, and whom nothing brings more opportunities than
 * others have. They are two thirds, and only their number counts. */
static void list_governments(const sim_world_t *world, coop_offers_t *offers) {
    const coop_params_t *p = coop_params(world);
    const coop_state_t *s = coop_state(world);
    const uint8_t *restrict intermediary = coop_population(world)->intermediary, *restrict exists =
                                                                                     s->donor
                                                                                         .exists;
    const int64_t *restrict voted = s->donor.voted;
    uint8_t *restrict offered = s->offered;
    int64_t least = (int64_t)coop_max(1, ceil(p->budget.tie_upkeep));
    if (!p->formation.gates)
        least = INT64_MIN;
    uint32_t n = coop_population(world)->first_cooperative, exist = 0;
    for (uint32_t d = 0; d < n; d++)
        offered[d] = exists[d] & ((voted[d] >= least) | intermediary[d]);
    for (uint32_t d = 0; d < n; d++)
        exist += exists[d];
    offer_to_known(s, 0, n);
    list_offered(s, 0, n, exist, offers);
}

/* The same of cooperatives that teach, which have plants; the others have no mandate. */
static void list_cooperatives(const sim_world_t *world, coop_offers_t *offers) {
    const coop_state_t *s = coop_state(world);
    const uint32_t *restrict plants = s->donor.plants;
    uint32_t first = coop_population(world)->first_cooperative, n = s->n_donors, teaching = 0;
    memcpy(s->offered + first, s->donor.mandate + first, n - first);
    offer_to_known(s, first, n);
    for (uint32_t c = first; c < n; c++)
        teaching += plants[c] > 0;
    for (uint8_t *at = s->offered + first; (at = memchr(at, 1, (size_t)(s->offered + n - at)));
         at++)
        *at = plants[at - s->offered] > 0;
    list_offered(s, first, n, teaching, offers);
}

/* One word a donor decides how many opportunities come, so that switching a mode off leaves the
 * draws of the other alone. */
static int offer(sim_world_t *world, const coop_offers_t *offers) {
    const coop_state_t *s = coop_state(world);
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_FORMATION_OPPORTUNITY);
    int rc = 0;
    sim_rng_fill_pairs(&rng, (sim_rng_pairs_t){.a = offers->donor}, offers->n, s->high, s->low);
    for (uint32_t k = 0; k < offers->n && !rc; k++) {
        uint32_t d = offers->donor[k];
        double u = s->high[k] * 0x1p-32;
        double mean = coop_formation_rate(world, d) / world->clock.steps_per_year;
        uint32_t rounds = u < mean ? sim_rng_arrivals(u, mean, COOP_MAX_ROUNDS) : 0;
        for (uint32_t round = 0; round < rounds && !rc; round++)
            rc = consider(world, d, round);
    }
    return rc;
}

static int offer_mode(sim_world_t *world, uint8_t mode) {
    const coop_offers_t *offers = &coop_state(world)->offers[mode];
    int reason = mode == COOP_MODE_CITY_TO_CITY ? COOP_REASON_NO_MONEY : COOP_REASON_NO_MANDATE;
    double mean = coop_params(world)->formation.rate / world->clock.steps_per_year;
    sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_FORMATION_OPPORTUNITY, mode, 1);
    coop_refuse(world, mode, reason, sim_rng_poisson(&draw, offers->others * mean));
    return offer(world, offers);
}

int coop_formation_step(sim_world_t *world) {
    const coop_formation_params_t *p = &coop_params(world)->formation;
    coop_state_t *s = coop_state(world);
    if (!s->offers_known) {
        list_governments(world, &s->offers[COOP_MODE_CITY_TO_CITY]);
        list_cooperatives(world, &s->offers[COOP_MODE_REGIONAL]);
        s->offers_known = true;
    }
    int rc = p->city_to_city ? offer_mode(world, COOP_MODE_CITY_TO_CITY) : 0;
    return !rc && p->regional ? offer_mode(world, COOP_MODE_REGIONAL) : rc;
}
