/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ladder of M20: friendship, exchange, trainees, project, programme. Each rung needs trust, and
 * the next one comes after years: climbing is a Poisson event once the trust is there. A first
 * grant takes a tie to `project` (projects.c); long success makes it a programme, which is
 * institutionalised. */
#include <math.h>

#include "models/cooperation/cooperation.h"

static bool ready_for_programme(const sim_world_t *world, uint32_t tie) {
    const coop_ladder_params_t *p = &coop_params(world)->ladder;
    const sim_network_ties_t *ties = world->ties;
    return ties->stage[tie] == COOP_STAGE_PROJECT && ties->trust[tie] >= p->programme_trust &&
           coop_state(world)->donor.record[ties->donor[tie]] >= p->programme_projects;
}

double coop_ladder_bonding(const sim_world_t *world, uint32_t tie) {
    const sim_network_ties_t *ties = world->ties;
    double weight = coop_params(world)->ladder.bonding;
    uint32_t i = ties->partner[tie] - coop_population(world)->n_donors;
    return weight > 0 ? 1 + weight * coop_effects_closure(world, ties->donor[tie], i) : 1;
}

double coop_ladder_bonding_at_most(const sim_world_t *world, uint32_t tie) {
    uint32_t i = world->ties->partner[tie] - coop_population(world)->n_donors;
    return 1 + coop_params(world)->ladder.bonding *
                   coop_log1p(world, coop_state(world)->partner.n_ties[i] - 1);
}

bool coop_ladder_occurs(const sim_world_t *world, uint32_t tie, double u, double x) {
    return coop_occurs(u, x) || coop_occurs(u, x * coop_ladder_bonding(world, tie));
}

static bool climbs(const sim_world_t *world, uint32_t tie) {
    const coop_ladder_params_t *p = &coop_params(world)->ladder;
    const sim_network_ties_t *ties = world->ties;
    bool trainees =
        ties->stage[tie] == COOP_STAGE_EXCHANGE && ties->trust[tie] >= p->trainees_trust;
    if (!trainees && !ready_for_programme(world, tie))
        return false;
    sim_rng_draw_t draw =
        sim_world_draw(world, COOP_DRAW_LADDER, ties->donor[tie], ties->partner[tie]);
    double u = sim_rng_uniform(&draw), mean = p->rate / world->clock.steps_per_year;
    return coop_occurs(u, mean * coop_ladder_bonding_at_most(world, tie)) &&
           coop_ladder_occurs(world, tie, u, mean);
}

int coop_ladder_step(sim_world_t *world) {
    sim_network_ties_t *ties = world->ties;
    const uint32_t *live = ties->live[COOP_TIE_COOPERATION];
    for (uint32_t k = 0; k < ties->n_live[COOP_TIE_COOPERATION]; k++) {
        uint32_t tie = live[k];
        if (!climbs(world, tie))
            continue;
        sim_network_tie_stage(ties, tie, ties->stage[tie] + 1, world->clock.step);
        if (ties->stage[tie] == COOP_STAGE_TRAINEES)
            coop_works_count(world, ties->donor[tie], COOP_WORK_CONTRIBUTION); /* M38 */
        if (ties->stage[tie] == COOP_STAGE_PROGRAMME)
            ties->institutionalised[tie] = 1;
    }
    return 0;
}
