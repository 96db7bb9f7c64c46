/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Private to the checkpoint room: bytes of an image, and the arrays of a world. */
#ifndef SIM_CHECKPOINT_PARTS_H
#define SIM_CHECKPOINT_PARTS_H

#include "sim/checkpoint/image.h"
#include "sim/network/cells.h"

/* ---- bytes (bytes.c) ---- */

/* Reads an image item by item. Past the end everything is empty and `bad` is set. */
typedef struct {
    const unsigned char *at, *end;
    bool bad;
} sim_checkpoint_reader_t;

int sim_checkpoint_put(sim_checkpoint_image_t *image, const void *bytes, size_t size);
int sim_checkpoint_put_number(sim_checkpoint_image_t *image, uint64_t number);
int sim_checkpoint_put_text(sim_checkpoint_image_t *image, const char *text);

const unsigned char *sim_checkpoint_get(sim_checkpoint_reader_t *reader, size_t size);
uint64_t sim_checkpoint_get_number(sim_checkpoint_reader_t *reader);
/* Not terminated; *length bytes. */
const char *sim_checkpoint_get_text(sim_checkpoint_reader_t *reader, size_t *length);

/* ---- header (header.c) ---- */

enum { SIM_CHECKPOINT_SUM = 16 }; /* bytes of the checksum */

typedef struct {
    int32_t step;
    const char *state; /* 32 digits, not terminated */
    uint64_t arrays;
} sim_checkpoint_header_t;

/* Begins an image; the number of arrays is the last item. */
int sim_checkpoint_put_header(sim_checkpoint_image_t *image, const sim_world_t *world,
                              const sim_checkpoint_identity_t *identity, uint64_t arrays);
/* Writes the size into the header and puts the checksum at the end. */
int sim_checkpoint_seal(sim_checkpoint_image_t *image);

/* The header of an image that has been checked; the reader is left at the first array. */
sim_checkpoint_header_t sim_checkpoint_header(const sim_checkpoint_image_t *image,
                                              sim_checkpoint_reader_t *reader);

/* ---- arrays (arrays.c) ---- */

/* What lies in rows of a network has no data of its own, but cells. */
typedef struct {
    sim_state_array_t column;
    sim_network_cells_t cells;
    bool fixed; /* always as many rows as the model registered */
} sim_checkpoint_array_t;

/* All arrays of a world, in the order of the file. *out is the caller's (free). */
int sim_checkpoint_arrays(const sim_world_t *world, sim_checkpoint_array_t **out, size_t *n);

/* An array as it lies in an image. */
typedef struct {
    const char *name;
    size_t name_length, kept;
    uint64_t type, rows;
    const unsigned char *bytes;
} sim_checkpoint_found_t;

int sim_checkpoint_put_array(sim_checkpoint_image_t *image, const sim_checkpoint_array_t *array);
/* found[n]; SIM_ERR_VERIFY with a note when they are not the arrays of the list. */
int sim_checkpoint_match(sim_world_t *world, sim_checkpoint_reader_t *reader,
                         const sim_checkpoint_array_t *list, sim_checkpoint_found_t *found,
                         size_t n);
/* Writes matched arrays into the world, at the step that its clock has. */
int sim_checkpoint_fill(sim_world_t *world, const sim_checkpoint_found_t *found, size_t n);

#endif
