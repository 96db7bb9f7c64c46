/* SPDX-License-Identifier: GPL-3.0-or-later */
/* goldfish: nodes, and the dated begins and ends of each kind of tie. Ties that are older than the
 * run begin at their own time: give the run's start as startTime. */
#include "sim/record/export_parts.h"

static int nodes(sim_export_t *x, const sim_export_run_t *run) {
    char *inner = sim_export_nodes_sql(x, run);
    char *sql = inner ? sqlite3_mprintf("SELECT 'n' || agent_id AS label, CASE WHEN"
                                        " entered IS NULL THEN 'TRUE' ELSE 'FALSE' END AS present,"
                                        " * FROM"
                                        " (%s)",
                                        inner)
                      : NULL;
    sqlite3_free(inner);
    return sim_export_sql_csv(x, sqlite3_mprintf("%s_nodes.csv", run->label),
                              "agents that could have a tie", sql);
}

/* Who enters or leaves, in the columns of an attribute that changes. */
static int presence(sim_export_t *x, const sim_export_run_t *run) {
    char *nodes = sim_export_nodes_sql(x, run);
    char *sql =
        nodes
            ? sqlite3_mprintf("WITH node AS (%s) SELECT entered AS time, 'n' || agent_id AS node,"
                              " 'TRUE' AS \"replace\" FROM node WHERE entered IS NOT NULL UNION ALL"
                              " SELECT gone, 'n' || agent_id, 'FALSE' FROM node WHERE gone IS NOT"
                              " NULL ORDER BY 1, 2, 3 DESC",
                              nodes)
            : NULL;
    sqlite3_free(nodes);
    return sim_export_sql_csv(x, sqlite3_mprintf("%s_presence.csv", run->label),
                              "who enters and leaves, in order of time", sql);
}

#define CHANGES                                                                                    \
    "WITH now AS MATERIALIZED (SELECT * FROM tie WHERE run_id = %lld AND kind = %Q AND donor_id"   \
    " IN (%s) AND partner_id IN (%s)) SELECT onset AS time, 'n' || donor_id AS sender, 'n' ||"     \
    " partner_id AS receiver, 1 AS \"replace\", 1 AS increment, mode, sector, NULL AS cause,"      \
    " tie_id FROM now UNION ALL SELECT terminus, 'n' || donor_id, 'n' || partner_id, 0, -1,"       \
    " mode, sector, cause, tie_id FROM now WHERE NOT terminus_censored ORDER BY 1, 4, 9"

/* Where a tie ends and the pair begins anew at one time, the end comes first. */
static int changes(sim_export_t *x, const sim_export_run_t *run, const char *kind) {
    long long id = run->run_id;
    char word[61];
    char *donor = sim_export_actors_sql(x, run, kind, "donor");
    char *partner = sim_export_actors_sql(x, run, kind, "partner");
    sim_export_file_word(kind, word, sizeof word);
    char *sql = donor && partner ? sqlite3_mprintf(CHANGES, id, kind, donor, partner) : NULL;
    sqlite3_free(donor);
    sqlite3_free(partner);
    return sim_export_sql_csv(x, sqlite3_mprintf("%s_%s_events.csv", run->label, word),
                              "begins and ends of ties, in order of time", sql);
}

/* Both sides of a kind of tie into x->nodes. */
static int add_actors(sim_export_t *x, const sim_export_run_t *run, const char *kind) {
    char *donor = sim_export_actors_sql(x, run, kind, "donor");
    char *partner = sim_export_actors_sql(x, run, kind, "partner");
    char *before = x->nodes;
    x->nodes = sqlite3_mprintf(
        "%s%sSELECT agent_id AS id FROM (%s) UNION SELECT agent_id FROM (%s)", before ? before : "",
        before ? " UNION " : "", donor ? donor : "", partner ? partner : "");
    sqlite3_free(before);
    sqlite3_free(donor);
    sqlite3_free(partner);
    return x->nodes ? 0 : sim_export_refuse(x, SIM_ERR_MEMORY, "out of memory");
}

static void drop_actors(sim_export_t *x) {
    sqlite3_free(x->nodes);
    x->nodes = NULL;
}

int sim_export_goldfish(sim_export_t *x) {
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < x->n_runs; i++) {
        rc = sim_export_each_kind(x, &x->run[i], add_actors);
        if (rc == 0)
            rc = nodes(x, &x->run[i]);
        if (rc == 0 && x->ask->n_enter + x->ask->n_leave)
            rc = presence(x, &x->run[i]);
        if (rc == 0)
            rc = sim_export_each_kind(x, &x->run[i], changes);
        drop_actors(x);
    }
    return rc;
}
