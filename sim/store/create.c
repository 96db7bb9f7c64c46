/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first transaction of a results file. It is written under another name in the same folder
 * and then given its own, so that the file is there whole or not at all. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sim/base/file.h"
#include "sim/base/instructions.h"
#include "sim/param/words.h"
#include "sim/record/keep.h"
#include "sim/store/outputs_store.h"
#include "sim/store/parts.h"

/* ---- meta and scenarios ---- */

/* Now, or what SOURCE_DATE_EPOCH says. */
void sim_store_created(char *buffer, size_t size) {
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    char *end = NULL;
    time_t now = time(NULL);
    if (epoch && *epoch) {
        long long fixed = strtoll(epoch, &end, 10);
        if (*end == '\0' && fixed >= 0)
            now = (time_t)fixed;
    }
    struct tm utc;
    if (!gmtime_r(&now, &utc) || strftime(buffer, size, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        snprintf(buffer, size, "unknown");
}

char *sim_store_plan_reps(const sim_store_plan_t *plan) {
    if (plan->rounds)
        return sqlite3_mprintf("%s", SIM_STORE_ROUNDS);
    if (plan->only)
        return sqlite3_mprintf(SIM_STORE_ONLY "%lld", (long long)plan->only_rep);
    sqlite3_str *text = sqlite3_str_new(NULL);
    for (size_t i = 0; i < plan->n_configs; i++)
        sqlite3_str_appendf(text, "%s%lld", i ? "," : "", (long long)plan->configs[i]->run.reps);
    return sqlite3_str_finish(text);
}

const char *sim_store_plan_keeps(const sim_store_plan_t *plan, const char *key) {
    const sim_run_params_t *run = &plan->configs[0]->run;
    const char *words = strcmp(key, SIM_RECORD_KEPT_TABLES) == 0 ? run->tables : run->events;
    return plan->detail < SIM_DETAIL_FULL || sim_param_words_all(words) ? NULL : words;
}

static int write_meta(const sim_store_plan_t *plan, sqlite3 *db) {
    char when[32], processor[SIM_BASE_CPU_NAME], *reps = sim_store_plan_reps(plan);
    sim_base_cpu_name(processor);
    sim_store_created(when, sizeof when);
    const char *const pair[][2] = {
        {"schema_version", SIM_STORE_SCHEMA_VERSION},
        {"program_version", sim_record_program_version()},
        {"build_id", sim_record_build_id()},
        {"processor", processor},
        {"rng_version", SIM_RNG_VERSION},
        {"command_line", plan->command_line},
        {"created", when},
        {"detail", sim_store_detail_name(plan->detail)},
        {"reps", reps},
        {SIM_RECORD_KEPT_TABLES, sim_store_plan_keeps(plan, SIM_RECORD_KEPT_TABLES)},
        {SIM_RECORD_KEPT_EVENTS, sim_store_plan_keeps(plan, SIM_RECORD_KEPT_EVENTS)}};
    int rc = reps ? 0 : SIM_ERR_STORE;
    for (size_t i = 0; rc == 0 && i < sizeof pair / sizeof pair[0]; i++)
        if (pair[i][1])
            rc = sim_store_sql(db, "INSERT INTO meta VALUES (%Q, %Q)", pair[i][0], pair[i][1]);
    sqlite3_free(reps);
    return rc ? rc : sim_store_identity_write(db);
}

static int write_scenarios(const sim_store_plan_t *plan, sqlite3 *db) {
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < plan->n_configs; i++) {
        const sim_config_t *config = plan->configs[i];
        rc = sim_store_sql(db, "INSERT INTO scenario VALUES (%lld, %Q, %Q, %Q, %Q)",
                           (long long)i + 1, config->name, config->file, config->text,
                           config->digest);
    }
    return rc ? rc : sim_store_write_settings(plan->configs, plan->n_configs, db);
}

/* ---- the file ---- */

int sim_store_fill(const sim_store_plan_t *plan, const sim_store_schema_t *schema, sqlite3 *db,
                   sim_base_why_t *why) {
    char agents[SIM_STORE_DIGEST];
    char *sql = sim_store_schema_sql(schema);
    /* Many rows are written faster on large pages; few rows take less space on small ones. */
    int rc = plan->detail >= SIM_DETAIL_FULL ? sim_store_sql(db, "PRAGMA page_size = 8192") : 0;
    if (rc == 0)
        rc = sim_store_begin_write(db);
    if (rc == 0)
        rc = sim_store_sql(db, "%s", sql ? sql : "");
    sqlite3_free(sql);
    if (rc == 0)
        rc = write_meta(plan, db);
    if (rc == 0)
        rc = write_scenarios(plan, db);
    if (rc == 0)
        rc = sim_store_write_docs(plan, db);
    if (rc == 0)
        rc = sim_store_write_agents(plan, &schema->agents, db, agents);
    if (rc == 0 && plan->design)
        rc = sim_store_write_design(plan, db);
    if (rc == 0 && plan->configs[0]->outputs)
        rc = sim_store_write_targets(plan->configs[0]->outputs, db);
    if (rc == 0)
        rc = sim_store_write_draws(plan, db);
    if (rc == 0)
        rc = sim_store_seal(db, agents);
    if (rc == 0)
        rc = sim_store_sql(db, "COMMIT");
    if (rc == SIM_ERR_STORE)
        sim_store_db_failed(db, plan->path, why);
    else if (rc)
        sim_base_why_set(why, "results file %s: writing the agents or the design: %s", plan->path,
                         sim_base_strerror(rc));
    return rc;
}

/* Of a new file: a journal that a file of this name left may be all that mends that one. */
static int refuse_journals(const char *path, sim_base_why_t *why) {
    static const char *const suffix[] = {"-journal", "-wal"};
    struct stat status;
    if (access(path, F_OK) == 0)
        return sim_base_why_fail(why, SIM_ERR_EXISTS, "results file %s exists already", path);
    for (size_t i = 0; i < sizeof suffix / sizeof suffix[0]; i++) {
        char *name = sqlite3_mprintf("%s%s", path, suffix[i]);
        bool left = name && stat(name, &status) == 0 && status.st_size > 0;
        if (left)
            sim_base_why_set(
                why,
                "there is no results file %s, but %s, which a file of that name left behind: "
                "put the two together again, or let --force remove it",
                path, name);
        sqlite3_free(name);
        if (left || !name)
            return left ? SIM_ERR_CONFIG : SIM_ERR_MEMORY;
    }
    return 0;
}

/* They would be played back into the new file. */
static void remove_journals(const char *path) {
    static const char *const suffix[] = {"-journal", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof suffix / sizeof suffix[0]; i++) {
        char *name = sqlite3_mprintf("%s%s", path, suffix[i]);
        if (name)
            (void)unlink(name);
        sqlite3_free(name);
    }
}

/* Of a file that is there under its name; when it or its folder cannot be flushed, exit 0 would
 * promise too much. */
static int flush(const char *path, sim_base_why_t *why) {
    if (sim_base_sync_folder_of(path) == 0)
        return 0;
    return sim_base_why_fail(why, SIM_ERR_IO, "the folder of results file %s cannot be flushed: %s",
                             path, strerror(errno));
}

/* link() never replaces a file that appeared in between; without hard links it is rename(). */
static int take_name(const char *partial, const char *path, bool replace, sim_base_why_t *why) {
    int rc = replace ? 0 : refuse_journals(path, why);
    if (rc)
        return rc;
    remove_journals(path);
    if (sim_base_sync(partial))
        return sim_base_why_fail(why, SIM_ERR_IO, "results file %s cannot be flushed: %s", path,
                                 strerror(errno));
    if (!replace) {
        if (link(partial, path) == 0)
            return flush(path, why);
        if (errno == EEXIST)
            return sim_base_why_fail(why, SIM_ERR_EXISTS, "results file %s exists already", path);
    }
    if (rename(partial, path) == 0)
        return flush(path, why);
    return sim_base_why_fail(why, SIM_ERR_IO, "results file %s: %s", path, strerror(errno));
}

static void drop_partial(const char *partial) {
    (void)unlink(partial);
    remove_journals(partial);
}

static int open_partial(const char *partial, const char *path, sqlite3 **db, sim_base_why_t *why) {
    FILE *probe = fopen(partial, "wb"); /* gives the system's own reason when it cannot be */
    if (!probe) {
        if (errno == ENAMETOOLONG)
            sim_store_long_name(path, why);
        else
            sim_base_why_set(why, "results file %s cannot be created: %s", path, strerror(errno));
        return SIM_ERR_IO;
    }
    fclose(probe);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    int rc = sim_store_db_open(partial, flags, db, why);
    /* It is flushed once, before it gets its name, and thrown away when anything fails. */
    if (rc == 0 && sim_store_sql(*db, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF"))
        rc = sim_store_db_failed(*db, path, why);
    return rc;
}

int sim_store_make(const char *path, bool replace, sim_store_filler_t *fill, void *user,
                   sim_base_why_t *why) {
    sqlite3 *db = NULL;
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash - path) + 1 : 0;
    char *partial =
        sqlite3_mprintf("%.*s.%s.%d.partial", folder, path, path + folder, (int)getpid());
    if (!partial)
        return sim_base_why_fail(why, SIM_ERR_MEMORY, "%s", sim_base_strerror(SIM_ERR_MEMORY));
    int rc = open_partial(partial, path, &db, why);
    if (rc == 0)
        rc = fill(user, db, why);
    if (sqlite3_close(db) != SQLITE_OK && rc == 0)
        rc = sim_store_db_failed(db, path, why);
    if (rc == 0)
        rc = take_name(partial, path, replace, why);
    drop_partial(partial);
    sqlite3_free(partial);
    return rc;
}

typedef struct {
    const sim_store_plan_t *plan;
    const sim_store_schema_t *schema;
} creating_t;

static int fill_new(void *user, sqlite3 *db, sim_base_why_t *why) {
    const creating_t *creating = user;
    return sim_store_fill(creating->plan, creating->schema, db, why);
}

int sim_store_create(const sim_store_plan_t *plan, const sim_store_schema_t *schema, bool replace,
                     sim_base_why_t *why) {
    creating_t creating = {plan, schema};
    return sim_store_make(plan->path, replace, fill_new, &creating, why);
}
