/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
/* Scenarios in files: chains of bases, fragments, what is no file, and data files. */
#include <sys/stat.h>

#include "tests/param/fixture.h"

#include "sim/schedule/world.h"

TestSuite(files, .init = fixture_begin, .fini = fixture_end);

static const char *of_model(const char *name) {
    return value_of(fx.config->model->params, fx.config->params, name);
}

/* ---- bases ---- */

Test(files, a_chain_of_three_is_laid_leaf_by_leaf) {
    cr_assert(mkdir(path_of("low"), 0700) == 0 && mkdir(path_of("low/er"), 0700) == 0);
    write_text("low/er/a.cfg", "model = \"contagion\";\ncontagion = { beta = 0.1; gamma = 0.2; "
                               "rewire = 0.3; agents = 7; };\n");
    write_text("low/b.cfg", "base = \"er/a.cfg\";\ncontagion = { gamma = 0.5; };\n");
    write_text("c.cfg", "base = \"low/b.cfg\";\n\ncontagion = { rewire = 0.6; };\n");
    const char *const sets[] = {"contagion.agents=9", NULL};
    int line = 0;
    ASSERT_GOOD(load(path_of("c.cfg"), sets));
    cr_assert_str_eq(of_model("contagion.beta"), "0.1");
    cr_assert_str_eq(of_model("contagion.gamma"), "0.5");
    cr_assert_str_eq(of_model("contagion.rewire"), "0.6");
    cr_assert_str_eq(of_model("contagion.agents"), "9");
    cr_assert_str_eq(fx.config->name, "c");
    cr_assert_str_eq(sim_param_origin(fx.config, "contagion.rewire", &line), path_of("c.cfg"));
    cr_assert(line == 3);
    cr_assert_str_eq(sim_param_origin(fx.config, "contagion.beta", &line), path_of("low/er/a.cfg"));
    cr_assert(line == 2);
    cr_assert_str_eq(sim_param_origin(fx.config, "model", &line), path_of("low/er/a.cfg"));
}

Test(files, problems_of_a_base_name_the_base) {
    write_text("a.cfg", "model = \"none\";\nnone = { rigth = 0.1; };\n");
    write_text("b.cfg", "base = \"a.cfg\";\nnone = { agents = 0; };\n");
    cr_assert(load(path_of("b.cfg"), NULL) == SIM_ERR_CONFIG);
    cr_assert(fx.diag.count == 2);
    ASSERT_PROBLEM("a.cfg", 2, "did you mean none.right?");
    ASSERT_PROBLEM("b.cfg", 2, "between 1 and 100000000");
}

Test(files, a_wrong_value_that_the_scenario_replaces_is_still_wrong) {
    write_text("a.cfg", "model = \"none\";\nnone = { right = 2.0; };\n");
    write_text("b.cfg", "base = \"a.cfg\";\nnone = { right = 0.5; };\n");
    ASSERT_REFUSED(load(path_of("b.cfg"), NULL), "a.cfg", 2, "none.right is 2.0");
}

Test(files, circles_are_refused) {
    write_text("self.cfg", "model = \"none\";\nbase = \"self.cfg\";\n");
    ASSERT_REFUSED(load(path_of("self.cfg"), NULL), "self.cfg", 2, "circle");
    write_text("a.cfg", "base = \"b.cfg\"; model = \"none\";\n");
    write_text("b.cfg", "\nbase = \"./c.cfg\";\n");
    write_text("c.cfg", "\n\nbase = \"a.cfg\";\n");
    ASSERT_REFUSED(load(path_of("a.cfg"), NULL), "c.cfg", 3, "circle");
    cr_assert(symlink("a.cfg", path_of("alias.cfg")) == 0);
    write_text("c.cfg", "\n\nbase = \"alias.cfg\";\n");
    ASSERT_REFUSED(load(path_of("a.cfg"), NULL), "c.cfg", 3, "circle");
}

Test(files, a_chain_has_an_end) {
    char name[32], text[64];
    for (int i = 0; i < 70; i++) {
        snprintf(name, sizeof name, "%d.cfg", i);
        snprintf(text, sizeof text, "model = \"none\"; base = \"%d.cfg\";", i + 1);
        write_text(name, text);
    }
    write_text("70.cfg", "model = \"none\";");
    ASSERT_GOOD(load(path_of("7.cfg"), NULL));
    ASSERT_REFUSED(load(path_of("0.cfg"), NULL), "63.cfg", 1, "longer than 64 files");
}

Test(files, a_base_that_cannot_be_read) {
    write_text("a.cfg", "model = \"none\";\nbase = \"missing.cfg\";\n");
    ASSERT_REFUSED(load(path_of("a.cfg"), NULL), "a.cfg", 2, "No such file");
    write_text("a.cfg", "model = \"none\";\n\nbase = \".\";\n");
    ASSERT_REFUSED(load(path_of("a.cfg"), NULL), "a.cfg", 3, "folder");
}

/* ---- what is no scenario ---- */

Test(files, what_is_no_scenario) {
    ASSERT_REFUSED(load(path_of("missing.cfg"), NULL), "missing.cfg", 0, "No such file");
    ASSERT_REFUSED(load(fx.dir, NULL), fx.dir, 0, "folder");
    cr_assert(mkfifo(path_of("pipe.cfg"), 0600) == 0);
    ASSERT_REFUSED(load(path_of("pipe.cfg"), NULL), "pipe.cfg", 0, "not a regular file");
    ASSERT_REFUSED(load(write_text("empty.cfg", ""), NULL), "empty.cfg", 0, "empty");
    ASSERT_REFUSED(load(write_text("blank.cfg", " \n\t\n"), NULL), "blank.cfg", 0, "empty");
    ASSERT_REFUSED(load(write_bytes("zero.cfg", "model\n\0x", 8), NULL), "zero.cfg", 2, "NUL");
    ASSERT_REFUSED(load(write_text("latin.cfg", "# \xe9t\xe9\n"), NULL), "latin.cfg", 1, "UTF-8");
    ASSERT_REFUSED(load(write_text("utf16.cfg", "\xff\xfem"), NULL), "utf16.cfg", 1, "UTF-8");
}

Test(files, a_byte_order_mark_and_dos_line_ends_do_no_harm) {
    write_text("mark.cfg",
               "\xEF\xBB\xBFmodel = \"none\";\r\nnone = {\r\n  right = 0.25;\r\n};\r\n");
    int line = 0;
    ASSERT_GOOD(load(path_of("mark.cfg"), NULL));
    cr_assert_str_eq(of_model("none.right"), "0.25");
    sim_param_origin(fx.config, "none.right", &line);
    cr_assert(line == 3);
}

/* ---- @include ---- */

Test(files, fragments_are_part_of_the_file_that_includes_them) {
    cr_assert(mkdir(path_of("parts"), 0700) == 0);
    write_text("parts/walk.inc", "# shared\nright = 0.125;\n");
    write_text("a.cfg",
               "model = \"none\";\nnone = {\n@include \"parts/walk.inc\"\n agents = 5;\n};");
    int line = 0;
    ASSERT_GOOD(load(path_of("a.cfg"), NULL));
    cr_assert_str_eq(of_model("none.right"), "0.125");
    cr_assert_str_eq(sim_param_origin(fx.config, "none.right", &line), path_of("parts/walk.inc"));
    cr_assert(line == 2);
    sim_param_origin(fx.config, "none.agents", &line);
    cr_assert(line == 4);
}

Test(files, problems_of_a_fragment_name_the_fragment) {
    write_text("walk.inc", "\n\nright = 7.0;\n");
    write_text("a.cfg", "model = \"none\";\nnone = {\n@include \"walk.inc\"\n};");
    ASSERT_REFUSED(load(path_of("a.cfg"), NULL), "walk.inc", 3, "none.right is 7.0");
    write_text("walk.inc", "\nright = = 1;\n");
    ASSERT_REFUSED(load(path_of("a.cfg"), NULL), "walk.inc", 2, "syntax");
    write_text("walk.inc", "\nright = 99999999999;\n");
    ASSERT_REFUSED(load(path_of("a.cfg"), NULL), "walk.inc", 2, "32 bits");
}

Test(files, fragments_that_include_each_other_or_are_none) {
    write_text("a.cfg", "model = \"none\";\n@include \"b.inc\"\n");
    write_text("b.inc", "@include \"b.inc\"\n");
    ASSERT_REFUSED(load(path_of("a.cfg"), NULL), "b.inc", 1, "include each other");
    cr_assert(unlink(path_of("b.inc")) == 0 && mkdir(path_of("b.inc"), 0700) == 0);
    ASSERT_REFUSED(load(path_of("a.cfg"), NULL), "a.cfg", 2, "folder");
}

Test(files, an_include_in_a_text_or_a_comment_is_none) {
    write_text("a.cfg", "model = \"none\";\n# x\n/*\n@include \"nowhere\"\n*/\n");
    ASSERT_GOOD(load(path_of("a.cfg"), NULL));
}

/* ---- data files: the population of the model that has some ---- */

static const char *const population[] = {"local_governments", "countries", "partner_cities",
                                         "cooperatives", "cooperative_members"};
enum { FILES = sizeof population / sizeof population[0] };

/* A base with its data files in folder `name` of the test. Loading does not read inside them. */
static const char *write_world(const char *name) {
    char text[1024] = "model = \"cooperation\";\npopulation = {\n", file[128];
    cr_assert(mkdir(path_of(name), 0700) == 0);
    for (size_t i = 0; i < FILES; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "  %s = \"%s.csv\";\n", population[i],
                 population[i]);
        snprintf(file, sizeof file, "%s/%s.csv", name, population[i]);
        write_text(file, population[i]);
    }
    strcat(text, "};\n");
    snprintf(file, sizeof file, "%s/world.cfg", name);
    return write_text(file, text);
}

Test(files, digest_depends_on_the_content_of_data_files_and_not_on_their_place) {
    char first[33];
    ASSERT_GOOD(load(write_world("one"), NULL));
    memcpy(first, fx.config->digest, sizeof first);
    ASSERT_GOOD(load(write_world("two"), NULL));
    cr_assert_str_eq(fx.config->digest, first);
    write_text("two/countries.csv", "another content");
    ASSERT_GOOD(load(path_of("two/world.cfg"), NULL));
    cr_assert(strcmp(fx.config->digest, first) != 0);
}

Test(files, resolved_paths_are_absolute_and_load_from_anywhere) {
    char digest[33];
    cr_assert(chdir(fx.dir) == 0);
    write_world("one");
    ASSERT_GOOD(load("one/world.cfg", NULL));
    cr_assert(of_model("population.countries")[0] == '/');
    char *text = strdup(fx.config->text);
    memcpy(digest, fx.config->digest, sizeof digest);
    cr_assert(chdir("/") == 0);
    ASSERT_GOOD(parse(text, NULL));
    /* The first line names the scenario, which is called otherwise here. */
    cr_assert_str_eq(strchr(fx.config->text, '\n'), strchr(text, '\n'));
    cr_assert_str_eq(fx.config->digest, digest);
    free(text);
}

Test(files, a_data_file_that_is_missing_or_not_named) {
    const char *world = write_world("one");
    cr_assert(unlink(path_of("one/countries.csv")) == 0);
    ASSERT_REFUSED(load(world, NULL), "world.cfg", 4, "population.countries: cannot read");
    ASSERT_REFUSED(parse("model = \"cooperation\";\n"
                         "population = { local_governments = \"one/world.cfg\"; countries = "
                         "\"one/world.cfg\"; partner_cities = \"one/world.cfg\"; cooperatives = "
                         "\"one/world.cfg\"; };",
                         NULL),
                   "test.cfg", 0, "population.cooperative_members must be given");
}

Test(files, an_optional_data_file_may_be_named_and_left_out_again) {
    const char *const none[] = {"record.ties=", NULL}, *const lost[] = {"record.ties=nowhere.csv",
                                                                        NULL};
    char digest[33], set[600];
    const char *world = write_world("one");
    ASSERT_GOOD(load(world, NULL));
    cr_assert_str_eq(of_model("record.ties"), "");
    memcpy(digest, fx.config->digest, sizeof digest);
    char *text = strdup(fx.config->text);
    ASSERT_GOOD(parse(text, NULL));
    cr_assert_str_eq(fx.config->digest, digest);
    free(text);
    snprintf(set, sizeof set, "record.ties=%s", path_of("one/countries.csv"));
    ASSERT_GOOD(load(world, (const char *const[]){set, NULL}));
    cr_assert(strcmp(fx.config->digest, digest) != 0);
    ASSERT_GOOD(load(world, none));
    cr_assert_str_eq(fx.config->digest, digest);
    ASSERT_GOOD(load(
        write_text("one/less.cfg", "base = \"world.cfg\";\nrecord = { ties = \"\"; };\n"), NULL));
    cr_assert_str_eq(of_model("record.ties"), "");
    cr_assert_str_eq(fx.config->digest, digest);
    ASSERT_REFUSED(load(world, lost), NULL, 0, "record.ties: cannot read");
}

Test(files, a_path_in_a_set_starts_from_the_current_folder) {
    char set[128];
    snprintf(set, sizeof set, "population.countries=elsewhere.csv");
    const char *const sets[] = {set, NULL};
    const char *world = write_world("one");
    write_text("elsewhere.csv", "x");
    cr_assert(chdir(fx.dir) == 0);
    ASSERT_GOOD(load(world, sets));
    cr_assert_str_eq(of_model("population.countries"), path_of("elsewhere.csv"));
}

Test(files, joined_paths_lose_their_detours_but_never_their_meaning) {
    cr_assert(mkdir(path_of("a"), 0700) == 0 && mkdir(path_of("b"), 0700) == 0);
    write_text("b/x", "");
    char *joined = sim_param_path_join(path_of("a"), "../b/x");
    cr_assert_str_eq(joined, path_of("b/x"));
    free(joined);
    joined = sim_param_path_join("a/b", "/c");
    cr_assert_str_eq(joined, "/c");
    free(joined);
    joined = sim_param_path_join("no-such", "../y");
    cr_assert_str_eq(joined, "no-such/../y");
    free(joined);
}
