/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>

#include "sim/base/error.h"
#include "sim/state/arrays.h"

static sim_base_arena_t arena;
static sim_state_arrays_t arrays;

static void begin(void) {
    sim_base_arena_init(&arena);
    arrays = (sim_state_arrays_t){.arena = &arena};
}
static void end(void) {
    sim_base_arena_free(&arena);
}

TestSuite(arrays, .init = begin, .fini = end);

Test(arrays, are_zeroed_and_found_by_name) {
    double *x = sim_state_array(&arrays, "agent.x", SIM_STATE_F64, 10);
    uint8_t *y = sim_state_array(&arrays, "agent.y", SIM_STATE_U8, 3);
    cr_assert(x && y);
    for (int i = 0; i < 10; i++)
        cr_expect_eq(x[i], 0.0);
    const sim_state_array_t *found = sim_state_find(&arrays, "agent.y");
    cr_assert_not_null(found);
    cr_expect_eq(found->data, (void *)y);
    cr_expect_eq(found->rows, 3);
    cr_expect_null(sim_state_find(&arrays, "agent.z"));
}

Test(arrays, foreign_memory_can_be_registered) {
    int32_t own[4] = {1, 2, 3, 4};
    cr_expect_eq(sim_state_register(&arrays, "own", SIM_STATE_I32, 4, own), 0);
    cr_expect_eq(sim_state_find(&arrays, "own")->data, (void *)own);
}

#if !defined(__SANITIZE_ADDRESS__)
Test(arrays, what_is_written_behind_the_end_is_seen) {
    for (size_t rows = 0; rows < 70; rows++) {
        sim_base_arena_reset(&arena);
        arrays = (sim_state_arrays_t){.arena = &arena};
        uint8_t *first = sim_state_array(&arrays, "first", SIM_STATE_U8, rows);
        int32_t *second = sim_state_array(&arrays, "second", SIM_STATE_I32, rows);
        cr_assert(first && second);
        for (size_t i = 0; i < rows; i++)
            first[i] = (uint8_t)(second[i] = 77);
        cr_assert_null(sim_state_overrun(&arrays));
        second[rows]++;
        cr_assert_str_eq(sim_state_overrun(&arrays)->name, "second");
        first[rows] = 0;
        cr_assert_str_eq(sim_state_overrun(&arrays)->name, "first");
    }
}
#endif

Test(arrays, there_may_be_many) {
    enum { MANY = 1000 };
    static char name[MANY][16];
    for (int i = 0; i < MANY; i++) {
        snprintf(name[i], sizeof name[i], "c%d", i);
        int32_t *cell = sim_state_array(&arrays, name[i], SIM_STATE_I32, 1);
        cr_assert_not_null(cell);
        *cell = i;
    }
    for (int i = 0; i < MANY; i++)
        cr_assert_eq(*(int32_t *)sim_state_find(&arrays, name[i])->data, i);
}

Test(arrays, a_name_is_taken_once) {
    cr_assert_not_null(sim_state_array(&arrays, "c", SIM_STATE_U8, 1));
    cr_expect_null(sim_state_array(&arrays, "c", SIM_STATE_I32, 3));
    cr_expect_eq(arrays.count, 1);
}

Test(arrays, impossible_sizes_are_refused) {
    cr_expect_null(sim_state_array(&arrays, "c", SIM_STATE_F64, SIZE_MAX / 4));
    cr_expect_eq(arrays.count, 0);
}

Test(arrays, types_have_their_sizes) {
    cr_expect_eq(sim_state_type_size(SIM_STATE_F64), sizeof(double));
    cr_expect_eq(sim_state_type_size(SIM_STATE_I64), sizeof(int64_t));
    cr_expect_eq(sim_state_type_size(SIM_STATE_I32), sizeof(int32_t));
    cr_expect_eq(sim_state_type_size(SIM_STATE_U32), sizeof(uint32_t));
    cr_expect_eq(sim_state_type_size(SIM_STATE_U8), 1);
}
