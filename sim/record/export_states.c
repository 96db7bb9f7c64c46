/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Yearly states of agents, as covariates that change. A results file tells by their columns which
 * tables hold them. */
#include "sim/record/export_parts.h"

/* Tables with a row for a run, agent and year. */
#define TABLES                                                                                     \
    "SELECT name FROM sqlite_master AS t WHERE type = 'table' AND 3 = (SELECT count(*) FROM"       \
    " pragma_table_info(t.name) WHERE name IN ('run_id', 'agent_id', 'year')) ORDER BY name"

/* The other columns, each with a comma before it. */
static char *columns_of(sim_export_t *x, const char *table) {
    sqlite3_stmt *s = NULL;
    sqlite3_str *list = sqlite3_str_new(NULL);
    int rc = sim_export_prepare(x, &s,
                                "SELECT name FROM pragma_table_info(%Q) WHERE name NOT IN"
                                " ('run_id', 'agent_id', 'year') ORDER BY cid",
                                table);
    while (rc == 0 && (rc = sim_export_step(x, s)) == 1) {
        sqlite3_str_appendf(list, ", s.\"%w\"", (const char *)sqlite3_column_text(s, 0));
        rc = 0;
    }
    sqlite3_finalize(s);
    return sqlite3_str_finish(list);
}

/* Of one table, if it tells of an actor of the side. */
static int of_table(sim_export_t *x, const sim_export_run_t *run, const sim_export_side_t *side,
                    const char *table, sim_export_states_sql_t *make) {
    char word[61], *columns = NULL, *sql = NULL;
    char *actors = sim_export_actors_sql(x, run, side->kind, side->end);
    int rc = 0;
    if (!sim_export_integer(x, 0,
                            "SELECT EXISTS (SELECT 1 FROM \"%w\" WHERE run_id = %lld AND agent_id"
                            " IN (%s))",
                            table, (long long)run->run_id, actors ? actors : ""))
        goto out;
    columns = columns_of(x, table);
    sql = actors && columns ? make(x, run, side, actors, table, columns) : NULL;
    sim_export_file_word(side->kind, word, sizeof word);
    rc = sim_export_sql_csv(x,
                            sqlite3_mprintf("%s_%s_%ss_%s.csv", run->label, word, side->end, table),
                            "one row an actor and year: covariates that change", sql);
out:
    sqlite3_free(actors);
    sqlite3_free(columns);
    return rc;
}

int sim_export_states(sim_export_t *x, const sim_export_run_t *run, const sim_export_side_t *side,
                      sim_export_states_sql_t *make) {
    sqlite3_stmt *s = NULL;
    int rc = sim_export_prepare(x, &s, TABLES);
    while (rc == 0 && (rc = sim_export_step(x, s)) == 1)
        rc = of_table(x, run, side, (const char *)sqlite3_column_text(s, 0), make);
    sqlite3_finalize(s);
    return rc;
}
