/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked of many at a time. */
#include "sim/network/ties.h"
#include "sim/rng/rng.h"
#include "sim/schedule/hooks.h"

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

uint32_t sim_schedule_due(const double *time, uint32_t n, double end, uint32_t *due) {
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

void sim_world_tie_uniforms(const sim_world_t *world, const sim_rng_t *rng,
                            sim_world_tie_draws_t of, uint32_t k, double u[SIM_WORLD_BATCH]) {
    const sim_network_ties_t *ties = world->ties;
    const uint32_t *live = ties->live[of.kind] + k, left = ties->n_live[of.kind] - k;
    uint32_t n = left < SIM_WORLD_BATCH ? left : SIM_WORLD_BATCH;
    uint32_t from[SIM_WORLD_BATCH] = {0}, to[SIM_WORLD_BATCH] = {0}, high[SIM_WORLD_BATCH],
             low[SIM_WORLD_BATCH];
    for (uint32_t i = 0; i < n; i++) {
        from[i] = ties->from[live[i]];
        to[i] = ties->to[live[i]] - of.first_to;
    }
    sim_rng_fill_pairs(rng, (sim_rng_pairs_t){from, to, of.index}, n, high, low);
    for (uint32_t i = 0; i < n; i++)
        u[i] = sim_rng_unit(high[i], low[i]);
}
