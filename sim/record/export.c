/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be exported, of which runs, and the order of things. */
#include "sim/record/export.h"

#include <cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "sim/param/words.h"
#include "sim/record/export_folder.h"
#include "sim/record/keep.h"
#include "sim/record/store_parts.h"

static bool by_run(sim_export_format_t format) {
    return format != SIM_EXPORT_CSV && format != SIM_EXPORT_SPELLS;
}

/* ---- the results file ---- */

static int check_version(sim_export_t *x) {
    char *version = NULL;
    if (sim_record_meta(x->db, "schema_version", &version))
        return sim_export_store_failed(x);
    bool same = version && strcmp(version, SIM_RECORD_SCHEMA_VERSION) == 0;
    if (!same)
        sim_export_refuse(
            x, SIM_ERR_CONFIG, "%s has schema version %s; this program reads version %s",
            x->ask->results, version ? version : "unknown", SIM_RECORD_SCHEMA_VERSION);
    sqlite3_free(version);
    return same ? 0 : SIM_ERR_CONFIG;
}

static int check_detail(sim_export_t *x) {
    char *detail = NULL;
    if (sim_record_meta(x->db, "detail", &detail))
        return sim_export_store_failed(x);
    bool full = detail && (strcmp(detail, "full") == 0 || strcmp(detail, "choices") == 0);
    if (!full && x->ask->format != SIM_EXPORT_CSV)
        sim_export_refuse(
            x, SIM_ERR_CONFIG,
            "%s was written with --detail %s; ties are kept at --detail full and choices only",
            x->ask->results, detail ? detail : "unknown");
    else if (!full)
        sim_export_remark(x,
                          "the results were written with --detail %s: the tables that need more"
                          " are empty",
                          detail ? detail : "unknown");
    sqlite3_free(detail);
    return full || x->ask->format == SIM_EXPORT_CSV ? 0 : SIM_ERR_CONFIG;
}

/* One that is being written would be kept from its next commit as long as the export reads. */
static int open_results(sim_export_t *x, sim_record_lock_t *lock) {
    int rc = sim_record_open(x->ask->results, SIM_RECORD_READS, lock, &x->db, x->why, x->why_size);
    if (rc == 0)
        rc = check_version(x);
    if (rc == 0)
        rc = check_detail(x);
    if (rc == 0 && sim_record_sql(x->db, "BEGIN")) /* one state of the file, to the end */
        rc = sim_export_store_failed(x);
    return rc;
}

/* ---- which runs ---- */

static int check_run(sim_export_t *x, int64_t run_id) {
    sqlite3_stmt *s = NULL;
    int rc = sim_export_prepare(x, &s, "SELECT status, note FROM run WHERE run_id = %lld",
                                (long long)run_id);
    int row = rc ? rc : sim_export_step(x, s);
    const char *status = row == 1 ? (const char *)sqlite3_column_text(s, 0) : NULL;
    status = status ? status : "no status";
    if (row == 0)
        rc = sim_export_refuse(x, SIM_ERR_CONFIG, "--run: %s has no run %lld", x->ask->results,
                               (long long)run_id);
    else if (row < 0)
        rc = row;
    else if (by_run(x->ask->format) && strcmp(status, "ok") != 0) {
        const char *note = (const char *)sqlite3_column_text(s, 1);
        rc = sim_export_refuse(x, SIM_ERR_CONFIG, "--run: run %lld did not finish (%s: %s)",
                               (long long)run_id, status, note ? note : "no reason is recorded");
    }
    sqlite3_finalize(s);
    return rc;
}

/* The condition on `run` that the request sets, as SQL; sqlite3_free() it. */
static char *condition(const sim_export_t *x) {
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendall(sql, by_run(x->ask->format) ? "status = 'ok'" : "1");
    if (x->ask->rep >= 0)
        sqlite3_str_appendf(sql, " AND rep = %lld", (long long)x->ask->rep);
    for (size_t i = 0; i < x->ask->n_runs; i++)
        sqlite3_str_appendf(sql, "%s%lld%s", i ? ", " : " AND run_id IN (",
                            (long long)x->ask->run[i], i + 1 < x->ask->n_runs ? "" : ")");
    if (by_run(x->ask->format) && x->ask->rep < 0 && x->ask->n_runs == 0)
        sqlite3_str_appendall(sql, " AND run_id IN (SELECT min(run_id) FROM run WHERE status = 'ok'"
                                   " GROUP BY scenario_id)");
    return sqlite3_str_finish(sql);
}

/* x->run_filter from the condition: a list, so that queries of the manifest stand for themselves.
 */
static int filter_runs(sim_export_t *x, const char *where) {
    sqlite3_stmt *s = NULL;
    sqlite3_str *list = sqlite3_str_new(NULL);
    int rc = sim_export_prepare(x, &s, "SELECT run_id FROM run WHERE %s ORDER BY run_id", where);
    while (rc == 0 && (rc = sim_export_step(x, s)) == 1) {
        sqlite3_str_appendf(list, "%s%lld", x->told->runs++ ? ", " : "",
                            (long long)sqlite3_column_int64(s, 0));
        rc = 0;
    }
    sqlite3_finalize(s);
    x->run_filter = sqlite3_str_finish(list);
    return rc;
}

static void note_left_out(const sim_export_t *x) {
    const char *how =
        x->ask->n_runs || x->ask->rep >= 0
            ? ""
            : ": of each scenario the first that is ok; --run and --rep choose others";
    if (x->told->runs < x->told->of_runs)
        sim_export_remark(x, "%llu of %llu runs are exported%s", (unsigned long long)x->told->runs,
                          (unsigned long long)x->told->of_runs, how);
}

static int note_unfinished(sim_export_t *x) {
    char sentence[128];
    sim_record_planned_t planned;
    if (sim_record_planned_read(x->db, &planned))
        return sim_export_store_failed(x);
    sim_record_planned_tell(&planned, sentence, sizeof sentence);
    if (sentence[0])
        sim_export_remark(x, "%s", sentence);
    return 0;
}

static int choose(sim_export_t *x) {
    int rc = 0;
    x->told->of_runs = (uint64_t)sim_export_integer(x, 0, "SELECT count(*) FROM run");
    for (size_t i = 0; rc == 0 && i < x->ask->n_runs; i++)
        rc = check_run(x, x->ask->run[i]);
    if (rc)
        return rc;
    if (!by_run(x->ask->format) && x->ask->rep < 0 && x->ask->n_runs == 0) {
        x->told->runs = x->told->of_runs;
        return 0;
    }
    char *where = condition(x);
    rc = where ? filter_runs(x, where) : SIM_ERR_MEMORY;
    sqlite3_free(where);
    if (rc == 0 && x->told->runs == 0)
        rc = x->ask->rep >= 0
                 ? sim_export_refuse(x, SIM_ERR_CONFIG, "--rep: %s has no%s run of replicate %lld",
                                     x->ask->results, by_run(x->ask->format) ? " ok" : "",
                                     (long long)x->ask->rep)
                 : sim_export_refuse(x, SIM_ERR_CONFIG, "%s has no ok run among its %llu runs",
                                     x->ask->results, (unsigned long long)x->told->of_runs);
    return rc;
}

/* ---- ties ---- */

/* Whether one of the runs that are exported has a row in the table. */
static bool has_rows(sim_export_t *x, const char *from) {
    const char *filter = x->run_filter;
    return sim_export_integer(x, 0, "SELECT EXISTS (SELECT 1 FROM %s%s%s%s)", from,
                              filter ? " WHERE run_id IN (" : "", filter ? filter : "",
                              filter ? ")" : "") != 0;
}

/* The tables of detail full that a file does not keep, with commas; NULL when it keeps all, or out
 * of memory. sqlite3_free() it. */
static char *dropped_tables(sim_export_t *x, const char *kept) {
    sqlite3_stmt *s = NULL;
    sqlite3_str *list = sqlite3_str_new(NULL);
    int rc = sim_export_prepare(
        x, &s,
        "SELECT name FROM sqlite_master AS t WHERE type = 'table' AND name NOT IN ('run', "
        "'run_draw', 'summary', 'series', 'target_value') AND EXISTS (SELECT 1 FROM "
        "pragma_table_info(t.name) WHERE cid = 0 "
        "AND name = 'run_id') ORDER BY t.rowid");
    while (rc == 0 && (rc = sim_export_step(x, s)) == 1) {
        const char *name = (const char *)sqlite3_column_text(s, 0);
        if (name && !sim_param_words_have(kept, name))
            sqlite3_str_appendf(list, "%s%s", sqlite3_str_length(list) ? ", " : "", name);
        rc = 0;
    }
    sqlite3_finalize(s);
    return sqlite3_str_finish(list);
}

/* A table without a row does not say whether there was nothing. */
static void remark_selection(sim_export_t *x) {
    char *tables = NULL, *events = NULL, *dropped = NULL;
    (void)sim_record_meta(x->db, SIM_RECORD_KEPT_TABLES, &tables);
    (void)sim_record_meta(x->db, SIM_RECORD_KEPT_EVENTS, &events);
    if (tables && (dropped = dropped_tables(x, tables)))
        sim_export_remark(x,
                          "%s keeps no rows of %s: it was run with " SIM_RECORD_KEPT_TABLES " = %s",
                          x->ask->results, dropped, *tables ? tables : "[]");
    if (events && (!tables || sim_param_words_have(tables, SIM_PARAM_EVENT_TABLE)))
        sim_export_remark(x, "it keeps no other events than " SIM_RECORD_KEPT_EVENTS " = %s",
                          *events ? events : "[]");
    sqlite3_free(tables);
    sqlite3_free(events);
    sqlite3_free(dropped);
}

/* What the files will lack because the runs did not keep it. Without ties there is no network. */
static int check_kept(sim_export_t *x) {
    if (x->ask->format == SIM_EXPORT_CSV) {
        remark_selection(x);
        return 0;
    }
    char *ties = sim_export_not_kept(x, SIM_PARAM_TIE_TABLE, NULL);
    char *projects = sim_export_not_kept(x, "project", NULL);
    int rc = ties ? sim_export_refuse(x, SIM_ERR_CONFIG, "%s", ties) : 0;
    if (rc == 0 && projects)
        sim_export_remark(x, "the funders of ties are not known: %s", projects);
    sqlite3_free(ties);
    sqlite3_free(projects);
    return rc;
}

/* Files without a row would not say why they are empty. */
static int check_ties(sim_export_t *x) {
    int rc = check_kept(x);
    if (rc || x->ask->format == SIM_EXPORT_CSV || has_rows(x, "tie"))
        return rc;
    if (!has_rows(x, "run JOIN agent USING (scenario_id)"))
        return sim_export_refuse(x, SIM_ERR_CONFIG,
                                 "%s has neither ties nor agents; --format csv exports its tables",
                                 x->ask->results);
    sim_export_remark(x, "there are no ties: the networks are empty");
    return 0;
}

/* ---- all of it ---- */

static int write_files(sim_export_t *x) {
    static int (*const write[])(sim_export_t *) = {
        [SIM_EXPORT_CSV] = sim_export_tables,    [SIM_EXPORT_GRAPHML] = sim_export_graphml,
        [SIM_EXPORT_GEXF] = sim_export_gexf,     [SIM_EXPORT_SPELLS] = sim_export_spells,
        [SIM_EXPORT_RSIENA] = sim_export_rsiena, [SIM_EXPORT_GOLDFISH] = sim_export_goldfish};
    int rc = write[x->ask->format](x);
    if (rc == 0)
        rc = sim_export_write_manifest(x);
    rc = x->broken ? x->broken : rc;
    return rc ? rc : sim_export_folder_finish(x);
}

int sim_record_export(const sim_export_ask_t *ask, sim_export_told_t *told, char *why,
                      size_t why_size) {
    sim_record_lock_t lock = SIM_RECORD_UNLOCKED;
    sim_export_t x = {.ask = ask, .told = told, .why_size = why_size};
    x.why = why;
    *told = (sim_export_told_t){0};
    x.files = cJSON_CreateArray();
    int rc =
        x.files ? open_results(&x, &lock) : sim_export_refuse(&x, SIM_ERR_MEMORY, "out of memory");
    if (rc == 0)
        rc = choose(&x);
    if (rc == 0 && by_run(ask->format))
        rc = sim_export_read_runs(&x);
    if (rc == 0)
        rc = sim_export_check_years(&x);
    if (rc == 0)
        rc = sim_export_check_events(&x);
    if (rc == 0)
        rc = sim_export_check_actors(&x);
    if (rc == 0)
        rc = check_ties(&x);
    note_left_out(&x);
    if (rc == 0)
        rc = note_unfinished(&x);
    rc = x.broken ? x.broken : rc;
    if (rc == 0)
        rc = sim_record_check_rows(x.db, ask->results, x.run_filter, why, why_size);
    if (rc == 0)
        rc = sim_export_folder_begin(&x);
    if (rc == 0)
        rc = write_files(&x);
    sim_export_folder_drop(&x);
    cJSON_Delete(x.files);
    sqlite3_free(x.run_filter);
    free(x.run);
    sqlite3_close(x.db);
    sim_record_unlock(&lock);
    return rc;
}
