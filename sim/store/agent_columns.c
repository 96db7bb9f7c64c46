/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/store/agent_columns.h"

#include <stdlib.h>

#include "sim/base/list.h"

const char *const sim_store_agent_own[SIM_STORE_AGENT_OWN] = {"scenario_id", "agent_id", "kind",
                                                              "code", "name"};

static bool is_text(sim_field_type_t type) {
    return type == SIM_FIELD_LABEL || type == SIM_FIELD_TEXT;
}

static const char *type_name(sim_field_type_t type) {
    return is_text(type) ? "TEXT" : type == SIM_FIELD_REAL ? "REAL" : "INTEGER";
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
        if (there && strcmp(type_name(there->type), type_name(f->type)) != 0)
            return sim_base_why_fail(
                why, SIM_ERR_CONFIG,
                "column '%s' of the agents of model '%s' has another type than that of another "
                "model of this batch; run them into separate results files",
                f->name, model->name);
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

void sim_store_agent_columns_sql(const sim_store_agent_columns_t *columns, const char *table,
                                 bool keyed, sqlite3_str *sql) {
    sqlite3_str_appendf(sql, "CREATE TABLE \"%w\" (", table);
    for (size_t c = 0; c < SIM_STORE_AGENT_OWN; c++)
        sqlite3_str_appendf(sql, "%s%s %s", c ? ", " : "", sim_store_agent_own[c],
                            c < 2 ? "INTEGER" : "TEXT");
    for (size_t c = 0; c < columns->count; c++)
        sqlite3_str_appendf(sql, ", \"%w\" %s", columns->field[c]->name,
                            type_name(columns->field[c]->type));
    sqlite3_str_appendall(sql, keyed ? ", PRIMARY KEY (scenario_id, agent_id));" : ");");
}
