/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE
#include "sim/store/rounds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/plan/order.h"
#include "sim/store/parts.h"

/* ---- reading ---- */

/* Of "50,50,50" the number; -1 when they differ or are not n. */
static int64_t same_reps(const char *text, size_t n) {
    char *end = NULL;
    int64_t reps = strtoll(text, &end, 10);
    for (size_t i = 1; i < n; i++)
        if (*end != ',' || strtoll(end + 1, &end, 10) != reps)
            return -1;
    return *end ? -1 : reps;
}

int sim_store_rounds_reps(const char *path, size_t n, int64_t *reps, sim_base_why_t *why) {
    sqlite3 *db = NULL;
    sim_store_lock_t lock = SIM_STORE_UNLOCKED;
    int rc = sim_store_open_existing(path, SIM_STORE_WRITES, &lock, &db, why);
    if (rc) {
        sim_store_unlock(&lock);
        return rc;
    }
    char *text = NULL;
    int64_t runs = 0;
    if (sim_store_meta(db, "reps", &text) ||
        sim_store_number(db, "SELECT count(*) FROM run", &runs))
        rc = sim_store_db_failed(db, path, why);
    *reps = !text || strcmp(text, SIM_STORE_ROUNDS) == 0 ? 0 : same_reps(text, n);
    if (rc == 0 && *reps && runs != *reps * (int64_t)n) {
        sim_base_why_set(
            why,
            "cannot resume %s with --until: it is no finished run of these %zu scenarios with "
            "the same number of replicates each",
            path, n);
        rc = SIM_ERR_CONFIG;
    }
    sqlite3_free(text);
    sqlite3_close(db);
    sim_store_unlock(&lock);
    return rc;
}

int sim_store_rounds_read(const char *path, const char *column,
                          void (*take)(void *user, size_t scenario, double value), void *user,
                          sim_base_why_t *why) {
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    int rc = sim_store_db_open(path, SQLITE_OPEN_READONLY, &db, why);
    if (rc)
        return rc;
    char *sql = sqlite3_mprintf("SELECT run.scenario_id, summary.\"%w\" FROM run LEFT JOIN summary"
                                " ON summary.run_id = run.run_id"
                                " ORDER BY run.rep, run.scenario_id",
                                column);
    bool sound = sql && sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK;
    while (sound && sqlite3_step(s) == SQLITE_ROW) {
        bool missing = sqlite3_column_type(s, 1) == SQLITE_NULL;
        take(user, (size_t)sqlite3_column_int64(s, 0) - 1,
             missing ? (double)NAN : sqlite3_column_double(s, 1));
    }
    if (sqlite3_finalize(s) != SQLITE_OK || !sound)
        rc = sim_store_db_failed(db, path, why);
    sqlite3_free(sql);
    sqlite3_close(db);
    return rc;
}

/* ---- numbering ---- */

typedef struct {
    sim_plan_order_t order;
    int64_t reps; /* runs of replicates from here on are dropped */
} numbering_t;

static int renumber_table(sqlite3 *db, const char *table) {
    char *sql = sqlite3_mprintf(
        "CREATE TEMP TABLE kept AS SELECT t.* FROM \"%w\" AS t JOIN place ON t.run_id = place.old"
        " ORDER BY place.new, t.rowid;"
        "UPDATE kept SET run_id = (SELECT new FROM place WHERE old = run_id);"
        "DELETE FROM \"%w\"; INSERT INTO \"%w\" SELECT * FROM kept ORDER BY rowid;"
        "DROP TABLE kept;",
        table, table, table);
    int rc = sim_store_sql(db, sql);
    sqlite3_free(sql);
    return rc;
}

static int renumber_tables(sqlite3 *db) {
    static const char list[] = "SELECT m.name FROM main.sqlite_master AS m,"
                               " pragma_table_info(m.name) AS c"
                               " WHERE m.type = 'table' AND c.name = 'run_id'";
    sqlite3_stmt *s = NULL;
    char *name[64];
    size_t n = 0;
    int rc = sqlite3_prepare_v2(db, list, -1, &s, NULL) == SQLITE_OK ? 0 : SIM_ERR_STORE;
    int row = SQLITE_DONE;
    while (rc == 0 && n < sizeof name / sizeof name[0] && (row = sqlite3_step(s)) == SQLITE_ROW)
        if (!(name[n++] = sqlite3_mprintf("%s", sqlite3_column_text(s, 0))))
            rc = SIM_ERR_STORE;
    if (rc == 0 && row != SQLITE_DONE)
        rc = SIM_ERR_STORE;
    sqlite3_finalize(s); /* before the tables change */
    for (size_t i = 0; i < n; i++) {
        if (rc == 0)
            rc = renumber_table(db, name[i]);
        sqlite3_free(name[i]);
    }
    return rc;
}

/* Table place: the new number of each run that stays. */
static int fill_places(sqlite3 *db, const numbering_t *to) {
    sqlite3_stmt *run = NULL, *place = NULL;
    int row = SQLITE_DONE, done = SQLITE_DONE;
    bool good =
        sim_store_sql(db, "CREATE TEMP TABLE place (old INTEGER PRIMARY KEY, new INTEGER)") == 0 &&
        sqlite3_prepare_v2(db, "SELECT run_id, scenario_id, rep FROM run WHERE rep < ?", -1, &run,
                           NULL) == SQLITE_OK &&
        sqlite3_bind_int64(run, 1, to->reps) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "INSERT INTO place VALUES (?, ?)", -1, &place, NULL) == SQLITE_OK;
    while (good && done == SQLITE_DONE && (row = sqlite3_step(run)) == SQLITE_ROW) {
        sim_plan_run_t of = {.scenario = (size_t)sqlite3_column_int64(run, 1) - 1,
                             .rep = (uint64_t)sqlite3_column_int64(run, 2)};
        uint64_t number = of.scenario < to->order.n ? sim_plan_number(&to->order, of) + 1 : 0;
        good = number && sqlite3_bind_value(place, 1, sqlite3_column_value(run, 0)) == SQLITE_OK &&
               sqlite3_bind_int64(place, 2, (sqlite3_int64)number) == SQLITE_OK;
        done = good ? sqlite3_step(place) : SQLITE_ERROR;
        sqlite3_reset(place);
    }
    sqlite3_finalize(run);
    sqlite3_finalize(place);
    return good && row == SQLITE_DONE && done == SQLITE_DONE ? 0 : SIM_ERR_STORE;
}

/* `more`: what else changes with the numbers. */
static int renumber(sim_store_waiter_t waiter, const numbering_t *to, char *more,
                    sim_base_why_t *why) {
    const char *path = waiter.path;
    sqlite3 *db = NULL;
    sim_store_lock_t lock = SIM_STORE_UNLOCKED;
    int rc = sim_store_lock(path, SIM_STORE_WRITES, &lock, why);
    if (rc == 0)
        rc = sim_store_db_open(path, SQLITE_OPEN_READWRITE, &db, why);
    if (rc == 0 && sim_store_wait_begin(db, &waiter))
        rc = sim_store_db_failed(db, path, why);
    if (rc == 0) {
        rc = sim_store_begin_write(db);
        if (rc == 0)
            rc = fill_places(db, to);
        if (rc == 0)
            rc = renumber_tables(db);
        if (rc == 0)
            rc = sim_store_sql(db, more);
        if (rc == 0 && to->order.configs)
            rc = sim_store_write_settings(to->order.configs, to->order.n, db);
        if (rc == 0)
            rc = sim_store_seal(db, NULL);
        if (rc == 0)
            rc = sim_store_sql(db, "COMMIT");
        if (rc && sim_store_wait_ended(db, &waiter))
            rc = SIM_ERR_INTERRUPTED;
        else if (rc)
            sim_store_db_failed(db, path, why);
    }
    sqlite3_close(db); /* rolls back what a failure left open */
    sim_store_unlock(&lock);
    sqlite3_free(more);
    return rc;
}

int sim_store_rounds_begin(const char *path, size_t n, const sim_store_wait_t *wait,
                           sim_base_why_t *why) {
    const numbering_t to = {.order = {.n = n, .rounds = true}, .reps = INT64_MAX};
    return renumber(
        (sim_store_waiter_t){.how = wait, .path = path}, &to,
        sqlite3_mprintf("UPDATE meta SET value = %Q WHERE key = 'reps'", SIM_STORE_ROUNDS), why);
}

int sim_store_rounds_end(const char *path, const sim_config_t *const *configs, size_t n,
                         int64_t reps, const sim_store_wait_t *wait, sim_base_why_t *why) {
    const sim_store_plan_t plan = {.configs = configs, .n_configs = n};
    char *all = sim_store_plan_reps(&plan);
    if (!all)
        return sim_base_why_fail(why, SIM_ERR_MEMORY, "%s", sim_base_strerror(SIM_ERR_MEMORY));
    sqlite3_str *more = sqlite3_str_new(NULL);
    sqlite3_str_appendf(more, "UPDATE meta SET value = %Q WHERE key = 'reps';", all);
    for (size_t i = 0; i < n; i++)
        sqlite3_str_appendf(more, "UPDATE scenario SET config = %Q WHERE scenario_id = %llu;",
                            configs[i]->text, (unsigned long long)i + 1);
    sqlite3_free(all);
    const numbering_t to = {.order = {.n = n, .configs = configs}, .reps = reps};
    return renumber((sim_store_waiter_t){.how = wait, .path = path}, &to, sqlite3_str_finish(more),
                    why);
}
