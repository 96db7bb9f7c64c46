/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queues of events: their order, whatever the order in which events were put in; saving. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/checkpoint/image.h"

enum { EVENTS = 500, PURPOSE_EVENT = SIM_RNG_PURPOSE_MODEL };

typedef struct {
    sim_state_queue_t queue;
} state_t;

static const sim_state_row_t table[] = {
    SIM_STATE_QUEUE(state_t, queue, "steps", "What is to happen."), SIM_STATE_END};
static const sim_phase_t phases[] = {{.name = NULL}};
static const sim_model_t model = {
    .name = "probe", .state = table, .state_size = sizeof(state_t), .phases = phases};

static sim_config_t config;
static sim_world_t world;
static sim_state_event_t event[EVENTS];

static sim_state_queue_t *queue(void) {
    return &((state_t *)world.state)->queue;
}

/* Few different times, ranks and kinds, so that there are many ties. */
static void begin(void) {
    config = (sim_config_t){.model = &model};
    config.run = (sim_run_params_t){.start_year = 2000, .steps_per_year = 1, .steps = 9};
    world = (sim_world_t){0};
    cr_assert_eq(sim_world_init(&world, &config, NULL, 0, 1), 0);
    for (uint32_t k = 0; k < EVENTS; k++) {
        sim_rng_draw_t draw = sim_world_draw(&world, PURPOSE_EVENT, k, 0);
        event[k].time = 0.25 * sim_rng_below(&draw, 20);
        event[k].rank = sim_rng_below(&draw, 3);
        event[k].kind = sim_rng_below(&draw, 2);
        event[k].subject = k;
    }
}
static void end(void) {
    sim_world_free(&world);
}

TestSuite(queue, .init = begin, .fini = end);

static int by_order(const void *left, const void *right) {
    const sim_state_event_t *a = left, *b = right;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return a->subject < b->subject ? -1 : a->subject > b->subject;
}

/* Whether every event comes before those below it in the heap. */
static bool is_sound(const sim_state_queue_t *q) {
    for (uint32_t at = 1; at < q->events.count; at++) {
        uint32_t up = (at - 1) / 2;
        const sim_state_event_t own = {q->time[at], q->rank[at], q->kind[at], q->subject[at]},
                                upper = {q->time[up], q->rank[up], q->kind[up], q->subject[up]};
        if (by_order(&own, &upper) < 0)
            return false;
    }
    return true;
}

static void put(uint32_t k) {
    cr_assert_eq(sim_world_schedule(&world, queue(), event[k]), 0);
    cr_assert(is_sound(queue()));
}

static void expect_in_order(void) {
    sim_state_event_t next;
    for (uint32_t k = 0; k < EVENTS; k++) {
        cr_assert(sim_world_due(&world, queue(), INFINITY, &next));
        cr_assert(is_sound(queue()));
        cr_assert_eq(by_order(&next, &event[k]), 0, "event %u", k);
    }
    cr_expect_not(sim_world_due(&world, queue(), INFINITY, &next));
}

Test(queue, has_an_order_of_its_own) {
    for (uint32_t k = 0; k < EVENTS; k++)
        put(k);
    qsort(event, EVENTS, sizeof *event, by_order);
    expect_in_order();
    for (uint32_t k = EVENTS; k-- > 0;)
        put(k);
    expect_in_order();
}

Test(queue, hands_out_what_is_due) {
    sim_state_event_t next;
    uint32_t due = 0, wanted = 0;
    for (uint32_t k = 0; k < EVENTS; k++) {
        put(k);
        wanted += event[k].time < 2.5;
    }
    while (sim_world_due(&world, queue(), 2.5, &next)) {
        cr_assert_lt(next.time, 2.5);
        due++;
    }
    cr_assert_gt(wanted, 0);
    cr_expect_eq(due, wanted);
    cr_expect_eq(queue()->events.count, EVENTS - wanted);
}

Test(queue, is_saved_and_restored) {
    const sim_checkpoint_identity_t identity = {"probe", "", 0, -1, 0};
    sim_checkpoint_image_t image = {0};
    for (uint32_t k = 0; k < EVENTS; k++)
        put(k);
    cr_assert_eq(sim_checkpoint_save(&world, &identity, &image), 0);
    cr_assert_eq(sim_world_init(&world, &config, NULL, 0, 1), 0);
    cr_assert_eq(queue()->events.count, 0);
    cr_assert_eq(sim_checkpoint_load(&world, &image), 0, "%s", world.note);
    qsort(event, EVENTS, sizeof *event, by_order);
    expect_in_order();
    sim_checkpoint_image_free(&image);
}

Test(queue, refuses_a_time_that_is_none) {
    event[0].time = (double)NAN;
    cr_expect_eq(sim_world_schedule(&world, queue(), event[0]), SIM_ERR_ARGUMENT);
    cr_expect_not_null(strstr(world.note, "scheduled for no time (NaN)"));
    world.note[0] = '\0';
    event[0].time = (double)INFINITY;
    cr_expect_eq(sim_world_schedule(&world, queue(), event[0]), SIM_ERR_ARGUMENT);
    cr_expect_not_null(strstr(world.note, "scheduled for no time (INFINITY; "), "%s", world.note);
    cr_expect_eq(queue()->events.count, 0);
}

/* ---- phases ---- */

enum { PUT, FOLLOWS };
static double happened[8];
static size_t n_happened;

/* One at a time puts in another, half a year later. */
static int note(sim_world_t *of, const sim_state_event_t *what) {
    const sim_state_event_t next = {what->time + 0.5, 0, FOLLOWS, what->subject};
    happened[n_happened++] = what->time;
    return what->kind == PUT ? sim_world_schedule(of, queue(), next) : SIM_OK;
}

Test(queue, a_phase_gets_what_is_due_within_its_step) {
    static const sim_phase_t eventful[] = {
        {"note", "", .event = note, .queue = offsetof(state_t, queue)}, {.name = NULL}};
    const sim_model_t other = {
        .name = "probe", .state = table, .state_size = sizeof(state_t), .phases = eventful};
    const double time[] = {2001.25, 2000.75, 2000.25, 2001};
    const double first[] = {2000.25, 2000.75, 2000.75},
                 second[] = {2001, 2001.25, 2001.25, 2001.5, 2001.75};
    sim_world_free(&world);
    config.model = &other;
    world = (sim_world_t){0};
    cr_assert_eq(sim_world_init(&world, &config, NULL, 0, 1), 0);
    for (uint32_t k = 0; k < 4; k++)
        cr_assert_eq(sim_world_schedule(&world, queue(), (sim_state_event_t){time[k], 0, PUT, k}),
                     0);
    n_happened = 0;
    cr_assert_eq(sim_world_step(&world), 0);
    cr_assert_eq(n_happened, 3);
    cr_expect_arr_eq(happened, first, sizeof first);
    n_happened = 0;
    cr_assert_eq(sim_world_step(&world), 0);
    cr_assert_eq(n_happened, 5);
    cr_expect_arr_eq(happened, second, sizeof second);
    cr_expect_eq(queue()->events.count, 0);
}

static int again(sim_world_t *of, const sim_state_event_t *what) {
    return sim_world_schedule(of, queue(), *what);
}

/* A model of one phase, which takes the events. */
static void begin_with(int (*event_hook)(sim_world_t *, const sim_state_event_t *)) {
    static sim_phase_t eventful[] = {{"again", "", .queue = offsetof(state_t, queue)},
                                     {.name = NULL}};
    static const sim_model_t other = {
        .name = "probe", .state = table, .state_size = sizeof(state_t), .phases = eventful};
    eventful[0].event = event_hook;
    sim_world_free(&world);
    config.model = &other;
    world = (sim_world_t){0};
    cr_assert_eq(sim_world_init(&world, &config, NULL, 0, 1), 0);
}

/* ---- events and agents that act at the same time ---- */

static size_t one_agent(const sim_world_t *of) {
    (void)of;
    return 1;
}
static int put_one(sim_world_t *of, uint32_t agent) {
    return sim_world_schedule(of, queue(), (sim_state_event_t){2000.5, 0, 0, agent});
}
static int take_one(sim_world_t *of, uint32_t agent) {
    sim_state_event_t next = {0, 0, 0, agent};
    (void)sim_world_due(of, queue(), INFINITY, &next);
    return SIM_OK;
}

Test(queue, stays_as_it_is_while_all_act) {
    static sim_phase_t all[] = {{"all", "", .items = one_agent}, {.name = NULL}};
    static const sim_model_t other = {
        .name = "probe", .state = table, .state_size = sizeof(state_t), .phases = all};
    int (*const act[])(sim_world_t *, uint32_t) = {put_one, take_one};
    config.model = &other;
    for (size_t k = 0; k < sizeof act / sizeof *act; k++) {
        all[0].each = act[k];
        cr_assert_eq(sim_world_init(&world, &config, NULL, 0, 1), 0);
        cr_expect_eq(sim_world_step(&world), SIM_ERR_ARGUMENT);
        cr_expect_not_null(strstr(world.note, k ? "sim_world_due() in each(), which runs on any"
                                                : "sim_world_schedule() in each(), which runs"),
                           "%s", world.note);
    }
}

/* What is past cannot happen any more: before the step, or before the event that is handled. */
Test(queue, refuses_the_past) {
    sim_state_event_t next, late = {2000.5, 0, 3, 7};
    begin_with(again);
    world.clock.step = 1;
    cr_expect_eq(sim_world_schedule(&world, queue(), late), SIM_ERR_ARGUMENT);
    cr_expect_str_eq(world.note, "an event of kind 3 about 7 is scheduled for 2000.5, which is "
                                 "past: it is 2001");
    cr_expect_eq(queue()->events.count, 0);
    world.note[0] = '\0';
    late.time = 2001.5;
    cr_assert_eq(sim_world_schedule(&world, queue(), late), 0);
    cr_assert(sim_world_due(&world, queue(), 2002, &next));
    cr_expect_eq(sim_world_schedule(&world, queue(), late), 0, "at once");
    late.time = 2001.25;
    cr_expect_eq(sim_world_schedule(&world, queue(), late), SIM_ERR_ARGUMENT);
    cr_expect_not_null(strstr(world.note, "2001.25, which is past: it is 2001.5"), "%s",
                       world.note);
    while (sim_world_due(&world, queue(), 2002, &next))
        ;
    cr_expect_eq(sim_world_schedule(&world, queue(), late), 0, "no event is handled any more");
}

Test(queue, has_a_time_of_its_own_where_no_phase_takes_its_events) {
    world.clock.step = 1;
    cr_expect_eq(sim_world_schedule(&world, queue(), (sim_state_event_t){-8, 0, 3, 7}), 0, "%s",
                 world.note);
}

/* Many events of one time are no cascade; one that brings about itself is. */
Test(queue, ends_a_cascade_that_has_no_end) {
    begin_with(again);
    cr_assert_eq(sim_world_schedule(&world, queue(), (sim_state_event_t){2000.5, 0, 4, 9}), 0);
    cr_expect_neq(sim_world_step(&world), 0);
    cr_expect_str_eq(world.note, "phase again of model probe: time stands still at 2000.5 after "
                                 "1e+07 events; the next is of kind 4 about 9: do events bring "
                                 "about others at once, without end?");
}

static int soon(sim_world_t *of, const sim_state_event_t *what) {
    sim_state_event_t next = *what;
    next.time += 1e-12;
    return sim_world_schedule(of, queue(), next);
}

Test(queue, ends_a_cascade_that_goes_on_by_a_hair) {
    begin_with(soon);
    cr_assert_eq(sim_world_schedule(&world, queue(), (sim_state_event_t){2000.5, 0, 4, 9}), 0);
    cr_expect_neq(sim_world_step(&world), 0);
    cr_expect_not_null(
        strstr(world.note, "phase again of model probe: time hardly moves at 2000.5"), "%s",
        world.note);
}

/* Many events within a step, a minute from one to the next, are no cascade. */
static int later(sim_world_t *of, const sim_state_event_t *what) {
    sim_state_event_t next = *what;
    next.time += 1.0 / 365 / 24 / 60;
    return sim_world_schedule(of, queue(), next);
}

Test(queue, lets_many_events_happen_within_a_step) {
    begin_with(later);
    cr_assert_eq(sim_world_schedule(&world, queue(), (sim_state_event_t){2000, 0, 4, 9}), 0);
    cr_expect_eq(sim_world_step(&world), 0, "%s", world.note);
}

static int looks;
static int late(const sim_world_ends_t *own) {
    (void)own;
    return ++looks == 3 ? SIM_ERR_TIMEOUT : SIM_OK;
}

Test(queue, ends_with_its_run) {
    const sim_world_ends_t ends = {late};
    begin_with(again);
    world.ends = &ends;
    looks = 0;
    cr_assert_eq(sim_world_schedule(&world, queue(), (sim_state_event_t){2000.5, 0, 4, 9}), 0);
    cr_expect_eq(sim_world_step(&world), SIM_ERR_TIMEOUT);
    cr_expect_eq(looks, 3);
    cr_expect_str_eq(world.note, "phase again of model probe: the run took longer than its time "
                                 "limit");
}
