/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Designs in results files: their tables, and how a sweep goes on. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/store/parts.h"
#include "sim/store/waves.h"

static int put(sqlite3_stmt *s, int bound) {
    return sim_store_put(s, bound) == SQLITE_OK ? 0 : SIM_ERR_STORE;
}

/* NULL text binds NULL. SQLite's codes are positive bits: a sum of two is 0 only when both are. */
static int bind_text(sqlite3_stmt *s, int at, const char *text) {
    return sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC);
}

/* ---- a new file ---- */

static int write_keys(const sim_store_design_t *design, sqlite3 *db) {
    char shard[64];
    sqlite3_stmt *s = NULL;
    snprintf(shard, sizeof shard, "%u/%u", design->shard, design->shards);
    const char *const pair[][2] = {{"design", design->text},
                                   {"design_kind", design->kind},
                                   {"design_digest", design->digest},
                                   {"seeds", design->seeds},
                                   {"shard", shard}};
    int rc = sqlite3_prepare_v2(db, "INSERT INTO meta VALUES (?, ?)", -1, &s, NULL) == SQLITE_OK
                 ? 0
                 : SIM_ERR_STORE;
    for (size_t i = 0; rc == 0 && i < sizeof pair / sizeof pair[0]; i++) {
        int bound = bind_text(s, 1, pair[i][0]);
        bound |= bind_text(s, 2, pair[i][1]);
        rc = put(s, bound);
    }
    sqlite3_finalize(s);
    return rc;
}

static int write_factors(const sim_store_design_t *design, sqlite3 *db) {
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(db, "INSERT INTO factor VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", -1, &s,
                                NULL) == SQLITE_OK
                 ? 0
                 : SIM_ERR_STORE;
    for (size_t f = 0; rc == 0 && f < design->n_factors; f++) {
        const sim_store_factor_t *factor = &design->factor[f];
        int bound = sqlite3_bind_int64(s, 1, (int64_t)f + 1);
        bound |= bind_text(s, 2, factor->parameter);
        bound |= bind_text(s, 3, factor->type);
        bound |= bind_text(s, 4, factor->scale);
        bound |= sqlite3_bind_double(s, 5, factor->min);
        bound |= sqlite3_bind_double(s, 6, factor->max);
        bound |= bind_text(s, 7, factor->levels);
        bound |= bind_text(s, 8, factor->choices);
        bound |= bind_text(s, 9, factor->arguments);
        rc = put(s, bound);
    }
    sqlite3_finalize(s);
    return rc;
}

typedef struct {
    sqlite3_stmt *point, *place, *value;
    double *number; /* one per factor */
} points_t;

static int write_place(const points_t *to, uint64_t point, const sim_store_place_t *place) {
    int bound = sqlite3_bind_int64(to->place, 1, (int64_t)point + 1);
    bound |= sqlite3_bind_int64(to->place, 2, (int64_t)place->block);
    bound |= bind_text(to->place, 3, place->role);
    bound |= bind_text(to->place, 4, place->parameter);
    return put(to->place, bound);
}

static int write_point(const sim_store_design_t *design, uint64_t point, const points_t *to) {
    sim_store_place_t place = {0};
    design->point(design->user, point, to->number, &place);
    int rc = put(to->point, sqlite3_bind_int64(to->point, 1, (int64_t)point + 1));
    if (rc == 0 && place.block)
        rc = write_place(to, point, &place);
    for (size_t f = 0; rc == 0 && f < design->n_factors; f++) {
        int bound = sqlite3_bind_int64(to->value, 1, (int64_t)point + 1);
        bound |= bind_text(to->value, 2, design->factor[f].parameter);
        bound |= sqlite3_bind_double(to->value, 3, to->number[f]);
        rc = put(to->value, bound);
    }
    return rc;
}

static bool prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out) {
    return sqlite3_prepare_v2(db, sql, -1, out, NULL) == SQLITE_OK;
}

static int write_points(const sim_store_design_t *design, sqlite3 *db) {
    points_t to = {.number = calloc(design->n_factors + 1, sizeof *to.number)};
    int rc = to.number ? 0 : SIM_ERR_MEMORY;
    if (rc == 0 && !(prepare(db, "INSERT INTO point VALUES (?, 1, 1)", &to.point) &&
                     prepare(db, "INSERT INTO block_point VALUES (?, ?, ?, ?)", &to.place) &&
                     prepare(db, "INSERT INTO point_value VALUES (?, ?, ?)", &to.value)))
        rc = SIM_ERR_STORE;
    for (uint64_t p = 0; rc == 0 && p < design->points; p++)
        rc = write_point(design, p, &to);
    sqlite3_finalize(to.point);
    sqlite3_finalize(to.place);
    sqlite3_finalize(to.value);
    free(to.number);
    return rc;
}

int sim_store_write_design(const sim_store_plan_t *plan, sqlite3 *db) {
    const sim_plan_wave_t wave =
        sim_plan_wave_first(plan->design->points, (uint64_t)plan->design->reps);
    int rc = write_keys(plan->design, db);
    if (rc == 0)
        rc = sim_store_wave_insert(db, plan->design, &wave);
    if (rc == 0)
        rc = write_factors(plan->design, db);
    return rc ? rc : write_points(plan->design, db);
}

/* ---- a file that is there ---- */

static int refuse(const sim_store_check_t *c, const char *reason) {
    return sim_base_why_fail(c->why, SIM_ERR_CONFIG, "cannot resume %s: %s", c->plan->path, reason);
}

static int check_shard(const sim_store_check_t *c) {
    char shard[64];
    snprintf(shard, sizeof shard, "%u/%u", c->plan->design->shard, c->plan->design->shards);
    return sim_store_check_meta(c, "shard", "shard", shard);
}

static int keep_number(uint64_t **list, size_t n, uint64_t number) {
    uint64_t *larger = sim_base_grow(*list, n, sizeof *larger);
    if (!larger)
        return SIM_ERR_MEMORY;
    *list = larger;
    larger[n] = number;
    return 0;
}

static int keep_failed(sim_store_resumed_t *resumed, uint64_t number) {
    int rc = keep_number(&resumed->retry, resumed->n_retry, number);
    resumed->n_retry += rc == 0;
    return rc;
}

void sim_store_resumed_free(sim_store_resumed_t *resumed) {
    free(resumed->retry);
    free(resumed->again);
    sim_plan_wave_free(&resumed->wave);
    *resumed = (sim_store_resumed_t){0};
}

/* Columns: run_id, point_id, rep, seed. The runs must be the shard's first ones of the wave. */
static int check_run(const sim_store_check_t *c, sqlite3_stmt *s, sim_store_resumed_t *resumed) {
    const sim_store_design_t *design = c->plan->design;
    const sim_plan_wave_t *wave = &resumed->wave;
    uint64_t number = sim_plan_wave_number(wave, design->shard, design->shards, resumed->done);
    uint64_t rep = 0, k = number - wave->first_run;
    bool same = k < wave->runs && (uint64_t)sqlite3_column_int64(s, 0) == number + 1;
    uint64_t place = same ? sim_plan_wave_run(wave, k, &rep) : 0;
    same = same && (uint64_t)sqlite3_column_int64(s, 1) == sim_plan_wave_point(wave, place) + 1 &&
           (uint64_t)sqlite3_column_int64(s, 2) == rep &&
           sqlite3_column_int64(s, 3) == design->seed(design->user, place);
    if (!same) {
        char reason[192];
        snprintf(reason, sizeof reason, "its run %lld is not the one that this command makes there",
                 (long long)sqlite3_column_int64(s, 0));
        if (sqlite3_column_int64(s, 3) > SIM_PARAM_MAX_SEED)
            snprintf(
                reason, sizeof reason,
                "its run %lld has the seed %lld; this version draws seeds below 2^53, so begin "
                "a new file",
                (long long)sqlite3_column_int64(s, 0), (long long)sqlite3_column_int64(s, 3));
        return refuse(c, reason);
    }
    resumed->done++;
    return 0;
}

/* Runs a query whose one parameter is a number, and hands its rows on. */
static int
each_row(const sim_store_check_t *c, const char *sql, uint64_t number, sim_store_resumed_t *resumed,
         int (*take)(const sim_store_check_t *c, sqlite3_stmt *s, sim_store_resumed_t *resumed)) {
    sqlite3_stmt *s = NULL;
    int rc = 0, row = SQLITE_DONE, code = sqlite3_prepare_v2(c->db, sql, -1, &s, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(s, 1, (int64_t)number);
    while (code == SQLITE_OK && rc == 0 && (row = sqlite3_step(s)) == SQLITE_ROW)
        rc = take(c, s, resumed);
    if (rc == 0 && (code != SQLITE_OK || row != SQLITE_DONE))
        rc = sim_store_db_failed(c->db, c->plan->path, c->why);
    sqlite3_finalize(s);
    return rc;
}

/* A failed run is made again when its point is one of the design, whatever wave it is of. Columns:
 * run_id, point_id, rep. */
static int take_failed(const sim_store_check_t *c, sqlite3_stmt *s, sim_store_resumed_t *resumed) {
    uint64_t points = c->plan->design->points, place = 0;
    uint64_t point = (uint64_t)sqlite3_column_int64(s, 1) - 1;
    if (!resumed->wave.point)
        place = point < points ? point : points;
    while (place < points && sim_plan_wave_point(&resumed->wave, place) != point)
        place++;
    if (place == points)
        return 0;
    uint64_t number = sim_plan_design_number(points, place, (uint64_t)sqlite3_column_int64(s, 2));
    int rc = keep_number(&resumed->again, resumed->n_retry, number);
    return rc ? rc : keep_failed(resumed, (uint64_t)sqlite3_column_int64(s, 0) - 1);
}

static int check_runs(const sim_store_check_t *c, sim_store_resumed_t *resumed) {
    int rc =
        each_row(c, "SELECT run_id, point_id, rep, seed FROM run WHERE run_id > ? ORDER BY run_id",
                 resumed->wave.first_run, resumed, check_run);
    return rc ? rc
              : each_row(c,
                         "SELECT run_id, point_id, rep FROM run WHERE status <> 'ok' AND run_id > ?"
                         " ORDER BY run_id",
                         0, resumed, take_failed);
}

int sim_store_resume_design(const sim_store_check_t *c, sim_store_resumed_t *resumed) {
    int rc = check_shard(c);
    if (rc == 0)
        rc = sim_store_check_rows(c->db, c->plan->path, c->why);
    if (rc == 0)
        rc = sim_store_waves_take_up(c, &resumed->wave);
    return rc ? rc : check_runs(c, resumed);
}

int sim_store_take_note(const sim_store_plan_t *plan, const sim_plan_wave_t *wave, sqlite3 *db) {
    sqlite3_str *sql = sqlite3_str_new(db);
    if (plan->design) /* the replicates are more now, perhaps */
        sqlite3_str_appendf(
            sql,
            "UPDATE wave SET reps = %llu, runs = %llu WHERE wave_id = %lld;"
            "UPDATE meta SET value = (SELECT max(reps) FROM wave) WHERE key = 'reps';",
            (unsigned long long)wave->reps, (unsigned long long)wave->runs, (long long)wave->id);
    for (size_t i = 0; i < plan->n_configs; i++)
        sqlite3_str_appendf(sql, "UPDATE scenario SET config = %Q WHERE scenario_id = %llu;",
                            plan->configs[i]->text, (unsigned long long)i + 1);
    char *text = sqlite3_str_finish(sql);
    int rc = sim_store_sql(db, text);
    sqlite3_free(text);
    if (rc == 0)
        rc = sim_store_write_settings(plan->configs, plan->n_configs, db);
    return rc ? rc : sim_store_seal(db, NULL);
}

int sim_store_failed(sim_store_t *store, sim_store_resumed_t *resumed) {
    static const char sql[] = "SELECT run_id FROM run WHERE status <> 'ok' ORDER BY run_id";
    sqlite3_stmt *s = NULL;
    int rc = 0, code = sqlite3_prepare_v2(store->db, sql, -1, &s, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(s);
    for (; rc == 0 && code == SQLITE_ROW; code = sqlite3_step(s))
        rc = keep_failed(resumed, (uint64_t)sqlite3_column_int64(s, 0) - 1);
    if (rc == 0 && code != SQLITE_DONE)
        rc = SIM_ERR_STORE;
    sqlite3_finalize(s);
    return rc;
}

/* ---- order and counts ---- */

static int reorder_table(sqlite3 *db, const char *table) {
    char *sql = sqlite3_mprintf("CREATE TEMP TABLE kept AS SELECT * FROM \"%w\" ORDER BY run_id, "
                                "rowid; DELETE FROM \"%w\"; INSERT INTO \"%w\" SELECT * FROM kept "
                                "ORDER BY rowid; DROP TABLE kept;",
                                table, table, table);
    int rc = sim_store_sql(db, sql);
    sqlite3_free(sql);
    return rc;
}

int sim_store_reorder(sim_store_t *store) {
    int rc = sim_store_begin_write(store->db);
    if (rc == 0)
        rc = reorder_table(store->db, "series");
    if (rc == 0 && store->schema.targets)
        rc = reorder_table(store->db, "target_value");
    for (size_t t = 0; rc == 0 && t < store->schema.n_tables; t++)
        rc = reorder_table(store->db, store->schema.table[t]->name);
    if (rc == 0)
        rc = sim_store_sql(store->db, "DELETE FROM meta WHERE key = 'unordered'; COMMIT");
    store->unordered = rc != 0;
    return rc;
}

static int count(sqlite3 *db, sim_store_counts_t *counts) {
    sqlite3_stmt *s = NULL;
    int row =
        sqlite3_prepare_v2(db, "SELECT status, count(*) FROM run GROUP BY status", -1, &s, NULL);
    bool sound = row == SQLITE_OK;
    while (sound && (row = sqlite3_step(s)) == SQLITE_ROW) {
        const char *status = (const char *)sqlite3_column_text(s, 0);
        uint64_t *runs = status && strcmp(status, "ok") == 0        ? &counts->ok
                         : status && strcmp(status, "timeout") == 0 ? &counts->timeout
                                                                    : &counts->failed;
        *runs += (uint64_t)sqlite3_column_int64(s, 1);
    }
    sqlite3_finalize(s);
    return row == SQLITE_DONE ? 0 : SIM_ERR_STORE;
}

/* The first run that is not ok, and its note. */
static int find_first(sqlite3 *db, sim_store_counts_t *counts) {
    static const char first[] =
        "SELECT scenario.name, point_id, rep, coalesce(note, status) FROM run"
        " JOIN scenario ON scenario.scenario_id = run.scenario_id"
        " WHERE status <> 'ok' ORDER BY run_id LIMIT 1";
    sqlite3_stmt *s = NULL;
    int row = sqlite3_prepare_v2(db, first, -1, &s, NULL);
    if (row == SQLITE_OK && (row = sqlite3_step(s)) == SQLITE_ROW) {
        char point[40] = "";
        if (sqlite3_column_type(s, 1) != SQLITE_NULL)
            snprintf(point, sizeof point, "point %lld, ", (long long)sqlite3_column_int64(s, 1));
        snprintf(counts->first, sizeof counts->first, "scenario %.100s, %sreplicate %lld: %.400s",
                 (const char *)sqlite3_column_text(s, 0), point,
                 (long long)sqlite3_column_int64(s, 2), (const char *)sqlite3_column_text(s, 3));
    }
    sqlite3_finalize(s);
    return row == SQLITE_ROW ? 0 : SIM_ERR_STORE;
}

int sim_store_counts_read(const char *path, sim_store_counts_t *counts, sim_base_why_t *why) {
    sqlite3 *db = NULL;
    *counts = (sim_store_counts_t){0};
    int rc = sim_store_db_open(path, SQLITE_OPEN_READONLY, &db, why);
    if (rc)
        return rc;
    rc = count(db, counts);
    if (rc == 0 && counts->failed + counts->timeout)
        rc = find_first(db, counts);
    if (rc)
        sim_base_why_set(why, "results file %s is written, but its runs cannot be counted: %s",
                         path, sim_store_db_reason(db));
    sqlite3_close(db);
    return rc;
}
