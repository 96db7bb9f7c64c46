/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
/* A policy laid over a scenario: which leaves become interventions, which files count, what is
 * refused and where. The command's tests hold the runs to those from the start. */
#include "tests/param/fixture.h"

#include "sim/schedule/world.h"

TestSuite(fork, .init = fixture_begin, .fini = fixture_end);

#define RUN "run = { start_year = 2000; years = 10; steps_per_year = 4; };\n"
#define MODEL "model = \"contagion\";\n" RUN

static int load_fork(const char *scenario, const char *policy, double year,
                     const char *const *sets) {
    again();
    return sim_param_config_fork(scenario, policy, year, sets, &fx.diag, &fx.config);
}

static void expect_changes(const char *words) {
    char text[1024] = "";
    size_t used = 0;
    for (size_t i = 0; i < fx.config->n_interventions; i++) {
        const sim_param_intervention_t *what = &fx.config->interventions[i];
        used += (size_t)snprintf(text + used, sizeof text - used, "%g %s=%g; ", what->at,
                                 strchr(what->row->name, '.') + 1, what->value.real);
    }
    cr_expect_str_eq(text, words);
}

Test(fork, leaves_that_differ_become_interventions) {
    const char *scenario = write_text("s.cfg", MODEL "contagion = { beta = 0.1; gamma = 0.2; };");
    const char *policy = write_text("p.cfg", "contagion = { gamma = 0.2; beta = 0.3; rewire = 1; };"
                                             "output = { detail = \"full\"; };");
    ASSERT_GOOD(load_fork(scenario, policy, 2004.5, NULL));
    expect_changes("2004.5 beta=0.3; 2004.5 rewire=1; ");
    cr_expect_str_eq(fx.config->name, "p");
    cr_expect_str_eq(fx.config->file, policy);
    cr_expect(fx.config->run.detail_given);
    cr_expect_str_eq(value_of(fx.config->model->params, fx.config->params, "contagion.beta"),
                     "0.1");
}

Test(fork, a_file_of_both_counts_as_the_scenarios) {
    const char *const sets[] = {"contagion.beta=0.4", "contagion.gamma=0.5", NULL};
    write_text("base.cfg", MODEL "contagion = { beta = 0.1; gamma = 0.2; };");
    const char *scenario = write_text("s.cfg", "base = \"base.cfg\"; contagion = { beta = 0.2; };");
    write_text("middle.cfg", "base = \"./base.cfg\"; contagion = { rewire = 0.9; gamma = 0.3; };");
    const char *policy =
        write_text("p.cfg", "base = \"middle.cfg\"; contagion = { gamma = 0.7; };");
    ASSERT_GOOD(load_fork(scenario, policy, 2004, NULL));
    expect_changes("2004 gamma=0.7; 2004 rewire=0.9; ");
    ASSERT_GOOD(load_fork(scenario, policy, 2004, sets));
    expect_changes("2004 gamma=0.7; 2004 rewire=0.9; ");
    cr_expect_str_eq(value_of(fx.config->model->params, fx.config->params, "contagion.beta"),
                     "0.4");
    ASSERT_GOOD(load_fork(scenario, scenario, 2004, sets));
    expect_changes("");
    write_text("other.cfg", "contagion = { beta = 0.1; };");
    policy = write_text("p.cfg", "base = \"other.cfg\";");
    ASSERT_GOOD(load_fork(scenario, policy, 2004, NULL));
    expect_changes("2004 beta=0.1; ");
}

/* The value in force decides, not the one that the run began with. */
Test(fork, a_leaf_is_compared_with_the_value_before_the_year) {
    const char *scenario =
        write_text("s.cfg", MODEL "contagion = { beta = 0.1; }; interventions = (\n"
                                  "{ at = 2003; set = \"contagion.beta\"; value = 0.3; },\n"
                                  "{ at = 2002; set = \"contagion.beta\"; value = 0.2; },\n"
                                  "{ at = 2004; set = \"contagion.beta\"; value = 0.4; },\n"
                                  "{ at = 2006; set = \"contagion.beta\"; value = 0.6; } );");
    const char *back = write_text("p.cfg", "contagion = { beta = 0.1; };");
    ASSERT_GOOD(load_fork(scenario, back, 2004, NULL));
    expect_changes("2002 beta=0.2; 2003 beta=0.3; 2004 beta=0.1; 2006 beta=0.6; ");
    ASSERT_GOOD(load_fork(scenario, back, 2001, NULL));
    expect_changes("2002 beta=0.2; 2003 beta=0.3; 2004 beta=0.4; 2006 beta=0.6; ");
    const char *stays = write_text("q.cfg", "contagion = { beta = 0.3; };");
    ASSERT_GOOD(load_fork(scenario, stays, 2004, NULL));
    expect_changes("2002 beta=0.2; 2003 beta=0.3; 2006 beta=0.6; ");
    const char *none = write_text("n.cfg", "interventions = ( );");
    ASSERT_GOOD(load_fork(scenario, none, 2004, NULL));
    expect_changes("2002 beta=0.2; 2003 beta=0.3; ");
}

Test(fork, its_text_loads_to_the_same_configuration) {
    const char *scenario =
        write_text("s.cfg", MODEL "interventions = (\n"
                                  "{ at = 2002; set = \"contagion.beta\"; value = 0.2; } );");
    const char *policy = write_text("p.cfg", "contagion = { beta = 0.3; };");
    char digest[33];
    ASSERT_GOOD(load_fork(scenario, policy, 2004, NULL));
    strcpy(digest, fx.config->digest);
    char *text = strdup(fx.config->text);
    ASSERT_GOOD(parse(text, NULL));
    cr_expect_str_eq(fx.config->digest, digest);
    free(text);
}

Test(fork, what_cannot_be_changed_is_named_with_its_place) {
    const char *scenario = write_text("s.cfg", MODEL "contagion = { agents = 50; };");
    ASSERT_REFUSED(
        load_fork(scenario, write_text("p.cfg", "\ncontagion = { agents = 60; };"), 2004, NULL),
        "p.cfg", 2, "contagion.agents is read only at the start; no policy can");
    ASSERT_REFUSED(
        load_fork(scenario, write_text("p.cfg", "run = {\nstart_year = 1999; };"), 2004, NULL),
        "p.cfg", 2, "run.start_year is of the whole run; no policy can change it");
    ASSERT_REFUSED(
        load_fork(scenario, write_text("p.cfg", "contagion = { beta = 7; };"), 2004, NULL), "p.cfg",
        1, "between 0 and 1");
    ASSERT_REFUSED(load_fork(scenario,
                             write_text("p.cfg", "interventions = (\n{ at = 2003.75; set = "
                                                 "\"contagion.beta\"; value = 0.2; } );"),
                             2004, NULL),
                   "p.cfg", 2, "at is 2003.75; a policy begins when it parts from the scenario");
    ASSERT_REFUSED(load_fork(scenario, write_text("p.cfg", "base = \"p.cfg\";"), 2004, NULL),
                   "p.cfg", 1, "the bases run in a circle");
    ASSERT_REFUSED(load_fork(write_text("bad.cfg", "contagion = { };"),
                             write_text("p.cfg", "a = 1;"), 2004, NULL),
                   "bad.cfg", 0, "no model is named");
}

/* Alone of the settings of the run. */
Test(fork, a_policy_may_have_another_stream) {
    const char *scenario = write_text("s.cfg", MODEL "contagion = { agents = 50; };");
    const char *policy = write_text("p.cfg", "run = { stream = 3; };");
    ASSERT_GOOD(load_fork(scenario, policy, 2004.5, NULL));
    cr_assert(fx.config->n_interventions == 1 && fx.config->run.stream == 0);
    const sim_param_intervention_t *what = &fx.config->interventions[0];
    cr_expect_str_eq(what->row->name, "run.stream");
    cr_expect(what->at >= 2004.5 && what->at <= 2004.5 && what->value.integer == 3);
}

Test(fork, the_same_value_again_is_no_change) {
    const char *scenario = write_text("s.cfg", MODEL "contagion = { agents = 50; };");
    const char *policy = write_text("p.cfg", "contagion = { agents = 50; };" RUN);
    ASSERT_GOOD(load_fork(scenario, policy, 2004, NULL));
    cr_expect_eq(fx.config->n_interventions, 0);
}
