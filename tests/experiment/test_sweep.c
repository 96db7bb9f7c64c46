/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sweeps in memory: what a file makes, which runs a shard has, their seeds, their order; and
 * loading with the N-th allocation failing, N = 1, 2, ... until none fails any more. */
#define _GNU_SOURCE
#include "tests/param/fixture.h"
#include "tests/support/failing.h"
#include "tests/support/sweep_runs.h"

static const char scenario[] = "model = \"none\"; run = { steps = 3; seed = 7; };\n"
                               "none = { agents = 50; };\n";
static const char lhs[] = "scenario = \"base.cfg\";\n"
                          "sweep = { design = \"lhs\"; points = 5; reps = 3; factors = (\n"
                          "{ parameter = \"none.right\"; min = 0.2; max = 0.8; },\n"
                          "{ parameter = \"none.agents\"; min = 10; max = 20; } ); };\n";

static sim_design_sweep_t sweep;

static void begin(void) {
    fixture_begin();
    sweep = (sim_design_sweep_t){0};
    write_text("base.cfg", scenario);
}

static void end(void) {
    sim_experiment_sweep_free(&sweep);
    fixture_end();
}

TestSuite(sweep, .init = begin, .fini = end);

static void load_sweep(const char *text) {
    const char *path = write_text("s.cfg", text);
    sim_experiment_sweep_free(&sweep);
    ASSERT_GOOD(sim_experiment_sweep_load(path, NULL, &fx.diag, &sweep));
}

/* ---- allocations that fail ---- */

static void survives(const char *text, uint64_t points) {
    static const char *const sets[] = {"run.seed=9", NULL};
    const char *path = write_text("s.cfg", text);
    long nth = 1;
    do {
        again();
        failed = false;
        countdown = nth;
        int code = sim_experiment_sweep_load(path, sets, &fx.diag, &sweep);
        countdown = 0;
        cr_assert(code == 0 || code == SIM_ERR_MEMORY || code == SIM_ERR_CONFIG, "%ld: %d", nth,
                  code);
        cr_assert(code == 0 || failed, "%ld: %s", nth, all_problems());
        cr_assert(code != SIM_ERR_CONFIG || fx.diag.count > 0 || fx.diag.truncated, "%ld", nth);
        cr_assert(code != 0 || sweep.design.points == points, "%ld", nth);
        sim_experiment_sweep_free(&sweep);
    } while (failed && ++nth < 10000);
    cr_assert(nth > 10 && nth < 10000, "%ld", nth);
}

Test(sweep, loading_survives_every_failure) {
    survives(lhs, 5);
    survives("scenario = \"base.cfg\"; sweep = { design = \"factorial\"; factors = (\n"
             "{ parameter = \"none.right\"; levels = [0.2, 0.3]; } ); };\n",
             2);
    write_text("t.csv", "none.right,none.agents\n0.1,10\n0.2,20\n0.3,30\n");
    survives("scenario = \"base.cfg\"; sweep = { design = \"table\"; table = \"t.csv\"; };\n", 3);
    survives("scenario = \"base.cfg\"; sweep = { design = \"saltelli\"; samples = 2; factors = (\n"
             "{ parameter = \"none.right\"; } ); };\n",
             6);
}

/* ---- runs ---- */

Test(sweep, shards_part_the_runs) {
    load_sweep(lhs);
    cr_assert_eq(sweep_runs(&sweep), 15);
    for (uint32_t shards = 1; shards <= 17; shards++) {
        int seen[15] = {0};
        sweep.shards = shards;
        for (sweep.shard = 1; sweep.shard <= shards; sweep.shard++)
            for (uint64_t j = 0; j < sweep_runs(&sweep); j++)
                seen[sweep_number(&sweep, j)]++;
        for (int i = 0; i < 15; i++)
            cr_assert_eq(seen[i], 1, "%u shards, run %d", shards, i);
    }
}

Test(sweep, seeds_of_points) {
    load_sweep(lhs);
    for (uint64_t p = 0; p < 5; p++)
        cr_expect_eq(sim_design_sweep_seed(&sweep, p), 7);
    sweep.independent = true;
    for (uint64_t p = 0; p < 5; p++) {
        cr_expect(sim_design_sweep_seed(&sweep, p) >= 0);
        cr_expect(sim_design_sweep_seed(&sweep, p) <= SIM_PARAM_MAX_SEED);
        for (uint64_t q = 0; q < p; q++)
            cr_expect_neq(sim_design_sweep_seed(&sweep, p), sim_design_sweep_seed(&sweep, q));
    }
    const int64_t first = sim_design_sweep_seed(&sweep, 0);
    sweep.identity++; /* another design */
    cr_expect_neq(sim_design_sweep_seed(&sweep, 0), first);
}

Test(sweep, design_text_reads_as_the_same_design) {
    char text[2048], digest[33];
    load_sweep(lhs);
    memcpy(digest, sweep.digest, sizeof digest);
    snprintf(text, sizeof text, "scenario = \"base.cfg\";\nsweep = {\n%s};\n", sweep.text);
    load_sweep(text);
    cr_expect_str_eq(sweep.digest, digest);
    load_sweep("scenario = \"base.cfg\"; sweep = { design = \"lhs\"; points = 5; design_seed = 2;\n"
               "factors = ( { parameter = \"none.right\"; min = 0.2; max = 0.8; },\n"
               "{ parameter = \"none.agents\"; min = 10; max = 20; } ); };\n");
    cr_expect_str_neq(sweep.digest, digest);
}

typedef struct {
    uint64_t id[32];
    size_t n;
    double value;
} seen_t;

static int see(void *user, const sim_record_t *record) {
    seen_t *seen = user;
    cr_assert_eq(record->status, 0, "%s", record->note);
    cr_assert_eq(record->point_id, (record->run_id - 1) % 5 + 1);
    cr_assert_eq(record->replicate, (record->run_id - 1) / 5);
    seen->id[seen->n++] = record->run_id;
    seen->value += record->summary[0] * (double)record->run_id;
    return 0;
}

static seen_t run_sweep(int threads, const uint64_t *retry, size_t n_retry, uint64_t done) {
    seen_t seen = {0};
    sim_experiment_tally_t tally;
    const sim_plan_wave_t wave =
        sim_plan_wave_first(sweep.design.points, (uint64_t)sweep.config->run.reps);
    const sim_plan_task_t task = {.wave = &wave,
                                  .shard = sweep.shard,
                                  .shards = sweep.shards,
                                  .done = done,
                                  .retry = retry,
                                  .again = retry, /* numbered as in the file */
                                  .n_retry = n_retry};
    const sim_experiment_batch_t batch = {.configs = (const sim_config_t *const *)&sweep.config,
                                          .n_configs = 1,
                                          .task = &task,
                                          .assign = sim_experiment_sweep_assign,
                                          .assign_user = &sweep,
                                          .threads = threads,
                                          .take = see,
                                          .user = &seen};
    cr_assert_eq(sim_experiment_batch(&batch, &tally), 0);
    cr_assert_eq(tally.done, seen.n);
    return seen;
}

Test(sweep, runs_come_in_order_whatever_the_threads) {
    load_sweep(lhs);
    seen_t one = run_sweep(1, NULL, 0, 0), two = run_sweep(2, NULL, 0, 0),
           three = run_sweep(3, NULL, 0, 0);
    cr_assert_eq(one.n, 15);
    for (uint64_t i = 0; i < 15; i++)
        cr_expect(one.id[i] == i + 1 && two.id[i] == i + 1 && three.id[i] == i + 1);
    cr_expect(one.value == two.value && one.value == three.value);
}

Test(sweep, failed_runs_come_first_then_the_missing) {
    static const uint64_t retry[] = {2, 4}, expected[] = {3, 5, 14, 15};
    load_sweep(lhs);
    seen_t seen = run_sweep(2, retry, 2, 13);
    cr_assert_eq(seen.n, 4);
    cr_assert_arr_eq(seen.id, expected, sizeof expected);
}

/* The same run through sweep_one and through `values over the scenario` by hand. */
Test(sweep, a_point_has_its_values) {
    double value[2];
    char right[64], agents[64];
    const char *sets[] = {right, agents, NULL};
    sim_base_arena_t arena;
    sim_record_t record, again_record;
    load_sweep(lhs);
    sim_base_arena_init(&arena);
    sim_design_point(&sweep.design, 3, value);
    snprintf(right, sizeof right, "none.right=%.17g", value[0]);
    snprintf(agents, sizeof agents, "none.agents=%.0f", value[1]);
    ASSERT_GOOD(load(path_of("base.cfg"), sets));
    const sim_experiment_run_t run = {.config = fx.config, .replicate = 1, .digest = true};
    cr_assert_eq(sim_experiment_sweep_one(&sweep, 8, SIM_DETAIL_SUMMARY, NULL, &arena, &record), 0);
    cr_assert_eq(sim_experiment_replicate(&run, &arena, &again_record), 0);
    cr_expect(record.point_id == 4 && record.run_id == 9);
    cr_expect_str_eq(record.digest, again_record.digest);
    sim_experiment_record_free(&record);
    sim_experiment_record_free(&again_record);
    sim_base_arena_free(&arena);
}
