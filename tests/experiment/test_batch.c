/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batches of a small random walk: order, threads, failures, interruptions. */
#define _POSIX_C_SOURCE 200809L
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/experiment/experiment.h"
#include "sim/record/replicate.h"

enum { STEPS = 20, WALKERS = 8, PURPOSE_WALK = SIM_RNG_PURPOSE_MODEL };

typedef struct {
    double drift;
    int64_t fail_replicate, fail_step, big; /* -1: never; big: bytes beside the state */
    bool naps;
    volatile sig_atomic_t *stop; /* set after fail_step steps, in place of failing */
} walk_t;

static int setup(sim_world_t *world) {
    const walk_t *walk = world->params;
    world->state = sim_world_column(world, "place", SIM_STATE_F64, WALKERS);
    if (walk->big && !sim_base_arena_alloc(&world->arena, (size_t)walk->big, 1))
        return SIM_ERR_MEMORY;
    return world->state ? 0 : SIM_ERR_MEMORY;
}

static int walk_commit(sim_world_t *world) {
    const walk_t *walk = world->params;
    double *place = world->state;
    bool hit =
        world->record->replicate == walk->fail_replicate && world->clock.step == walk->fail_step;
    if (hit && walk->stop)
        *walk->stop = 1;
    else if (hit)
        return sim_world_fail(world, SIM_ERR_MODEL, "walker fell into the river");
    const struct timespec nap = {0, 1000000L * (long)(world->record->replicate % 3)};
    if (walk->naps && world->clock.step == 0)
        nanosleep(&nap, NULL);
    for (uint32_t i = 0; i < WALKERS; i++) {
        sim_rng_draw_t draw = sim_world_draw(world, PURPOSE_WALK, i, 0);
        place[i] += walk->drift + sim_rng_uniform(&draw) - 0.5;
    }
    return 0;
}

static int observe(sim_world_t *world, double *metric) {
    const double *place = world->state;
    for (int i = 0; i < WALKERS; i++)
        metric[0] += place[i];
    return 0;
}

static int verify(const sim_world_t *world) {
    const walk_t *walk = world->params;
    return walk->drift > 1e6 && world->clock.step > 3 ? SIM_ERR_VERIFY : 0;
}

static int summarise(sim_world_t *world, double *summary) {
    summary[1] = world->clock.step;
    return 0;
}

static const sim_metric_t metrics[] = {{"place", "", ""}, {NULL, NULL, NULL}};
static const sim_reducer_t reducers[] = {{"place", "", "", SIM_REDUCE_FINAL, "place", 0, 0},
                                         {"steps", "", "", SIM_REDUCE_MODEL, NULL, 0, 0},
                                         {NULL, NULL, NULL, SIM_REDUCE_SUM, NULL, 0, 0}};
static const sim_phase_t phases[] = {
    {"walk", "", SIM_EVERY_STEP, .commit = walk_commit},
    {.name = NULL},
};
static const char *const purposes[] = {"walk", NULL};
static const sim_param_t params[] = {SIM_PARAM_END};
static const sim_model_t model = {.name = "walk",
                                  .params = params,
                                  .params_size = sizeof(walk_t),
                                  .metrics = metrics,
                                  .reducers = reducers,
                                  .purposes = purposes,
                                  .phases = phases,
                                  .setup = setup,
                                  .observe = observe,
                                  .verify = verify,
                                  .summarise = summarise};

static walk_t calm(void) {
    return (walk_t){.drift = 0.1, .fail_replicate = -1, .fail_step = -1};
}

static sim_config_t config(walk_t *walk, int64_t reps) {
    return (sim_config_t){
        .model = &model,
        .params = walk,
        .run = {.start_year = 2000, .steps = STEPS, .steps_per_year = 4, .seed = 5, .reps = reps}};
}

/* ---- what take() saw ---- */

typedef struct {
    uint64_t runs, stop_at, digest; /* digest over everything that a record holds */
    uint32_t scenario, replicate;   /* of the last one */
    bool disorder;
    char note[256];
    int failed;
} seen_t;

static uint64_t mix(uint64_t hash, const void *bytes, size_t n) {
    const unsigned char *b = bytes;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ b[i]) * 1099511628211ULL;
    return hash;
}

static int see(void *user, const sim_record_t *record) {
    seen_t *seen = user;
    if (seen->stop_at && seen->runs == seen->stop_at)
        return SIM_ERR_STORE;
    bool next = record->scenario == seen->scenario
                    ? record->replicate == seen->replicate + 1
                    : record->scenario == seen->scenario + 1 && record->replicate == 0;
    seen->disorder = seen->disorder || (seen->runs > 0 && !next);
    seen->runs++;
    seen->scenario = record->scenario;
    seen->replicate = record->replicate;
    seen->digest = mix(seen->digest, &record->scenario, sizeof record->scenario);
    seen->digest = mix(seen->digest, &record->replicate, sizeof record->replicate);
    seen->digest =
        mix(seen->digest, record->series, sim_record_series_rows(record) * sizeof(double));
    seen->digest = mix(seen->digest, record->summary, record->n_reducers * sizeof(double));
    seen->digest = mix(seen->digest, record->digest, strlen(record->digest));
    if (record->status) {
        seen->failed++;
        memcpy(seen->note, record->note, sizeof seen->note);
    }
    return 0;
}

static int batch(const sim_config_t *const *configs, size_t n, int threads, seen_t *seen,
                 sim_experiment_tally_t *tally) {
    const sim_experiment_batch_t b = {.configs = configs,
                                      .n_configs = n,
                                      .detail = SIM_DETAIL_SERIES,
                                      .threads = threads,
                                      .take = see,
                                      .user = seen};
    return sim_experiment_batch(&b, tally);
}

/* ---- one replicate ---- */

static void one(walk_t *walk, bool paranoid, sim_record_t *record) {
    sim_base_arena_t arena;
    sim_config_t c = config(walk, 1);
    const sim_experiment_run_t run = {.config = &c,
                                      .replicate = 3,
                                      .detail = SIM_DETAIL_SERIES,
                                      .threads = 1,
                                      .paranoid = paranoid,
                                      .digest = true};
    sim_base_arena_init(&arena);
    cr_assert_eq(sim_experiment_replicate(&run, &arena, record), 0);
    sim_base_arena_free(&arena);
}

Test(replicate, fills_its_record) {
    walk_t walk = calm();
    sim_record_t record;
    one(&walk, true, &record);
    cr_assert_eq(record.status, 0, "%s", record.note);
    cr_assert_eq(record.steps, STEPS);
    cr_assert_eq(record.seed, 5);
    cr_assert_eq(record.replicate, 3);
    cr_assert_eq(record.summary[0], *sim_record_step(&record, STEPS - 1));
    cr_assert_eq(record.summary[1], STEPS);
    cr_assert_neq(record.digest[0], '\0');
    cr_assert_geq(record.step_s, 0);
    sim_experiment_record_free(&record);
}

/* Sum of 8 walkers after 20 steps of drift 0.1: 16; each uniform is within 0.5 of its mean. */
Test(replicate, drift_moves_the_walk_by_what_it_is) {
    walk_t still = calm(), moving = calm();
    sim_record_t a, b;
    still.drift = 0;
    one(&still, false, &a);
    one(&moving, false, &b);
    cr_assert_float_eq(b.summary[0] - a.summary[0], 0.1 * WALKERS * STEPS, 1e-9);
    cr_assert_str_neq(a.digest, b.digest);
    sim_experiment_record_free(&a);
    sim_experiment_record_free(&b);
}

Test(replicate, a_failing_hook_is_noted) {
    walk_t walk = calm();
    sim_record_t record;
    walk.fail_replicate = 3;
    walk.fail_step = 7;
    one(&walk, false, &record);
    cr_assert_eq(record.status, SIM_ERR_MODEL);
    cr_assert_eq(record.steps, 7);
    cr_assert_str_eq(record.note,
                     "phase walk of model walk: walker fell into the river (after 7 of 20 steps)");
    cr_assert_eq(record.digest[0], '\0');
    sim_experiment_record_free(&record);
}

Test(replicate, invariants_are_checked_when_asked_for) {
    walk_t walk = calm();
    sim_record_t record;
    walk.drift = 1e7;
    one(&walk, false, &record);
    cr_assert_eq(record.status, 0);
    sim_experiment_record_free(&record);
    one(&walk, true, &record);
    cr_assert_eq(record.status, SIM_ERR_VERIFY);
    cr_assert_str_eq(record.note,
                     "verify() of model walk: an invariant does not hold (after 3 of 20 steps)");
    sim_experiment_record_free(&record);
}

/* ---- batches ---- */

Test(batch, order_and_bits_do_not_depend_on_threads, .timeout = 60) {
    walk_t slow = calm(), fast = calm();
    slow.drift = 0;
    fast.naps = slow.naps = true;
    sim_config_t a = config(&slow, 50), b = config(&fast, 7), c = config(&fast, 43);
    const sim_config_t *const configs[] = {&a, &b, &c};
    const int threads[] = {1, 2, 3, 7, 64};
    uint64_t digest = 0;
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
        seen_t seen = {0};
        sim_experiment_tally_t tally;
        cr_assert_eq(batch(configs, 3, threads[i], &seen, &tally), 0);
        cr_expect_eq(seen.runs, 100);
        cr_expect_not(seen.disorder);
        cr_expect_eq(tally.done, 100);
        cr_expect_eq(tally.failed, 0);
        digest = i == 0 ? seen.digest : digest;
        cr_expect_eq(seen.digest, digest, "%d threads", threads[i]);
    }
}

/* The twin of the test above: its digest does see a difference of one run's one bit. */
Test(batch, the_digest_sees_a_difference) {
    walk_t walk = calm(), moved = calm();
    moved.drift = nextafter(walk.drift, 1);
    sim_config_t a = config(&walk, 3), b = config(&moved, 3);
    const sim_config_t *const one_way[] = {&a}, *const other_way[] = {&b};
    seen_t first = {0}, second = {0};
    sim_experiment_tally_t tally;
    cr_assert_eq(batch(one_way, 1, 2, &first, &tally), 0);
    cr_assert_eq(batch(other_way, 1, 2, &second, &tally), 0);
    cr_assert_neq(first.digest, second.digest);
}

Test(batch, fewer_runs_than_threads, .timeout = 60) {
    for (int64_t big = 0; big <= 64 << 20; big += 64 << 20) {
        uint64_t digest = 0;
        walk_t walk = calm();
        walk.big = big;
        sim_config_t c = config(&walk, 3);
        const sim_config_t *const configs[] = {&c};
        for (int threads = 1; threads <= 5; threads += 2) {
            seen_t seen = {0};
            sim_experiment_tally_t tally;
            cr_assert_eq(batch(configs, 1, threads, &seen, &tally), 0);
            cr_expect_eq(seen.runs, 3);
            digest = threads == 1 ? seen.digest : digest;
            cr_expect_eq(seen.digest, digest);
        }
    }
}

Test(batch, a_failed_run_does_not_end_it) {
    walk_t walk = calm();
    walk.fail_replicate = 4;
    walk.fail_step = 2;
    sim_config_t c = config(&walk, 10);
    const sim_config_t *const configs[] = {&c, &c};
    seen_t seen = {0};
    sim_experiment_tally_t tally;
    cr_assert_eq(batch(configs, 2, 3, &seen, &tally), 0);
    cr_assert_eq(tally.done, 20);
    cr_assert_eq(tally.failed, 2);
    cr_assert_eq(seen.failed, 2);
    cr_assert(strstr(seen.note, "river"));
}

Test(batch, taking_that_fails_ends_it, .timeout = 60) {
    walk_t walk = calm();
    walk.naps = true;
    sim_config_t c = config(&walk, 200);
    const sim_config_t *const configs[] = {&c};
    for (int threads = 1; threads <= 7; threads += 3) {
        seen_t seen = {.stop_at = 17};
        sim_experiment_tally_t tally;
        cr_assert_eq(batch(configs, 1, threads, &seen, &tally), SIM_ERR_STORE);
        cr_assert_eq(seen.runs, 17);
        cr_assert_eq(tally.done, 17);
    }
}

Test(batch, an_interruption_keeps_whole_runs_in_order, .timeout = 60) {
    for (int threads = 1; threads <= 7; threads += 3) {
        volatile sig_atomic_t stop = 0;
        walk_t walk = calm();
        walk.fail_replicate = 12;
        walk.fail_step = 5;
        walk.stop = &stop;
        sim_config_t c = config(&walk, 100);
        const sim_config_t *const configs[] = {&c};
        seen_t seen = {0};
        sim_experiment_tally_t tally;
        const sim_experiment_batch_t b = {.configs = configs,
                                          .n_configs = 1,
                                          .detail = SIM_DETAIL_SERIES,
                                          .threads = threads,
                                          .stop = &stop,
                                          .take = see,
                                          .user = &seen};
        cr_assert_eq(sim_experiment_batch(&b, &tally), SIM_ERR_INTERRUPTED);
        cr_assert_leq(seen.runs, 12);
        cr_assert_not(seen.disorder);
        cr_assert_eq(tally.done, seen.runs);
        cr_assert(threads > 1 || seen.runs == 12);
    }
}

Test(batch, resumes_where_it_is_told_to) {
    walk_t walk = calm();
    sim_config_t c = config(&walk, 10);
    const sim_config_t *const configs[] = {&c, &c};
    seen_t whole = {0}, parts = {0};
    sim_experiment_tally_t tally;
    cr_assert_eq(batch(configs, 2, 2, &whole, &tally), 0);
    parts.stop_at = 13;
    cr_assert_eq(batch(configs, 2, 2, &parts, &tally), SIM_ERR_STORE);
    parts.stop_at = 0;
    const sim_experiment_batch_t rest = {.configs = configs,
                                         .n_configs = 2,
                                         .first = 13,
                                         .detail = SIM_DETAIL_SERIES,
                                         .threads = 2,
                                         .take = see,
                                         .user = &parts};
    cr_assert_eq(sim_experiment_batch(&rest, &tally), 0);
    cr_assert_eq(tally.done, 7);
    cr_assert_eq(parts.digest, whole.digest);
    cr_assert_not(parts.disorder);
}
