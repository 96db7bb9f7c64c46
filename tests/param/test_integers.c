/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An integer that libconfig would cut short is reported once and does not hide the other
 * problems of its file. */
#define _GNU_SOURCE
#include "tests/param/fixture.h"

TestSuite(integers, .init = fixture_begin, .fini = fixture_end);

Test(integers, one_that_does_not_fit_is_one_problem) {
    ASSERT_REFUSED(parse("model = \"none\";\nrun = { seed = 5000000000; };", NULL), "test.cfg", 2,
                   "5000000000 does not fit into 32 bits");
}

Test(integers, one_that_does_not_fit_hides_nothing_else) {
    cr_assert(parse("model = \"none\";\nrun = { seed = 5000000000;\n years = 0;\n sed = 1; };",
                    NULL) == SIM_ERR_CONFIG);
    cr_assert(fx.diag.count == 3, "%s", all_problems());
    ASSERT_PROBLEM("test.cfg", 2, "32 bits");
    ASSERT_PROBLEM("test.cfg", 3, "run.years is 0");
    ASSERT_PROBLEM("test.cfg", 4, "did you mean run.seed?");
}

Test(integers, a_wrong_type_on_the_same_line_is_told_too) {
    cr_assert(parse("model = \"none\";\nrun = { seed = 5000000000; years = 1.5; };", NULL) ==
              SIM_ERR_CONFIG);
    cr_assert(fx.diag.count == 2, "%s", all_problems());
    ASSERT_PROBLEM("test.cfg", 2, "run.years must be an integer");
}

/* The twin: with the suffix it is a good value. */
Test(integers, with_the_suffix_it_fits) {
    ASSERT_GOOD(parse("model = \"none\";\nrun = { seed = 5000000000L; };", NULL));
    cr_assert(fx.config->run.seed == INT64_C(5000000000));
}
