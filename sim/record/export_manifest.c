/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest.json: what was exported, from what, by what, and what each column means. */
#include <cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "sim/record/export_parts.h"
#include "sim/record/store_parts.h"

/* ---- what columns mean ---- */

/* Columns that every results file has, or that the export adds. */
static const struct {
    const char *name, *unit, *doc;
} columns[] = {
    {"run_id", "", "number of the run, 1, 2, ... in the order of the results file"},
    {"scenario_id", "", "number of the scenario"},
    {"scenario", "", "name of the scenario"},
    {"point_id", "", "point of the sweep's design; empty without a sweep"},
    {"rep", "", "number of the replicate; the same number has the same randomness everywhere"},
    {"seed", "", "seed of the run"},
    {"status", "", "ok, failed or timeout; only ok runs have rows elsewhere"},
    {"note", "", "why a run failed"},
    {"steps", "steps", "steps done"},
    {"step", "", "number of the step, from 0"},
    {"time", "years", "a row covers the step that begins here: stocks at its end, flows in it"},
    {"setup_s", "seconds", "time to set the run up"},
    {"step_s", "seconds", "time of its steps"},
    {"state_digest", "", "of the final state: equal digests, equal states"},
    {"draw_id", "", "draw of the parameters that the run used; empty without draws"},
    {"block", "", "block of the design that the point belongs to"},
    {"block_role", "", "place of the point in its block"},
    {"block_parameter", "", "the parameter in which the point differs from its neighbours"},
    {"agent_id", "", "number of the agent within its scenario"},
    {"kind", "", "kind, as the model names it"},
    {"code", "", "official or own code of the agent"},
    {"name", "", "name"},
    {"name_local", "", "name in the local language"},
    {"area", "", "area that the agent belongs to"},
    {"region", "", "region that the agent belongs to"},
    {"lat", "degrees", "latitude, north"},
    {"lon", "degrees", "longitude, east"},
    {"population", "persons", "population"},
    {"estimated", "", "1: parts of what is known of the agent are estimates"},
    {"tie_id", "", "number of the tie spell within its run, in order of birth"},
    {"mode", "", "mode of the tie; empty for kinds without modes"},
    {"form", "", "form of those who give, acting alone or together; empty for kinds without"},
    {"donor_id", "", "agent at the giving end"},
    {"partner_id", "", "agent at the receiving end"},
    {"sector", "", "what the tie is about"},
    {"stage", "", "last stage that the tie reached"},
    {"onset", "years", "first moment of the tie"},
    {"terminus", "years", "first moment after the tie; its run's end where terminus_censored"},
    {"onset_censored", "", "1: the tie is older than its run"},
    {"terminus_censored", "", "1: the tie was alive at the end of its run"},
    {"onset.censored", "",
     "1: the spell began before its run or before an end of it was there, or no one knows when"},
    {"terminus.censored", "",
     "1: the spell lasted to the end of its run, or of one of its ends, or longer"},
    {"onset_true", "years", "when the tie began, also before its run or before an end of it"},
    {"terminus_true", "years",
     "when the tie ended, also after an end of it; its run's end if alive then"},
    {"cause", "", "why the tie ended; empty while it lives"},
    {"funder", "", "scheme of the first project of the tie; empty without a project"},
    {"duration", "years", "terminus - onset"},
    {"tail", "", "vertex.id of the giving end"},
    {"head", "", "vertex.id of the receiving end"},
    {"vertex.id", "", "agent_id + 1: networkDynamic counts from 1, without gaps"},
    {"edge.id", "", "number of the pair and kind within its run, from 1; spells share it"},
    {"sender", "", "label of the giving end"},
    {"receiver", "", "label of the receiving end"},
    {"replace", "", "from now on: 1 a tie, 0 none; TRUE there, FALSE not there"},
    {"increment", "", "+1 or -1 to the number of ties of the pair"},
    {"label", "", "name of the node in the other files"},
    {"present", "", "whether the node is there at the start"},
    {"wave", "", "number of the wave, from 1"},
    {"year", "", "fiscal year; a network is that at the end of the year"},
    {"entered", "years", "when the agent began to be; empty: before the run"},
    {"gone", "years", "when it ceased to be; empty: not during the run"},
    {"from", "", "first wave at which the actor is there; empty: at none"},
    {"to", "", "last wave at which the actor is there; empty: at none"},
    {"node", "", "label of the node"},
    {"donor", "", "number of the actor at the giving end, from 1, for this kind of tie"},
    {"partner", "", "number of the actor at the receiving end, from 1, for this kind of tie"},
    {"Id", "", "node"},
    {"Label", "", "text beside it in the picture"},
    {"Source", "", "Id of the giving end"},
    {"Target", "", "Id of the receiving end"},
    {"Type", "", "all edges are directed"},
    {"Timeset", "years", "when the node or edge is there; empty: all the time"},
    {"spells", "ties", "number of these times"},
};

static char *copy(const char *text) {
    return sqlite3_mprintf("%s", text ? text : "");
}

void sim_export_meaning(sim_export_t *x, const char *table, const char *column, char **unit,
                        char **doc) {
    sqlite3_stmt *s = NULL;
    *unit = *doc = NULL;
    if (table &&
        sim_export_integer(x, 0,
                           "SELECT count(*) FROM sqlite_master"
                           " WHERE name = 'column_doc'") &&
        sim_export_prepare(x, &s,
                           "SELECT unit, doc FROM column_doc WHERE table_name = %Q AND"
                           " column_name = %Q",
                           table, column) == 0 &&
        sim_export_step(x, s) == 1) {
        *unit = copy((const char *)sqlite3_column_text(s, 0));
        *doc = copy((const char *)sqlite3_column_text(s, 1));
    }
    sqlite3_finalize(s);
    for (size_t i = 0; !*doc && i < sizeof columns / sizeof columns[0]; i++)
        if (strcmp(columns[i].name, column) == 0) {
            *unit = copy(columns[i].unit);
            *doc = copy(columns[i].doc);
        }
}

/* ---- JSON ---- */

/* Whole numbers as their digits; those that readers of JSON would round as text. */
static cJSON *json_cell(sqlite3_stmt *s, int column) {
    char number[40];
    int type = sqlite3_column_type(s, column);
    if (type == SQLITE_NULL)
        return cJSON_CreateNull();
    if (type == SQLITE_INTEGER && llabs(sqlite3_column_int64(s, column)) <= INT64_C(1) << 53)
        return cJSON_CreateRaw((const char *)sqlite3_column_text(s, column));
    if (type != SQLITE_FLOAT)
        return cJSON_CreateString((const char *)sqlite3_column_text(s, column));
    sim_export_real(sqlite3_column_double(s, column), number, sizeof number);
    return number[strcspn(number, "I")] ? cJSON_CreateString(number) : cJSON_CreateRaw(number);
}

cJSON *sim_export_json(sim_export_t *x, const char *format, ...) {
    va_list arguments;
    sqlite3_stmt *s = NULL;
    va_start(arguments, format);
    char *sql = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    cJSON *rows = cJSON_CreateArray();
    int rc = sql ? sim_export_prepare(x, &s, "%s", sql) : SIM_ERR_MEMORY;
    while (rc == 0 && (rc = sim_export_step(x, s)) == 1) {
        cJSON *row = cJSON_CreateObject();
        for (int c = 0; c < sqlite3_column_count(s); c++)
            cJSON_AddItemToObject(row, sqlite3_column_name(s, c), json_cell(s, c));
        cJSON_AddItemToArray(rows, row);
        rc = 0;
    }
    sqlite3_finalize(s);
    sqlite3_free(sql);
    if (rc == 0)
        return rows;
    x->broken = x->broken ? x->broken : rc; /* a manifest without it would not tell so */
    cJSON_Delete(rows);
    return NULL;
}

int sim_export_note_file(sim_export_t *x, const char *name, const char *what, uint64_t rows,
                         cJSON *described, const char *query) {
    cJSON *file = cJSON_CreateObject();
    cJSON_AddStringToObject(file, "file", name);
    cJSON_AddStringToObject(file, "what", what);
    cJSON_AddNumberToObject(file, "rows", (double)rows);
    if (described)
        cJSON_AddItemToObject(file, "columns", described);
    if (query)
        cJSON_AddStringToObject(file, "query", query);
    x->told->files++;
    if (cJSON_AddItemToArray(x->files, file))
        return 0;
    cJSON_Delete(file);
    return sim_export_refuse(x, SIM_ERR_MEMORY, "%s", sim_base_strerror(SIM_ERR_MEMORY));
}

/* ---- the manifest ---- */

static cJSON *program(const sim_export_t *x) {
    char created[32];
    cJSON *about = cJSON_CreateObject();
    sim_record_created(created, sizeof created);
    cJSON_AddStringToObject(about, "name", "kumiai export");
    cJSON_AddStringToObject(about, "version", sim_record_program_version());
    cJSON_AddStringToObject(about, "build", sim_record_build_id());
    cJSON_AddStringToObject(about, "source_digest", sim_record_source_digest());
    cJSON_AddStringToObject(about, "command_line", x->ask->command_line);
    cJSON_AddStringToObject(about, "created", created);
    return about;
}

/* Of a sweep with thousands of runs the table of runs tells the rest. */
static cJSON *runs(sim_export_t *x) {
    return sim_export_json(x,
                           "SELECT run_id, scenario_id, point_id, rep, seed, status, state_digest"
                           " FROM run%s%s%s ORDER BY run_id LIMIT 1000",
                           x->run_filter ? " WHERE run_id IN (" : "",
                           x->run_filter ? x->run_filter : "", x->run_filter ? ")" : "");
}

static cJSON *manifest(sim_export_t *x) {
    cJSON *root = cJSON_CreateObject();
    cJSON *from = cJSON_AddObjectToObject(root, "results");
    cJSON_AddItemToObject(root, "program", program(x));
    cJSON_AddStringToObject(from, "file", x->ask->results);
    cJSON_AddItemToObject(from, "meta", sim_export_json(x, "SELECT * FROM meta ORDER BY key"));
    cJSON_AddItemToObject(root, "scenarios",
                          sim_export_json(x, "SELECT scenario_id, name, file, config_digest"
                                             " FROM scenario ORDER BY scenario_id"));
    cJSON_AddItemToObject(root, "factors",
                          sim_export_json(x, "SELECT * FROM factor ORDER BY factor_id"));
    cJSON_AddItemToObject(root, "runs", runs(x));
    cJSON_AddNumberToObject(root, "runs_exported", (double)x->told->runs);
    cJSON_AddNumberToObject(root, "runs_in_results", (double)x->told->of_runs);
    if (x->told->note[0])
        cJSON_AddStringToObject(root, "note", x->told->note);
    cJSON_AddStringToObject(root, "texts",
                            "In CSV files a text that a reader could take for a number, a date, a "
                            "truth value, a formula or a missing one (0012, MAR1, TRUE, =A1, NA) "
                            "has a _ before it, and so has one that begins with _: take one _ off "
                            "the begin of texts for what they were. `prefixed` counts them. Empty "
                            "cells are missing; a text without a character is \"\".");
    cJSON_AddItemReferenceToObject(root, "files", x->files);
    return root;
}

int sim_export_write_manifest(sim_export_t *x) {
    cJSON *root = manifest(x);
    char *text = root ? cJSON_Print(root) : NULL;
    FILE *file = text ? sim_export_open(x, "manifest.json") : NULL;
    int rc = text ? SIM_ERR_IO : sim_export_refuse(x, SIM_ERR_MEMORY, "out of memory");
    if (file) {
        fputs(text, file);
        fputc('\n', file);
        rc = sim_export_close(x, file, "manifest.json");
    }
    x->told->files++;
    cJSON_free(text);
    cJSON_Delete(root);
    return rc;
}
