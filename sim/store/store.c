/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing runs. The file is in SQLite's rollback-journal mode, so that a process that is killed
 * leaves the last committed state: whole runs, the first ones of the batch. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/usage.h"
#include "sim/record/keep.h"
#include "sim/record/replicate.h"
#include "sim/store/parts.h"
#include "sim/store/rounds.h"

/* A commit costs a flush of the disk: one a second keeps it below a percent or two of the time.
 * A crash loses finished runs of the last second, or none where runs take longer. The row bound
 * keeps the transaction within SQLite's cache. */
static const double COMMIT_SECONDS = 1.0;
enum { COMMIT_ROWS = 50000 };

const char *sim_store_detail_name(sim_detail_t detail) {
    static const char *const name[] = {"summary", "series", "full", "choices"};
    return name[detail];
}

/* Keeps the first failure: what follows it is only its echo. A wait that was ended is none. */
static int failed(sim_store_t *store) {
    if (store->code == 0 && sim_store_wait_ended(store->db, &store->waiter))
        return SIM_ERR_INTERRUPTED;
    if (store->code == 0)
        store->code = sim_store_db_failed(store->db, store->path, &store->why);
    return store->code;
}

/* ---- transactions ---- */

static int begin(sim_store_t *store) {
    if (!sqlite3_get_autocommit(store->db))
        return 0;
    store->open_rows = store->open_runs = 0;
    if (sim_store_begin_write(store->db) ||
        (store->note_due && sim_store_take_note(&store->plan, &store->wave, store->db)))
        return failed(store);
    store->noted = store->noted || store->note_due;
    store->note_due = false;
    return 0;
}

static int commit(sim_store_t *store) {
    if (sqlite3_get_autocommit(store->db))
        return 0;
    if (sim_store_bulk_copy(&store->bulk, store->db) ||
        sim_store_runs_write(store->db, store->listed) ||
        sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL))
        return failed(store);
    sim_store_bulk_over(&store->bulk, store->db);
    store->committed = store->runs;
    store->committed_at = sim_base_seconds();
    store->open_runs = 0;
    return 0;
}

int sim_store_flush(sim_store_t *store) {
    return store->code ? store->code : commit(store);
}

uint64_t sim_store_open_runs(const sim_store_t *store) {
    return store->open_runs;
}

void sim_store_wait(sim_store_t *store, const sim_store_wait_t *wait) {
    store->waiter.how = wait;
}

const char *sim_store_rows_digest(const sim_store_t *store) {
    return store->rows_digest;
}

uint64_t sim_store_committed(const sim_store_t *store) {
    return store->committed;
}

static int commit_when_due(sim_store_t *store) {
    bool due = store->open_rows >= COMMIT_ROWS || sim_store_bulk_due(&store->bulk) ||
               sim_base_seconds() - store->committed_at >= COMMIT_SECONDS;
    return due ? commit(store) : 0;
}

/* ---- rows ---- */

/* A row that is being bound: what is bound is hashed as well. The first failure of a bind is kept.
 */
typedef struct {
    sim_store_t *store;
    sqlite3_stmt *statement;
    int at, code;
} row_t;

static row_t begin_row(sim_store_t *store, sqlite3_stmt *statement, int64_t run_id) {
    return (row_t){store, statement, 1, sqlite3_bind_int64(statement, 1, run_id)};
}

static void keep_code(row_t *row, int rc) {
    row->code = row->code ? row->code : rc;
}

static void bind_integer(row_t *row, int64_t value) {
    keep_code(row, sqlite3_bind_int64(row->statement, ++row->at, value));
    sim_store_hash_integer(&row->store->hash, value);
}

static void bind_real(row_t *row, double value) {
    keep_code(row, sqlite3_bind_double(row->statement, ++row->at, value)); /* NaN binds NULL */
    sim_store_hash_real(&row->store->hash, value);
}

static void bind_text(row_t *row, const char *text) { /* NULL text binds NULL */
    keep_code(row, sqlite3_bind_text(row->statement, ++row->at, text, -1, SQLITE_STATIC));
    sim_store_hash_text(&row->store->hash, text);
}

static void bind_null(row_t *row) {
    keep_code(row, sqlite3_bind_null(row->statement, ++row->at));
    sim_store_hash_null(&row->store->hash);
}

/* Runs a bound statement and makes it ready for the next row. */
static int put(row_t *row) {
    sim_store_t *store = row->store;
    int rc = row->code ? row->code : sqlite3_step(row->statement);
    int code = rc == SQLITE_DONE ? 0 : failed(store);
    sqlite3_reset(row->statement);
    store->open_rows++;
    return code;
}

static void begin_table(sim_store_t *store, const char *table) {
    sim_store_hash_begin(&store->hash, table);
}

/* Of a table without a row of this run nothing is added. */
static void end_table(sim_store_t *store, size_t rows) {
    if (rows)
        sim_store_digest_add(&store->rows, sim_store_hash_end(&store->hash));
}

/* Comes last: it holds the digest of all rows. */
static int put_run(sim_store_t *store, const sim_record_t *record, int64_t run_id) {
    row_t row = begin_row(store, store->run, run_id);
    bool ok = record->status == 0;
    char *digest = store->rows_digest;
    begin_table(store, "run");
    bind_integer(&row, (int64_t)record->scenario + 1);
    if (record->point_id)
        bind_integer(&row, (int64_t)record->point_id);
    else
        bind_null(&row);
    bind_integer(&row, record->replicate);
    bind_integer(&row, (int64_t)record->seed);
    bind_text(&row, ok ? "ok" : record->status == SIM_ERR_TIMEOUT ? "timeout" : "failed");
    bind_text(&row, ok ? NULL : record->note);
    bind_integer(&row, record->steps);
    keep_code(&row, sqlite3_bind_double(row.statement, ++row.at, record->setup_s));
    keep_code(&row, sqlite3_bind_double(row.statement, ++row.at, record->step_s));
    bind_text(&row, record->digest[0] ? record->digest : NULL);
    sim_store_digest_text(sim_store_run_digest(&store->hash, store->rows), digest);
    keep_code(&row, sqlite3_bind_text(row.statement, ++row.at, digest, -1, SQLITE_STATIC));
    sim_store_digest_add(&store->listed, sim_store_listed(&store->hash, run_id, digest));
    return put(&row);
}

/* Binds the values to their columns of `count`, the others, of other models of the batch, to NULL.
 */
static void bind_values(row_t *row, const sim_store_columns_t *columns, const double *value) {
    for (size_t c = 0; c < columns->count; c++)
        if (columns->from[c] == SIM_STORE_NO_COLUMN)
            bind_null(row);
        else
            bind_real(row, value[columns->from[c]]);
}

static int put_summary(sim_store_t *store, const sim_record_t *record, int64_t run_id) {
    row_t row = begin_row(store, store->summary, run_id);
    begin_table(store, "summary");
    bind_values(&row, &store->schema.of[record->scenario].reducer, record->summary);
    end_table(store, 1);
    return put(&row);
}

/* Which draw of the parameters a run used, where they are drawn. */
static int put_draw(sim_store_t *store, const sim_record_t *record, int64_t run_id) {
    if (!record->draw_id)
        return 0;
    row_t row = begin_row(store, store->draw, run_id);
    begin_table(store, "run_draw");
    bind_integer(&row, (int64_t)record->draw_id);
    end_table(store, 1);
    return put(&row);
}

static int put_series(sim_store_t *store, const sim_record_t *record, int64_t run_id) {
    const sim_store_columns_t *columns = &store->schema.of[record->scenario].metric;
    int rc = 0;
    begin_table(store, "series");
    for (int32_t step = SIM_RECORD_START; rc == 0 && step < record->steps; step++) {
        row_t row = begin_row(store, store->series, run_id);
        bind_integer(&row, step);
        bind_real(&row, sim_record_time(record, step));
        bind_values(&row, columns, sim_record_step(record, step));
        rc = put(&row);
    }
    end_table(store, sim_record_series_rows(record));
    return rc;
}

static int put_targets(sim_store_t *store, const sim_record_t *record, int64_t run_id) {
    int rc = 0;
    begin_table(store, "target_value");
    for (size_t k = 0; rc == 0 && k < record->n_targets; k++) {
        row_t row = begin_row(store, store->targets, run_id);
        bind_integer(&row, (int64_t)k + 1);
        bind_real(&row, record->target[k]);
        rc = put(&row);
    }
    end_table(store, record->n_targets);
    return rc;
}

static int put_bulk(sim_store_t *store, const sim_record_t *record, int64_t run_id) {
    int rc = sim_store_bulk_put(&store->bulk, &store->schema, record, run_id, &store->hash,
                                &store->rows);
    if (rc && store->code == 0) {
        sim_base_why_set(&store->why, "%s", sim_base_strerror(rc));
        store->code = rc;
    }
    return rc;
}

/* Takes the row of a failed run away, for one that is made again. What the new one brings stands at
 * the end of its tables until the file is closed; the file says so in case it never is. */
static int clear_failed(sim_store_t *store, int64_t run_id) {
    if (sim_store_unlist(store->db, run_id, &store->hash, &store->listed))
        return failed(store);
    bool first =
        !store->unordered && (store->plan.detail > SIM_DETAIL_SUMMARY || store->schema.targets);
    if (sim_store_sql(store->db, "DELETE FROM run WHERE run_id = %lld AND status <> 'ok';%s",
                      (long long)run_id,
                      first ? "INSERT OR REPLACE INTO meta VALUES ('unordered', 'yes')" : "") ||
        (!store->noted && sim_store_take_note(&store->plan, &store->wave, store->db)))
        return failed(store);
    store->noted = true;
    store->runs--;
    store->unordered = store->unordered || first;
    return 0;
}

/* A failed run leaves its row in `run` alone: half a series would pass for a whole one. */
int sim_store_run(sim_store_t *store, const sim_record_t *record) {
    uint64_t id = record->run_id ? record->run_id : store->runs + 1;
    int64_t run_id = (int64_t)id;
    if (store->code)
        return store->code;
    int rc = begin(store);
    if (rc == 0 && id <= store->last)
        rc = clear_failed(store, run_id);
    store->rows = (sim_store_digest_t){0};
    if (rc == 0 && record->status == 0)
        rc = put_summary(store, record, run_id);
    if (rc == 0 && record->status == 0)
        rc = put_draw(store, record, run_id);
    if (rc == 0 && record->status == 0 && store->plan.detail >= SIM_DETAIL_SERIES)
        rc = put_series(store, record, run_id);
    if (rc == 0 && record->status == 0 && store->targets)
        rc = put_targets(store, record, run_id);
    if (rc == 0 && record->status == 0 && store->plan.detail >= SIM_DETAIL_FULL)
        rc = put_bulk(store, record, run_id);
    if (rc == 0)
        rc = put_run(store, record, run_id);
    if (rc == SIM_ERR_INTERRUPTED) { /* no commit may find half a run */
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
        sim_store_bulk_over(&store->bulk, store->db);
    }
    if (rc)
        return rc;
    store->runs++;
    store->open_runs++;
    store->last = id > store->last ? id : store->last;
    rc = commit_when_due(store);
    return rc == SIM_ERR_INTERRUPTED ? 0
                                     : rc; /* the run is written; flush tells what became of it */
}

/* ---- open and close ---- */

static int prepare_all(sim_store_t *store) {
    const sim_store_schema_t *schema = &store->schema;
    const struct {
        const char *table;
        size_t columns;
        sqlite3_stmt **statement;
    } list[] = {{"run", 12, &store->run},
                {"summary", 1 + schema->reducers.count, &store->summary},
                {"series", 3 + schema->metrics.count, &store->series},
                {"run_draw", 2, &store->draw},
                {"target_value", 3, &store->targets}}; /* of a file with targets */
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < sizeof list / sizeof *list - !schema->targets; i++)
        rc = sim_store_prepare_insert(store->db, list[i].statement, list[i].table, list[i].columns);
    return rc ? failed(store) : 0;
}

static int begin_bulk(sim_store_t *store) {
    int rc = sim_store_bulk_init(&store->bulk, store->db, &store->schema, store->plan.configs,
                                 &store->why);
    if (rc == SIM_ERR_MEMORY)
        sim_base_why_set(&store->why, "%s", sim_base_strerror(rc));
    else if (rc == SIM_ERR_STORE)
        sim_store_db_failed(store->db, store->path, &store->why);
    return rc;
}

/* Only the process knows it, and only while it lives. */
static int open_memory(sim_store_t *store) {
    int rc = sim_store_db_open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, &store->db,
                               &store->why);
    return rc ? rc : sim_store_fill(&store->plan, &store->schema, store->db, &store->why);
}

/* What SQLite's check has found first, without the line that names the database to it. */
static const char *fault(const char *found) {
    const char *line = strchr(found, '\n');
    return strncmp(found, "***", 3) == 0 && line ? line + 1 : found;
}

/* A page that something else has written to would be told as runs that are there, or not at all. */
static int check_pages(sim_store_t *store) {
    char *found = NULL;
    int rc = sim_store_text(store->db, &found, "PRAGMA quick_check(1)");
    bool sound = found && strcmp(found, "ok") == 0;
    if (!sound)
        sim_base_why_set(&store->why,
                         "results file %s is damaged: %.200s; `kumiai verify` lists all that is",
                         store->path, found ? fault(found) : sim_store_db_reason(store->db));
    sqlite3_free(found);
    return rc == 0 && sound ? 0 : SIM_ERR_STORE;
}

/* What the file holds already. */
static int take_up(sim_store_t *store, sim_store_resumed_t *resumed) {
    int checked = check_pages(store);
    if (checked == 0)
        checked = sim_store_runs_read(store->db, &store->hash, &store->listed) ? failed(store) : 0;
    if (checked)
        return checked;
    int rc = sim_store_resume(&store->plan, store->db, resumed, &store->why);
    /* A design that adds nothing is not noted. */
    store->note_due = rc == 0 && store->plan.design && resumed->wave.runs > 0;
    char *unordered = NULL;
    if (rc == 0 && sim_store_meta(store->db, "unordered", &unordered))
        rc = failed(store);
    store->unordered = unordered != NULL;
    sqlite3_free(unordered);
    return rc;
}

static int open_file(sim_store_t *store, sim_store_open_t how, sim_store_resumed_t *resumed) {
    int rc = sim_store_lock(store->path, SIM_STORE_WRITES, &store->lock, &store->why);
    bool there = access(store->path, F_OK) == 0;
    bool resume = how == SIM_STORE_RESUME && there;
    if (rc == 0 && how == SIM_STORE_NEW && there) {
        sim_base_why_set(&store->why, "results file %s exists already", store->path);
        rc = SIM_ERR_EXISTS;
    }
    if (rc == 0 && there)
        rc = sim_store_is_results(store->path, &store->why);
    if (rc == 0 && !resume)
        rc = sim_store_create(&store->plan, &store->schema, how == SIM_STORE_REPLACE && there,
                              &store->why);
    if (rc == 0)
        rc = sim_store_db_open(store->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, &store->db,
                               &store->why);
    store->waiter.path = store->path;
    if (rc == 0 && sim_store_wait_begin(store->db, &store->waiter))
        rc = failed(store);
    if (rc == 0 && resume)
        rc = take_up(store, resumed);
    return rc;
}

/* Of a sweep the file may have runs of other waves and of one shard. */
static int count_runs(sim_store_t *store, const sim_plan_wave_t *wave) {
    int64_t runs = 0, last = 0;
    store->wave = (sim_plan_wave_t){.id = wave->id, .reps = wave->reps, .runs = wave->runs};
    if (sim_store_number(store->db, &runs, "SELECT count(*) FROM run") ||
        sim_store_number(store->db, &last, "SELECT coalesce(max(run_id), 0) FROM run"))
        return failed(store);
    store->runs = (uint64_t)runs;
    store->last = (uint64_t)last;
    return 0;
}

static int open_store(sim_store_t *store, sim_store_open_t how, sim_store_resumed_t *resumed) {
    int rc = 0;
    if (store->plan.detail >= SIM_DETAIL_FULL)
        rc = sim_record_keep_same(store->plan.configs, store->plan.n_configs, &store->why);
    if (rc == 0)
        rc = sim_store_schema_init(&store->schema, store->plan.configs, store->plan.n_configs,
                                   &store->why);
    if (rc == 0 && (rc = sim_store_hash_init(&store->hash)))
        sim_base_why_set(&store->why, "%s", sim_base_strerror(rc));
    if (rc == 0)
        rc = how == SIM_STORE_MEMORY ? open_memory(store) : open_file(store, how, resumed);
    if (rc == 0)
        rc = prepare_all(store);
    if (rc == 0 && store->plan.detail >= SIM_DETAIL_FULL)
        rc = begin_bulk(store);
    store->runs = store->last = resumed->done;
    if (rc == 0 && store->plan.design)
        rc = count_runs(store, &resumed->wave);
    return rc;
}

int sim_store_open(const sim_store_plan_t *plan, sim_store_open_t how, sim_store_t **out,
                   sim_store_resumed_t *resumed, sim_base_why_t *why) {
    *out = NULL;
    *resumed = (sim_store_resumed_t){0};
    if (plan->design)
        resumed->wave = sim_plan_wave_first(plan->design->points, (uint64_t)plan->design->reps);
    if (how == SIM_STORE_LOOK)
        return sim_store_look(plan, resumed, why);
    sim_store_t *store = calloc(1, sizeof *store);
    if (store)
        store->lock = SIM_STORE_UNLOCKED;
    if (!store || !(store->path = strdup(plan->path))) {
        free(store);
        return sim_base_why_fail(why, SIM_ERR_MEMORY, "%s", sim_base_strerror(SIM_ERR_MEMORY));
    }
    store->plan = *plan;
    store->plan.path = store->path;
    int rc = open_store(store, how, resumed);
    if (rc) {
        sim_base_why_set(why, "%s", store->why.text);
        store->code = rc;
        sim_store_close(store, NULL);
        return rc;
    }
    store->committed = store->runs;
    store->committed_at = sim_base_seconds();
    *out = store;
    return 0;
}

uint64_t sim_store_bytes(sim_store_t *store) {
    int64_t bytes = 0;
    if (sim_store_flush(store) == 0)
        (void)sim_store_number(store->db, &bytes,
                               "SELECT page_count * page_size FROM pragma_page_count,"
                               " pragma_page_size");
    return (uint64_t)bytes;
}

int sim_store_close(sim_store_t *store, sim_base_why_t *why) {
    if (!store)
        return 0;
    int rc = 0;
    if (store->db && store->code == 0 && store->note_due)
        rc = begin(store);
    if (rc == 0 && store->db && store->code == 0)
        rc = commit(store);
    if (rc == 0 && store->db && store->code == 0 && store->unordered && sim_store_reorder(store))
        rc = failed(store);
    if (rc == 0)
        rc = store->code;
    if (rc && why)
        sim_base_why_set(why, "%s", store->code ? store->why.text : sim_base_strerror(rc));
    sqlite3_finalize(store->run);
    sqlite3_finalize(store->summary);
    sqlite3_finalize(store->series);
    sqlite3_finalize(store->draw);
    sqlite3_finalize(store->targets);
    sqlite3_close(store->db); /* rolls back what a failure left open */
    sim_store_unlock(&store->lock);
    sim_store_schema_free(&store->schema);
    sim_store_bulk_free(&store->bulk);
    sim_store_hash_free(&store->hash);
    free(store->path);
    free(store);
    return rc;
}
