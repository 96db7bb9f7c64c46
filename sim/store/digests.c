/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/store/digests.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/store/parts.h"

/* ---- runs ---- */

sim_store_digest_t sim_store_run_digest(sim_store_hash_t *hash, sim_store_digest_t rows) {
    int64_t low, high;
    memcpy(&low, &rows.low, sizeof low);
    memcpy(&high, &rows.high, sizeof high);
    sim_store_hash_integer(hash, low);
    sim_store_hash_integer(hash, high);
    return sim_store_hash_end(hash);
}

sim_store_digest_t sim_store_listed(sim_store_hash_t *hash, int64_t run_id, const char *digest) {
    sim_store_hash_begin(hash, "run");
    sim_store_hash_integer(hash, run_id);
    sim_store_hash_text(hash, digest);
    return sim_store_hash_end(hash);
}

int sim_store_runs_read(sqlite3 *db, sim_store_hash_t *hash, sim_store_digest_t *listed) {
    sqlite3_stmt *s = NULL;
    int rc =
        sqlite3_prepare_v2(db, "SELECT run_id, rows_digest FROM run ORDER BY run_id", -1, &s, NULL);
    *listed = (sim_store_digest_t){0};
    while (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
        const char *digest = (const char *)sqlite3_column_text(s, 1);
        sim_store_digest_add(listed, sim_store_listed(hash, sqlite3_column_int64(s, 0), digest));
        rc = SQLITE_OK;
    }
    sqlite3_finalize(s);
    return rc == SQLITE_DONE ? 0 : SIM_ERR_STORE;
}

int sim_store_unlist(sqlite3 *db, int64_t run_id, sim_store_hash_t *hash,
                     sim_store_digest_t *listed) {
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(db, "SELECT rows_digest FROM run WHERE run_id = ?", -1, &s, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_int64(s, 1, run_id);
    if (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW)
        sim_store_digest_subtract(
            listed, sim_store_listed(hash, run_id, (const char *)sqlite3_column_text(s, 0)));
    sqlite3_finalize(s);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : SIM_ERR_STORE;
}

/* The key keeps its place among the rows. */
static int write_digest(sqlite3 *db, const char *table, const char *digest) {
    char *sql = sqlite3_mprintf("INSERT INTO meta VALUES ('" SIM_STORE_DIGEST_KEY "%q', %Q)"
                                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                                table, digest);
    int rc = sim_store_sql(db, sql);
    sqlite3_free(sql);
    return rc;
}

int sim_store_runs_write(sqlite3 *db, sim_store_digest_t listed) {
    char digest[SIM_STORE_DIGEST];
    sim_store_digest_text(listed, digest);
    return write_digest(db, "run", digest);
}

/* ---- what every reader of the file needs ---- */

int sim_store_meta(sqlite3 *db, const char *key, char **value) {
    sqlite3_stmt *s = NULL;
    *value = NULL;
    int rc = sqlite3_prepare_v2(db, "SELECT value FROM meta WHERE key = ?", -1, &s, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(s, 1, key, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(s);
    if (rc == SQLITE_ROW && sqlite3_column_type(s, 0) != SQLITE_NULL) {
        const char *text = (const char *)sqlite3_column_text(s, 0);
        *value = text ? sqlite3_mprintf("%s", text) : NULL;
        rc = *value ? SQLITE_ROW : SQLITE_NOMEM;
    }
    sqlite3_finalize(s);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : SIM_ERR_STORE;
}

int sim_store_number(sqlite3 *db, const char *sql, int64_t *number) {
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(s);
    *number = rc == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_finalize(s);
    return rc == SQLITE_ROW ? 0 : SIM_ERR_STORE;
}

int sim_store_put(sqlite3_stmt *statement, int bound) {
    if (bound == SQLITE_OK)
        (void)sqlite3_step(statement); /* reset tells its code again */
    int rc = sqlite3_reset(statement);
    return bound ? SQLITE_ERROR : rc;
}

/* ---- tables ---- */

static int add_table(sqlite3 *db, sqlite3_stmt *list, sim_store_tables_t *tables) {
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
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", table->name);
    int rc = sql ? sqlite3_prepare_v2(db, sql, -1, &s, NULL) : SQLITE_NOMEM;
    const char *first = rc == SQLITE_OK ? sqlite3_column_name(s, 0) : NULL;
    table->by_run = first && strcmp(first, "run_id") == 0 && strcmp(table->name, "run") != 0;
    sqlite3_free(sql);
    sqlite3_finalize(s);
    return rc == SQLITE_OK && first ? 0 : SIM_ERR_STORE;
}

int sim_store_tables_read(sqlite3 *db, sim_store_tables_t *tables) {
    static const char sql[] = "SELECT m.name, l.wr FROM main.sqlite_master AS m JOIN"
                              " pragma_table_list(m.name) AS l ON l.schema = 'main'"
                              " WHERE m.type = 'table' ORDER BY m.rowid";
    sqlite3_stmt *s = NULL;
    *tables = (sim_store_tables_t){0};
    int found = 0, rc = sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK ? 0 : SIM_ERR_STORE;
    while (rc == 0 && (found = sqlite3_step(s)) == SQLITE_ROW)
        rc = add_table(db, s, tables);
    if (rc == 0 && found != SQLITE_DONE)
        rc = SIM_ERR_STORE;
    sqlite3_finalize(s);
    return rc;
}

void sim_store_tables_free(sim_store_tables_t *tables) {
    for (size_t t = 0; t < tables->count; t++)
        sqlite3_free(tables->table[t].name);
    free(tables->table);
    *tables = (sim_store_tables_t){0};
}

static char *table_sql(const char *table) {
    if (strcmp(table, "schema") == 0)
        return sqlite3_mprintf(
            "SELECT type, name, sql FROM main.sqlite_master WHERE type <> 'index'"
            " ORDER BY rowid");
    return sqlite3_mprintf("SELECT * FROM \"%w\" NOT INDEXED%s", table,
                           strcmp(table, "meta") ? "" : " WHERE " SIM_STORE_META_REST);
}

int sim_store_table_digest(sqlite3 *db, const char *table, sim_store_hash_t *hash,
                           char digest[SIM_STORE_DIGEST]) {
    sqlite3_stmt *s = NULL;
    char *sql = table_sql(table);
    int rc = sql ? sqlite3_prepare_v2(db, sql, -1, &s, NULL) : SQLITE_NOMEM;
    sim_store_hash_begin(hash, table);
    while (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
        for (int c = 0; c < sqlite3_column_count(s); c++)
            sim_store_hash_column(hash, s, c);
        rc = SQLITE_OK;
    }
    sim_store_digest_text(sim_store_hash_end(hash), digest);
    sqlite3_free(sql);
    sqlite3_finalize(s);
    return rc == SQLITE_DONE ? 0 : rc == SQLITE_NOMEM ? SIM_ERR_MEMORY : SIM_ERR_STORE;
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

/* Whether a query has a row; SQLite's code. */
static int any_row(sqlite3 *db, const char *sql, bool *any) {
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(s);
    *any = *any || rc == SQLITE_ROW;
    sqlite3_finalize(s);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int sim_store_has_digests(sqlite3 *db, bool *has) {
    *has = false;
    int rc = any_row(db, "SELECT 1 FROM meta NOT INDEXED WHERE key LIKE 'digest:%'", has);
    if (rc == SQLITE_OK)
        rc = any_row(db, "SELECT 1 FROM pragma_table_info('run') WHERE name = 'rows_digest'", has);
    return rc == SQLITE_OK ? 0 : SIM_ERR_STORE;
}
