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
    char *text = NULL;
    int64_t runs = 0;
    if (rc == 0 && (sim_store_meta(db, "reps", &text) ||
                    sim_store_number(db, &runs, "SELECT count(*) FROM run")))
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

typedef struct {
    void (*take)(void *user, size_t scenario, double value);
    void *user;
} taker_t;

static int hand_on(void *user, sqlite3_stmt *row) {
    const taker_t *to = user;
    to->take(to->user, (size_t)sqlite3_column_int64(row, 0) - 1, sim_store_cell_real(row, 1));
    return 0;
}

int sim_store_rounds_read(const char *path, const char *column,
                          void (*take)(void *user, size_t scenario, double value), void *user,
                          sim_base_why_t *why) {
    sqlite3 *db = NULL;
    taker_t to = {take, user};
    int rc = sim_store_db_open(path, SQLITE_OPEN_READONLY, &db, why);
    if (rc)
        return rc;
    if (sim_store_each(db, hand_on, &to,
                       "SELECT run.scenario_id, summary.\"%w\" FROM run LEFT JOIN summary"
                       " ON summary.run_id = run.run_id ORDER BY run.rep, run.scenario_id",
                       column))
        rc = sim_store_db_failed(db, path, why);
    sqlite3_close(db);
    return rc;
}

/* ---- numbering ---- */

typedef struct {
    sim_plan_order_t order;
    int64_t reps;     /* runs of replicates from here on are dropped */
    const char *told; /* meta.reps */
} numbering_t;

static int renumber_table(sqlite3 *db, const char *table) {
    return sim_store_sql(
        db,
        "CREATE TEMP TABLE kept AS SELECT t.* FROM \"%w\" AS t JOIN place ON t.run_id = place.old"
        " ORDER BY place.new, t.rowid;"
        "UPDATE kept SET run_id = (SELECT new FROM place WHERE old = run_id);"
        "DELETE FROM \"%w\"; INSERT INTO \"%w\" SELECT * FROM kept ORDER BY rowid;"
        "DROP TABLE kept;",
        table, table, table);
}

static int renumber_tables(sqlite3 *db) {
    sim_store_tables_t tables;
    int rc = sim_store_tables_read(db, &tables);
    for (size_t t = 0; rc == 0 && t < tables.count; t++)
        if (tables.table[t].by_run || strcmp(tables.table[t].name, "run") == 0)
            rc = renumber_table(db, tables.table[t].name);
    sim_store_tables_free(&tables);
    return rc;
}

typedef struct {
    const sim_plan_order_t *order;
    sqlite3_stmt *insert;
} places_t;

/* Columns: run_id, scenario_id, rep. */
static int add_place(void *user, sqlite3_stmt *run) {
    const places_t *to = user;
    sim_plan_run_t of = {.scenario = (size_t)sqlite3_column_int64(run, 1) - 1,
                         .rep = (uint64_t)sqlite3_column_int64(run, 2)};
    if (of.scenario >= to->order->n)
        return SIM_ERR_STORE;
    return SIM_STORE_PUT(to->insert, sim_store_like(run, 0),
                         sim_store_int((int64_t)sim_plan_number(to->order, of) + 1));
}

/* Table place: the new number of each run that stays. */
static int fill_places(sqlite3 *db, const numbering_t *numbering) {
    places_t to = {.order = &numbering->order};
    int rc = sim_store_sql(db, "CREATE TEMP TABLE place (old INTEGER PRIMARY KEY, new INTEGER)");
    if (rc == 0)
        rc = sim_store_prepare(db, &to.insert, "INSERT INTO place VALUES (?, ?)");
    if (rc == 0)
        rc = sim_store_each(db, add_place, &to,
                            "SELECT run_id, scenario_id, rep FROM run WHERE rep < %lld",
                            (long long)numbering->reps);
    sqlite3_finalize(to.insert);
    return rc;
}

static int write_numbers(sqlite3 *db, const numbering_t *to) {
    int rc = sim_store_begin_write(db);
    if (rc == 0)
        rc = fill_places(db, to);
    if (rc == 0)
        rc = renumber_tables(db);
    if (rc == 0)
        rc = sim_store_sql(db, "UPDATE meta SET value = %Q WHERE key = 'reps'", to->told);
    if (rc == 0 && to->order.configs)
        rc = sim_store_renew_settings(to->order.configs, to->order.n, db);
    if (rc == 0)
        rc = sim_store_seal(db, NULL);
    return rc ? rc : sim_store_sql(db, "COMMIT");
}

static int renumber(sim_store_waiter_t waiter, const numbering_t *to, sim_base_why_t *why) {
    const char *path = waiter.path;
    sqlite3 *db = NULL;
    sim_store_lock_t lock = SIM_STORE_UNLOCKED;
    int rc = sim_store_lock(path, SIM_STORE_WRITES, &lock, why);
    if (rc == 0)
        rc = sim_store_db_open(path, SQLITE_OPEN_READWRITE, &db, why);
    if (rc == 0 && (sim_store_wait_begin(db, &waiter) || (rc = write_numbers(db, to))))
        rc = sim_store_wait_ended(db, &waiter) ? SIM_ERR_INTERRUPTED
                                               : sim_store_db_failed(db, path, why);
    sqlite3_close(db); /* rolls back what a failure left open */
    sim_store_unlock(&lock);
    return rc;
}

int sim_store_rounds_begin(const char *path, size_t n, const sim_store_wait_t *wait,
                           sim_base_why_t *why) {
    const numbering_t to = {
        .order = {.n = n, .rounds = true}, .reps = INT64_MAX, .told = SIM_STORE_ROUNDS};
    return renumber((sim_store_waiter_t){.how = wait, .path = path}, &to, why);
}

int sim_store_rounds_end(const char *path, const sim_config_t *const *configs, size_t n,
                         int64_t reps, const sim_store_wait_t *wait, sim_base_why_t *why) {
    const sim_store_plan_t plan = {.configs = configs, .n_configs = n};
    char *all = sim_store_plan_reps(&plan);
    if (!all)
        return sim_base_why_fail(why, SIM_ERR_MEMORY, "%s", sim_base_strerror(SIM_ERR_MEMORY));
    const numbering_t to = {.order = {.n = n, .configs = configs}, .reps = reps, .told = all};
    int rc = renumber((sim_store_waiter_t){.how = wait, .path = path}, &to, why);
    sqlite3_free(all);
    return rc;
}
