/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The schemes (M25, M26, M28, M30): one table says what each asks for, and who may apply where for
 * what is read from it here and nowhere else. */
#include <string.h>

#include "models/cooperation/money/schemes.h"
#include "models/cooperation/money/works.h"
#include "models/cooperation/ties/relations.h"

/* M25-M28; what says nothing else is A: so are all rates of proposals (firms help with MoE's), and
 * of the minor schemes, which take a project a year, the money and the part that consultants lead
 * (as of JICA's local type). The main ones have their money from parameters. */
#define SCHEME(ID, FUNDER, DONORS, COUNTRIES, WORK, PROPOSALS, SHORTEST, LONGEST, LED, ...)        \
    [COOP_SCHEME_##ID] = {.account = COOP_ACCOUNT_##FUNDER,                                        \
                          .who = COOP_WHO_##DONORS,                                                \
                          .where = COOP_WHERE_##COUNTRIES,                                         \
                          .kind = COOP_WORK_##WORK,                                                \
                          .proposal = PROPOSALS,                                                   \
                          .length_min = SHORTEST,                                                  \
                          .length_max = LONGEST,                                                   \
                          .led = LED,                                                              \
                          __VA_ARGS__},
#define MINOR(BUDGET, FROM, CEILING)                                                               \
    .budget = BUDGET, .slots = 1, .from_year = FROM, .ceiling = CEILING

/* clang-format off */
const coop_scheme_t coop_scheme_table[COOP_N_SCHEMES] = {
    /* Two to three years; Naha and Hoi An had two projects and a third (F); consultants led 9 of 47
     * up to JFY 2017 (D). */
    SCHEME(JICA_LOCAL, JICA, ALL, AID, CONTRIBUTION, 1.2, 2, 3, 0.2, .supplementary = true,
           .renewals = 2)
    /* One year, renewable: Kawasaki and Yangon four years in a row (F); adopted were 3 in the second
     * call of 2014, then 16 and 19; consultants led 16 of 20 studies of FY 2013-17 (D). */
    SCHEME(MOE_JCM, MOE, ALL, JCM, CONSULTATION, 3, 1, 1, 0.8, .supplementary = true,
           .renewals = 3, .ramp = 4, .low_carbon = true, .firms = true)
    /* Grassroots programme (B); the ceiling, five years at most, and two years of record (F). */
    SCHEME(JICA_PARTNER, JICA, RECORD, AID, CONTRIBUTION, 0.3, 3, 5, 0.2,
           MINOR(80e6, 2002, 100e6), .record_years = 2)
    /* Grassroots programme, its ceiling (B; 25 M in its first years, F); three years at most (F). */
    SCHEME(JICA_SUPPORT, JICA, STARTERS, AID, CONTRIBUTION, 0.3, 1, 3, 0.2,
           MINOR(25e6, 2002, 10e6))
    /* Its first year (B); both ceilings and one year (F). */
    SCHEME(CLAIR_MODEL, CLAIR, ALL, ALL, CONTRIBUTION, 0.3, 1, 1, 0,
           MINOR(5e6, 1996, 3e6), .joint = true, .joint_ceiling = 5e6)
    /* No source dates its first study with a city; a study of MoE's, somewhat smaller. */
    SCHEME(METI, METI, ALL, AID, CONSULTATION, 0.3, 1, 1, 0, MINOR(15e6, 2008, 15e6),
           .firms = true)
    [COOP_SCHEME_OWN] = {.kind = COOP_WORK_CONTRIBUTION},
    [COOP_SCHEME_OTHER] = {.kind = COOP_WORK_CONTRIBUTION}};
/* clang-format on */

static const double FOR_EVER = 1e9; /* JFY */

static void set_minor(coop_scheme_t *scheme, const coop_funding_params_t *p) {
    scheme->budget *= p->minor_budget_factor;
    scheme->slots = ceil(scheme->slots * p->minor_budget_factor);
    scheme->until_year = FOR_EVER;
    scheme->cooperatives = p->minor_open_to_cooperatives;
}

static void set_main(coop_scheme_t *scheme, const coop_main_scheme_params_t *p) {
    scheme->budget = p->budget * p->budget_factor;
    scheme->from_year = p->from_year, scheme->until_year = p->until_year;
    scheme->ceiling = p->ceiling;
    scheme->cooperatives = p->cooperatives;
}

void coop_funding_terms(const coop_funding_params_t *p, coop_scheme_t scheme[COOP_N_SCHEMES]) {
    memcpy(scheme, coop_scheme_table, sizeof coop_scheme_table);
    for (int k = 0; k < COOP_SCHEME_OWN; k++) {
        scheme[k].enabled = p->enabled[k];
        if (k < COOP_N_MAIN)
            set_main(&scheme[k], &p->main[k]);
        else
            set_minor(&scheme[k], p);
    }
    scheme[COOP_SCHEME_JICA_LOCAL].special_from = p->jica_special_from;
    scheme[COOP_SCHEME_JICA_LOCAL].special_until = p->jica_special_until;
    scheme[COOP_SCHEME_JICA_LOCAL].special_ceiling = p->jica_special_ceiling;
    scheme[COOP_SCHEME_MOE_JCM].outside = p->moe_outside;
    scheme[COOP_SCHEME_MOE_JCM].least_people = p->moe_least_people;
}

void coop_funding_renew(sim_world_t *world) {
    coop_funding_terms(&coop_params(world)->funding, coop_state(world)->scheme);
}

static const coop_scheme_t *scheme_of(const sim_world_t *world, int scheme) {
    return &coop_state(world)->scheme[scheme];
}

bool coop_funding_open(const sim_world_t *world, int scheme) {
    const coop_scheme_t *p = scheme_of(world, scheme);
    double year = sim_schedule_year(&world->clock, world->clock.step);
    return p->enabled && year >= p->from_year && year < p->until_year;
}

/* An intermediary stands for the NGO that applies with a city (M26), a first project some years
 * ago for its record; a cooperative, where it may apply, does so itself. */
static bool has_record(const sim_world_t *world, int scheme, uint32_t d) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    const coop_population_t *pop = coop_population(world);
    double steps = scheme_of(world, scheme)->record_years * world->clock.steps_per_year;
    bool stands = pop->type[d] == COOP_TYPE_COOPERATIVE ||
                  (coop_params(world)->contacts.intermediaries && pop->intermediary[d]);
    return stands && donor->record[d] && world->clock.step - donor->first_project[d] >= steps;
}

/* M26: a partial cooperative is a local government and applies as one where the scheme is open to
 * it; its members must have let it do the type of work (M38). */
static bool accepts_cooperative(const sim_world_t *world, int scheme, uint32_t c) {
    const coop_scheme_t *p = scheme_of(world, scheme);
    return p->cooperatives && coop_works_open(world, c, p->kind);
}

static bool accepts_donor(const sim_world_t *world, int scheme, uint32_t d) {
    const coop_scheme_t *row = scheme_of(world, scheme);
    const coop_donor_t *donor = &coop_state(world)->donor;
    if (coop_population(world)->type[d] == COOP_TYPE_COOPERATIVE &&
        !accepts_cooperative(world, scheme, d))
        return false;
    if (donor->population[d] < row->least_people)
        return false;
    return row->who == COOP_WHO_ALL || (row->who == COOP_WHO_STARTERS && !donor->record[d]) ||
           (row->who == COOP_WHO_RECORD && has_record(world, scheme, d));
}

double coop_funding_preference(const sim_world_t *world, int scheme, uint32_t country) {
    const coop_country_t *c = &coop_population(world)->country[country];
    double year = sim_schedule_year(&world->clock, world->clock.step);
    switch (coop_scheme_table[scheme].where) {
    case COOP_WHERE_AID:
        return c->jica;
    case COOP_WHERE_JCM:
        return c->jcm && year >= c->jcm_from ? 1 : scheme_of(world, scheme)->outside;
    default:
        return 1;
    }
}

static bool accepts_country(const sim_world_t *world, int scheme, uint32_t country) {
    return coop_funding_preference(world, scheme, country) > 0;
}

bool coop_funding_accepts(const sim_world_t *world, int scheme, uint32_t d, uint32_t i) {
    uint32_t country = coop_population(world)->country_of[i];
    return accepts_donor(world, scheme, d) && accepts_country(world, scheme, country) &&
           !coop_relations_soured(world, country); /* M32 */
}

bool coop_funding_eligible(const sim_world_t *world, int scheme, uint32_t d, uint32_t i) {
    return coop_funding_open(world, scheme) && coop_funding_accepts(world, scheme, d, i);
}

bool coop_funding_any(const sim_world_t *world, uint32_t d, uint32_t i) {
    for (int scheme = 0; scheme < COOP_SCHEME_OWN; scheme++)
        if (coop_funding_eligible(world, scheme, d, i))
            return true;
    return false;
}

static bool sends(const sim_world_t *world, int scheme) {
    return coop_scheme_table[scheme].where != COOP_WHERE_ALL && coop_funding_open(world, scheme);
}

bool coop_funding_sends(const sim_world_t *world) {
    for (int scheme = 0; scheme < COOP_SCHEME_OWN; scheme++)
        if (sends(world, scheme))
            return true;
    return false;
}

bool coop_funding_works_in(const sim_world_t *world, uint32_t country) {
    for (int scheme = 0; scheme < COOP_SCHEME_OWN; scheme++)
        if (sends(world, scheme) && accepts_country(world, scheme, country))
            return true;
    return false;
}
