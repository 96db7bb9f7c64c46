/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of a replicate: its rows in the store at every detail, and digests of cells. */
#include <sqlite3.h>
#include <stdio.h>

#include "sim/experiment/experiment.h"
#include "sim/store/hash.h"
#include "sim/store/store.h"
#include "tests/bench/bench.h"

enum { CELLS = 100000 };

typedef struct {
    sim_config_t *config;
    void *shared;
    sim_detail_t detail;
    sim_record_t record;
} run_t;

static const char scenario[] = KUMIAI_SOURCE_DIR "/scenarios/baseline.cfg";

/* In memory: no disk, but everything else. */
static sim_store_t *open_store(run_t *run) {
    const sim_config_t *config = run->config;
    sim_store_t *out = NULL;
    sim_store_resumed_t resumed;
    sim_base_why_t why = {""};
    const sim_store_plan_t plan = {"bench", &config,     &run->shared,
                                   1,       run->detail, .command_line = "bench"};
    bench_require(sim_store_open(&plan, SIM_STORE_MEMORY, &out, &resumed, &why), "store");
    return out;
}

static void close_store(sim_store_t *store) {
    sim_base_why_t why = {""};
    bench_require(sim_store_close(store, &why), "end");
}

static void store(void *user) {
    run_t *run = user;
    sim_store_t *out = open_store(run);
    bench_require(sim_store_run(out, &run->record), "run");
    close_store(out);
}

static void open_only(void *user) {
    close_store(open_store(user));
}

static void cells(void *user) {
    sim_store_hash_t hash;
    bench_require(sim_store_hash_init(&hash), "hash");
    sim_store_hash_begin(&hash, "series");
    for (int i = 0; i < *(int *)user; i++) {
        sim_store_hash_integer(&hash, i);
        sim_store_hash_real(&hash, 0.5 * i);
        sim_store_hash_text(&hash, "city_to_city");
    }
    bench_keep(sim_store_hash_end(&hash).low);
    sim_store_hash_free(&hash);
}

static void make(run_t *run, sim_detail_t detail, bool quick, sim_base_arena_t *arena) {
    sim_base_diag_t diag;
    const char *set[] = {quick ? "run.years=2" : "run.years=40", NULL};
    sim_base_diag_init(&diag);
    bench_require(sim_param_config_load(scenario, set, &diag, &run->config), scenario);
    bench_require(sim_experiment_prepare(run->config, &diag, &run->shared), "population");
    run->detail = detail;
    sim_experiment_run_t one = {.config = run->config,
                                .shared = run->shared,
                                .detail = detail,
                                .threads = 1,
                                .digest = true};
    bench_require(sim_experiment_replicate(&one, arena, &run->record), "replicate");
    sim_base_diag_free(&diag);
}

static void clear(run_t *run) {
    sim_experiment_record_free(&run->record);
    sim_experiment_release(run->config, run->shared);
    sim_param_config_destroy(run->config);
}

int main(int argc, char **argv) {
    static run_t summary, series, full;
    bool quick = bench_is_quick(argc, argv);
    int n = quick ? 1000 : CELLS;
    sim_base_arena_t arena;
    sim_base_arena_init(&arena);
    make(&summary, SIM_DETAIL_SUMMARY, quick, &arena);
    make(&series, SIM_DETAIL_SERIES, quick, &arena);
    make(&full, SIM_DETAIL_FULL, quick, &arena);
    bench_t bench[] = {
        {"record: a new file", "file", 1, open_only, &summary, BENCH_NO_REFERENCE},
        {"record: with a run, detail summary", "file", 1, store, &summary, 0},
        {"record: with a run, detail series", "file", 1, store, &series, 0},
        {"record: with a run, detail full", "file", 1, store, &full, 0},
        {"record: digest of cells", "cell", 3.0 * n, cells, &n, BENCH_NO_REFERENCE},
    };
    int code = bench_run(argc, argv, bench, sizeof bench / sizeof *bench);
    clear(&summary);
    clear(&series);
    clear(&full);
    sim_base_arena_free(&arena);
    return code;
}
