/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "sim/base/list.h"
#include "sim/param/parts.h"

/* Whether the block is the pool's now; else it is gone. */
static bool keep(sim_param_load_t *load, void *block) {
    sim_param_pool_t *pool = &load->pool;
    void **larger = block ? sim_base_grow(pool->block, pool->count, sizeof *larger) : NULL;
    if (!larger) {
        free(block);
        load->report.failed = true;
        return false;
    }
    pool->block = larger;
    pool->block[pool->count++] = block;
    return true;
}

const char *sim_param_keep(sim_param_load_t *load, char *text) {
    return keep(load, text) ? text : "";
}

const char *sim_param_keep_stream(sim_param_load_t *load, FILE *stream, sim_base_text_t *text) {
    bool whole = stream && sim_base_text_close(stream, text) == 0;
    return sim_param_keep(load, whole ? text->bytes : NULL);
}

void *sim_param_keep_block(sim_param_load_t *load, size_t count, size_t size) {
    void *block = calloc(count, size);
    return keep(load, block) ? block : NULL;
}

void sim_param_pool_free(sim_param_pool_t *pool) {
    for (size_t i = 0; i < pool->count; i++)
        free(pool->block[i]);
    free(pool->block);
    *pool = (sim_param_pool_t){0};
}
