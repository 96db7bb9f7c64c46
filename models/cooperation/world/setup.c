/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The initial state of a replicate, by each process. */
#include <math.h>

#include "models/cooperation/cooperation.h"

uint32_t coop_place_at(const double *cumulative, uint32_t n, double target) {
    uint32_t low = 0, high = n - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (cumulative[middle] > target)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

enum { STRETCH = 8, PAIRS = STRETCH / 2 };
typedef double pair_t __attribute__((vector_size(2 * sizeof(double))));
typedef int64_t answers_t __attribute__((vector_size(2 * sizeof(int64_t))));

/* Whether any of a stretch is before `end`, two at a time, which every processor can do. */
static inline bool any_before(const double time[STRETCH], double end) {
    const pair_t ends = {end, end};
    answers_t before[PAIRS];
    for (int k = 0; k < PAIRS; k++) {
        pair_t pair = {time[2 * k], time[2 * k + 1]};
        before[k] = pair < ends;
    }
    answers_t any = before[0] | before[1] | before[2] | before[3];
    return any[0] | any[1];
}

uint32_t coop_list_due(const double *time, uint32_t n, double end, uint32_t *due) {
    uint32_t n_due = 0, from = 0;
    for (; from + STRETCH <= n; from += STRETCH) {
        if (!any_before(time + from, end))
            continue; /* most of them */
        for (uint32_t k = from; k < from + STRETCH; k++) {
            due[n_due] = k;
            n_due += time[k] < end;
        }
    }
    for (; from < n; from++) {
        due[n_due] = from;
        n_due += time[from] < end;
    }
    return n_due;
}

void coop_live_uniforms(const sim_world_t *world, const sim_rng_t *rng, coop_live_t of, uint32_t k,
                        double u[COOP_BATCH]) {
    const sim_network_ties_t *ties = world->ties;
    const uint32_t *live = ties->live[of.kind] + k, left = ties->n_live[of.kind] - k;
    uint32_t n = left < COOP_BATCH ? left : COOP_BATCH;
    uint32_t donor[COOP_BATCH] = {0}, partner[COOP_BATCH] = {0}, high[COOP_BATCH], low[COOP_BATCH];
    for (uint32_t i = 0; i < n; i++) {
        donor[i] = ties->from[live[i]];
        partner[i] = ties->to[live[i]] - of.first_to;
    }
    sim_rng_fill_pairs_at(rng, of.index, donor, partner, n, high, low);
    for (uint32_t i = 0; i < n; i++)
        u[i] = sim_rng_unit(high[i], low[i]);
}

static int list_ties(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    static const uint8_t by_end[] = {COOP_TIE_COOPERATION, COOP_TIE_SISTER, COOP_TIE_MEMBERSHIP};
    int rc = 0;
    for (size_t k = 0; k < sizeof by_end && !rc; k++)
        rc = sim_network_ties_by_end(world->ties, by_end[k], pop->n_agents);
    return rc;
}

int coop_changed(sim_world_t *world) {
    static void (*const renew[])(sim_world_t *) = {
#define RENEW(FUNCTION) FUNCTION,
#include "models/cooperation/processes.def"
    };
    for (size_t k = 0; k < sizeof renew / sizeof *renew; k++)
        renew[k](world);
    coop_state(world)->offers_known = false;
    return 0;
}

int coop_each(sim_world_t *world, int (*const hook[])(sim_world_t *), size_t n) {
    int rc = 0;
    for (size_t k = 0; k < n && !rc; k++)
        rc = hook[k](world);
    return rc;
}

int coop_setup(sim_world_t *world) {
    static int (*const setup[])(sim_world_t *) = {
#define SETUP(FUNCTION) FUNCTION,
#include "models/cooperation/phases.def"
    };
    coop_state_t *s = coop_state(world);
    int rc = list_ties(world);
    if (rc)
        return rc;
    for (int n = 0; n < COOP_LOGS; n++)
        s->log1p_of[n] = sim_math_log1p(n);
    return coop_each(world, setup, sizeof setup / sizeof *setup);
}
