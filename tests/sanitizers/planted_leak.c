/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A green test that leaks: run_asan.sh has to fail it. */
#include <criterion/criterion.h>
#include <stdlib.h>

Test(planted, leak) {
    char *volatile block = malloc(16);
    cr_assert(block != NULL);
    block = NULL;
}
