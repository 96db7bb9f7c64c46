/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
/* One value at a time: types, ranges, words, files; where each problem is said to be. */
#include "tests/param/fixture.h"

TestSuite(values, .init = fixture_begin, .fini = fixture_end);

typedef struct {
    const char *text; /* of a file whose problem stands in line 2 */
    const char *words;
} wrong_t;

#define NONE "model = \"none\";\n"

Test(values, a_wrong_value_is_named_with_file_and_line) {
    static const wrong_t wrong[] = {
        {NONE "none = { right = \"half\"; };", "must be a real number, but is the text \"half\""},
        {NONE "none = { right = true; };", "must be a real number, but is true or false"},
        {NONE "none = { right = { x = 1; }; };", "but is a group"},
        {NONE "none = { right = ( 0.5 ); };", "but is a list"},
        {NONE "none = { right = [ 0.5 ]; };", "but is an array"},
        {NONE "none = { right = 1.5; };", "none.right is 1.5; it must lie between 0 and 1 (share)"},
        {NONE "none = { right = -1; };", "none.right is -1.0; it must lie between 0 and 1 (share)"},
        {NONE "none = { right = 1e999; };", "infinite"},
        {NONE "none = { right = -1e999; };", "infinite"},
        {NONE "none = { agents = 3.0; };", "must be an integer, but is a real number"},
        {NONE "none = { agents = 0; };", "between 1 and 100000000"},
        {NONE "none = { agents = 3000000000; };", "does not fit into 32 bits"},
        {NONE "none = { agents = 99999999999999999999L; };", "does not fit into 64 bits"},
        {NONE "none = { agents = 0xFFFFFFFF; };", "does not fit into 32 bits"},
        {NONE "none = { agents = 3000000000L; };", "between 1 and 100000000"},
        {NONE "output = { detail = \"seris\"; };", "did you mean \"series\"?"},
        {NONE "output = { detail = \"x\"; };", "it may be: summary, series, full, choices"},
        {NONE "output = { detail = 1; };", "must be a word in quotes, but is an integer"},
        {NONE "run = { steps_per_year = 2; };", "it must be 1, 4 or 12"},
        {NONE "run = { years = 0; };", "between 1 and 1000"},
        {NONE "none = { rigth = 0.5; };", "did you mean none.right?"},
        {NONE "nome = { right = 0.5; };", "did you mean none?"},
        {NONE "right = 0.5;", "did you mean none.right?"},
        {NONE "contagion = { beta = 0.5; };", "no setting contagion"},
        {NONE "none = 3;", "none must be a group"},
        {NONE "none = \"x\";", "none must be a group"},
        {NONE "interventions = { };", "must be a list"},
        {NONE "interventions = ( 3 );", "must be a group"},
        {NONE "base = 3;", "base must be the name of a file in quotes"},
        {NONE "base = \"\";", "but is empty"},
        {NONE "none = { right = 0.5; right = 0.6; };", "duplicate"},
        {NONE "none = { right = nan; };", "syntax error at \"nan\": numbers must be finite"},
        {NONE "none = { right = -inf; };", "syntax error at \"inf\": numbers must be finite"},
        {NONE "none = { right = 0,5; };", "syntax error at \"0,5\": a decimal has a point"},
        {NONE "none = { right = 30 %; };", "syntax error at \"30 %\": there is no percent sign"},
        {NONE "none.right = 0.5;", "syntax error at \"none.right\": settings stand in groups"},
        {NONE "none = { right = two; };", "syntax error at \"two\": a number has digits"},
        {NONE "none = { on = yes; };", "syntax error at \"yes\": a truth value is true or false"},
        {NONE "base = \xE2\x80\x9Cx.cfg\xE2\x80\x9D;", "straight double quotes"},
        {NONE "interventions = ( { at = 1; }, );", "no comma stands behind the last entry"},
        {NONE "none = { right = 0.5;", "the { that stands here has no end"},
        {NONE "none = { right = 0.5;\n/* } */ run = { steps = 3; };\n# }", "the { that stands"},
        {NONE "interventions = ( { at = 1; ) };", ") stands where the { of line 2 needs its end"},
        {NONE "none = { right = ; };", "syntax"},
        {NONE "} none = { };", "syntax"},
        {NONE "none = { /* no end", "has no end"},
        {NONE "output = { detail = \"no end", "no end quote"},
        {NONE "none = { right = 0.5; } }", "syntax"},
        {NONE "@include \"missing.inc\"", "cannot include"},
        {NONE "@include \"/etc/hostname\"", "@include needs"},
        {NONE "\xff", "UTF-8"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        ASSERT_REFUSED(parse(wrong[i].text, NULL), "test.cfg", 2, wrong[i].words);
}

Test(values, an_empty_list_of_interventions_and_a_number_at_its_bound_are_good) {
    ASSERT_GOOD(parse(NONE "interventions = ( ); none = { right = 1; agents = 1; };", NULL));
    ASSERT_GOOD(parse(NONE "none = { right = 0.0; }; run = { seed = 9007199254740991L; };", NULL));
    cr_assert(fx.config->run.seed == SIM_PARAM_MAX_SEED);
}

Test(values, all_problems_are_reported_at_once_in_order_of_lines) {
    static const char text[] = NONE "run = {\n  years = 0;\n  reps = \"x\";\n};\n"
                                    "none = {\n  rigth = 1;\n  right = 2.0;\n};\n";
    const char *const sets[] = {"none.agents=0", "nonsense", NULL};
    cr_assert(parse(text, sets) == SIM_ERR_CONFIG);
    static const int lines[] = {3, 4, 7, 8, 0, 0};
    cr_assert(fx.diag.count == 6, "%s", all_problems());
    for (size_t i = 0; i < 6; i++)
        cr_assert(fx.diag.problem[i].line == lines[i], "%s", all_problems());
    cr_assert(!fx.diag.problem[5].file);
}

Test(values, a_flood_of_problems_is_cut) {
    char text[4096] = NONE "none = {\n";
    for (int i = 0; i < 80; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "  unknown_%d = 1;\n", i);
    }
    strcat(text, "};\n");
    cr_assert(parse(text, NULL) == SIM_ERR_CONFIG);
    cr_assert(fx.diag.count == SIM_PARAM_MAX_PROBLEMS + 1, "%zu", fx.diag.count);
    ASSERT_PROBLEM("test.cfg", 53, "more problems");
}

/* ---- rows of every type, without a model ---- */

typedef struct {
    double real;
    int64_t whole;
    bool flag;
    int choice;
    const char *path;
} all_t;

static const sim_param_t rows[] = {
    SIM_PARAM_ROW_REAL(all_t, real, "g.real", 1, -1e300, 1e300, "", "d", A, "s"),
    SIM_PARAM_ROW_INT(all_t, whole, "g.whole", 1, -5, 5, "", "d", A, "s"),
    SIM_PARAM_ROW_BOOL(all_t, flag, "g.flag", 1, "d", A, "s"),
    SIM_PARAM_ROW_CHOICE(all_t, choice, "g.choice", 1, "red|green|blue", "d", A, "s"),
    SIM_PARAM_ROW_PATH(all_t, path, "g.path", "x.csv", "d", A, "s"),
    SIM_PARAM_END};
static const sim_param_t optional =
    SIM_PARAM_ROW_OPTIONAL_PATH(all_t, path, "g.optional", "d", A, "s");

static bool accept(size_t row, const char *text, bool quoted, sim_param_value_t *value) {
    sim_param_report_t report = {.diag = &fx.diag};
    sim_param_place_t place = {.set = "x"};
    sim_param_found_t found = sim_param_found_text(&rows[row], text, quoted);
    return sim_param_accept(&rows[row], &found, &place, &report, value);
}

Test(values, what_each_type_takes) {
    sim_param_value_t value = {0};
    cr_assert(accept(0, "-3", false, &value) && value.real == -3.0);
    cr_assert(accept(0, "0x1p-2", false, &value) && value.real == 0.25);
    cr_assert(!accept(0, "1e309", false, &value) && !accept(0, "NaN", false, &value));
    cr_assert(!accept(0, "1", true, &value) && !accept(0, "1 2", false, &value));
    cr_assert(accept(1, "-5", false, &value) && value.integer == -5);
    cr_assert(accept(1, "5L", false, &value) && value.integer == 5);
    cr_assert(!accept(1, "6", false, &value) && !accept(1, "5.0", false, &value));
    cr_assert(accept(2, "TRUE", false, &value) && value.flag);
    cr_assert(accept(2, "false", false, &value) && !value.flag);
    cr_assert(!accept(2, "1", false, &value) && !accept(2, "yes", false, &value));
    cr_assert(!accept(2, "true", true, &value));
    cr_assert(accept(3, "blue", false, &value) && value.choice == 2);
    cr_assert(!accept(3, "blu", false, &value) && !accept(3, "", false, &value));
    cr_assert(accept(4, "a b.csv", false, &value) && strcmp(value.path, "a b.csv") == 0);
    cr_assert(!accept(4, "", false, &value));
}

Test(values, only_an_optional_file_may_be_left_out) {
    sim_param_report_t report = {.diag = &fx.diag};
    sim_param_place_t place = {.set = "x"};
    sim_param_value_t value = {0};
    sim_param_found_t found = sim_param_found_text(&optional, "", false);
    cr_assert(sim_param_accept(&optional, &found, &place, &report, &value));
    cr_assert_str_eq(value.path, "");
    cr_assert_str_eq(sim_param_default(&optional).path, "");
    cr_assert(!accept(4, "", false, &value));
}

Test(values, default_store_fetch_and_format_agree) {
    static const char *const text[] = {"1.0", "1", "true", "green", "x.csv"};
    all_t all = {0};
    char buffer[64];
    for (size_t i = 0; rows[i].name; i++) {
        sim_param_value_t value = sim_param_default(&rows[i]);
        sim_param_store(&rows[i], &value, &all);
        cr_assert_str_eq(sim_param_format(&rows[i], &all, buffer, sizeof buffer), text[i]);
    }
    all.choice = 3;
    cr_assert_str_eq(sim_param_format(&rows[3], &all, buffer, sizeof buffer), "");
    all.path = NULL;
    cr_assert_str_eq(sim_param_format(&rows[4], &all, buffer, sizeof buffer), "");
}
