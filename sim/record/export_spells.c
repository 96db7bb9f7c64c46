/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spells in the columns of networkDynamic's data frames, then what is known besides. Its vertices
 * are numbered from 1 without gaps, as the agents of a scenario are from 0. */
#include "sim/record/export_parts.h"

/* Ties, each cut to the time at which both of its ends are there, for networkDynamic knows no edge
 * without its vertices: to the run, and from and up to what --enter and --leave name. */
#define CUT                                                                                        \
    "SELECT max(onset, start, coalesce(d.entered, start), coalesce(p.entered, start)) AS onset,"   \
    " min(terminus, finish, coalesce(d.gone, finish), coalesce(p.gone, finish)) AS terminus,"      \
    " tie.onset AS onset_true, tie.terminus AS terminus_true, donor_id, partner_id,"               \
    " onset_censored, terminus_censored, tie.kind, mode, form, sector, stage, cause, funder, "     \
    "tie.tie_id,"                                                                                  \
    " tie.run_id, scenario.name AS scenario, rep FROM (SELECT * FROM tie%s) AS tie JOIN run USING" \
    " (run_id) JOIN " SIM_EXPORT_SPANS " AS span USING (run_id) LEFT JOIN scenario USING"          \
    " (scenario_id) LEFT JOIN %s AS d ON d.run_id = tie.run_id AND d.agent_id = donor_id LEFT"     \
    " JOIN %s AS p ON p.run_id = tie.run_id AND p.agent_id = partner_id LEFT JOIN (SELECT run_id," \
    " tie_id, scheme AS funder, min(start) FROM project%s GROUP BY run_id, tie_id) AS paid ON"     \
    " paid.run_id = tie.run_id AND paid.tie_id = tie.tie_id"

/* A tie that ends before both ends are there, or begins when one has gone. */
#define OUTSIDE "(onset > terminus OR (onset = terminus AND onset_true < terminus_true))"

static char *cut_sql(const sim_export_t *x) {
    const char *filter = x->run_filter;
    char *presence = sim_export_presence_sql(x);
    char *runs = filter ? sqlite3_mprintf(" WHERE run_id IN (%s)", filter) : sqlite3_mprintf("");
    char *sql = presence && runs ? sqlite3_mprintf(CUT, runs, presence, presence, runs) : NULL;
    sqlite3_free(presence);
    sqlite3_free(runs);
    return sql;
}

/* What is left out is told. */
static void note_outside(sim_export_t *x, const char *cut) {
    if (x->ask->n_enter + x->ask->n_leave == 0)
        return; /* no tie lies outside its run */
    int64_t n = sim_export_integer(x, 0, "SELECT count(*) FROM (%s) WHERE " OUTSIDE, cut);
    if (n)
        sim_export_remark(x,
                          "%lld ties lie before or after the life of one of their ends and are"
                          " left out",
                          (long long)n);
}

/* An edge of networkDynamic is a pair; its spells share the number. */
static int edges(sim_export_t *x) {
    char *cut = cut_sql(x);
    char *sql =
        cut ? sqlite3_mprintf(
                  "SELECT onset, terminus, donor_id + 1 AS tail, partner_id + 1 AS head,"
                  " onset_censored OR onset_true < onset AS \"onset.censored\", terminus_censored "
                  "OR"
                  " terminus_true > terminus AS \"terminus.censored\", terminus - onset AS "
                  "duration,"
                  " dense_rank() OVER (PARTITION BY run_id ORDER BY kind, donor_id, partner_id) AS"
                  " \"edge.id\", kind, mode, form, sector, stage, cause, funder, onset_true,"
                  " terminus_true, donor_id, partner_id, tie_id, run_id, scenario, rep FROM (%s)"
                  " WHERE NOT " OUTSIDE " ORDER BY run_id, tie_id",
                  cut)
            : NULL;
    if (cut)
        note_outside(x, cut);
    sqlite3_free(cut);
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
