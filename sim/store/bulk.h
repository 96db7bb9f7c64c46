/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of detail full, ties and the models' own tables: kept as pages in memory from run to
 * run, and given to SQLite before each commit. Private to the store room. */
#ifndef SIM_STORE_BULK_H
#define SIM_STORE_BULK_H

#include "sim/base/why.h"
#include "sim/store/encode.h"
#include "sim/store/schema.h"

typedef struct {
    sim_store_image_t image;       /* of the tables of the schema */
    sim_store_encoder_t **encoder; /* of each configuration: of its spells, then of its tables */
    size_t *encoders, n_configs;
    bool attached; /* since the last copy; until the transaction is over */
} sim_store_bulk_t;

/* For an open results file with all tables. SIM_ERR_MEMORY, SIM_ERR_STORE, or SIM_ERR_CONFIG with a
 * sentence when a table's rows can be too long. Free it in any case. */
int sim_store_bulk_init(sim_store_bulk_t *bulk, sqlite3 *db, const sim_store_schema_t *schema,
                        const sim_config_t *const *configs, sim_base_why_t *why);
void sim_store_bulk_free(sim_store_bulk_t *bulk);

/* Takes over all rows of a run and adds their digests to `sum`. SIM_ERR_MEMORY. */
int sim_store_bulk_put(sim_store_bulk_t *bulk, const sim_store_schema_t *schema,
                       const sim_record_t *record, int64_t run_id, sim_store_hash_t *hash,
                       sim_store_digest_t *sum);

/* Whether so much has come together that it should be committed. */
bool sim_store_bulk_due(const sim_store_bulk_t *bulk);

/* Writes what was put, within a transaction: 0, SIM_ERR_STORE or SIM_ERR_MEMORY. When that is over,
 * committed or not: sim_store_bulk_over(), which forgets what was not written. */
int sim_store_bulk_copy(sim_store_bulk_t *bulk, sqlite3 *db);
void sim_store_bulk_over(sim_store_bulk_t *bulk, sqlite3 *db);

#endif
