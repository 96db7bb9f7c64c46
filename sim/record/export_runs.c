/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runs that are written one by one, their years, nodes and ties. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/param/words.h"
#include "sim/record/export_parts.h"
#include "sim/record/keep.h"
#include "sim/record/store_parts.h"

/* ---- runs ---- */

/* "<scenario>_run<id>", with room for what follows within the 255 bytes of a file's name. */
static void make_label(sim_export_run_t *run) {
    char name[121];
    (void)sim_export_file_part(run->scenario, name, sizeof name);
    snprintf(run->label, sizeof run->label, "%s_run%lld", name, (long long)run->run_id);
}

static int read_span(sim_export_t *x, sim_export_run_t *run) {
    sqlite3_stmt *s = NULL;
    int rc = sim_export_prepare(
        x, &s, "SELECT start, finish FROM " SIM_EXPORT_SPANS " WHERE run_id = %lld",
        (long long)run->run_id);
    int row = rc ? rc : sim_export_step(x, s);
    if (row == 1) {
        run->start = sqlite3_column_double(s, 0);
        run->end = sqlite3_column_double(s, 1);
    } else if (row == 0) {
        rc = sim_export_refuse(x, SIM_ERR_CONFIG, "run %lld has no series: its years are unknown",
                               (long long)run->run_id);
    } else {
        rc = row;
    }
    sqlite3_finalize(s);
    return rc;
}

static char *kind_filter(const sim_export_t *x) {
    return x->ask->kind ? sqlite3_mprintf(" AND tie.kind = %Q", x->ask->kind) : sqlite3_mprintf("");
}

static int check_kind(sim_export_t *x) {
    sqlite3_stmt *s = NULL;
    const char *name[65] = {NULL};
    char kind[64][64];
    int n = 0;
    int rc = sim_export_prepare(x, &s, "SELECT DISTINCT kind FROM tie WHERE run_id IN (%s)",
                                x->run_filter ? x->run_filter : "SELECT run_id FROM run");
    while (rc == 0 && (rc = sim_export_step(x, s)) == 1) {
        const char *text = (const char *)sqlite3_column_text(s, 0);
        if (text && n < 64) {
            snprintf(kind[n], sizeof kind[n], "%s", text);
            name[n] = kind[n];
            n++;
        }
        rc = 0;
    }
    sqlite3_finalize(s);
    for (int i = 0; rc == 0 && i < n; i++)
        if (strcmp(name[i], x->ask->kind) == 0)
            return 0;
    const char *near = sim_base_nearest(x->ask->kind, name);
    return rc ? rc
              : sim_export_refuse(x, SIM_ERR_CONFIG, "--kind: no tie of kind '%s'%s%s%s",
                                  x->ask->kind, near ? "; did you mean '" : "", near ? near : "",
                                  near ? "'?" : "");
}

/* A run whose model has neither ties nor agents has no network; one that just made none has one. */
static bool has_network(sim_export_t *x, const sim_export_run_t *run) {
    return sim_export_integer(x, 0,
                              "SELECT EXISTS (SELECT 1 FROM tie WHERE run_id = %lld) OR EXISTS"
                              " (SELECT 1 FROM agent WHERE scenario_id = %lld)",
                              (long long)run->run_id, (long long)run->scenario_id) != 0;
}

/* Keeps those of x->run that have a network. */
static int drop_bare(sim_export_t *x) {
    size_t kept = 0;
    char first[256] = "";
    for (size_t i = 0; i < x->n_runs; i++) {
        if (has_network(x, &x->run[i]))
            x->run[kept++] = x->run[i];
        else if (!first[0])
            snprintf(first, sizeof first, "%s", x->run[i].scenario);
    }
    if (kept && kept < x->n_runs)
        sim_export_remark(x, "%s has neither ties nor agents and is left out", first);
    x->n_runs = kept;
    x->told->runs = kept;
    return kept ? 0
                : sim_export_refuse(x, SIM_ERR_CONFIG,
                                    "the model of %s has neither ties nor agents; --format csv "
                                    "exports its tables",
                                    first);
}

int sim_export_read_runs(sim_export_t *x) {
    sqlite3_stmt *s = NULL;
    int rc =
        sim_export_prepare(x, &s,
                           "SELECT run_id, scenario_id, rep, scenario.name FROM run LEFT JOIN"
                           " scenario USING (scenario_id) WHERE run_id IN (%s) ORDER BY run_id",
                           x->run_filter);
    x->run = calloc(x->told->runs, sizeof *x->run);
    if (!x->run)
        rc = sim_export_refuse(x, SIM_ERR_MEMORY, "out of memory");
    while (rc == 0 && (rc = sim_export_step(x, s)) == 1) {
        sim_export_run_t *run = &x->run[x->n_runs++];
        const char *name = (const char *)sqlite3_column_text(s, 3);
        run->run_id = sqlite3_column_int64(s, 0);
        run->scenario_id = sqlite3_column_int64(s, 1);
        run->rep = sqlite3_column_int64(s, 2);
        snprintf(run->scenario, sizeof run->scenario, "%s", name ? name : "");
        make_label(run);
        rc = 0;
    }
    sqlite3_finalize(s);
    if (rc == 0)
        rc = drop_bare(x);
    if (rc == 0 && x->ask->kind)
        rc = check_kind(x);
    for (size_t i = 0; rc == 0 && i < x->n_runs; i++)
        rc = read_span(x, &x->run[i]);
    return rc;
}

/* ---- years ---- */

int64_t sim_export_first_year(const sim_export_run_t *run) {
    return (int64_t)floor(run->start);
}

int64_t sim_export_last_year(const sim_export_run_t *run) {
    return (int64_t)ceil(run->end) - 1;
}

int sim_export_check_years(sim_export_t *x) {
    for (size_t y = 0; y < x->ask->n_years; y++)
        for (size_t i = 0; i < x->n_runs; i++)
            if (x->ask->year[y] < sim_export_first_year(&x->run[i]) ||
                x->ask->year[y] > sim_export_last_year(&x->run[i]))
                return sim_export_refuse(x, SIM_ERR_CONFIG,
                                         "--at: year %lld is not in run %lld (%s), which has %lld "
                                         "to %lld",
                                         (long long)x->ask->year[y], (long long)x->run[i].run_id,
                                         x->run[i].scenario,
                                         (long long)sim_export_first_year(&x->run[i]),
                                         (long long)sim_export_last_year(&x->run[i]));
    return 0;
}

size_t sim_export_n_years(const sim_export_t *x, const sim_export_run_t *run) {
    return x->ask->n_years ? x->ask->n_years
                           : (size_t)(sim_export_last_year(run) - sim_export_first_year(run) + 1);
}

int64_t sim_export_year(const sim_export_t *x, const sim_export_run_t *run, size_t i) {
    return x->ask->n_years ? x->ask->year[i] : sim_export_first_year(run) + (int64_t)i;
}

/* ---- presence ---- */

static void append_words(sqlite3_str *sql, const char *const *word, size_t n) {
    for (size_t i = 0; i < n; i++)
        sqlite3_str_appendf(sql, "%s%Q", i ? ", " : "", word[i]);
}

/* Who enters again after leaving is not known to any of the formats: first entry, last leave; who
 * left before it entered is there from then on. */
char *sim_export_presence_sql(const sim_export_t *x) {
    const sim_export_ask_t *ask = x->ask;
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendall(sql,
                          "(SELECT run_id, agent_id, entered, CASE WHEN gone < entered THEN NULL"
                          " ELSE gone END AS gone FROM (SELECT run_id, subject_id AS agent_id,"
                          " min(CASE WHEN kind IN (");
    append_words(sql, ask->enter, ask->n_enter);
    sqlite3_str_appendall(sql, ") THEN time END) AS entered, max(CASE WHEN kind IN (");
    append_words(sql, ask->leave, ask->n_leave);
    sqlite3_str_appendall(sql, ") THEN time END) AS gone FROM event WHERE ");
    if (ask->n_enter + ask->n_leave == 0)
        sqlite3_str_appendall(sql, "0");
    else if (x->run_filter)
        sqlite3_str_appendf(sql, "run_id IN (%s)", x->run_filter);
    else
        sqlite3_str_appendall(sql, "1");
    sqlite3_str_appendall(sql, " GROUP BY run_id, subject_id HAVING coalesce(entered, gone) IS NOT"
                               " NULL))");
    return sqlite3_str_finish(sql);
}

char *sim_export_not_kept(const sim_export_t *x, const char *table, const char *kind) {
    char *tables = NULL, *events = NULL, *why = NULL;
    (void)sim_record_meta(x->db, SIM_RECORD_KEPT_TABLES, &tables);
    (void)sim_record_meta(x->db, SIM_RECORD_KEPT_EVENTS, &events);
    if (tables && !sim_param_words_have(tables, table))
        why =
            sqlite3_mprintf("%s keeps no table %s: it was run with " SIM_RECORD_KEPT_TABLES " = %s",
                            x->ask->results, table, *tables ? tables : "[]");
    else if (kind && events && !sim_param_words_have(events, kind))
        why = sqlite3_mprintf("%s keeps no events %s: it was run with " SIM_RECORD_KEPT_EVENTS
                              " = %s",
                              x->ask->results, kind, *events ? events : "[]");
    sqlite3_free(tables);
    sqlite3_free(events);
    return why;
}

static int check_event(sim_export_t *x, const char *option, const char *kind) {
    if (sim_export_integer(x, 0, "SELECT EXISTS (SELECT 1 FROM event WHERE kind = %Q)", kind))
        return 0;
    char *why = sim_export_not_kept(x, SIM_PARAM_EVENT_TABLE, kind);
    int rc = why ? sim_export_refuse(x, SIM_ERR_CONFIG, "%s: %s", option, why)
                 : sim_export_refuse(x, SIM_ERR_CONFIG, "%s: %s has no event of kind '%s'", option,
                                     x->ask->results, kind);
    sqlite3_free(why);
    return rc;
}

int sim_export_check_events(sim_export_t *x) {
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < x->ask->n_enter; i++)
        rc = check_event(x, "--enter", x->ask->enter[i]);
    for (size_t i = 0; rc == 0 && i < x->ask->n_leave; i++)
        rc = check_event(x, "--leave", x->ask->leave[i]);
    return rc;
}

/* ---- nodes and ties ---- */

char *sim_export_alive_sql(int64_t year) {
    return sqlite3_mprintf(" AND onset < %lld AND (terminus >= %lld OR terminus_censored)",
                           (long long)year + 1, (long long)year + 1);
}

char *sim_export_nodes_sql(const sim_export_t *x, const sim_export_run_t *run) {
    char *kind = kind_filter(x), *all = NULL, *presence = sim_export_presence_sql(x);
    long long id = run->run_id, scenario = run->scenario_id;
    if (x->ask->all_agents)
        all =
            sqlite3_mprintf(" UNION SELECT agent_id FROM agent WHERE scenario_id = %lld", scenario);
    char *tied = sqlite3_mprintf("SELECT donor_id AS id FROM tie WHERE run_id = %lld%s UNION SELECT"
                                 " partner_id FROM tie WHERE run_id = %lld%s%s",
                                 id, kind ? kind : "", id, kind ? kind : "", all ? all : "");
    const char *nodes = x->nodes ? x->nodes : tied;
    char *sql = sqlite3_mprintf(
        "SELECT node.id AS agent_id, kind, code, name, name_local, area, region, lat, lon,"
        " population, estimated, entered, gone FROM (%s) AS node LEFT JOIN agent"
        " ON agent.scenario_id = %lld AND agent.agent_id = node.id LEFT JOIN %s AS presence ON"
        " presence.run_id = %lld AND presence.agent_id = node.id ORDER BY node.id",
        nodes ? nodes : "", scenario, presence ? presence : "", id);
    sqlite3_free(tied);
    sqlite3_free(kind);
    sqlite3_free(all);
    sqlite3_free(presence);
    return sql;
}

char *sim_export_ties_sql(const sim_export_t *x, const sim_export_run_t *run, const char *where) {
    char *kind = kind_filter(x);
    char *sql = sqlite3_mprintf(
        "SELECT donor_id, partner_id, tie.tie_id, tie.kind, mode, form, sector, stage, onset,"
        " terminus, onset_censored, terminus_censored, cause, funder FROM tie LEFT JOIN (SELECT "
        "tie_id,"
        " scheme AS funder, min(start) FROM project WHERE run_id = %lld GROUP BY tie_id) AS paid ON"
        " paid.tie_id = tie.tie_id WHERE tie.run_id = %lld%s%s ORDER BY tie.tie_id",
        (long long)run->run_id, (long long)run->run_id, kind ? kind : "", where);
    sqlite3_free(kind);
    return sql;
}

int sim_export_each_kind(sim_export_t *x, const sim_export_run_t *run,
                         int (*each)(sim_export_t *x, const sim_export_run_t *run,
                                     const char *kind)) {
    sqlite3_stmt *s = NULL;
    char *filter = kind_filter(x);
    int rc = sim_export_prepare(x, &s,
                                "SELECT kind FROM tie WHERE run_id = %lld AND kind IS NOT NULL%s"
                                " GROUP BY kind ORDER BY kind",
                                (long long)run->run_id, filter ? filter : "");
    while (rc == 0 && (rc = sim_export_step(x, s)) == 1)
        rc = each(x, run, (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    sqlite3_free(filter);
    return rc;
}
