/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/schedule/world.h"

#include <math.h>

static sim_state_event_t event_at(const sim_state_queue_t *queue, uint32_t at) {
    return (sim_state_event_t){queue->time[at], queue->rank[at], queue->kind[at],
                               queue->subject[at]};
}

static void put(sim_state_queue_t *queue, uint32_t at, const sim_state_event_t *event) {
    queue->time[at] = event->time;
    queue->rank[at] = event->rank;
    queue->kind[at] = event->kind;
    queue->subject[at] = event->subject;
}

static bool before(const sim_state_event_t *a, const sim_state_event_t *b) {
    if (a->time != b->time)
        return a->time < b->time;
    if (a->rank != b->rank)
        return a->rank < b->rank;
    if (a->kind != b->kind)
        return a->kind < b->kind;
    return a->subject < b->subject;
}

static uint32_t above(uint32_t at) {
    return (at - 1) / 2;
}

static void rise(sim_state_queue_t *queue, uint32_t at) {
    const sim_state_event_t event = event_at(queue, at);
    while (at > 0) {
        sim_state_event_t upper = event_at(queue, above(at));
        if (!before(&event, &upper))
            break;
        put(queue, at, &upper);
        at = above(at);
    }
    put(queue, at, &event);
}

static void sink(sim_state_queue_t *queue) {
    uint32_t n = queue->events.count, at = 0;
    const sim_state_event_t event = event_at(queue, 0);
    for (uint64_t below = 1; below < n; below = 2 * (uint64_t)at + 1) {
        uint32_t next = (uint32_t)below;
        sim_state_event_t least = event_at(queue, next);
        if (next + 1 < n) {
            sim_state_event_t other = event_at(queue, next + 1);
            if (before(&other, &least))
                least = other, next++;
        }
        if (!before(&least, &event))
            break;
        put(queue, at, &least);
        at = next;
    }
    put(queue, at, &event);
}

/* Whether a phase takes its events: then their times are years, else what the model says. */
static bool is_in_years(const sim_world_t *world, const void *queue) {
    const sim_phase_t *phase = world->model->phases;
    for (; phase && phase->name; phase++)
        if (phase->event && (const char *)world->state + phase->queue == queue)
            return true;
    return false;
}

/* Before which nothing of a queue can happen any more: the event that is handled, else the step. */
static double time_now(const sim_world_t *world, const sim_state_queue_t *queue) {
    if (world->queue == queue)
        return world->event_time;
    if (!is_in_years(world, queue))
        return -INFINITY;
    return world->queue && is_in_years(world, world->queue)
               ? world->event_time
               : sim_schedule_time(&world->clock, world->clock.step);
}

static int check_time(const sim_world_t *world, const sim_state_queue_t *queue,
                      const sim_state_event_t *event) {
    double now = time_now(world, queue);
    if (!(event->time < INFINITY)) /* it would stay in the queue for ever */
        return sim_world_fail(world, SIM_ERR_ARGUMENT,
                              "an event of kind %u about %u is scheduled for no time (%s)",
                              event->kind, event->subject,
                              event->time > 0 ? "INFINITY; put in none that never comes" : "NaN");
    if (event->time < now)
        return sim_world_fail(world, SIM_ERR_ARGUMENT,
                              "an event of kind %u about %u is scheduled for %.10g, which is past: "
                              "it is %.10g",
                              event->kind, event->subject, event->time, now);
    return SIM_OK;
}

int sim_world_schedule(sim_world_t *world, sim_state_queue_t *queue, sim_state_event_t event) {
    if (sim_base_arena_is_shut(&world->arena, "sim_world_schedule()"))
        return SIM_ERR_ARGUMENT;
    int rc = check_time(world, queue, &event);
    if (!rc)
        rc = sim_world_grow(world, &queue->events, 1);
    if (rc)
        return rc;
    put(queue, queue->events.count - 1, &event);
    rise(queue, queue->events.count - 1);
    return SIM_OK;
}

/* How far time must go on for it not to stand still: no run has ten million events in so little of
 * a step. Of a queue with times of its own: at all. */
static double hair(const sim_world_t *world, const sim_state_queue_t *queue) {
    const double part = 1e-4;
    return is_in_years(world, queue) ? part / world->clock.steps_per_year : 0;
}

/* Events that bring about others at their own time or just after it, for ever, would never let the
 * step end. Any number may wait for one time: those are not counted. */
static int check_cascade(sim_world_t *world, const sim_state_queue_t *queue,
                         const sim_state_event_t *event) {
    const uint64_t many = 10000000, each = 100;
    const bool moves = event->time > world->event_time;
    if (world->queue != queue || event->time > world->still_to) {
        world->still_to = event->time + hair(world, queue);
        world->n_now = 0;
        world->most_now = many + each * queue->events.count;
    }
    world->queue = queue;
    world->event_time = event->time;
    if (++world->n_now <= world->most_now)
        return SIM_OK;
    return sim_world_fail(world, SIM_ERR_LIMIT,
                          "time %s at %.10g after %.2g events; the next is of kind %u "
                          "about %u: do events bring about others at once, without end?",
                          moves ? "hardly moves" : "stands still", event->time,
                          (double)world->most_now, event->kind, event->subject);
}

bool sim_world_due(sim_world_t *world, sim_state_queue_t *queue, double end,
                   sim_state_event_t *event) {
    if (sim_base_arena_is_shut(&world->arena, "sim_world_due()"))
        return false;
    if (queue->events.count == 0 || queue->time[0] >= end) {
        world->queue = NULL;
        return false;
    }
    *event = event_at(queue, 0);
    if (check_cascade(world, queue, event))
        return false;
    if (sim_world_remove(world, &queue->events, 0)) /* not now: the step fails */
        return false;
    if (queue->events.count > 1)
        sink(queue);
    return true;
}
