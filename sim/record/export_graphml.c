/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GraphML: one directed network a run and year, from the giving to the receiving end. */
#include <stdlib.h>

#include "sim/record/export_xml.h"

/* Columns of the ties before their attributes: the two ends. */
enum { NODE_FIRST = 0, EDGE_FIRST = 2 };

static void key(sim_export_xml_t *xml, const char *domain, const char *name, char type) {
    sim_export_xml_start(xml, "key");
    sim_export_xml_attribute(xml, "id", "%c_%s", *domain, name);
    sim_export_xml_attribute(xml, "for", "%s", domain);
    sim_export_xml_attribute(xml, "attr.name", "%s", name);
    sim_export_xml_attribute(xml, "attr.type", "%s",
                             type == 'I'   ? "long"
                             : type == 'R' ? "double"
                                           : "string");
    sim_export_xml_end(xml);
}

static void keys(sim_export_xml_t *xml, const char *domain, sqlite3_stmt *s, int first) {
    for (int c = first; c < sqlite3_column_count(s); c++)
        key(xml, domain, sqlite3_column_name(s, c), sim_export_type(s, c));
}

static void datum(sim_export_xml_t *xml, const char *domain, const char *name, const char *value) {
    sim_export_xml_start(xml, "data");
    sim_export_xml_attribute(xml, "key", "%c_%s", *domain, name);
    sim_export_xml_text(xml, value);
    sim_export_xml_end(xml);
}

static void data(sim_export_xml_t *xml, const char *domain, sqlite3_stmt *s, int first) {
    char number[40];
    for (int c = first; c < sqlite3_column_count(s); c++)
        if (sqlite3_column_type(s, c) != SQLITE_NULL)
            datum(xml, domain, sqlite3_column_name(s, c),
                  sim_export_xml_cell(s, c, number, sizeof number));
}

static void about(sim_export_xml_t *xml, const sim_export_run_t *run, int64_t year) {
    char number[40];
    datum(xml, "graph", "scenario", run->scenario);
    snprintf(number, sizeof number, "%lld", (long long)run->run_id);
    datum(xml, "graph", "run_id", number);
    snprintf(number, sizeof number, "%lld", (long long)run->rep);
    datum(xml, "graph", "rep", number);
    snprintf(number, sizeof number, "%lld", (long long)year);
    datum(xml, "graph", "year", number);
}

static int nodes(sim_export_t *x, sim_export_xml_t *xml, sqlite3_stmt *s) {
    int rc;
    while ((rc = sim_export_step(x, s)) == 1) {
        sim_export_xml_start(xml, "node");
        sim_export_xml_attribute(xml, "id", "n%lld", (long long)sqlite3_column_int64(s, 0));
        data(xml, "node", s, NODE_FIRST);
        sim_export_xml_end(xml);
    }
    return rc;
}

static int edges(sim_export_t *x, sim_export_xml_t *xml, sqlite3_stmt *s, uint64_t *n) {
    int rc;
    while ((rc = sim_export_step(x, s)) == 1) {
        sim_export_xml_start(xml, "edge");
        sim_export_xml_attribute(xml, "id", "e%lld", (long long)sqlite3_column_int64(s, 2));
        sim_export_xml_attribute(xml, "source", "n%lld", (long long)sqlite3_column_int64(s, 0));
        sim_export_xml_attribute(xml, "target", "n%lld", (long long)sqlite3_column_int64(s, 1));
        data(xml, "edge", s, EDGE_FIRST);
        sim_export_xml_end(xml);
        ++*n;
    }
    return rc;
}

static int write_graph(sim_export_t *x, sim_export_xml_t *xml, const sim_export_run_t *run,
                       int64_t year, sqlite3_stmt *node, sqlite3_stmt *edge) {
    uint64_t n = 0;
    const char *name = xml->name;
    sim_export_xml_start(xml, "graphml");
    sim_export_xml_attribute(xml, "xmlns", "http://graphml.graphdrawing.org/xmlns");
    key(xml, "graph", "scenario", 'T');
    key(xml, "graph", "run_id", 'I');
    key(xml, "graph", "rep", 'I');
    key(xml, "graph", "year", 'I');
    keys(xml, "node", node, NODE_FIRST);
    keys(xml, "edge", edge, EDGE_FIRST);
    sim_export_xml_start(xml, "graph");
    sim_export_xml_attribute(xml, "id", "%s_%lld", run->label, (long long)year);
    sim_export_xml_attribute(xml, "edgedefault", "directed");
    about(xml, run, year);
    int rc = nodes(x, xml, node);
    if (rc == 0)
        rc = edges(x, xml, edge, &n);
    rc = sim_export_xml_close(x, xml, rc);
    if (rc)
        return rc;
    char *query = sqlite3_expanded_sql(edge);
    rc = sim_export_note_file(x, name, "network at the end of a year; rows: its ties", n,
                              sim_export_columns(x, edge), query);
    sqlite3_free(query);
    return rc;
}

static int year_file(sim_export_t *x, const sim_export_run_t *run, int64_t year) {
    sim_export_xml_t xml = {0};
    sqlite3_stmt *node = NULL, *edge = NULL;
    char *name = sqlite3_mprintf("%s_%lld.graphml", run->label, (long long)year);
    char *where = sim_export_alive_sql(year);
    char *node_sql = sim_export_nodes_sql(x, run);
    char *edge_sql = where ? sim_export_ties_sql(x, run, where) : NULL;
    int rc =
        name && node_sql && edge_sql ? 0 : sim_export_refuse(x, SIM_ERR_MEMORY, "out of memory");
    if (rc == 0)
        rc = sim_export_prepare(x, &node, "%s", node_sql);
    if (rc == 0)
        rc = sim_export_prepare(x, &edge, "%s", edge_sql);
    if (rc == 0)
        rc = sim_export_xml_open(x, &xml, name);
    if (rc == 0)
        rc = write_graph(x, &xml, run, year, node, edge);
    sqlite3_finalize(node);
    sqlite3_finalize(edge);
    sqlite3_free(name);
    sqlite3_free(where);
    sqlite3_free(node_sql);
    sqlite3_free(edge_sql);
    return rc;
}

int sim_export_graphml(sim_export_t *x) {
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < x->n_runs; i++)
        for (size_t y = 0; rc == 0 && y < sim_export_n_years(x, &x->run[i]); y++)
            rc = year_file(x, &x->run[i], sim_export_year(x, &x->run[i], y));
    return rc;
}
