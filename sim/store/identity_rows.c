/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The identity of a program in the table meta, a row for each of its parts. */
#include <stdio.h>
#include <string.h>

#include "sim/store/parts.h"

int sim_store_identity_read(sqlite3 *db, const char *path, sim_record_identity_t *identity,
                            sim_base_why_t *why) {
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(db, "SELECT value FROM meta WHERE key = ?", -1, &s, NULL);
    memset(identity, 0, sizeof *identity);
    for (size_t i = 0; rc == SQLITE_OK && i < SIM_RECORD_IDENTITY_PARTS; i++) {
        rc = sqlite3_bind_text(s, 1, sim_record_identity_key(i), -1, SQLITE_STATIC);
        if (rc == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW && sqlite3_column_text(s, 0))
            snprintf(identity->value[i], sizeof identity->value[i], "%s",
                     (const char *)sqlite3_column_text(s, 0));
        rc = rc == SQLITE_OK ? sqlite3_reset(s) : rc; /* which tells what the step told */
    }
    sqlite3_finalize(s);
    return rc == SQLITE_OK ? 0 : sim_store_db_failed(db, path, why);
}

int sim_store_identity_write(sqlite3 *db) {
    sim_record_identity_t own;
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(db, "INSERT INTO meta VALUES (?, ?)", -1, &s, NULL);
    sim_record_identity(&own);
    for (size_t i = 0; rc == SQLITE_OK && i < SIM_RECORD_IDENTITY_PARTS; i++) {
        int bound = sqlite3_bind_text(s, 1, sim_record_identity_key(i), -1, SQLITE_STATIC);
        bound |= sqlite3_bind_text(s, 2, own.value[i], -1, SQLITE_STATIC);
        rc = sim_store_put(s, bound);
    }
    sqlite3_finalize(s);
    return rc == SQLITE_OK ? 0 : SIM_ERR_STORE;
}
