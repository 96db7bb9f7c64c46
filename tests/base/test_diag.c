/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/base/diag.h"
#include "sim/base/error.h"

Test(diag, keeps_problems_in_order_and_once) {
    sim_base_diag_t diag;
    sim_base_diag_init(&diag);
    cr_expect_eq(sim_base_diag_add(&diag, "a.cfg", 3, "%s is %d", "x", 4), SIM_ERR_CONFIG);
    cr_expect_eq(sim_base_diag_add(&diag, NULL, 0, "no file"), SIM_ERR_CONFIG);
    cr_expect_eq(sim_base_diag_add(&diag, "a.cfg", 3, "x is 4"), SIM_ERR_CONFIG);
    sim_base_diag_add(&diag, "b.cfg", 3, "x is 4");
    sim_base_diag_add(&diag, "a.cfg", 4, "x is 4");
    cr_assert_eq(diag.count, 4);
    cr_expect_str_eq(diag.problem[0].file, "a.cfg");
    cr_expect_str_eq(diag.problem[0].text, "x is 4");
    cr_expect_eq(diag.problem[0].line, 3);
    cr_expect_null(diag.problem[1].file);
    cr_expect_eq(diag.truncated, 0);
    sim_base_diag_free(&diag);
    cr_expect_eq(diag.count, 0);
    sim_base_diag_free(&diag);
}

Test(diag, grows_and_takes_long_sentences) {
    char text[5000];
    sim_base_diag_t diag;
    sim_base_diag_init(&diag);
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (int i = 0; i < 100; i++)
        sim_base_diag_add(&diag, "f", i, "%s", text);
    cr_assert_eq(diag.count, 100);
    cr_expect_str_eq(diag.problem[99].text, text);
    sim_base_diag_free(&diag);
}

Test(diag, takes_the_problems_of_another) {
    sim_base_diag_t all, own;
    sim_base_diag_init(&all);
    sim_base_diag_init(&own);
    sim_base_diag_add(&all, "a.cfg", 3, "known");
    cr_expect_eq(sim_base_diag_take(&all, &own), SIM_OK);
    sim_base_diag_add(&own, "a.cfg", 3, "known");
    sim_base_diag_add(&own, NULL, 0, "%s", "100 %s of it");
    cr_expect_eq(sim_base_diag_take(&all, &own), SIM_ERR_CONFIG);
    cr_assert_eq(all.count, 2);
    cr_expect_str_eq(all.problem[1].text, "100 %s of it");
    cr_expect(own.count == 0 && own.problem == NULL);
    own.truncated = 1;
    cr_expect_eq(sim_base_diag_take(&all, &own), SIM_ERR_MEMORY);
    cr_expect(all.truncated && !own.truncated);
    sim_base_diag_free(&all);
}

Test(diag, nearest_word) {
    static const char *const names[] = {"beta", "gamma", "initial_share", "rewire", NULL};
    cr_expect_str_eq(sim_base_nearest("gama", names), "gamma");
    cr_expect_str_eq(sim_base_nearest("bate", names), "beta");
    cr_expect_str_eq(sim_base_nearest("inital_shar", names), "initial_share");
    cr_expect_str_eq(sim_base_nearest("rewire", names), "rewire");
    cr_expect_null(sim_base_nearest("temperature", names));
    cr_expect_null(sim_base_nearest("xyz", names));
    cr_expect_null(sim_base_nearest("beta", (const char *const[]){NULL}));
}

Test(diag, nearest_survives_words_of_any_length) {
    char word[1000];
    memset(word, 'b', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    const char *const names[] = {word, "beta", NULL};
    cr_expect_null(sim_base_nearest(word, (const char *const[]){"beta", NULL}));
    cr_expect_str_eq(sim_base_nearest("bet", names), "beta");
    cr_expect_str_eq(sim_base_nearest("", (const char *const[]){"ab", NULL}), "ab");
}

Test(error, sentences) {
    cr_expect_str_eq(sim_base_strerror(SIM_ERR_MEMORY), "out of memory");
    cr_expect_str_eq(sim_base_strerror(12345), "unknown error");
}
