/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a results file for a batch of configurations: the union of what their models
 * declare. Private to the store room. */
#ifndef SIM_STORE_SCHEMA_H
#define SIM_STORE_SCHEMA_H

#include <sqlite3.h>

#include "sim/base/why.h"
#include "sim/record/spells.h"
#include "sim/schedule/world.h"
#include "sim/store/agent_columns.h"

#define SIM_STORE_SCHEMA_VERSION "4"

typedef struct {
    const char **name; /* borrowed from the descriptors; the array is owned */
    size_t count;
} sim_store_names_t;

/* Where the columns of a table come from in the arrays of a model's record. */
#define SIM_STORE_NO_COLUMN SIZE_MAX
typedef struct {
    size_t *from; /* SIM_STORE_NO_COLUMN: the model does not have it */
    size_t count;
} sim_store_columns_t;

/* Of one configuration. */
typedef struct {
    sim_store_columns_t metric, reducer; /* its own of each of the batch */
    size_t *table_at;                    /* place of its tables; owned */
    sim_record_spells_t spells;          /* n = 0: none */
    size_t spells_at;                    /* their place */
} sim_store_of_config_t;

typedef struct {
    sim_store_agent_columns_t agents;
    sim_store_names_t metrics, reducers; /* in order of first appearance */
    const sim_table_t **table;           /* of the models' spells and their own tables */
    size_t n_tables;
    sim_store_of_config_t *of; /* each configuration; owned */
    size_t n_configs;
    bool targets; /* the batch has outputs to measure */
} sim_store_schema_t;

/* SIM_ERR_MEMORY, or SIM_ERR_CONFIG with a sentence in `why` when two models declare one table
 * with other columns. Free it in any case. */
int sim_store_schema_init(sim_store_schema_t *schema, const sim_config_t *const *configs,
                          size_t n_configs, sim_base_why_t *why);
void sim_store_schema_free(sim_store_schema_t *schema);

/* The CREATE TABLE statements. Owned by the caller (sqlite3_free); NULL when out of memory. */
char *sim_store_schema_sql(const sim_store_schema_t *schema);

#endif
