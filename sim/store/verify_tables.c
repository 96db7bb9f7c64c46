/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows and the index of one table. */
#include <inttypes.h>
#include <string.h>

#include "sim/store/verify_parts.h"

/* ---- the index of a key ---- */

typedef struct {
    sim_store_verify_index_t *index;
    sqlite3_str *columns;
} describing_t;

/* Columns: name of the index; number and name of the next of its columns. */
static int add_column(void *user, sqlite3_stmt *row) {
    const describing_t *to = user;
    sim_store_verify_index_t *index = to->index;
    if (index->n == sizeof index->at / sizeof *index->at)
        return SIM_ERR_STORE;
    if (!index->name)
        index->name = sqlite3_mprintf("%s", sqlite3_column_text(row, 0));
    index->at[index->n++] = sqlite3_column_int(row, 1) + 1;
    sqlite3_str_appendf(to->columns, "\"%w\", ", sqlite3_column_text(row, 2));
    return 0;
}

int sim_store_verify_read_index(const sim_store_verifier_t *c, const char *table,
                                sim_store_verify_index_t *index) {
    describing_t to = {index, sqlite3_str_new(NULL)};
    int rc =
        sim_store_each(c->db, add_column, &to,
                       "SELECT l.name, i.cid, i.name FROM pragma_index_list(%Q) AS l,"
                       " pragma_index_info(l.name) AS i WHERE l.origin = 'pk' ORDER BY i.seqno",
                       table);
    index->columns = sqlite3_str_finish(to.columns);
    return rc == 0 && (!index->n || (index->name && index->columns))
               ? 0
               : sim_store_verify_cannot_read(c, table);
}

void sim_store_verify_index_free(sim_store_verify_index_t *index) {
    sqlite3_free(index->name);
    sqlite3_free(index->columns);
}

/* Adds the key of a row and the place where it lies. */
static void add_key(sim_store_verifier_t *c, sqlite3_stmt *s, const int *at, int n, int rowid,
                    sim_store_digest_t *sum) {
    sim_store_hash_begin(&c->key, "");
    for (int k = 0; k < n; k++)
        sim_store_hash_column(&c->key, s, at[k]);
    sim_store_hash_column(&c->key, s, rowid);
    sim_store_digest_add(sum, sim_store_hash_end(&c->key));
}

typedef struct {
    sim_store_verifier_t *c;
    sim_store_verify_index_t *index;
} walking_t;

static int take_entry(void *user, sqlite3_stmt *row) {
    static const int at[] = {0, 1, 2, 3};
    const walking_t *w = user;
    add_key(w->c, row, at, w->index->n, w->index->n, &w->index->entries);
    return sim_store_verify_stopped(w->c);
}

static int walk_index(sim_store_verifier_t *c, const char *table, sim_store_verify_index_t *index) {
    walking_t w = {c, index};
    int rc = sim_store_each(c->db, take_entry, &w, "SELECT %srowid FROM \"%w\" INDEXED BY \"%w\"",
                            index->columns, table, index->name);
    return rc == SIM_ERR_STORE ? sim_store_verify_cannot_read(c, table) : rc;
}

/* ---- rows of runs ---- */

typedef struct {
    sim_store_verifier_t *c;
    sim_store_verify_job_t *job;
    uint64_t rows;
    sim_store_verify_run_t *run; /* of the rows now; NULL: none */
    size_t at;                   /* its place */
    sim_store_digest_t key;      /* sum */
} walk_t;

static sim_store_verify_run_t *find_run(const sim_store_verifier_t *c, int64_t id, size_t *at) {
    size_t low = 0, high = c->n_runs;
    if (*at < c->n_runs && c->run[*at].id == id)
        return &c->run[*at];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->run[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    *at = low;
    return low < c->n_runs && c->run[low].id == id ? &c->run[low] : NULL;
}

static void add_shared(sim_store_digest_t *sum, sim_store_digest_t digest) {
#pragma omp atomic
    sum->low += digest.low;
#pragma omp atomic
    sum->high += digest.high;
}

static void end_run(sim_store_verifier_t *c, walk_t *w) {
    if (w->run)
        add_shared(&w->run->rows, sim_store_hash_end(&c->rows));
    w->run = NULL;
}

static void begin_run(sim_store_verifier_t *c, walk_t *w, int64_t run_id) {
    sim_store_verify_job_t *job = w->job;
    bool none = !job->any;
    end_run(c, w);
    w->at += w->at < c->n_runs && c->run[w->at].id < run_id;
    w->run = find_run(c, run_id, &w->at);
    job->mixed = job->mixed || (!none && run_id < job->last);
    job->first = none ? run_id : job->first;
    job->last = run_id;
    job->any = true;
    sim_store_hash_begin(&c->rows, job->table->name);
}

/* Rows are handed to a function within SQLite's own loop, which takes a third less time than to ask
 * for their cells one by one; it takes no more than so many. Where rows must be sorted first they
 * are asked for. */
enum { MOST_ARGUMENTS = 100 };

/* Its values: rowid, run_id, the other cells. */
static void one_row(sim_store_verifier_t *c, walk_t *w, sqlite3_value *const *value, int n) {
    sim_store_verify_job_t *job = w->job;
    int64_t run_id = sqlite3_value_int64(value[1]);
    if (w->rows++ == 0 || run_id != job->last)
        begin_run(c, w, run_id);
    for (int i = 2; i < n; i++)
        sim_store_hash_value(&c->rows, value[i]);
    job->orphans += !w->run;
    if (!job->index->n)
        return;
    sim_store_hash_begin(&c->key, "");
    for (int k = 0; k < job->index->n; k++)
        sim_store_hash_value(&c->key, value[job->index->at[k]]);
    sim_store_hash_value(&c->key, value[0]);
    sim_store_digest_add(&w->key, sim_store_hash_end(&c->key));
}

static void take_row(sqlite3_context *context, int n, sqlite3_value **value) {
    walk_t *w = sqlite3_user_data(context);
    if (w->c->ask->stop && *w->c->ask->stop)
        sqlite3_interrupt(w->c->db);
    one_row(w->c, w, value, n);
}

static void no_result(sqlite3_context *context) {
    (void)context;
}

/* Their names, quoted, into the list; -1: cannot be read. */
static int count_columns(const sim_store_verifier_t *c, const char *table, sqlite3_str *list) {
    sqlite3_stmt *s = NULL;
    int n = -1;
    if (sim_store_prepare(c->db, &s, "SELECT rowid, * FROM \"%w\"", table) == 0)
        n = sqlite3_column_count(s);
    for (int i = 0; i < n; i++) {
        const char *name = sqlite3_column_name(s, i);
        if (name)
            sqlite3_str_appendf(list, "%s\"%w\"", i ? ", " : "", name);
        else
            n = -1;
    }
    sqlite3_finalize(s);
    return n;
}

/* The rows of a job, all in one step. SQLite's code. */
static int walk_within(sim_store_verifier_t *c, walk_t *w, const char *columns) {
    sqlite3_stmt *s = NULL;
    const sim_store_verify_job_t *job = w->job;
    int rc =
        sqlite3_create_function(c->db, "take_row", -1, SQLITE_UTF8, w, NULL, take_row, no_result);
    if (rc == SQLITE_OK)
        rc = sim_store_prepare(c->db, &s,
                               "SELECT take_row(%s) FROM \"%w\" NOT INDEXED WHERE rowid BETWEEN"
                               " %lld AND %lld",
                               columns, job->table->name, (long long)job->from, (long long)job->to);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(s);
    if (rc == SQLITE_ROW)
        rc = SQLITE_DONE;
    sqlite3_finalize(s);
    return rc;
}

/* The rows of a job, sorted or with many columns. SQLite's code. */
static int walk_by_step(sim_store_verifier_t *c, walk_t *w, int n) {
    sqlite3_stmt *s = NULL;
    const char *name = w->job->table->name;
    sqlite3_value **value = sqlite3_malloc64((sqlite3_uint64)n * sizeof *value);
    if (!value)
        return SQLITE_NOMEM;
    int rc = sim_store_prepare(c->db, &s,
                               "SELECT rowid, * FROM \"%w\" NOT INDEXED WHERE rowid BETWEEN %lld"
                               " AND %lld ORDER BY %srowid",
                               name, (long long)w->job->from, (long long)w->job->to,
                               c->unordered ? "run_id, " : "");
    while ((rc == SQLITE_OK || rc == SQLITE_ROW) && !sim_store_verify_stopped(c) &&
           (rc = sqlite3_step(s)) == SQLITE_ROW) {
        for (int i = 0; i < n; i++)
            value[i] = sqlite3_column_value(s, i);
        one_row(c, w, value, n);
    }
    sqlite3_free(value);
    sqlite3_finalize(s);
    return rc;
}

/* What was read of the last run may be a part of it. */
static int no_further(const sim_store_verifier_t *c, const sim_store_verify_job_t *job) {
    int64_t from = job->any ? job->last : INT64_MIN;
#pragma omp critical(sim_verify)
    *c->unknown = from < *c->unknown ? from : *c->unknown;
    return sim_store_verify_cannot_read(c, job->table->name);
}

static int walk_rows(sim_store_verifier_t *c, walk_t *w) {
    sqlite3_str *list = sqlite3_str_new(NULL);
    int n = count_columns(c, w->job->table->name, list), rc = SQLITE_ERROR;
    char *columns = sqlite3_str_finish(list);
    if (n > 0 && (n > MOST_ARGUMENTS || c->unordered))
        rc = walk_by_step(c, w, n);
    else if (n > 0 && columns)
        rc = walk_within(c, w, columns);
    sqlite3_free(columns);
#pragma omp atomic
    c->found->rows += w->rows;
    if (sim_store_verify_stopped(c))
        return SIM_ERR_INTERRUPTED;
    if (rc != SQLITE_DONE)
        return no_further(c, w->job);
    end_run(c, w);
    return 0;
}

int sim_store_verify_part(sim_store_verifier_t *c, sim_store_verify_job_t *job) {
    walk_t w = {.c = c, .job = job};
    if (!job->index)
        return sim_store_verify_table(c, job->table);
    if (job->entries)
        return walk_index(c, job->table->name, job->index);
    int rc = walk_rows(c, &w);
    add_shared(&job->index->rows, w.key);
    return rc;
}

/* ---- the other tables ---- */

/* A row of a table: rowid, cells. */
static int take_keys(void *user, sqlite3_stmt *row) {
    const walking_t *w = user;
    add_key(w->c, row, w->index->at, w->index->n, 0, &w->index->rows);
    return 0;
}

static int check_keys(sim_store_verifier_t *c, const char *table) {
    sim_store_verify_index_t index = {0};
    walking_t w = {c, &index};
    int rc = sim_store_verify_read_index(c, table, &index);
    if (rc == 0 && index.n)
        rc = sim_store_each(c->db, take_keys, &w, "SELECT rowid, * FROM \"%w\" NOT INDEXED", table)
                 ? sim_store_verify_cannot_read(c, table)
                 : walk_index(c, table, &index);
    if (rc == 0 && memcmp(&index.rows, &index.entries, sizeof index.rows) != 0)
        sim_store_verify_tell(c, "table %s: the index of its key does not fit its rows", table);
    sim_store_verify_index_free(&index);
    return rc;
}

int sim_store_verify_compare(const sim_store_verifier_t *c, const char *table, const char *digest) {
    char *has = NULL;
    if (sim_store_text(c->db, &has,
                       "SELECT value FROM meta NOT INDEXED WHERE key ="
                       " '" SIM_STORE_DIGEST_KEY "%q'",
                       table))
        return sim_store_verify_cannot_read(c, "meta");
    if (!has)
        sim_store_verify_tell(c, "table %s: its digest is missing in table meta", table);
    else if (strcmp(has, digest) != 0 && strcmp(table, "schema") == 0)
        sim_store_verify_tell(c, "the definitions of the tables are not those that were written");
    else if (strcmp(has, digest) != 0)
        sim_store_verify_tell(
            c,
            "table %s: its rows are not those that were written (their digest is %s"
            " now)",
            table, digest);
    sqlite3_free(has);
    return 0;
}

int sim_store_verify_table(sim_store_verifier_t *c, const sim_store_place_of_t *table) {
    char digest[SIM_STORE_DIGEST];
    int rc = sim_store_table_digest(c->db, table->name, &c->rows, digest);
    if (rc)
        return rc == SIM_ERR_STORE ? sim_store_verify_cannot_read(c, table->name) : rc;
    rc = sim_store_verify_compare(c, table->name, digest);
    return rc || table->no_rowid ? rc : check_keys(c, table->name);
}
