/* SPDX-License-Identifier: GPL-3.0-or-later */
/* goldfish: nodes, those of both sides of each kind of tie apart (it has two-mode networks between
 * two node sets), how their attributes change, and the dated begins and ends of ties. Ties that are
 * older than the run begin at their own time: give the run's start as startTime. */
#include "sim/record/export_parts.h"

/* The nodes of x->nodes. `name` is taken over. */
static int nodes(sim_export_t *x, const sim_export_run_t *run, char *name, const char *what) {
    char *inner = sim_export_nodes_sql(x, run);
    char *sql = inner ? sqlite3_mprintf("SELECT 'n' || agent_id AS label, CASE WHEN"
                                        " entered IS NULL THEN 'TRUE' ELSE 'FALSE' END AS present,"
                                        " * FROM"
                                        " (%s)",
                                        inner)
                      : NULL;
    sqlite3_free(inner);
    return sim_export_sql_csv(x, name, what, sql);
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

/* One side of a kind of tie into x->nodes. */
static int add_side(sim_export_t *x, const sim_export_run_t *run, const char *kind,
                    const char *end) {
    char *side = sim_export_actors_sql(x, run, kind, end), *before = x->nodes;
    x->nodes = side ? sqlite3_mprintf("%s%sSELECT DISTINCT agent_id AS id FROM (%s)",
                                      before ? before : "", before ? " UNION " : "", side)
                    : NULL;
    sqlite3_free(before);
    sqlite3_free(side);
    return x->nodes ? 0 : sim_export_refuse(x, SIM_ERR_MEMORY, "out of memory");
}

static int add_actors(sim_export_t *x, const sim_export_run_t *run, const char *kind) {
    int rc = add_side(x, run, kind, "donor");
    return rc ? rc : add_side(x, run, kind, "partner");
}

static void drop_actors(sim_export_t *x) {
    sqlite3_free(x->nodes);
    x->nodes = NULL;
}

/* A state is that at the end of its year; what would come at the run's end changes nothing. */
static char *states_sql(const sim_export_t *x, const sim_export_run_t *run,
                        const sim_export_side_t *side, const char *actors, const char *table,
                        const char *columns) {
    (void)x, (void)side;
    return sqlite3_mprintf("SELECT s.year + 1.0 AS time, 'n' || s.agent_id AS node%s FROM \"%w\""
                           " AS s WHERE s.run_id = %lld AND s.agent_id IN (%s) ORDER BY s.year,"
                           " s.agent_id",
                           columns, table, (long long)run->run_id, actors);
}

/* The node set of one side. */
static int side_files(sim_export_t *x, const sim_export_run_t *run, const char *kind,
                      const char *end) {
    const sim_export_side_t side = {kind, end};
    char word[61];
    sim_export_file_word(kind, word, sizeof word);
    int rc = add_side(x, run, kind, end);
    if (rc == 0)
        rc = nodes(x, run, sqlite3_mprintf("%s_%s_%ss.csv", run->label, word, end),
                   "agents that could be at this end of such a tie");
    drop_actors(x);
    return rc ? rc : sim_export_states(x, run, &side, states_sql);
}

static int kind_files(sim_export_t *x, const sim_export_run_t *run, const char *kind) {
    int rc = side_files(x, run, kind, "donor");
    if (rc == 0)
        rc = side_files(x, run, kind, "partner");
    return rc ? rc : changes(x, run, kind);
}

static int run_files(sim_export_t *x, const sim_export_run_t *run) {
    int rc = sim_export_each_kind(x, run, add_actors);
    if (rc == 0)
        rc = nodes(x, run, sqlite3_mprintf("%s_nodes.csv", run->label),
                   "agents that could have a tie");
    if (rc == 0 && x->ask->n_enter + x->ask->n_leave)
        rc = presence(x, run);
    drop_actors(x);
    return rc ? rc : sim_export_each_kind(x, run, kind_files);
}

int sim_export_goldfish(sim_export_t *x) {
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < x->n_runs; i++)
        rc = run_files(x, &x->run[i]);
    return rc;
}
