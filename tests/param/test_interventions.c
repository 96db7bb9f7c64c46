/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
/* The list of interventions: what is refused and where, what is kept, in which order. */
#include "tests/param/fixture.h"

#include "sim/param/date.h"
#include "sim/schedule/world.h"

TestSuite(interventions, .init = fixture_begin, .fini = fixture_end);

#define RUN "run = { start_year = 2000; years = 10; steps_per_year = 4; };"
#define NONE "model = \"none\"; " RUN "\n"
#define ENTRY(at, set, value) "{ at = " at "; set = \"" set "\"; value = " value "; }"

typedef struct {
    const char *list; /* begins in line 2 */
    int line;
    const char *words;
} wrong_t;

Test(interventions, a_wrong_entry_is_named_with_file_and_line) {
    static const wrong_t wrong[] = {
        {"{ };", 2, "must be a list"},
        {"3;", 2, "must be a list ( ... ), but is an integer"},
        {"( 3 );", 2, "must be a group { at; set; value; }, but is an integer"},
        {"(\n( ) );", 3, "but is a list"},
        {"( { set = \"none.right\"; value = 0.1; } );", 2, "does not say `at`"},
        {"( { at = 2001; value = 0.1; } );", 2, "does not say `set`"},
        {"( { at = 2001; set = \"none.right\"; } );", 2, "does not say `value`"},
        {"( { at = 2001;\nset = \"none.right\";\nvalu = 1; value = 0.1; } );", 4,
         "no setting valu; did you mean value?"},
        {"( { at = 2001; zzzzzzzz = 1; set = \"none.right\"; value = 0.1; } );", 2,
         "it has at, set and value"},
        {"( { at = 2001;\nset = 4; value = 0.1; } );", 3, "name of a parameter in quotes"},
        {"( { at = 2001;\nset = \"none.rigth\"; value = 0.1; } );", 3, "did you mean none.right?"},
        {"( " ENTRY("2001", "right", "0.1") " );", 2, "did you mean none.right?"},
        {"( " ENTRY("2001", "", "0.1") " );", 2, "there is no setting"},
        {"( " ENTRY("2001", "run.seed", "2") " );", 2, "run.seed is of the whole run"},
        {"( " ENTRY("2001", "output.detail", "\"full\"") " );", 2, "of the whole run"},
        {"( " ENTRY("2001", "run.stream", "-1") " );", 2, "run.stream is -1"},
        {"( " ENTRY("2001", "run.stream", "0.5") " );", 2, "run.stream must be an integer"},
        {"( " ENTRY("2001", "run.stream", "1") ",\n" ENTRY("2001.0", "run.stream", "2") " );", 3,
         "run.stream is set twice at 2001.0"},
        {"( " ENTRY("2001", "contagion.beta", "0.1") " );", 2, "contagion.beta"},
        {"( " ENTRY("2001", "none.agents", "5") " );", 2, "none.agents is read only at the start"},
        {"( " ENTRY("2001", "none.right", "true") " );", 2, "must be a real number"},
        {"( " ENTRY("2001", "none.right", "\"half\"") " );", 2, "must be a real number"},
        {"( " ENTRY("2001", "none.right", "1.5") " );", 2, "between 0 and 1"},
        {"( " ENTRY("2001", "none.right", "1e999") " );", 2, "infinite"},
        {"( " ENTRY("2001", "none.right", "3000000000") " );", 2, "32 bits"},
        {"( " ENTRY("\"2001\"", "none.right", "0.1") " );", 2, "must be a year"},
        {"( " ENTRY("true", "none.right", "0.1") " );", 2, "must be a year"},
        {"( " ENTRY("1e999", "none.right", "0.1") " );", 2, "at is infinite"},
        {"( " ENTRY("3000000000", "none.right", "0.1") " );", 2, "32 bits"},
        {"( " ENTRY("1999.75", "none.right", "0.1") " );", 2, "the run starts at 2000.0"},
        {"( " ENTRY("2010", "none.right", "0.1") " );", 2,
         "last step of the run begins at 2009.75"},
        {"( " ENTRY("2009.9", "none.right", "0.1") " );", 2, "begins at 2009.75"},
        {"( " ENTRY("1999.8", "none.right", "0.1") " );", 2, "the run starts at 2000.0"},
        {"( " ENTRY("2001-04", "none.right", "0.1") " );", 2, "a month is written in quotes"},
        {"( " ENTRY("\"2001-13\"", "none.right", "0.1") " );", 2, "there is no month 13"},
        {"( " ENTRY("\"2001-4\"", "none.right", "0.1") " );", 2, "a month such as \"2020-06\""},
        {"( " ENTRY("\"2001-04\"", "none.right", "0.1") " );", 2, "no calendar months"},
        {"( " ENTRY("2001", "none.right", "0.1") ",\n" ENTRY("2001.0", "none.right", "0.2") " );",
         3, "none.right is set twice at 2001.0; it is in line 2 already"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, NONE "interventions = %s", wrong[i].list);
        ASSERT_REFUSED(parse(text, NULL), "test.cfg", wrong[i].line, wrong[i].words);
    }
}

Test(interventions, all_problems_of_a_list_come_at_once) {
    cr_assert(
        parse(
            NONE "interventions = (\n" ENTRY(
                "1990", "none.right",
                "0.1") ",\n 7,\n"
                       "{ at = 2001; set = \"none.left\"; valeu = 3; } );\nnone = { rihgt = 1; };",
            NULL) == SIM_ERR_CONFIG);
    cr_assert(fx.diag.count == 6, "%s", all_problems());
    ASSERT_PROBLEM("test.cfg", 3, "the run starts at");
    ASSERT_PROBLEM("test.cfg", 4, "must be a group");
    ASSERT_PROBLEM("test.cfg", 5, "does not say `value`");
    ASSERT_PROBLEM("test.cfg", 5, "did you mean value?");
    ASSERT_PROBLEM("test.cfg", 5, "none.left");
    ASSERT_PROBLEM("test.cfg", 6, "did you mean none.right?");
}

/* A year is not compared with a run whose own length is refused. */
Test(interventions, a_wrong_length_of_the_run_hides_no_more_than_the_years) {
    ASSERT_REFUSED(parse("model = \"none\"; run = { years = 0; };\ninterventions = ( " ENTRY(
                             "1890", "none.right", "0.1") " );",
                         NULL),
                   "test.cfg", 1, "run.years is 0");
}

Test(interventions, at_its_bounds_an_entry_is_good) {
    ASSERT_GOOD(parse(NONE "interventions = ( " ENTRY("2000", "none.right", "0") ", " ENTRY(
                          "2009.75", "none.right", "1") " );",
                      NULL));
    cr_assert(fx.config->n_interventions == 2);
    cr_assert(fx.config->interventions[1].at == 2009.75);
    ASSERT_GOOD(parse(NONE "interventions = ( " ENTRY("1999.9", "none.right", "0") ", " ENTRY(
                          "2009.87", "none.right", "1") " );",
                      NULL));
    cr_assert(fx.config->interventions[0].at == 2000);
    cr_assert(fx.config->interventions[1].at == 2009.75);
    ASSERT_GOOD(parse(NONE "interventions = ( " ENTRY("2000", "none.right", "0") ", " ENTRY(
                          "2009.75", "none.right", "1") " );",
                      NULL));
    cr_assert(fx.config->interventions[0].value.real == 0.0);
    ASSERT_GOOD(parse(NONE "interventions = ( );", NULL));
    cr_assert(fx.config->n_interventions == 0 && !fx.config->interventions);
}

Test(interventions, the_order_is_by_year_then_by_place) {
    ASSERT_GOOD(
        parse("model = \"contagion\"; " RUN
              "interventions = ( " ENTRY("2005.5", "contagion.beta", "0.5") ", " ENTRY(
                  "2001", "contagion.gamma",
                  "0.25") ", " ENTRY("2005.5", "contagion.gamma",
                                     "0.75") ", " ENTRY("2001", "contagion.beta", "1") " );",
              NULL));
    static const double at[] = {2001, 2001, 2005.5, 2005.5}, value[] = {0.25, 1, 0.5, 0.75};
    cr_assert(fx.config->n_interventions == 4);
    for (size_t i = 0; i < 4; i++) {
        cr_assert(fx.config->interventions[i].at == at[i]);
        cr_assert(fx.config->interventions[i].value.real == value[i]);
    }
    cr_assert_str_eq(fx.config->interventions[2].row->name, "contagion.beta");
}

Test(interventions, the_nearest_list_replaces_those_of_the_bases) {
    write_text("base.cfg", NONE "interventions = ( " ENTRY("2001", "none.right", "0.1") ", " ENTRY(
                               "2002", "none.right", "0.2") " );");
    ASSERT_GOOD(
        load(write_text("heir.cfg", "base = \"base.cfg\"; none = { right = 0.9; };"), NULL));
    cr_assert(fx.config->n_interventions == 2);
    ASSERT_GOOD(load(write_text("own.cfg", "base = \"base.cfg\"; interventions = ( " ENTRY(
                                               "2003", "none.right", "0.3") " );"),
                     NULL));
    cr_assert(fx.config->n_interventions == 1 && fx.config->interventions[0].at == 2003);
    ASSERT_GOOD(load(write_text("none.cfg", "base = \"base.cfg\"; interventions = ( );"), NULL));
    cr_assert(fx.config->n_interventions == 0);
    const char *const shorter[] = {"run.years=2", NULL};
    ASSERT_REFUSED(load(path_of("base.cfg"), shorter), "base.cfg", 2, "begins at 2001.75");
    const char *const sets[] = {"interventions=3", NULL};
    ASSERT_REFUSED(load(path_of("base.cfg"), sets), NULL, 0, "in a file only");
}

Test(interventions, the_resolved_text_is_a_fixpoint_and_the_digest_covers_them) {
    static const char *const lists[] = {
        "",
        ENTRY("2001", "contagion.beta", "0.30000000000000004"),
        ENTRY("2001.25", "contagion.beta", "0.30000000000000004"),
        ENTRY("2001", "contagion.beta", "0.3"),
        ENTRY("2001", "contagion.gamma", "0.3"),
        ENTRY("2001", "run.stream", "3"),
        ENTRY("2001", "run.stream", "9007199254740991L"),
        ENTRY("2001", "contagion.beta", "0.3") ", " ENTRY("2009", "contagion.gamma", "1e-300")};
    enum { N = sizeof lists / sizeof lists[0] };
    char digest[N][33];
    for (size_t i = 0; i < N; i++) {
        char text[512];
        snprintf(text, sizeof text, "model = \"contagion\"; " RUN " interventions = ( %s );",
                 lists[i]);
        ASSERT_GOOD(parse(text, NULL));
        size_t n = fx.config->n_interventions;
        char *first = strdup(fx.config->text);
        memcpy(digest[i], fx.config->digest, sizeof digest[i]);
        ASSERT_GOOD(parse(first, NULL));
        cr_assert(fx.config->n_interventions == n);
        cr_assert_str_eq(fx.config->text, first);
        cr_assert_str_eq(fx.config->digest, digest[i]);
        free(first);
        for (size_t j = 0; j < i; j++)
            cr_assert(strcmp(digest[i], digest[j]) != 0, "%s, %s", lists[i], lists[j]);
    }
}

/* It is no parameter of the model: nothing is written to where one would lie. */
Test(interventions, a_stream_leaves_the_parameters_alone) {
    ASSERT_GOOD(parse("model = \"contagion\"; " RUN "contagion = { agents = 50; };"
                      "interventions = ( " ENTRY("2001", "run.stream", "3") " );",
                      NULL));
    cr_assert(fx.config->run.stream == 0 && fx.config->interventions[0].value.integer == 3);
    cr_assert(!sim_param_of_model(&fx.config->interventions[0]));
    const char *const sets[] = {"run.stream=4", NULL};
    ASSERT_GOOD(parse(NONE, sets));
    cr_assert(fx.config->run.stream == 4);
}

/* A misspelt name in a model's list would leave its parameter open. */
Test(interventions, what_is_only_for_the_start_is_a_parameter) {
    for (size_t m = 0; sim_models[m]; m++) {
        for (size_t i = 0; sim_models[m]->start_only && sim_models[m]->start_only[i]; i++) {
            const sim_param_t *row = sim_models[m]->params;
            while (row->name && strcmp(row->name, sim_models[m]->start_only[i]) != 0)
                row++;
            cr_assert(row->name, "%s", sim_models[m]->start_only[i]);
            cr_assert(sim_param_start_only(sim_models[m], row));
        }
    }
}

Test(interventions, thousands_are_loaded_and_too_many_refused) {
    char *text = NULL;
    size_t size = 0;
    for (int n = 4096; n <= 4097; n++) {
        FILE *out = open_memstream(&text, &size);
        fputs("model = \"none\"; run = { years = 1000; steps_per_year = 12; };\n", out);
        fputs("interventions = (", out);
        for (int i = 0; i < n; i++) {
            fprintf(out, "%s { at = %d.%02d; set = \"none.right\"; value = 0.5; }", i ? "," : "",
                    2500 - i / 100, i % 100);
        }
        fputs(" );", out);
        cr_assert(fclose(out) == 0);
        int code = parse(text, NULL);
        if (n == 4096) {
            ASSERT_GOOD(code);
            cr_assert(fx.config->n_interventions == 4096);
        } else {
            ASSERT_REFUSED(code, "test.cfg", 2, "there may be 4096");
        }
        free(text);
    }
}

/* A copy by value is no part of what was loaded, so nothing may be looked for behind it. */
Test(interventions, a_copy_tells_what_dates_mean) {
    char told[1024] = "", told_of_copy[1024] = "";
    ASSERT_GOOD(parse("model = \"none\"; run = { start_year = 2000; years = 3; };\n"
                      "interventions = ( { at = 2001.1; set = \"none.right\"; value = 0.1; } );",
                      NULL));
    sim_config_t *copy = malloc(sizeof *copy);
    cr_assert_not_null(copy);
    *copy = *fx.config;
    cr_expect(sim_param_date_told(fx.config, 0, told, sizeof told));
    cr_expect(sim_param_date_told(copy, 0, told_of_copy, sizeof told_of_copy));
    cr_expect_str_eq(told_of_copy, told);
    free(copy);
}
