/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold after every step, whatever the parameters. */
#include <math.h>

#include "models/cooperation/cooperation.h"

/* Accounts sum to zero, and each account is what its holders hold. */
static int verify_money(const sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    const coop_state_t *s = coop_state(world);
    int64_t sum = 0, held[COOP_N_ACCOUNTS] = {0};
    for (int a = 0; a < COOP_N_ACCOUNTS; a++)
        sum += s->balance[a];
    for (uint32_t d = 0; d < s->n_donors; d++) {
        if (s->donor.purse[d] < 0)
            return SIM_ERR_VERIFY;
        held[coop_ledger_account(pop, d)] += s->donor.purse[d];
    }
    for (uint32_t k = 0; k < s->project.n_running; k++) {
        uint32_t j = s->project.running[k];
        held[coop_scheme_table[s->project.scheme[j]].account] += s->project.grant_left[j];
    }
    bool good = sum == 0 && s->balance[COOP_ACCOUNT_PROJECTS] == 0;
    for (int a = COOP_ACCOUNT_JICA; a <= COOP_ACCOUNT_COOPERATIVES; a++)
        good = good && s->balance[a] == held[a];
    return good ? 0 : SIM_ERR_VERIFY;
}

static int verify_counts(const sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    const coop_state_t *s = coop_state(world);
    const sim_network_ties_t *ties = world->ties;
    uint64_t donor = 0, partner = 0, projects = 0, abroad = 0;
    for (uint32_t d = 0; d < s->n_donors; d++) {
        donor += s->donor.n_ties[d], projects += s->donor.n_projects[d],
            abroad += s->donor.mandate[d];
        for (int k = 0; k < COOP_N_SECTORS; k++)
            if (!(s->donor.knowhow[k][d] >= 0 && s->donor.knowhow[k][d] <= 1))
                return SIM_ERR_VERIFY;
        if (!(s->donor.priority[d] >= 0 && s->donor.priority[d] <= 1))
            return SIM_ERR_VERIFY;
    }
    for (uint32_t i = 0; i < pop->n_partners; i++)
        partner += s->partner.n_ties[i];
    uint64_t live = ties->n_live[COOP_TIE_COOPERATION];
    return donor == live && partner == live && projects == s->project.n_running &&
                   abroad == s->abroad
               ? 0
               : SIM_ERR_VERIFY;
}

static bool has_nothing(const coop_donor_t *donor, uint32_t d) {
    return !donor->n_ties[d] && !donor->n_projects[d] && !donor->purse[d] && !donor->voted[d] &&
           !donor->n_contacts[d] && !donor->mandate[d] && !donor->plants[d] &&
           donor->population[d] == 0 && donor->junior[d] == 0 && donor->senior[d] == 0 &&
           isinf(donor->next_renewal[d]);
}

/* What exists no more has nothing. */
static int verify_gone(const sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    const coop_state_t *s = coop_state(world);
    const coop_donor_t *donor = &s->donor;
    uint32_t cooperatives = 0, merged = 0;
    for (uint32_t d = 0; d < s->n_donors; d++) {
        uint32_t members = 0;
        if (d >= pop->first_cooperative)
            (void)coop_members(world, d, &members), cooperatives += donor->exists[d];
        else
            merged += !donor->exists[d];
        if (!donor->exists[d] && (members || !has_nothing(donor, d)))
            return SIM_ERR_VERIFY;
    }
    return cooperatives == s->cooperatives && merged == pop->n_municipalities - s->municipalities
               ? 0
               : SIM_ERR_VERIFY;
}

/* What running projects and joining members (M39) load on each donor. */
static void weigh_loads(const sim_world_t *world, double *yen, uint32_t *load) {
    const coop_state_t *s = coop_state(world);
    const coop_project_t *p = &s->project;
    for (uint32_t k = 0; k < p->n_running; k++) {
        uint32_t j = p->running[k], d = p->donor[j];
        load[d] += p->load[j], yen[d] += coop_projects_own_rate(world, j, p->own[j]);
    }
    for (uint32_t k = 0; k < s->joint.count; k++) {
        uint32_t m = s->joint.member[k], j = s->joint.project[k];
        load[m] += s->joint.load[k], yen[m] += coop_projects_own_rate(world, j, s->joint.own[k]);
    }
}

/* People and own money promised are those of running projects, to the last yen. */
static int verify_loads(const sim_world_t *world) {
    const coop_state_t *s = coop_state(world);
    double *yen = s->weight;
    uint32_t *load = s->window;
    bool good = true;
    for (uint32_t k = 0; k < s->joint.count; k++)
        good = good && s->project.outcome[s->joint.project[k]] == COOP_OUTCOME_RUNNING &&
               s->donor.exists[s->joint.member[k]];
    for (uint32_t d = 0; d < s->n_donors; d++)
        yen[d] = 0;
    weigh_loads(world, yen, load);
    for (uint32_t d = 0; d < s->n_donors; d++) {
        good = good && yen[d] == s->donor.commitment[d] && load[d] == s->donor.load[d];
        load[d] = 0; /* as others expect it */
    }
    return good ? 0 : SIM_ERR_VERIFY;
}

/* More than contribution is for those with a mandate. */
static int verify_scope(const sim_world_t *world) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    for (uint32_t d = 0; d < coop_state(world)->n_donors; d++)
        if (donor->scope[d] >= COOP_N_WORKS || (donor->scope[d] && !donor->mandate[d]))
            return SIM_ERR_VERIFY;
    return 0;
}

/* An association (M40) that is not founded has no tie; of one that is, need and capacity follow
 * from the members. */
static int verify_associations(const sim_world_t *world) {
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
            good = good && partner->need[k][a] == coop_associations_need(world, a, k);
    }
    for (uint32_t d = 0; d < s->n_donors; d++)
        good = good && s->donor.governance[d] >= 0 && s->donor.governance[d] <= 1 &&
               (s->donor.governance[d] == 0 || d >= pop->first_cooperative);
    return good && found == s->associations ? 0 : SIM_ERR_VERIFY;
}

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
static int verify_members(const sim_world_t *world) {
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
static int verify_keepers(const sim_world_t *world) {
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

/* What governments do as one: their ties are live and regional, nobody is in them twice, and nobody
 * works with their partner besides. */
static bool is_member(const sim_world_t *world, uint32_t k) {
    const coop_league_t *league = &coop_state(world)->league;
    const sim_network_ties_t *ties = world->ties;
    uint32_t tie = league->tie[k], m = league->member[k];
    bool good =
        ties->terminus[tie] == SIM_NETWORK_OPEN && coop_forms_several(world, tie) &&
        coop_state(world)->donor.exists[m] && m < coop_population(world)->first_cooperative &&
        sim_network_tie_find(ties, COOP_TIE_COOPERATION, m, ties->partner[tie]) == SIM_NETWORK_NONE;
    for (uint32_t other = 0; other < k && good; other++)
        good =
            league->member[other] != m || ties->partner[league->tie[other]] != ties->partner[tie];
    return good;
}

/* Every live cooperation tie has the form that its mode says. */
static int verify_forms(const sim_world_t *world) {
    const sim_network_ties_t *ties = world->ties;
    bool good = true;
    for (uint32_t k = 0; k < coop_state(world)->league.count; k++)
        good = good && is_member(world, k);
    for (uint32_t k = 0; k < ties->n_live[COOP_TIE_COOPERATION]; k++) {
        uint32_t tie = ties->live[COOP_TIE_COOPERATION][k];
        bool single = ties->form[tie] == COOP_TIE_FORM_SINGLE;
        good = good && ties->form[tie] < COOP_N_TIE_FORMS &&
               single == (ties->mode[tie] == COOP_MODE_CITY_TO_CITY);
    }
    return good ? 0 : SIM_ERR_VERIFY;
}

int coop_verify(const sim_world_t *world) {
    static const struct {
        int (*check)(const sim_world_t *);
        const char *what;
    } all[] = {{verify_money, "the accounts do not sum to zero, or an account is not what its "
                              "holders hold"},
               {verify_counts, "ties, projects or mandates that are counted are not those that "
                               "there are, or know-how or priority is outside 0..1"},
               {verify_gone, "an agent that has ended has something left"},
               {verify_members, "the members of a cooperative are not those of its ties"},
               {verify_keepers, "the keeper of a plant has no right to it"},
               {verify_loads, "people or own money promised are not those of running projects"},
               {verify_scope, "an agent without a mandate does more than contribute"},
               {verify_forms, "a form of several governments is not that of its tie or members"},
               {verify_associations, "an association's ties, need or governance are not those of "
                                     "its members"}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        int rc = all[k].check(world);
        if (rc)
            return sim_world_fail(world, rc, "%s", all[k].what);
    }
    return SIM_OK;
}
