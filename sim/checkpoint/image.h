/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of a replicate between two steps as one block of bytes, and the file that holds it.
 *
 * The image has what a model registered (columns, ties, graph) and what the record has gathered;
 * what setup() derives from parameters is not in it. Layout, every item padded to 8 bytes:
 *
 *     "kumiai.c", order mark 0x01020304 and format version (32 bits each), size of the whole
 *     texts: program version, random numbers, the parts of the program's identity, model, digest
 *     of the configuration
 *     replicate, detail (0: no record), step, digest of the state, number of arrays
 *     each array: name, type (sim_state_type_t), rows, bytes kept, bytes
 *     XXH3, 128 bits, of all before it
 *
 * A text is its length and its bytes. Of an array trailing zeros are not kept. Numbers have the
 * byte order of the machine that wrote them (little-endian on all that kumiai is built for); the
 * order mark tells, and a machine of the other order refuses the file. */
#ifndef SIM_CHECKPOINT_IMAGE_H
#define SIM_CHECKPOINT_IMAGE_H

#include "sim/base/why.h"
#include "sim/record/record.h"
#include "sim/schedule/world.h"

enum { SIM_CHECKPOINT_FORMAT = 5 };

typedef struct {
    unsigned char *bytes; /* owned; from malloc, so that every item is aligned */
    size_t size, capacity;
} sim_checkpoint_image_t;

/* Which run an image is of. */
typedef struct {
    const char *model, *config_digest;
    uint32_t replicate;
    int detail;    /* sim_detail_t, -1 for a world without a record */
    uint32_t kept; /* of the names of the rows that are kept: sim_checkpoint_kept; 0 without */
} sim_checkpoint_identity_t;

/* A number for output.tables, output.events and, with the detail that is kept in the end, for the
 * outputs that are measured. */
uint32_t sim_checkpoint_kept(const sim_config_t *config, sim_detail_t detail);

/* Puts the state of the world into *image in place of what was there. Between steps only. 0 or
 * SIM_ERR_MEMORY. */
int sim_checkpoint_save(const sim_world_t *world, const sim_checkpoint_identity_t *identity,
                        sim_checkpoint_image_t *image);

/* Whether the bytes are a whole image, made by this build for this run. *step = steps done. Else
 * SIM_ERR_CONFIG and a sentence part ("is corrupt: ...") in why. */
int sim_checkpoint_check(const sim_checkpoint_image_t *image,
                         const sim_checkpoint_identity_t *identity, int32_t *step,
                         sim_base_why_t *why);

/* Brings a world that sim_world_init has just made to the state of a checked image. The parameters
 * become those of the world's own configuration at that step. 0, SIM_ERR_MEMORY, or SIM_ERR_VERIFY
 * with a note in the world: other arrays than the model registers (the world is untouched then), or
 * changed() has moved state. */
int sim_checkpoint_load(sim_world_t *world, const sim_checkpoint_image_t *image);

void sim_checkpoint_image_free(sim_checkpoint_image_t *image);

/* ---- files (file.c) ---- */

/* Writes `path` whole or not at all: under another name, then renamed. `durable`: file and folder
 * are flushed to the disk on the way, which takes some ten ms; without it a loss of power may leave
 * a file that sim_checkpoint_check refuses. SIM_ERR_IO with a sentence in why. */
int sim_checkpoint_file_write(const char *path, const sim_checkpoint_image_t *image, bool durable,
                              sim_base_why_t *why);

/* Reads a file into *image; *found = false and 0 when there is none. SIM_ERR_IO with a sentence in
 * why, or SIM_ERR_MEMORY. */
int sim_checkpoint_file_read(const char *path, sim_checkpoint_image_t *image, bool *found,
                             sim_base_why_t *why);

#endif
