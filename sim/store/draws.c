/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws of parameters in results files: their tables, and that a batch goes on with the same. */
#include "sim/param/draws.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "sim/store/parts.h"

void sim_store_draws_digest(const sim_config_t *const *configs, size_t n, char digest[33]) {
    uint64_t sum = 0;
    digest[0] = '\0';
    for (size_t i = 0; i < n && configs[i]->draws; i++)
        sum = XXH3_64bits_withSeed(configs[i]->kept,
                                   configs[i]->draws->n_rows * sizeof *configs[i]->kept, sum);
    if (n && configs[0]->draws)
        snprintf(digest, 33, "%.16s%016" PRIx64, configs[0]->draws->digest, sum);
}

/* ---- a new file ---- */

static int put(sqlite3_stmt *s, int bound) {
    return sim_store_put(s, bound) == SQLITE_OK ? 0 : SIM_ERR_STORE;
}

static int write_draw(sqlite3_stmt *draw, sqlite3_stmt *value, const sim_param_draws_t *draws,
                      size_t i) {
    int bound = sqlite3_bind_int64(draw, 1, (int64_t)i + 1);
    bound |= sqlite3_bind_int(draw, 2, draws->line[i]);
    bound |=
        draws->weight ? sqlite3_bind_double(draw, 3, draws->weight[i]) : sqlite3_bind_null(draw, 3);
    int rc = put(draw, bound);
    for (size_t c = 0; rc == 0 && c < draws->n_rows; c++) {
        bound = sqlite3_bind_int64(value, 1, (int64_t)i + 1);
        bound |= sqlite3_bind_text(value, 2, draws->row[c]->name, -1, SQLITE_STATIC);
        bound |= sqlite3_bind_double(value, 3, draws->value[i * draws->n_rows + c]);
        rc = put(value, bound);
    }
    return rc;
}

static int write_rows(const sim_param_draws_t *draws, sqlite3 *db) {
    sqlite3_stmt *draw = NULL, *value = NULL;
    bool good =
        sqlite3_prepare_v2(db, "INSERT INTO draw VALUES (?, ?, ?)", -1, &draw, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "INSERT INTO draw_value VALUES (?, ?, ?)", -1, &value, NULL) ==
            SQLITE_OK;
    int rc = good ? 0 : SIM_ERR_STORE;
    for (size_t i = 0; rc == 0 && i < draws->n; i++)
        rc = write_draw(draw, value, draws, i);
    sqlite3_finalize(draw);
    sqlite3_finalize(value);
    return rc;
}

static int write_kept(const sim_store_plan_t *plan, sqlite3 *db) {
    int rc = 0;
    for (size_t i = 0; i < plan->n_configs; i++) {
        const sim_config_t *config = plan->configs[i];
        for (size_t c = 0; rc == 0 && c < config->draws->n_rows; c++) {
            char *sql = config->kept[c] ? sqlite3_mprintf("INSERT INTO draw_kept VALUES (%llu, %Q)",
                                                          (unsigned long long)i + 1,
                                                          config->draws->row[c]->name)
                                        : sqlite3_mprintf("");
            rc = sim_store_sql(db, sql);
            sqlite3_free(sql);
        }
    }
    return rc;
}

int sim_store_write_draws(const sim_store_plan_t *plan, sqlite3 *db) {
    const sim_param_draws_t *draws = plan->configs[0]->draws;
    char digest[33];
    if (!draws)
        return 0;
    sim_store_draws_digest(plan->configs, plan->n_configs, digest);
    char *sql = sqlite3_mprintf("INSERT INTO meta VALUES ('draws_digest', %Q);"
                                "INSERT INTO meta VALUES ('draws_file', %Q);"
                                "INSERT INTO meta VALUES ('draws_reps', '%llu');",
                                digest, draws->file, (unsigned long long)draws->reps);
    int rc = sim_store_sql(db, sql);
    sqlite3_free(sql);
    if (rc == 0)
        rc = write_rows(draws, db);
    return rc ? rc : write_kept(plan, db);
}

/* ---- a file that is there ---- */

int sim_store_check_draws(const sim_store_check_t *r) {
    char digest[33], *has = NULL, *file = NULL;
    int rc = 0;
    const sim_param_draws_t *draws = r->plan->configs[0]->draws;
    sim_store_draws_digest(r->plan->configs, r->plan->n_configs, digest);
    if (sim_store_meta(r->db, "draws_digest", &has) || sim_store_meta(r->db, "draws_file", &file)) {
        rc = sim_store_db_failed(r->db, r->plan->path, r->why);
    } else if (strcmp(has ? has : "", digest) != 0) {
        rc = SIM_ERR_CONFIG;
        if (!has || !draws)
            sim_base_why_set(
                r->why, "cannot resume %s: it was begun with %s%s, this command has %s%s",
                r->plan->path, has ? "--draws " : "no --draws", has && file ? file : "",
                draws ? "--draws " : "no --draws", draws ? draws->file : "");
        else
            sim_base_why_set(
                r->why,
                "cannot resume %s: its draws have other values, another --draws-reps, or other "
                "parameters that scenarios keep, than those of --draws %s",
                r->plan->path, draws->file);
    }
    sqlite3_free(has);
    sqlite3_free(file);
    return rc;
}
