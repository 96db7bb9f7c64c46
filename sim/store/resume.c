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

int sim_store_refuse(const sim_store_check_t *c, const char *format, ...) {
    va_list arguments;
    sim_base_why_set(c->why, "cannot resume %s: ", c->plan->path);
    va_start(arguments, format);
    sim_base_why_add_list(c->why, format, arguments);
    va_end(arguments);
    return SIM_ERR_CONFIG;
}

int sim_store_check_failed(const sim_store_check_t *c) {
    return sim_store_db_failed(c->db, c->plan->path, c->why);
}

static int differs(const sim_store_check_t *r, const char *what, const char *has,
                   const char *asked) {
    return sim_store_refuse(r, "it was begun with %s '%s', this command has '%s'", what, has,
                            asked);
}

/* A key that is not there stands for the word `none`. */
static int check_or(const sim_store_check_t *r, const char *key, const char *what,
                    const char *expected, const char *none) {
    char *has = NULL;
    int rc = 0;
    if (sim_store_meta(r->db, key, &has))
        rc = sim_store_check_failed(r);
    else if (strcmp(has ? has : none, expected) != 0)
        rc = differs(r, what, has ? has : none, expected);
    sqlite3_free(has);
    return rc;
}

int sim_store_check_meta(const sim_store_check_t *r, const char *key, const char *what,
                         const char *expected) {
    return check_or(r, key, what, expected, "none");
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
    return rc ? rc : sim_store_identity_check(r->db, r->plan->path, "resume", "", r->why);
}

static int check_kept(const sim_store_check_t *r, const char *key) {
    const char *asked = sim_store_plan_keeps(r->plan, key);
    return check_or(r, key, key, asked ? asked : "all", "all");
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

/* The parameter whose file two lines of data_files that differ in the digest are about, or NULL. */
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
        return sim_store_refuse(r, "a data file of %s has other contents now%s%.*s", what,
                                data ? ": " : "", data ? (int)strcspn(data, "\"") : 0,
                                data ? data : "");
    return sim_store_refuse(r, "%s was begun with '%.*s', this command has '%.*s'", what,
                            (int)line_length(has), has, (int)line_length(asked), asked);
}

/* Rows of the file, and how many have been checked. */
typedef struct {
    const sim_store_check_t *r;
    uint64_t at;
} checked_t;

/* Columns: name, text and digest of the configuration. */
static int check_scenario(void *user, sqlite3_stmt *s) {
    checked_t *checked = user;
    const sim_store_check_t *r = checked->r;
    if (checked->at++ >= r->plan->n_configs)
        return 0;
    const sim_config_t *config = r->plan->configs[checked->at - 1];
    if (strcmp(sim_store_cell_text(s, 0), config->name) != 0)
        return differs(r, "scenario", sim_store_cell_text(s, 0), config->name);
    if (strcmp(sim_store_cell_text(s, 2), config->digest) == 0)
        return 0;
    char what[128];
    snprintf(what, sizeof what, "scenario '%.100s'", config->name);
    return sim_store_text_differs(r, what, sim_store_cell_text(s, 1), config->text);
}

static int check_scenarios(const sim_store_check_t *r) {
    checked_t checked = {.r = r};
    int rc =
        sim_store_each(r->db, check_scenario, &checked,
                       "SELECT name, config, config_digest FROM scenario ORDER BY scenario_id");
    if (rc == 0 && checked.at != r->plan->n_configs)
        return sim_store_refuse(r, "it was begun with %zu scenarios, this command has %zu",
                                (size_t)checked.at, r->plan->n_configs);
    return rc == SIM_ERR_STORE ? sim_store_check_failed(r) : rc;
}

/* The runs must be the first ones of the batch: scenario by scenario, replicate by replicate.
 * Columns: scenario_id, rep, seed, run_id. */
static int check_run(void *user, sqlite3_stmt *s) {
    checked_t *checked = user;
    const sim_store_plan_t *plan = checked->r->plan;
    const sim_plan_order_t order = {
        .n = plan->n_configs, .configs = plan->configs, .rounds = plan->rounds};
    sim_plan_run_t run = sim_plan_run(&order, checked->at++);
    bool same = run.scenario < plan->n_configs &&
                sqlite3_column_int64(s, 0) == (int64_t)run.scenario + 1 &&
                sqlite3_column_int64(s, 1) == (int64_t)run.rep &&
                sqlite3_column_int64(s, 2) == plan->configs[run.scenario]->run.seed;
    if (same)
        return 0;
    return sim_store_refuse(checked->r, "its run %lld is not the one that this command makes there",
                            sqlite3_column_int64(s, 3));
}

static int check_runs(const sim_store_check_t *r, uint64_t *done) {
    checked_t checked = {.r = r};
    int rc = sim_store_each(r->db, check_run, &checked,
                            "SELECT scenario_id, rep, seed, run_id FROM run ORDER BY run_id");
    *done = checked.at;
    return rc == SIM_ERR_STORE ? sim_store_check_failed(r) : rc;
}

/* A sweep goes on with a sweep, and scenarios x replicates with those. */
static int check_kind(const sim_store_check_t *r) {
    char *design = NULL;
    if (sim_store_meta(r->db, "design", &design))
        return sim_store_check_failed(r);
    bool sweep = design != NULL, asked = r->plan->design != NULL;
    sqlite3_free(design);
    if (sweep == asked)
        return 0;
    return sim_store_refuse(r, "it holds %s",
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
        rc = sim_store_check_failed(r);
    else if (has && is_number(has) && is_number(asked) && strcmp(has, asked) != 0) {
        const char *then = strtoll(asked, NULL, 10) < strtoll(has, NULL, 10)
                               ? "or more continues it"
                               : "must finish it first"; /* more are added to a finished one */
        rc = sim_store_refuse(r, "its batch has %s replicates, this command has %s; --reps %s %s",
                              has, asked, has, then);
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

/* The wave's own rows are written on the way, and taken back when the database is closed. */
int sim_store_look(const sim_store_plan_t *plan, sim_store_resumed_t *resumed,
                   sim_base_why_t *why) {
    sqlite3 *db = NULL;
    sim_store_lock_t lock = SIM_STORE_UNLOCKED;
    int rc = sim_store_open_existing(plan->path, SIM_STORE_WRITES, &lock, &db, why);
    if (rc == 0)
        rc = sim_store_sql(db, "BEGIN IMMEDIATE") ? sim_store_db_failed(db, plan->path, why)
                                                  : sim_store_resume(plan, db, resumed, why);
    sqlite3_close(db);
    sim_store_unlock(&lock);
    return rc;
}
