/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of a replicate: made, stepped, looked at, given back. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/schedule/phases.h"

const sim_model_t *sim_model_find(const char *name) {
    for (size_t i = 0; sim_models[i]; i++)
        if (strcmp(sim_models[i]->name, name) == 0)
            return sim_models[i];
    return NULL;
}

int sim_world_fail(sim_world_t *world, int code, const char *format, ...) {
    if (!world->note[0]) { /* the first reason is the one that matters */
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(world->note, sizeof world->note, format, arguments);
        va_end(arguments);
    }
    return code;
}

void *sim_world_column(sim_world_t *world, const char *name, sim_agents_type_t type, size_t rows) {
    return sim_agents_column(&world->columns, &world->arena, name, type, rows);
}

static sim_schedule_clock_t clock_of(const sim_run_params_t *run) {
    return (sim_schedule_clock_t){.start_year = (int32_t)run->start_year,
                                  .steps_per_year = (int32_t)run->steps_per_year,
                                  .steps = (int32_t)run->steps};
}

/* What interventions change is the world's own copy: the configuration serves all replicates. */
static int own_params(sim_world_t *world, const sim_config_t *config) {
    size_t size = config->model->params_size;
    if (config->n_interventions == 0)
        return SIM_OK;
    void *copy = sim_base_arena_alloc(&world->arena, 1, size);
    if (!copy)
        return SIM_ERR_MEMORY;
    world->params = memcpy(copy, config->params, size);
    world->own_params = copy;
    world->interventions = config->interventions;
    world->n_interventions = config->n_interventions;
    return SIM_OK;
}

int sim_world_init(sim_world_t *world, const sim_config_t *config, const void *shared,
                   uint32_t replicate, int threads) {
    sim_base_arena_t arena = world->arena;
    sim_base_arena_reset(&arena);
    *world = (sim_world_t){.model = config->model,
                           .params = config->params,
                           .shared = shared,
                           .clock = clock_of(&config->run),
                           .key = sim_rng_key((uint64_t)config->run.seed, replicate),
                           .arena = arena,
                           .record = world->record,
                           .threads = threads > 1 ? threads : 1};
    int rc = own_params(world, config);
    if (rc == SIM_OK)
        rc = world->model->setup(world);
    if (rc == SIM_ERR_MEMORY)
        rc = sim_world_fail(world, rc, "the memory did not suffice for the set-up");
    return rc;
}

/* Sets what is due at the beginning of `step` and has not been set before; whether there was any.
 */
static bool apply_due(sim_world_t *world, int32_t step) {
    double now = sim_schedule_time(&world->clock, step);
    size_t before = world->n_applied;
    for (; world->n_applied < world->n_interventions; world->n_applied++) {
        const sim_param_intervention_t *next = &world->interventions[world->n_applied];
        if (next->at > now)
            break;
        sim_param_store(next->row, &next->value, world->own_params);
    }
    return world->n_applied > before;
}

static int intervene(sim_world_t *world) {
    bool any = apply_due(world, world->clock.step);
    return any && world->model->changed ? world->model->changed(world) : SIM_OK;
}

void sim_world_skip(sim_world_t *world, int32_t step) {
    if (step > 0)
        (void)apply_due(world, step - 1);
    world->clock.step = step;
}

int sim_world_step(sim_world_t *world) {
    int rc = intervene(world);
    if (rc == SIM_OK)
        rc = sim_schedule_phases(world);
    if (rc == SIM_OK)
        world->clock.step++;
    return rc;
}

int sim_world_verify(const sim_world_t *world) {
    int rc = world->model->verify ? world->model->verify(world) : SIM_OK;
    if (!rc && world->ties)
        rc = sim_network_ties_verify(world->ties);
    if (!rc && world->graph)
        rc = sim_network_graph_verify(world->graph);
    return rc;
}

void sim_world_free(sim_world_t *world) {
    sim_base_arena_free(&world->arena);
    *world = (sim_world_t){0};
}
