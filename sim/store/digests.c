/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/store/digests.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/store/parts.h"

/* ---- runs ---- */

sim_store_digest_t sim_store_run_digest(sim_store_hash_t *hash, sim_store_digest_t rows) {
    sim_store_hash_integer(hash, (int64_t)rows.low);
    sim_store_hash_integer(hash, (int64_t)rows.high);
    return sim_store_hash_end(hash);
}

sim_store_digest_t sim_store_listed(sim_store_hash_t *hash, int64_t run_id, const char *digest) {
    sim_store_hash_begin(hash, "run");
    sim_store_hash_integer(hash, run_id);
    sim_store_hash_text(hash, digest);
    return sim_store_hash_end(hash);
}

typedef struct {
    sim_store_hash_t *hash;
    sim_store_digest_t sum;
} list_t;

/* Columns: run_id, rows_digest. */
static int add_listed(void *user, sqlite3_stmt *row) {
    list_t *list = user;
    sim_store_digest_add(&list->sum, sim_store_listed(list->hash, sqlite3_column_int64(row, 0),
                                                      (const char *)sqlite3_column_text(row, 1)));
    return 0;
}

int sim_store_runs_read(sqlite3 *db, sim_store_hash_t *hash, sim_store_digest_t *listed) {
    list_t list = {.hash = hash};
    int rc = sim_store_each(db, add_listed, &list,
                            "SELECT run_id, rows_digest FROM run ORDER BY run_id");
    *listed = list.sum;
    return rc;
}

int sim_store_unlist(sqlite3 *db, int64_t run_id, sim_store_hash_t *hash,
                     sim_store_digest_t *listed) {
    list_t list = {.hash = hash};
    int rc = sim_store_each(db, add_listed, &list,
                            "SELECT run_id, rows_digest FROM run WHERE run_id = %lld",
                            (long long)run_id);
    sim_store_digest_subtract(listed, list.sum);
    return rc;
}

/* The key keeps its place among the rows. */
static int write_digest(sqlite3 *db, const char *table, const char *digest) {
    return sim_store_sql(db,
                         "INSERT INTO meta VALUES ('" SIM_STORE_DIGEST_KEY "%q', %Q)"
                         " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                         table, digest);
}

int sim_store_runs_write(sqlite3 *db, sim_store_digest_t listed) {
    char digest[SIM_STORE_DIGEST];
    sim_store_digest_text(listed, digest);
    return write_digest(db, "run", digest);
}

/* ---- what every reader of the file needs ---- */

int sim_store_meta(sqlite3 *db, const char *key, char **value) {
    return sim_store_text(db, value, "SELECT value FROM meta WHERE key = %Q", key);
}

/* ---- tables ---- */

/* Columns: name, whether it lies in the order of its key. */
static int add_table(void *user, sqlite3_stmt *list) {
    sim_store_tables_t *tables = user;
    sqlite3_stmt *s = NULL;
    sim_store_place_of_t *grown = sim_base_grow(tables->table, tables->count, sizeof *grown);
    if (!grown)
        return SIM_ERR_MEMORY;
    tables->table = grown;
    sim_store_place_of_t *table = &grown[tables->count];
    *table = (sim_store_place_of_t){.name = sqlite3_mprintf("%s", sqlite3_column_text(list, 0)),
                                    .no_rowid = sqlite3_column_int(list, 1) != 0};
    if (!table->name)
        return SIM_ERR_MEMORY;
    tables->count++;
    int rc = sim_store_prepare(sqlite3_db_handle(list), &s, "SELECT * FROM \"%w\"", table->name);
    const char *first = rc ? NULL : sqlite3_column_name(s, 0);
    table->by_run = first && strcmp(first, "run_id") == 0 && strcmp(table->name, "run") != 0;
    sqlite3_finalize(s);
    return first ? rc : SIM_ERR_STORE;
}

int sim_store_tables_read(sqlite3 *db, sim_store_tables_t *tables) {
    *tables = (sim_store_tables_t){0};
    return sim_store_each(db, add_table, tables,
                          "SELECT m.name, l.wr FROM main.sqlite_master AS m JOIN"
                          " pragma_table_list(m.name) AS l ON l.schema = 'main'"
                          " WHERE m.type = 'table' ORDER BY m.rowid");
}

void sim_store_tables_free(sim_store_tables_t *tables) {
    for (size_t t = 0; t < tables->count; t++)
        sqlite3_free(tables->table[t].name);
    free(tables->table);
    *tables = (sim_store_tables_t){0};
}

static int hash_row(void *hash, sqlite3_stmt *row) {
    for (int c = 0; c < sqlite3_column_count(row); c++)
        sim_store_hash_column(hash, row, c);
    return 0;
}

int sim_store_table_digest(sqlite3 *db, const char *table, sim_store_hash_t *hash,
                           char digest[SIM_STORE_DIGEST]) {
    static const char definitions[] = "SELECT type, name, sql FROM main.sqlite_master WHERE"
                                      " type <> 'index' ORDER BY rowid";
    sim_store_hash_begin(hash, table);
    int rc = strcmp(table, "schema") == 0
                 ? sim_store_each(db, hash_row, hash, definitions)
                 : sim_store_each(db, hash_row, hash, "SELECT * FROM \"%w\" NOT INDEXED%s", table,
                                  strcmp(table, "meta") ? "" : " WHERE " SIM_STORE_META_REST);
    sim_store_digest_text(sim_store_hash_end(hash), digest);
    return rc && sqlite3_errcode(db) == SQLITE_NOMEM ? SIM_ERR_MEMORY : rc;
}

static int seal_table(sqlite3 *db, const char *table, const char *agents, sim_store_hash_t *hash) {
    char digest[SIM_STORE_DIGEST];
    if (agents && strcmp(table, "agent") == 0)
        return write_digest(db, table, agents);
    int rc = sim_store_table_digest(db, table, hash, digest);
    return rc ? rc : write_digest(db, table, digest);
}

int sim_store_seal(sqlite3 *db, const char *agents) {
    sim_store_hash_t hash;
    sim_store_digest_t listed;
    sim_store_tables_t tables = {0};
    int rc = sim_store_hash_init(&hash);
    if (rc == 0)
        rc = sim_store_tables_read(db, &tables);
    if (rc == 0)
        rc = sim_store_runs_read(db, &hash, &listed);
    if (rc == 0)
        rc = sim_store_runs_write(db, listed);
    if (rc == 0)
        rc = seal_table(db, "schema", NULL, &hash);
    for (size_t t = 0; rc == 0 && t < tables.count; t++)
        if (!tables.table[t].by_run && strcmp(tables.table[t].name, "run") != 0)
            rc = seal_table(db, tables.table[t].name, agents, &hash);
    sim_store_tables_free(&tables);
    sim_store_hash_free(&hash);
    return rc;
}

int sim_store_has_digests(sqlite3 *db, bool *has) {
    int64_t told = 0;
    int rc = sim_store_number(db, &told,
                              "SELECT EXISTS (SELECT 1 FROM meta NOT INDEXED WHERE key LIKE"
                              " 'digest:%%') OR EXISTS (SELECT 1 FROM pragma_table_info('run')"
                              " WHERE name = 'rows_digest')");
    *has = told != 0;
    return rc;
}
