/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a model's table as SQLite's records, and what is hashed of them. Private to the room. */
#ifndef SIM_STORE_ENCODE_H
#define SIM_STORE_ENCODE_H

#include "sim/record/record.h"
#include "sim/store/hash.h"
#include "sim/store/image.h"

/* A label as it is hashed: its type, length and text, with bytes behind that may be copied too. */
typedef struct {
    uint32_t length;
    unsigned char *hashed;
} sim_store_word_t;

typedef struct {
    sim_field_type_t type;
    sim_store_word_t *word;
    size_t words;
} sim_store_column_t;

typedef struct {
    sim_store_column_t *column;
    size_t columns;
    unsigned char *type,
        *body; /* of the row that is being made: types of its cells, their values */
    size_t row_most, hash_most; /* bytes that a row can take: as a record, and to hash */
} sim_store_encoder_t;

/* SIM_ERR_MEMORY. The fields must outlive nothing: labels are copied. Free it in any case. */
int sim_store_encoder_init(sim_store_encoder_t *encoder, const sim_field_t *fields);
void sim_store_encoder_free(sim_store_encoder_t *encoder);

/* Adds a row of a run to a table of the image and to the digest that was begun; one cell per field.
 * SIM_ERR_MEMORY. */
int sim_store_encode(const sim_store_encoder_t *encoder, int64_t run_id, const sim_cell_t *cell,
                     sim_store_image_t *image, size_t table, sim_store_hash_t *hash);

#endif
