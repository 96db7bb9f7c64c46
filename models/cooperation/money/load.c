/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People and money of a donor that running projects bind, its own and those that it joins. */
#include "models/cooperation/money/load.h"

/* Of a firm's project the city only holds the workshops (M30; sign S, size A). */
static const double firm_people = 0.2;

double coop_load_people(const sim_world_t *world, bool firm) {
    return coop_params(world)->staff.project_fte * (firm ? firm_people : 1);
}

double coop_load_rate(const sim_world_t *world, uint32_t j, int64_t own) {
    const coop_project_t *p = &coop_state(world)->project;
    int64_t yearly = own * world->clock.steps_per_year / (p->planned[j] - p->start[j]);
    return (double)yearly;
}

static void bind(sim_world_t *world, uint32_t d) {
    coop_donor_t *donor = &coop_state(world)->donor;
    double full = (double)donor->load[d] / COOP_FULL_LOAD;
    donor->fte_bound[d] = full * coop_load_people(world, false) +
                          donor->n_firm_projects[d] * coop_load_people(world, true);
}

void coop_load_renew(sim_world_t *world) {
    for (uint32_t d = 0; d < coop_state(world)->n_donors; d++)
        bind(world, d);
}

void coop_load_change(sim_world_t *world, uint32_t d, const coop_load_t *load, int sign) {
    coop_donor_t *donor = &coop_state(world)->donor;
    uint32_t times = (uint32_t)sign; /* modulo 2^32, as the sums */
    donor->n_projects[d] += times * load->projects;
    donor->n_firm_projects[d] += times * load->firm_projects;
    donor->load[d] += times * load->people;
    donor->commitment[d] += sign * load->yen;
    bind(world, d);
}

/* Its projects and what it joined have gone over by now. */
int coop_load_inherit(sim_world_t *world, uint32_t from, uint32_t heir) {
    (void)heir;
    coop_state(world)->donor.fte_bound[from] = coop_state(world)->donor.commitment[from] = 0;
    return 0;
}
