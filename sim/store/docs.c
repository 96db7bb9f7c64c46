/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Roles of the tables, units and meanings of their columns and of `summary` and `series`, unit,
 * range, prior and source of every parameter, and which causes of a tie's end are conversions, so
 * that a results file explains itself. Of two models that share a column's name the first speaks
 * for it. */
#include <math.h>
#include <stdlib.h>

#include "sim/param/constraint.h"
#include "sim/param/distribution.h"
#include "sim/store/parts.h"

/* `part`: of the column of a table of spells, else NULL. */
static int write_doc(sqlite3_stmt *insert, const char *table, const sim_field_t *column,
                     const char *unit, const char *part) {
    return SIM_STORE_PUT(insert, sim_store_word(table), sim_store_word(column->name),
                         sim_store_word(unit), sim_store_word(column->doc), sim_store_word(part));
}

static int write_fields(sqlite3_stmt *insert, const char *table, const sim_field_t *fields) {
    int rc = 0;
    for (const sim_field_t *f = fields; rc == 0 && f && f->name; f++)
        rc = write_doc(insert, table, f, "", NULL);
    return rc;
}

/* Their columns say which part of a spell they are, as their names are the model's. */
static int write_spells(sqlite3_stmt *insert, const sim_model_t *model) {
    sim_record_spells_t spells;
    int rc = 0;
    (void)sim_record_spells(model, &spells);
    for (size_t f = 0; rc == 0 && f < spells.n; f++)
        rc = write_doc(insert, spells.table.name, &spells.field[f],
                       spells.field[f].type == SIM_FIELD_REAL ? "years" : "", spells.part[f]);
    return rc;
}

static int write_role(sqlite3_stmt *insert, const sim_table_t *table) {
    return SIM_STORE_PUT(insert, sim_store_word(table->name),
                         sim_store_word(sim_record_role_name(table->role)),
                         sim_store_word(table->doc));
}

static int write_roles(sqlite3_stmt *insert, const sim_model_t *model) {
    sim_record_spells_t spells;
    int rc = sim_record_spells(model, &spells) ? write_role(insert, &spells.table) : 0;
    for (const sim_table_t *t = model->tables; rc == 0 && t && t->name; t++)
        rc = write_role(insert, t);
    return rc;
}

static int write_series(sqlite3_stmt *insert, const sim_model_t *model) {
    enum { TIME = 2 };
    const char *years = model->year_unit ? model->year_unit : "years";
    static const sim_field_t own[] = {
        {.name = "run_id", .doc = "The run, as in the table run"},
        {.name = "step",
         .doc = "Which step, from 0; -1: the state before the first step, without flows"},
        {.name = "time",
         .doc = "When the step begins; stocks are those at its end, flows those during it"}};
    int rc = 0;
    for (size_t f = 0; rc == 0 && f < sizeof own / sizeof *own; f++)
        rc = write_doc(insert, "series", &own[f], f == TIME ? years : "", NULL);
    for (const sim_metric_t *m = model->metrics; rc == 0 && m && m->name; m++)
        rc = write_doc(insert, "series", &(sim_field_t){.name = m->name, .doc = m->doc}, m->unit,
                       NULL);
    return rc;
}

static int write_columns(sqlite3_stmt *insert, const sim_model_t *model) {
    int rc = write_series(insert, model);
    for (const sim_reducer_t *r = model->reducers; rc == 0 && r && r->name; r++)
        rc = write_doc(insert, "summary", &(sim_field_t){.name = r->name, .doc = r->doc}, r->unit,
                       NULL);
    if (rc == 0)
        rc = write_fields(insert, SIM_STORE_AGENT_TABLE, model->agent_fields);
    if (rc == 0)
        rc = write_spells(insert, model);
    for (const sim_table_t *t = model->tables; rc == 0 && t && t->name; t++)
        rc = write_fields(insert, t->name, t->fields);
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
    bool ranged = row->type == SIM_PARAM_REAL || row->type == SIM_PARAM_INT;
    int rc = constraints
                 ? SIM_STORE_PUT(insert, sim_store_word(model->name), sim_store_word(row->name),
                                 sim_store_word(row->unit),
                                 sim_store_real(ranged ? row->min : (double)NAN),
                                 sim_store_real(ranged ? row->max : (double)NAN),
                                 sim_store_word(tag), sim_store_word(row->source),
                                 sim_store_word(row->doc), sim_store_word(text_or_null(plausible)),
                                 sim_store_word(text_or_null(constraints)))
                 : SIM_ERR_STORE;
    free(constraints);
    return rc;
}

static int write_parameters(sqlite3_stmt *insert, const sim_model_t *model) {
    int rc = 0;
    for (const sim_param_t *row = model->params; rc == 0 && row && row->name; row++)
        rc = write_parameter(insert, model, row);
    return rc;
}

/* Which of the causes of a tie's end are conversions. */
static int write_causes(sqlite3_stmt *insert, const sim_model_t *model) {
    const sim_network_labels_t *labels = model->labels;
    int rc = 0;
    for (size_t c = 0; rc == 0 && labels && labels->causes && labels->causes[c]; c++)
        rc = SIM_STORE_PUT(insert, sim_store_word(model->name), sim_store_word(labels->causes[c]),
                           sim_store_int(sim_network_converts(labels->conversions, (uint8_t)c)));
    return rc;
}

int sim_store_write_docs(const sim_store_plan_t *plan, sqlite3 *db) {
    static const struct {
        const char *table, *places;
        int (*write)(sqlite3_stmt *insert, const sim_model_t *model);
    } docs[] = {{"table_doc", "?, ?, ?", write_roles},
                {"column_doc", "?, ?, ?, ?, ?", write_columns},
                {"parameter_doc", "?, ?, ?, ?, ?, ?, ?, ?, ?, ?", write_parameters},
                {"cause_doc", "?, ?, ?", write_causes}};
    int rc = 0;
    for (size_t d = 0; rc == 0 && d < sizeof docs / sizeof *docs; d++) {
        sqlite3_stmt *insert = NULL;
        rc = sim_store_prepare(db, &insert, "INSERT OR IGNORE INTO %s VALUES (%s)", docs[d].table,
                               docs[d].places);
        for (size_t i = 0; rc == 0 && i < plan->n_configs; i++)
            rc = docs[d].write(insert, plan->configs[i]->model);
        sqlite3_finalize(insert);
    }
    return rc;
}
