/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences that travel beside a code. */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/base/why.h"

Test(why, holds_one_sentence) {
    sim_base_why_t why = {""};
    sim_base_why_set(&why, "file %s", "a.db");
    sim_base_why_add(&why, " has %d runs", 3);
    cr_expect_str_eq(why.text, "file a.db has 3 runs");
    cr_expect_eq(sim_base_why_fail(&why, SIM_ERR_EXISTS, "%s is there", "b.db"), SIM_ERR_EXISTS);
    cr_expect_str_eq(why.text, "b.db is there");
}

Test(why, is_cut_where_there_is_no_room) {
    sim_base_why_t why = {""};
    for (size_t i = 0; i < sizeof why.text; i++)
        sim_base_why_add(&why, "%s", "xy");
    cr_expect_eq(strlen(why.text), sizeof why.text - 1);
}

Test(why, may_be_nobodys_concern) {
    sim_base_why_set(NULL, "%s", "unheard");
    sim_base_why_add(NULL, "%s", "unheard");
    cr_expect_eq(sim_base_why_fail(NULL, SIM_ERR_IO, "%s", "unheard"), SIM_ERR_IO);
}
