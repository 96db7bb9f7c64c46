/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/checkpoint/twin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/checkpoint/parts.h"
#include "sim/record/replicate.h"
#include "sim/schedule/phases.h"

static const char reason[] = "the step depends on more than its registered state and the order of "
                             "its phases";
static const char watched[] = "observe() changes it before the first step, where it is called only "
                              "if a series is kept: it may but look then (clock.step is 0)";

/* A world that was just made from the configuration, with the registered state of another. */
static int make_anew(sim_checkpoint_twin_t *twin, const sim_world_t *world) {
    sim_world_t bare = *world;
    const sim_checkpoint_identity_t identity = {world->model->name, twin->config->digest,
                                                twin->replicate, -1, 0};
    bare.record = twin->world.record = NULL; /* what was recorded is no state */
    twin->watch.notes = true;
    /* What setup() draws is drawn at step 0, too. */
    twin->world.watch = world->clock.step == 0 ? &twin->watch : NULL;
    int rc = sim_checkpoint_save(&bare, &identity, &twin->image);
    twin->world.of_twin = true;
    twin->world.ends = world->ends;
    if (rc == 0)
        rc = sim_world_init(&twin->world, twin->config, world->shared, twin->replicate, 1);
    twin->world.watch = NULL; /* changed() may be called twice in a step */
    if (rc == 0)
        rc = sim_checkpoint_load(&twin->world, &twin->image);
    if (rc == 0)
        sim_state_poison(twin->world.arrays);
    twin->world.watch = &twin->watch;
    twin->record = (sim_record_t){.n_metrics = SIM_BASE_COUNT(world->model->metrics),
                                  .replicate = twin->replicate,
                                  /* no rows: nobody reads them */
                                  .detail = sim_world_records_series(world) ? SIM_DETAIL_SERIES
                                                                            : SIM_DETAIL_SUMMARY};
    twin->world.record = &twin->record;
    twin->world.reverse = true;
    return rc;
}

/* With a zeroed row of metrics. */
static int begin(sim_checkpoint_twin_t *twin, sim_world_t *world) {
    size_t n = SIM_BASE_COUNT(world->model->metrics);
    int rc = make_anew(twin, world);
    if (rc)
        return sim_world_fail(world, rc, "before step %d: %.180s", world->clock.step,
                              twin->world.note[0] ? twin->world.note : sim_base_strerror(rc));
    if (!twin->metric && !(twin->metric = calloc(n + 1, sizeof *twin->metric)))
        return SIM_ERR_MEMORY;
    memset(twin->metric, 0, n * sizeof *twin->metric);
    return 0;
}

int sim_checkpoint_twin_start(sim_checkpoint_twin_t *twin, sim_world_t *world) {
    int rc = begin(twin, world);
    sim_rng_watch_clear(&twin->watch); /* the twin of the first step is set up once more */
    return rc;
}

int sim_checkpoint_twin_step(sim_checkpoint_twin_t *twin, sim_world_t *world) {
    int rc = begin(twin, world);
    if (rc)
        return rc;
    rc = sim_world_step(&twin->world);
    sim_rng_watch_clear(&twin->watch); /* what observe() draws has the number of the next step */
    if (rc == 0)
        (void)sim_record_observe(&twin->record, &twin->world, twin->metric);
    return 0;
}

/* ---- comparing ---- */

typedef struct {
    sim_world_t *world;
    const char *why; /* what it means when the twin is in another state */
} judged_t;

static int differs(const judged_t *judged, const char *what, size_t row) {
    return sim_world_fail(judged->world, SIM_ERR_VERIFY, "%s of model %s, row %zu: %s", what,
                          judged->world->model->name, row, judged->why);
}

/* What lies in rows; how long they are has been compared. */
static int compare_rows(const judged_t *judged, const char *name, const sim_network_cells_t *own,
                        const sim_network_cells_t *other) {
    for (uint32_t row = 0; row < sim_network_cells_rows(own); row++) {
        size_t bytes;
        const void *mine = sim_network_cells_row(own, row, &bytes);
        if (memcmp(mine, sim_network_cells_row(other, row, &bytes), bytes) != 0)
            return differs(judged, name, row);
    }
    return 0;
}

static int compare_array(const judged_t *judged, const sim_checkpoint_array_t *own,
                         const sim_checkpoint_array_t *other) {
    const sim_state_array_t *a = &own->column, *b = &other->column;
    size_t cell = sim_state_type_size(a->type);
    if (own->cells.size)
        return compare_rows(judged, a->name, &own->cells, &other->cells);
    for (size_t row = 0; row < a->rows && row < b->rows; row++)
        if (memcmp((const char *)a->data + row * cell, (const char *)b->data + row * cell, cell) !=
            0)
            return differs(judged, a->name, row);
    return a->rows == b->rows ? 0 : differs(judged, a->name, a->rows < b->rows ? a->rows : b->rows);
}

static int compare_states(const sim_checkpoint_twin_t *twin, sim_world_t *world, const char *why) {
    const judged_t judged = {world, why};
    sim_world_t own = *world, other = twin->world;
    sim_checkpoint_array_t *mine = NULL, *its = NULL;
    size_t n = 0, m = 0;
    own.record = other.record = NULL;
    int rc = sim_checkpoint_arrays(&own, &mine, &n);
    if (rc == 0)
        rc = sim_checkpoint_arrays(&other, &its, &m);
    if (rc == 0 && n != m)
        rc = sim_world_fail(world, SIM_ERR_VERIFY, "model %s registers %zu arrays, then %zu",
                            world->model->name, n, m);
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = compare_array(&judged, &mine[i], &its[i]);
    free(mine);
    free(its);
    return rc;
}

static int compare_metrics(const sim_checkpoint_twin_t *twin, sim_world_t *world,
                           const double *metric) {
    char when[32] = "before the first step";
    int rc = 0;
    if (world->clock.step > 0)
        snprintf(when, sizeof when, "after step %d", world->clock.step - 1);
    /* A costly metric may be left out where no series is kept. */
    for (size_t m = 0; rc == 0 && world->model->metrics && world->model->metrics[m].name; m++)
        if (metric[m] == metric[m] && twin->metric[m] == twin->metric[m] &&
            metric[m] != twin->metric[m])
            rc = sim_world_fail(world, SIM_ERR_VERIFY,
                                "metric %s of model %s %s is %g, and %g where nothing but "
                                "registered state is known",
                                world->model->metrics[m].name, world->model->name, when, metric[m],
                                twin->metric[m]);
    return rc;
}

int sim_checkpoint_twin_compare(const sim_checkpoint_twin_t *twin, sim_world_t *world,
                                const double *metric) {
    if (twin->world.note[0])
        return sim_world_fail(world, SIM_ERR_VERIFY, "%.200s", twin->world.note);
    int rc = compare_states(twin, world, reason);
    return rc ? rc : compare_metrics(twin, world, metric);
}

int sim_checkpoint_twin_compare_start(sim_checkpoint_twin_t *twin, sim_world_t *world,
                                      const double *metric) {
    int rc = compare_states(twin, world, watched);
    if (rc)
        return rc;
    if (sim_record_observe(&twin->record, &twin->world, twin->metric))
        return sim_world_fail(world, SIM_ERR_VERIFY, "%.200s", twin->world.note);
    return compare_metrics(twin, world, metric);
}

void sim_checkpoint_twin_free(sim_checkpoint_twin_t *twin) {
    sim_base_arena_free(&twin->world.arena);
    sim_checkpoint_image_free(&twin->image);
    sim_rng_watch_free(&twin->watch);
    free(twin->metric);
    twin->metric = NULL;
}
