/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the results store share. Private to the store room. */
#ifndef SIM_STORE_PARTS_H
#define SIM_STORE_PARTS_H

#include <sqlite3.h>

#include "sim/base/why.h"
#include "sim/record/identity.h"
#include "sim/store/bulk.h"
#include "sim/store/digests.h"
#include "sim/store/lock.h"
#include "sim/store/planned.h"
#include "sim/store/query.h"
#include "sim/store/schema.h"
#include "sim/store/store.h"
#include "sim/store/wait.h"

struct sim_store {
    sqlite3 *db;
    sim_store_plan_t plan; /* configs are borrowed until close; path is the store's own copy */
    char *path;
    sim_store_schema_t schema;
    sqlite3_stmt *run, *summary, *series, *draw;
    sqlite3_stmt *targets; /* NULL without outputs */
    sim_store_bulk_t bulk; /* from detail full on */
    sim_store_hash_t hash;
    sim_store_digest_t rows;            /* of the run that is being written */
    char rows_digest[SIM_STORE_DIGEST]; /* of the last one */
    sim_store_digest_t listed;          /* of all runs, written or not committed yet */
    uint64_t runs;                      /* in the file */
    uint64_t committed;                 /* of them */
    uint64_t last;                      /* largest run_id */
    sim_plan_wave_t wave;               /* of a sweep: id, reps and runs alone */
    bool unordered;       /* rows of runs that were made again stand at the end of their tables */
    bool note_due, noted; /* the settings of this command must go into the file, are there */
    uint64_t open_rows;   /* written since the last commit */
    uint64_t open_runs;   /* likewise */
    double committed_at;  /* when the last commit was, or the opening, seconds */
    sim_store_lock_t lock;
    sim_store_waiter_t waiter;
    int code; /* first failure, kept */
    sim_base_why_t why;
};

/* Opens the database; unless it is read only, with the pragmas of every writer. `flags` as
 * sqlite3_open_v2. */
int sim_store_db_open(const char *path, int flags, sqlite3 **db, sim_base_why_t *why);

/* The last error in words; `db` NULL stands for lack of memory. */
const char *sim_store_db_reason(sqlite3 *db);

/* Writes a sentence about the database's last error; returns SIM_ERR_STORE. */
int sim_store_db_failed(sqlite3 *db, const char *path, sim_base_why_t *why);

/* Schema, meta, scenarios, agents and design of a new file into an empty database. */
int sim_store_fill(const sim_store_plan_t *plan, const sim_store_schema_t *schema, sqlite3 *db,
                   sim_base_why_t *why);

/* Makes a file at once: fill() writes it under another name in the same folder, then it gets its
 * own, only when there is none of this name, unless `replace`. After a failure nothing is left. */
typedef int sim_store_filler_t(void *user, sqlite3 *db, sim_base_why_t *why);
int sim_store_make(const char *path, bool replace, sim_store_filler_t *fill, void *user,
                   sim_base_why_t *why);

/* Now, as meta.created has it. */
void sim_store_created(char *buffer, size_t size);

/* Table setting, anew: of configurations, whose texts sim_store_renew_settings() puts into table
 * scenario too, or that of another file. SIM_ERR_STORE, SIM_ERR_MEMORY. */
int sim_store_renew_settings(const sim_config_t *const *configs, size_t n, sqlite3 *db);
int sim_store_write_settings(const sim_config_t *const *configs, size_t n, sqlite3 *db);
int sim_store_copy_settings(sqlite3 *from, sqlite3 *to);

/* Fills `agent`, whose digest it gives. 0 or an error of a model, of memory or SIM_ERR_STORE. */
int sim_store_write_agents(const sim_store_plan_t *plan, const sim_store_agent_columns_t *columns,
                           sqlite3 *db, char digest[SIM_STORE_DIGEST]);

/* Tables `factor`, `point`, `point_value` and the keys of meta that tell a design. */
int sim_store_write_design(const sim_store_plan_t *plan, sqlite3 *db);

/* Tables `draw`, `draw_value`, `draw_kept` and the keys of meta that tell the draws of the
 * configurations, if there are any. */
int sim_store_write_draws(const sim_store_plan_t *plan, sqlite3 *db);

/* The value of a key of meta, NULL when there is none; sqlite3_free() it. 0 or SIM_ERR_STORE. */
int sim_store_meta(sqlite3 *db, const char *key, char **value);

/* The identity of the program that a file was computed with; what is not there is empty. 0 or
 * SIM_ERR_STORE with a sentence. And the rows of meta that tell the identity of this one; and
 * whether that is the same: else SIM_ERR_CONFIG, "cannot <verb> <path><adverb>: ...". */
int sim_store_identity_read(sqlite3 *db, const char *path, sim_record_identity_t *identity,
                            sim_base_why_t *why);
int sim_store_identity_write(sqlite3 *db);
int sim_store_identity_check(sqlite3 *db, const char *path, const char *verb, const char *adverb,
                             sim_base_why_t *why);

/* What of output.tables and output.events (SIM_RECORD_KEPT_...) a file of the plan says: NULL when
 * all is kept that the detail has. */
const char *sim_store_plan_keeps(const sim_store_plan_t *plan, const char *key);

/* What the settings say beyond the digest (replicates, time limit) is that of the last command, of
 * which `wave` is the wave of a sweep. */
int sim_store_take_note(const sim_store_plan_t *plan, const sim_plan_wave_t *wave, sqlite3 *db);

/* Puts the rows of all tables back into run order. */
int sim_store_reorder(sim_store_t *store);

/* Creates the whole file with schema, meta, scenarios and agents at plan->path, at once: a crash
 * or an error leaves no file and no change. `replace` allows an existing results file. */
int sim_store_create(const sim_store_plan_t *plan, const sim_store_schema_t *schema, bool replace,
                     sim_base_why_t *why);

/* Replicates of the scenarios, "6,6,10", or one of the words of planned.h; sqlite3_free() it. NULL
 * when out of memory. */
char *sim_store_plan_reps(const sim_store_plan_t *plan);

/* Fills `column_doc`, unit and meaning of every column of `summary`, `series` and the tables of
 * the models, `parameter_doc`, unit, range, prior, constraints and source of every parameter, and
 * `cause_doc`, which causes of a tie's end are conversions. */
int sim_store_write_docs(const sim_store_plan_t *plan, sqlite3 *db);

/* Checks that an open results file was begun with the same plan by the same build, and says what it
 * has. SIM_ERR_CONFIG with a sentence when not. And the same of a file that stays as it is. */
int sim_store_resume(const sim_store_plan_t *plan, sqlite3 *db, sim_store_resumed_t *resumed,
                     sim_base_why_t *why);
int sim_store_look(const sim_store_plan_t *plan, sim_store_resumed_t *resumed, sim_base_why_t *why);

/* What the checks share: a key of meta that must be as expected. */
typedef struct {
    const sim_store_plan_t *plan;
    sqlite3 *db;
    sim_base_why_t *why;
} sim_store_check_t;
/* SIM_ERR_CONFIG and "cannot resume <path>: ..."; SIM_ERR_STORE and the database's last error. */
int sim_store_refuse(const sim_store_check_t *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int sim_store_check_failed(const sim_store_check_t *c);
int sim_store_check_meta(const sim_store_check_t *r, const char *key, const char *what,
                         const char *expected);
/* The draws of parameters, and what is drawn of them. */
int sim_store_check_draws(const sim_store_check_t *r);
/* The design, the shard and its runs. */
int sim_store_resume_design(const sim_store_check_t *c, sim_store_resumed_t *resumed);
/* "cannot resume ...: `what` was begun with '<first line that differs>', this command has '...'".
 */
int sim_store_text_differs(const sim_store_check_t *r, const char *what, const char *has,
                           const char *asked);

/* 0 when `path` is a regular file that holds a results database; else SIM_ERR_CONFIG and why.
 * What a run that was killed left half written is put right. */
int sim_store_is_results(const char *path, sim_base_why_t *why);

/* A results file that is there, locked and opened; whatever comes of it, give both back. */
int sim_store_open_existing(const char *path, sim_store_use_t use, sim_store_lock_t *lock,
                            sqlite3 **db, sim_base_why_t *why);

/* Begins a transaction, such that its journal is known for that of this file; whoever writes to a
 * file that has its name begins so. 0 or SIM_ERR_STORE. */
int sim_store_begin_write(sqlite3 *db);

/* Refuses a journal or log beside a file, not open yet, that SQLite would play into it although it
 * is another's. */
int sim_store_check_journals(const char *path, sim_base_why_t *why);

#endif
