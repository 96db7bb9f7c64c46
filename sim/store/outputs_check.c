/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of outputs, whether it was read from a targets file or from a results file: its identity,
 * and whether its queries can be used. */
#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/store/hash.h"
#include "sim/store/outputs_parts.h"

#define TEXT(member)                                                                               \
    { offsetof(sim_store_output_t, member), SIM_STORE_OUTPUT_TEXT }
#define REAL(member)                                                                               \
    { offsetof(sim_store_output_t, member), SIM_STORE_OUTPUT_REAL }
#define YEAR(member)                                                                               \
    { offsetof(sim_store_output_t, member), SIM_STORE_OUTPUT_YEAR }
const sim_store_output_column_t sim_store_output_columns[SIM_STORE_OUTPUT_COLUMNS] = {
    TEXT(name),  TEXT(label),       TEXT(pattern), TEXT(metric), TEXT(sql), REAL(value),
    REAL(sd),    REAL(discrepancy), TEXT(scale),   YEAR(from),   YEAR(to),  TEXT(observed),
    TEXT(scope), TEXT(tag),         TEXT(source),  TEXT(use)};

const char *sim_store_outputs_text(sim_store_outputs_t *outputs, const char *text) {
    size_t size = strlen(text) + 1;
    char **grown = sim_base_grow(outputs->text, outputs->n_texts, sizeof *grown);
    if (!grown)
        return NULL;
    outputs->text = grown;
    char *copy = malloc(size);
    if (copy)
        outputs->text[outputs->n_texts++] = memcpy(copy, text, size);
    return copy;
}

void sim_store_outputs_destroy(sim_store_outputs_t *outputs) {
    if (!outputs)
        return;
    for (size_t i = 0; i < outputs->n_texts; i++)
        free(outputs->text[i]);
    free(outputs->text);
    free(outputs->view);
    free(outputs->output);
    free(outputs->table);
    free(outputs->view_used);
    free(outputs);
}

/* ---- identity ---- */

static void hash_year(sim_store_hash_t *hash, int64_t year) {
    if (year == SIM_NULL_INT)
        sim_store_hash_null(hash);
    else
        sim_store_hash_integer(hash, year);
}

/* Texts, then numbers, then years. */
static void hash_output(sim_store_hash_t *hash, const sim_store_output_t *output) {
    for (int type = SIM_STORE_OUTPUT_TEXT; type <= SIM_STORE_OUTPUT_YEAR; type++)
        for (size_t c = 0; c < SIM_STORE_OUTPUT_COLUMNS; c++) {
            const void *member = (const char *)output + sim_store_output_columns[c].offset;
            if ((int)sim_store_output_columns[c].type != type)
                continue;
            if (type == SIM_STORE_OUTPUT_TEXT)
                sim_store_hash_text(hash, *(const char *const *)member);
            else if (type == SIM_STORE_OUTPUT_REAL)
                sim_store_hash_real(hash, *(const double *)member);
            else
                hash_year(hash, *(const int64_t *)member);
        }
}

int sim_store_outputs_digest(sim_store_outputs_t *outputs) {
    sim_store_hash_t hash;
    int rc = sim_store_hash_init(&hash);
    if (rc == 0) {
        sim_store_hash_begin(&hash, outputs->model->name);
        hash_year(&hash, outputs->fit_until);
        for (size_t v = 0; v < outputs->n_views; v++) {
            sim_store_hash_text(&hash, outputs->view[v].name);
            sim_store_hash_text(&hash, outputs->view[v].sql);
        }
        for (size_t k = 0; k < outputs->n_outputs; k++)
            hash_output(&hash, &outputs->output[k]);
        sim_store_digest_text(sim_store_hash_end(&hash), outputs->digest);
    }
    sim_store_hash_free(&hash);
    return rc;
}

/* ---- queries ---- */

static int note_reads(sim_store_outputs_t *outputs, const sim_store_outputs_db_t *db) {
    outputs->table = calloc(SIM_BASE_COUNT(outputs->model->tables) + 1, sizeof *outputs->table);
    outputs->view_used = calloc(outputs->n_views + 1, sizeof *outputs->view_used);
    if (!outputs->table || !outputs->view_used)
        return SIM_ERR_MEMORY;
    for (size_t v = 0; v < outputs->n_views; v++)
        outputs->view_used[v] = db->used[v];
    for (size_t t = 0; t < db->n_tables; t++) {
        const sim_store_outputs_table_t *table = &db->table[t];
        if (table->kind == SIM_STORE_OUTPUTS_TABLE)
            outputs->table[table->table] = table->read;
        else if (table->kind == SIM_STORE_OUTPUTS_SPELLS)
            outputs->ties = table->read;
        else if (table->kind == SIM_STORE_OUTPUTS_SERIES)
            outputs->series = table->read;
    }
    outputs->agents = db->agents;
    return 0;
}

typedef struct {
    sim_store_outputs_db_t db;
    sim_store_outputs_tell_t *tell;
    void *user;
    bool told;
} compiling_t;

/* A problem that has been told is no reason to stop: the list is to be whole. */
static int go_on(compiling_t *c, int rc, size_t k, bool view) {
    if (rc != SIM_ERR_CONFIG)
        return rc;
    c->tell(c->user, k, view, c->db.why.text);
    c->told = true;
    return 0;
}

/* What a view reads that nobody uses is not read. */
static void forget_reads(sim_store_outputs_db_t *db) {
    for (size_t t = 0; t < db->n_tables; t++)
        db->table[t].read = false;
    for (size_t v = 0; v < db->n_views; v++)
        db->used[v] = false;
    db->agents = false;
}

/* A view reads only those above it, so that one pass from the last on finds all. */
static int follow_views(sim_store_outputs_db_t *db) {
    int rc = 0;
    for (size_t v = db->n_views; rc == 0 && v-- > 0;)
        if (db->used[v])
            rc = sim_store_outputs_view_reads(db, v);
    return rc;
}

static int compile(compiling_t *c) {
    sim_store_outputs_db_t *db = &c->db;
    const sim_store_outputs_t *outputs = db->outputs;
    int rc = 0;
    for (size_t v = 0; rc == 0 && v < outputs->n_views; v++)
        rc = go_on(c, sim_store_outputs_view(db, &outputs->view[v]), v, true);
    forget_reads(db);
    for (size_t k = 0; rc == 0 && k < outputs->n_outputs; k++) {
        sqlite3_stmt *query = NULL;
        rc = go_on(c, sim_store_outputs_prepare(db, k, &query), k, false);
        sqlite3_finalize(query);
    }
    return rc == 0 && !c->told ? follow_views(db) : rc;
}

int sim_store_outputs_compile(sim_store_outputs_t *outputs, sim_store_outputs_tell_t *tell,
                              void *user) {
    compiling_t c = {.tell = tell, .user = user};
    int rc = sim_store_outputs_db_open(outputs, &c.db);
    if (rc == 0)
        rc = compile(&c);
    if (rc == 0)
        rc = c.told ? SIM_ERR_CONFIG : note_reads(outputs, &c.db);
    sim_store_outputs_db_close(&c.db);
    return rc;
}
