/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A replicate whose N-th allocation fails, for N = 1, 2, ...: it ends with an error, frees what it
 * has, and never gives another result. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "sim/experiment/experiment.h"
#include "tests/support/failing.h"
#include "tests/support/tiny.h"

void *__real_sim_base_arena_alloc(sim_base_arena_t *arena, size_t count, size_t size);
void *__wrap_sim_base_arena_alloc(sim_base_arena_t *arena, size_t count, size_t size);

void *__wrap_sim_base_arena_alloc(sim_base_arena_t *arena, size_t count, size_t size) {
    return fails() ? NULL : __real_sim_base_arena_alloc(arena, count, size);
}

/* Runs with the N-th allocation failing; true when the run went through. */
static bool goes_through(const sim_experiment_run_t *run, long nth, char digest[33]) {
    sim_base_arena_t arena = {0};
    sim_record_t record = {0};
    failed = false;
    countdown = nth;
    int rc = sim_experiment_replicate(run, &arena, &record);
    countdown = 0;
    bool through = rc == 0 && record.status == 0;
    cr_assert(through || failed, "%ld: %d %s", nth, rc, record.note);
    memcpy(digest, record.digest, 33);
    sim_experiment_record_free(&record);
    sim_base_arena_free(&arena);
    return through;
}

static void survives(const sim_config_t *config, const void *shared, bool paranoid) {
    enum { EVERY_ONE = 500 }; /* of the many later ones some */
    char whole[33], digest[33];
    sim_experiment_run_t run = {.config = config,
                                .shared = shared,
                                .detail = SIM_DETAIL_FULL,
                                .threads = 1,
                                .digest = true,
                                .paranoid = paranoid,
                                .number = 1};
    long nth = 1, refused = 0;
    cr_assert(goes_through(&run, 0, whole));
    do {
        bool through = goes_through(&run, nth, digest);
        cr_assert(!through || strcmp(digest, whole) == 0, "%ld: another result", nth);
        refused += !through;
        nth += nth < EVERY_ONE ? 1 : nth / 20;
    } while (failed);
    cr_assert_gt(refused, 5);
}

static void survive_both(const sim_config_t *config, const void *shared) {
    survives(config, shared, false);
    survives(config, shared, true);
}

static void survives_text(const char *text) {
    sim_base_diag_t diag;
    sim_config_t *config = NULL;
    sim_base_diag_init(&diag);
    cr_assert_eq(sim_param_config_parse(text, "test", ".", NULL, &diag, &config), 0);
    survive_both(config, NULL);
    sim_param_config_destroy(config);
    sim_base_diag_free(&diag);
}

Test(memory, of_the_small_models) {
    survives_text("model = \"none\"; run = { steps = 3; }; none = { agents = 20; };");
    survives_text("model = \"contagion\"; run = { steps = 5; }; contagion = { agents = 40; };");
}

Test(memory, of_the_cooperation_model) {
    tiny_t tiny = {0};
    tiny_begin(&tiny, TINY_RICH TINY_EAGER TINY_MANDATED TINY_FUNDED "run.years=3 ");
    survive_both(tiny.config, tiny.shared);
    tiny_end(&tiny);
}
