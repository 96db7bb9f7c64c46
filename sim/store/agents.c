/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agents of a new file: gathered from the models, then inserted by one statement, to which they
 * are a virtual table. A statement a row takes three times as long. What is handed over is hashed
 * as it comes, so that it need not be read back. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/schedule/hooks.h"
#include "sim/store/outputs_parts.h"
#include "sim/store/parts.h"

typedef struct {
    sim_record_sink_t base; /* first, so that the one is the other */
    const sim_store_agent_columns_t *columns;
    sim_field_t *field; /* of table agent: its own, then those of the models; labels are texts */
    size_t n_fields;
    const sim_model_t *model;
    size_t *from; /* of each column: which of the model's fields it is */
    int64_t scenario_id;
    sim_cell_t **row;
    size_t count;
    sim_base_arena_t memory; /* of the rows and their texts */
    sim_store_hash_t hash;
} sink_t;

/* ---- what models hand over ---- */

static int keep_text(sink_t *sink, const char **text) {
    size_t length = *text ? strlen(*text) + 1 : 0;
    char *to = length ? sim_base_arena_alloc(&sink->memory, length, 1) : NULL;
    if (length && !to)
        return SIM_ERR_MEMORY;
    if (length)
        *text = memcpy(to, *text, length);
    return 0;
}

static sim_cell_t null_of(const sim_field_t *field) {
    sim_cell_t cell = {.i = SIM_NULL_INT};
    if (field->type == SIM_FIELD_TEXT)
        cell.text = NULL;
    else if (field->type == SIM_FIELD_REAL)
        cell.r = (double)NAN;
    return cell;
}

/* What the agent has in column c: its own model may not have it. */
static sim_cell_t cell_of(const sink_t *sink, size_t c, const sim_record_agent_t *agent) {
    size_t f = sink->from[c];
    if (f == SIM_STORE_NO_COLUMN || !agent->cell)
        return null_of(&sink->field[SIM_STORE_AGENT_OWN + c]);
    const sim_field_t *own = &sink->model->agent_fields[f];
    int64_t label = agent->cell[f].i;
    if (own->type != SIM_FIELD_LABEL)
        return agent->cell[f];
    return (sim_cell_t){.text = label == SIM_NULL_INT ? NULL : own->labels[label]};
}

/* From here on agents are of this scenario and model. */
static void begin_scenario(sink_t *sink, int64_t scenario_id, const sim_model_t *model) {
    sink->scenario_id = scenario_id;
    sink->model = model;
    for (size_t c = 0; c < sink->columns->count; c++)
        sink->from[c] = SIM_BASE_PLACE(model->agent_fields, sink->columns->field[c]->name);
}

static void hash_cell(sim_store_hash_t *hash, const sim_field_t *field, sim_cell_t cell) {
    if (field->type == SIM_FIELD_TEXT)
        sim_store_hash_text(hash, cell.text);
    else if (field->type == SIM_FIELD_REAL)
        sim_store_hash_real(hash, cell.r);
    else if (cell.i == SIM_NULL_INT)
        sim_store_hash_null(hash);
    else
        sim_store_hash_integer(hash, cell.i);
}

static int take(sim_record_sink_t *base, const sim_record_agent_t *agent) {
    sink_t *sink = (sink_t *)base;
    const sim_cell_t own[SIM_STORE_AGENT_OWN] = {{.i = sink->scenario_id},
                                                 {.i = agent->agent_id},
                                                 {.text = agent->kind},
                                                 {.text = agent->code},
                                                 {.text = agent->name}};
    sim_cell_t **grown = sim_base_grow(sink->row, sink->count, sizeof *grown);
    sim_cell_t *row = sim_base_arena_alloc(&sink->memory, sink->n_fields, sizeof *row);
    int rc = 0;
    sink->row = grown ? grown : sink->row;
    if (!grown || !row)
        return SIM_ERR_MEMORY;
    sink->row[sink->count++] = row;
    for (size_t f = 0; rc == 0 && f < sink->n_fields; f++) {
        row[f] = f < SIM_STORE_AGENT_OWN ? own[f] : cell_of(sink, f - SIM_STORE_AGENT_OWN, agent);
        if (sink->field[f].type == SIM_FIELD_TEXT)
            rc = keep_text(sink, &row[f].text);
        hash_cell(&sink->hash, &sink->field[f], row[f]);
    }
    return rc;
}

/* ---- the table ---- */

/* The module goes with the last statement, or after a failure with the connection. */
static int insert(const sink_t *sink, sqlite3 *db) {
    sim_store_outputs_table_t table = {.kind = SIM_STORE_OUTPUTS_AGENTS,
                                       .name = "kumiai_agents",
                                       .field = sink->field,
                                       .n_fields = sink->n_fields,
                                       .row = sink->row,
                                       .rows = sink->count};
    int rc = sim_store_outputs_table_declare(db, &table);
    if (rc == SQLITE_OK)
        rc = sim_store_sql(db, "INSERT INTO agent SELECT * FROM kumiai_agents");
    if (rc == SQLITE_OK)
        rc = sqlite3_create_module(db, table.name, NULL, NULL);
    return rc == SQLITE_OK ? 0 : SIM_ERR_STORE;
}

static int begin_sink(sink_t *sink) {
    size_t columns = sink->columns->count;
    sim_base_arena_init(&sink->memory);
    sink->n_fields = SIM_STORE_AGENT_OWN + columns;
    sink->field = calloc(sink->n_fields, sizeof *sink->field);
    sink->from = calloc(columns + 1, sizeof *sink->from);
    int rc = sim_store_hash_init(&sink->hash);
    if (!sink->field || !sink->from)
        return SIM_ERR_MEMORY;
    memcpy(sink->field, sim_store_agent_own, sizeof sim_store_agent_own);
    for (size_t c = 0; c < columns; c++) {
        sim_field_t *field = &sink->field[SIM_STORE_AGENT_OWN + c];
        *field = *sink->columns->field[c];
        field->type = field->type == SIM_FIELD_LABEL ? SIM_FIELD_TEXT : field->type;
    }
    return rc;
}

int sim_store_write_agents(const sim_store_plan_t *plan, const sim_store_agent_columns_t *columns,
                           sqlite3 *db, char digest[SIM_STORE_DIGEST]) {
    sink_t sink = {.base.take = take, .columns = columns};
    int rc = begin_sink(&sink);
    if (rc == 0)
        sim_store_hash_begin(&sink.hash, "agent");
    for (size_t i = 0; rc == 0 && i < plan->n_configs; i++) {
        const sim_model_t *model = plan->configs[i]->model;
        begin_scenario(&sink, (int64_t)i + 1, model);
        if (model->agents)
            rc = model->agents(plan->shared ? plan->shared[i] : NULL, &sink.base);
    }
    if (rc == 0)
        rc = insert(&sink, db);
    if (rc == 0)
        sim_store_digest_text(sim_store_hash_end(&sink.hash), digest);
    sim_store_hash_free(&sink.hash);
    sim_base_arena_free(&sink.memory);
    free(sink.row);
    free(sink.field);
    free(sink.from);
    return rc;
}
