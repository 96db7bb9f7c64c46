/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a results file once, in run order, and compares it with the digests that it holds of
 * itself. What is read by an index elsewhere is read by it here too. Threads share the tables, and
 * large ones by ranges of runs. */
#include "sim/store/verify.h"

#include <inttypes.h>
#include <omp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/store/verify_parts.h"

enum { MOST_THREADS = 8, ROWS_OF_A_PART = 20000 };

typedef struct {
    sim_store_verifier_t worker[MOST_THREADS]; /* the first has the caller's connection */
    int threads;
    sim_store_tables_t tables;
    sim_store_verify_index_t *index; /* of each table */
    sim_store_verify_job_t *job;
    size_t n_jobs;
    int64_t unknown;
} work_t;

void sim_store_verify_tell(const sim_store_verifier_t *c, const char *format, ...) {
    char sentence[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
#pragma omp critical(sim_verify)
    {
        c->found->problems++;
        c->ask->tell(c->ask->user, sentence);
    }
}

int sim_store_verify_stopped(const sim_store_verifier_t *c) {
    return c->ask->stop && *c->ask->stop ? SIM_ERR_INTERRUPTED : 0;
}

int sim_store_verify_cannot_read(const sim_store_verifier_t *c, const char *table) {
    if (sqlite3_errcode(c->db) == SQLITE_NOMEM)
        return SIM_ERR_MEMORY;
    sim_store_verify_tell(c, "table %s cannot be read: %s", table, sim_store_db_reason(c->db));
    return SIM_ERR_STORE;
}

/* ---- runs ---- */

static int keep_run(void *user, sqlite3_stmt *row) {
    sim_store_verifier_t *c = user;
    sim_store_verify_run_t *larger = sim_base_grow(c->run, c->n_runs, sizeof *larger);
    if (!larger)
        return SIM_ERR_MEMORY;
    c->run = larger;
    c->run[c->n_runs++] = (sim_store_verify_run_t){.id = sqlite3_column_int64(row, 0)};
    return 0;
}

static int read_ids(sim_store_verifier_t *c) {
    int rc = sim_store_each(c->db, keep_run, c, "SELECT run_id FROM run ORDER BY run_id");
    return rc == SIM_ERR_STORE ? sim_store_verify_cannot_read(c, "run") : rc;
}

/* Columns: run_id, those of which the digest is, rows_digest. */
static int check_run(void *user, sqlite3_stmt *s) {
    enum { LAST = 9 };
    sim_store_verifier_t *c = user;
    char digest[SIM_STORE_DIGEST];
    if (c->found->runs == c->n_runs)
        return SIM_ERR_STORE;
    const sim_store_verify_run_t *run = &c->run[c->found->runs++];
    if (run->id >= *c->unknown)
        return 0;
    sim_store_hash_begin(&c->rows, "run");
    for (int column = 1; column < LAST; column++)
        sim_store_hash_column(&c->rows, s, column);
    sim_store_digest_text(sim_store_run_digest(&c->rows, run->rows), digest);
    if (strcmp(sim_store_cell_text(s, LAST), digest) != 0)
        sim_store_verify_tell(c,
                              "run %" PRId64
                              ": its rows are not those that were written (their digest"
                              " is %s now)",
                              run->id, digest);
    return 0;
}

static int check_runs(sim_store_verifier_t *c) {
    int rc = sim_store_each(c->db, check_run, c,
                            "SELECT run_id, scenario_id, point_id, rep, seed, status, note, steps,"
                            " state_digest, rows_digest FROM run ORDER BY run_id");
    bool whole = rc == 0 && c->found->runs == c->n_runs;
    c->found->runs = c->n_runs;
    return whole ? 0 : sim_store_verify_cannot_read(c, "run");
}

static int check_list(sim_store_verifier_t *c) {
    char digest[SIM_STORE_DIGEST];
    sim_store_digest_t listed;
    if (sim_store_runs_read(c->db, &c->rows, &listed))
        return sim_store_verify_cannot_read(c, "run");
    sim_store_digest_text(listed, digest);
    return sim_store_verify_compare(c, "run", digest);
}

static int check_schema(sim_store_verifier_t *c) {
    char digest[SIM_STORE_DIGEST];
    int rc = sim_store_table_digest(c->db, "schema", &c->rows, digest);
    return rc == SIM_ERR_STORE ? sim_store_verify_cannot_read(c, "sqlite_master")
           : rc                ? rc
                               : sim_store_verify_compare(c, "schema", digest);
}

/* ---- parts ---- */

static int add_job(work_t *w, sim_store_verify_job_t job) {
    sim_store_verify_job_t *larger = sim_base_grow(w->job, w->n_jobs, sizeof *larger);
    if (!larger)
        return SIM_ERR_MEMORY;
    w->job = larger;
    w->job[w->n_jobs++] = job;
    return 0;
}

/* The run of the first row from a rowid on; INT64_MAX behind the last, and when it cannot be read,
 * which whoever reads that part will tell. */
static int64_t run_at(sqlite3_stmt *s, int64_t rowid) {
    int64_t run = INT64_MAX;
    if (sqlite3_bind_int64(s, 1, rowid) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
        run = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    return run;
}

/* The rowid from `from` to `end` at which the run after that of `from` begins. */
static int64_t next_run(sqlite3_stmt *s, int64_t from, int64_t end) {
    int64_t run = run_at(s, from);
    while (from < end) {
        int64_t middle = from + (end - from) / 2;
        if (run_at(s, middle) > run)
            end = middle;
        else
            from = middle + 1;
    }
    return end;
}

/* Ranges of rows that hold whole runs, one or so for each thread. */
static int add_parts(work_t *w, sim_store_verify_job_t job, int64_t last) {
    sqlite3_stmt *s = NULL;
    sim_store_verifier_t *c = &w->worker[0];
    int64_t parts = last / ROWS_OF_A_PART + 1, most = 4 * w->threads;
    int rc = 0;
    parts = w->threads == 1 || c->unordered ? 1 : parts < most ? parts : most;
    if (parts > 1 && sim_store_prepare(c->db, &s,
                                       "SELECT run_id FROM \"%w\" NOT INDEXED WHERE rowid >= ?"
                                       " ORDER BY rowid LIMIT 1",
                                       job.table->name))
        parts = 1;
    int64_t from = INT64_MIN;
    for (int64_t p = 1; rc == 0 && p < parts; p++) {
        int64_t end = next_run(s, last / parts * p, last + 1);
        if (end <= from || end > last)
            continue;
        job.from = from;
        job.to = end - 1;
        rc = add_job(w, job);
        from = end;
    }
    sqlite3_finalize(s);
    job.from = from;
    job.to = INT64_MAX;
    return rc ? rc : add_job(w, job);
}

static int plan_table(work_t *w, size_t t) {
    sim_store_verifier_t *c = &w->worker[0];
    sim_store_verify_job_t job = {.table = &w->tables.table[t]};
    const char *name = job.table->name;
    int64_t last = 0;
    if (strcmp(name, "run") == 0)
        return 0;
    if (!job.table->by_run)
        return add_job(w, job);
    job.index = &w->index[t];
    int rc = sim_store_verify_read_index(c, name, job.index);
    if (rc == 0) /* 0 when it cannot be read: whoever reads the table will tell */
        (void)sim_store_number(c->db, &last, "SELECT ifnull(max(rowid), 0) FROM \"%w\"", name);
    if (rc == SIM_ERR_STORE) {
        *c->unknown = INT64_MIN;
        return 0; /* told */
    }
    if (rc == 0)
        rc = add_parts(w, job, last);
    job.entries = true;
    return rc == 0 && job.index->n ? add_job(w, job) : rc;
}

/* ---- all ---- */

static int do_jobs(work_t *w) {
    int rc = 0;
#pragma omp parallel for schedule(dynamic, 1) num_threads(w->threads) reduction(min : rc)
    for (size_t j = 0; j < w->n_jobs; j++) {
        int code = sim_store_verify_part(&w->worker[omp_get_thread_num()], &w->job[j]);
        w->job[j].code = code;
        if (code < rc && code != SIM_ERR_STORE) /* which is told, and keeps nothing from going on */
            rc = code;
    }
    return rc;
}

/* What only all parts of a table together can tell. */
static void conclude_table(work_t *w, size_t t) {
    const sim_store_verifier_t *c = &w->worker[0];
    const char *name = w->tables.table[t].name;
    const sim_store_verify_index_t *index = &w->index[t];
    uint64_t orphans = 0;
    int64_t last = INT64_MIN;
    bool mixed = false, whole = true;
    for (size_t j = 0; j < w->n_jobs; j++) {
        const sim_store_verify_job_t *job = &w->job[j];
        if (job->index != index)
            continue;
        whole = whole && job->code == 0;
        orphans += job->orphans;
        if (job->entries || !job->any)
            continue;
        mixed = mixed || job->mixed || job->first < last;
        last = job->last;
    }
    if (orphans)
        sim_store_verify_tell(
            c, "table %s has %" PRIu64 " rows of runs that table run does not list", name, orphans);
    if (mixed)
        sim_store_verify_tell(c, "table %s: its rows are not in the order of the runs", name);
    if (whole && (index->rows.low != index->entries.low || index->rows.high != index->entries.high))
        sim_store_verify_tell(c, "table %s: the index of its key does not fit its rows", name);
}

/* A table that cannot be read does not keep the others from being looked at. */
static int go_on(int rc) {
    return rc == SIM_ERR_STORE ? 0 : rc;
}

static int init_worker(sim_store_verifier_t *worker, sqlite3 *db) {
    worker->db = db;
    int rc = sim_store_hash_init(&worker->rows);
    return rc ? rc : sim_store_hash_init(&worker->key);
}

/* Of a file in memory, or where there are no more connections, the caller's does. */
static int add_workers(work_t *w) {
    sim_base_why_t why;
    int most = omp_get_max_threads(), rc = 0;
    const sim_store_verifier_t *first = &w->worker[0];
    bool may = strcmp(first->ask->path, ":memory:") != 0;
    while (rc == 0 && may && w->threads < (most < MOST_THREADS ? most : MOST_THREADS)) {
        sim_store_verifier_t *worker = &w->worker[w->threads];
        sqlite3 *db = NULL;
        if (sim_store_db_open(first->ask->path, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, &db,
                              &why))
            break;
        *worker = *first;
        worker->rows = worker->key = (sim_store_hash_t){0};
        w->threads++;
        rc = init_worker(worker, db);
    }
    return rc;
}

static int check_all(work_t *w) {
    sim_store_verifier_t *c = &w->worker[0];
    int rc = sim_store_tables_read(c->db, &w->tables);
    if (rc == SIM_ERR_STORE)
        rc = sim_store_verify_cannot_read(c, "sqlite_master");
    if (rc == 0)
        rc = go_on(check_schema(c));
    if (rc == 0)
        rc = read_ids(c);
    if (rc == 0)
        rc = add_workers(w);
    w->index = calloc(w->tables.count + 1, sizeof *w->index);
    if (rc == 0 && !w->index)
        rc = SIM_ERR_MEMORY;
    for (size_t t = 0; rc == 0 && t < w->tables.count; t++)
        rc = plan_table(w, t);
    if (rc == 0)
        rc = do_jobs(w);
    for (size_t t = 0; rc == 0 && t < w->tables.count; t++)
        if (w->tables.table[t].by_run)
            conclude_table(w, t);
    c->found->tables = w->tables.count;
    if (rc == 0)
        rc = go_on(check_runs(c));
    return rc ? rc : go_on(check_list(c));
}

static void free_work(work_t *w) {
    for (int i = 0; i < w->threads; i++) {
        sim_store_hash_free(&w->worker[i].rows);
        sim_store_hash_free(&w->worker[i].key);
        if (i > 0)
            sqlite3_close(w->worker[i].db);
    }
    for (size_t t = 0; w->index && t < w->tables.count; t++)
        sim_store_verify_index_free(&w->index[t]);
    free(w->worker[0].run);
    sim_store_tables_free(&w->tables);
    free(w->index);
    free(w->job);
}

int sim_store_verify_rows(const sim_store_verify_t *ask, sim_store_verified_t *found) {
    work_t w = {.threads = 1, .unknown = INT64_MAX};
    sim_store_verifier_t *c = &w.worker[0];
    char *unordered = NULL;
    *found = (sim_store_verified_t){0};
    *c = (sim_store_verifier_t){.ask = ask, .found = found, .db = ask->db, .unknown = &w.unknown};
    if (sim_store_has_digests(ask->db, &found->digests) ||
        sim_store_meta(ask->db, "unordered", &unordered))
        return sim_store_verify_cannot_read(c, "meta");
    c->unordered = unordered != NULL;
    sqlite3_free(unordered);
    if (!found->digests)
        return 0;
    int rc = init_worker(c, ask->db);
    if (rc == 0)
        rc = check_all(&w);
    free_work(&w);
    return rc;
}

/* ---- for other readers ---- */

typedef struct {
    const char *path;
    sim_base_why_t *why;
    size_t told;
} first_t;

static void keep_first(void *user, const char *sentence) {
    first_t *first = user;
    if (first->told++ == 0)
        sim_base_why_set(first->why,
                         "results file %s is damaged: %s; `kumiai verify` lists all that is",
                         first->path, sentence);
}

int sim_store_check_rows(sqlite3 *db, const char *path, sim_base_why_t *why) {
    first_t first = {.path = path, .why = why};
    sim_store_verified_t found;
    const sim_store_verify_t ask = {.db = db, .path = path, .tell = keep_first, .user = &first};
    int rc = sim_store_verify_rows(&ask, &found);
    if (rc && first.told == 0)
        sim_base_why_set(why, "results file %s: %s", path, sim_base_strerror(rc));
    return rc ? rc : found.problems ? SIM_ERR_STORE : 0;
}

/* What cannot be read is told as damage already. */
static void tell_unfinished(sqlite3 *db, sim_store_verified_t *found) {
    sim_store_planned_t planned;
    if (sim_store_planned_read(db, &planned) == 0)
        sim_store_planned_tell(&planned, found->unfinished, sizeof found->unfinished);
}

int sim_store_verify(const char *path, void (*tell_user)(void *user, const char *sentence),
                     void *user, const volatile sig_atomic_t *stop, sim_store_verified_t *found,
                     sim_base_why_t *why) {
    sqlite3 *db = NULL;
    sim_store_lock_t lock = SIM_STORE_UNLOCKED;
    *found = (sim_store_verified_t){0};
    int rc = sim_store_open_existing(path, SIM_STORE_READS, &lock, &db, why);
    bool begun = rc == 0;
    if (begun && sim_store_sql(db, "BEGIN")) /* one state of the file, to the end */
        rc = sim_store_db_failed(db, path, why);
    if (begun && rc == 0) {
        const sim_store_verify_t ask = {
            .db = db, .path = path, .tell = tell_user, .user = user, .stop = stop};
        rc = sim_store_verify_rows(&ask, found);
        if (rc)
            sim_base_why_set(why, "results file %s: %s", path, sim_base_strerror(rc));
        rc = rc == SIM_ERR_STORE && found->problems ? 0 : rc; /* it is told */
        tell_unfinished(db, found);
    }
    sqlite3_close(db);
    sim_store_unlock(&lock);
    return rc;
}
