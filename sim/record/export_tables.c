/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tidy tables: one CSV file a table of the results file. */
#include "sim/record/export_parts.h"
#include "sim/record/store_parts.h"

/* File names of the tables that every results file has; those of `always` are written without rows
 * too, so that readers find them. What other tables a model has keep their names. */
static const struct {
    const char *table, *file, *what;
    bool always;
} known[] = {
    {"series", "series.csv", "one row a run and step", true},
    {"summary", "summary.csv", "one row a run", true},
    {"tie", "ties.csv", "one row a tie spell", true},
    {"project", "projects.csv", "one row a project", true},
    {"agent", "agents.csv", "one row a scenario and agent", true},
    {"refusal", "refusals.csv", "what became no tie, by reason", false},
    {"ledger", "ledger.csv", "flows between accounts, by year", false},
    {"event", "events.csv", "one row a dated event", false},
    {"target", "targets.csv", "outputs measured on every run, and what was observed", false},
    {"target_view", "target_views.csv", "the queries that outputs read as tables", false},
    {"target_value", "target_values.csv", "one row a run and output", false},
};
enum { N_KNOWN = sizeof known / sizeof known[0] };

/* Written into runs.csv, or about the file itself. */
#define ELSEWHERE                                                                                  \
    "'meta', 'column_doc', 'parameter_doc', 'cause_doc', 'scenario', 'factor', 'point', "          \
    "'point_value', 'block_point', 'run', 'wave', 'wave_again', 'run_draw', 'draw', "              \
    "'draw_value', "                                                                               \
    "'draw_kept'"

/* Values of a sweep's factors as columns behind those of the run. */
static int add_factors(sim_export_t *x, sqlite3_str *sql) {
    sqlite3_stmt *s = NULL;
    int rc = sim_export_prepare(x, &s,
                                "SELECT parameter FROM factor WHERE EXISTS (SELECT 1 FROM point)"
                                " ORDER BY factor_id");
    while (rc == 0 && (rc = sim_export_step(x, s)) == 1) {
        const char *parameter = (const char *)sqlite3_column_text(s, 0);
        sqlite3_str_appendf(sql,
                            ", (SELECT value FROM point_value AS v WHERE v.point_id = run.point_id"
                            " AND v.parameter = %Q) AS \"%w\"",
                            parameter, parameter);
        rc = 0;
    }
    sqlite3_finalize(s);
    return rc;
}

/* The draw of the parameters that a run used, and its values but for what the scenario keeps. */
static int add_draws(sim_export_t *x, sqlite3_str *sql) {
    sqlite3_stmt *s = NULL;
    /* Files of earlier versions have no such table. */
    if (!sim_export_integer(x, 0,
                            "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name ="
                            " 'run_draw')") ||
        !sim_export_integer(x, 0, "SELECT EXISTS (SELECT 1 FROM run_draw)"))
        return 0;
    sqlite3_str_appendall(
        sql, ", (SELECT draw_id FROM run_draw AS d WHERE d.run_id = run.run_id) AS draw_id");
    int rc = sim_export_prepare(x, &s,
                                "SELECT DISTINCT parameter FROM draw_value WHERE parameter NOT IN"
                                " (SELECT parameter FROM factor) ORDER BY parameter");
    while (rc == 0 && (rc = sim_export_step(x, s)) == 1) {
        const char *parameter = (const char *)sqlite3_column_text(s, 0);
        sqlite3_str_appendf(
            sql,
            ", (SELECT value FROM draw_value AS v JOIN run_draw AS d USING (draw_id) WHERE d.run_id"
            " = run.run_id AND v.parameter = %Q AND NOT EXISTS (SELECT 1 FROM draw_kept AS k WHERE"
            " k.scenario_id = run.scenario_id AND k.parameter = v.parameter)) AS \"%w\"",
            parameter, parameter);
        rc = 0;
    }
    sqlite3_finalize(s);
    return rc;
}

static int runs(sim_export_t *x) {
    sqlite3_stmt *s = NULL;
    sqlite3_str *sql = sqlite3_str_new(NULL);
    bool blocks = sim_export_integer(x, 0, "SELECT EXISTS (SELECT 1 FROM block_point)") != 0;
    sqlite3_str_appendall(sql, "SELECT run.run_id, run.scenario_id, scenario.name AS scenario,"
                               " run.point_id, rep, seed, status, note, steps, setup_s, step_s,"
                               " state_digest");
    if (blocks)
        sqlite3_str_appendall(sql, ", block, role AS block_role, b.parameter AS block_parameter");
    int rc = add_factors(x, sql);
    if (rc == 0)
        rc = add_draws(x, sql);
    sqlite3_str_appendall(sql, " FROM run LEFT JOIN scenario USING (scenario_id)");
    if (blocks)
        sqlite3_str_appendall(sql, " LEFT JOIN block_point AS b ON b.point_id = run.point_id");
    if (x->run_filter)
        sqlite3_str_appendf(sql, " WHERE run_id IN (%s)", x->run_filter);
    sqlite3_str_appendall(sql, " ORDER BY run_id");
    char *text = sqlite3_str_finish(sql);
    if (rc == 0)
        rc = sim_export_prepare(x, &s, "%s", text ? text : "");
    sqlite3_free(text);
    return rc ? rc : sim_export_csv(x, "runs.csv", "one row a run", s);
}

/* Rows stand in run order in the file, but for runs that were made again and never put back. */
static int table(sim_export_t *x, const char *name, const char *file, const char *what) {
    sqlite3_stmt *s = NULL;
    bool by_run = sim_export_integer(x, 0,
                                     "SELECT count(*) FROM pragma_table_info(%Q)"
                                     " WHERE name = 'run_id'",
                                     name) != 0;
    bool unordered =
        sim_export_integer(x, 0, "SELECT count(*) FROM meta WHERE key = 'unordered'") != 0;
    const char *filter = by_run && x->run_filter ? x->run_filter : NULL;
    int rc = sim_export_prepare(x, &s, "SELECT * FROM \"%w\"%s%s%s ORDER BY %srowid", name,
                                filter ? " WHERE run_id IN (" : "", filter ? filter : "",
                                filter ? ")" : "", by_run && unordered ? "run_id, " : "");
    return rc ? rc : sim_export_csv(x, file, what, s);
}

static bool has_rows(sim_export_t *x, const char *name) {
    return sim_export_integer(x, 0, "SELECT EXISTS (SELECT 1 FROM \"%w\")", name) != 0;
}

static int own_table(sim_export_t *x, const char *name) {
    char *file = sqlite3_mprintf("%s.csv", name);
    int rc = file ? table(x, name, file, "a table of the model's own")
                  : sim_export_refuse(x, SIM_ERR_MEMORY, "out of memory");
    sqlite3_free(file);
    return rc;
}

static int one_table(sim_export_t *x, const char *name) {
    for (size_t i = 0; i < N_KNOWN; i++)
        if (sqlite3_stricmp(known[i].table, name) == 0)
            return known[i].always || has_rows(x, name)
                       ? table(x, name, known[i].file, known[i].what)
                       : 0;
    return has_rows(x, name) ? own_table(x, name) : 0;
}

int sim_export_tables(sim_export_t *x) {
    sqlite3_stmt *s = NULL;
    int rc = runs(x);
    if (rc == 0)
        rc = sim_export_prepare(x, &s,
                                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT"
                                " LIKE 'sqlite_%%' AND name NOT IN (" ELSEWHERE ") ORDER BY rowid");
    while (rc == 0 && (rc = sim_export_step(x, s)) == 1)
        rc = one_table(x, (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    return rc;
}
