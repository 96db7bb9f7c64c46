/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loading with the N-th allocation failing, N = 1, 2, ... until none fails any more: either it
 * says that memory is out (or that the file has a problem, when what failed could be told no
 * other way), or it succeeds with the right values. Leaks are for the sanitizer to see. Calls
 * that libraries make inside themselves are not replaced. */
#define _GNU_SOURCE
#include "tests/param/fixture.h"

#include "sim/schedule/world.h"
#include "tests/support/failing.h"

TestSuite(memory, .init = fixture_begin, .fini = fixture_end);

static int load_failing(const char *path, long nth) {
    static const char *const sets[] = {"none.right=0.75", NULL};
    again();
    failed = false;
    countdown = nth;
    int code = sim_param_config_load(path, sets, &fx.diag, &fx.config);
    countdown = 0;
    return code;
}

Test(memory, loading_survives_every_failure) {
    write_text("walk.inc", "agents = 17;\n");
    write_text("a.cfg", "model = \"none\";\nnone = {\n@include \"walk.inc\"\n};\n");
    const char *path = write_text("b.cfg", "base = \"a.cfg\";\nrun = { steps = 3; };\n"
                                           "interventions = ( { at = 2000; set = \"none.right\"; "
                                           "value = 0.1; } );\n");
    long nth = 1;
    do {
        int code = load_failing(path, nth);
        cr_assert(code == 0 || code == SIM_ERR_MEMORY || code == SIM_ERR_CONFIG, "%ld: %d", nth,
                  code);
        cr_assert((code == 0) == (fx.config != NULL), "%ld", nth);
        cr_assert(code != SIM_ERR_CONFIG || fx.diag.count > 0 || fx.diag.truncated, "%ld", nth);
        cr_assert(code != 0 || fx.config->run.steps == 3, "%ld", nth);
    } while (failed && ++nth < 100000);
    cr_assert(nth > 10 && nth < 100000, "%ld", nth);
    ASSERT_GOOD(load_failing(path, 0));
}

Test(memory, a_problem_is_never_lost_for_want_of_memory) {
    const char *path = write_text("a.cfg", "model = \"none\";\nnone = { rigth = 1; agents = 0; };");
    long nth = 1;
    do {
        int code = load_failing(path, nth);
        cr_assert(code == SIM_ERR_MEMORY || code == SIM_ERR_CONFIG, "%ld: %d", nth, code);
        cr_assert(fx.config == NULL);
    } while (failed && ++nth < 100000);
    cr_assert(nth > 5 && fx.diag.count == 2, "%s", all_problems());
}

Test(memory, a_table_survives_every_failure) {
    static const char *const columns[] = {"name", "size", NULL};
    const char *path = write_text("t.csv", "size,name\n1,a\n2,b\n");
    sim_param_csv_t csv;
    sim_param_csv_index_t names = {0};
    long nth = 1;
    do {
        again();
        failed = false;
        countdown = nth;
        int code = sim_param_csv_read(path, columns, &fx.diag, &csv);
        bool read = code == 0;
        code = read ? sim_param_csv_index(&csv, 0, &names) : code;
        countdown = 0;
        cr_assert(code == 0 || code == SIM_ERR_MEMORY, "%ld: %d", nth, code);
        cr_assert(code == 0 || failed);
        cr_assert(!read || csv.rows == 2);
        sim_param_csv_index_free(&names);
        sim_param_csv_free(&csv);
    } while (failed && ++nth < 1000);
    cr_assert(nth > 5 && nth < 1000);
}
