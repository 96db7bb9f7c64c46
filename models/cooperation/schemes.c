/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The schemes (M25, M26, M28, M30): one table says what each asks for, and who may apply where for
 * what is read from it here and nowhere else. */
#include "models/cooperation/cooperation.h"

const coop_scheme_t coop_scheme_table[COOP_N_SCHEMES] = {
    [COOP_SCHEME_JICA_LOCAL] = {.prefix = "jica",
                                .account = COOP_ACCOUNT_JICA,
                                .where = COOP_WHERE_AID,
                                .kind = COOP_WORK_CONTRIBUTION},
    [COOP_SCHEME_MOE_JCM] = {.prefix = "moe",
                             .account = COOP_ACCOUNT_MOE,
                             .where = COOP_WHERE_JCM,
                             .low_carbon = true,
                             .firms = true,
                             .kind = COOP_WORK_CONSULTATION},
    [COOP_SCHEME_JICA_PARTNER] = {.prefix = "partner",
                                  .account = COOP_ACCOUNT_JICA,
                                  .who = COOP_WHO_RECORD,
                                  .where = COOP_WHERE_AID,
                                  .kind = COOP_WORK_CONTRIBUTION},
    [COOP_SCHEME_JICA_SUPPORT] = {.prefix = "support",
                                  .account = COOP_ACCOUNT_JICA,
                                  .who = COOP_WHO_STARTERS,
                                  .where = COOP_WHERE_AID,
                                  .kind = COOP_WORK_CONTRIBUTION},
    [COOP_SCHEME_CLAIR_MODEL] = {.prefix = "clair",
                                 .account = COOP_ACCOUNT_CLAIR,
                                 .joint = true,
                                 .kind = COOP_WORK_CONTRIBUTION},
    [COOP_SCHEME_METI] = {.prefix = "meti",
                          .account = COOP_ACCOUNT_METI,
                          .where = COOP_WHERE_AID,
                          .firms = true,
                          .kind = COOP_WORK_CONSULTATION},
    [COOP_SCHEME_OWN] = {.prefix = "own", .kind = COOP_WORK_CONTRIBUTION},
    [COOP_SCHEME_OTHER] = {.prefix = "other", .kind = COOP_WORK_CONTRIBUTION}};

static const coop_scheme_params_t *params_of(const sim_world_t *world, int scheme) {
    return &coop_params(world)->funding.scheme[scheme];
}

bool coop_funding_open(const sim_world_t *world, int scheme) {
    const coop_scheme_params_t *p = params_of(world, scheme);
    double year = sim_schedule_year(&world->clock, world->clock.step);
    return p->enabled && year >= p->from_year && year < p->until_year;
}

/* An intermediary stands for the NGO that applies with a city (M26), a first project some years
 * ago for its record; a cooperative, where it may apply, does so itself. */
static bool has_record(const sim_world_t *world, int scheme, uint32_t d) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    const coop_population_t *pop = coop_population(world);
    double steps = params_of(world, scheme)->record_years * world->clock.steps_per_year;
    bool stands = pop->type[d] == COOP_TYPE_COOPERATIVE ||
                  (coop_params(world)->contacts.intermediaries && pop->intermediary[d]);
    return stands && donor->record[d] && world->clock.step - donor->first_project[d] >= steps;
}

/* M26: a partial cooperative is a local government and applies as one where the scheme is open to
 * it; its members must have let it do the type of work (M38). */
static bool accepts_cooperative(const sim_world_t *world, int scheme, uint32_t c) {
    return params_of(world, scheme)->cooperatives &&
           coop_works_open(world, c, coop_scheme_table[scheme].kind);
}

static bool accepts_donor(const sim_world_t *world, int scheme, uint32_t d) {
    const coop_scheme_t *row = &coop_scheme_table[scheme];
    const coop_donor_t *donor = &coop_state(world)->donor;
    if (coop_population(world)->type[d] == COOP_TYPE_COOPERATIVE &&
        !accepts_cooperative(world, scheme, d))
        return false;
    if (donor->population[d] < params_of(world, scheme)->least_people)
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
        return c->jcm && year >= c->jcm_from ? 1 : params_of(world, scheme)->outside;
    default:
        return 1;
    }
}

static bool accepts_country(const sim_world_t *world, int scheme, uint32_t country) {
    return coop_funding_preference(world, scheme, country) > 0;
}

bool coop_funding_accepts(const sim_world_t *world, int scheme, uint32_t d, uint32_t i,
                          int sector) {
    uint32_t country = coop_population(world)->country_of[i];
    bool pays_for = !coop_scheme_table[scheme].low_carbon || sector == COOP_SECTOR_AIR ||
                    params_of(world, scheme)->any_sector;
    return pays_for && accepts_donor(world, scheme, d) && accepts_country(world, scheme, country) &&
           !coop_relations_soured(world, country); /* M32 */
}

bool coop_funding_eligible(const sim_world_t *world, int scheme, uint32_t d, uint32_t i,
                           int sector) {
    return coop_funding_open(world, scheme) && coop_funding_accepts(world, scheme, d, i, sector);
}

bool coop_funding_any(const sim_world_t *world, uint32_t d, uint32_t i, int sector) {
    for (int scheme = 0; scheme < COOP_SCHEME_OWN; scheme++)
        if (coop_funding_eligible(world, scheme, d, i, sector))
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

bool coop_funding_none(const sim_world_t *world, uint32_t d, uint32_t i, int sector) {
    return !coop_budget_affords(world, d, coop_params(world)->funding.own_cost) &&
           !coop_funding_any(world, d, i, sector);
}
