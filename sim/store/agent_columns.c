/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/store/agent_columns.h"

#include <stdlib.h>

#include "sim/base/list.h"

const sim_field_t sim_store_agent_own[SIM_STORE_AGENT_OWN] = {
    {.name = "scenario_id", .type = SIM_FIELD_INTEGER},
    {.name = "agent_id", .type = SIM_FIELD_INTEGER},
    {.name = "kind", .type = SIM_FIELD_TEXT},
    {.name = "code", .type = SIM_FIELD_TEXT},
    {.name = "name", .type = SIM_FIELD_TEXT}};

const char *sim_store_type_name(sim_field_type_t type) {
    return type == SIM_FIELD_INTEGER ? "INTEGER" : type == SIM_FIELD_REAL ? "REAL" : "TEXT";
}

static const sim_field_t *find(const sim_store_agent_columns_t *columns, const char *name) {
    for (size_t c = 0; c < columns->count; c++)
        if (strcmp(columns->field[c]->name, name) == 0)
            return columns->field[c];
    return NULL;
}

int sim_store_agent_columns_add(sim_store_agent_columns_t *columns, const sim_model_t *model,
                                sim_base_why_t *why) {
    for (const sim_field_t *f = model->agent_fields; f && f->name; f++) {
        const sim_field_t *there = find(columns, f->name);
        if (there && strcmp(sim_store_type_name(there->type), sim_store_type_name(f->type)) != 0) {
            return sim_base_why_fail(
                why, SIM_ERR_CONFIG,
                "column '%s' of the agents of model '%s' has another type than that of another "
                "model of this batch; run them into separate results files",
                f->name, model->name);
        }
        if (there)
            continue;
        const sim_field_t **grown = sim_base_grow(columns->field, columns->count, sizeof *grown);
        if (!grown)
            return SIM_ERR_MEMORY;
        columns->field = grown;
        columns->field[columns->count++] = f;
    }
    return 0;
}

void sim_store_agent_columns_free(sim_store_agent_columns_t *columns) {
    free(columns->field);
    *columns = (sim_store_agent_columns_t){0};
}

void sim_store_agent_columns_sql(const sim_store_agent_columns_t *columns, sqlite3_str *sql) {
    sqlite3_str_appendall(sql, "CREATE TABLE \"" SIM_STORE_AGENT_TABLE "\" (");
    for (size_t c = 0; c < SIM_STORE_AGENT_OWN; c++)
        sqlite3_str_appendf(sql, "%s%s %s", c ? ", " : "", sim_store_agent_own[c].name,
                            sim_store_type_name(sim_store_agent_own[c].type));
    for (size_t c = 0; c < columns->count; c++)
        sqlite3_str_appendf(sql, ", \"%w\" %s", columns->field[c]->name,
                            sim_store_type_name(columns->field[c]->type));
    sqlite3_str_appendall(sql, ", PRIMARY KEY (scenario_id, agent_id));");
}
