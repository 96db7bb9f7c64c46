/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saving and restoring a world. */
#include <stdlib.h>
#include <string.h>

#include "sim/checkpoint/parts.h"

int sim_checkpoint_save(const sim_world_t *world, const sim_checkpoint_identity_t *identity,
                        sim_checkpoint_image_t *image) {
    sim_checkpoint_array_t *list = NULL;
    size_t n = 0;
    int rc = sim_checkpoint_arrays(world, &list, &n);
    if (rc == 0)
        rc = sim_checkpoint_put_header(image, world, identity, n);
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = sim_checkpoint_put_array(image, &list[i]);
    free(list);
    return rc ? rc : sim_checkpoint_seal(image);
}

/* The state must be the one that was saved: changed() renews what follows from parameters, and a
 * model whose changed() moves anything else would go another way from here. */
static int confirm(sim_world_t *world, const char *expected) {
    char state[33];
    sim_world_digest(world, state);
    if (memcmp(state, expected, strlen(state)) == 0)
        return SIM_OK;
    return sim_world_fail(world, SIM_ERR_VERIFY,
                          "the state after restoring a checkpoint is not the one that was saved");
}

static int load(sim_world_t *world, const sim_checkpoint_header_t *header,
                sim_checkpoint_reader_t *reader, const sim_checkpoint_array_t *list,
                sim_checkpoint_found_t *found, size_t n) {
    int rc = header->arrays == n
                 ? sim_checkpoint_match(world, reader, list, found, n)
                 : sim_world_fail(world, SIM_ERR_VERIFY,
                                  "the checkpoint has %llu arrays, the model has %zu",
                                  (unsigned long long)header->arrays, n);
    if (rc)
        return rc;
    sim_world_skip(world, header->step);
    rc = sim_checkpoint_fill(world, found, n);
    if (rc == 0 && world->model->changed)
        rc = world->model->changed(world);
    return rc ? rc : confirm(world, header->state);
}

int sim_checkpoint_load(sim_world_t *world, const sim_checkpoint_image_t *image) {
    sim_checkpoint_array_t *list = NULL;
    sim_checkpoint_reader_t reader;
    size_t n = 0;
    const sim_checkpoint_header_t header = sim_checkpoint_header(image, &reader);
    int rc = sim_checkpoint_arrays(world, &list, &n);
    sim_checkpoint_found_t *found = rc ? NULL : calloc(n + 1, sizeof *found);
    if (rc == 0)
        rc = found ? load(world, &header, &reader, list, found, n) : SIM_ERR_MEMORY;
    free(found);
    free(list);
    return rc;
}
