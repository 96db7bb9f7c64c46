/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The digests that a results file holds of itself. Column rows_digest of `run`: of a run's rows in
 * all tables and of its row in `run` but run_id and timings. In `meta`, as digest:<table>: of each
 * table whose rows belong to no run; digest:run: of the list of runs; digest:schema: of the tables'
 * definitions. Private to the store room. */
#ifndef SIM_STORE_DIGESTS_H
#define SIM_STORE_DIGESTS_H

#include <signal.h>

#include "sim/base/why.h"
#include "sim/store/hash.h"

#define SIM_STORE_DIGEST_KEY "digest:"

/* What the digest of `meta` leaves out: the digests themselves and what tells people of the
 * file's making, in which two files of the same content may differ. */
#define SIM_STORE_META_REST                                                                        \
    "key NOT LIKE 'digest:%' AND key NOT IN ('created', 'command_line', 'build_id', 'processor', " \
    "'unordered')"

/* rows_digest of a run. `hash` holds its row in `run`, `rows` is the sum over its tables. And what
 * a run adds to the digest of the list of runs. */
sim_store_digest_t sim_store_run_digest(sim_store_hash_t *hash, sim_store_digest_t rows);
sim_store_digest_t sim_store_listed(sim_store_hash_t *hash, int64_t run_id, const char *digest);

/* The sum over the list of runs; the same without one of them; into meta. 0 or SIM_ERR_STORE. */
int sim_store_runs_read(sqlite3 *db, sim_store_hash_t *hash, sim_store_digest_t *listed);
int sim_store_unlist(sqlite3 *db, int64_t run_id, sim_store_hash_t *hash,
                     sim_store_digest_t *listed);
int sim_store_runs_write(sqlite3 *db, sim_store_digest_t listed);

/* The tables of a file in the order of their making. */
typedef struct {
    char *name;    /* sqlite3_free() */
    bool by_run;   /* its first column is run_id, and it is not `run` */
    bool no_rowid; /* it lies in the order of its key */
} sim_store_place_of_t;
typedef struct {
    sim_store_place_of_t *table;
    size_t count;
} sim_store_tables_t;
int sim_store_tables_read(sqlite3 *db, sim_store_tables_t *tables);
void sim_store_tables_free(sim_store_tables_t *tables);

/* The digest of a table that belongs to no run; "schema" for the definitions. */
int sim_store_table_digest(sqlite3 *db, const char *table, sim_store_hash_t *hash,
                           char digest[SIM_STORE_DIGEST]);

/* Computes all digests of `meta` anew and writes them, within the caller's transaction. Only of a
 * file that has just been made or checked. `agents` is the digest of table agent where it is known
 * already, else NULL. 0, SIM_ERR_STORE or SIM_ERR_MEMORY. */
int sim_store_seal(sqlite3 *db, const char *agents);

/* Whether the file tells digests at all; older ones do not. 0 or SIM_ERR_STORE. */
int sim_store_has_digests(sqlite3 *db, bool *has);

/* ---- checking ---- */

typedef struct {
    sqlite3 *db;
    const char *path;
    void (*tell)(void *user, const char *sentence); /* once for each table or run that differs */
    void *user;
    const volatile sig_atomic_t *stop; /* may be NULL */
} sim_store_verify_t;

typedef struct {
    bool digests; /* the file has some; without them nothing is checked */
    uint64_t runs, rows, tables, problems;
    char unfinished[128]; /* what the file lacks of its batch, by sim_store_verify; "" */
} sim_store_verified_t;

/* Reads all rows once and compares. 0 also with problems, which are told; SIM_ERR_STORE when what
 * must be known first cannot be read (told too), SIM_ERR_MEMORY, SIM_ERR_INTERRUPTED. */
int sim_store_verify_rows(const sim_store_verify_t *ask, sim_store_verified_t *found);

/* The same for a reader who needs no list: SIM_ERR_STORE and a sentence when anything differs. 0
 * for files without digests. */
int sim_store_check_rows(sqlite3 *db, const char *path, sim_base_why_t *why);

#endif
