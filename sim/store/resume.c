/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A results file goes on only with the batch that it was begun with: the sentence says what
 * differs first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/plan/order.h"
#include "sim/record/keep.h"
#include "sim/store/outputs_store.h"
#include "sim/store/parts.h"

static int differs(const sim_store_check_t *r, const char *what, const char *has,
                   const char *asked) {
    return sim_base_why_fail(r->why, SIM_ERR_CONFIG,
                             "cannot resume %s: it was begun with %s '%s', this command has '%s'",
                             r->plan->path, what, has, asked);
}

static int check_identity(const sim_store_check_t *r) {
    sim_record_identity_t has, own;
    char clause[sizeof(sim_base_why_t) / 2];
    int rc = sim_store_identity_read(r->db, r->plan->path, &has, r->why);
    if (rc)
        return rc;
    sim_record_identity(&own);
    if (!sim_record_identity_differs(&has, &own, "this program", clause, sizeof clause))
        return 0;
    return sim_base_why_fail(r->why, SIM_ERR_CONFIG, "cannot resume %s: it was computed with %s",
                             r->plan->path, clause);
}

int sim_store_check_meta(const sim_store_check_t *r, const char *key, const char *what,
                         const char *expected) {
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(r->db, "SELECT value FROM meta WHERE key = ?", -1, &s, NULL) !=
        SQLITE_OK)
        return sim_store_db_failed(r->db, r->plan->path, r->why);
    int rc = 0, row = sqlite3_bind_text(s, 1, key, -1, SQLITE_STATIC);
    if (row == SQLITE_OK)
        row = sqlite3_step(s);
    const char *value = row == SQLITE_ROW ? (const char *)sqlite3_column_text(s, 0) : NULL;
    if (row != SQLITE_ROW && row != SQLITE_DONE)
        rc = sim_store_db_failed(r->db, r->plan->path, r->why);
    else if (!value || strcmp(value, expected) != 0)
        rc = differs(r, what, value ? value : "none", expected);
    sqlite3_finalize(s);
    return rc;
}

/* Only the program that began a file may go on with it. */
static int check_program(const sim_store_check_t *r) {
    int rc = sim_store_check_meta(r, "schema_version", "schema version", SIM_STORE_SCHEMA_VERSION);
    if (rc == 0)
        rc = sim_store_check_meta(r, "rng_version", "random numbers", SIM_RNG_VERSION);
    if (rc == 0)
        rc = sim_store_check_meta(r, "program_version", "program version",
                                  sim_record_program_version());
    if (rc == SIM_ERR_CONFIG)
        sim_base_why_add(r->why, "; finish it with the program that began it, or give --out "
                                 "another name and begin again");
    return rc ? rc : check_identity(r);
}

static int check_kept(const sim_store_check_t *r, const char *key) {
    const char *asked = sim_store_plan_keeps(r->plan, key);
    char *has = NULL;
    int rc = 0;
    if (sim_store_meta(r->db, key, &has))
        rc = sim_store_db_failed(r->db, r->plan->path, r->why);
    else if (strcmp(has ? has : "all", asked ? asked : "all") != 0)
        rc = differs(r, key, has ? has : "all", asked ? asked : "all");
    sqlite3_free(has);
    return rc;
}

static int check_detail(const sim_store_check_t *r) {
    const char *detail = sim_store_detail_name(r->plan->detail);
    int rc = sim_store_check_meta(r, "detail", "detail", detail);
    if (rc == 0)
        rc = check_kept(r, SIM_RECORD_KEPT_TABLES);
    if (rc == 0)
        rc = check_kept(r, SIM_RECORD_KEPT_EVENTS);
    return rc ? rc : sim_store_check_targets(r);
}

/* ---- scenarios ---- */

static size_t line_length(const char *text) {
    return strcspn(text, "\n");
}

static bool is_of(const char *key, const char *line) {
    return strncmp(line + strspn(line, " "), key, strlen(key)) == 0;
}

/* The same data may lie elsewhere, and a batch may grow. */
static bool may_differ(const char *has, const char *asked) {
    static const char *const keys[] = {"data_root = ", "reps = "};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (is_of(keys[i], has) && is_of(keys[i], asked))
            return true;
    return false;
}

/* The parameter whose file two lines of data_files are about when they differ in the digest alone,
 * else NULL. */
static const char *data_file(const char *has, const char *asked) {
    static const char head[] = "{ parameter = \"", tail[] = "\"; digest = ";
    size_t n = strlen(head), name = strncmp(has, head, n) ? 0 : strcspn(has + n, "\"");
    size_t same = n + name + strlen(tail);
    bool file = name && strncmp(has + n + name, tail, strlen(tail)) == 0;
    return file && strncmp(has, asked, same) == 0 ? has + n : NULL;
}

int sim_store_text_differs(const sim_store_check_t *r, const char *what, const char *has,
                           const char *asked) {
    while (*has && *asked) {
        size_t n = line_length(has), m = line_length(asked);
        if (!may_differ(has, asked) && (n != m || memcmp(has, asked, n) != 0))
            break;
        has += n + (has[n] != '\0');
        asked += m + (asked[m] != '\0');
    }
    has += strspn(has, " \t");
    asked += strspn(asked, " \t");
    const char *data = data_file(has, asked);
    if (data || (!*has && !*asked))
        sim_base_why_set(r->why, "cannot resume %s: a data file of %s has other contents now%s%.*s",
                         r->plan->path, what, data ? ": " : "", data ? (int)strcspn(data, "\"") : 0,
                         data ? data : "");
    else
        sim_base_why_set(
            r->why, "cannot resume %s: %s was begun with '%.*s', this command has '%.*s'",
            r->plan->path, what, (int)line_length(has), has, (int)line_length(asked), asked);
    return SIM_ERR_CONFIG;
}

static int check_scenario(const sim_store_check_t *r, sqlite3_stmt *s, const sim_config_t *config) {
    const char *text[3] = {"", "", ""};
    for (int i = 0; i < 3; i++)
        if (sqlite3_column_text(s, i))
            text[i] = (const char *)sqlite3_column_text(s, i);
    if (strcmp(text[0], config->name) != 0)
        return differs(r, "scenario", text[0], config->name);
    if (strcmp(text[2], config->digest) == 0)
        return 0;
    char what[128];
    snprintf(what, sizeof what, "scenario '%.100s'", config->name);
    return sim_store_text_differs(r, what, text[1], config->text);
}

static int check_scenarios(const sim_store_check_t *r) {
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(r->db,
                           "SELECT name, config, config_digest FROM scenario ORDER BY scenario_id",
                           -1, &s, NULL) != SQLITE_OK)
        return sim_store_db_failed(r->db, r->plan->path, r->why);
    int rc = 0, row = SQLITE_DONE;
    size_t i = 0;
    for (; rc == 0 && (row = sqlite3_step(s)) == SQLITE_ROW; i++)
        if (i < r->plan->n_configs)
            rc = check_scenario(r, s, r->plan->configs[i]);
    if (rc == 0 && row != SQLITE_DONE)
        rc = sim_store_db_failed(r->db, r->plan->path, r->why);
    sqlite3_finalize(s);
    if (rc == 0 && i != r->plan->n_configs) {
        sim_base_why_set(r->why,
                         "cannot resume %s: it was begun with %zu scenarios, this command has %zu",
                         r->plan->path, i, r->plan->n_configs);
        rc = SIM_ERR_CONFIG;
    }
    return rc;
}

/* The runs must be the first ones of the batch: scenario by scenario, replicate by replicate. */
static int check_run(const sim_store_check_t *r, sqlite3_stmt *s, size_t config, int64_t rep) {
    bool same = config < r->plan->n_configs && sqlite3_column_int64(s, 0) == (int64_t)config + 1 &&
                sqlite3_column_int64(s, 1) == rep &&
                sqlite3_column_int64(s, 2) == r->plan->configs[config]->run.seed;
    if (same)
        return 0;
    return sim_base_why_fail(
        r->why, SIM_ERR_CONFIG,
        "cannot resume %s: its run %lld is not the one that this command makes there",
        r->plan->path, sqlite3_column_int64(s, 3));
}

static int check_runs(const sim_store_check_t *r, uint64_t *done) {
    sqlite3_stmt *s = NULL;
    const sim_plan_order_t order = {
        .n = r->plan->n_configs, .configs = r->plan->configs, .rounds = r->plan->rounds};
    int rc = 0, row = SQLITE_DONE;
    if (sqlite3_prepare_v2(r->db, "SELECT scenario_id, rep, seed, run_id FROM run ORDER BY run_id",
                           -1, &s, NULL) != SQLITE_OK)
        return sim_store_db_failed(r->db, r->plan->path, r->why);
    for (*done = 0; rc == 0 && (row = sqlite3_step(s)) == SQLITE_ROW; ++*done) {
        sim_plan_run_t run = sim_plan_run(&order, *done);
        rc = check_run(r, s, run.scenario, (int64_t)run.rep);
    }
    if (rc == 0 && row != SQLITE_DONE)
        rc = sim_store_db_failed(r->db, r->plan->path, r->why);
    sqlite3_finalize(s);
    return rc;
}

/* A sweep goes on with a sweep, and scenarios x replicates with those. */
static int check_kind(const sim_store_check_t *r) {
    char *design = NULL;
    if (sim_store_meta(r->db, "design", &design))
        return sim_store_db_failed(r->db, r->plan->path, r->why);
    bool sweep = design != NULL, asked = r->plan->design != NULL;
    sqlite3_free(design);
    return sweep == asked ? 0
                          : sim_base_why_fail(r->why, SIM_ERR_CONFIG,
                                              "cannot resume %s: it holds %s", r->plan->path,
                                              sweep ? "a sweep, which `kumiai sweep` continues"
                                                    : "no sweep; `kumiai run` continues it");
}

static bool is_number(const char *text) {
    return *text && text[strspn(text, "0123456789")] == '\0';
}

static int check_reps(const sim_store_check_t *r) {
    char *has = NULL, *asked = sim_store_plan_reps(r->plan);
    int rc = 0;
    if (!asked)
        rc = SIM_ERR_MEMORY;
    else if (sim_store_meta(r->db, "reps", &has))
        rc = sim_store_db_failed(r->db, r->plan->path, r->why);
    else if (has && is_number(has) && is_number(asked) && strcmp(has, asked) != 0) {
        rc = SIM_ERR_CONFIG;
        const char *then = strtoll(asked, NULL, 10) < strtoll(has, NULL, 10)
                               ? "or more continues it"
                               : "must finish it first"; /* more are added to a finished one */
        sim_base_why_set(
            r->why,
            "cannot resume %s: its batch has %s replicates, this command has %s; --reps %s %s",
            r->plan->path, has, asked, has, then);
    } else if (!has || strcmp(has, asked) != 0) {
        rc = differs(r, "reps", has ? has : "none", asked);
    }
    sqlite3_free(has);
    sqlite3_free(asked);
    return rc;
}

/* What a file of scenarios x replicates must agree in beyond that. */
static int resume_runs(const sim_store_check_t *r, sim_store_resumed_t *resumed) {
    int rc = check_reps(r);
    if (rc == 0)
        rc = check_runs(r, &resumed->done);
    return rc ? rc : sim_store_check_rows(r->db, r->plan->path, r->why);
}

int sim_store_resume(const sim_store_plan_t *plan, sqlite3 *db, sim_store_resumed_t *resumed,
                     sim_base_why_t *why) {
    const sim_store_check_t r = {plan, db, why};
    int rc = check_program(&r);
    if (rc == 0)
        rc = check_kind(&r);
    if (rc == 0)
        rc = check_scenarios(&r);
    if (rc == 0)
        rc = check_detail(&r);
    if (rc == 0)
        rc = sim_store_check_draws(&r);
    if (rc == 0)
        rc = plan->design ? sim_store_resume_design(&r, resumed) : resume_runs(&r, resumed);
    if (rc == SIM_ERR_MEMORY)
        sim_base_why_set(why, "%s", sim_base_strerror(rc));
    return rc;
}

/* The wave's own rows are written on the way, and taken back. */
static int look(const sim_store_plan_t *plan, sim_store_resumed_t *resumed, sim_base_why_t *why) {
    sqlite3 *db = NULL;
    int rc = sim_store_is_results(plan->path, why);
    if (rc == 0)
        rc = sim_store_db_open(plan->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, &db, why);
    if (rc)
        return rc;
    if (sim_store_sql(db, "BEGIN IMMEDIATE")) {
        rc = sim_store_db_failed(db, plan->path, why);
    } else {
        rc = sim_store_resume(plan, db, resumed, why);
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    }
    sqlite3_close(db);
    return rc;
}

int sim_store_look(const sim_store_plan_t *plan, sim_store_resumed_t *resumed,
                   sim_base_why_t *why) {
    sim_store_lock_t lock = SIM_STORE_UNLOCKED;
    int rc = sim_store_lock(plan->path, SIM_STORE_WRITES, &lock, why);
    if (rc == 0)
        rc = look(plan, resumed, why);
    sim_store_unlock(&lock);
    return rc;
}
