/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results files: the first byte chooses what reads them (merge, resume of a run and of
 * a sweep, verify) and whether they look at the digests first, the rest are edits of a
 * good file. A digest that does not fit ends them at once; unchecked, the edits get further. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/store/verify.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/sweep_runs.h"

enum { RUN, SHARD_1, SHARD_2, FILES };
enum { MERGE, RESUME, RESUME_SWEEP, VERIFY, ACTIONS };

static sim_config_t *config; /* the store keeps the pointer to it */
static void *shared;
static sim_design_sweep_t sweep;
static sim_store_design_t design;
static struct {
    uint8_t *bytes;
    size_t size;
} good[FILES];
static sim_base_why_t why;

/* ---- digests ---- */

static bool unchecked;
int __real_sim_store_check_rows(sqlite3 *db, const char *path, char *text, size_t size);
int __wrap_sim_store_check_rows(sqlite3 *db, const char *path, char *text, size_t size);

int __wrap_sim_store_check_rows(sqlite3 *db, const char *path, char *text, size_t size) {
    return unchecked ? 0 : __real_sim_store_check_rows(db, path, text, size);
}

/* ---- good files ---- */

static void keep(int file, const char *path) {
    FILE *in = fopen(path, "rb");
    enum { MOST = 1 << 22 };
    good[file].bytes = malloc(MOST);
    if (!in || !good[file].bytes)
        fuzz_fail("no results file", path);
    good[file].size = fread(good[file].bytes, 1, MOST, in);
    fclose(in);
}

static int store_run(sim_store_t *store, sim_experiment_run_t run) {
    sim_base_arena_t arena = {0};
    sim_record_t record = {0};
    run.threads = 1;
    run.digest = true;
    int rc = sim_experiment_replicate(&run, &arena, &record);
    if (rc == 0)
        rc = sim_store_run(store, &record);
    sim_experiment_record_free(&record);
    sim_base_arena_free(&arena);
    return rc;
}

static int open_run(const char *path, sim_store_open_t how, uint64_t *done, sim_store_t **store) {
    sim_store_resumed_t resumed;
    const sim_store_plan_t plan = {.path = path,
                                   .configs = (const sim_config_t *const *)&config,
                                   .shared = &shared,
                                   .n_configs = 1,
                                   .detail = SIM_DETAIL_FULL,
                                   .command_line = "fuzz"};
    int rc = sim_store_open(&plan, how, store, &resumed, &why);
    *done = resumed.done;
    return rc;
}

static int open_sweep(const char *path, sim_store_open_t how, sim_store_resumed_t *resumed,
                      sim_store_t **store) {
    const sim_store_plan_t plan = {.path = path,
                                   .configs = (const sim_config_t *const *)&sweep.config,
                                   .shared = &sweep.shared,
                                   .n_configs = 1,
                                   .detail = SIM_DETAIL_SUMMARY,
                                   .command_line = "fuzz",
                                   .design = &design};
    return sim_store_open(&plan, how, store, resumed, &why);
}

static void make_run(void) {
    static const char text[] =
        "model = \"cooperation\"; run = { years = 2; steps_per_year = 1; start_year = 2012; };\n"
        "population = { local_governments = \"lg.csv\"; countries = \"co.csv\";\n"
        "  partner_cities = \"pc.csv\"; cooperatives = \"cp.csv\";\n"
        "  cooperative_members = \"cm.csv\"; };\n";
    uint64_t done = 0;
    sim_store_t *store = NULL;
    const char *path = fuzz_path("good.db");
    config = fuzz_load(text, &shared);
    if (open_run(path, SIM_STORE_NEW, &done, &store) ||
        store_run(store, (sim_experiment_run_t){.config = config,
                                                .shared = shared,
                                                .detail = SIM_DETAIL_FULL}) ||
        sim_store_close(store, &why))
        fuzz_fail("no results file", why.text);
    keep(RUN, path);
}

static void make_shard(unsigned shard) {
    sim_store_resumed_t resumed = {0};
    sim_store_t *store = NULL;
    sim_base_arena_t arena = {0};
    const char *path = fuzz_path(shard == 1 ? "s1.db" : "s2.db");
    sweep.shard = shard;
    sweep.shards = 2;
    if (sim_experiment_sweep_record(&sweep, &design) ||
        open_sweep(path, SIM_STORE_NEW, &resumed, &store))
        fuzz_fail("no shard", why.text);
    for (uint64_t j = 0; j < sweep_runs(&sweep); j++) {
        sim_record_t record = {0};
        if (sim_experiment_sweep_one(&sweep, sweep_number(&sweep, j), SIM_DETAIL_SUMMARY, NULL,
                                     &arena, &record) ||
            sim_store_run(store, &record))
            fuzz_fail("no run", why.text);
        sim_experiment_record_free(&record);
    }
    if (sim_store_close(store, &why))
        fuzz_fail("no shard", why.text);
    sim_base_arena_free(&arena);
    keep(shard == 1 ? SHARD_1 : SHARD_2, path);
}

static void make(void) {
    static const char scenario[] = "model=\"none\"; run={steps=2;}; none={agents=5;};";
    static const char text[] = "scenario = \"n.cfg\"; sweep = { design = \"lhs\"; points = 3;\n"
                               "factors = ({ parameter = \"none.right\"; min = 0; max = 1; }); };";
    sim_base_diag_t diag;
    sim_base_diag_init(&diag);
    make_run();
    fuzz_write("n.cfg", scenario, strlen(scenario));
    fuzz_write("s.cfg", text, strlen(text));
    if (sim_experiment_sweep_load(fuzz_path("s.cfg"), NULL, &diag, &sweep))
        fuzz_fail("no sweep", diag.count ? diag.problem[0].text : "");
    make_shard(2);
    sim_experiment_sweep_record_free(&design);
    make_shard(1); /* which stays the sweep of RESUME_SWEEP */
    sim_base_diag_free(&diag);
}

static int merge(const char *path) {
    char out[256], other[256];
    snprintf(out, sizeof out, "%s", fuzz_path("m.db"));
    snprintf(other, sizeof other, "%s", fuzz_path("s2.db"));
    const char *const shard[] = {path, other};
    return sim_store_merge(&(sim_store_merge_t){out, true, shard, 2, "fuzz", NULL}, &why);
}

static int resume(const char *path) {
    uint64_t done = 0;
    sim_store_t *store = NULL;
    int rc = open_run(path, SIM_STORE_RESUME, &done, &store);
    if (rc == 0 && done < 1)
        rc = store_run(store, (sim_experiment_run_t){
                                  .config = config, .shared = shared, .detail = SIM_DETAIL_FULL});
    int closed = store ? sim_store_close(store, &why) : 0;
    return rc ? rc : closed;
}

static int resume_sweep(const char *path) {
    sim_store_resumed_t resumed = {0};
    sim_store_t *store = NULL;
    int rc = open_sweep(path, SIM_STORE_RESUME, &resumed, &store);
    int closed = store ? sim_store_close(store, &why) : 0;
    sim_store_resumed_free(&resumed);
    return rc ? rc : closed;
}

static void count(void *user, const char *sentence) {
    if (!*sentence)
        fuzz_fail("a difference without a sentence", "");
    ++*(uint64_t *)user;
}

static int verify(const char *path) {
    uint64_t told = 0;
    sim_store_verified_t found = {0};
    sim_store_stored_t stored = {0};
    int rc = sim_store_verify(path, count, &told, NULL, &found, &why);
    if (rc == 0 && told != found.problems)
        fuzz_fail("problems that are not told", "");
    if (rc == 0)
        rc = sim_store_stored_read(path, 1, &stored, &why);
    sim_store_stored_free(&stored);
    return rc;
}

static int act(int action, const char *path) {
    switch (action) {
    case MERGE:
        return merge(path);
    case RESUME:
        return resume(path);
    case RESUME_SWEEP:
        return resume_sweep(path);
    default:
        return verify(path);
    }
}

/* Lays the edits over a copy of a good file. False: no memory. */
static bool write_edited(int file, const char *name, fuzz_piece_t edits) {
    size_t size = good[file].size;
    uint8_t *bytes = malloc(size);
    if (!bytes)
        return false;
    memcpy(bytes, good[file].bytes, size);
    fuzz_edit(bytes, 0, size, edits);
    fuzz_write(name, bytes, size);
    free(bytes);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!config)
        make();
    int action = size ? data[0] % 16 % ACTIONS : 0;
    unchecked = !(size && data[0] & 16);
    int file = action == MERGE || action == RESUME_SWEEP ? SHARD_1 : RUN;
    fuzz_piece_t edits = {data + (size > 0), size ? size - 1 : 0};
    if (!write_edited(file, "c.db", edits))
        return 0;
    remove(fuzz_path("c.db-journal"));
    char path[256];
    snprintf(path, sizeof path, "%s", fuzz_path("c.db"));
    why.text[0] = '\0';
    int rc = act(action, path);
    if (rc && rc != SIM_ERR_MEMORY && !why.text[0])
        fuzz_fail("refused without a reason", sim_base_strerror(rc));
    return 0;
}
