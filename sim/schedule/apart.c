/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/schedule/apart.h"

#include <stdlib.h>
#include <string.h>

/* An array, what it was at the last look, and behind it which of its cells have changed. */
typedef struct {
    const char *name, *now;
    char *last;
    size_t size, cells;
} watched_t;

struct sim_schedule_apart {
    size_t n;
    watched_t array[];
};

static bool watch(sim_schedule_apart_t *apart, watched_t w) {
    w.last = calloc(w.cells + 1, w.size + 1);
    apart->array[apart->n++] = w;
    return w.last && (w.cells == 0 || memcpy(w.last, w.now, w.size * w.cells));
}

sim_schedule_apart_t *sim_schedule_apart_begin(const sim_world_t *world) {
    const sim_state_arrays_t *arrays = world->arrays;
    const sim_state_row_t *row = world->model->state;
    sim_schedule_apart_t *apart =
        calloc(1, sizeof *apart + (arrays->count + sim_state_rows(row)) * sizeof *apart->array);
    bool all = apart;
    for (size_t i = 0; all && i < arrays->count; i++) {
        const sim_state_array_t *a = &arrays->array[i];
        all = watch(apart,
                    (watched_t){a->name, a->data, NULL, sim_state_type_size(a->type), a->rows});
    }
    for (; all && row && row->kind != SIM_STATE_IS_END; row++)
        if (row->kind == SIM_STATE_IS_SCRATCH)
            all = watch(
                apart,
                (watched_t){row->name, *(void **)(void *)((char *)world->state + row->offset), NULL,
                            row->size, row->cells * sim_state_count_at(arrays, row->population)});
    if (all)
        return apart;
    sim_schedule_apart_end(apart);
    return NULL;
}

int sim_schedule_apart_look(sim_schedule_apart_t *apart, sim_world_t *world) {
    int rc = SIM_OK;
    for (watched_t *w = apart->array; w < apart->array + apart->n && rc == SIM_OK; w++) {
        char *changed = w->last + w->size * w->cells;
        for (size_t cell = 0; cell < w->cells && rc == SIM_OK; cell++) {
            const char *now = w->now + cell * w->size;
            char *last = w->last + cell * w->size;
            if (memcmp(last, now, w->size) == 0)
                continue;
            memcpy(last, now, w->size);
            if (changed[cell]++)
                rc = sim_world_fail(world, SIM_ERR_ARGUMENT,
                                    "cell %zu of %.40s is written for two of those who act at the "
                                    "same time: threads would lose a write",
                                    cell, w->name);
        }
    }
    return rc;
}

void sim_schedule_apart_end(sim_schedule_apart_t *apart) {
    for (size_t i = 0; apart && i < apart->n; i++)
        free(apart->array[i].last);
    free(apart);
}
