/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "sim/base/arena.h"

static sim_base_arena_t arena;

static void begin(void) {
    sim_base_arena_init(&arena);
}
static void end(void) {
    sim_base_arena_free(&arena);
}

TestSuite(arena, .init = begin, .fini = end);

static int is_zero(const unsigned char *memory, size_t bytes) {
    for (size_t i = 0; i < bytes; i++)
        if (memory[i])
            return 0;
    return 1;
}

Test(arena, memory_is_zero_aligned_and_apart_also_after_a_reset) {
    static const size_t sizes[] = {1, 63, 64, 65, 1000, 300000, 1, 9000000, 5, 200000, 200000};
    enum { N = sizeof sizes / sizeof *sizes };
    for (int round = 0; round < 3; round++) {
        unsigned char *block[N];
        for (size_t i = 0; i < N; i++) {
            block[i] = sim_base_arena_alloc(&arena, sizes[i], 1);
            cr_assert_not_null(block[i]);
            cr_assert_eq((uintptr_t)block[i] % 64, 0);
            cr_assert(is_zero(block[i], sizes[i]));
            memset(block[i], (int)i + 1, sizes[i]);
        }
        for (size_t i = 0; i < N; i++)
            cr_assert(block[i][0] == i + 1 && block[i][sizes[i] - 1] == i + 1);
        sim_base_arena_reset(&arena);
        cr_expect_eq(arena.used, 0);
    }
}

Test(arena, a_reset_keeps_the_memory_for_the_next_replicate) {
    size_t reserved = 0;
    for (int round = 0; round < 5; round++) {
        sim_base_arena_reset(&arena);
        for (size_t i = 0; i < 200; i++)
            cr_assert_not_null(sim_base_arena_alloc(&arena, i, 1000));
        cr_expect(round == 0 || arena.reserved == reserved);
        reserved = arena.reserved;
    }
}

/* What was written to is cleared, what lies behind is zero by itself: a block may have some of
 * each. */
Test(arena, memory_is_zero_where_it_was_used_and_where_it_was_not) {
    static const size_t before[] = {100, 70000, 600000}, after[] = {5000, 200000, 2000000};
    for (size_t i = 0; i < 3; i++) {
        memset(sim_base_arena_alloc(&arena, before[i], 1), 0xff, before[i]);
        sim_base_arena_reset(&arena);
        const unsigned char *block = sim_base_arena_alloc(&arena, after[i], 1);
        cr_assert_not_null(block);
        cr_expect(is_zero(block, after[i]));
        sim_base_arena_reset(&arena);
    }
}

/* Columns of half a huge page and more share pages. */
Test(arena, much_memory_is_asked_for_in_large_chunks) {
    size_t column = (size_t)1100000, columns = 200;
    for (size_t i = 0; i < columns; i++)
        cr_assert_not_null(sim_base_arena_alloc(&arena, column, 1));
    cr_expect_lt(arena.reserved, column * columns * 3 / 2);
}

Test(arena, large_blocks_start_on_a_huge_page) {
    void *block = sim_base_arena_alloc(&arena, 9 << 20, 1);
    cr_expect_eq((uintptr_t)block % (2 << 20), 0);
}

Test(arena, nothing_is_a_valid_request) {
    cr_expect_not_null(sim_base_arena_alloc(&arena, 0, 8));
    cr_expect_not_null(sim_base_arena_alloc(&arena, 8, 0));
}

Test(arena, too_much_is_refused) {
    cr_expect_null(sim_base_arena_alloc(&arena, SIZE_MAX / 2, 3));
    cr_expect_null(sim_base_arena_alloc(&arena, SIZE_MAX, 1));
    cr_expect_not_null(sim_base_arena_alloc(&arena, 10, 1));
}

Test(arena, may_be_freed_twice_and_used_again) {
    cr_expect_not_null(sim_base_arena_alloc(&arena, 10, 1));
    sim_base_arena_free(&arena);
    sim_base_arena_free(&arena);
    cr_expect_eq(arena.reserved, 0);
    cr_expect_not_null(sim_base_arena_alloc(&arena, 10, 1));
}
