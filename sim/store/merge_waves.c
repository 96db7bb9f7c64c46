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
    place_t *place;
    size_t n_places;
    int64_t told_points; /* places of the design, also those of one point */
    double *value;       /* places * factors */
    moved_t *moved;
    size_t n_moved;
    sim_store_hash_t hash;
    const char *table;    /* that is being copied, */
    sqlite3_stmt *insert; /* into this, */
    moved_t *run;         /* with rows of this run; NULL: none */
    sim_base_why_t *why;
} adding_t;

/* Says what the one or the other database has last failed in. */
static void tell_failure(const adding_t *a) {
    int code = sqlite3_errcode(a->out);
    bool written = code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE;
    sim_store_db_failed(written ? a->from : a->out, written ? a->from_path : a->out_path, a->why);
}

/* ---- the scenario and the factors ---- */

static int load_config(adding_t *a) {
    sqlite3_stmt *s = NULL;
    sim_base_diag_t diag;
    sim_base_diag_init(&diag);
    int rc = sim_store_first(a->from, &s, "SELECT config, name FROM scenario");
    if (rc || !s)
        rc = SIM_ERR_STORE;
    else if (!(a->config_text = sim_store_cell_copy(s, 0)))
        rc = SIM_ERR_MEMORY;
    else if ((rc = sim_param_config_parse(a->config_text, sim_store_cell_text(s, 1), ".", NULL,
                                          &diag, &a->config)))
        sim_base_why_set(a->why, "%s: its scenario cannot be read: %s", a->from_path,
                         diag.count ? diag.problem[0].text : sim_base_strerror(rc));
    sim_base_diag_free(&diag);
    sqlite3_finalize(s);
    return rc;
}

/* Columns: those of the table but its number. */
static int add_factor(void *user, sqlite3_stmt *s) {
    adding_t *a = user;
    size_t n = a->design.n_factors;
    sim_store_factor_t *larger = sim_base_grow(a->design.factor, n, sizeof *larger);
    if (!larger)
        return SIM_ERR_MEMORY;
    a->design.factor = larger;
    larger[n] = (sim_store_factor_t){.parameter = sim_store_cell_copy(s, 0),
                                     .type = sim_store_cell_copy(s, 1),
                                     .scale = sim_store_cell_copy(s, 2),
                                     .min = sqlite3_column_double(s, 3),
                                     .max = sqlite3_column_double(s, 4),
                                     .levels = sim_store_cell_copy(s, 5),
                                     .choices = sim_store_cell_copy(s, 6),
                                     .arguments = sim_store_cell_copy(s, 7)};
    a->design.n_factors++;
    return 0;
}

/* ---- a wave ---- */

static void forget_wave(adding_t *a) {
    for (size_t i = 0; i < a->n_places; i++) {
        free(a->place[i].role);
        free(a->place[i].parameter);
    }
    free(a->place);
    free(a->value);
    free((char *)a->design.kind);
    free((char *)a->design.text);
    free((char *)a->design.digest);
    free((char *)a->design.seeds);
    a->place = NULL;
    a->value = NULL;
    a->n_places = 0;
    a->design.kind = a->design.text = a->design.digest = a->design.seeds = NULL;
}

/* Columns: point_id, block of the wave, role, parameter. */
static int add_place(void *user, sqlite3_stmt *s) {
    adding_t *a = user;
    place_t *larger = sim_base_grow(a->place, a->n_places, sizeof *larger);
    if (!larger)
        return SIM_ERR_MEMORY;
    a->place = larger;
    larger[a->n_places++] = (place_t){.point_id = sqlite3_column_int64(s, 0),
                                      .block = sqlite3_column_int64(s, 1),
                                      .role = sim_store_cell_copy(s, 2),
                                      .parameter = sim_store_cell_copy(s, 3)};
    return 0;
}

/* In the order of the wave's last round; points that had all replicates before have no runs. */
static int read_places(adding_t *a, int64_t wave) {
    long long w = wave;
    return sim_store_each(
        a->from, add_place, a,
        "SELECT p.point_id, coalesce(b.block - (SELECT min(block) FROM block_point JOIN point USING"
        " (point_id) WHERE wave = %lld) + 1, 0), b.role, b.parameter FROM"
        " (SELECT point_id FROM point WHERE wave = %lld UNION SELECT point_id FROM wave_again WHERE"
        " wave_id = %lld) AS p LEFT JOIN block_point AS b ON b.point_id = p.point_id LEFT JOIN run"
        " ON run.point_id = p.point_id AND run.rep = (SELECT reps - 1 FROM wave WHERE wave_id ="
        " %lld) ORDER BY run.run_id IS NULL, run.run_id, p.point_id",
        w, w, w, w);
}

static int read_values(adding_t *a) {
    sqlite3_stmt *s = NULL;
    size_t n = a->design.n_factors;
    a->value = calloc(a->n_places * n + 1, sizeof *a->value);
    int rc = a->value ? sim_store_prepare(a->from, &s,
                                          "SELECT value FROM point_value WHERE point_id = ?1 AND"
                                          " parameter = ?2")
                      : SIM_ERR_MEMORY;
    for (size_t i = 0; rc == 0 && i < a->n_places * n; i++) {
        int bound = sqlite3_bind_int64(s, 1, a->place[i / n].point_id);
        bound |= sqlite3_bind_text(s, 2, a->design.factor[i % n].parameter, -1, SQLITE_STATIC);
        if (bound || sqlite3_step(s) != SQLITE_ROW)
            rc = SIM_ERR_STORE;
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
    int rc = sim_store_first(a->from, &s,
                             "SELECT kind, design, design_digest, seeds, reps, points FROM wave"
                             " WHERE wave_id = %lld",
                             (long long)wave);
    if (rc || !s)
        return SIM_ERR_STORE;
    a->design.kind = sim_store_cell_copy(s, 0);
    a->design.text = sim_store_cell_copy(s, 1);
    a->design.digest = sim_store_cell_copy(s, 2);
    a->design.seeds = sim_store_cell_copy(s, 3);
    a->design.reps = sqlite3_column_int64(s, 4);
    a->told_points = sqlite3_column_int64(s, 5);
    sqlite3_finalize(s);
    if (rc == 0)
        rc = read_places(a, wave);
    if (rc == 0)
        rc = read_values(a);
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
    int rc = sim_store_prepare(a->from, &s,
                               "SELECT run_id FROM at_point WHERE point_id = ?1 AND rep = ?2");
    for (uint64_t k = 0; rc == 0 && k < wave->runs; k++) {
        uint64_t rep = 0, place = sim_plan_wave_run(wave, k, &rep);
        int bound = sqlite3_bind_int64(s, 1, a->place[place].point_id);
        bound |= sqlite3_bind_int64(s, 2, (int64_t)rep);
        if (bound || sqlite3_step(s) != SQLITE_ROW) {
            rc = SIM_ERR_STORE;
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
    int rc = sim_store_sql(a->out, "UPDATE wave SET points = %lld WHERE wave_id = %lld",
                           (long long)a->told_points, (long long)wave->id);
    return rc ? rc : sim_store_copy_settings(a->from, a->out);
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
        sim_store_number(a->from, &waves, "SELECT count(*) FROM wave"))
        return SIM_ERR_STORE;
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

/* Hands the rows of a table to take(), and prepares a->insert for the other file. */
static int copy_by(adding_t *a, const char *table, sim_store_take_t *take) {
    int64_t columns = 0;
    a->table = table;
    int rc =
        sim_store_number(a->from, &columns, "SELECT count(*) FROM pragma_table_info(%Q)", table);
    if (rc == 0)
        rc = sim_store_prepare_insert(a->out, &a->insert, table, (size_t)columns);
    if (rc == 0)
        rc = sim_store_each(a->from, take, a, "SELECT * FROM \"%w\" ORDER BY rowid", table);
    sqlite3_finalize(a->insert);
    a->insert = NULL;
    return rc;
}

/* Takes the next run's rows up; NULL: none. */
static void change_run(adding_t *a, moved_t *next) {
    if (next == a->run)
        return;
    if (a->run)
        sim_store_digest_add(&a->run->rows, sim_store_hash_end(&a->hash));
    if (next)
        sim_store_hash_begin(&a->hash, a->table);
    a->run = next;
}

/* A row that belongs to a run; those of a run follow each other. */
static int take_row(void *user, sqlite3_stmt *row) {
    adding_t *a = user;
    change_run(a, find_run(a, sqlite3_column_int64(row, 0)));
    if (!a->run)
        return 0;
    for (int c = 1; c < sqlite3_column_count(row); c++)
        sim_store_hash_column(&a->hash, row, c);
    return sim_store_put_like(a->insert, row, &a->run->run_id);
}

/* A row of `run`, which comes last: it holds the digest of all rows, anew because its point has
 * another number. Columns as in sim/store/schema.c. */
static int take_run(void *user, sqlite3_stmt *row) {
    enum { POINT = 2, SETUP = 8, STEP = 9, DIGEST = 11, COLUMNS = 12 };
    adding_t *a = user;
    char digest[SIM_STORE_DIGEST];
    const moved_t *run = find_run(a, sqlite3_column_int64(row, 0));
    if (!run)
        return 0;
    sim_store_value_t value[COLUMNS] = {sim_store_int(run->run_id)};
    sim_store_hash_begin(&a->hash, "run");
    for (int c = 1; c < DIGEST; c++) {
        value[c] = c == POINT ? sim_store_int(run->point_id) : sim_store_like(row, c);
        if (c == POINT)
            sim_store_hash_integer(&a->hash, run->point_id);
        else if (c != SETUP && c != STEP)
            sim_store_hash_column(&a->hash, row, c);
    }
    sim_store_digest_text(sim_store_run_digest(&a->hash, run->rows), digest);
    value[DIGEST] = sim_store_word(digest);
    return sim_store_put_values(a->insert, value, COLUMNS);
}

/* Replicates and time limit are those of the last wave, as sim_store_take_note has it. */
static int take_note(const adding_t *a) {
    int rc = sim_store_sql(a->out, "UPDATE scenario SET config = %Q", a->config_text);
    return rc ? rc : sim_store_copy_settings(a->from, a->out);
}

static int copy_rows(adding_t *a) {
    sim_store_tables_t tables;
    int rc = sim_store_tables_read(a->from, &tables);
    if (rc == 0)
        rc = sim_store_hash_init(&a->hash);
    if (rc == 0 && a->n_moved)
        qsort(a->moved, a->n_moved, sizeof *a->moved, by_old);
    for (size_t t = 0; rc == 0 && t < tables.count; t++)
        if (tables.table[t].by_run) {
            rc = copy_by(a, tables.table[t].name, take_row);
            change_run(a, NULL);
        }
    sim_store_tables_free(&tables);
    if (rc == 0)
        rc = copy_by(a, "run", take_run);
    return rc || a->n_moved == 0 ? rc : take_note(a);
}

int sim_store_merge_waves(sqlite3 *from, const char *from_path, sqlite3 *out, const char *out_path,
                          sim_base_why_t *why) {
    adding_t a = {
        .from = from, .out = out, .from_path = from_path, .out_path = out_path, .why = why};
    int rc = load_config(&a);
    if (rc == 0)
        rc = sim_store_each(from, add_factor, &a,
                            "SELECT parameter, type, scale, min, max, levels, choices, arguments"
                            " FROM factor ORDER BY factor_id");
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
    if (rc == SIM_ERR_STORE)
        tell_failure(&a);
    else if (rc == SIM_ERR_MEMORY)
        sim_base_why_set(why, "%s", sim_base_strerror(rc));
    return rc;
}
