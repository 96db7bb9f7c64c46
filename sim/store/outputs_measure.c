/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outputs measured on runs, one after the other, by one thread. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/param/words.h"
#include "sim/record/keep.h"
#include "sim/store/outputs_parts.h"
#include "sim/store/parts.h"

struct sim_store_measure {
    sim_store_outputs_db_t db;
    sqlite3_stmt **query; /* one for each output */
};

/* ---- what is recorded, and kept ---- */

/* The least detail that has all that the outputs read. */
static sim_detail_t read_detail(const sim_store_outputs_t *outputs) {
    const sim_table_t *table = outputs->model->tables;
    sim_detail_t most = outputs->ties     ? SIM_DETAIL_FULL
                        : outputs->series ? SIM_DETAIL_SERIES
                                          : SIM_DETAIL_SUMMARY;
    for (size_t t = 0; table && table[t].name; t++)
        if (outputs->table[t] && sim_table_detail(&table[t]) > most)
            most = sim_table_detail(&table[t]);
    return most;
}

sim_detail_t sim_store_measured_detail(const sim_store_outputs_t *outputs, sim_detail_t detail) {
    sim_detail_t read = outputs ? read_detail(outputs) : SIM_DETAIL_SUMMARY;
    return read > detail ? read : detail;
}

int sim_store_keep_measured(sim_record_t *record, const sim_store_outputs_t *outputs,
                            const sim_model_t *model, sim_detail_t detail,
                            const sim_run_params_t *run) {
    int rc = sim_record_keep(record, model, detail, run);
    if (rc || !outputs)
        return rc;
    record->no_ties = record->no_ties && !outputs->ties;
    for (size_t t = 0; t < record->n_tables; t++) {
        sim_record_rows_t *rows = &record->table[t];
        rows->dropped = rows->dropped && !outputs->table[t];
        if (outputs->table[t]) {
            free(rows->kept);
            rows->kept = NULL;
        }
    }
    record->n_targets = outputs->n_outputs;
    record->target = calloc(record->n_targets + 1, sizeof *record->target);
    return record->target ? 0 : SIM_ERR_MEMORY;
}

static void drop_rows(sim_record_rows_t *rows) {
    free(rows->cell);
    rows->cell = NULL;
    rows->rows = rows->capacity = 0;
}

/* Keeps the rows whose kind is kept, as sim_world_row() would have done. */
static void drop_kinds(sim_record_rows_t *rows) {
    size_t n = 0;
    for (size_t r = 0; rows->kept && r < rows->rows; r++) {
        const sim_cell_t *cell = rows->cell + r * rows->fields;
        int64_t kind = cell[rows->kind_field].i;
        if (kind != SIM_NULL_INT && !rows->kept[kind])
            continue;
        memmove(rows->cell + n++ * rows->fields, cell, rows->fields * sizeof *cell);
    }
    rows->rows = rows->kept ? n : rows->rows;
}

int sim_store_thin(sim_record_t *record, const sim_model_t *model, sim_detail_t detail,
                   const sim_run_params_t *run) {
    for (size_t t = 0; t < record->n_tables; t++) {
        free(record->table[t].kept);
        record->table[t].kept = NULL;
    }
    int rc = sim_record_keep(record, model, detail, run);
    record->detail = detail;
    if (record->no_ties) {
        free(record->tie);
        record->tie = NULL;
        record->n_ties = 0;
    }
    for (size_t t = 0; rc == 0 && t < record->n_tables; t++)
        if (record->table[t].dropped)
            drop_rows(&record->table[t]);
        else
            drop_kinds(&record->table[t]);
    return rc;
}

/* ---- the database ---- */

static int add_agents(sim_store_measure_t *measure, const void *shared) {
    char digest[SIM_STORE_DIGEST];
    const sim_config_t config = {.model = measure->db.outputs->model};
    const sim_config_t *const configs = &config;
    void *const of_config = (void *)shared;
    const sim_store_plan_t plan = {.configs = &configs, .shared = &of_config, .n_configs = 1};
    return sim_store_write_agents(&plan, &measure->db.agent, measure->db.db, digest);
}

/* What the queries are was checked when they were read. */
static int prepare_all(sim_store_measure_t *measure) {
    const sim_store_outputs_t *outputs = measure->db.outputs;
    int rc = 0;
    for (size_t v = 0; rc == 0 && v < outputs->n_views; v++)
        rc = sim_store_outputs_view(&measure->db, &outputs->view[v]);
    for (size_t k = 0; rc == 0 && k < outputs->n_outputs; k++)
        rc = sim_store_outputs_prepare(&measure->db, k, &measure->query[k]);
    return rc;
}

int sim_store_measure_create(const sim_store_outputs_t *outputs, const void *shared,
                             sim_store_measure_t **out) {
    sim_store_measure_t *measure = calloc(1, sizeof *measure);
    *out = measure;
    if (!measure)
        return SIM_ERR_MEMORY;
    int rc = sim_store_outputs_db_open(outputs, &measure->db);
    measure->query = calloc(outputs->n_outputs + 1, sizeof *measure->query);
    if (rc == 0 && !measure->query)
        rc = SIM_ERR_MEMORY;
    if (rc == 0 && outputs->agents)
        rc = add_agents(measure, shared);
    if (rc == 0)
        rc = prepare_all(measure);
    if (rc) {
        sim_store_measure_destroy(measure);
        *out = NULL;
    }
    return rc;
}

void sim_store_measure_destroy(sim_store_measure_t *measure) {
    if (!measure)
        return;
    for (size_t k = 0; measure->query && k < measure->db.outputs->n_outputs; k++)
        sqlite3_finalize(measure->query[k]);
    free(measure->query);
    sim_store_outputs_db_close(&measure->db);
    free(measure);
}

int sim_store_measure(sim_store_measure_t *measure, sim_record_t *record,
                      const volatile sig_atomic_t *stop) {
    sim_store_outputs_db_t *db = &measure->db;
    size_t view = 0;
    db->record = record;
    db->stop = stop;
    for (size_t k = 0; k < record->n_targets; k++)
        record->target[k] = (double)NAN;
    int rc = sim_store_outputs_fill(db, &view);
    if (rc == SIM_ERR_MODEL)
        snprintf(record->note, sizeof record->note, "the query of view '%.60s': %.160s",
                 db->outputs->view[view].name, db->why.text);
    for (size_t k = 0; rc == 0 && k < record->n_targets; k++) {
        rc = sim_store_outputs_value(db, measure->query[k], &record->target[k]);
        if (rc == SIM_ERR_MODEL)
            snprintf(record->note, sizeof record->note, "the query of output '%.60s': %.160s",
                     db->outputs->output[k].name, db->why.text);
    }
    db->record = NULL;
    db->stop = NULL;
    return rc;
}
