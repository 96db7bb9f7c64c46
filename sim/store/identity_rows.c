/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The identity of a program in the table meta, a row for each of its parts. */
#include <stdio.h>
#include <string.h>

#include "sim/store/parts.h"

int sim_store_identity_read(sqlite3 *db, const char *path, sim_record_identity_t *identity,
                            sim_base_why_t *why) {
    int rc = 0;
    memset(identity, 0, sizeof *identity);
    for (size_t i = 0; rc == 0 && i < SIM_RECORD_IDENTITY_PARTS; i++) {
        char *value = NULL;
        rc = sim_store_meta(db, sim_record_identity_key(i), &value);
        snprintf(identity->value[i], sizeof identity->value[i], "%s", value ? value : "");
        sqlite3_free(value);
    }
    return rc ? sim_store_db_failed(db, path, why) : 0;
}

int sim_store_identity_write(sqlite3 *db) {
    sim_record_identity_t own;
    int rc = 0;
    sim_record_identity(&own);
    for (size_t i = 0; rc == 0 && i < SIM_RECORD_IDENTITY_PARTS; i++)
        rc = sim_store_sql(db, "INSERT INTO meta VALUES (%Q, %Q)", sim_record_identity_key(i),
                           own.value[i]);
    return rc;
}

int sim_store_identity_check(sqlite3 *db, const char *path, const char *verb, const char *adverb,
                             sim_base_why_t *why) {
    sim_record_identity_t has, own;
    char clause[sizeof(sim_base_why_t) / 2];
    int rc = sim_store_identity_read(db, path, &has, why);
    sim_record_identity(&own);
    if (rc || !sim_record_identity_differs(&has, &own, "this program", clause, sizeof clause))
        return rc;
    return sim_base_why_fail(why, SIM_ERR_CONFIG, "cannot %s %s%s: it was computed with %s", verb,
                             path, adverb, clause);
}
