/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Roles of the tables, units and meanings of their columns and of `summary` and `series`, unit,
 * range, prior and source of every parameter, and which causes of a tie's end are conversions, so
 * that a results file explains itself. Of two models that share a column's name the first speaks
 * for it. */
#include <stdlib.h>

#include "sim/param/constraint.h"
#include "sim/param/distribution.h"
#include "sim/store/parts.h"

enum { MOST_TEXTS = 5 };

/* A row of texts, NULL ones among them. */
static int write_texts(sqlite3_stmt *insert, const char *const text[MOST_TEXTS], int n) {
    int bound = SQLITE_OK;
    for (int i = 0; i < n; i++)
        bound |= sqlite3_bind_text(insert, 1 + i, text[i], -1, SQLITE_STATIC);
    return sim_store_put(insert, bound);
}

static int write_doc(sqlite3_stmt *insert, const char *table, const char *column, const char *unit,
                     const char *doc) {
    return write_texts(insert, (const char *const[]){table, column, unit, doc, NULL}, 5);
}

static int write_table(sqlite3_stmt *insert, const sim_table_t *table) {
    int rc = SQLITE_OK;
    for (const sim_field_t *f = table->fields; rc == SQLITE_OK && f->name; f++)
        rc = write_doc(insert, table->name, f->name, "", f->doc);
    return rc;
}

static const char *unit_of(const sim_record_spells_t *spells, size_t f) {
    return spells->field[f].type == SIM_FIELD_REAL ? "years" : "";
}

/* Their columns say which part of a spell they are, as their names are the model's. */
static int write_spells(sqlite3_stmt *insert, const sim_model_t *model) {
    sim_record_spells_t spells;
    int rc = SQLITE_OK;
    (void)sim_record_spells(model, &spells);
    for (size_t f = 0; rc == SQLITE_OK && f < spells.n; f++)
        rc = write_texts(insert,
                         (const char *const[]){spells.table.name, spells.field[f].name,
                                               unit_of(&spells, f), spells.field[f].doc,
                                               spells.part[f]},
                         5);
    return rc;
}

static int write_role(sqlite3_stmt *insert, const sim_table_t *table) {
    return write_texts(
        insert,
        (const char *const[MOST_TEXTS]){table->name, sim_record_role_name(table->role), table->doc},
        3);
}

static int write_roles(sqlite3_stmt *insert, const sim_model_t *model) {
    sim_record_spells_t spells;
    int rc = sim_record_spells(model, &spells) ? write_role(insert, &spells.table) : SQLITE_OK;
    for (const sim_table_t *t = model->tables; rc == SQLITE_OK && t && t->name; t++)
        rc = write_role(insert, t);
    return rc;
}

static int write_series(sqlite3_stmt *insert, const sim_model_t *model) {
    const char *years = model->year_unit ? model->year_unit : "years";
    int rc = write_doc(insert, "series", "run_id", "", "The run, as in the table run");
    if (rc == SQLITE_OK)
        rc = write_doc(insert, "series", "step", "",
                       "Which step, from 0; -1: the state before the first step, without flows");
    if (rc == SQLITE_OK)
        rc = write_doc(insert, "series", "time", years,
                       "When the step begins; stocks are those at its end, flows those during it");
    for (const sim_metric_t *m = model->metrics; rc == SQLITE_OK && m && m->name; m++)
        rc = write_doc(insert, "series", m->name, m->unit, m->doc);
    return rc;
}

static int write_columns(sqlite3_stmt *insert, const sim_model_t *model) {
    int rc = write_series(insert, model);
    for (const sim_reducer_t *r = model->reducers; rc == SQLITE_OK && r && r->name; r++)
        rc = write_doc(insert, "summary", r->name, r->unit, r->doc);
    for (const sim_field_t *f = model->agent_fields; rc == SQLITE_OK && f && f->name; f++)
        rc = write_doc(insert, SIM_STORE_AGENT_TABLE, f->name, "", f->doc);
    if (rc == SQLITE_OK)
        rc = write_spells(insert, model);
    for (const sim_table_t *t = model->tables; rc == SQLITE_OK && t && t->name; t++)
        rc = write_table(insert, t);
    return rc;
}

static const char *text_or_null(const char *text) {
    return text && *text ? text : NULL;
}

static int write_parameter(sqlite3_stmt *insert, const sim_model_t *model, const sim_param_t *row) {
    char tag[] = {(char)row->tag, '\0'}, plausible[SIM_PARAM_DISTRIBUTION_TEXT];
    const sim_distribution_t prior = sim_param_prior(row);
    char *constraints = sim_param_constraint_text(model, row);
    sim_param_distribution_text(&prior, plausible);
    const char *const text[] = {model->name,
                                row->name,
                                row->unit,
                                NULL,
                                NULL,
                                tag,
                                row->source,
                                row->doc,
                                text_or_null(plausible),
                                text_or_null(constraints)};
    enum { TEXTS = sizeof text / sizeof text[0] };
    bool ranged = row->type == SIM_PARAM_REAL || row->type == SIM_PARAM_INT;
    int bound = constraints ? SQLITE_OK : SQLITE_NOMEM;
    for (int i = 0; i < TEXTS; i++)
        bound |= sqlite3_bind_text(insert, 1 + i, text[i], -1, SQLITE_STATIC);
    if (ranged) {
        bound |= sqlite3_bind_double(insert, 4, row->min);
        bound |= sqlite3_bind_double(insert, 5, row->max);
    }
    int rc = sim_store_put(insert, bound);
    free(constraints);
    return rc;
}

static int write_parameters(sqlite3_stmt *insert, const sim_model_t *model) {
    int rc = SQLITE_OK;
    for (const sim_param_t *row = model->params; rc == SQLITE_OK && row && row->name; row++)
        rc = write_parameter(insert, model, row);
    return rc;
}

/* Which of the causes of a tie's end are conversions. */
static int write_causes(sqlite3_stmt *insert, const sim_model_t *model) {
    const sim_network_labels_t *labels = model->labels;
    int rc = SQLITE_OK;
    for (size_t c = 0; rc == SQLITE_OK && labels && labels->causes && labels->causes[c]; c++) {
        int bound = sqlite3_bind_text(insert, 1, model->name, -1, SQLITE_STATIC);
        bound |= sqlite3_bind_text(insert, 2, labels->causes[c], -1, SQLITE_STATIC);
        bound |= sqlite3_bind_int(insert, 3, sim_network_converts(labels->conversions, (uint8_t)c));
        rc = sim_store_put(insert, bound);
    }
    return rc;
}

/* What `write` says of each model of the batch, by an insertion. */
static int write_models(const sim_store_plan_t *plan, sqlite3 *db, const char *sql,
                        int (*write)(sqlite3_stmt *insert, const sim_model_t *model)) {
    sqlite3_stmt *insert = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &insert, NULL);
    for (size_t i = 0; rc == SQLITE_OK && i < plan->n_configs; i++)
        rc = write(insert, plan->configs[i]->model);
    sqlite3_finalize(insert);
    return rc == SQLITE_OK ? 0 : SIM_ERR_STORE;
}

int sim_store_write_docs(const sim_store_plan_t *plan, sqlite3 *db) {
    int rc =
        write_models(plan, db, "INSERT OR IGNORE INTO table_doc VALUES (?, ?, ?)", write_roles);
    if (rc == 0)
        rc = write_models(plan, db, "INSERT OR IGNORE INTO column_doc VALUES (?, ?, ?, ?, ?)",
                          write_columns);
    if (rc == 0)
        rc = write_models(
            plan, db, "INSERT OR IGNORE INTO parameter_doc VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            write_parameters);
    return rc ? rc
              : write_models(plan, db, "INSERT OR IGNORE INTO cause_doc VALUES (?, ?, ?)",
                             write_causes);
}
