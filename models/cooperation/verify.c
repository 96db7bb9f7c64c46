/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold after every step, whatever the parameters. */
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

int coop_verify(const sim_world_t *world) {
    int rc = verify_money(world);
    return rc ? rc : verify_counts(world);
}
