/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fingerprint of all registered state. It sees what the state is, not where it lies: equal
 * for any stride, capacity, address and number of threads. */
#include <stdio.h>
#include <string.h>

#define XXH_STATIC_LINKING_ONLY /* the hash's state lies on the stack */
#include <xxhash.h>

#include "sim/schedule/networks.h"

enum { SCRATCH = 16384 };

static void add_number(XXH3_state_t *hash, uint64_t number) {
    XXH3_128bits_update(hash, &number, sizeof number);
}

/* Name and size go first, so that no two arrays can trade bytes. */
static void add_array(XXH3_state_t *hash, const sim_state_array_t *array) {
    size_t size = sim_state_type_size(array->type);
    XXH3_128bits_update(hash, array->name, strlen(array->name) + 1);
    add_number(hash, array->rows);
    add_number(hash, size);
    if (array->rows && array->data)
        XXH3_128bits_update(hash, array->data, array->rows * size);
}

static void add_arrays(XXH3_state_t *hash, const sim_state_arrays_t *arrays) {
    for (size_t i = 0; i < arrays->count; i++) {
        add_number(hash, arrays->array[i].type);
        add_array(hash, &arrays->array[i]);
    }
}

/* Rows are gathered first: the hash is slow on many small pieces. */
static void add_rows(XXH3_state_t *hash, const sim_network_cells_t *cells) {
    unsigned char scratch[SCRATCH];
    size_t used = 0, bytes;
    for (uint32_t row = 0; row < sim_network_cells_rows(cells); row++) {
        const void *cell = sim_network_cells_row(cells, row, &bytes);
        if (used + bytes > SCRATCH) {
            XXH3_128bits_update(hash, scratch, used);
            used = 0;
        }
        if (bytes > SCRATCH) {
            XXH3_128bits_update(hash, cell, bytes);
        } else {
            memcpy(scratch + used, cell, bytes);
            used += bytes;
        }
    }
    XXH3_128bits_update(hash, scratch, used);
}

static void add_network(XXH3_state_t *hash, const sim_world_t *world,
                        const sim_world_network_t *network) {
    for (size_t i = 0; i < network->n_arrays; i++) {
        const sim_schedule_network_array_t one = sim_schedule_network_array(world, network, i);
        bool in_rows = one.cells.size > 0;
        if (network->graph && in_rows)
            add_number(hash, network->graph->ties);
        else
            add_array(hash, &one.array);
        if (in_rows)
            add_rows(hash, &one.cells);
    }
}

void sim_world_digest(const sim_world_t *world, char digest[33]) {
    XXH3_state_t hash;
    XXH3_INITSTATE(&hash); /* else reset reads a seed that is not there */
    XXH3_128bits_reset(&hash);
    add_number(&hash, (uint64_t)world->clock.step);
    add_arrays(&hash, world->arrays);
    for (size_t k = 0; k < world->n_networks; k++)
        add_network(&hash, world, &world->network[k]);
    XXH128_hash_t value = XXH3_128bits_digest(&hash);
    snprintf(digest, 33, "%016llx%016llx", (unsigned long long)value.high64,
             (unsigned long long)value.low64);
}
