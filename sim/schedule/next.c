/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/schedule/next.h"

#include <string.h>

const char *sim_schedule_next_problem(const sim_model_t *model, const sim_phase_t *phase,
                                      size_t k) {
    const sim_next_t *next = &phase->next[k];
    if (!next->size)
        return NULL;
    const sim_state_row_t *column =
        sim_state_row_at(model->state, SIM_STATE_IS_COLUMN, next->column);
    const sim_state_row_t *copy = sim_state_row_at(model->state, SIM_STATE_IS_SCRATCH, next->copy);
    if (!phase->each && !phase->decide)
        return "copies a column, but has neither each() nor decide(), which would write the copy";
    if (!column)
        return "copies what is no column of the state table (SIM_STATE_COLUMN)";
    if (!copy)
        return "writes a copy that is no scratch of the state table (SIM_STATE_SCRATCH)";
    if (copy->population != column->population || copy->cells != column->cells)
        return "writes a copy that is of another population than its column, or has other cells";
    for (size_t other = 0; other < k; other++)
        if (phase->next[other].column == next->column || phase->next[other].copy == next->copy)
            return "copies the same column twice, or two columns to the same place";
    return NULL;
}

static void **member(const sim_world_t *world, size_t offset) {
    return (void **)(void *)((char *)world->state + offset);
}

/* Rows that are not in use are copied, too: they are zero, as a population that grows expects. */
void sim_schedule_next_begin(const sim_world_t *world, const sim_phase_t *phase) {
    for (const sim_next_t *next = phase->next; next < phase->next + SIM_MOST_NEXT; next++) {
        if (!next->size)
            continue;
        const sim_state_row_t *row =
            sim_state_row_at(world->model->state, SIM_STATE_IS_COLUMN, next->column);
        const sim_state_population_t *of = (const void *)((char *)world->state + row->population);
        memcpy(*member(world, next->copy), *member(world, next->column),
               of->capacity * row->cells * row->size);
    }
}

static void follow(sim_state_arrays_t *arrays, const void *before, void *now) {
    for (size_t i = 0; i < arrays->count; i++)
        if (arrays->array[i].data == before) {
            arrays->array[i].data = now;
            return;
        }
}

void sim_schedule_next_end(sim_world_t *world, const sim_phase_t *phase) {
    for (const sim_next_t *next = phase->next; next < phase->next + SIM_MOST_NEXT; next++) {
        if (!next->size)
            continue;
        void **column = member(world, next->column), **copy = member(world, next->copy);
        void *before = *column;
        *column = *copy;
        *copy = before;
        follow(world->arrays, before, *column);
    }
}
