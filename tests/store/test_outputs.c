/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outputs: what queries give on a record made by hand, what they may not do, what a targets file
 * may not say. */
#define _XOPEN_SOURCE 700
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/record/pack.h"
#include "sim/record/replicate.h"
#include "sim/store/outputs.h"

/* ---- a model, and a run of it ---- */

static const sim_metric_t metrics[] = {{"line", "", ""}, {"none", "", ""}, {NULL, NULL, NULL}};
static const sim_reducer_t reducers[] = {
    {"line_sum", "", "", SIM_REDUCE_SUM, "line", 0, 0},
    {"none_mean", "", "", SIM_REDUCE_MEAN, "none", 0, 0},
    {NULL, NULL, NULL, SIM_REDUCE_SUM, NULL, 0, 0},
};
static const char *const colours[] = {"red", "green", "blue", NULL};
static const char *const kinds[] = {"work", "play", NULL};
static const sim_field_t paint_fields[] = {{"when", SIM_FIELD_REAL, NULL, ""},
                                           {"colour", SIM_FIELD_LABEL, colours, ""},
                                           {"tie_id", SIM_FIELD_INTEGER, NULL, ""},
                                           {NULL, SIM_FIELD_REAL, NULL, NULL}};
static const sim_field_t event_fields[] = {{"kind", SIM_FIELD_LABEL, kinds, ""},
                                           {NULL, SIM_FIELD_REAL, NULL, NULL}};
static const sim_table_t tables[] = {{"paint", "", paint_fields, false, SIM_ROLE_NONE},
                                     {"event", "", event_fields, false, SIM_ROLE_EVENTS},
                                     {.name = NULL}};
static const sim_network_labels_t labels = {kinds, kinds, kinds, kinds, kinds, kinds, NULL, NULL};

static const sim_field_t agent_fields[] = {{"population", SIM_FIELD_REAL, NULL, ""},
                                           {NULL, SIM_FIELD_REAL, NULL, NULL}};
static int agents(const void *shared, sim_record_sink_t *sink) {
    (void)shared;
    sim_record_agent_t agent = {3, "town", "07", "Here", (const sim_cell_t[]){{.r = 12}}};
    int rc = sim_record_agent(sink, &agent);
    agent.agent_id = 4;
    agent.code = "08";
    return rc ? rc : sim_record_agent(sink, &agent);
}

static const sim_model_t model = {.name = "test",
                                  .metrics = metrics,
                                  .reducers = reducers,
                                  .tables = tables,
                                  .labels = &labels,
                                  .agent_fields = agent_fields,
                                  .agents = agents};

enum { STEPS = 8, PAINTS = 5, TIES = 4 };

static void add_row(sim_record_t *record, size_t table, const sim_cell_t *cell) {
    sim_record_rows_t *rows = &record->table[table];
    cr_assert_eq(sim_record_rows_reserve(rows, rows->rows + 1), 0);
    memcpy(rows->cell + rows->rows++ * rows->fields, cell, rows->fields * sizeof *cell);
}

/* Paint k at time 2000 + k is red, green, blue, red, without colour, on tie k - 1 (of the first
 * without); tie k from agent 3 to 4, of kind work, play, work, play. */
static void make_run(sim_record_t *record, const sim_store_outputs_t *outputs) {
    static const sim_schedule_clock_t clock = {2000, 4, STEPS, 0};
    const sim_run_params_t run = {.steps = STEPS};
    cr_assert_eq(sim_record_begin(record, &model, &clock, SIM_DETAIL_FULL), 0);
    cr_assert_eq(sim_store_keep_measured(record, outputs, &model, SIM_DETAIL_SUMMARY, &run), 0);
    for (int32_t s = SIM_RECORD_START; s < STEPS; s++) {
        sim_record_step(record, s)[0] = s + 1;
        sim_record_step(record, s)[1] = NAN;
    }
    record->steps = STEPS;
    sim_record_reduce(record, &model);
    for (int64_t k = 0; k < PAINTS; k++) {
        const sim_cell_t cell[] = {{.r = 2000 + (double)k},
                                   {.i = k < 4 ? k % 3 : SIM_NULL_INT},
                                   {.i = k ? k - 1 : SIM_NULL_INT}};
        add_row(record, 0, cell);
        add_row(record, 1, &(sim_cell_t){.i = k % 2});
    }
    record->tie = calloc(TIES, sizeof *record->tie);
    record->n_ties = TIES;
    for (uint8_t k = 0; k < TIES; k++)
        record->tie[k] = (sim_record_tie_t){.from = 3,
                                            .to = 4,
                                            .onset = 2000 + k / 4.0,
                                            .terminus = 2002,
                                            .kind = k % 2,
                                            .mode = 255,
                                            .cause = 255,
                                            .terminus_censored = k == 3};
}

/* ---- files ---- */

static char file[] = "/tmp/kumiai_outputs_XXXXXX";
static sim_base_diag_t diag;

static void set_up(void) {
    int descriptor = mkstemp(file);
    cr_assert(descriptor >= 0);
    close(descriptor);
    sim_base_diag_init(&diag);
}

static void tear_down(void) {
    unlink(file);
    sim_base_diag_free(&diag);
}

TestSuite(outputs, .init = set_up, .fini = tear_down);

static int load(const char *text, sim_store_outputs_t **out) {
    FILE *stream = fopen(file, "w");
    cr_assert(stream);
    fputs(text, stream);
    fclose(stream);
    return sim_store_outputs_load(file, &model, &diag, out);
}

/* A file with one output of this query. */
static const char *with_query(const char *sql) {
    static char text[2048];
    snprintf(text, sizeof text,
             "model = \"test\";\nviews = ( { name = \"reds\"; sql = \"SELECT * FROM paint WHERE "
             "colour = 'red'\"; } );\noutputs = ( { name = \"above\"; sql = \"SELECT 7\"; },\n"
             "  { name = \"x\";\n    sql = \"%s\"; },\n  { name = \"below\"; sql = \"SELECT 8\"; } "
             ");\n",
             sql);
    return text;
}

static void must_load(const char *text, sim_store_outputs_t **out) {
    int rc = load(text, out);
    cr_assert_eq(rc, 0, "%s", diag.count ? diag.problem[0].text : "no problem is told");
}

/* What a query gives on the run. */
static int measured(const char *sql, double *value, char note[256]) {
    sim_store_outputs_t *outputs = NULL;
    sim_store_measure_t *measure = NULL;
    sim_record_t record;
    must_load(with_query(sql), &outputs);
    make_run(&record, outputs);
    cr_assert_eq(sim_store_measure_create(outputs, NULL, &measure), 0);
    int rc = sim_store_measure(measure, &record, NULL);
    *value = record.target[1];
    if (note)
        snprintf(note, 256, "%s", record.note);
    sim_store_measure_destroy(measure);
    sim_record_clear(&record);
    sim_store_outputs_destroy(outputs);
    return rc;
}

static double value_of(const char *sql) {
    double value = 0;
    char note[256];
    cr_assert_eq(measured(sql, &value, note), 0, "%s: %s", sql, note);
    return value;
}

/* ---- values ---- */

static void expect(const char *sql, double expected) {
    double value = value_of(sql);
    cr_expect(isnan(expected) ? isnan(value) : value == expected, "%s gives %.17g, not %.17g", sql,
              value, expected);
}

Test(outputs, each_table_is_read) {
    expect("SELECT line_sum FROM summary", 36);
    expect("SELECT none_mean FROM summary", NAN);
    expect("SELECT count(*) FROM series", 1 + STEPS);
    expect("SELECT min(step) FROM series", -1);
    expect("SELECT line FROM series WHERE step = -1 AND time = 1999.75", 0);
    expect("SELECT line FROM series WHERE time = 2001.25", 6);
    expect("SELECT sum(line) FROM series WHERE step < 3", 6);
    expect("SELECT count(none) FROM series", 0);
    expect("SELECT count(*) FROM paint", PAINTS);
    expect("SELECT count(*) FROM tie", TIES);
    expect("SELECT count(*) FROM agent", 2);
    expect("SELECT above FROM output", 7);
    expect("SELECT count(*) FROM reds", 2);
    expect("WITH a AS (SELECT line FROM series), b AS (SELECT line * 2 AS x FROM a) SELECT max(x) "
           "FROM "
           "b",
           2 * STEPS);
    expect("SELECT max(run_id) FROM paint", 1);
}

Test(outputs, a_condition_is_met_by_the_same_rows_wherever_it_is_tested) {
    expect("SELECT count(*) FROM paint WHERE colour = 'red'", 2);
    expect("SELECT count(*) FROM paint WHERE +colour = 'red'", 2);
    expect("SELECT count(*) FROM paint WHERE colour = 'pink'", 0);
    expect("SELECT count(*) FROM paint WHERE colour = 'RED' COLLATE NOCASE", 2);
    expect("SELECT count(*) FROM paint WHERE colour IN ('red', 'blue')", 3);
    expect("SELECT count(*) FROM paint WHERE colour IS NULL", 1);
    expect("SELECT count(*) FROM paint WHERE tie_id = 2", 1);
    expect("SELECT count(*) FROM paint WHERE tie_id = 2.0", 1);
    expect("SELECT count(*) FROM paint WHERE tie_id = '2'", 1);
    expect("SELECT count(*) FROM paint WHERE tie_id = 99", 0);
    expect("SELECT count(*) FROM tie WHERE kind = 'play' AND terminus_censored = 1", 1);
    expect("SELECT count(*) FROM tie WHERE tie_id = 3 AND kind = 'work'", 0);
    expect("SELECT count(*) FROM tie WHERE tie_id = -1", 0);
    expect("SELECT count(*) FROM tie WHERE mode IS NULL AND cause IS NULL", TIES);
    expect("SELECT sum(\\\"when\\\" - 2000) FROM paint JOIN tie USING (tie_id) WHERE tie.kind = "
           "'play'",
           2 + 4);
    expect("SELECT count(*) FROM tie JOIN agent ON agent_id = from_id WHERE code = '07'", TIES);
}

Test(outputs, no_row_and_null_are_no_value) {
    expect("SELECT tie_id FROM paint WHERE tie_id = 99", NAN);
    expect("SELECT NULL", NAN);
    expect("SELECT 1 / 0", NAN);
    expect("SELECT ln(0)", NAN);
    expect("SELECT avg(line) FROM series WHERE step > 100", NAN);
}

Test(outputs, functions_have_their_closed_forms) {
    expect("SELECT avg(line) FROM series WHERE step >= 0", 4.5);
    expect("SELECT avg(line) FROM series", 4);
    expect("SELECT total(line) FROM series WHERE step > 100", 0);
    expect(
        "SELECT typeof(sum(tie_id)) = 'integer' AND typeof(sum(line)) = 'real' FROM paint, series",
        1);
    expect("SELECT sum(x) FROM (SELECT 1e100 AS x UNION ALL SELECT 1.0 UNION ALL SELECT -1e100)",
           1);
    expect("SELECT max(s) FROM (SELECT sum(step) OVER (ORDER BY step ROWS 1 PRECEDING) AS s FROM "
           "series)",
           13);
    expect("SELECT pow(2, 10) + sqrt(16) + floor(-0.5) + ceil(0.5)", 1024 + 4 - 1 + 1);
    expect("SELECT ln(exp(3)) BETWEEN 3 - 1e-12 AND 3 + 1e-12", 1);
    expect("SELECT row_number() OVER (ORDER BY step DESC) FROM series ORDER BY step DESC LIMIT 1",
           1);
}

Test(outputs, a_query_that_gives_no_single_number_fails_the_run) {
    static const char *const query[][2] = {
        {"SELECT step FROM series", "output 'x': it gives more than one row"},
        {"SELECT colour FROM paint LIMIT 1", "output 'x': it gives a text, not a number"},
        {"SELECT 1e999", "output 'x': its number is infinite"}};
    for (size_t i = 0; i < sizeof query / sizeof *query; i++) {
        double value = 0;
        char note[256];
        cr_expect_eq(measured(query[i][0], &value, note), SIM_ERR_MODEL);
        cr_expect(strstr(note, query[i][1]), "%s: %s", query[i][0], note);
    }
}

Test(outputs, a_query_that_takes_long_is_stopped) {
    static const volatile sig_atomic_t stop = 1;
    sim_store_outputs_t *outputs = NULL;
    sim_store_measure_t *measure = NULL;
    sim_record_t record;
    must_load(with_query("SELECT count(*) FROM series a, series b, series c, series d, series e, "
                         "series f, series g, series h"),
              &outputs);
    make_run(&record, outputs);
    cr_assert_eq(sim_store_measure_create(outputs, NULL, &measure), 0);
    cr_expect_eq(sim_store_measure(measure, &record, &stop), SIM_ERR_INTERRUPTED);
    sim_store_measure_destroy(measure);
    sim_record_clear(&record);
    sim_store_outputs_destroy(outputs);
}

/* ---- refusals ---- */

static void refused(const char *text, const char *words, int line) {
    sim_store_outputs_t *outputs = NULL;
    size_t before = diag.count;
    int rc = load(text, &outputs);
    cr_expect_eq(rc, SIM_ERR_CONFIG, "not refused: %s", text);
    cr_expect_null(outputs);
    bool told = false;
    for (size_t i = before; i < diag.count; i++)
        told = told || (strstr(diag.problem[i].text, words) && diag.problem[i].line == line);
    cr_expect(told, "line %d, \"%s\" is not told, but line %d, \"%s\"", line, words,
              diag.count > before ? diag.problem[before].line : 0,
              diag.count > before ? diag.problem[before].text : "");
    sim_base_diag_free(&diag);
    sim_base_diag_init(&diag);
    sim_store_outputs_destroy(outputs);
}

Test(outputs, queries_that_do_more_than_read_are_refused_with_the_reason) {
    static const char *const query[][2] = {
        {"DELETE FROM agent", "DELETE is not allowed: a query only reads the tables of one run"},
        {"INSERT INTO agent VALUES (1)", "INSERT is not allowed"},
        {"UPDATE agent SET name = 'x'", "UPDATE is not allowed"},
        {"CREATE TABLE y (z)", "is not allowed"},
        {"DROP VIEW reds", "what it asks for is not allowed"},
        {"ATTACH '/etc/passwd' AS p", "ATTACH is not allowed"},
        {"PRAGMA journal_mode", "PRAGMA is not allowed"},
        {"SELECT * FROM pragma_table_info('tie')", "what it asks for is not allowed"},
        {"BEGIN", "a transaction is not allowed"},
        {"VACUUM", "it is no SELECT that only reads"},
        {"SELECT random()", "random() draws at random"},
        {"SELECT julianday('now')", "julianday() reads the clock"},
        {"SELECT load_extension('x')", "load_extension"},
        {"SELECT name FROM sqlite_master", "sqlite_master"},
        {"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
         "RECURSIVE is not allowed"},
        {"EXPLAIN SELECT 1", "it explains a query"},
        {"SELECT 1; SELECT 2", "it is more than one statement: 'SELECT 2'"},
        {"SELECT 1, 2", "it gives 2 columns; an output is one number"},
        {"SELECT ?1", "it has a parameter, ?1"},
        {"-- nothing", "it is empty"},
        {"SELECT below FROM output", "it reads output 'below', which is not above it"},
        {"SELECT x FROM output", "it reads output 'x', which is not above it"},
        {"SELECT abve FROM output", "no such column: abve; did you mean above?"},
        {"SELECT count(*) FROM pain", "no such table: pain; did you mean paint?"},
        {"SELECT count(*) FROM paint WHERE paint.color = 1", "paint.color; did you mean colour?"},
        {"SELECT median(line) FROM series", "no such function: median"},
        {"SELECT cont(*) FROM series", "no such function: cont; did you mean count?"},
        {"SELEC 1", "syntax error"}};
    for (size_t i = 0; i < sizeof query / sizeof *query; i++)
        refused(with_query(query[i][0]), query[i][1], 5);
}

#define HEAD                                                                                       \
    "model = \"test\"; fit_until = 2017;\noutputs = ( { name = \"x\"; metric = \"line_sum\";\n"
#define TARGET "scale = \"count\"; tag = \"S\"; source = \"s\"; "

Test(outputs, what_a_file_may_not_say_is_told_with_its_line) {
    static const struct {
        const char *text, *words;
        int line;
    } bad[] = {
        {"outputs = ( );", "does not say `model`", 0},
        {"model = \"tes\"; outputs = ( );", "the runs are of model \"test\"", 1},
        {"model = \"test\";\noutput = ( );", "no setting output; did you mean outputs?", 2},
        {"model = \"test\";\noutputs = 3;", "outputs must be a list of groups", 2},
        {"model = \"test\"; outputs = (\n{ sql = \"SELECT 1\"; } );", "the output has no name", 2},
        {"model = \"test\"; outputs = (\n{ name = \"X\"; sql = \"SELECT 1\"; } );",
         "name is \"X\"; it must be", 2},
        {HEAD "}, { name = \"x\"; sql = \"SELECT 1\"; } );", "there is an output 'x' above", 3},
        {"model = \"test\"; outputs = (\n{ name = \"x\"; } );", "says neither metric", 2},
        {"model = \"test\"; outputs = (\n{ name = \"x\"; metric = \"line_sun\"; } );",
         "no metric line_sun; did you mean line_sum?", 2},
        {HEAD "sql = \"SELECT 1\"; } );", "has both a metric and sql", 2},
        {HEAD "valu = 3; } );", "no setting valu; did you mean value?", 3},
        {HEAD "sd = 3; } );", "sd is of a target, but the output has no value", 3},
        {HEAD "value = \"3\"; } );", "value must be a number, but is a text", 3},
        {HEAD "value = 3; " TARGET "use = \"fit\"; } );", "does not say when it was observed", 2},
        {HEAD "value = 3; year = 2017; from = 2016; to = 2017; } );", "year stands for from and to",
         3},
        {HEAD "value = 3; from = 2017; to = 2016; } );", "the years run from 2017 to 2016", 3},
        {HEAD "value = 3; year = 17; } );", "year is 17; it must be a year", 3},
        {HEAD "value = 3; sd = -1.0; year = 2017; } );",
         "sd is -1; it must be a number of at least 0", 3},
        {HEAD "value = 3; year = 2017; use = \"fits\"; } );",
         "use is \"fits\" (did you mean fit?); it may be: fit, test", 3},
        {HEAD "value = 3; year = 2017; use = \"fit\"; } );", "the target does not say its scale",
         2},
        {HEAD "value = 3; year = 2018; " TARGET "\nuse = \"fit\"; } );",
         "observed until 2018, after fit_until (2017), so that its use must be \"test\"", 4},
        {"model = \"test\";\noutputs = ( { name = \"x\"; metric = \"line_sum\"; value = 3; year = "
         "2017; " TARGET "\nuse = \"fit\"; } );",
         "does not say fit_until", 3},
        {"model = \"test\"; outputs = ( );\nviews = ( { name = \"tie\"; sql = \"SELECT 1\"; } );",
         "view 'tie' has the name of a table", 2},
        {"model = \"test\"; outputs = ( { name = \"x\"; sql = \"SELECT 1\"; } );\nviews = ( { name "
         "= "
         "\"v\"; sql = \"SELECT x FROM output\"; } );",
         "the query of view 'v': it reads output 'x', which is not above it", 2},
        {"model = \"test\"; outputs = ( );\nviews = ( { name = \"v\"; sql = \"SELECT nn FROM "
         "tie\"; } "
         ");",
         "the query of view 'v': no such column: nn", 2},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refused(bad[i].text, bad[i].words, bad[i].line);
}

Test(outputs, a_target_is_read_as_it_is_written) {
    sim_store_outputs_t *outputs = NULL;
    must_load(HEAD
              "label = \"words\"; pattern = \"P\"; value = 3; sd = 0.5; discrepancy = 2; from = "
              "2013; to = 2017; scope = \"all\"; observed = \"> 2\"; " TARGET
              "use = \"fit\"; }, { name = \"late\"; metric = \"line_sum\"; value = 1.5; year = "
              "2030; " TARGET "use = \"test\"; } );",
              &outputs);
    cr_assert_eq(outputs->n_outputs, 2);
    const sim_store_output_t *o = &outputs->output[0], *late = &outputs->output[1];
    cr_expect(o->value == 3 && o->sd == 0.5 && o->discrepancy == 2 && o->from == 2013 &&
              o->to == 2017);
    cr_expect_str_eq(o->label, "words");
    cr_expect_str_eq(o->observed, "> 2");
    cr_expect_str_eq(o->use, "fit");
    cr_expect(late->value == 1.5 && late->sd == 0 && late->from == 2030 && late->to == 2030);
    cr_expect_str_eq(late->label, "late");
    cr_expect_eq(outputs->fit_until, 2017);
    cr_expect(!outputs->ties && !outputs->series && !outputs->agents && !outputs->table[0]);
    sim_store_outputs_destroy(outputs);
}

static void digest_of(const char *text, char digest[33]) {
    sim_store_outputs_t *outputs = NULL;
    must_load(text, &outputs);
    memcpy(digest, outputs->digest, 33);
    sim_store_outputs_destroy(outputs);
}

Test(outputs, any_change_but_of_comments_is_another_identity) {
    static const char *const other[] = {
        HEAD "label = \"y\"; } );",
        HEAD "pattern = \"x\"; } );",
        HEAD "scope = \"x\"; } );",
        HEAD "observed = \"x\"; } );",
        HEAD "value = 3; year = 2017; " TARGET "use = \"test\"; } );",
        HEAD "value = 3; year = 2017; " TARGET "use = \"fit\"; } );",
        HEAD "value = 4; year = 2017; " TARGET "use = \"fit\"; } );",
        "model = \"test\"; fit_until = 2016; outputs = ( { name = \"x\"; metric = \"line_sum\"; } "
        ");",
        "model = \"test\"; fit_until = 2017; outputs = ( { name = \"x\"; sql = \"SELECT line_sum "
        "FROM "
        "summary\"; } );"};
    enum { OTHERS = sizeof other / sizeof *other };
    char same[33], digest[OTHERS + 1][33];
    digest_of(HEAD "} );", digest[OTHERS]);
    digest_of("// a word\n" HEAD "  } );", same);
    cr_expect_str_eq(same, digest[OTHERS]);
    for (size_t i = 0; i < OTHERS; i++)
        digest_of(other[i], digest[i]);
    for (size_t i = 0; i <= OTHERS; i++)
        for (size_t k = 0; k < i; k++)
            cr_expect_str_neq(digest[i], digest[k], "%zu and %zu", i, k);
}

/* ---- what is recorded and kept ---- */

Test(outputs, only_what_queries_read_is_recorded) {
    static const struct {
        const char *sql;
        sim_detail_t detail;
        bool paint, event, ties;
    } read[] = {{"SELECT line_sum FROM summary", SIM_DETAIL_SUMMARY, 0, 0, 0},
                {"SELECT above FROM output", SIM_DETAIL_SUMMARY, 0, 0, 0},
                {"SELECT max(line) FROM series", SIM_DETAIL_SERIES, 0, 0, 0},
                {"SELECT count(*) FROM reds", SIM_DETAIL_FULL, 1, 0, 0},
                {"SELECT count(*) FROM event", SIM_DETAIL_FULL, 0, 1, 0},
                {"SELECT count(*) FROM tie", SIM_DETAIL_FULL, 0, 0, 1}};
    for (size_t i = 0; i < sizeof read / sizeof *read; i++) {
        sim_store_outputs_t *outputs = NULL;
        sim_record_t record;
        must_load(with_query(read[i].sql), &outputs);
        cr_expect_eq(sim_store_measured_detail(outputs, SIM_DETAIL_SUMMARY), read[i].detail);
        cr_expect_eq(sim_store_measured_detail(outputs, SIM_DETAIL_FULL), SIM_DETAIL_FULL);
        cr_expect_eq(sim_store_measured_detail(outputs, SIM_DETAIL_CHOICES), SIM_DETAIL_CHOICES);
        make_run(&record, outputs);
        cr_expect_eq(!record.table[0].dropped, read[i].paint, "%s", read[i].sql);
        cr_expect_eq(!record.table[1].dropped, read[i].event, "%s", read[i].sql);
        cr_expect_eq(!record.no_ties, read[i].ties, "%s", read[i].sql);
        sim_record_clear(&record);
        sim_store_outputs_destroy(outputs);
    }
}

Test(outputs, a_run_is_thinned_to_what_is_kept) {
    static const struct {
        sim_detail_t detail;
        const char *tables, *events;
        size_t paints, plays, ties;
    } kept[] = {{SIM_DETAIL_SUMMARY, NULL, NULL, 0, 0, 0},
                {SIM_DETAIL_SERIES, NULL, NULL, 0, 0, 0},
                {SIM_DETAIL_FULL, NULL, NULL, PAINTS, PAINTS, TIES},
                {SIM_DETAIL_FULL, "paint,tie", NULL, PAINTS, 0, TIES},
                {SIM_DETAIL_FULL, "event", "play", 0, 2, 0}};
    sim_store_outputs_t *outputs = NULL;
    must_load(
        with_query("SELECT (SELECT count(*) FROM tie) + (SELECT count(*) FROM event) FROM paint"),
        &outputs);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const sim_run_params_t run = {.tables = kept[i].tables, .events = kept[i].events};
        sim_record_t record;
        make_run(&record, outputs);
        cr_assert_eq(sim_store_thin(&record, &model, kept[i].detail, &run), 0);
        cr_expect_eq(record.detail, kept[i].detail);
        cr_expect_eq(record.table[0].rows, kept[i].paints, "case %zu", i);
        cr_expect_eq(record.table[1].rows, kept[i].plays, "case %zu", i);
        cr_expect_eq(record.n_ties, kept[i].ties, "case %zu", i);
        for (size_t r = 0; kept[i].events && r < record.table[1].rows; r++)
            cr_expect_eq(record.table[1].cell[r].i, 1);
        sim_record_clear(&record);
    }
    sim_store_outputs_destroy(outputs);
}

Test(outputs, values_go_along_when_a_record_is_sent) {
    sim_store_outputs_t *outputs = NULL;
    sim_record_t record, copy;
    unsigned char *bytes = NULL;
    size_t size = 0;
    must_load(with_query("SELECT 1"), &outputs);
    make_run(&record, outputs);
    for (size_t k = 0; k < record.n_targets; k++)
        record.target[k] = (double)k + 0.5;
    cr_assert_eq(sim_record_pack(&record, &bytes, &size), 0);
    cr_assert_eq(sim_record_unpack(bytes, size, &copy), 0);
    cr_assert_eq(copy.n_targets, 3);
    for (size_t k = 0; k < copy.n_targets; k++)
        cr_expect_eq(copy.target[k], (double)k + 0.5);
    sim_record_clear(&copy);
    sim_record_clear(&record);
    free(bytes);
    sim_store_outputs_destroy(outputs);
}
