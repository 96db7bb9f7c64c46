/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/rng/watch.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 1024 };

static size_t place_of(const sim_rng_watch_t *watch, const philox4x32_ctr_t *counter) {
    uint64_t mixed = 0;
    for (int i = 0; i < 4; i++)
        mixed = (mixed ^ counter->v[i]) * UINT64_C(0x9e3779b97f4a7c15), mixed ^= mixed >> 32;
    size_t at = mixed & (watch->room - 1);
    while (watch->full[at] && memcmp(&watch->taken[at], counter, sizeof *counter) != 0)
        at = (at + 1) & (watch->room - 1);
    return at;
}

static void insert(sim_rng_watch_t *watch, const philox4x32_ctr_t *counter) {
    size_t at = place_of(watch, counter);
    if (watch->full[at] && !watch->any) {
        watch->twice = *counter;
        watch->any = true;
    }
    watch->count += !watch->full[at];
    watch->taken[at] = *counter;
    watch->full[at] = 1;
}

static bool grow(sim_rng_watch_t *watch) {
    sim_rng_watch_t old = *watch;
    watch->room = old.room ? 2 * old.room : FIRST_ROOM;
    watch->taken = malloc(watch->room * sizeof *watch->taken);
    watch->full = calloc(watch->room, sizeof *watch->full);
    if (!watch->taken || !watch->full) {
        sim_rng_watch_free(watch);
        *watch = old;
        watch->no_memory = true;
        return false;
    }
    watch->count = 0;
    for (size_t i = 0; i < old.room; i++)
        if (old.full[i])
            insert(watch, &old.taken[i]);
    sim_rng_watch_free(&old);
    return true;
}

void sim_rng_note(const sim_rng_t *rng, uint32_t a, uint32_t b, uint32_t index) {
    sim_rng_watch_t *watch = sim_rng_noted(rng) ? rng->watch : NULL;
    const philox4x32_ctr_t counter = {{a, b, rng->step, rng->purpose << 16 | index}};
    if (watch && (2 * watch->count < watch->room || grow(watch)))
        insert(watch, &counter);
}

static bool comes_before(const sim_rng_fault_t *fault, const sim_rng_fault_t *other) {
    if (fault->purpose != other->purpose)
        return fault->purpose < other->purpose;
    return fault->a != other->a ? fault->a < other->a : fault->b < other->b;
}

static void keep(sim_rng_watch_t *watch, const sim_rng_fault_t *fault) {
    if (!watch)
        return;
    sim_rng_fault_t own = *fault;
    own.purpose &= ~SIM_RNG_CHECKED;
#pragma omp critical(sim_rng_fault)
    if (!watch->fault.given || comes_before(&own, &watch->fault))
        watch->fault = own;
}

void sim_rng_fail(const sim_rng_draw_t *draw, const char *given, double value,
                  const char *allowed) {
    keep(draw->rng.watch,
         &(sim_rng_fault_t){given, allowed, value, draw->rng.purpose, draw->a, draw->b});
}

void sim_rng_bad_chance(sim_rng_watch_t *watch, uint32_t purpose, uint32_t a, uint32_t b,
                        double p) {
    const double rounding = 1e-9;
    if (!(p >= -rounding && p <= 1 + rounding))
        keep(watch, &(sim_rng_fault_t){"sim_rng_chance() got a probability of",
                                       "it must lie between 0 and 1", p, purpose, a, b});
}

void sim_rng_bad_below(sim_rng_watch_t *watch, uint32_t purpose, uint32_t a, uint32_t b) {
    keep(watch, &(sim_rng_fault_t){"sim_rng_below() was to choose one of",
                                   "there must be one at least", 0, purpose, a, b});
}

void sim_rng_watch_clear(sim_rng_watch_t *watch) {
    watch->fault = (sim_rng_fault_t){0};
    if (watch->room)
        memset(watch->full, 0, watch->room);
    watch->count = 0;
    watch->any = watch->no_memory = false;
}

void sim_rng_watch_free(sim_rng_watch_t *watch) {
    free(watch->taken);
    free(watch->full);
    *watch = (sim_rng_watch_t){.fault = watch->fault, .notes = watch->notes};
}
