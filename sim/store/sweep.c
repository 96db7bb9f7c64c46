/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a sweep goes on in its results file, and what became of the runs. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/store/parts.h"
#include "sim/store/waves.h"

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

typedef struct {
    const sim_store_check_t *c;
    sim_store_resumed_t *resumed;
} resuming_t;

/* Columns: run_id, point_id, rep, seed. The runs must be the shard's first ones of the wave. */
static int check_run(void *user, sqlite3_stmt *s) {
    const sim_store_check_t *c = ((const resuming_t *)user)->c;
    sim_store_resumed_t *resumed = ((const resuming_t *)user)->resumed;
    const sim_store_design_t *design = c->plan->design;
    const sim_plan_wave_t *wave = &resumed->wave;
    uint64_t number = sim_plan_wave_number(wave, design->shard, design->shards, resumed->done);
    uint64_t rep = 0, k = number - wave->first_run;
    bool same = k < wave->runs && (uint64_t)sqlite3_column_int64(s, 0) == number + 1;
    uint64_t place = same ? sim_plan_wave_run(wave, k, &rep) : 0;
    same = same && (uint64_t)sqlite3_column_int64(s, 1) == sim_plan_wave_point(wave, place) + 1 &&
           (uint64_t)sqlite3_column_int64(s, 2) == rep &&
           sqlite3_column_int64(s, 3) == design->seed(design->user, place);
    long long run_id = sqlite3_column_int64(s, 0), seed = sqlite3_column_int64(s, 3);
    if (!same && seed > SIM_PARAM_MAX_SEED)
        return sim_store_refuse(c,
                                "its run %lld has the seed %lld; this version draws seeds below"
                                " 2^53, so begin a new file",
                                run_id, seed);
    if (!same)
        return sim_store_refuse(c, "its run %lld is not the one that this command makes there",
                                run_id);
    resumed->done++;
    return 0;
}

/* A failed run is made again when its point is one of the design, whatever wave it is of. Columns:
 * run_id, point_id, rep. */
static int take_failed(void *user, sqlite3_stmt *s) {
    sim_store_resumed_t *resumed = ((const resuming_t *)user)->resumed;
    uint64_t points = ((const resuming_t *)user)->c->plan->design->points, place = 0;
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
    resuming_t resuming = {c, resumed};
    int rc = sim_store_each(c->db, check_run, &resuming,
                            "SELECT run_id, point_id, rep, seed FROM run WHERE run_id > %lld"
                            " ORDER BY run_id",
                            (long long)resumed->wave.first_run);
    if (rc == 0)
        rc = sim_store_each(c->db, take_failed, &resuming,
                            "SELECT run_id, point_id, rep FROM run WHERE status <> 'ok'"
                            " ORDER BY run_id");
    return rc == SIM_ERR_STORE ? sim_store_check_failed(c) : rc;
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
    int rc = 0;
    if (plan->design) /* the replicates are more now, perhaps */
        rc = sim_store_sql(
            db,
            "UPDATE wave SET reps = %llu, runs = %llu WHERE wave_id = %lld;"
            "UPDATE meta SET value = (SELECT max(reps) FROM wave) WHERE key = 'reps';",
            (unsigned long long)wave->reps, (unsigned long long)wave->runs, (long long)wave->id);
    if (rc == 0)
        rc = sim_store_renew_settings(plan->configs, plan->n_configs, db);
    return rc ? rc : sim_store_seal(db, NULL);
}

static int take_run(void *resumed, sqlite3_stmt *s) {
    return keep_failed(resumed, (uint64_t)sqlite3_column_int64(s, 0) - 1);
}

int sim_store_failed(sim_store_t *store, sim_store_resumed_t *resumed) {
    return sim_store_each(store->db, take_run, resumed,
                          "SELECT run_id FROM run WHERE status <> 'ok' ORDER BY run_id");
}

/* ---- order and counts ---- */

static int reorder_table(sqlite3 *db, const char *table) {
    return sim_store_sql(db,
                         "CREATE TEMP TABLE kept AS SELECT * FROM \"%w\" ORDER BY run_id, rowid;"
                         "DELETE FROM \"%w\"; INSERT INTO \"%w\" SELECT * FROM kept ORDER BY"
                         " rowid; DROP TABLE kept;",
                         table, table, table);
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
    int rc = sim_store_first(db, &s,
                             "SELECT coalesce(sum(status IS 'ok'), 0), coalesce(sum(status IS"
                             " 'timeout'), 0), count(*) FROM run");
    if (s) {
        counts->ok = (uint64_t)sqlite3_column_int64(s, 0);
        counts->timeout = (uint64_t)sqlite3_column_int64(s, 1);
        counts->failed = (uint64_t)sqlite3_column_int64(s, 2) - counts->ok - counts->timeout;
    }
    sqlite3_finalize(s);
    return rc;
}

/* The first run that is not ok, and its note. */
static int find_first(sqlite3 *db, sim_store_counts_t *counts) {
    char *first = NULL;
    int rc = sim_store_text(db, &first,
                            "SELECT printf('scenario %%.100s, %%sreplicate %%d: %%.400s', name,"
                            " coalesce('point ' || point_id || ', ', ''), rep,"
                            " coalesce(note, status)) FROM run JOIN scenario USING (scenario_id)"
                            " WHERE status <> 'ok' ORDER BY run_id LIMIT 1");
    snprintf(counts->first, sizeof counts->first, "%s", first ? first : "");
    sqlite3_free(first);
    return first || rc ? rc : SIM_ERR_STORE;
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
