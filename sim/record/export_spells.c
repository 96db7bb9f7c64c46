/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spells in the columns of networkDynamic's data frames, then what is known besides. Its vertices
 * are numbered from 1 without gaps, as the agents of a scenario are from 0. */
#include "sim/record/export_parts.h"

/* An edge of networkDynamic is a pair; its spells share the number. */
static int edges(sim_export_t *x) {
    const char *filter = x->run_filter;
    char *runs = filter ? sqlite3_mprintf(" WHERE run_id IN (%s)", filter) : sqlite3_mprintf("");
    char *sql = sqlite3_mprintf(
        "SELECT onset, terminus, donor_id + 1 AS tail, partner_id + 1 AS head, onset_censored AS"
        " \"onset.censored\", terminus_censored AS \"terminus.censored\", terminus - onset AS"
        " duration, dense_rank() OVER (PARTITION BY tie.run_id ORDER BY tie.kind, donor_id,"
        " partner_id) AS \"edge.id\", tie.kind, mode, sector, stage, cause, funder, donor_id,"
        " partner_id, tie.tie_id, tie.run_id, scenario.name AS scenario, rep FROM (SELECT * FROM"
        " tie%s) AS tie JOIN run USING (run_id) LEFT JOIN scenario USING (scenario_id) LEFT JOIN"
        " (SELECT run_id, tie_id, scheme AS funder, min(start) FROM project%s GROUP BY run_id,"
        " tie_id) AS paid ON paid.run_id = tie.run_id AND paid.tie_id = tie.tie_id"
        " ORDER BY tie.run_id, tie.tie_id",
        runs ? runs : "", runs ? runs : "");
    sqlite3_free(runs);
    return sim_export_sql_csv(x, sqlite3_mprintf("edge_spells.csv"), "one row a tie spell", sql);
}

/* Who neither entered nor left was there before the run and is after it: censored. */
static int vertices(sim_export_t *x) {
    char *presence = sim_export_presence_sql(x);
    char *sql = sqlite3_mprintf(
        "SELECT coalesce(entered, start) AS onset, coalesce(gone, finish) AS terminus, a.agent_id"
        " + 1 AS \"vertex.id\", entered IS NULL AS \"onset.censored\", gone IS NULL AS"
        " \"terminus.censored\", coalesce(gone, finish) - coalesce(entered, start) AS duration,"
        " a.agent_id, kind, code, a.name AS name, name_local, area, region, lat, lon, population,"
        " estimated, span.run_id, scenario.name AS scenario, rep FROM " SIM_EXPORT_SPANS
        " AS span JOIN run USING (run_id) JOIN agent AS a USING (scenario_id) LEFT JOIN scenario"
        " USING (scenario_id) LEFT JOIN %s AS presence ON presence.run_id = span.run_id AND"
        " presence.agent_id = a.agent_id%s%s%s ORDER BY span.run_id, a.agent_id",
        presence ? presence : "", x->run_filter ? " WHERE span.run_id IN (" : "",
        x->run_filter ? x->run_filter : "", x->run_filter ? ")" : "");
    sqlite3_free(presence);
    return sim_export_sql_csv(x, sqlite3_mprintf("vertex_spells.csv"), "one row a run and agent",
                              sql);
}

int sim_export_spells(sim_export_t *x) {
    int rc = edges(x);
    return rc ? rc : vertices(x);
}
