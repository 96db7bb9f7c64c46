/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of table `agent`: scenario_id, agent_id, kind, code and name of every model, then
 * those that the batch's models declare (sim_model_t.agent_fields). Private to the store room. */
#ifndef SIM_STORE_AGENT_COLUMNS_H
#define SIM_STORE_AGENT_COLUMNS_H

#include <sqlite3.h>

#include "sim/base/why.h"
#include "sim/schedule/world.h"

#define SIM_STORE_AGENT_TABLE "agent"
enum { SIM_STORE_AGENT_OWN = 5 };
extern const sim_field_t sim_store_agent_own[SIM_STORE_AGENT_OWN];

/* The type of a column of the results file, as SQL has it. */
const char *sim_store_type_name(sim_field_type_t type);

typedef struct {
    const sim_field_t **field; /* in order of first appearance, borrowed; the array is owned */
    size_t count;
} sim_store_agent_columns_t;

/* Adds the columns of a model that are not there yet. SIM_ERR_MEMORY, or SIM_ERR_CONFIG with a
 * sentence in `why` when another model has one of the name with another type. */
int sim_store_agent_columns_add(sim_store_agent_columns_t *columns, const sim_model_t *model,
                                sim_base_why_t *why);
void sim_store_agent_columns_free(sim_store_agent_columns_t *columns);

/* Appends the statement that makes the table. */
void sim_store_agent_columns_sql(const sim_store_agent_columns_t *columns, sqlite3_str *sql);

#endif
