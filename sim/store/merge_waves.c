/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/store/merge_waves.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/store/waves.h"

/* A run of the file that is added: its new numbers, and the digest of its rows so far. */
typedef struct {
    int64_t old, run_id, point_id;
    sim_store_digest_t rows;
} moved_t;

/* A place of a wave of that file. */
typedef struct {
    int64_t point_id, block;
    char *role, *parameter;
} place_t;

typedef struct {
    sqlite3 *from, *out;
    const char *from_path, *out_path;
    sim_config_t *config;
    char *config_text;         /* as it is stored */
    sim_store_design_t design; /* of the wave that is being added */
    char *kind, *text, *digest, *seeds;
    place_t *place;
    size_t n_places;
    int64_t told_points; /* places of the design, also those of one point */
    double *value;       /* places * factors */
    moved_t *moved;
    size_t n_moved;
    sim_store_hash_t hash;
    sim_base_why_t *why;
} adding_t;

static int from_failed(const adding_t *a) {
    return sim_store_db_failed(a->from, a->from_path, a->why);
}

static char *copy_text(sqlite3_stmt *s, int column) {
    const char *text = (const char *)sqlite3_column_text(s, column);
    return text ? strdup(text) : NULL;
}

/* Prepares a query of the file that is added, whose one parameter is a number. */
static int ask(const adding_t *a, const char *sql, int64_t number, sqlite3_stmt **s) {
    int code = sqlite3_prepare_v2(a->from, sql, -1, s, NULL);
    if (code == SQLITE_OK && sqlite3_bind_parameter_count(*s) > 0)
        code = sqlite3_bind_int64(*s, 1, number);
    return code == SQLITE_OK ? 0 : from_failed(a);
}

/* ---- the scenario and the factors ---- */

static int load_config(adding_t *a) {
    sqlite3_stmt *s = NULL;
    sim_base_diag_t diag;
    int rc = ask(a, "SELECT config, name FROM scenario", 0, &s);
    if (rc == 0 && sqlite3_step(s) != SQLITE_ROW)
        rc = from_failed(a);
    sim_base_diag_init(&diag);
    if (rc == 0 && !(a->config_text = copy_text(s, 0)))
        rc = SIM_ERR_MEMORY;
    if (rc == 0) {
        rc = sim_param_config_parse(a->config_text, (const char *)sqlite3_column_text(s, 1), ".",
                                    NULL, 0, &diag, &a->config);
        if (rc)
            sim_base_why_set(a->why, "%s: its scenario cannot be read: %s", a->from_path,
                             diag.count ? diag.problem[0].text : sim_base_strerror(rc));
    }
    sim_base_diag_free(&diag);
    sqlite3_finalize(s);
    return rc;
}

static int read_factors(adding_t *a) {
    sqlite3_stmt *s = NULL;
    int rc = ask(a,
                 "SELECT parameter, type, scale, min, max, levels, choices, arguments FROM factor"
                 " ORDER BY factor_id",
                 0, &s);
    while (rc == 0 && sqlite3_step(s) == SQLITE_ROW) {
        size_t n = a->design.n_factors;
        sim_store_factor_t *larger = sim_base_grow(a->design.factor, n, sizeof *larger);
        if (!larger) {
            rc = SIM_ERR_MEMORY;
            break;
        }
        a->design.factor = larger;
        larger[n] = (sim_store_factor_t){.parameter = copy_text(s, 0),
                                         .type = copy_text(s, 1),
                                         .scale = copy_text(s, 2),
                                         .min = sqlite3_column_double(s, 3),
                                         .max = sqlite3_column_double(s, 4),
                                         .levels = copy_text(s, 5),
                                         .choices = copy_text(s, 6),
                                         .arguments = copy_text(s, 7)};
        a->design.n_factors++;
    }
    sqlite3_finalize(s);
    return rc;
}

/* ---- a wave ---- */

static void forget_wave(adding_t *a) {
    for (size_t i = 0; i < a->n_places; i++) {
        free(a->place[i].role);
        free(a->place[i].parameter);
    }
    free(a->place);
    free(a->value);
    free(a->kind);
    free(a->text);
    free(a->digest);
    free(a->seeds);
    a->place = NULL;
    a->value = NULL;
    a->n_places = 0;
    a->kind = a->text = a->digest = a->seeds = NULL;
}

static int add_place(adding_t *a, sqlite3_stmt *s) {
    place_t *larger = sim_base_grow(a->place, a->n_places, sizeof *larger);
    if (!larger)
        return SIM_ERR_MEMORY;
    a->place = larger;
    larger[a->n_places++] = (place_t){.point_id = sqlite3_column_int64(s, 0),
                                      .block = sqlite3_column_int64(s, 1),
                                      .role = copy_text(s, 2),
                                      .parameter = copy_text(s, 3)};
    return 0;
}

/* In the order of the wave's last round; points that had all replicates before have no runs. */
static int read_places(adding_t *a, int64_t wave) {
    static const char sql[] =
        "SELECT p.point_id, coalesce(b.block - (SELECT min(block) FROM block_point JOIN point USING"
        " (point_id) WHERE wave = ?1) + 1, 0), b.role, b.parameter FROM"
        " (SELECT point_id FROM point WHERE wave = ?1 UNION SELECT point_id FROM wave_again WHERE"
        " wave_id = ?1) AS p LEFT JOIN block_point AS b ON b.point_id = p.point_id LEFT JOIN run ON"
        " run.point_id = p.point_id AND run.rep = (SELECT reps - 1 FROM wave WHERE wave_id = ?1)"
        " ORDER BY run.run_id IS NULL, run.run_id, p.point_id";
    sqlite3_stmt *s = NULL;
    int row = SQLITE_DONE, rc = ask(a, sql, wave, &s);
    while (rc == 0 && (row = sqlite3_step(s)) == SQLITE_ROW)
        rc = add_place(a, s);
    if (rc == 0 && row != SQLITE_DONE)
        rc = from_failed(a);
    sqlite3_finalize(s);
    return rc;
}

static int read_values(adding_t *a) {
    sqlite3_stmt *s = NULL;
    size_t n = a->design.n_factors;
    a->value = calloc(a->n_places * n + 1, sizeof *a->value);
    int rc =
        a->value
            ? ask(a, "SELECT value FROM point_value WHERE point_id = ?1 AND parameter = ?2", 0, &s)
            : SIM_ERR_MEMORY;
    for (size_t i = 0; rc == 0 && i < a->n_places * n; i++) {
        int bound = sqlite3_bind_int64(s, 1, a->place[i / n].point_id);
        bound |= sqlite3_bind_text(s, 2, a->design.factor[i % n].parameter, -1, SQLITE_STATIC);
        if (bound || sqlite3_step(s) != SQLITE_ROW)
            rc = from_failed(a);
        else
            a->value[i] = sqlite3_column_double(s, 0);
        sqlite3_reset(s);
    }
    sqlite3_finalize(s);
    return rc;
}

static void point_of(const void *user, uint64_t point, double *value, sim_store_place_t *place) {
    const adding_t *a = user;
    size_t n = a->design.n_factors;
    memcpy(value, a->value + point * n, n * sizeof *value);
    *place = (sim_store_place_t){.block = (uint64_t)a->place[point].block,
                                 .role = a->place[point].role,
                                 .parameter = a->place[point].parameter};
}

static int read_wave(adding_t *a, int64_t wave) {
    sqlite3_stmt *s = NULL;
    int rc = ask(
        a, "SELECT kind, design, design_digest, seeds, reps, points FROM wave WHERE wave_id = ?",
        wave, &s);
    if (rc == 0 && sqlite3_step(s) != SQLITE_ROW)
        rc = from_failed(a);
    if (rc == 0) {
        a->kind = copy_text(s, 0);
        a->text = copy_text(s, 1);
        a->digest = copy_text(s, 2);
        a->seeds = copy_text(s, 3);
        a->design.reps = sqlite3_column_int64(s, 4);
        a->told_points = sqlite3_column_int64(s, 5);
    }
    sqlite3_finalize(s);
    if (rc == 0)
        rc = read_places(a, wave);
    if (rc == 0)
        rc = read_values(a);
    a->design.kind = a->kind;
    a->design.text = a->text;
    a->design.digest = a->digest;
    a->design.seeds = a->seeds;
    a->design.points = a->n_places;
    a->design.block = a->n_places && a->place[0].block ? 1 : 0;
    a->design.point = point_of;
    a->design.user = a;
    return rc;
}

/* ---- runs ---- */

static int note_run(adding_t *a, const moved_t *run) {
    moved_t *larger = sim_base_grow(a->moved, a->n_moved, sizeof *larger);
    if (!larger)
        return SIM_ERR_MEMORY;
    a->moved = larger;
    larger[a->n_moved++] = *run;
    return 0;
}

/* Which runs of the file these are; a table by point and replicate makes each a look-up. */
static int note_runs(adding_t *a, const sim_plan_wave_t *wave) {
    sqlite3_stmt *s = NULL;
    int rc = ask(a, "SELECT run_id FROM at_point WHERE point_id = ?1 AND rep = ?2", 0, &s);
    for (uint64_t k = 0; rc == 0 && k < wave->runs; k++) {
        uint64_t rep = 0, place = sim_plan_wave_run(wave, k, &rep);
        int bound = sqlite3_bind_int64(s, 1, a->place[place].point_id);
        bound |= sqlite3_bind_int64(s, 2, (int64_t)rep);
        if (bound || sqlite3_step(s) != SQLITE_ROW) {
            rc = from_failed(a);
            break;
        }
        const moved_t run = {.old = sqlite3_column_int64(s, 0),
                             .run_id = (int64_t)(wave->first_run + k) + 1,
                             .point_id = (int64_t)sim_plan_wave_point(wave, place) + 1};
        rc = note_run(a, &run);
        sqlite3_reset(s);
    }
    sqlite3_finalize(s);
    return rc;
}

static int tell_points(const adding_t *a, const sim_plan_wave_t *wave) {
    char *sql = sqlite3_mprintf("UPDATE wave SET points = %lld WHERE wave_id = %lld",
                                (long long)a->told_points, (long long)wave->id);
    int rc = sim_store_sql(a->out, sql);
    sqlite3_free(sql);
    if (rc == 0)
        rc = sim_store_copy_settings(a->from, a->out);
    return rc ? sim_store_db_failed(a->out, a->out_path, a->why) : 0;
}

static int add_wave(adding_t *a, int64_t id) {
    sim_plan_wave_t wave = {0};
    const sim_config_t *const config = a->config;
    const sim_store_plan_t plan = {
        .path = a->out_path, .configs = &config, .n_configs = 1, .design = &a->design};
    const sim_store_check_t c = {&plan, a->out, a->why};
    int rc = read_wave(a, id);
    if (rc == 0)
        rc = sim_store_waves_add(&c, &wave);
    if (rc == 0)
        rc = tell_points(a, &wave);
    if (rc == 0)
        rc = note_runs(a, &wave);
    sim_plan_wave_free(&wave);
    forget_wave(a);
    return rc;
}

static int add_waves(adding_t *a) {
    int64_t waves = 0;
    if (sim_store_sql(a->from, "CREATE TEMP TABLE at_point (point_id, rep, run_id, PRIMARY KEY "
                               "(point_id, rep)) WITHOUT ROWID;"
                               "INSERT INTO at_point SELECT point_id, rep, run_id FROM run") ||
        sim_store_number(a->from, "SELECT count(*) FROM wave", &waves))
        return from_failed(a);
    int rc = 0;
    for (int64_t w = 1; rc == 0 && w <= waves; w++)
        rc = add_wave(a, w);
    return rc;
}

/* ---- rows ---- */

static int by_old(const void *a, const void *b) {
    int64_t left = ((const moved_t *)a)->old, right = ((const moved_t *)b)->old;
    return (left > right) - (left < right);
}

static moved_t *find_run(adding_t *a, int64_t old) {
    const moved_t key = {.old = old};
    return a->n_moved ? bsearch(&key, a->moved, a->n_moved, sizeof key, by_old) : NULL;
}

static int put_row(const adding_t *a, sqlite3_stmt *insert, sqlite3_stmt *row, const moved_t *run) {
    int bound = sqlite3_bind_int64(insert, 1, run->run_id);
    for (int c = 1; c < sqlite3_column_count(row); c++)
        bound |= sqlite3_bind_value(insert, c + 1, sqlite3_column_value(row, c));
    return sim_store_put(insert, bound) == SQLITE_OK
               ? 0
               : sim_store_db_failed(a->out, a->out_path, a->why);
}

static int open_rows(const adding_t *a, const char *table, sqlite3_stmt **rows,
                     sqlite3_stmt **insert) {
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\" ORDER BY rowid", table);
    int rc =
        sql && sqlite3_prepare_v2(a->from, sql, -1, rows, NULL) == SQLITE_OK ? 0 : from_failed(a);
    sqlite3_free(sql);
    if (rc)
        return rc;
    sql = sim_store_insert_sql(table, (size_t)sqlite3_column_count(*rows));
    if (!sql || sqlite3_prepare_v2(a->out, sql, -1, insert, NULL) != SQLITE_OK)
        rc = sim_store_db_failed(a->out, a->out_path, a->why);
    sqlite3_free(sql);
    return rc;
}

/* A table whose rows belong to runs; those of a run follow each other. */
static int copy_table(adding_t *a, const char *table) {
    sqlite3_stmt *rows = NULL, *insert = NULL;
    moved_t *run = NULL;
    int row = SQLITE_DONE, rc = open_rows(a, table, &rows, &insert);
    while (rc == 0 && (row = sqlite3_step(rows)) == SQLITE_ROW) {
        moved_t *next = find_run(a, sqlite3_column_int64(rows, 0));
        if (run && next != run)
            sim_store_digest_add(&run->rows, sim_store_hash_end(&a->hash));
        if (next && next != run)
            sim_store_hash_begin(&a->hash, table);
        run = next;
        for (int c = 1; run && c < sqlite3_column_count(rows); c++)
            sim_store_hash_column(&a->hash, rows, c);
        rc = run ? put_row(a, insert, rows, run) : 0;
    }
    if (run)
        sim_store_digest_add(&run->rows, sim_store_hash_end(&a->hash));
    if (rc == 0 && row != SQLITE_DONE)
        rc = from_failed(a);
    sqlite3_finalize(rows);
    sqlite3_finalize(insert);
    return rc;
}

/* Comes last: it holds the digest of all rows, anew because its point has another number. Columns
 * as in sim/store/schema.c. */
static int put_run(adding_t *a, sqlite3_stmt *insert, sqlite3_stmt *row, const moved_t *run) {
    enum { POINT = 2, SETUP = 8, STEP = 9, DIGEST = 11, COLUMNS = 12 };
    char digest[SIM_STORE_DIGEST];
    int bound = sqlite3_bind_int64(insert, 1, run->run_id);
    sim_store_hash_begin(&a->hash, "run");
    for (int c = 1; c < DIGEST; c++) {
        if (c == POINT)
            sim_store_hash_integer(&a->hash, run->point_id);
        else if (c != SETUP && c != STEP)
            sim_store_hash_column(&a->hash, row, c);
        bound |= c == POINT ? sqlite3_bind_int64(insert, c + 1, run->point_id)
                            : sqlite3_bind_value(insert, c + 1, sqlite3_column_value(row, c));
    }
    sim_store_digest_text(sim_store_run_digest(&a->hash, run->rows), digest);
    bound |= sqlite3_bind_text(insert, COLUMNS, digest, -1, SQLITE_STATIC);
    return sim_store_put(insert, bound) == SQLITE_OK
               ? 0
               : sim_store_db_failed(a->out, a->out_path, a->why);
}

static int copy_runs(adding_t *a) {
    sqlite3_stmt *rows = NULL, *insert = NULL;
    int row = SQLITE_DONE, rc = open_rows(a, "run", &rows, &insert);
    while (rc == 0 && (row = sqlite3_step(rows)) == SQLITE_ROW) {
        const moved_t *run = find_run(a, sqlite3_column_int64(rows, 0));
        rc = run ? put_run(a, insert, rows, run) : 0;
    }
    if (rc == 0 && row != SQLITE_DONE)
        rc = from_failed(a);
    sqlite3_finalize(rows);
    sqlite3_finalize(insert);
    return rc;
}

/* Replicates and time limit are those of the last wave, as sim_store_take_note has it. */
static int take_note(const adding_t *a) {
    char *sql = sqlite3_mprintf("UPDATE scenario SET config = %Q", a->config_text);
    int rc = sim_store_sql(a->out, sql);
    sqlite3_free(sql);
    if (rc == 0)
        rc = sim_store_copy_settings(a->from, a->out);
    return rc ? sim_store_db_failed(a->out, a->out_path, a->why) : 0;
}

static int copy_rows(adding_t *a) {
    sim_store_tables_t tables;
    int rc = sim_store_tables_read(a->from, &tables);
    if (rc == SIM_ERR_STORE)
        rc = from_failed(a);
    if (rc == 0)
        rc = sim_store_hash_init(&a->hash);
    if (rc == 0 && a->n_moved)
        qsort(a->moved, a->n_moved, sizeof *a->moved, by_old);
    for (size_t t = 0; rc == 0 && t < tables.count; t++)
        if (tables.table[t].by_run)
            rc = copy_table(a, tables.table[t].name);
    sim_store_tables_free(&tables);
    if (rc == 0)
        rc = copy_runs(a);
    return rc || a->n_moved == 0 ? rc : take_note(a);
}

int sim_store_merge_waves(sqlite3 *from, const char *from_path, sqlite3 *out, const char *out_path,
                          sim_base_why_t *why) {
    adding_t a = {
        .from = from, .out = out, .from_path = from_path, .out_path = out_path, .why = why};
    int rc = load_config(&a);
    if (rc == 0)
        rc = read_factors(&a);
    if (rc == 0)
        rc = add_waves(&a);
    if (rc == 0)
        rc = copy_rows(&a);
    for (size_t f = 0; f < a.design.n_factors; f++) {
        const sim_store_factor_t *factor = &a.design.factor[f];
        char *const text[] = {
            (char *)factor->parameter, (char *)factor->type, (char *)factor->scale,
            (char *)factor->choices,   factor->levels,       factor->arguments};
        for (size_t i = 0; i < sizeof text / sizeof text[0]; i++)
            free(text[i]);
    }
    free(a.design.factor);
    free(a.moved);
    free(a.config_text);
    sim_store_hash_free(&a.hash);
    sim_param_config_destroy(a.config);
    if (rc == SIM_ERR_MEMORY)
        sim_base_why_set(why, "%s", sim_base_strerror(rc));
    return rc;
}
