/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "sim/base/list.h"
#include "sim/param/parts.h"

const char *sim_param_pool_take(sim_param_pool_t *pool, char *text) {
    if (!text) {
        return NULL;
    }
    char **larger = sim_base_grow(pool->text, pool->count, sizeof *larger);
    if (!larger) {
        free(text);
        return NULL;
    }
    pool->text = larger;
    return pool->text[pool->count++] = text;
}

void sim_param_pool_free(sim_param_pool_t *pool) {
    for (size_t i = 0; i < pool->count; i++) {
        free(pool->text[i]);
    }
    free(pool->text);
    *pool = (sim_param_pool_t){0};
}
