/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a results file knows of its own making. */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/store/parts.h"
#include "sim/store/verify.h"

static int add_scenario(void *user, sqlite3_stmt *s) {
    sim_store_stored_t *out = user;
    void *grown = sim_base_grow(out->scenario, out->n_scenarios, sizeof *out->scenario);
    if (!grown)
        return SIM_ERR_MEMORY;
    out->scenario = grown;
    size_t n = out->n_scenarios++;
    out->scenario[n].name = sim_store_cell_copy(s, 0);
    out->scenario[n].config = sim_store_cell_copy(s, 1);
    return out->scenario[n].name && out->scenario[n].config ? 0 : SIM_ERR_MEMORY;
}

static int read_detail(sqlite3 *db, sim_store_stored_t *out) {
    char *detail = NULL;
    int rc = sim_store_meta(db, "detail", &detail);
    for (int d = SIM_DETAIL_SUMMARY; d <= SIM_DETAIL_CHOICES; d++)
        if (detail && strcmp(detail, sim_store_detail_name((sim_detail_t)d)) == 0)
            out->detail = (sim_detail_t)d;
    sqlite3_free(detail);
    return rc;
}

static int add_run(sqlite3_stmt *s, sim_store_stored_t *out) {
    sim_store_stored_run_t *grown = sim_base_grow(out->run, out->n_runs, sizeof *grown);
    if (!grown)
        return SIM_ERR_MEMORY;
    out->run = grown;
    sim_store_stored_run_t *run = &out->run[out->n_runs++];
    *run = (sim_store_stored_run_t){.run_id = sqlite3_column_int64(s, 0),
                                    .scenario = (size_t)(sqlite3_column_int64(s, 1) - 1),
                                    .point_id = (uint64_t)sqlite3_column_int64(s, 2),
                                    .rep = sqlite3_column_int64(s, 3),
                                    .seed = sqlite3_column_int64(s, 4),
                                    .draw_id = (uint64_t)sqlite3_column_int64(s, 7)};
    snprintf(run->state_digest, sizeof run->state_digest, "%s", sim_store_cell_text(s, 5));
    snprintf(run->rows_digest, sizeof run->rows_digest, "%s", sim_store_cell_text(s, 6));
    return run->scenario < out->n_scenarios ? 0 : SIM_ERR_STORE;
}

/* The k-th of the sample is the one at the middle of the k-th of equal parts of the ok runs. */
static int read_runs(sqlite3 *db, uint64_t sample, sim_store_stored_t *out) {
    sqlite3_stmt *s = NULL;
    int64_t ok = 0, at = 0;
    int rc = sim_store_number(db, &ok, "SELECT count(*) FROM run WHERE status = 'ok'");
    uint64_t all = (uint64_t)ok, taken = 0, n = sample < all ? sample : all;
    if (rc == 0)
        rc = sim_store_prepare(db, &s,
                               "SELECT run_id, scenario_id, point_id, rep, seed,"
                               " state_digest, rows_digest, draw_id FROM run LEFT JOIN run_draw "
                               "USING (run_id) WHERE status = 'ok'"
                               " ORDER BY run_id");
    while (rc == 0 && taken < n && sqlite3_step(s) == SQLITE_ROW)
        if ((uint64_t)at++ == (uint64_t)(((double)taken + 0.5) / (double)n * (double)all)) {
            rc = add_run(s, out);
            taken++;
        }
    sqlite3_finalize(s);
    return rc == 0 && taken < n ? SIM_ERR_STORE : rc;
}

static int add_value(void *user, sqlite3_stmt *s) {
    sim_store_stored_run_t *run = user;
    void *grown = sim_base_grow(run->value, run->n_values, sizeof *run->value);
    if (!grown)
        return SIM_ERR_MEMORY;
    run->value = grown;
    size_t n = run->n_values++;
    run->value[n].parameter = sim_store_cell_copy(s, 0);
    run->value[n].number = sqlite3_column_double(s, 1);
    return run->value[n].parameter ? 0 : SIM_ERR_MEMORY;
}

/* Of its point, and of its draw what neither the scenario nor the point keeps. */
static int read_values(sqlite3 *db, sim_store_stored_run_t *run) {
    return sim_store_each(
        db, add_value, run,
        "SELECT coalesce(parameter, ''), value FROM point_value WHERE point_id = %llu"
        " UNION ALL SELECT coalesce(parameter, ''), value FROM draw_value WHERE draw_id = %llu"
        " AND parameter NOT IN (SELECT parameter FROM draw_kept WHERE scenario_id = %llu)",
        (unsigned long long)run->point_id, (unsigned long long)run->draw_id,
        (unsigned long long)run->scenario + 1);
}

int sim_store_stored_read(const char *path, uint64_t sample, sim_store_stored_t *out,
                          sim_base_why_t *why) {
    sqlite3 *db = NULL;
    sim_store_lock_t lock = SIM_STORE_UNLOCKED;
    *out = (sim_store_stored_t){0};
    int rc = sim_store_open_existing(path, SIM_STORE_READS, &lock, &db, why);
    if (rc == 0)
        rc = sim_store_identity_check(db, path, "run", " again", why);
    bool begun = rc == 0;
    if (rc == 0)
        rc = sim_store_each(db, add_scenario, out,
                            "SELECT coalesce(name, ''), coalesce(config, '') FROM scenario"
                            " ORDER BY scenario_id");
    if (rc == 0)
        rc = read_detail(db, out);
    if (rc == 0)
        rc = read_runs(db, sample, out);
    for (size_t i = 0; rc == 0 && i < out->n_runs; i++)
        if (out->run[i].point_id || out->run[i].draw_id)
            rc = read_values(db, &out->run[i]);
    if (rc == 0 && out->n_runs == 0) {
        sim_base_why_set(why, "%s has no ok run that could be made again", path);
        rc = SIM_ERR_CONFIG;
    } else if (rc && begun) {
        sim_store_db_failed(rc == SIM_ERR_STORE ? db : NULL, path, why);
    }
    sqlite3_close(db);
    sim_store_unlock(&lock);
    return rc;
}

void sim_store_stored_free(sim_store_stored_t *stored) {
    for (size_t i = 0; i < stored->n_scenarios; i++) {
        free(stored->scenario[i].name);
        free(stored->scenario[i].config);
    }
    for (size_t i = 0; i < stored->n_runs; i++) {
        for (size_t v = 0; v < stored->run[i].n_values; v++)
            free(stored->run[i].value[v].parameter);
        free(stored->run[i].value);
    }
    free(stored->scenario);
    free(stored->run);
    *stored = (sim_store_stored_t){0};
}
