/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who could have a tie: estimates of what makes ties need those who had none, too. */
#include <string.h>

#include "sim/base/diag.h"
#include "sim/record/export_parts.h"

/* Which kinds of agents are ever at the ends of ties: of all runs of the file, for one run may not
 * have had a rare one. */
static int look(sim_export_t *x) {
    static const char sql[] =
        "CREATE TEMP TABLE IF NOT EXISTS seen AS SELECT DISTINCT tie.kind AS tie, d.kind AS donor,"
        " p.kind AS partner FROM tie JOIN run USING (run_id) LEFT JOIN agent AS d ON"
        " d.scenario_id = run.scenario_id AND d.agent_id = donor_id LEFT JOIN agent AS p ON"
        " p.scenario_id = run.scenario_id AND p.agent_id = partner_id";
    return sqlite3_exec(x->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : sim_export_store_failed(x);
}

static bool is_seen(sim_export_t *x, const char *kind) {
    return sim_export_integer(
               x, 0, "SELECT EXISTS (SELECT 1 FROM temp.seen WHERE donor = %Q OR partner = %Q)",
               kind, kind) != 0;
}

/* The names of all kinds at ends of ties, for a word that is none of them. */
static int refuse_kind(sim_export_t *x, const char *kind) {
    sqlite3_stmt *s = NULL;
    sqlite3_str *list = sqlite3_str_new(NULL);
    char known[64][64];
    const char *name[65] = {NULL};
    int n = 0;
    int rc = sim_export_prepare(x, &s,
                                "SELECT donor FROM temp.seen WHERE donor IS NOT NULL UNION SELECT"
                                " partner FROM temp.seen WHERE partner IS NOT NULL ORDER BY 1");
    while (rc == 0 && n < 64 && (rc = sim_export_step(x, s)) == 1) {
        snprintf(known[n], sizeof known[n], "%s", (const char *)sqlite3_column_text(s, 0));
        sqlite3_str_appendf(list, "%s%s", n ? ", " : "", known[n]);
        name[n] = known[n];
        n++;
        rc = 0;
    }
    sqlite3_finalize(s);
    const char *near = sim_base_nearest(kind, name);
    char *all = sqlite3_str_finish(list);
    if (rc == 0)
        rc = sim_export_refuse(
            x, SIM_ERR_CONFIG,
            "--actors: no agent of kind '%s' has a tie in %s%s%s%s; it may be all, tied, or: %s",
            kind, x->ask->results, near ? "; did you mean '" : "", near ? near : "",
            near ? "'?" : "", all ? all : "");
    sqlite3_free(all);
    return rc;
}

int sim_export_check_actors(sim_export_t *x) {
    bool asked = x->ask->format == SIM_EXPORT_RSIENA || x->ask->format == SIM_EXPORT_GOLDFISH;
    int rc = asked && !x->ask->tied ? look(x) : 0;
    for (size_t i = 0; rc == 0 && asked && i < x->ask->n_actors; i++)
        if (!is_seen(x, x->ask->actors[i]))
            rc = refuse_kind(x, x->ask->actors[i]);
    return rc;
}

/* The kinds of agents of one side as an SQL list: those that are asked for and seen there, or all
 * that are seen there. `chosen`: the former. */
static char *kinds(sim_export_t *x, const char *tie_kind, const char *end, bool *chosen) {
    sqlite3_str *list = sqlite3_str_new(NULL);
    sqlite3_stmt *s = NULL;
    *chosen = false;
    for (size_t i = 0; i < x->ask->n_actors; i++)
        if (sim_export_integer(x, 0,
                               "SELECT EXISTS (SELECT 1 FROM temp.seen WHERE tie = %Q AND %s = %Q)",
                               tie_kind, end, x->ask->actors[i])) {
            sqlite3_str_appendf(list, "%s%Q", *chosen ? ", " : "", x->ask->actors[i]);
            *chosen = true;
        }
    int rc = *chosen ? SIM_ERR_CONFIG
                     : sim_export_prepare(x, &s,
                                          "SELECT DISTINCT %s FROM temp.seen WHERE tie = %Q AND %s"
                                          " IS NOT NULL ORDER BY 1",
                                          end, tie_kind, end);
    for (int n = 0; rc == 0 && sim_export_step(x, s) == 1; n++)
        sqlite3_str_appendf(list, "%s%Q", n ? ", " : "", (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    if (sqlite3_str_length(list) == 0)
        sqlite3_str_appendall(list, "''"); /* the file names no agents */
    return sqlite3_str_finish(list);
}

/* Places that are kept for agents that a run may bring have neither a place nor a size, where
 * others of their kind have; without a tie they have not come to be. */
#define KNOWN                                                                                      \
    "(lat IS NOT NULL OR population IS NOT NULL OR kind NOT IN (SELECT kind FROM agent WHERE"      \
    " scenario_id = %lld AND (lat IS NOT NULL OR population IS NOT NULL)))"

char *sim_export_actors_sql(sim_export_t *x, const sim_export_run_t *run, const char *kind,
                            const char *end) {
    bool chosen = false;
    long long id = run->run_id, scenario = run->scenario_id;
    char *tied = sqlite3_mprintf("SELECT %s_id AS agent_id FROM tie WHERE run_id = %lld AND kind ="
                                 " %Q",
                                 end, id, kind);
    if (x->ask->tied || !tied)
        return tied;
    char *list = kinds(x, kind, end, &chosen);
    char *sql = list ? sqlite3_mprintf("SELECT agent_id FROM agent WHERE scenario_id = %lld AND"
                                       " kind IN (%s) AND (agent_id IN (%s) OR " KNOWN ")%s%s",
                                       scenario, list, tied, scenario, chosen ? "" : " UNION ",
                                       chosen ? "" : tied)
                     : NULL;
    sqlite3_free(list);
    sqlite3_free(tied);
    return sql;
}
