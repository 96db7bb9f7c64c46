/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the results store share. Private to the record room. */
#ifndef SIM_RECORD_STORE_PARTS_H
#define SIM_RECORD_STORE_PARTS_H

#include <sqlite3.h>

#include "sim/record/schema.h"
#include "sim/record/store.h"

enum { SIM_RECORD_WHY = 1024 };

/* What a call of sim_record_store_open was asked for. */
typedef struct {
    const char *path;
    const sim_config_t *const *configs;
    void *const *shared;
    size_t n_configs;
    sim_detail_t detail;
    const char *command_line;
} sim_record_plan_t;

struct sim_record_store {
    sqlite3 *db;
    sim_record_plan_t plan; /* configs are borrowed until close; path is the store's own copy */
    char *path;
    sim_record_schema_t schema;
    sqlite3_stmt *run, *summary, *series, *tie, **table;
    uint64_t runs;      /* in the file */
    uint64_t committed; /* of them */
    uint64_t open_rows; /* written since the last commit */
    double opened;      /* when the transaction began, seconds */
    int lock;           /* descriptor that holds the file's flock, -1 without */
    int code;           /* first failure, kept */
    char why[SIM_RECORD_WHY];
};

/* Opens the database with the pragmas of every writer. `flags` as sqlite3_open_v2. */
int sim_record_db_open(const char *path, int flags, sqlite3 **db, char *why, size_t why_size);

/* Writes a sentence about the database's last error; returns SIM_ERR_STORE. */
int sim_record_db_failed(sqlite3 *db, const char *path, char *why, size_t why_size);

/* Creates the whole file with schema, meta, scenarios and agents at plan->path, at once: a crash
 * or an error leaves no file and no change. `replace` allows an existing results file. */
int sim_record_create(const sim_record_plan_t *plan, const sim_record_schema_t *schema,
                      bool replace, char *why, size_t why_size);

/* Replicates of the scenarios, "6,6,10"; sqlite3_free() it. NULL when out of memory. */
char *sim_record_plan_reps(const sim_record_plan_t *plan);

/* Checks that an open results file was begun with the same plan by the same build. *done = number
 * of its runs. SIM_ERR_CONFIG with a sentence when not. */
int sim_record_resume(const sim_record_plan_t *plan, sqlite3 *db, uint64_t *done, char *why,
                      size_t why_size);

/* 0 when `path` is a regular file that holds a results database; else SIM_ERR_CONFIG and why. */
int sim_record_is_results(const char *path, char *why, size_t why_size);

const char *sim_record_detail_name(sim_detail_t detail);

#endif
