/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/store/bulk.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/base/list.h"

enum { SPELLS, FIRST_TABLE }; /* places in a configuration's encoders */
enum { DUE_BYTES = 8 << 20 }; /* half of SQLite's cache: the transaction stays in memory */

/* ---- rows ---- */

typedef struct {
    sim_store_bulk_t *bulk;
    const sim_store_of_config_t *of;
    sim_store_hash_t *hash;
    sim_store_digest_t *sum;
    int64_t run_id;
} rows_t;

/* The rows of the table that encoder `e` is of; of one without a row of this run nothing is added.
 */
static int put_rows(const rows_t *rows, const sim_record_t *record, size_t e) {
    sim_cell_t spell[SIM_RECORD_SPELL_FIELDS];
    sim_store_image_t *image = &rows->bulk->image;
    const sim_store_encoder_t *encoder = &rows->bulk->encoder[record->scenario][e];
    const sim_record_rows_t *table = e == SPELLS ? NULL : &record->table[e - FIRST_TABLE];
    size_t at = table ? rows->of->table_at[e - FIRST_TABLE] : rows->of->spells_at;
    size_t n = table ? table->rows : record->n_ties;
    int rc = 0;
    if (n == 0)
        return 0;
    sim_store_hash_begin(rows->hash, image->table[at].name);
    for (size_t r = 0; rc == 0 && r < n; r++) {
        if (!table)
            sim_record_spell_cells(&rows->of->spells, &record->tie[r], r, spell);
        rc =
            sim_store_encode(encoder, rows->run_id, table ? table->cell + r * table->fields : spell,
                             image, at, rows->hash);
    }
    sim_store_digest_add(rows->sum, sim_store_hash_end(rows->hash));
    return rc;
}

int sim_store_bulk_put(sim_store_bulk_t *bulk, const sim_store_schema_t *schema,
                       const sim_record_t *record, int64_t run_id, sim_store_hash_t *hash,
                       sim_store_digest_t *sum) {
    const rows_t rows = {bulk, &schema->of[record->scenario], hash, sum, run_id};
    int rc = 0;
    for (size_t e = 0; rc == 0 && e < FIRST_TABLE + record->n_tables; e++)
        rc = put_rows(&rows, record, e);
    return rc;
}

/* ---- writing ---- */

bool sim_store_bulk_due(const sim_store_bulk_t *bulk) {
    const sim_store_image_t *image = &bulk->image;
    return (image->pages - image->empty) * image->page_size >= DUE_BYTES;
}

int sim_store_bulk_copy(sim_store_bulk_t *bulk, sqlite3 *db) {
    if (bulk->image.rows == 0)
        return 0;
    bulk->attached = true;
    return sim_store_image_copy(&bulk->image, db);
}

void sim_store_bulk_over(sim_store_bulk_t *bulk, sqlite3 *db) {
    if (bulk->attached)
        (void)sim_store_image_detach(db);
    bulk->attached = false;
    sim_store_image_clear(&bulk->image);
}

/* ---- begin and end ---- */

static int check_length(const sim_store_bulk_t *bulk, const sim_store_encoder_t *encoder,
                        const char *table, sim_base_why_t *why) {
    size_t most = sim_store_image_row_most(&bulk->image);
    if (encoder->row_most <= most && encoder->hash_most <= SIM_STORE_HASH_ROOM)
        return 0;
    return sim_base_why_fail(
        why, SIM_ERR_CONFIG,
        "a row of table '%s' can have %zu bytes, more than %d: shorten its labels", table,
        encoder->hash_most, SIM_STORE_HASH_ROOM);
}

static int begin_config(sim_store_bulk_t *bulk, const sim_model_t *model,
                        const sim_record_spells_t *spells, size_t config, sim_base_why_t *why) {
    size_t n = SIM_BASE_COUNT(model->tables);
    sim_store_encoder_t *encoder = calloc(FIRST_TABLE + n, sizeof *encoder);
    bulk->encoder[config] = encoder;
    if (!encoder)
        return SIM_ERR_MEMORY;
    bulk->encoders[config] = FIRST_TABLE + n;
    int rc = spells->n ? sim_store_encoder_init(&encoder[SPELLS], spells->field) : 0;
    if (rc == 0 && spells->n)
        rc = check_length(bulk, &encoder[SPELLS], spells->table.name, why);
    for (size_t t = 0; rc == 0 && t < n; t++) {
        rc = sim_store_encoder_init(&encoder[FIRST_TABLE + t], model->tables[t].fields);
        if (rc == 0)
            rc = check_length(bulk, &encoder[FIRST_TABLE + t], model->tables[t].name, why);
    }
    return rc;
}

static int begin_image(sim_store_bulk_t *bulk, sqlite3 *db, const sim_store_schema_t *schema) {
    const char **name = calloc(schema->n_tables + 1, sizeof *name);
    if (!name)
        return SIM_ERR_MEMORY;
    for (size_t t = 0; t < schema->n_tables; t++)
        name[t] = schema->table[t]->name;
    int rc = sim_store_image_init(&bulk->image, db, name, schema->n_tables, SIM_STORE_IMAGE_PAGE);
    free(name);
    return rc;
}

int sim_store_bulk_init(sim_store_bulk_t *bulk, sqlite3 *db, const sim_store_schema_t *schema,
                        const sim_config_t *const *configs, sim_base_why_t *why) {
    size_t n = schema->n_configs;
    *bulk = (sim_store_bulk_t){.encoder = calloc(n + 1, sizeof *bulk->encoder),
                               .encoders = calloc(n + 1, sizeof *bulk->encoders),
                               .n_configs = n};
    int rc = bulk->encoder && bulk->encoders ? begin_image(bulk, db, schema) : SIM_ERR_MEMORY;
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = begin_config(bulk, configs[i]->model, &schema->of[i].spells, i, why);
    return rc;
}

void sim_store_bulk_free(sim_store_bulk_t *bulk) {
    for (size_t i = 0; bulk->encoder && bulk->encoders && i < bulk->n_configs; i++) {
        for (size_t e = 0; e < bulk->encoders[i]; e++)
            sim_store_encoder_free(&bulk->encoder[i][e]);
        free(bulk->encoder[i]);
    }
    free(bulk->encoder);
    free(bulk->encoders);
    sim_store_image_free(&bulk->image);
    *bulk = (sim_store_bulk_t){0};
}
