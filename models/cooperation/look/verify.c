/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold after every step, whatever the parameters: here of several processes, else a
 * VERIFY row of the process. */
#include "models/cooperation/cooperation.h"

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

int coop_verify(const sim_world_t *world) {
    static const struct {
        int (*check)(const sim_world_t *);
        const char *problem;
    } all[] = {
        {verify_counts, "ties, projects or mandates that are counted are not those that "
                        "there are, or know-how or priority is outside 0..1"},
        {verify_gone, "an agent that has ended has something left"},
#define VERIFY(FUNCTION, PROBLEM) {FUNCTION, PROBLEM},
#include "models/cooperation/processes.def"
    };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        int rc = all[k].check(world);
        if (rc)
            return sim_world_fail(world, rc, "%s", all[k].problem);
    }
    return SIM_OK;
}
