/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "sim/param/parts.h"

const char *sim_param_pool_take(sim_param_pool_t *pool, char *text) {
    if (!text) {
        return NULL;
    }
    if (pool->count == pool->capacity) {
        size_t capacity = pool->capacity ? 2 * pool->capacity : 64;
        char **larger = realloc(pool->text, capacity * sizeof *larger);
        if (!larger) {
            free(text);
            return NULL;
        }
        pool->text = larger;
        pool->capacity = capacity;
    }
    return pool->text[pool->count++] = text;
}

void sim_param_pool_free(sim_param_pool_t *pool) {
    for (size_t i = 0; i < pool->count; i++) {
        free(pool->text[i]);
    }
    free(pool->text);
    *pool = (sim_param_pool_t){0};
}
