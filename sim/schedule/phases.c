/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "sim/schedule/phases.h"

#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "sim/base/usage.h"
#include "sim/rng/watch.h"
#include "sim/schedule/apart.h"
#include "sim/schedule/crew.h"
#include "sim/schedule/networks.h"
#include "sim/schedule/next.h"

/* ---- what a hook leaves behind ---- */

static const char *purpose_name(const sim_world_t *world, uint32_t purpose) {
    uint32_t own = purpose - SIM_RNG_PURPOSE_MODEL;
    return own < world->n_purposes && world->model->purposes ? world->model->purposes[own]
                                                             : "of the engine";
}

/* Words that were drawn twice are one draw that looks like two. */
static int check_notes(sim_world_t *world, const sim_rng_watch_t *watch) {
    if (watch->no_memory)
        return SIM_ERR_MEMORY;
    if (!watch->any)
        return SIM_OK;
    const uint32_t *at = watch->twice.v;
    return sim_world_fail(
        world, SIM_ERR_ARGUMENT,
        "purpose %.40s is drawn twice for (%u, %u), which gives the same numbers; "
        "draw all of a decision from one cursor",
        purpose_name(world, at[3] >> 16), at[0], at[1]);
}

static int check_draws(sim_world_t *world, const sim_rng_watch_t *watch) {
    if (!watch)
        return SIM_OK;
    const sim_rng_fault_t *fault = &watch->fault;
    if (fault->given) {
        world->note[0] = '\0'; /* of what came of it */
        return sim_world_fail(world, SIM_ERR_ARGUMENT, "%s %g; %s (purpose %.40s, a %u, b %u)",
                              fault->given, fault->value, fault->allowed,
                              purpose_name(world, fault->purpose), fault->a, fault->b);
    }
    return check_notes(world, watch);
}

/* A model that counts rows itself has columns that do not follow. */
static int check_counts(sim_world_t *world) {
    const sim_state_counted_t *wrong = sim_state_miscounted(world->arrays);
    if (!wrong)
        return SIM_OK;
    return sim_world_fail(world, SIM_ERR_ARGUMENT,
                          "the count of %.40s is %u, but it has %u rows: only sim_world_grow() and "
                          "sim_world_remove() change it",
                          wrong->row->name, sim_state_count_at(world->arrays, wrong->row->offset),
                          wrong->count);
}

_Thread_local sim_schedule_place_t sim_schedule_place;

void sim_schedule_enter(const sim_world_t *world, const char *hook, const char *name) {
    sim_schedule_place = (sim_schedule_place_t){hook, name, world->model->name, world->clock.step};
}

/* Nothing that a hook did wrong is lost with a code that it did not return. */
int sim_schedule_outcome(sim_world_t *world, const char *hook, const char *name, int rc) {
    char reason[sizeof world->note];
    sim_schedule_place.hook = NULL;
    if (rc > 0)
        rc = sim_world_fail(world, SIM_ERR_MODEL,
                            "it returned %d; a hook returns 0 or a negative code", rc);
    rc = sim_schedule_networks_check(world, rc);
    if (rc == SIM_OK)
        rc = check_counts(world);
    if (rc == SIM_OK || (world->faults && world->faults->fault.given))
        rc = check_draws(world, world->faults);
    if (rc == SIM_OK || (world->watch && world->watch->fault.given))
        rc = check_draws(world, world->watch);
    if (rc == SIM_OK && world->note[0])
        rc = SIM_ERR_MODEL;
    if (rc == SIM_OK)
        return rc;
    if (rc < SIM_ERR_TIMEOUT)
        (void)sim_world_fail(world, rc, "it returned %d, which is none of the codes SIM_ERR_...",
                             rc);
    (void)sim_world_fail(world, rc, "%s", sim_base_strerror(rc));
    snprintf(reason, sizeof reason, "%s", world->note);
    snprintf(world->note, sizeof world->note, "%s%.40s of model %.40s: %.150s", hook, name,
             world->model->name, reason);
    return rc;
}

/* ---- running ---- */

enum { FEW = 2048 }; /* items that are not worth waking other threads */

/* Backwards in the twin, which so sees who reads what another one has just written. */
static int each_of_block(sim_world_t *world, const sim_phase_t *phase, size_t first, size_t last) {
    int rc = SIM_OK;
    for (size_t k = 0; k < last - first && rc == SIM_OK; k++)
        rc = phase->each(world, (uint32_t)(world->reverse ? last - 1 - k : first + k));
    return rc;
}

static int decide_some(sim_world_t *world, const sim_phase_t *phase, size_t first, size_t last) {
    int rc = phase->each ? each_of_block(world, phase, first, last)
                         : phase->decide(world, first / SIM_BLOCK, first, last);
    if (rc > 0)
        rc = sim_world_fail(world, SIM_ERR_MODEL,
                            "%s() returned %d; a hook returns 0 or a negative code",
                            phase->each ? "each" : "decide", rc);
    return rc;
}

static int decide_block(sim_world_t *world, const sim_phase_t *phase, size_t block, size_t items) {
    size_t first = block * SIM_BLOCK;
    return decide_some(world, phase, first, items - first < SIM_BLOCK ? items : first + SIM_BLOCK);
}

/* In the twin, backwards in parts whose borders move from step to step: no two may write the same,
 * which no order of theirs would show if they add to it. */
static int decide_apart(sim_world_t *world, const sim_phase_t *phase, size_t items) {
    enum { PARTS = 17 };
    const size_t unit = phase->each ? 1 : SIM_BLOCK, part = items / unit / PARTS + 1;
    size_t some = (size_t)world->clock.step % part + 1;
    sim_schedule_apart_t *apart = sim_schedule_apart_begin(world);
    int rc = apart ? SIM_OK : SIM_ERR_MEMORY;
    for (size_t last = items, first; last > 0 && rc == SIM_OK; last = first, some = part) {
        first = (last - 1) / unit * unit;
        first = first > (some - 1) * unit ? first - (some - 1) * unit : 0;
        for (size_t end = last, from; end > first && rc == SIM_OK; end = from) {
            from = phase->each ? first : (end - 1) / unit * unit;
            rc = decide_some(world, phase, from, end);
        }
        if (rc == SIM_OK)
            rc = sim_schedule_apart_look(apart, world);
    }
    sim_schedule_apart_end(apart);
    return rc;
}

/* The oracle of the parallel loop below: every block runs, whatever the others returned. */
static int decide_serially(sim_world_t *world, const sim_phase_t *phase, size_t items) {
    int worst = SIM_OK;
    size_t blocks = (items + SIM_BLOCK - 1) / SIM_BLOCK;
    for (size_t k = 0; k < blocks; k++) {
        int rc = decide_block(world, phase, k, items);
        worst = rc < worst ? rc : worst;
    }
    return worst;
}

/* Blocks are dealt out some at a time, so that a thread that is held up has few of them. */
enum { DEALS = 16 /* per thread */ };

typedef struct {
    sim_world_t *world;
    const sim_phase_t *phase;
    size_t items, blocks, deal;
    atomic_int worst;
    atomic_size_t first_bad;
} decision_t;

static void decide_deal(void *user, size_t part, int worker) {
    decision_t *all = user;
    size_t end = (part + 1) * all->deal < all->blocks ? (part + 1) * all->deal : all->blocks;
    (void)worker;
    sim_schedule_enter(all->world, "phase ", all->phase->name);
    for (size_t block = part * all->deal; block < end; block++) {
        int rc = decide_block(all->world, all->phase, block, all->items), worst = all->worst;
        size_t bad = all->first_bad;
        while (rc < worst && !atomic_compare_exchange_weak(&all->worst, &worst, rc)) {
        }
        while (rc && block < bad && !atomic_compare_exchange_weak(&all->first_bad, &bad, block)) {
        }
    }
}

static int decide_on_threads(sim_world_t *world, const sim_phase_t *phase, size_t items) {
    size_t blocks = (items + SIM_BLOCK - 1) / SIM_BLOCK;
    size_t deal = blocks / ((size_t)world->threads * DEALS) + 1;
    decision_t all = {world, phase, items, blocks, deal, SIM_OK, SIZE_MAX};
    sim_schedule_crew_run(world->crew, (blocks + deal - 1) / deal, decide_deal, &all);
    if (all.first_bad < blocks && world->note[0]) { /* its words, whichever thread was the first */
        world->note[0] = '\0';
        (void)decide_block(world, phase, all.first_bad, items);
    }
    return all.worst;
}

/* ---- whether it pays ---- */

/* A phase that takes long enough alone is shared: waking a thread and waiting for it must not cost
 * more than it saves. It is timed alone now and then, since what it costs may change. */
enum { WORTH_NS = 100000, TIMED_FIRST = 4, TIMED_EVERY = 256 };

static double own_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); /* not what others do meanwhile */
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int decide_all(sim_world_t *world, const sim_phase_t *phase, size_t items) {
    if (world->reverse)
        return decide_apart(world, phase, items);
    if (world->threads <= 1 || items <= FEW)
        return decide_serially(world, phase, items);
    sim_schedule_cost_t *cost = &world->cost[phase - world->model->phases];
    uint32_t turn = cost->turn++;
    if (turn >= TIMED_FIRST && turn % TIMED_EVERY)
        return 1e9 * cost->item_s * (double)items > WORTH_NS && sim_schedule_crew_helps(world->crew)
                   ? decide_on_threads(world, phase, items)
                   : decide_serially(world, phase, items);
    double begun = own_seconds();
    int rc = decide_serially(world, phase, items);
    cost->item_s = (own_seconds() - begun) / (double)items;
    return rc;
}

/* Those who act at the same time find all that is not theirs as it was. */
static int decide(sim_world_t *world, const sim_phase_t *phase) {
    size_t items = phase->items(world);
    world->arena.shut = true;
    int rc = decide_all(world, phase, items);
    world->arena.shut = false;
    if (!world->arena.complaint)
        return rc;
    return sim_world_fail(world, SIM_ERR_ARGUMENT,
                          "%s in %s(), which runs on any thread; do it in a commit",
                          world->arena.complaint, phase->each ? "each" : "decide");
}

/* ---- one after another ---- */

/* Room for n numbers, which is kept: no allocation once warm. */
static int order_room(sim_world_t *world, size_t n) {
    if (n <= world->order_room)
        return SIM_OK;
    size_t room = n > 2 * world->order_room ? n : 2 * world->order_room;
    world->order = sim_base_arena_alloc(&world->arena, room, sizeof *world->order);
    world->order_room = world->order ? room : 0;
    return world->order ? SIM_OK : SIM_ERR_MEMORY;
}

/* A function of the step and the phase, whatever the order was before. */
static int random_order(sim_world_t *world, const sim_phase_t *phase, size_t n) {
    const sim_rng_t rng = {world->step_key, SIM_RNG_PURPOSE_ORDER, (uint32_t)world->clock.step,
                           world->watch};
    int rc = order_room(world, n);
    for (size_t i = 0; i < n && rc == SIM_OK; i++)
        world->order[i] = (uint32_t)i;
    if (rc == SIM_OK)
        sim_rng_shuffle(&rng, (uint32_t)(phase - world->model->phases), world->order, (uint32_t)n);
    return rc;
}

static int ask(sim_world_t *world, const sim_phase_t *phase) {
    size_t n = phase->items(world);
    bool random = phase->order == SIM_ORDER_RANDOM;
    int rc = random ? random_order(world, phase, n) : SIM_OK;
    world->acting = phase;
    for (size_t i = 0; i < n && rc == SIM_OK; i++)
        rc = phase->ask(world, random ? world->order[i] : (uint32_t)i);
    return rc;
}

/* ---- events ---- */

/* Whether the run is to end within a step; there may be many events in one. */
static int look_up(const sim_world_t *world, uint32_t events) {
    enum { SELDOM = 1 << 12 };
    return world->ends && events % SELDOM == 0 ? world->ends->now(world->ends) : SIM_OK;
}

/* In the order of their times; those that an event brings about within the step are among them. */
static int happen(sim_world_t *world, const sim_phase_t *phase) {
    sim_state_queue_t *queue = (void *)((char *)world->state + phase->queue);
    double end = sim_schedule_time(&world->clock, world->clock.step + 1);
    sim_state_event_t event;
    uint32_t events = 0;
    int rc = SIM_OK;
    while (rc == SIM_OK && sim_world_due(world, queue, end, &event)) {
        rc = phase->event(world, &event);
        if (rc == SIM_OK)
            rc = look_up(world, ++events);
    }
    return rc;
}

int sim_schedule_phase(sim_world_t *world, const sim_phase_t *phase) {
    sim_schedule_enter(world, "phase ", phase->name);
    sim_schedule_next_begin(world, phase);
    int rc = phase->decide || phase->each ? decide(world, phase) : SIM_OK;
    if (rc == SIM_OK)
        sim_schedule_next_end(world, phase);
    if (rc == SIM_OK && phase->ask)
        rc = ask(world, phase);
    world->acting = NULL;
    if (rc == SIM_OK && phase->event)
        rc = happen(world, phase);
    if (rc == SIM_OK && phase->commit)
        rc = phase->commit(world);
    world->queue = NULL;
    return sim_schedule_outcome(world, "phase ", phase->name, rc);
}

/* ---- what a commit shares ---- */

typedef struct {
    sim_world_t *world;
    sim_part_t *part;
    sim_schedule_place_t place;
    atomic_int worst;
} share_t;

static void share_part(void *user, size_t part, int worker) {
    share_t *share = user;
    sim_schedule_place = share->place;
    int rc = share->part(share->world, part, worker), worst = share->worst;
    while (rc < worst && !atomic_compare_exchange_weak(&share->worst, &worst, rc)) {
    }
}

int sim_world_share(sim_world_t *world, size_t parts, sim_part_t *part) {
    share_t share = {world, part, sim_schedule_place, SIM_OK};
    for (size_t left = parts; world->reverse && left > 0; left--)
        share_part(&share, left - 1, 0);
    if (!world->reverse)
        sim_schedule_crew_run(world->crew, parts, share_part, &share);
    return share.worst;
}

bool sim_world_shares(const sim_world_t *world) {
    return world->reverse || sim_schedule_crew_helps(world->crew);
}

static int timed_phase(sim_world_t *world, const sim_phase_t *phase) {
    double begun = sim_base_seconds();
    int rc = sim_schedule_phase(world, phase);
    world->phase_seconds[phase - world->model->phases] += sim_base_seconds() - begun;
    return rc;
}

static bool is_due(const sim_schedule_clock_t *clock, const sim_phase_t *phase) {
    if (phase->every == SIM_EVERY_YEAR)
        return sim_schedule_year_begins(clock);
    return phase->every == SIM_EVERY_STEP || clock->step % (phase->every - SIM_EVERY_YEAR) == 0;
}

int sim_schedule_phases(sim_world_t *world) {
    int rc = SIM_OK;
    for (const sim_phase_t *phase = world->model->phases; phase->name && !rc; phase++)
        if (is_due(&world->clock, phase))
            rc =
                world->phase_seconds ? timed_phase(world, phase) : sim_schedule_phase(world, phase);
    return rc;
}
