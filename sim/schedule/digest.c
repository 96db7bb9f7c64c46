/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fingerprint of all registered state. It sees what the state is, not where it lies: equal
 * for any stride, capacity, address and number of threads. */
#include <stdio.h>
#include <string.h>

#define XXH_STATIC_LINKING_ONLY /* the hash's state lies on the stack */
#include <xxhash.h>

#include "sim/schedule/networks.h"

enum { SCRATCH = 4096 };

static void add_number(XXH3_state_t *hash, uint64_t number) {
    XXH3_128bits_update(hash, &number, sizeof number);
}

/* Name and size go first, so that no two arrays can trade bytes. */
static void add_array(XXH3_state_t *hash, const char *name, const void *data, size_t rows,
                      size_t size) {
    XXH3_128bits_update(hash, name, strlen(name) + 1);
    add_number(hash, rows);
    add_number(hash, size);
    if (rows)
        XXH3_128bits_update(hash, data, rows * size);
}

static void add_arrays(XXH3_state_t *hash, const sim_state_arrays_t *arrays) {
    for (size_t i = 0; i < arrays->count; i++) {
        const sim_state_array_t *column = &arrays->array[i];
        add_number(hash, column->type);
        add_array(hash, column->name, column->data, column->rows,
                  sim_state_type_size(column->type));
    }
}

static void add_ties(XXH3_state_t *hash, const sim_world_network_t *network) {
    sim_state_array_t column[SIM_NETWORK_TIES_COLUMNS];
    sim_schedule_ties_arrays(network, column);
    for (int i = 0; i < SIM_NETWORK_TIES_COLUMNS; i++)
        add_array(hash, column[i].name, column[i].data, column[i].rows,
                  sim_state_type_size(column[i].type));
}

/* Rows are gathered first: the hash is slow on many small pieces. */
static void add_graph(XXH3_state_t *hash, const sim_world_network_t *network) {
    const sim_network_graph_t *graph = network->graph;
    uint32_t scratch[SCRATCH];
    size_t used = 0;
    add_array(hash, network->array[0], graph->degree, graph->n, sizeof *graph->degree);
    add_number(hash, graph->ties);
    for (uint32_t node = 0; node < graph->n; node++) {
        const uint32_t *row = sim_network_neighbours(graph, node);
        for (uint32_t k = 0; k < graph->degree[node]; k++) {
            scratch[used++] = row[k];
            if (used == SCRATCH) {
                XXH3_128bits_update(hash, scratch, sizeof scratch);
                used = 0;
            }
        }
    }
    XXH3_128bits_update(hash, scratch, used * sizeof *scratch);
}

void sim_world_digest(const sim_world_t *world, char digest[33]) {
    XXH3_state_t hash;
    XXH3_INITSTATE(&hash); /* else reset reads a seed that is not there */
    XXH3_128bits_reset(&hash);
    add_number(&hash, (uint64_t)world->clock.step);
    add_arrays(&hash, world->arrays);
    for (size_t k = 0; k < world->n_networks; k++)
        if (world->network[k].ties)
            add_ties(&hash, &world->network[k]);
        else
            add_graph(&hash, &world->network[k]);
    XXH128_hash_t value = XXH3_128bits_digest(&hash);
    snprintf(digest, 33, "%016llx%016llx", (unsigned long long)value.high64,
             (unsigned long long)value.low64);
}
