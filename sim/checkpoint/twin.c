/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/checkpoint/twin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/checkpoint/parts.h"
#include "sim/record/replicate.h"
#include "sim/schedule/phases.h"

static const char reason[] = "the step depends on more than its registered state and the order of "
                             "its phases";

static size_t count_metrics(const sim_model_t *model) {
    size_t n = 0;
    while (model->metrics && model->metrics[n].name)
        n++;
    return n;
}

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
    if (rc == 0)
        rc = sim_world_init(&twin->world, twin->config, world->shared, twin->replicate, 1);
    twin->world.watch = NULL; /* changed() may be called twice in a step */
    if (rc == 0)
        rc = sim_checkpoint_load(&twin->world, &twin->image);
    if (rc == 0)
        sim_state_poison(twin->world.arrays);
    twin->world.watch = &twin->watch;
    twin->record = (sim_record_t){.n_metrics = count_metrics(world->model),
                                  .replicate = twin->replicate,
                                  /* no rows: nobody reads them */
                                  .detail = sim_world_records_series(world) ? SIM_DETAIL_SERIES
                                                                            : SIM_DETAIL_SUMMARY};
    twin->world.record = &twin->record;
    twin->world.reverse = true;
    return rc;
}

int sim_checkpoint_twin_step(sim_checkpoint_twin_t *twin, sim_world_t *world) {
    size_t n = count_metrics(world->model);
    int rc = make_anew(twin, world);
    if (rc)
        return sim_world_fail(world, rc, "before step %d: %.180s", world->clock.step,
                              twin->world.note[0] ? twin->world.note : sim_base_strerror(rc));
    if (!twin->metric && !(twin->metric = calloc(n + 1, sizeof *twin->metric)))
        return SIM_ERR_MEMORY;
    memset(twin->metric, 0, n * sizeof *twin->metric);
    rc = sim_world_step(&twin->world);
    sim_rng_watch_clear(&twin->watch); /* what observe() draws has the number of the next step */
    if (rc == 0)
        (void)sim_record_observe(&twin->record, &twin->world, twin->metric);
    return 0;
}

/* ---- comparing ---- */

static int differs(sim_world_t *world, const char *what, size_t row) {
    return sim_world_fail(world, SIM_ERR_VERIFY, "%s of model %s, row %zu: %s", what,
                          world->model->name, row, reason);
}

static int compare_arrays(sim_world_t *world, const sim_checkpoint_array_t *own,
                          const sim_checkpoint_array_t *other, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const sim_state_array_t *a = &own[i].column, *b = &other[i].column;
        size_t cell = sim_state_type_size(a->type);
        if (!a->data)
            continue; /* of a graph: compared below */
        for (size_t row = 0; row < a->rows && row < b->rows; row++)
            if (memcmp((const char *)a->data + row * cell, (const char *)b->data + row * cell,
                       cell) != 0)
                return differs(world, a->name, row);
        if (a->rows != b->rows)
            return differs(world, a->name, a->rows < b->rows ? a->rows : b->rows);
    }
    return 0;
}

static int compare_graphs(sim_world_t *world, const sim_world_network_t *network,
                          const sim_network_graph_t *other) {
    const sim_network_graph_t *own = network->graph;
    for (uint32_t node = 0; node < own->n; node++)
        if (memcmp(sim_network_neighbours(own, node), sim_network_neighbours(other, node),
                   own->degree[node] * sizeof(uint32_t)) != 0)
            return differs(world, network->array[1], node);
    return 0;
}

static int compare_states(const sim_checkpoint_twin_t *twin, sim_world_t *world) {
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
    if (rc == 0)
        rc = compare_arrays(world, mine, its, n);
    for (size_t k = 0; k < world->n_networks && rc == 0; k++)
        if (world->network[k].graph)
            rc = compare_graphs(world, &world->network[k], other.network[k].graph);
    free(mine);
    free(its);
    return rc;
}

int sim_checkpoint_twin_compare(const sim_checkpoint_twin_t *twin, sim_world_t *world,
                                const double *metric) {
    if (twin->world.note[0])
        return sim_world_fail(world, SIM_ERR_VERIFY, "%.200s", twin->world.note);
    int rc = compare_states(twin, world);
    /* A costly metric may be left out where no series is kept. */
    for (size_t m = 0; rc == 0 && world->model->metrics && world->model->metrics[m].name; m++)
        if (metric[m] == metric[m] && twin->metric[m] == twin->metric[m] &&
            metric[m] != twin->metric[m])
            rc = sim_world_fail(world, SIM_ERR_VERIFY,
                                "metric %s of model %s after step %d is %g, and %g where nothing "
                                "but registered state is known",
                                world->model->metrics[m].name, world->model->name,
                                world->clock.step - 1, metric[m], twin->metric[m]);
    return rc;
}

void sim_checkpoint_twin_free(sim_checkpoint_twin_t *twin) {
    sim_base_arena_free(&twin->world.arena);
    sim_checkpoint_image_free(&twin->image);
    sim_rng_watch_free(&twin->watch);
    free(twin->metric);
    twin->metric = NULL;
}
