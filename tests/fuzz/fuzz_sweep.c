/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sweep files and tables of designs: s.cfg, which may name points.csv, c.cfg and n.cfg. */
#include <string.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "tests/support/sweep_runs.h"

static void check_points(const sim_design_sweep_t *sweep) {
    enum { FACTORS = 256, POINTS = 50 };
    double value[FACTORS];
    sim_store_design_t design = {0};
    sim_store_place_t place;
    if (sim_experiment_sweep_record(sweep, &design) == 0 && design.n_factors <= FACTORS)
        for (uint64_t i = 0; i < design.points && i < POINTS; i++) {
            design.point(design.user, i, value, &place);
            if (design.seed(design.user, i) < 0)
                fuzz_fail("a negative seed", sweep->text);
            for (size_t f = 0; f < design.n_factors; f++)
                if (value[f] != value[f])
                    fuzz_fail("a point is not a number", sweep->text);
        }
    sim_experiment_sweep_record_free(&design);
}

static void run_ends(const sim_design_sweep_t *sweep) {
    sim_base_arena_t arena = {0};
    uint64_t runs = sweep_runs(sweep);
    for (int k = 0; k < 2 && runs > 0 && sweep->config->run.steps <= 200; k++) {
        sim_record_t record = {0};
        uint64_t number = sweep_number(sweep, k ? runs - 1 : 0);
        (void)sim_experiment_sweep_one(sweep, number, SIM_DETAIL_SUMMARY, NULL, &arena, &record);
        sim_experiment_record_free(&record);
    }
    sim_base_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char contagion[] = "model=\"contagion\"; run={steps=3;}; contagion={agents=20;};";
    static const char none[] = "model=\"none\"; run={steps=3;}; none={agents=20;};";
    fuzz_piece_t piece[2];
    sim_base_diag_t diag;
    sim_design_sweep_t sweep = {0};
    if (size > 1 << 15)
        return 0;
    size_t n = fuzz_split(data, size, piece, 2);
    fuzz_write("s.cfg", piece[0].bytes, piece[0].size);
    if (n > 1)
        fuzz_write("points.csv", piece[1].bytes, piece[1].size);
    else
        unlink(fuzz_path("points.csv"));
    fuzz_write("c.cfg", contagion, strlen(contagion));
    fuzz_write("n.cfg", none, strlen(none));
    sim_base_diag_init(&diag);
    (void)sim_design_is_sweep(fuzz_path("s.cfg"));
    int rc = sim_experiment_sweep_load(fuzz_path("s.cfg"), NULL, &diag, &sweep);
    fuzz_check_problems(rc, &diag);
    if (rc == 0) {
        check_points(&sweep);
        run_ends(&sweep);
    }
    sim_experiment_sweep_free(&sweep);
    sim_base_diag_free(&diag);
    return 0;
}
