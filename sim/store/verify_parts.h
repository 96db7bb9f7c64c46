/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that check a results file share: one thread's view of the work. Private to the
 * store room. */
#ifndef SIM_STORE_VERIFY_PARTS_H
#define SIM_STORE_VERIFY_PARTS_H

#include "sim/store/parts.h"
#include "sim/store/verify.h"

typedef struct {
    int64_t id;
    sim_store_digest_t rows; /* sum over the tables; threads add to it */
} sim_store_verify_run_t;

/* Everything but the connection and the hashes is shared by all threads. */
typedef struct {
    const sim_store_verify_t *ask;
    sim_store_verified_t *found;
    sqlite3 *db;
    sim_store_hash_t rows, key;
    sim_store_verify_run_t *run; /* by id */
    size_t n_runs;
    bool unordered; /* rows of runs that were made again stand at the end of their tables */
    int64_t
        *unknown; /* runs from this one on cannot be judged: a table could not be read further */
} sim_store_verifier_t;

/* The index that a table's key makes; what is looked up by the key is looked up there. */
typedef struct {
    char *name; /* NULL: none; sqlite3_free() it, and the next */
    char *columns;
    int at[4]; /* in the rows of the table */
    int n;
    sim_store_digest_t rows, entries; /* sums over the rows and over the index */
} sim_store_verify_index_t;

/* A part of a table: rows [from, to] by rowid, whole runs; or its index. */
typedef struct {
    const sim_store_place_of_t *table;
    sim_store_verify_index_t
        *index;   /* of the table, shared by its parts; NULL for one without runs */
    bool entries; /* the index itself */
    int64_t from, to;
    bool any;            /* it has rows */
    int64_t first, last; /* their first and last run */
    uint64_t orphans;    /* rows of no run */
    bool mixed;          /* runs do not follow each other */
    int code;
} sim_store_verify_job_t;

/* Once a line at a time: a sentence about something that differs. */
void sim_store_verify_tell(const sim_store_verifier_t *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same about a table, in SQLite's words; SIM_ERR_STORE, or SIM_ERR_MEMORY with nothing told. */
int sim_store_verify_cannot_read(const sim_store_verifier_t *c, const char *table);

int sim_store_verify_stopped(const sim_store_verifier_t *c);

/* The index of a table; sim_store_verify_index_free() it in any case. */
int sim_store_verify_read_index(const sim_store_verifier_t *c, const char *table,
                                sim_store_verify_index_t *index);
void sim_store_verify_index_free(sim_store_verify_index_t *index);

/* Reads a part of a table; 0, SIM_ERR_STORE (told), or another code. */
int sim_store_verify_part(sim_store_verifier_t *c, sim_store_verify_job_t *job);

/* Compares the digest of a table whose rows belong to no run, and its index. */
int sim_store_verify_table(sim_store_verifier_t *c, const sim_store_place_of_t *table);

/* Compares a digest with the one in meta. */
int sim_store_verify_compare(const sim_store_verifier_t *c, const char *table, const char *digest);

#endif
