/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws of parameters in results files: their tables, and that a batch goes on with the same. */
#include "sim/param/draws.h"

#include <inttypes.h>
#include <math.h>
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

static int write_draw(sqlite3_stmt *draw, sqlite3_stmt *value, const sim_param_draws_t *draws,
                      size_t i) {
    int64_t id = (int64_t)i + 1;
    int rc = SIM_STORE_PUT(draw, sim_store_int(id), sim_store_int(draws->line[i]),
                           sim_store_real(draws->weight ? draws->weight[i] : (double)NAN));
    for (size_t c = 0; rc == 0 && c < draws->n_rows; c++)
        rc = SIM_STORE_PUT(value, sim_store_int(id), sim_store_word(draws->row[c]->name),
                           sim_store_real(draws->value[i * draws->n_rows + c]));
    return rc;
}

static int write_rows(const sim_param_draws_t *draws, sqlite3 *db) {
    sqlite3_stmt *draw = NULL, *value = NULL;
    int rc = sim_store_prepare(db, &draw, "INSERT INTO draw VALUES (?, ?, ?)");
    if (rc == 0)
        rc = sim_store_prepare(db, &value, "INSERT INTO draw_value VALUES (?, ?, ?)");
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
        for (size_t c = 0; rc == 0 && c < config->draws->n_rows; c++)
            if (config->kept[c])
                rc = sim_store_sql(db, "INSERT INTO draw_kept VALUES (%llu, %Q)",
                                   (unsigned long long)i + 1, config->draws->row[c]->name);
    }
    return rc;
}

int sim_store_write_draws(const sim_store_plan_t *plan, sqlite3 *db) {
    const sim_param_draws_t *draws = plan->configs[0]->draws;
    char digest[33];
    if (!draws)
        return 0;
    sim_store_draws_digest(plan->configs, plan->n_configs, digest);
    int rc = sim_store_sql(db,
                           "INSERT INTO meta VALUES ('draws_digest', %Q);"
                           "INSERT INTO meta VALUES ('draws_file', %Q);"
                           "INSERT INTO meta VALUES ('draws_reps', '%llu');",
                           digest, draws->file, (unsigned long long)draws->reps);
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
        rc = sim_store_check_failed(r);
    } else if (strcmp(has ? has : "", digest) != 0) {
        rc = !has || !draws
                 ? sim_store_refuse(r, "it was begun with %s%s, this command has %s%s",
                                    has ? "--draws " : "no --draws", has && file ? file : "",
                                    draws ? "--draws " : "no --draws", draws ? draws->file : "")
                 : sim_store_refuse(r,
                                    "its draws have other values, another --draws-reps, or other "
                                    "parameters that scenarios keep, than those of --draws %s",
                                    draws->file);
    }
    sqlite3_free(has);
    sqlite3_free(file);
    return rc;
}
