/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GEXF 1.3 or 1.2: one dynamic network a run. An edge is a pair of one kind, with a spell for each
 * of its ties, and with what changes from tie to tie as dynamic attributes. Gephi draws edges of
 * several kinds beside each other and knows no two of one kind between one pair. */
#include <math.h>
#include <stdlib.h>

#include "sim/record/export_xml.h"

/* Columns of the query of edges. */
enum { KIND, SOURCE, TARGET, ONSET, TERMINUS, FIRST_DYNAMIC };

typedef struct {
    double onset, terminus;
} spell_t;

typedef struct {
    sim_export_xml_t xml;
    spell_t *spell; /* of the edge that is open */
    size_t n_spells, room;
    bool open;
    int64_t source, target;
    char kind[64];
    uint64_t n_edges;
} gexf_t;

/* ---- attributes ---- */

static void declare(sim_export_xml_t *xml, const char *class, const char *mode, sqlite3_stmt *s,
                    int first) {
    sim_export_xml_start(xml, "attributes");
    sim_export_xml_attribute(xml, "class", "%s", class);
    sim_export_xml_attribute(xml, "mode", "%s", mode);
    for (int c = first; c < sqlite3_column_count(s); c++) {
        char type = sim_export_type(s, c);
        sim_export_xml_start(xml, "attribute");
        sim_export_xml_attribute(xml, "id", "%s", sqlite3_column_name(s, c));
        sim_export_xml_attribute(xml, "title", "%s", sqlite3_column_name(s, c));
        sim_export_xml_attribute(xml, "type", "%s",
                                 type == 'I'   ? "long"
                                 : type == 'R' ? "double"
                                               : "string");
        sim_export_xml_end(xml);
    }
    sim_export_xml_end(xml);
}

static void time_span(sim_export_xml_t *xml, double start, double end) {
    char number[40];
    sim_export_real(start, number, sizeof number);
    sim_export_xml_attribute(xml, "start", "%s", number);
    sim_export_real(end, number, sizeof number);
    sim_export_xml_attribute(xml, "end", "%s", number);
}

/* Cells from column `first` on; with the spell they hold for, unless it is NULL. */
static void values(sim_export_xml_t *xml, sqlite3_stmt *s, int first, const spell_t *spell) {
    char number[40];
    for (int c = first; c < sqlite3_column_count(s); c++) {
        if (sqlite3_column_type(s, c) == SQLITE_NULL)
            continue;
        sim_export_xml_start(xml, "attvalue");
        sim_export_xml_attribute(xml, "for", "%s", sqlite3_column_name(s, c));
        sim_export_xml_attribute(xml, "value", "%s",
                                 sim_export_xml_cell(s, c, number, sizeof number));
        if (spell)
            time_span(xml, spell->onset, spell->terminus);
        sim_export_xml_end(xml);
    }
}

/* ---- nodes and edges ---- */

/* Start and end of a node that is not there all the time: the last two columns. */
static void presence(sim_export_xml_t *xml, sqlite3_stmt *s) {
    static const char *const name[] = {"start", "end"};
    char number[40];
    for (int i = 0; i < 2; i++) {
        int column = sqlite3_column_count(s) - 2 + i;
        if (sqlite3_column_type(s, column) != SQLITE_NULL)
            sim_export_xml_attribute(xml, name[i], "%s",
                                     sim_export_xml_cell(s, column, number, sizeof number));
    }
}

static int write_nodes(sim_export_t *x, gexf_t *g, sqlite3_stmt *s) {
    int rc;
    sim_export_xml_start(&g->xml, "nodes");
    while ((rc = sim_export_step(x, s)) == 1) {
        const char *name = (const char *)sqlite3_column_text(s, 3);
        sim_export_xml_start(&g->xml, "node");
        sim_export_xml_attribute(&g->xml, "id", "n%lld", (long long)sqlite3_column_int64(s, 0));
        sim_export_xml_attribute(&g->xml, "label", "%s", name ? name : "");
        presence(&g->xml, s);
        sim_export_xml_start(&g->xml, "attvalues");
        values(&g->xml, s, 0, NULL);
        sim_export_xml_end(&g->xml);
        sim_export_xml_end(&g->xml);
    }
    sim_export_xml_end(&g->xml);
    return rc;
}

static void close_edge(gexf_t *g) {
    if (!g->open)
        return;
    sim_export_xml_end(&g->xml); /* attvalues */
    sim_export_xml_start(&g->xml, "spells");
    for (size_t i = 0; i < g->n_spells; i++) {
        sim_export_xml_start(&g->xml, "spell");
        time_span(&g->xml, g->spell[i].onset, g->spell[i].terminus);
        sim_export_xml_end(&g->xml);
    }
    sim_export_xml_end(&g->xml);
    sim_export_xml_end(&g->xml);
    g->open = false;
    g->n_spells = 0;
}

static void open_edge(const sim_export_t *x, gexf_t *g, sqlite3_stmt *s) {
    const char *kind = (const char *)sqlite3_column_text(s, KIND);
    g->source = sqlite3_column_int64(s, SOURCE);
    g->target = sqlite3_column_int64(s, TARGET);
    snprintf(g->kind, sizeof g->kind, "%s", kind ? kind : "");
    g->open = true;
    sim_export_xml_start(&g->xml, "edge");
    sim_export_xml_attribute(&g->xml, "id", "e%llu", (unsigned long long)g->n_edges++);
    sim_export_xml_attribute(&g->xml, "source", "n%lld", (long long)g->source);
    sim_export_xml_attribute(&g->xml, "target", "n%lld", (long long)g->target);
    if (!x->ask->gexf_1_2) /* which has no kinds: the label tells them */
        sim_export_xml_attribute(&g->xml, "kind", "%s", g->kind);
    sim_export_xml_attribute(&g->xml, "label", "%s", g->kind);
    sim_export_xml_start(&g->xml, "attvalues");
}

static bool same_edge(const gexf_t *g, sqlite3_stmt *s) {
    const char *kind = (const char *)sqlite3_column_text(s, KIND);
    return g->open && g->source == sqlite3_column_int64(s, SOURCE) &&
           g->target == sqlite3_column_int64(s, TARGET) &&
           sqlite3_stricmp(g->kind, kind ? kind : "") == 0;
}

static bool grow(gexf_t *g) {
    size_t room = g->room ? 2 * g->room : 16;
    spell_t *grown = realloc(g->spell, room * sizeof *grown);
    if (grown) {
        g->spell = grown;
        g->room = room;
    }
    return grown;
}

static int add_spell(sim_export_t *x, gexf_t *g, sqlite3_stmt *s) {
    if (g->n_spells == g->room && !grow(g))
        return sim_export_refuse(x, SIM_ERR_MEMORY, "out of memory");
    const spell_t spell = {.onset = sqlite3_column_double(s, ONSET),
                           .terminus = sqlite3_column_double(s, TERMINUS)};
    values(&g->xml, s, FIRST_DYNAMIC, &spell);
    g->spell[g->n_spells++] = spell;
    return 0;
}

static int write_edges(sim_export_t *x, gexf_t *g, sqlite3_stmt *s) {
    int rc;
    sim_export_xml_start(&g->xml, "edges");
    while ((rc = sim_export_step(x, s)) == 1) {
        if (!same_edge(g, s)) {
            close_edge(g);
            open_edge(x, g, s);
        }
        if ((rc = add_spell(x, g, s)) != 0)
            break;
    }
    close_edge(g);
    sim_export_xml_end(&g->xml);
    return rc;
}

/* ---- the file ---- */

static void head(sim_export_xml_t *xml, const sim_export_run_t *run, bool older) {
    sim_export_xml_start(xml, "gexf");
    sim_export_xml_attribute(xml, "xmlns",
                             older ? "http://www.gexf.net/1.2draft" : "http://gexf.net/1.3");
    sim_export_xml_attribute(xml, "version", older ? "1.2" : "1.3");
    sim_export_xml_start(xml, "meta");
    sim_export_xml_start(xml, "creator");
    sim_export_xml_text(xml, "kumiai");
    sim_export_xml_end(xml);
    sim_export_xml_start(xml, "description");
    sim_export_xml_text(xml, run->label);
    sim_export_xml_end(xml);
    sim_export_xml_end(xml);
    sim_export_xml_start(xml, "graph");
    sim_export_xml_attribute(xml, "mode", "dynamic");
    sim_export_xml_attribute(xml, "defaultedgetype", "directed");
    sim_export_xml_attribute(xml, "timeformat", "double");
    if (!older)
        sim_export_xml_attribute(xml, "timerepresentation", "interval");
}

/* Ties that are older than the run lie before it. */
static double first_onset(sim_export_t *x, const sim_export_run_t *run) {
    double first = run->start;
    sqlite3_stmt *s = NULL;
    if (sim_export_prepare(x, &s, "SELECT min(onset) FROM tie WHERE run_id = %lld",
                           (long long)run->run_id) == 0 &&
        sim_export_step(x, s) == 1 && sqlite3_column_type(s, 0) != SQLITE_NULL)
        first = fmin(first, sqlite3_column_double(s, 0));
    sqlite3_finalize(s);
    return first;
}

static int write_graph(sim_export_t *x, gexf_t *g, const sim_export_run_t *run, const char *name,
                       sqlite3_stmt *node, sqlite3_stmt *edge) {
    int rc = sim_export_xml_open(x, &g->xml, name);
    if (rc)
        return rc;
    head(&g->xml, run, x->ask->gexf_1_2);
    time_span(&g->xml, first_onset(x, run), run->end);
    declare(&g->xml, "node", "static", node, 0);
    declare(&g->xml, "edge", "dynamic", edge, FIRST_DYNAMIC);
    rc = write_nodes(x, g, node);
    if (rc == 0)
        rc = write_edges(x, g, edge);
    rc = sim_export_xml_close(x, &g->xml, rc);
    if (rc)
        return rc;
    char *query = sqlite3_expanded_sql(edge);
    rc = sim_export_note_file(x, name, "dynamic network; rows: its edges, pairs of one kind",
                              g->n_edges, sim_export_columns(x, edge), query);
    sqlite3_free(query);
    return rc;
}

/* Ties within the lives of their ends, where there are events that begin and end these. */
static char *cut_sql(const sim_export_t *x, const sim_export_run_t *run, const char *ties) {
    char *presence = sim_export_presence_sql(x);
    char *sql =
        presence
            ? sqlite3_mprintf(
                  "SELECT * FROM (SELECT kind, donor_id, partner_id, max(onset,"
                  " coalesce(d.entered, onset), coalesce(p.entered, onset)) AS onset,"
                  " min(terminus, coalesce(d.gone, terminus), coalesce(p.gone, terminus)) AS"
                  " terminus, mode, form, sector, stage, cause, funder, tie_id, onset_censored,"
                  " terminus_censored FROM (%s) LEFT JOIN %s AS d ON d.run_id = %lld AND"
                  " d.agent_id = donor_id LEFT JOIN %s AS p ON p.run_id = %lld AND p.agent_id"
                  " = partner_id) WHERE onset < terminus",
                  ties, presence, (long long)run->run_id, presence, (long long)run->run_id)
            : NULL;
    sqlite3_free(presence);
    return sql;
}

static char *edges_sql(const sim_export_t *x, const sim_export_run_t *run) {
    char *ties = sim_export_ties_sql(x, run, ""), *cut = NULL;
    if (ties && x->ask->n_enter + x->ask->n_leave) {
        cut = cut_sql(x, run, ties);
        sqlite3_free(ties);
        ties = cut;
    }
    char *sql = ties ? sqlite3_mprintf(
                           "SELECT kind, donor_id, partner_id, onset, terminus, mode, form, sector,"
                           " stage, cause, funder, tie_id, onset_censored, terminus_censored FROM"
                           " (%s) ORDER BY kind, donor_id, partner_id, onset",
                           ties)
                     : NULL;
    sqlite3_free(ties);
    return sql;
}

static int graph_file(sim_export_t *x, const sim_export_run_t *run) {
    gexf_t g = {0};
    sqlite3_stmt *node = NULL, *edge = NULL;
    char *name = sqlite3_mprintf("%s.gexf", run->label);
    char *nodes = sim_export_nodes_sql(x, run), *edges = edges_sql(x, run);
    int rc = name && nodes && edges ? 0 : sim_export_refuse(x, SIM_ERR_MEMORY, "out of memory");
    if (rc == 0)
        rc = sim_export_prepare(x, &node, "%s", nodes);
    if (rc == 0)
        rc = sim_export_prepare(x, &edge, "%s", edges);
    if (rc == 0)
        rc = write_graph(x, &g, run, name, node, edge);
    sqlite3_finalize(node);
    sqlite3_finalize(edge);
    sqlite3_free(name);
    sqlite3_free(nodes);
    sqlite3_free(edges);
    free(g.spell);
    return rc;
}

/* ---- Gephi's tables ---- */

/* Who enters or leaves has the time between; an empty one is all the time. */
static int gephi_nodes(sim_export_t *x, const sim_export_run_t *run) {
    char *nodes = sim_export_nodes_sql(x, run);
    char *sql =
        nodes ? sqlite3_mprintf(
                    "SELECT 'n' || agent_id AS Id, name AS Label, CASE WHEN coalesce(entered, gone)"
                    " IS NOT NULL THEN '<[' || coalesce(entered, %!.17g) || ', ' || coalesce(gone,"
                    " %!.17g) || ']>' END AS Timeset, * FROM (%s)",
                    first_onset(x, run), run->end, nodes)
              : NULL;
    sqlite3_free(nodes);
    return sim_export_sql_csv(x, sqlite3_mprintf("%s_nodes.csv", run->label), "Gephi's nodes", sql);
}

/* One row an edge of the network, with the times of all its spells. */
static int gephi_edges(sim_export_t *x, const sim_export_run_t *run) {
    char *edges = edges_sql(x, run);
    char *sql =
        edges ? sqlite3_mprintf(
                    "SELECT 'n' || donor_id AS Source, 'n' || partner_id AS Target, 'Directed' AS"
                    " Type, kind AS Kind, kind AS Label, '<' || group_concat('[' || onset || ', '"
                    " || terminus || ']', '; ') || '>' AS Timeset, mode, count(*) AS spells FROM"
                    " (%s) GROUP BY kind, donor_id, partner_id ORDER BY kind, donor_id, partner_id",
                    edges)
              : NULL;
    sqlite3_free(edges);
    return sim_export_sql_csv(x, sqlite3_mprintf("%s_edges.csv", run->label), "Gephi's edges", sql);
}

int sim_export_gexf(sim_export_t *x) {
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < x->n_runs; i++) {
        rc = graph_file(x, &x->run[i]);
        if (rc == 0)
            rc = gephi_nodes(x, &x->run[i]);
        if (rc == 0)
            rc = gephi_edges(x, &x->run[i]);
    }
    return rc;
}
