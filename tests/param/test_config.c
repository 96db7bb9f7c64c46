/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
/* A configuration as a whole: defaults, round trips, --set, the length of a run, the digest. */
#include "tests/param/fixture.h"

#include "sim/record/record.h"
#include "sim/schedule/world.h"

TestSuite(config, .init = fixture_begin, .fini = fixture_end);

static const char *of_model(const char *name) {
    return value_of(fx.config->model->params, fx.config->params, name);
}

static const char *of_run(const char *name) {
    return value_of(sim_param_engine_table, &fx.config->run, name);
}

Test(config, defaults_are_those_of_the_tables) {
    ASSERT_GOOD(parse("model = \"none\";", NULL));
    cr_assert_str_eq(fx.config->model->name, "none");
    cr_assert_str_eq(fx.config->name, "test");
    cr_assert_str_eq(fx.config->file, "test.cfg");
    cr_assert_str_eq(of_model("none.agents"), "1000");
    cr_assert_str_eq(of_model("none.right"), "0.5");
    cr_assert(fx.config->run.steps == 160 && fx.config->run.years == 40);
    cr_assert(fx.config->run.seed == 1 && fx.config->run.reps == 1);
    cr_assert(fx.config->run.detail == SIM_DETAIL_SERIES && !fx.config->run.detail_given);
    int line = -1;
    cr_assert_str_eq(sim_param_origin(fx.config, "none.right", &line), "default");
    cr_assert(line == 0);
    cr_assert_str_eq(sim_param_origin(fx.config, "no.such", NULL), "default");
}

/* Every default of every model's table lies in its own range, so that a table cannot ship a
 * value that its file would be refused for. */
Test(config, defaults_lie_in_their_ranges) {
    for (size_t m = 0; sim_models[m]; m++) {
        for (const sim_param_t *row = sim_models[m]->params; row->name; row++) {
            bool number = row->type == SIM_PARAM_REAL || row->type == SIM_PARAM_INT;
            cr_assert(!number || (row->value >= row->min && row->value <= row->max), "%s",
                      row->name);
            cr_assert(strchr(row->name, '.') && row->doc && *row->doc, "%s", row->name);
            cr_assert(strchr("SFDBA", (char)row->tag) && row->source, "%s", row->name);
        }
    }
}

Test(config, resolved_text_is_a_fixpoint_with_the_same_digest) {
    static const char *const texts[] = {
        "model = \"none\";",
        "model = \"none\"; run = { steps = 7; seed = 4294967296L; }; none = { right = 0.1; };",
        "model = \"contagion\"; run = { years = 3; steps_per_year = 12; };"
        "contagion = { beta = 0.30000000000000004; gamma = 1e-300; rewire = 1; agents = 20; };"
        "output = { detail = \"full\"; };"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char digest[33];
        ASSERT_GOOD(parse(texts[i], NULL));
        char *first = strdup(fx.config->text);
        memcpy(digest, fx.config->digest, sizeof digest);
        ASSERT_GOOD(parse(first, NULL));
        cr_assert_str_eq(fx.config->text, first);
        cr_assert_str_eq(fx.config->digest, digest);
        free(first);
    }
}

Test(config, reals_survive_to_the_last_bit) {
    static const double numbers[] = {0.1,  0.30000000000000004, 5e-324, 2.2250738585072014e-308,
                                     1e22, 9007199254740993.0,  20.0,   1e9,
                                     -0.0, 123456.789,          1e-7,   1.7976931348623157e308};
    char buffer[64];
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        sim_param_format_real(numbers[i], buffer, sizeof buffer);
        double back = strtod(buffer, NULL);
        cr_assert(memcmp(&back, &numbers[i], sizeof back) == 0, "%s", buffer);
        cr_assert(strpbrk(buffer, ".e") != NULL, "%s is an integer to libconfig", buffer);
    }
    sim_param_format_real(20, buffer, sizeof buffer);
    cr_assert_str_eq(buffer, "20.0");
}

/* ---- --set ---- */

Test(config, set_beats_the_file_and_the_last_set_wins) {
    const char *const sets[] = {"none.right=0.25", "run.seed=7", " none.right = 0.75 ", NULL};
    ASSERT_GOOD(parse("model = \"none\"; none = { right = 0.1; };", sets));
    cr_assert_str_eq(of_model("none.right"), "0.75");
    cr_assert(fx.config->run.seed == 7);
    cr_assert_str_eq(sim_param_origin(fx.config, "none.right", NULL), "--set");
}

Test(config, set_chooses_the_model) {
    const char *const sets[] = {"model=contagion", "contagion.beta=0.5", NULL};
    ASSERT_GOOD(parse("run = { steps = 3; };", sets));
    cr_assert_str_eq(fx.config->model->name, "contagion");
    const char *const wrong[] = {"model=contagoin", NULL};
    ASSERT_REFUSED(parse("run = { steps = 3; };", wrong), NULL, 0, "contagion");
}

Test(config, set_reads_every_type) {
    const char *const sets[] = {"output.detail=full", "none.agents=0x10", "none.right=1e-1", NULL};
    ASSERT_GOOD(parse("model = \"none\";", sets));
    cr_assert(fx.config->run.detail == SIM_DETAIL_FULL && fx.config->run.detail_given);
    cr_assert_str_eq(of_model("none.agents"), "16");
    cr_assert_str_eq(of_model("none.right"), "0.1");
    const char *const quoted[] = {"output.detail=\"summary\"", NULL};
    ASSERT_GOOD(parse("model = \"none\";", quoted));
    cr_assert_str_eq(of_run("output.detail"), "summary");
}

typedef struct {
    const char *set, *words;
} wrong_t;

Test(config, wrong_sets_are_refused) {
    static const wrong_t wrong[] = {
        {"none.right", "expected group.name=value"},
        {"=3", "expected group.name=value"},
        {"", "expected group.name=value"},
        {"none.rigth=0.5", "did you mean none.right?"},
        {"nome.right=0.5", "did you mean none.right?"},
        {"right=0.5", "did you mean none.right?"},
        {"none.right=", "must be a real number"},
        {"none.right=half", "must be a real number"},
        {"none.right=nan", "not a number"},
        {"none.right=1e999", "infinite"},
        {"none.right=-inf", "infinite"},
        {"none.right=1.01", "between 0 and 1"},
        {"none.right=true", "must be a real number"},
        {"none.agents=1.5", "must be an integer"},
        {"none.agents=99999999999999999999", "must be an integer"},
        {"none.agents=0", "between 1 and 100000000"},
        {"run.steps_per_year=3", "1, 4 or 12"},
        {"run.seed=-1", "between 0 and 9007199254740991"},
        {"run.seed=9007199254740992", "between 0 and 9007199254740991"},
        {"run.seed=9223372036854775807", "between 0 and 9007199254740991"},
        {"output.detail=ful", "did you mean \"full\"?"},
        {"output.detail=3", "may be: summary, series, full, choices"},
        {"none.right=\xff", "UTF-8"},
        {"base=x.cfg", "in a file only"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *const sets[] = {wrong[i].set, NULL};
        ASSERT_REFUSED(parse("model = \"none\";", sets), NULL, 0, wrong[i].words);
    }
}

/* ---- the length of a run ---- */

Test(config, steps_come_from_years_unless_given) {
    ASSERT_GOOD(parse("model = \"none\"; run = { years = 3; steps_per_year = 12; };", NULL));
    cr_assert(fx.config->run.steps == 36 && fx.config->run.years == 3);
    ASSERT_GOOD(parse("model = \"none\"; run = { steps = 9; };", NULL));
    cr_assert(fx.config->run.steps == 9 && fx.config->run.years == 3);
    ASSERT_REFUSED(parse("model = \"none\";\nrun = {\n years = 1;\n steps = 9; };", NULL),
                   "test.cfg", 4, "one of them is enough");
}

Test(config, the_nearer_one_of_steps_and_years_wins) {
    write_text("steps.cfg", "model = \"none\"; run = { steps = 9; };");
    write_text("years.cfg", "base = \"steps.cfg\"; run = { years = 2; };");
    ASSERT_GOOD(load(path_of("years.cfg"), NULL));
    cr_assert(fx.config->run.steps == 8);
    const char *sets[] = {"run.years=5", "run.steps=11", NULL};
    ASSERT_GOOD(load(path_of("years.cfg"), sets));
    cr_assert(fx.config->run.steps == 11);
    sets[1] = NULL;
    ASSERT_GOOD(load(path_of("steps.cfg"), sets));
    cr_assert(fx.config->run.steps == 20);
}

/* ---- the digest ---- */

static void digest_of(const char *text, char digest[33]) {
    ASSERT_GOOD(parse(text, NULL));
    memcpy(digest, fx.config->digest, 33);
}

Test(config, digest_is_about_settings_and_not_about_their_writing) {
    char plain[33], other[33];
    digest_of("model = \"none\";", plain);
    cr_assert(strlen(plain) == 32 && strspn(plain, "0123456789abcdef") == 32);
    static const char *const same[] = {
        "# a comment\nnone : { right : 0.5 };\nmodel : \"none\"",
        "model = \"none\"; none = { agents = 1000; }; run = { steps = 160; };",
        "model = \"none\"; output = { detail = \"full\"; }; run = { reps = 9; };"};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        digest_of(same[i], other);
        cr_assert_str_eq(plain, other);
    }
    static const char *const different[] = {
        "model = \"none\"; none = { agents = 1001; };",
        "model = \"none\"; none = { right = 0.50000000000000011; };",
        "model = \"none\"; run = { seed = 2; };",
        "model = \"none\"; run = { years = 41; };",
        "model = \"none\"; run = { start_year = 2001; };",
        "model = \"contagion\";"};
    for (size_t i = 0; i < sizeof different / sizeof different[0]; i++) {
        digest_of(different[i], other);
        cr_assert(strcmp(plain, other) != 0, "%s", different[i]);
    }
}

/* ---- the model ---- */

Test(config, the_model_must_be_named_and_known) {
    ASSERT_REFUSED(parse("run = { years = 2; };", NULL), "test.cfg", 0, "no model is named");
    ASSERT_REFUSED(parse("\nmodel = \"nome\";", NULL), "test.cfg", 2, "did you mean \"none\"?");
    ASSERT_REFUSED(parse("model = \"zzzzzzzz\";", NULL), "test.cfg", 1, "lists them");
    ASSERT_REFUSED(parse("model = 3;", NULL), "test.cfg", 1, "name of a model in quotes");
    ASSERT_REFUSED(parse("model = \"\";", NULL), "test.cfg", 1, "model");
}

/* A sweep varies copies of a configuration: they know where their values come from, too. */
Test(config, a_copy_knows_the_origin_of_its_values) {
    int line = 0, line_of_copy = 0;
    sim_config_t *config = NULL;
    sim_base_diag_t diag;
    sim_base_diag_init(&diag);
    cr_assert_eq(sim_param_config_parse("model = \"none\";\nnone = {\n  right = 0.7;\n};\n",
                                        "copied", ".", NULL, &diag, &config),
                 0);
    const sim_config_t copy = *config;
    cr_expect_str_eq(sim_param_origin(&copy, "none.right", &line_of_copy),
                     sim_param_origin(config, "none.right", &line));
    cr_expect_eq(line, line_of_copy);
    cr_expect_eq(line, 3);
    sim_param_config_destroy(config);
    sim_base_diag_free(&diag);
}

static int answer;

static int says_nothing(const sim_config_t *config, sim_base_diag_t *diag) {
    (void)config;
    (void)diag;
    return answer;
}

static int says_a_problem(const sim_config_t *config, sim_base_diag_t *diag) {
    (void)config;
    (void)sim_base_diag_add(diag, "other.cfg", 7, "too many");
    return answer;
}

/* Of the loaded configuration, with a check() of the test's. */
static int check_by(int (*check)(const sim_config_t *config, sim_base_diag_t *diag), int code) {
    const sim_model_t *known = fx.config->model;
    sim_model_t model = *known;
    model.check = check;
    answer = code;
    fx.config->model = &model;
    sim_base_diag_free(&fx.diag);
    code = sim_param_config_try(fx.config, NULL, 0, &fx.diag);
    fx.config->model = known;
    return code;
}

/* Whoever reads the code alone would take it for lack of memory. */
Test(config, a_check_that_refuses_says_why) {
    static const int codes[] = {SIM_ERR_CONFIG, SIM_ERR_IO, 3};
    ASSERT_GOOD(parse("model = \"none\";", NULL));
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        cr_expect_eq(check_by(says_nothing, codes[i]), SIM_ERR_CONFIG);
        cr_assert_eq(fx.diag.count, 1);
        cr_expect_str_eq(fx.diag.problem[0].file, "test.cfg");
        cr_expect(strstr(fx.diag.problem[0].text, "check() of model none") &&
                  strstr(fx.diag.problem[0].text, "does not say why"));
    }
    cr_expect_eq(check_by(says_nothing, SIM_ERR_MEMORY), SIM_ERR_MEMORY);
    cr_expect_eq(fx.diag.count, 0);
    cr_expect_eq(check_by(says_nothing, SIM_OK), SIM_OK);
    for (int code = SIM_OK; code >= SIM_ERR_CONFIG; code += SIM_ERR_CONFIG) {
        cr_expect_eq(check_by(says_a_problem, code), SIM_ERR_CONFIG);
        cr_assert_eq(fx.diag.count, 1);
        cr_expect_str_eq(fx.diag.problem[0].text, "too many");
        sim_base_diag_free(&fx.diag);
    }
}
