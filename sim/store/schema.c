/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/store/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/store/outputs_store.h"

/* What every results file has, whatever its models. */
static const char *const own_tables[] = {
    "meta",       "scenario",   "setting",     "point",       "point_value",
    "run",        "summary",    "series",      "agent",       "table_doc",
    "factor",     "block",      "column_doc",  "cause_doc",   "parameter_doc",
    "wave",       "wave_again", "block_point", "run_draw",    "draw",
    "draw_value", "draw_kept",  "target",      "target_view", "target_value",
    "output",     NULL};

static const char fixed_sql[] =
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);"
    "CREATE TABLE table_doc (name TEXT PRIMARY KEY, role TEXT, doc TEXT);"
    "CREATE TABLE column_doc (table_name TEXT, column_name TEXT, unit TEXT, doc TEXT, part TEXT,"
    " PRIMARY KEY (table_name, column_name));"
    "CREATE TABLE parameter_doc (model TEXT, parameter TEXT, unit TEXT, min REAL, max REAL,"
    " tag TEXT, source TEXT, doc TEXT, prior TEXT, constraints TEXT,"
    " PRIMARY KEY (model, parameter));"
    "CREATE TABLE cause_doc (model TEXT, cause TEXT, conversion INTEGER,"
    " PRIMARY KEY (model, cause));"
    "CREATE TABLE scenario (scenario_id INTEGER PRIMARY KEY, name TEXT, file TEXT, config TEXT,"
    " config_digest TEXT);"
    "CREATE TABLE setting (scenario_id INTEGER, parameter TEXT, value,"
    " PRIMARY KEY (scenario_id, parameter)) WITHOUT ROWID;"
    "CREATE TABLE factor (factor_id INTEGER PRIMARY KEY, parameter TEXT, type TEXT, scale TEXT,"
    " min REAL, max REAL, levels TEXT, choices TEXT, arguments TEXT);"
    "CREATE TABLE wave (wave_id INTEGER PRIMARY KEY, kind TEXT, design TEXT, design_digest TEXT,"
    " seeds TEXT, reps INTEGER, points INTEGER, runs INTEGER);"
    "CREATE TABLE point (point_id INTEGER PRIMARY KEY, scenario_id INTEGER, wave INTEGER);"
    "CREATE TABLE wave_again (wave_id INTEGER, point_id INTEGER, PRIMARY KEY (wave_id, point_id))"
    " WITHOUT ROWID;"
    "CREATE TABLE block_point (point_id INTEGER PRIMARY KEY, block INTEGER, role TEXT,"
    " parameter TEXT);"
    "CREATE TABLE point_value (point_id INTEGER, parameter TEXT, value REAL,"
    " PRIMARY KEY (point_id, parameter)) WITHOUT ROWID;"
    "CREATE TABLE run (run_id INTEGER PRIMARY KEY, scenario_id INTEGER, point_id INTEGER,"
    " rep INTEGER, seed INTEGER, status TEXT, note TEXT, steps INTEGER, setup_s REAL,"
    " step_s REAL, state_digest TEXT, rows_digest TEXT);"
    "CREATE TABLE run_draw (run_id INTEGER PRIMARY KEY, draw_id INTEGER);"
    "CREATE TABLE draw (draw_id INTEGER PRIMARY KEY, line INTEGER, weight REAL);"
    "CREATE TABLE draw_value (draw_id INTEGER, parameter TEXT, value REAL,"
    " PRIMARY KEY (draw_id, parameter)) WITHOUT ROWID;"
    "CREATE TABLE draw_kept (scenario_id INTEGER, parameter TEXT,"
    " PRIMARY KEY (scenario_id, parameter)) WITHOUT ROWID;";

/* Behind all tables, where VACUUM puts it: the order of definitions is part of their digest. */
static const char view_sql[] =
    /* A block of which a run is missing or failed says nothing about the indices it is for. */
    "CREATE VIEW block AS SELECT block, points, ok, failed,"
    " ok = points * (SELECT reps FROM wave WHERE wave_id = wave) AS complete"
    " FROM (SELECT p.block AS block, point.wave AS wave, count(DISTINCT p.point_id) AS points,"
    " coalesce(sum(run.status = 'ok'), 0) AS ok, coalesce(sum(run.status <> 'ok'), 0) AS failed"
    " FROM block_point AS p JOIN point ON point.point_id = p.point_id"
    " LEFT JOIN run ON run.point_id = p.point_id GROUP BY p.block);";

/* ---- the union over the batch ---- */

/* Adds the names of a list of structs that are not there yet. */
static int add_names(sim_store_names_t *names, const void *list, size_t size) {
    size_t n = sim_base_named_count(list, size);
    for (size_t i = 0; i < n; i++) {
        const char *name = *(const char *const *)(const void *)((const char *)list + i * size);
        size_t at = 0;
        while (at < names->count && strcmp(names->name[at], name) != 0)
            at++;
        const char **grown = sim_base_grow(names->name, names->count, sizeof *grown);
        if (!grown)
            return SIM_ERR_MEMORY;
        names->name = grown;
        if (at == names->count)
            names->name[names->count++] = name;
    }
    return 0;
}

static bool same_fields(const sim_field_t *a, const sim_field_t *b) {
    for (; a->name && b->name; a++, b++)
        if (strcmp(a->name, b->name) != 0 || a->type != b->type)
            return false;
    return !a->name && !b->name;
}

static int add_table(sim_store_schema_t *schema, const sim_table_t *table, const char *model,
                     size_t *at, sim_base_why_t *why) {
    if (SIM_BASE_PLACE(own_tables, table->name) != SIZE_MAX)
        return sim_base_why_fail(why, SIM_ERR_CONFIG,
                                 "model '%s' declares table '%s', which every results file has",
                                 model, table->name);
    for (*at = 0; *at < schema->n_tables; ++*at) {
        if (strcmp(schema->table[*at]->name, table->name) != 0)
            continue;
        if (same_fields(schema->table[*at]->fields, table->fields))
            return 0;
        return sim_base_why_fail(
            why, SIM_ERR_CONFIG,
            "table '%s' of model '%s' has other columns than that of another model of this "
            "batch; run them into separate results files",
            table->name, model);
    }
    const sim_table_t **grown = sim_base_grow(schema->table, schema->n_tables, sizeof *grown);
    if (!grown)
        return SIM_ERR_MEMORY;
    schema->table = grown;
    schema->table[schema->n_tables++] = table;
    return 0;
}

/* Which of a list of structs, each beginning with a name, stands in which column. */
static int find_columns(const sim_store_names_t *names, const void *list, size_t size,
                        sim_store_columns_t *out) {
    *out = (sim_store_columns_t){calloc(names->count + 1, sizeof *out->from), names->count};
    for (size_t c = 0; out->from && c < names->count; c++)
        out->from[c] = sim_base_named_place(list, size, names->name[c]);
    return out->from ? 0 : SIM_ERR_MEMORY;
}

static int add_config(sim_store_schema_t *schema, const sim_model_t *model,
                      sim_store_of_config_t *of, sim_base_why_t *why) {
    size_t n = SIM_BASE_COUNT(model->tables);
    int rc = add_names(&schema->metrics, model->metrics, sizeof *model->metrics);
    if (rc == 0)
        rc = add_names(&schema->reducers, model->reducers, sizeof *model->reducers);
    of->table_at = calloc(n + 1, sizeof *of->table_at);
    if (rc || !of->table_at)
        return SIM_ERR_MEMORY;
    rc = sim_store_agent_columns_add(&schema->agents, model, why);
    if (rc == 0 && sim_record_spells(model, &of->spells))
        rc = add_table(schema, &of->spells.table, model->name, &of->spells_at, why);
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = add_table(schema, &model->tables[i], model->name, &of->table_at[i], why);
    return rc;
}

int sim_store_schema_init(sim_store_schema_t *schema, const sim_config_t *const *configs,
                          size_t n_configs, sim_base_why_t *why) {
    *schema = (sim_store_schema_t){.n_configs = n_configs,
                                   .of = calloc(n_configs + 1, sizeof *schema->of),
                                   .targets = n_configs && configs[0]->outputs};
    int rc = schema->of ? 0 : SIM_ERR_MEMORY;
    for (size_t i = 0; rc == 0 && i < n_configs; i++)
        rc = add_config(schema, configs[i]->model, &schema->of[i], why);
    for (size_t i = 0; rc == 0 && i < n_configs; i++) {
        const sim_model_t *model = configs[i]->model;
        rc = find_columns(&schema->metrics, model->metrics, sizeof *model->metrics,
                          &schema->of[i].metric);
        if (rc == 0)
            rc = find_columns(&schema->reducers, model->reducers, sizeof *model->reducers,
                              &schema->of[i].reducer);
    }
    if (rc == SIM_ERR_MEMORY)
        sim_base_why_set(why, "%s", sim_base_strerror(rc));
    return rc;
}

void sim_store_schema_free(sim_store_schema_t *schema) {
    for (size_t i = 0; schema->of && i < schema->n_configs; i++) {
        free(schema->of[i].metric.from);
        free(schema->of[i].reducer.from);
        free(schema->of[i].table_at);
    }
    free(schema->of);
    sim_store_agent_columns_free(&schema->agents);
    free(schema->metrics.name);
    free(schema->reducers.name);
    free(schema->table);
    *schema = (sim_store_schema_t){0};
}

/* ---- SQL ---- */

char *sim_store_schema_sql(const sim_store_schema_t *schema) {
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendall(sql, fixed_sql);
    sim_store_agent_columns_sql(&schema->agents, sql);
    sqlite3_str_appendall(sql, "CREATE TABLE summary (run_id INTEGER PRIMARY KEY");
    for (size_t i = 0; i < schema->reducers.count; i++)
        sqlite3_str_appendf(sql, ", \"%w\" REAL", schema->reducers.name[i]);
    sqlite3_str_appendall(sql, ");CREATE TABLE series (run_id INTEGER, step INTEGER, time REAL");
    for (size_t i = 0; i < schema->metrics.count; i++)
        sqlite3_str_appendf(sql, ", \"%w\" REAL", schema->metrics.name[i]);
    sqlite3_str_appendall(sql, ", PRIMARY KEY (run_id, step));");
    for (size_t t = 0; t < schema->n_tables; t++) {
        sqlite3_str_appendf(sql, "CREATE TABLE \"%w\" (run_id INTEGER", schema->table[t]->name);
        for (const sim_field_t *f = schema->table[t]->fields; f->name; f++)
            sqlite3_str_appendf(sql, ", \"%w\" %s", f->name, sim_store_type_name(f->type));
        sqlite3_str_appendall(sql, ");");
    }
    if (schema->targets)
        sqlite3_str_appendall(sql, sim_store_targets_sql);
    sqlite3_str_appendall(sql, view_sql);
    return sqlite3_str_finish(sql);
}
