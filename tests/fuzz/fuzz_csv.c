/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The five files of the cooperation model's population. What is accepted must run. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { FILES = 5, STEPS = 8 };
    static const char *const name[FILES] = {"lg.csv", "co.csv", "pc.csv", "cp.csv", "cm.csv"};
    static const char text[] =
        "model = \"cooperation\"; run = { years = 3; steps_per_year = 4; start_year = 2012; };\n"
        "population = { local_governments = \"lg.csv\"; countries = \"co.csv\";\n"
        "  partner_cities = \"pc.csv\"; cooperatives = \"cp.csv\";\n"
        "  cooperative_members = \"cm.csv\"; };\n";
    fuzz_piece_t piece[FILES];
    sim_config_t *config = NULL;
    void *shared = NULL;
    sim_base_diag_t diag;
    if (size > 1 << 16 || fuzz_split(data, size, piece, FILES) < FILES)
        return 0;
    for (size_t i = 0; i < FILES; i++)
        fuzz_write(name[i], piece[i].bytes, piece[i].size);
    sim_base_diag_init(&diag);
    int rc = sim_param_config_parse(text, "a.cfg", fuzz_path("."), NULL, &diag, &config);
    if (rc == 0)
        rc = sim_experiment_prepare(config, &diag, &shared);
    fuzz_check_problems(rc, &diag);
    if (rc == 0) {
        fuzz_run(config, shared, STEPS);
        sim_experiment_release(config, shared);
    }
    sim_param_config_destroy(config);
    sim_base_diag_free(&diag);
    return 0;
}
