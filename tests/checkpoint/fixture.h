/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run by hand: a world with a record, stepped and observed as a batch would do it. */
#ifndef TESTS_CHECKPOINT_FIXTURE_H
#define TESTS_CHECKPOINT_FIXTURE_H

#include <criterion/criterion.h>
#include <string.h>

#include "sim/checkpoint/image.h"
#include "sim/experiment/experiment.h"
#include "sim/record/replicate.h"

enum { FIXTURE_MOST_STEPS = 512 };

typedef struct {
    const sim_config_t *config;
    const void *shared;
    uint32_t replicate;
    int threads;
    sim_world_t world;
    sim_record_t record;
    char digest[FIXTURE_MOST_STEPS + 1][33]; /* before each step, and at the end */
} fixture_run_t;

static inline sim_checkpoint_identity_t fixture_identity(const fixture_run_t *run) {
    return (sim_checkpoint_identity_t){run->config->model->name, run->config->digest,
                                       run->replicate, (int)run->record.detail, 0};
}

/* Set up, at step 0. */
static inline void fixture_begin(fixture_run_t *run, const sim_config_t *config, const void *shared,
                                 uint32_t replicate, int threads) {
    const sim_schedule_clock_t clock = {(int32_t)config->run.start_year,
                                        (int32_t)config->run.steps_per_year,
                                        (int32_t)config->run.steps, 0};
    *run = (fixture_run_t){
        .config = config, .shared = shared, .replicate = replicate, .threads = threads};
    cr_assert_leq(clock.steps, FIXTURE_MOST_STEPS);
    cr_assert_eq(sim_record_begin(&run->record, config->model, &clock, SIM_DETAIL_FULL), 0);
    run->world.record = &run->record;
    cr_assert_eq(sim_world_init(&run->world, config, shared, replicate, threads), 0);
}

static inline void fixture_end(fixture_run_t *run) {
    sim_record_clear(&run->record);
    sim_world_free(&run->world);
}

static inline void fixture_step(fixture_run_t *run) {
    const sim_model_t *model = run->world.model;
    int32_t step = run->world.clock.step;
    sim_world_digest(&run->world, run->digest[step]);
    cr_assert_eq(sim_world_step(&run->world), 0, "%s", run->world.note);
    if (model->observe)
        cr_assert_eq(model->observe(&run->world, sim_record_step(&run->record, step)), 0);
    run->record.steps = step + 1;
}

/* To the end of the horizon, finish() and summary included. */
static inline void fixture_finish(fixture_run_t *run) {
    const sim_model_t *model = run->world.model;
    while (run->world.clock.step < run->world.clock.steps)
        fixture_step(run);
    if (model->finish)
        cr_assert_eq(model->finish(&run->world), 0);
    sim_world_digest(&run->world, run->digest[run->world.clock.step]);
    sim_record_reduce(&run->record, model);
    if (model->summarise)
        cr_assert_eq(model->summarise(&run->world, run->record.summary), 0);
}

static inline void fixture_save(const fixture_run_t *run, sim_checkpoint_image_t *image) {
    const sim_checkpoint_identity_t identity = fixture_identity(run);
    cr_assert_eq(sim_checkpoint_save(&run->world, &identity, image), 0);
}

/* Steps of the later part in which the states of two finished runs differ. */
static inline int fixture_differing_steps(const fixture_run_t *a, const fixture_run_t *b,
                                          int32_t from) {
    int differing = 0;
    for (int32_t step = from; step <= a->world.clock.steps; step++)
        differing += strcmp(a->digest[step], b->digest[step]) != 0;
    return differing;
}

/* All that a results file would hold, to the bit. */
static inline void fixture_same_record(const fixture_run_t *a, const fixture_run_t *b) {
    const sim_record_t *x = &a->record, *y = &b->record;
    size_t cells = sim_record_series_rows(x) * x->n_metrics;
    cr_assert_eq(x->steps, y->steps);
    cr_expect_eq(memcmp(x->series, y->series, cells * sizeof *x->series), 0);
    cr_expect_eq(memcmp(x->summary, y->summary, x->n_reducers * sizeof *x->summary), 0);
    for (size_t t = 0; t < x->n_tables; t++) {
        size_t n = x->table[t].rows * x->table[t].fields;
        cr_assert_eq(x->table[t].rows, y->table[t].rows);
        cr_expect(n == 0 || memcmp(x->table[t].cell, y->table[t].cell, n * sizeof(sim_cell_t)) == 0,
                  "table %zu", t);
    }
}

#endif
