/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists that grow by one: what they hold stays, and there is always room for one more. */
#include "sim/base/list.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

Test(list, keeps_what_it_holds) {
    enum { MOST = 1000 };
    uint64_t *list = NULL;
    for (size_t n = 0; n < MOST; n++) {
        uint64_t *grown = sim_base_grow(list, n, sizeof *grown);
        cr_assert_not_null(grown);
        list = grown;
        list[n] = n * n; /* the sanitizer sees a place that is not the list's */
    }
    for (size_t n = 0; n < MOST; n++)
        cr_assert_eq(list[n], n * n);
    free(list);
}

Test(list, becomes_shorter_and_longer) {
    char *list = NULL;
    size_t n = 0;
    for (size_t turn = 1; turn < 40; turn++) {
        for (; n < turn; n++) {
            list = sim_base_grow(list, n, 8);
            cr_assert_not_null(list);
            memset(list + 8 * n, (int)turn, 8);
        }
        n -= turn / 2;
    }
    free(list);
}

Test(list, refuses_what_cannot_be) {
    cr_expect_null(sim_base_grow(NULL, SIZE_MAX / 2 + 1, 8));
    cr_expect_null(sim_base_grow(NULL, (size_t)1 << 62, 16));
}

Test(list, finds_structs_by_their_names) {
    static const struct {
        const char *name;
        int value;
    } list[] = {{"one", 1}, {"two", 2}, {0}}, none[] = {{0}};
    cr_expect_eq(SIM_BASE_COUNT(list), 2);
    cr_expect_eq(SIM_BASE_COUNT(none), 0);
    cr_expect_eq(sim_base_named_count(NULL, 8), 0);
    cr_expect_eq(SIM_BASE_PLACE(list, "two"), 1);
    cr_expect_eq(SIM_BASE_PLACE(list, "three"), SIZE_MAX);
    cr_expect_eq(sim_base_named_place(NULL, 8, "one"), SIZE_MAX);
}
