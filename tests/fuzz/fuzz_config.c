/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Configuration files: a.cfg, which may name b.cfg and c.inc, and a policy d.cfg of a fork. */
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { FILES = 4 };
    static const char *const name[FILES] = {"a.cfg", "b.cfg", "c.inc", "d.cfg"};
    fuzz_piece_t piece[FILES];
    sim_config_t *config = NULL, *fork = NULL;
    sim_base_diag_t diag;
    if (size > 1 << 16)
        return 0;
    size_t n = fuzz_split(data, size, piece, FILES);
    for (size_t i = 0; i < FILES; i++)
        if (i < n)
            fuzz_write(name[i], piece[i].bytes, piece[i].size);
        else
            unlink(fuzz_path(name[i]));
    sim_base_diag_init(&diag);
    int rc = sim_param_config_load(fuzz_path("a.cfg"), NULL, &diag, &config);
    fuzz_check_problems(rc, &diag);
    if ((rc == 0) != (config != NULL))
        fuzz_fail("a configuration and an error, or neither", "");
    if (config)
        fuzz_check_echo(config);
    sim_base_diag_free(&diag);
    if (n == FILES) {
        sim_base_diag_init(&diag);
        rc = sim_param_config_fork(fuzz_path("a.cfg"), fuzz_path("d.cfg"), 2010.5, NULL, &diag,
                                   &fork);
        fuzz_check_problems(rc, &diag);
        if (fork)
            fuzz_check_echo(fork);
        sim_base_diag_free(&diag);
    }
    sim_param_config_destroy(fork);
    sim_param_config_destroy(config);
    return 0;
}
