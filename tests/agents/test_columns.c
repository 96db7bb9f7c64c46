/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>

#include "sim/agents/columns.h"
#include "sim/base/error.h"

static sim_base_arena_t arena;
static sim_agents_columns_t columns;

static void begin(void) {
    sim_base_arena_init(&arena);
    columns.count = 0;
}
static void end(void) {
    sim_base_arena_free(&arena);
}

TestSuite(columns, .init = begin, .fini = end);

Test(columns, are_zeroed_and_found_by_name) {
    double *x = sim_agents_column(&columns, &arena, "agent.x", SIM_AGENTS_F64, 10);
    uint8_t *y = sim_agents_column(&columns, &arena, "agent.y", SIM_AGENTS_U8, 3);
    cr_assert(x && y);
    for (int i = 0; i < 10; i++)
        cr_expect_eq(x[i], 0.0);
    const sim_agents_column_t *found = sim_agents_find(&columns, "agent.y");
    cr_assert_not_null(found);
    cr_expect_eq(found->data, (void *)y);
    cr_expect_eq(found->rows, 3);
    cr_expect_null(sim_agents_find(&columns, "agent.z"));
}

Test(columns, foreign_memory_can_be_registered) {
    int32_t own[4] = {1, 2, 3, 4};
    cr_expect_eq(sim_agents_register(&columns, "own", SIM_AGENTS_I32, 4, own), 0);
    cr_expect_eq(sim_agents_find(&columns, "own")->data, (void *)own);
}

#if !defined(__SANITIZE_ADDRESS__)
Test(columns, what_is_written_behind_the_end_is_seen) {
    for (size_t rows = 0; rows < 70; rows++) {
        sim_base_arena_reset(&arena);
        columns.count = 0;
        uint8_t *first = sim_agents_column(&columns, &arena, "first", SIM_AGENTS_U8, rows);
        int32_t *second = sim_agents_column(&columns, &arena, "second", SIM_AGENTS_I32, rows);
        cr_assert(first && second);
        for (size_t i = 0; i < rows; i++)
            first[i] = (uint8_t)(second[i] = 77);
        cr_assert_null(sim_agents_overrun(&columns));
        second[rows]++;
        cr_assert_str_eq(sim_agents_overrun(&columns)->name, "second");
        first[rows] = 0;
        cr_assert_str_eq(sim_agents_overrun(&columns)->name, "first");
    }
}
#endif

Test(columns, a_full_table_refuses) {
    static char name[SIM_AGENTS_MAX_COLUMNS][16];
    for (int i = 0; i < SIM_AGENTS_MAX_COLUMNS; i++) {
        snprintf(name[i], sizeof name[i], "c%d", i);
        cr_assert_not_null(sim_agents_column(&columns, &arena, name[i], SIM_AGENTS_U8, 1));
    }
    cr_expect_null(sim_agents_column(&columns, &arena, "c", SIM_AGENTS_U8, 1));
    cr_expect_eq(sim_agents_register(&columns, "c", SIM_AGENTS_U8, 1, &arena), SIM_ERR_LIMIT);
}

Test(columns, a_name_is_taken_once) {
    cr_assert_not_null(sim_agents_column(&columns, &arena, "c", SIM_AGENTS_U8, 1));
    cr_expect_null(sim_agents_column(&columns, &arena, "c", SIM_AGENTS_I32, 3));
    cr_expect_eq(columns.count, 1);
}

Test(columns, impossible_sizes_are_refused) {
    cr_expect_null(sim_agents_column(&columns, &arena, "c", SIM_AGENTS_F64, SIZE_MAX / 4));
    cr_expect_eq(columns.count, 0);
}

Test(columns, types_have_their_sizes) {
    cr_expect_eq(sim_agents_type_size(SIM_AGENTS_F64), sizeof(double));
    cr_expect_eq(sim_agents_type_size(SIM_AGENTS_I64), sizeof(int64_t));
    cr_expect_eq(sim_agents_type_size(SIM_AGENTS_I32), sizeof(int32_t));
    cr_expect_eq(sim_agents_type_size(SIM_AGENTS_U32), sizeof(uint32_t));
    cr_expect_eq(sim_agents_type_size(SIM_AGENTS_U8), 1);
}
