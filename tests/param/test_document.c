/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files about a configuration, and trying values on one. */
#define _GNU_SOURCE
#include "sim/param/document.h"
#include "sim/schedule/world.h"
#include "tests/param/fixture.h"

TestSuite(document, .init = fixture_begin, .fini = fixture_end);

static const char contagion[] = "model = \"contagion\";\n"
                                "contagion = { agents = 100; mean_degree = 8.0; };\n";

static const sim_param_t *row(const char *name) {
    const sim_param_t *found = fx.config->model->params;
    while (strcmp(found->name, name) != 0)
        found++;
    return found;
}

Test(document, values_are_tried_and_forgotten) {
    ASSERT_GOOD(parse(contagion, NULL));
    sim_param_assignment_t degree = {row("contagion.mean_degree"), {.real = 99}, "design.cfg", 12};
    double before = 0;
    memcpy(&before, (char *)fx.config->params + degree.row->offset, sizeof before);
    cr_assert_eq(sim_param_config_try(fx.config, &degree, 1, &fx.diag), 0);
    degree.value.real = 100;
    cr_assert_eq(sim_param_config_try(fx.config, &degree, 1, &fx.diag), SIM_ERR_CONFIG);
    ASSERT_PROBLEM("design.cfg", 12, "mean_degree");
    double after = 0;
    int line = 0;
    memcpy(&after, (char *)fx.config->params + degree.row->offset, sizeof after);
    cr_expect(before == 8 && after == 8);
    cr_expect_str_eq(sim_param_origin(fx.config, "contagion.mean_degree", &line), "test.cfg");
    cr_expect_eq(line, 2);
}

Test(document, names_and_values_are_checked_in_their_place) {
    sim_param_document_t *document = NULL;
    ASSERT_GOOD(parse(contagion, NULL));
    const char *file = write_text("d.cfg", "a = 0.5;\nb = 2.0;\nc = \"contagion.betta\";\n");
    cr_assert_eq(sim_param_document_read(file, &fx.diag, &document), 0);
    const config_setting_t *root = sim_param_document_root(document);
    const config_setting_t *a = config_setting_get_member(root, "a");
    const config_setting_t *b = config_setting_get_member(root, "b");
    const config_setting_t *c = config_setting_get_member(root, "c");
    sim_param_value_t value = {0};
    const sim_param_t *beta = sim_param_document_row(document, a, "contagion.beta", fx.config);
    cr_assert_not_null(beta);
    cr_expect(sim_param_document_value(document, a, beta, fx.config, &value) && value.real == 0.5);
    cr_expect_null(sim_param_document_row(document, c, "contagion.betta", fx.config));
    cr_expect_not(sim_param_document_value(document, b, beta, fx.config, &value));
    cr_expect_null(sim_param_document_row(document, a, "run.seed", fx.config));
    sim_param_document_sort(document);
    cr_expect_eq(sim_param_document_problems(document), 3);
    ASSERT_PROBLEM("d.cfg", 1, "of the whole run");
    ASSERT_PROBLEM("d.cfg", 2, "between 0 and 1");
    ASSERT_PROBLEM("d.cfg", 3, "did you mean contagion.beta?");
    cr_expect_eq(fx.diag.problem[0].line, 1);
    sim_param_document_destroy(document);
}

Test(document, a_broken_file_is_refused) {
    sim_param_document_t *document = NULL;
    const char *file = write_text("d.cfg", "a = {\n");
    cr_assert_eq(sim_param_document_read(file, &fx.diag, &document), SIM_ERR_CONFIG);
    cr_expect_null(document);
    cr_expect_eq(fx.diag.count, 1);
    cr_assert_eq(sim_param_document_read(path_of("none.cfg"), &fx.diag, &document), SIM_ERR_CONFIG);
    ASSERT_PROBLEM("none.cfg", 0, "No such file");
}

Test(document, a_table_without_named_columns_has_all) {
    sim_param_csv_t csv;
    const char *file = write_text("t.csv", "b,a\n1,2\n3,4\n");
    ASSERT_GOOD(sim_param_csv_read(file, NULL, &fx.diag, &csv));
    cr_assert(csv.columns == 2 && csv.rows == 2);
    cr_expect_str_eq(csv.head[0], "b");
    cr_expect_str_eq(sim_param_csv_cell(&csv, 1, 1), "4");
    sim_param_csv_free(&csv);
    file = write_text("t.csv", "b,b\n1,2\n");
    cr_assert_eq(sim_param_csv_read(file, NULL, &fx.diag, &csv), SIM_ERR_CONFIG);
    ASSERT_PROBLEM("t.csv", 1, "two columns b");
}
