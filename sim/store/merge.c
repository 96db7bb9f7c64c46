/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Joining shards. Every shard holds the whole design and a part of the runs in run order, so that a
 * table is merged row by row: of the shards' next rows the one with the smallest run_id comes
 * first. No more than a row of each shard is in memory. */
#define _DEFAULT_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/store/merge_waves.h"
#include "sim/store/parts.h"

typedef struct {
    const char *path;
    sqlite3 *db;
    sim_store_lock_t lock;
    unsigned shard, shards; /* from 1 */
    sim_store_planned_t planned;
    sqlite3_stmt *rows; /* of the table being merged */
    int64_t next;       /* run_id of its current row; INT64_MAX at the end */
} shard_t;

typedef struct {
    shard_t *shard; /* in the order of the shards, once they are known */
    size_t n;
    bool designs; /* they are no shards but whole sweeps of other designs */
    const char *path, *command_line;
    sim_store_lock_t lock; /* of the file to write */
    sqlite3 *out;
    const volatile sig_atomic_t *stop;
    sim_base_why_t *why;
} merge_t;

static int refuse(const merge_t *m, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int refuse(const merge_t *m, const char *format, ...) {
    va_list arguments;
    sim_base_why_set(m->why, "cannot merge into %s: ", m->path);
    va_start(arguments, format);
    sim_base_why_add_list(m->why, format, arguments);
    va_end(arguments);
    return SIM_ERR_CONFIG;
}

/* ---- the shards ---- */

static int shard_failed(const merge_t *m, const shard_t *shard) {
    return sim_store_db_failed(shard->db, shard->path, m->why);
}

static int read_shard(const merge_t *m, shard_t *shard) {
    char *text = NULL, *unordered = NULL;
    int rc = 0;
    if (sim_store_meta(shard->db, "shard", &text) ||
        sim_store_meta(shard->db, "unordered", &unordered) ||
        sim_store_planned_read(shard->db, &shard->planned))
        rc = shard_failed(m, shard);
    else if (!text || sscanf(text, "%u/%u", &shard->shard, &shard->shards) != 2)
        rc = refuse(m, "%s holds no sweep", shard->path);
    else if (unordered)
        rc = refuse(m, "%s was interrupted while failed runs were made again; resume it first",
                    shard->path);
    sqlite3_free(text);
    sqlite3_free(unordered);
    return rc;
}

static int open_shard(const merge_t *m, shard_t *shard) {
    int rc =
        sim_store_open_existing(shard->path, SIM_STORE_READS, &shard->lock, &shard->db, m->why);
    return rc ? rc : read_shard(m, shard);
}

/* A text that must be the same in all shards. */
typedef struct {
    const char *sql, *key, *name; /* key: of the row of meta, when the text is one */
    bool of_design;               /* whole sweeps of several designs need not agree in it */
    bool untold;                  /* a message does not tell the texts */
} compared_t;

static const char of_meta[] = "SELECT value FROM meta WHERE key = %Q";
/* Compared before the programs are, */
static const compared_t settings[] = {{of_meta, "schema_version", "schema version", false, false},
                                      {of_meta, "program_version", "program version", false, false},
                                      {of_meta, "rng_version", "random numbers", false, false},
                                      {of_meta, "detail", "detail", false, false},
                                      {of_meta, "output.tables", "output.tables", false, false},
                                      {of_meta, "output.events", "output.events", false, false},
                                      {of_meta, "targets_digest", "targets", false, false},
                                      {of_meta, "reps", "number of replicates", true, false},
                                      {of_meta, "design", "design", true, false},
                                      {of_meta, "design_digest", "points", true, false},
                                      {of_meta, "seeds", "seeds", false, false},
                                      {of_meta, "draws_digest", "draws", false, false}};
/* and after them. */
static const compared_t contents[] = {
    {"SELECT config_digest FROM scenario", "", "the settings or data of their scenarios", false,
     true},
    {"SELECT group_concat(sql) FROM sqlite_master", "", "the columns of their tables", false, true},
    {of_meta, "digest:wave", "the waves that were added", true, true},
    {of_meta, "digest:point", "their points", true, true}};

static int read_both(const merge_t *m, const shard_t *first, const shard_t *other,
                     const compared_t *what, char *text[2]) {
    text[1] = NULL;
    if (sim_store_text(first->db, &text[0], what->sql, what->key))
        return shard_failed(m, first);
    return sim_store_text(other->db, &text[1], what->sql, what->key) ? shard_failed(m, other) : 0;
}

static bool same_text(char *const text[2]) {
    return text[0] && text[1] ? strcmp(text[0], text[1]) == 0 : text[0] == text[1];
}

static int tell_texts(const merge_t *m, const shard_t *first, const shard_t *other,
                      const compared_t *what, char *const text[2]) {
    const char *absent = strncmp(what->key, "output.", 7) == 0 ? "all" : "none";
    if (what->untold)
        return refuse(m, "%s and %s differ in %s", first->path, other->path, what->name);
    if (text[0] && text[1] && (strchr(text[0], '\n') || strchr(text[1], '\n')))
        return refuse(m, "%s and %s are of sweeps with another %s", first->path, other->path,
                      what->name);
    return refuse(m, "%s has %s '%s', %s has '%s'", first->path, what->name,
                  text[0] ? text[0] : absent, other->path, text[1] ? text[1] : absent);
}

/* Compares texts that must be the same in all shards. */
static int compare_texts(const merge_t *m, const shard_t *first, const shard_t *other,
                         const compared_t *list, size_t n) {
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < n; i++) {
        char *text[2] = {NULL};
        if (m->designs && list[i].of_design)
            continue;
        rc = read_both(m, first, other, &list[i], text);
        if (rc == 0 && !same_text(text))
            rc = tell_texts(m, first, other, &list[i], text);
        sqlite3_free(text[0]);
        sqlite3_free(text[1]);
    }
    return rc;
}

/* The first is compared with itself too: a file that does not know its identity fits nothing. */
static int compare_identity(const merge_t *m, const shard_t *first, const shard_t *other) {
    sim_record_identity_t a, b;
    char clause[sizeof(sim_base_why_t) / 2];
    int rc = sim_store_identity_read(first->db, first->path, &a, m->why);
    if (rc == 0)
        rc = sim_store_identity_read(other->db, other->path, &b, m->why);
    if (rc == 0 && sim_record_identity_differs(&b, &a, first->path, clause, sizeof clause))
        rc = refuse(m, "%s was computed with %s", other->path, clause);
    return rc;
}

/* ---- overlaps and gaps ---- */

static int by_shard(const void *a, const void *b) {
    const shard_t *left = a, *right = b;
    return (left->shard > right->shard) - (left->shard < right->shard);
}

/* "3/8, 5/8" of the shards that no file is. */
static int check_there(const merge_t *m) {
    char list[256] = "";
    size_t used = 0, at = 0;
    unsigned shards = m->shard[0].shards, missing = 0;
    for (unsigned i = 1; i <= shards; i++) {
        if (at < m->n && m->shard[at].shard == i) {
            at++;
            continue;
        }
        missing++;
        if (used + 32 < sizeof list)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%u/%u", used ? ", " : "",
                                     i, shards);
    }
    return missing ? refuse(m, "%u of %u shards %s missing: %s", missing, shards,
                            missing == 1 ? "is" : "are", list)
                   : 0;
}

static int check_whole(const merge_t *m, const shard_t *shard) {
    uint64_t runs = shard->planned.runs, planned = shard->planned.planned;
    if (runs == planned)
        return 0;
    return refuse(
        m, "shard %u/%u, %s, has %" PRIu64 " of its %" PRIu64 " runs; finish it with --resume",
        shard->shard, shard->shards, shard->path, runs, planned);
}

static int check_parts(const merge_t *m) {
    int rc = 0;
    qsort(m->shard, m->n, sizeof *m->shard, by_shard);
    for (size_t i = 1; rc == 0 && i < m->n; i++) {
        const shard_t *a = &m->shard[i - 1], *b = &m->shard[i];
        if (a->shards != b->shards)
            rc = refuse(m, "%s is shard %u/%u, but %s is shard %u/%u", a->path, a->shard, a->shards,
                        b->path, b->shard, b->shards);
        else if (a->shard == b->shard)
            rc = refuse(m, "%s and %s overlap: both are shard %u/%u", a->path, b->path, a->shard,
                        a->shards);
    }
    if (rc == 0)
        rc = check_there(m);
    for (size_t i = 0; rc == 0 && i < m->n; i++)
        rc = check_whole(m, &m->shard[i]);
    return rc;
}

/* Whole sweeps of several designs, in the order of the command; with seeds of their own points
 * would not be the same in both. */
static int check_designs(merge_t *m) {
    static const compared_t waves = {.sql = of_meta, .key = "digest:wave"};
    char *seeds = NULL;
    bool whole = m->n > 1;
    int rc = 0;
    for (size_t i = 0; i < m->n; i++)
        whole = whole && m->shard[i].shards == 1;
    for (size_t i = 1; rc == 0 && whole && i < m->n; i++) {
        char *text[2] = {NULL};
        rc = read_both(m, &m->shard[0], &m->shard[i], &waves, text);
        m->designs = m->designs || (text[0] && text[1] && !same_text(text));
        sqlite3_free(text[0]);
        sqlite3_free(text[1]);
    }
    if (rc == 0 && m->designs && sim_store_meta(m->shard[0].db, "seeds", &seeds))
        rc = shard_failed(m, &m->shard[0]);
    if (rc == 0 && seeds && strcmp(seeds, "common") != 0)
        rc = refuse(m, "sweeps of different designs are joined only with seeds = \"common\"");
    sqlite3_free(seeds);
    return rc;
}

static int open_shards(merge_t *m) {
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < m->n; i++)
        rc = open_shard(m, &m->shard[i]);
    if (rc == 0)
        rc = check_designs(m);
    for (size_t i = 0; rc == 0 && i < m->n; i++) {
        if (rc == 0 && i > 0)
            rc = compare_texts(m, &m->shard[0], &m->shard[i], settings,
                               sizeof settings / sizeof *settings);
        if (rc == 0 && m->n > 1)
            rc = compare_identity(m, &m->shard[0], &m->shard[i]);
        if (rc == 0 && i > 0)
            rc = compare_texts(m, &m->shard[0], &m->shard[i], contents,
                               sizeof contents / sizeof *contents);
    }
    if (rc == 0 && !m->designs)
        rc = check_parts(m);
    for (size_t i = 0; rc == 0 && m->designs && i < m->n; i++)
        rc = check_whole(m, &m->shard[i]);
    for (size_t i = 0; rc == 0 && i < m->n; i++)
        rc = sim_store_check_rows(m->shard[i].db, m->shard[i].path, m->why);
    return rc;
}

/* ---- copying ---- */

static int out_failed(const merge_t *m) {
    return sim_store_db_failed(m->out, m->path, m->why);
}

static int step(const merge_t *m, shard_t *shard, bool runs) {
    int rc = sqlite3_step(shard->rows);
    shard->next = rc == SQLITE_ROW ? (runs ? sqlite3_column_int64(shard->rows, 0) : 0) : INT64_MAX;
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : shard_failed(m, shard);
}

static shard_t *smallest(const merge_t *m, size_t n) {
    shard_t *least = &m->shard[0];
    for (size_t i = 1; i < n; i++)
        if (m->shard[i].next < least->next)
            least = &m->shard[i];
    return least;
}

/* The rows of a table: of all shards, by run, or of the first, which stands for all. */
static int copy_table(const merge_t *m, const char *table, bool runs) {
    sqlite3_stmt *insert = NULL;
    size_t n = runs ? m->n : 1;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < n; i++) {
        shard_t *shard = &m->shard[i];
        rc = sim_store_prepare(shard->db, &shard->rows, "SELECT * FROM \"%w\"%s", table,
                               runs ? " ORDER BY rowid" : "")
                 ? shard_failed(m, shard)
                 : step(m, shard, runs);
    }
    if (rc == 0 && sim_store_prepare_insert(m->out, &insert, table,
                                            (size_t)sqlite3_column_count(m->shard[0].rows)))
        rc = out_failed(m);
    while (rc == 0) {
        shard_t *shard = smallest(m, n);
        if (shard->next == INT64_MAX)
            break;
        if (m->stop && *m->stop)
            rc = SIM_ERR_INTERRUPTED;
        else if (sim_store_put_like(insert, shard->rows, NULL))
            rc = out_failed(m);
        else
            rc = step(m, shard, runs);
    }
    for (size_t i = 0; i < n; i++) {
        sqlite3_finalize(m->shard[i].rows);
        m->shard[i].rows = NULL;
    }
    sqlite3_finalize(insert);
    return rc;
}

static int define(void *out, sqlite3_stmt *row) {
    return sim_store_sql(out, "%s", sim_store_cell_text(row, 0));
}

static int copy_schema(const merge_t *m) {
    const shard_t *first = &m->shard[0];
    int rc = sim_store_each(first->db, define, m->out,
                            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL");
    if (rc && sqlite3_errcode(m->out) != SQLITE_OK)
        return out_failed(m);
    return rc ? shard_failed(m, first) : 0;
}

static int copy_tables(const merge_t *m) {
    sim_store_tables_t tables;
    int rc = sim_store_tables_read(m->shard[0].db, &tables);
    if (rc == SIM_ERR_STORE)
        rc = shard_failed(m, &m->shard[0]);
    for (size_t t = 0; rc == 0 && t < tables.count; t++)
        rc = copy_table(m, tables.table[t].name,
                        tables.table[t].by_run || strcmp(tables.table[t].name, "run") == 0);
    sim_store_tables_free(&tables);
    return rc;
}

/* The first file as it is, then the waves of the others. */
static int join_designs(const merge_t *m) {
    merge_t first = *m;
    first.n = 1;
    int rc = copy_tables(&first);
    for (size_t i = 1; rc == 0 && i < m->n; i++)
        rc = m->stop && *m->stop
                 ? SIM_ERR_INTERRUPTED
                 : sim_store_merge_waves(m->shard[i].db, m->shard[i].path, m->out, m->path, m->why);
    return rc;
}

static int own_meta(const merge_t *m) {
    char when[32];
    sim_store_created(when, sizeof when);
    bool sealed = false;
    int rc = sim_store_sql(m->out,
                           "UPDATE meta SET value = '1/1' WHERE key = 'shard';"
                           "UPDATE meta SET value = %Q WHERE key = 'created';"
                           "UPDATE meta SET value = %Q WHERE key = 'command_line';",
                           when, m->command_line);
    if (rc == 0)
        rc = sim_store_has_digests(m->out, &sealed);
    if (rc == 0 && sealed)
        rc = sim_store_seal(m->out, NULL);
    return rc ? out_failed(m) : 0;
}

static int write_out(void *user, sqlite3 *db, sim_base_why_t *why) {
    merge_t *m = user;
    (void)why; /* that of the merge */
    m->out = db;
    int rc = sim_store_begin_write(db) ? out_failed(m) : 0;
    if (rc == 0)
        rc = copy_schema(m);
    if (rc == 0)
        rc = m->designs ? join_designs(m) : copy_tables(m);
    if (rc == 0)
        rc = own_meta(m);
    if (rc == 0 && sim_store_sql(m->out, "COMMIT"))
        rc = out_failed(m);
    return rc;
}

/* ---- all ---- */

/* A file of that name is replaced only when that was asked for and if it is a results file. */
static int reserve(merge_t *m, bool replace) {
    int rc = sim_store_lock(m->path, SIM_STORE_WRITES, &m->lock, m->why);
    if (rc || access(m->path, F_OK))
        return rc;
    if (replace)
        return sim_store_is_results(m->path, m->why);
    return sim_base_why_fail(m->why, SIM_ERR_EXISTS, "results file %s exists already", m->path);
}

int sim_store_merge(const sim_store_merge_t *what, sim_base_why_t *why) {
    merge_t m = {.n = what->n_shards,
                 .path = what->path,
                 .command_line = what->command_line,
                 .lock = SIM_STORE_UNLOCKED,
                 .stop = what->stop,
                 .why = why};
    m.shard = calloc(m.n + 1, sizeof *m.shard);
    int rc = m.shard ? 0 : SIM_ERR_MEMORY;
    for (size_t i = 0; m.shard && i < m.n; i++) /* also those that will not be opened */
        m.shard[i] = (shard_t){.path = what->shard[i], .lock = SIM_STORE_UNLOCKED};
    if (rc == 0)
        rc = reserve(&m, what->replace);
    if (rc == 0)
        rc = open_shards(&m);
    if (rc == 0)
        rc = sim_store_make(m.path, what->replace, write_out, &m, why);
    for (size_t i = 0; m.shard && i < m.n; i++) {
        sqlite3_close(m.shard[i].db);
        sim_store_unlock(&m.shard[i].lock);
    }
    sim_store_unlock(&m.lock);
    free(m.shard);
    if (rc == SIM_ERR_MEMORY || rc == SIM_ERR_INTERRUPTED)
        sim_base_why_set(why, "%s", sim_base_strerror(rc));
    return rc;
}
