/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a results file for a batch of configurations: the union of what their models
 * declare. Private to the record room. */
#ifndef SIM_RECORD_SCHEMA_H
#define SIM_RECORD_SCHEMA_H

#include <sqlite3.h>

#include "sim/sim.h"

#define SIM_RECORD_SCHEMA_VERSION "1"

typedef struct {
    const char **name; /* borrowed from the descriptors; the array is owned */
    size_t count;
} sim_record_names_t;

typedef struct {
    sim_record_names_t metrics, reducers; /* in order of first appearance */
    const sim_table_t **table; /* the models' tables, then the contract's that none declares */
    size_t n_tables;
    /* Per configuration: place of its metric / reducer / table in the lists above. Owned. */
    size_t **metric_at, **reducer_at, **table_at;
    size_t n_configs;
} sim_record_schema_t;

/* SIM_ERR_MEMORY, or SIM_ERR_CONFIG with a sentence in `why` when two models declare one table
 * with other columns. Free it in any case. */
int sim_record_schema_init(sim_record_schema_t *schema, const sim_config_t *const *configs,
                           size_t n_configs, char *why, size_t why_size);
void sim_record_schema_free(sim_record_schema_t *schema);

/* The CREATE TABLE statements, or "INSERT INTO <table> VALUES (?, ...)" with `columns` places.
 * Owned by the caller (sqlite3_free); NULL when out of memory. */
char *sim_record_schema_sql(const sim_record_schema_t *schema);
char *sim_record_insert_sql(const char *table, size_t columns);

#endif
