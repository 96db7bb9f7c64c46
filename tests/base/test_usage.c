/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time goes forward; memory that was used is counted, and stays counted. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/usage.h"

Test(usage, seconds_go_forward) {
    double before = sim_base_seconds();
    for (int i = 0; i < 1000; i++) {
        double now = sim_base_seconds();
        cr_assert_geq(now, before);
        before = now;
    }
}

Test(usage, memory_that_was_used_is_counted) {
    enum { BYTES = 64 << 20 };
    uint64_t before = sim_base_resident();
    cr_assert_gt(before, 0);
    char *block = malloc(BYTES);
    memset(block, 1, BYTES);
    cr_assert_eq(block[BYTES - 1], 1);
    uint64_t with = sim_base_resident();
    free(block);
    cr_assert_geq(with, before + BYTES / 2);
    cr_assert_gt(sim_base_resident(), with - BYTES / 2); /* the kernel counts in batches */
}
