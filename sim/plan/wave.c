/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/plan/wave.h"

#include <stdlib.h>

#include "sim/base/error.h"
#include "sim/base/list.h"

sim_plan_wave_t sim_plan_wave_first(uint64_t points, uint64_t reps) {
    return (sim_plan_wave_t){
        .id = 1, .runs = points * reps, .points = points, .reps = reps, .added = points};
}

uint64_t sim_plan_wave_run(const sim_plan_wave_t *wave, uint64_t k, uint64_t *rep) {
    if (!wave->rounds)
        return sim_plan_design_place(wave->points, k, rep);
    size_t at = wave->n_rounds - 1;
    while (at > 0 && wave->rounds[at].start > k)
        at--;
    const sim_plan_rounds_of_t *rounds = &wave->rounds[at];
    *rep = rounds->since + (k - rounds->start) / rounds->count;
    return rounds->place[(k - rounds->start) % rounds->count];
}

/* Of the wave's runs the first one that is the shard's. */
static uint64_t first_of(const sim_plan_wave_t *wave, uint32_t shard, uint32_t shards) {
    return (shards + shard - 1 - wave->first_run % shards) % shards;
}

uint64_t sim_plan_wave_share(const sim_plan_wave_t *wave, uint32_t shard, uint32_t shards) {
    uint64_t before = first_of(wave, shard, shards);
    return wave->runs > before ? (wave->runs - before + shards - 1) / shards : 0;
}

uint64_t sim_plan_wave_number(const sim_plan_wave_t *wave, uint32_t shard, uint32_t shards,
                              uint64_t j) {
    return wave->first_run + first_of(wave, shard, shards) + j * shards;
}

/* ---- planning ---- */

/* The rounds that begin at a replicate, where any place lacks it and has all before. */
static int add_rounds(sim_plan_wave_t *wave, uint64_t since) {
    sim_plan_rounds_of_t *larger = sim_base_grow(wave->rounds, wave->n_rounds, sizeof *larger);
    if (!larger)
        return SIM_ERR_MEMORY;
    wave->rounds = larger;
    sim_plan_rounds_of_t *rounds = &larger[wave->n_rounds];
    *rounds = (sim_plan_rounds_of_t){.since = since, .start = wave->runs};
    rounds->place = malloc((wave->points + 1) * sizeof *rounds->place);
    if (!rounds->place)
        return SIM_ERR_MEMORY;
    wave->n_rounds++;
    for (uint64_t p = 0; p < wave->points; p++)
        if (wave->has[p] <= since)
            rounds->place[rounds->count++] = (uint32_t)p;
    return 0;
}

/* The smallest number of replicates that a place has and that is above `since`; reps when none. */
static uint64_t next_since(const sim_plan_wave_t *wave, int64_t since) {
    uint64_t next = wave->reps;
    for (uint64_t p = 0; p < wave->points; p++)
        if ((int64_t)wave->has[p] > since && wave->has[p] < next)
            next = wave->has[p];
    return next;
}

int sim_plan_wave_plan(sim_plan_wave_t *wave) {
    wave->runs = 0;
    for (uint64_t since = next_since(wave, -1); since < wave->reps;) {
        uint64_t next = next_since(wave, (int64_t)since);
        if (add_rounds(wave, since))
            return SIM_ERR_MEMORY;
        wave->runs += (next - since) * wave->rounds[wave->n_rounds - 1].count;
        since = next;
    }
    return 0;
}

void sim_plan_wave_free(sim_plan_wave_t *wave) {
    for (size_t i = 0; i < wave->n_rounds; i++)
        free(wave->rounds[i].place);
    free(wave->rounds);
    free(wave->point);
    free(wave->has);
    *wave = (sim_plan_wave_t){0};
}
