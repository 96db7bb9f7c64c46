/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of a replicate: made, stepped, looked at, given back. */
#define SIM_SCHEDULE_INLINE extern inline
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/rng/watch.h"
#include "sim/schedule/crew.h"
#include "sim/schedule/networks.h"
#include "sim/schedule/phases.h"
#include "sim/schedule/targets.h"
#include "sim/schedule/world.h"

/* The world is const to those that may only look, such as decide(); its note is not state. */
int sim_world_fail(const sim_world_t *world, int code, const char *format, ...) {
    sim_world_t *noted = (sim_world_t *)world;
    va_list arguments;
    va_start(arguments, format);
#pragma omp critical(sim_world_note)
    if (!noted->note[0]) /* the first reason is the one that matters */
        vsnprintf(noted->note, sizeof noted->note, format, arguments);
    va_end(arguments);
    return code;
}

void sim_world_bad_purpose(const sim_world_t *world, uint32_t purpose) {
    if (purpose < SIM_RNG_PURPOSE_MODEL)
        (void)sim_world_fail(world, SIM_ERR_ARGUMENT,
                             "random numbers are drawn for purpose %u, which is the engine's; a "
                             "model's purposes begin at SIM_RNG_PURPOSE_MODEL (%d)",
                             purpose, SIM_RNG_PURPOSE_MODEL);
    else
        (void)sim_world_fail(world, SIM_ERR_ARGUMENT,
                             "random numbers are drawn for purpose SIM_RNG_PURPOSE_MODEL + %u; the "
                             "model's list `purposes` has %u",
                             purpose - SIM_RNG_PURPOSE_MODEL, world->n_purposes);
}

void *sim_world_column(sim_world_t *world, const char *name, sim_state_type_t type, size_t rows) {
    if (!name || sim_state_type_size(type) == 0)
        (void)sim_world_fail(world, SIM_ERR_ARGUMENT, "a column has %s",
                             name ? "a type that there is not" : "no name (NULL)");
    else if (sim_state_find(world->arrays, name))
        (void)sim_world_fail(world, SIM_ERR_ARGUMENT, "column %s is registered twice", name);
    return world->note[0] ? NULL : sim_state_array(world->arrays, name, type, rows);
}

static const sim_state_row_t *row_of(const sim_world_t *world,
                                     const sim_state_population_t *population) {
    return sim_state_row_at(world->model->state, SIM_STATE_IS_POPULATION,
                            (size_t)((const char *)population - (const char *)world->state));
}

/* Why a population has not changed, or not so; `n` rows more, or row n removed. */
static int not_changed(const sim_world_t *world, const sim_state_population_t *population, int rc,
                       const char *what, uint32_t n) {
    const sim_state_row_t *row = row_of(world, population);
    if (rc == SIM_OK)
        return rc;
    if (!row)
        return sim_world_fail(world, rc, "%s got what is no population of the state table", what);
    if (!row->grows)
        return sim_world_fail(world, rc,
                              "%s of %s, which keeps its size; SIM_STATE_GROWING() is "
                              "the row of one that changes",
                              what, row->name);
    if (rc == SIM_ERR_MEMORY)
        return sim_world_fail(world, rc, "%s of %s by %u rows: it has %u, and memory is out", what,
                              row->name, n, population->count);
    if (rc == SIM_ERR_LIMIT)
        return sim_world_fail(world, rc, "%s of %s by %u rows: it has %u, and can have 2^32", what,
                              row->name, n, population->count);
    return sim_world_fail(world, rc, "%s of row %u of %s, which has %u rows", what, n, row->name,
                          population->count);
}

int sim_world_grow(sim_world_t *world, sim_state_population_t *population, uint32_t rows) {
    if (sim_base_arena_is_shut(&world->arena, "sim_world_grow()"))
        return SIM_ERR_ARGUMENT;
    int rc = sim_state_grow(world->arrays, population, rows);
    rc = not_changed(world, population, rc, "sim_world_grow()", rows);
    return rc ? rc : sim_schedule_networks_grow(world, population, rows);
}

int sim_world_remove(sim_world_t *world, sim_state_population_t *population, uint32_t row) {
    const sim_phase_t *phase = world->acting;
    if (sim_base_arena_is_shut(&world->arena, "sim_world_remove()"))
        return SIM_ERR_ARGUMENT;
    size_t asked = phase ? phase->items(world) : 0;
    int rc = sim_state_remove(world->arrays, population, row);
    rc = not_changed(world, population, rc, "sim_world_remove()", row);
    if (rc == SIM_OK)
        sim_schedule_networks_remove(world, population, row);
    if (rc || !phase || phase->items(world) >= asked)
        return rc;
    return sim_world_fail(world, SIM_ERR_ARGUMENT,
                          "sim_world_remove() of row %u of %s, who are being asked, so that others "
                          "would miss their turn; mark it, and remove it in a commit",
                          row, row_of(world, population)->name);
}

static uint32_t count_purposes(const sim_model_t *model) {
    uint32_t n = 0;
    while (model->purposes && model->purposes[n])
        n++;
    return model->purposes ? n : UINT32_MAX;
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

static int find_targets(sim_world_t *world, const sim_config_t *config) {
    int rc = sim_schedule_targets(config, world->shared, &world->arena, NULL, &world->targets);
    return rc == SIM_ERR_CONFIG
               ? sim_world_fail(world, rc, "an intervention is about agents that there are not")
               : rc;
}

/* Threads, and what is to be known about the phases to use them well. */
static int prepare_threads(sim_world_t *world) {
    size_t n = 0;
    if (sim_schedule_crew_threads(world->crew) != world->threads) {
        sim_schedule_crew_dismiss(world->crew);
        world->crew = NULL;
    }
    if (world->threads == 1)
        return SIM_OK;
    if (!world->crew)
        world->crew = sim_schedule_crew_hire(world->threads);
    while (world->model->phases[n].name)
        n++;
    world->cost = sim_base_arena_alloc(&world->arena, n, sizeof *world->cost);
    return world->cost && world->crew ? SIM_OK : SIM_ERR_MEMORY;
}

/* Not after every phase: there may be many, and a step is short. */
static int check_columns(sim_world_t *world, const char *hook) {
    const sim_state_array_t *over = sim_state_overrun(world->arrays);
    if (!over)
        return SIM_OK;
    int rc = sim_world_fail(world, SIM_ERR_ARGUMENT,
                            "column %.60s has %zu rows, and somebody wrote before the first or "
                            "behind the last of them",
                            over->name, over->rows);
    return sim_schedule_outcome(world, hook, "", rc);
}

static int make_arrays(sim_world_t *world) {
    world->faults = sim_base_arena_alloc(&world->arena, 1, sizeof *world->faults);
    world->arrays = sim_base_arena_alloc(&world->arena, 1, sizeof *world->arrays);
    if (!world->arrays || !world->faults)
        return SIM_ERR_MEMORY;
    world->arrays->arena = &world->arena;
    world->arrays->of_twin = world->of_twin;
    return SIM_OK;
}

/* The model's struct and its arrays, from its state table. */
static int make_state(sim_world_t *world) {
    const sim_model_t *model = world->model;
    const sim_state_row_t *wrong = NULL;
    if (!model->state)
        return SIM_OK;
    world->state = sim_base_arena_alloc(&world->arena, 1, model->state_size);
    if (!world->state)
        return SIM_ERR_MEMORY;
    world->arrays->model = model->name;
    world->arrays->table = model->state;
    world->arrays->base = world->state;
    int rc = sim_state_make(world->arrays, world, world->params, &wrong);
    return rc == SIM_ERR_LIMIT ? sim_world_fail(world, rc, "population %s of model %s is too large",
                                                wrong->name, model->name)
                               : rc;
}

/* What it hung in is known before it is looked at, also where the hook has failed. */
static int set_up(sim_world_t *world) {
    sim_schedule_enter(world, "setup()", "");
    int rc = world->model->setup ? world->model->setup(world) : SIM_OK;
    int sealed = sim_schedule_networks_seal(world);
    return sim_schedule_outcome(world, "setup()", "", rc ? rc : sealed);
}

int sim_world_init(sim_world_t *world, const sim_config_t *config, const void *shared,
                   uint32_t replicate, int threads) {
    const sim_rng_key_t key = sim_rng_key((uint64_t)config->run.seed, replicate);
    sim_base_arena_t arena = world->arena;
    sim_base_arena_reset(&arena);
    *world = (sim_world_t){.model = config->model,
                           .params = config->params,
                           .shared = shared,
                           .clock = clock_of(&config->run),
                           .key = key,
                           .step_key = key, /* of set-up too, whatever the stream */
                           .arena = arena,
                           .record = world->record,
                           .watch = world->watch,
                           .crew = world->crew,
                           .phase_seconds = world->phase_seconds,
                           .ends = world->ends,
                           .of_twin = world->of_twin,
                           .n_purposes = count_purposes(config->model),
                           .threads = threads > 1 ? threads : 1};
    int rc = make_arrays(world);
    if (rc == SIM_OK)
        rc = own_params(world, config);
    if (rc == SIM_OK)
        rc = find_targets(world, config);
    if (rc == SIM_OK)
        rc = prepare_threads(world);
    if (rc == SIM_OK)
        rc = make_state(world);
    if (rc == SIM_OK)
        rc = sim_schedule_networks_make(world);
    if (rc == SIM_OK)
        rc = set_up(world);
    world->step_key = sim_rng_stream(key, (uint64_t)config->run.stream);
    if (rc == SIM_OK)
        rc = check_columns(world, "setup()");
    world->arena.sealed = true;
    if (rc == SIM_ERR_MEMORY)
        rc = sim_world_fail(world, rc, "the memory did not suffice for the set-up");
    return rc;
}

/* Sets the parameters and the stream that are due at the beginning of `step` and have not been set
 * before, and counts all that is due; whether there was any. */
static bool apply_due(sim_world_t *world, int32_t step) {
    double now = sim_schedule_time(&world->clock, step);
    size_t before = world->n_applied;
    for (; world->n_applied < world->n_interventions; world->n_applied++) {
        const sim_param_intervention_t *next = &world->interventions[world->n_applied];
        if (next->at > now)
            break;
        if (sim_param_is_stream(next->row))
            world->step_key = sim_rng_stream(world->key, (uint64_t)next->value.integer);
        else if (!next->about)
            sim_param_store(next->row, &next->value, world->own_params);
    }
    return world->n_applied > before;
}

/* Sets what intervention i says on each of its agents. */
static int set_on_agents(sim_world_t *world, size_t i) {
    const sim_param_intervention_t *what = &world->interventions[i];
    const sim_schedule_target_t *target = &world->targets[i];
    const sim_agent_param_t *param = what->about->param;
    int rc = SIM_OK;
    for (size_t k = 0; k < target->n && rc == SIM_OK; k++)
        rc = param->apply(
            world, &(sim_agent_change_t){param, target->agent[k], target->other, &what->value});
    return sim_schedule_outcome(world, "apply() of ", param->row.name, rc);
}

/* Parameters first, then agents: these find everything derived as it is to be. */
static int intervene(sim_world_t *world) {
    size_t first = world->n_applied;
    int rc = SIM_OK;
    if (!apply_due(world, world->clock.step))
        return SIM_OK;
    if (world->model->changed)
        rc = sim_schedule_outcome(world, "changed()", "", world->model->changed(world));
    for (size_t i = first; i < world->n_applied && rc == SIM_OK; i++)
        if (world->interventions[i].about)
            rc = set_on_agents(world, i);
    return rc;
}

void sim_world_skip(sim_world_t *world, int32_t step) {
    if (step > 0)
        (void)apply_due(world, step - 1);
    world->clock.step = step;
}

int sim_world_step(sim_world_t *world) {
    sim_schedule_networks_now(world, world->clock.step);
    int rc = intervene(world);
    if (rc == SIM_OK)
        rc = sim_schedule_phases(world);
    if (rc == SIM_OK)
        rc = check_columns(world, "a phase");
    if (rc == SIM_OK)
        world->clock.step++;
    sim_schedule_networks_now(world, SIM_NETWORK_NO_STEP);
    return rc;
}

int sim_world_verify(sim_world_t *world) {
    int rc = world->model->verify ? world->model->verify(world) : SIM_OK;
    if (rc == SIM_ERR_VERIFY)
        rc = sim_world_fail(world, rc, "an invariant does not hold");
    rc = sim_schedule_outcome(world, "verify()", "", rc);
    return rc ? rc : sim_schedule_networks_verify(world);
}

void sim_world_free(sim_world_t *world) {
    sim_schedule_crew_dismiss(world->crew);
    sim_base_arena_free(&world->arena);
    *world = (sim_world_t){0};
}
