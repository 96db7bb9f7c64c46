/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "sim/record/means.h"

#include <gsl/gsl_rstat.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/record/interval.h"
#include "sim/record/store_parts.h"

typedef struct {
    sqlite3 *db;
    sim_record_means_t *means;
    gsl_rstat_workspace **running; /* scenarios * columns */
    char **unit;                   /* of the columns, '' where none is told */
    size_t n_units;
} reading_t;

static int copy_text(sqlite3_stmt *s, char ***list, size_t *count) {
    char **grown = sim_base_grow(*list, *count, sizeof *grown);
    const char *text = (const char *)sqlite3_column_text(s, 0);
    if (!grown)
        return SIM_ERR_MEMORY;
    *list = grown;
    grown[*count] = strdup(text ? text : "");
    return grown[*count] && ++*count ? 0 : SIM_ERR_MEMORY;
}

static int read_texts(const reading_t *r, const char *sql, char ***list, size_t *count) {
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(r->db, sql, -1, &s, NULL) == SQLITE_OK ? 0 : SIM_ERR_STORE;
    int row = SQLITE_DONE;
    while (rc == 0 && (row = sqlite3_step(s)) == SQLITE_ROW)
        rc = copy_text(s, list, count);
    sqlite3_finalize(s);
    return rc == 0 && row != SQLITE_DONE ? SIM_ERR_STORE : rc;
}

static int allocate(reading_t *r) {
    sim_record_means_t *m = r->means;
    size_t cells = m->n_scenarios * m->n_columns;
    m->ok = calloc(m->n_scenarios + 1, sizeof *m->ok);
    m->failed = calloc(m->n_scenarios + 1, sizeof *m->failed);
    m->cell = calloc(cells + 1, sizeof *m->cell);
    r->running = calloc(cells + 1, sizeof(gsl_rstat_workspace *));
    if (!m->ok || !m->failed || !m->cell || !r->running)
        return SIM_ERR_MEMORY;
    for (size_t i = 0; i < cells; i++)
        if (!(r->running[i] = gsl_rstat_alloc()))
            return SIM_ERR_MEMORY;
    return 0;
}

/* Columns of the query: scenario_id, status, summary.run_id (NULL for a failed run), values. */
static void add_run(const reading_t *r, sqlite3_stmt *s) {
    const sim_record_means_t *m = r->means;
    sqlite3_int64 scenario = sqlite3_column_int64(s, 0) - 1;
    const char *status = (const char *)sqlite3_column_text(s, 1);
    if (scenario < 0 || (size_t)scenario >= m->n_scenarios)
        return;
    if (!status || strcmp(status, "ok") != 0) {
        m->failed[scenario]++;
        return;
    }
    m->ok[scenario]++;
    for (size_t c = 0; c < m->n_columns; c++)
        if (sqlite3_column_type(s, 3 + (int)c) != SQLITE_NULL)
            (void)gsl_rstat_add(sqlite3_column_double(s, 3 + (int)c),
                                r->running[(size_t)scenario * m->n_columns + c]);
}

static int read_runs(const reading_t *r) {
    sqlite3_stmt *s = NULL;
    static const char sql[] = "SELECT run.scenario_id, run.status, summary.* FROM run"
                              " LEFT JOIN summary ON summary.run_id = run.run_id"
                              " ORDER BY run.run_id";
    if (sqlite3_prepare_v2(r->db, sql, -1, &s, NULL) != SQLITE_OK)
        return SIM_ERR_STORE;
    int row = SQLITE_DONE;
    while ((row = sqlite3_step(s)) == SQLITE_ROW)
        add_run(r, s);
    sqlite3_finalize(s);
    return row == SQLITE_DONE ? 0 : SIM_ERR_STORE;
}

static void conclude(const reading_t *r) {
    const sim_record_means_t *m = r->means;
    for (size_t i = 0; i < m->n_scenarios * m->n_columns; i++) {
        const gsl_rstat_workspace *values = r->running[i];
        size_t column = i % m->n_columns;
        const char *unit = column < r->n_units ? r->unit[column] : "";
        sim_record_interval_t found =
            sim_record_interval(values, 0.95, sim_record_quantity(values, unit));
        m->cell[i] = (sim_record_mean_t){gsl_rstat_n(values),
                                         gsl_rstat_n(values) ? gsl_rstat_mean(values) : (double)NAN,
                                         found.low, found.high};
    }
}

static int read_names(reading_t *r) {
    sim_record_means_t *m = r->means;
    int rc = read_texts(r, "SELECT name FROM scenario ORDER BY scenario_id", &m->scenario,
                        &m->n_scenarios);
    if (rc == 0)
        rc = read_texts(r, "SELECT name FROM pragma_table_info('summary') WHERE name <> 'run_id'",
                        &m->column, &m->n_columns);
    if (rc == 0)
        rc = read_texts(r,
                        "SELECT (SELECT unit FROM column_doc WHERE table_name = 'summary'"
                        " AND column_name = name) FROM pragma_table_info('summary')"
                        " WHERE name <> 'run_id'",
                        &r->unit, &r->n_units);
    return rc;
}

static void free_reading(reading_t *r) {
    for (size_t i = 0; r->running && i < r->means->n_scenarios * r->means->n_columns; i++)
        if (r->running[i])
            gsl_rstat_free(r->running[i]);
    for (size_t i = 0; i < r->n_units; i++)
        free(r->unit[i]);
    free(r->running);
    free(r->unit);
    sqlite3_close(r->db);
}

int sim_record_means_read(const char *path, sim_record_means_t *out, char *why, size_t why_size) {
    *out = (sim_record_means_t){0};
    reading_t r = {.means = out};
    int rc = sim_record_db_open(path, SQLITE_OPEN_READONLY, &r.db, why, why_size);
    if (rc)
        return rc;
    rc = read_names(&r);
    if (rc == 0)
        rc = allocate(&r);
    if (rc == 0)
        rc = read_runs(&r);
    if (rc == 0)
        conclude(&r);
    else
        sim_record_db_failed(rc == SIM_ERR_STORE ? r.db : NULL, path, why, why_size);
    free_reading(&r);
    return rc;
}

void sim_record_means_free(sim_record_means_t *means) {
    for (size_t i = 0; i < means->n_scenarios; i++)
        free(means->scenario[i]);
    for (size_t i = 0; i < means->n_columns; i++)
        free(means->column[i]);
    free(means->scenario);
    free(means->column);
    free(means->ok);
    free(means->failed);
    free(means->cell);
    *means = (sim_record_means_t){0};
}
