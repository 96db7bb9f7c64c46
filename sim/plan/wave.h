/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The waves of a sweep that grows: designs over one scenario that were added to one file one after
 * the other. A point is its values, so that a wave makes only the points and replicates that the
 * file does not have. Its runs go in rounds: replicate 0 of the points that lack it, then replicate
 * 1, ...; they follow those of the waves before. So a sweep that is cut short is balanced over its
 * points, and further replicates go on where the last ended. */
#ifndef SIM_PLAN_WAVE_H
#define SIM_PLAN_WAVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Places of the design that have runs from replicate `since` on, in their order. */
typedef struct {
    uint64_t since, start; /* start: runs of the wave before that replicate */
    uint32_t *place;       /* NULL: all */
    uint64_t count;
} sim_plan_rounds_of_t;

/* Zeroed but for points and runs it is the first wave of a file. */
typedef struct {
    int64_t id;         /* from 1 */
    uint64_t first_run; /* runs of the waves before */
    uint64_t runs;      /* its own, of all shards */
    uint64_t points;    /* places of the design */
    uint64_t reps;
    int64_t found;        /* seeds of points' own, no runs: the wave that has the points; else 0 */
    uint64_t first_point; /* points of the waves before */
    uint64_t added;       /* points that are its own */
    uint32_t *point;      /* by place: number of the point in the file, from 0; NULL: the place */
    uint32_t *has; /* by place: replicates that the file has; reps: also the place's that is a
                      point of an earlier place; NULL: none */
    sim_plan_rounds_of_t *rounds; /* in the order of `since`; NULL: all places from 0 on */
    size_t n_rounds;
} sim_plan_wave_t;

/* The first wave of a file. */
sim_plan_wave_t sim_plan_wave_first(uint64_t points, uint64_t reps);

/* Which place of the design, and which of its replicates, the k-th run of the wave is. */
uint64_t sim_plan_wave_run(const sim_plan_wave_t *wave, uint64_t k, uint64_t *rep);

/* The number of the point at a place, in the file, from 0. */
static inline uint64_t sim_plan_wave_point(const sim_plan_wave_t *wave, uint64_t place) {
    return wave->point ? wave->point[place] : place;
}

/* The number of a run in a design of so many points: round by round of all places; and back. */
static inline uint64_t sim_plan_design_number(uint64_t points, uint64_t place, uint64_t rep) {
    return rep * points + place;
}
static inline uint64_t sim_plan_design_place(uint64_t points, uint64_t number, uint64_t *rep) {
    *rep = number / points;
    return number % points;
}

/* How many of its runs a shard has, and the number in the file, from 0, of the shard's j-th. Shard
 * i of N has the runs whose number in the file is i - 1 modulo N. */
uint64_t sim_plan_wave_share(const sim_plan_wave_t *wave, uint32_t shard, uint32_t shards);
uint64_t sim_plan_wave_number(const sim_plan_wave_t *wave, uint32_t shard, uint32_t shards,
                              uint64_t j);

/* Counts the runs and fills rounds, from points, reps, first_run and has. SIM_ERR_MEMORY. */
int sim_plan_wave_plan(sim_plan_wave_t *wave);

void sim_plan_wave_free(sim_plan_wave_t *wave);

#endif
