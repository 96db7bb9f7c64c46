/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units and meanings of the columns of `summary`, `series` and the tables of the models, so that a
 * results file explains itself. Of two models that share a column's name the first speaks for it.
 */
#include "sim/record/store_parts.h"

static int write_doc(sqlite3_stmt *insert, const char *table, const char *column, const char *unit,
                     const char *doc) {
    const char *const text[] = {table, column, unit, doc};
    for (int i = 0; i < 4; i++)
        sqlite3_bind_text(insert, 1 + i, text[i], -1, SQLITE_STATIC);
    sqlite3_step(insert);
    return sqlite3_reset(insert);
}

static int write_table(sqlite3_stmt *insert, const sim_table_t *table) {
    int rc = SQLITE_OK;
    for (const sim_field_t *f = table->fields; rc == SQLITE_OK && f->name; f++)
        rc = write_doc(insert, table->name, f->name, "", f->doc);
    return rc;
}

static int write_model(sqlite3_stmt *insert, const sim_model_t *model) {
    int rc = SQLITE_OK;
    for (const sim_metric_t *m = model->metrics; rc == SQLITE_OK && m && m->name; m++)
        rc = write_doc(insert, "series", m->name, m->unit, m->doc);
    for (const sim_reducer_t *r = model->reducers; rc == SQLITE_OK && r && r->name; r++)
        rc = write_doc(insert, "summary", r->name, r->unit, r->doc);
    for (const sim_table_t *t = model->tables; rc == SQLITE_OK && t && t->name; t++)
        rc = write_table(insert, t);
    return rc;
}

int sim_record_write_docs(const sim_record_plan_t *plan, sqlite3 *db) {
    sqlite3_stmt *insert = NULL;
    int rc = sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO column_doc VALUES (?, ?, ?, ?)", -1,
                                &insert, NULL);
    for (size_t i = 0; rc == SQLITE_OK && i < plan->n_configs; i++)
        rc = write_model(insert, plan->configs[i]->model);
    sqlite3_finalize(insert);
    return rc == SQLITE_OK ? 0 : SIM_ERR_STORE;
}
