/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "sim/store/means.h"

#include <gsl/gsl_rstat.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/store/interval.h"
#include "sim/store/parts.h"

/* Runs of one draw in one scenario, of a column; and sums over the draws before. */
typedef struct {
    uint64_t n;           /* runs of this draw */
    double mean, squares; /* squares of deviations from the mean */
    uint64_t runs, draws; /* of all draws before */
    double within;        /* their squares */
} draw_t;

typedef struct {
    sqlite3 *db;
    sim_store_means_t *means;
    gsl_rstat_workspace **running; /* scenarios * columns: of runs, or of the means of draws */
    draw_t *draw;                  /* scenarios * columns */
    int64_t current;               /* number of the draw whose runs are being read; 0: none */
    char **unit;                   /* of the columns, '' where none is told */
    size_t n_units;
} reading_t;

static int add_text(char ***list, size_t *count, sqlite3_stmt *s, int column) {
    char **grown = sim_base_grow(*list, *count, sizeof *grown);
    if (!grown)
        return SIM_ERR_MEMORY;
    *list = grown;
    grown[*count] = sim_store_cell_copy(s, column);
    return grown[*count] && ++*count ? 0 : SIM_ERR_MEMORY;
}

static int add_scenario(void *user, sqlite3_stmt *s) {
    sim_store_means_t *m = ((reading_t *)user)->means;
    return add_text(&m->scenario, &m->n_scenarios, s, 0);
}

/* Columns: name and unit of a column of summary. */
static int add_column(void *user, sqlite3_stmt *s) {
    reading_t *r = user;
    int rc = add_text(&r->unit, &r->n_units, s, 1);
    return rc ? rc : add_text(&r->means->column, &r->means->n_columns, s, 0);
}

static int allocate(reading_t *r) {
    sim_store_means_t *m = r->means;
    size_t cells = m->n_scenarios * m->n_columns;
    m->ok = calloc(m->n_scenarios + 1, sizeof *m->ok);
    m->failed = calloc(m->n_scenarios + 1, sizeof *m->failed);
    m->cell = calloc(cells + 1, sizeof *m->cell);
    r->running = calloc(cells + 1, sizeof(gsl_rstat_workspace *));
    r->draw = calloc(cells + 1, sizeof *r->draw);
    if (!m->ok || !m->failed || !m->cell || !r->running || !r->draw)
        return SIM_ERR_MEMORY;
    for (size_t i = 0; i < cells; i++)
        if (!(r->running[i] = gsl_rstat_alloc()))
            return SIM_ERR_MEMORY;
    return 0;
}

/* ---- draws ---- */

/* Welford's update. */
static void add_to_draw(draw_t *draw, double value) {
    double off = value - draw->mean;
    draw->mean += off / (double)++draw->n;
    draw->squares += off * (value - draw->mean);
}

/* Hands the means of the draw that ends on, of all scenarios and columns. */
static void end_draw(const reading_t *r) {
    for (size_t i = 0; i < r->means->n_scenarios * r->means->n_columns; i++) {
        draw_t *draw = &r->draw[i];
        if (draw->n == 0)
            continue;
        (void)gsl_rstat_add(draw->mean, r->running[i]);
        draw->runs += draw->n;
        draw->draws++;
        draw->within += draw->squares;
        draw->n = 0;
        draw->mean = draw->squares = 0;
    }
}

/* One-way analysis of variance; with groups of different sizes their mean size stands for all. */
static void part_variance(const draw_t *draw, const gsl_rstat_workspace *means,
                          sim_store_mean_t *cell) {
    cell->chance = cell->parameters = (double)NAN;
    if (draw->draws < 2 || draw->runs == draw->draws)
        return;
    double size = (double)draw->runs / (double)draw->draws;
    cell->chance = draw->within / (double)(draw->runs - draw->draws);
    cell->parameters = fmax(0, gsl_rstat_variance(means) - cell->chance / size);
}

/* ---- runs ---- */

static void add_value(const reading_t *r, size_t cell, double value) {
    if (r->means->drawn)
        add_to_draw(&r->draw[cell], value);
    else
        (void)gsl_rstat_add(value, r->running[cell]);
}

/* Columns of the query: scenario_id, status, draw_id, summary.run_id (NULL: failed), values. */
static int add_run(void *user, sqlite3_stmt *s) {
    enum { FIRST = 4 };
    reading_t *r = user;
    const sim_store_means_t *m = r->means;
    sqlite3_int64 scenario = sqlite3_column_int64(s, 0) - 1, draw = sqlite3_column_int64(s, 2);
    const char *status = sim_store_cell_text(s, 1);
    if (scenario < 0 || (size_t)scenario >= m->n_scenarios)
        return 0;
    if (strcmp(status, "ok") != 0) {
        m->failed[scenario]++;
        return 0;
    }
    if (draw != r->current)
        end_draw(r);
    r->current = draw;
    m->ok[scenario]++;
    for (size_t c = 0; c < m->n_columns; c++)
        if (sqlite3_column_type(s, FIRST + (int)c) != SQLITE_NULL)
            add_value(r, (size_t)scenario * m->n_columns + c,
                      sqlite3_column_double(s, FIRST + (int)c));
    return 0;
}

/* Whether the file has a table of draws, which those of earlier versions have not, and uses it. */
static int read_drawn(const reading_t *r) {
    int64_t rows = 0;
    int rc = sim_store_number(r->db, &rows,
                              "SELECT count(*) FROM sqlite_master WHERE name = 'run_draw'");
    if (rc == 0 && rows)
        rc = sim_store_number(r->db, &rows, "SELECT count(*) FROM run_draw");
    r->means->drawn = rows > 0;
    return rc;
}

static int read_runs(reading_t *r) {
    static const char
        by_run[] = "SELECT run.scenario_id, run.status, 0, summary.* FROM run"
                   " LEFT JOIN summary ON summary.run_id = run.run_id"
                   " ORDER BY run.run_id",
        by_draw[] =
            /* Rows of a weighted file come again where they weigh much: each time is a draw. */
        "SELECT run.scenario_id, run.status, CASE WHEN (SELECT count(weight) FROM draw) > 0 THEN"
        " rep / (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'draws_reps') + 1"
        " ELSE draw_id END AS drawn, summary.* FROM run"
        " LEFT JOIN summary ON summary.run_id = run.run_id"
        " LEFT JOIN run_draw ON run_draw.run_id = run.run_id"
        " ORDER BY drawn, run.run_id";
    int rc = read_drawn(r);
    if (rc == 0)
        rc = sim_store_each(r->db, add_run, r, r->means->drawn ? by_draw : by_run);
    end_draw(r);
    return rc;
}

static void conclude(const reading_t *r) {
    const sim_store_means_t *m = r->means;
    for (size_t i = 0; i < m->n_scenarios * m->n_columns; i++) {
        const gsl_rstat_workspace *values = r->running[i];
        size_t column = i % m->n_columns, n = gsl_rstat_n(values);
        const char *unit = column < r->n_units ? r->unit[column] : "";
        sim_store_interval_t found =
            sim_store_interval(values, 0.95, sim_store_quantity(values, unit));
        m->cell[i] = (sim_store_mean_t){.n = m->drawn ? r->draw[i].runs : n,
                                        .draws = m->drawn ? n : 0,
                                        .mean = n ? gsl_rstat_mean(values) : (double)NAN,
                                        .low = found.low,
                                        .high = found.high};
        part_variance(&r->draw[i], values, &m->cell[i]);
    }
}

static int read_names(reading_t *r) {
    int rc = sim_store_each(r->db, add_scenario, r,
                            "SELECT coalesce(name, '') FROM scenario ORDER BY scenario_id");
    return rc ? rc
              : sim_store_each(r->db, add_column, r,
                               "SELECT name, coalesce((SELECT unit FROM column_doc WHERE"
                               " table_name = 'summary' AND column_name = name), '')"
                               " FROM pragma_table_info('summary') WHERE name <> 'run_id'");
}

static void free_reading(reading_t *r) {
    for (size_t i = 0; r->running && i < r->means->n_scenarios * r->means->n_columns; i++)
        if (r->running[i])
            gsl_rstat_free(r->running[i]);
    for (size_t i = 0; i < r->n_units; i++)
        free(r->unit[i]);
    free(r->running);
    free(r->draw);
    free(r->unit);
    sqlite3_close(r->db);
}

int sim_store_means_read(const char *path, sim_store_means_t *out, sim_base_why_t *why) {
    *out = (sim_store_means_t){0};
    reading_t r = {.means = out};
    int rc = sim_store_db_open(path, SQLITE_OPEN_READONLY, &r.db, why);
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
        sim_store_db_failed(rc == SIM_ERR_STORE ? r.db : NULL, path, why);
    free_reading(&r);
    return rc;
}

void sim_store_means_free(sim_store_means_t *means) {
    for (size_t i = 0; i < means->n_scenarios; i++)
        free(means->scenario[i]);
    for (size_t i = 0; i < means->n_columns; i++)
        free(means->column[i]);
    free(means->scenario);
    free(means->column);
    free(means->ok);
    free(means->failed);
    free(means->cell);
    *means = (sim_store_means_t){0};
}
