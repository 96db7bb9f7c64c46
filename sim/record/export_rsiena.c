/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RSiena: two-mode waves of each kind of tie, with the actors of both sides numbered from 1 and
 * their covariates, constant and by wave. */
#include "sim/record/export_parts.h"

/* "(1, 2000), (2, 2001), ...": waves and their years. */
static char *wave_values(const sim_export_t *x, const sim_export_run_t *run) {
    sqlite3_str *sql = sqlite3_str_new(NULL);
    for (size_t i = 0; i < sim_export_n_years(x, run); i++)
        sqlite3_str_appendf(sql, "%s(%lld, %lld)", i ? ", " : "", (long long)i + 1,
                            (long long)sim_export_year(x, run, i));
    return sqlite3_str_finish(sql);
}

static int waves(sim_export_t *x, const sim_export_run_t *run) {
    char *values = wave_values(x, run);
    char *sql = sqlite3_mprintf("WITH wave(wave, year) AS (VALUES %s) SELECT wave, year FROM wave",
                                values ? values : "");
    sqlite3_free(values);
    return sim_export_sql_csv(x, sqlite3_mprintf("%s_waves.csv", run->label),
                              "one row a wave, taken at the end of its year", sql);
}

/* Actors of one side. Materialized, lest SQLite numbers them again for each tie; CROSS JOIN, lest
 * it reads all ties for each actor. */
#define SIDE                                                                                       \
    "MATERIALIZED (SELECT row_number() OVER (ORDER BY agent_id) AS id, agent_id FROM (%s) GROUP "  \
    "BY"                                                                                           \
    " agent_id)"

/* `from` and `to` are the first and the last wave at which an actor is there, for RSiena's
 * composition change: both are empty where it came and went between two waves. */
#define THERE                                                                                      \
    " FROM wave WHERE (entered IS NULL OR year + 1 > entered) AND (gone IS NULL OR"                \
    " year + 1 <= gone))"
static int actors(sim_export_t *x, const sim_export_run_t *run, const char *kind, const char *end) {
    char word[61];
    char *values = wave_values(x, run), *presence = sim_export_presence_sql(x);
    char *side = sim_export_actors_sql(x, run, kind, end);
    sim_export_file_word(kind, word, sizeof word);
    char *sql = sqlite3_mprintf(
        "WITH wave(wave, year) AS (VALUES %s), side AS " SIDE " SELECT side.id AS %s, side.agent_id"
        " AS agent_id, (SELECT min(wave)" THERE " AS \"from\", (SELECT max(wave)" THERE
        " AS \"to\", kind, code, name, name_local, area, region, lat, lon, population, estimated"
        " FROM side LEFT JOIN agent AS a ON a.agent_id = side.agent_id AND a.scenario_id = %lld"
        " LEFT JOIN %s AS presence ON presence.run_id = %lld AND presence.agent_id = side.agent_id"
        " ORDER BY side.id",
        values ? values : "", side ? side : "", end, (long long)run->scenario_id,
        presence ? presence : "", (long long)run->run_id);
    sqlite3_free(values);
    sqlite3_free(presence);
    sqlite3_free(side);
    return sim_export_sql_csv(x, sqlite3_mprintf("%s_%s_%ss.csv", run->label, word, end),
                              "actors of one side, when they are there, constant covariates", sql);
}

static int ties(sim_export_t *x, const sim_export_run_t *run, const char *kind) {
    char word[61];
    char *values = wave_values(x, run);
    char *donor = sim_export_actors_sql(x, run, kind, "donor");
    char *partner = sim_export_actors_sql(x, run, kind, "partner");
    sim_export_file_word(kind, word, sizeof word);
    char *sql = sqlite3_mprintf(
        "WITH wave(wave, year) AS (VALUES %s), d AS " SIDE ", p AS " SIDE ", spell AS MATERIALIZED"
        " (SELECT d.id AS donor, p.id AS partner, mode, sector, tie_id, onset, terminus,"
        " terminus_censored FROM tie CROSS JOIN d ON d.agent_id = donor_id CROSS JOIN p ON "
        "p.agent_id ="
        " partner_id WHERE run_id = %lld AND kind = %Q) SELECT wave, donor, partner, mode, sector,"
        " tie_id FROM wave JOIN spell ON onset < year + 1 AND (terminus >= year + 1 OR"
        " terminus_censored) ORDER BY wave, donor, partner",
        values ? values : "", donor ? donor : "", partner ? partner : "", (long long)run->run_id,
        kind);
    sqlite3_free(values);
    sqlite3_free(donor);
    sqlite3_free(partner);
    return sim_export_sql_csv(x, sqlite3_mprintf("%s_%s_ties.csv", run->label, word),
                              "one row a wave and tie", sql);
}

/* Who has no state in a year has no row. */
static char *states_sql(const sim_export_t *x, const sim_export_run_t *run,
                        const sim_export_side_t *side, const char *actors_sql, const char *table,
                        const char *columns) {
    char *values = wave_values(x, run);
    char *sql = sqlite3_mprintf(
        "WITH wave(wave, year) AS (VALUES %s), side AS " SIDE " SELECT wave, side.id AS %s,"
        " s.agent_id AS agent_id%s FROM wave JOIN \"%w\" AS s ON s.year = wave.year JOIN side ON"
        " side.agent_id = s.agent_id WHERE s.run_id = %lld ORDER BY wave, side.id",
        values ? values : "", actors_sql, side->end, columns, table, (long long)run->run_id);
    sqlite3_free(values);
    return sql;
}

static int side_files(sim_export_t *x, const sim_export_run_t *run, const char *kind,
                      const char *end) {
    const sim_export_side_t side = {kind, end};
    int rc = actors(x, run, kind, end);
    return rc ? rc : sim_export_states(x, run, &side, states_sql);
}

static int kind_files(sim_export_t *x, const sim_export_run_t *run, const char *kind) {
    int rc = side_files(x, run, kind, "donor");
    if (rc == 0)
        rc = side_files(x, run, kind, "partner");
    return rc ? rc : ties(x, run, kind);
}

int sim_export_rsiena(sim_export_t *x) {
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < x->n_runs; i++) {
        rc = waves(x, &x->run[i]);
        if (rc == 0)
            rc = sim_export_each_kind(x, &x->run[i], kind_files);
    }
    return rc;
}
