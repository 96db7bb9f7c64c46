/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/network/ties.h"
#include "sim/rng/rng.h"

enum { CAUSE = 3 };

static sim_base_arena_t arena;
static sim_network_ties_t ties;

static void begin(void) {
    sim_base_arena_init(&arena);
    cr_assert_eq(sim_network_ties_init(&ties, &arena, 0), 0);
}
static void end(void) {
    sim_base_arena_free(&arena);
}

TestSuite(ties, .init = begin, .fini = end);

static int add(uint8_t kind, uint32_t from, uint32_t to, int32_t onset, uint32_t *id) {
    sim_network_birth_t birth = {
        .kind = kind, .mode = 1, .from = from, .to = to, .onset = onset, .trust = 0.5};
    return sim_network_tie_add(&ties, &birth, id);
}

Test(ties, a_spell_from_birth_to_end) {
    uint32_t id = 99;
    cr_assert_eq(add(1, 5, 6, -3, &id), 0);
    cr_expect_eq(id, 0);
    cr_expect_eq(sim_network_tie_find(&ties, 1, 5, 6), id);
    cr_expect_eq(ties.terminus[id], SIM_NETWORK_OPEN);
    cr_expect_eq(ties.cause[id], SIM_NETWORK_NO_CAUSE);
    sim_network_tie_end(&ties, id, 4, CAUSE);
    cr_expect_eq(sim_network_tie_find(&ties, 1, 5, 6), SIM_NETWORK_NONE);
    cr_expect_eq(ties.terminus[id], 4);
    cr_expect_eq(ties.cause[id], CAUSE);
    cr_expect_eq(ties.onset[id], -3);
    cr_expect_eq(ties.n_live[1], 0);
    cr_expect_eq(sim_network_ties_verify(&ties, NULL), 0);
}

Test(ties, a_stage_is_dated_by_the_step_that_reached_it) {
    uint32_t id = 0;
    cr_assert_eq(add(1, 5, 6, -3, &id), 0);
    cr_expect_eq(ties.stage_since[id], -3);
    sim_network_tie_stage(&ties, id, ties.stage[id], 1); /* it is there already */
    cr_expect_eq(ties.stage_since[id], -3);
    sim_network_tie_stage(&ties, id, 2, 4);
    cr_expect_eq(ties.stage[id], 2);
    cr_expect_eq(ties.stage_since[id], 4);
}

Test(ties, a_pair_is_tied_once_per_kind_and_direction) {
    cr_assert_eq(add(0, 1, 2, 0, NULL), 0);
    cr_expect_eq(add(0, 1, 2, 0, NULL), SIM_ERR_ARGUMENT);
    cr_expect_eq(add(1, 1, 2, 0, NULL), 0);
    cr_expect_eq(add(0, 2, 1, 0, NULL), 0);
    cr_expect_eq(add(SIM_NETWORK_KINDS, 1, 2, 0, NULL), SIM_ERR_ARGUMENT);
    cr_expect_eq(ties.count, 3);
}

Test(ties, a_pair_may_be_tied_again_after_an_end) {
    uint32_t first = 0, second = 0;
    cr_assert_eq(add(0, 1, 2, 0, &first), 0);
    sim_network_tie_end(&ties, first, 5, CAUSE);
    cr_assert_eq(add(0, 1, 2, 5, &second), 0);
    cr_expect_neq(first, second);
    cr_expect_eq(sim_network_tie_find(&ties, 0, 1, 2), second);
    cr_expect_eq(sim_network_ties_verify(&ties, NULL), 0);
}

/* Against an array that cannot be wrong: which pair is tied, over thousands of births and
 * ends, through growth of everything. */
Test(ties, a_long_history_agrees_with_a_matrix) {
    enum { SIDE = 60, KINDS = 2, MOVES = 40000 };
    static uint32_t tied[KINDS][SIDE][SIDE]; /* id + 1 */
    uint32_t births = 0, live = 0;
    sim_rng_t rng = sim_rng_at(sim_rng_key(4, 4), SIM_RNG_PURPOSE_TEST, 0);
    for (uint32_t move = 0; move < MOVES; move++) {
        sim_rng_block_t block = sim_rng_block(&rng, move, 0, 0);
        uint8_t kind = (uint8_t)sim_rng_scale(block.word[0], KINDS);
        uint32_t d = sim_rng_scale(block.word[1], SIDE), p = sim_rng_scale(block.word[2], SIDE);
        uint32_t *cell = &tied[kind][d][p], id = 0;
        cr_assert_eq(sim_network_tie_find(&ties, kind, d, p), *cell ? *cell - 1 : SIM_NETWORK_NONE);
        if (*cell) {
            sim_network_tie_end(&ties, *cell - 1, (int32_t)move + 1, CAUSE);
            *cell = 0;
            live--;
        } else {
            cr_assert_eq(add(kind, d, p, (int32_t)move, &id), 0);
            cr_assert_eq(id, births);
            *cell = id + 1;
            births++;
            live++;
        }
        if (move % 997 == 0)
            cr_assert_eq(sim_network_ties_verify(&ties, NULL), 0);
    }
    cr_expect_eq(ties.n_live[0] + ties.n_live[1], live);
    cr_expect_eq(ties.count, births);
    cr_expect_eq(sim_network_ties_verify(&ties, NULL), 0);
}

Test(ties, walking_live_backwards_survives_ends) {
    uint32_t seen = 0;
    for (uint32_t i = 0; i < 100; i++)
        cr_assert_eq(add(2, i, i + 1, 0, NULL), 0);
    for (uint32_t k = ties.n_live[2]; k-- > 0; seen++)
        if (ties.live[2][k] % 3 == 0)
            sim_network_tie_end(&ties, ties.live[2][k], 1, CAUSE);
    cr_expect_eq(seen, 100);
    cr_expect_eq(ties.n_live[2], 66);
    cr_expect_eq(sim_network_ties_verify(&ties, NULL), 0);
}

Test(ties, verify_finds_planted_faults) {
    uint32_t id = 0;
    cr_assert_eq(add(0, 1, 2, 3, &id), 0);
    cr_assert_eq(add(0, 1, 3, 3, NULL), 0);
    ties.trust[id] = 1.5;
    cr_expect_eq(sim_network_ties_verify(&ties, NULL), SIM_ERR_VERIFY);
    ties.trust[id] = 0.5;
    ties.to[id] = 9; /* not where the table looks for it */
    cr_expect_eq(sim_network_ties_verify(&ties, NULL), SIM_ERR_VERIFY);
    ties.to[id] = 2;
    ties.terminus[id] = 7; /* ended, but listed as alive */
    cr_expect_eq(sim_network_ties_verify(&ties, NULL), SIM_ERR_VERIFY);
    ties.terminus[id] = SIM_NETWORK_OPEN;
    cr_expect_eq(sim_network_ties_verify(&ties, NULL), 0);
    ties.onset[id] = 7;
    sim_network_tie_end(&ties, id, 8, CAUSE);
    ties.terminus[id] = 7; /* ended as it began */
    sim_base_why_t why;
    cr_expect_eq(sim_network_ties_verify(&ties, &why), SIM_ERR_VERIFY);
    cr_expect_str_eq(why.text, "tie 0: it ends before it begins");
}

static void expect_misuse(const char *sentence) {
    cr_expect_str_eq(ties.misuse, sentence);
    cr_expect_eq(sim_network_ties_verify(&ties, NULL), 0, "misuse changes nothing");
    ties.misuse[0] = '\0';
}

Test(ties, misuse_is_one_sentence_and_changes_nothing) {
    uint32_t id = 0;
    cr_assert_eq(add(0, 1, 2, 3, &id), 0);
    cr_expect_eq(add(0, 1, 2, 4, NULL), SIM_ERR_ARGUMENT);
    expect_misuse("a tie of kind 0 between 1 and 2 is added twice");
    cr_expect_eq(add(9, 1, 2, 4, NULL), SIM_ERR_ARGUMENT);
    expect_misuse("a tie of kind 9 is added; kinds are below 8");
    sim_network_tie_end(&ties, SIM_NETWORK_NONE, 5, CAUSE);
    expect_misuse("no tie (SIM_NETWORK_NONE) is ended");
    sim_network_tie_stage(&ties, 7, 1, 5);
    expect_misuse("tie 7 is taken to another stage; there are 1 ties");
    sim_network_tie_end(&ties, id, 3, CAUSE);
    expect_misuse("tie 0 is ended at step 3, but begins at step 3");
    sim_network_tie_end(&ties, id, 5, CAUSE);
    expect_misuse("");
    sim_network_tie_end(&ties, id, 6, CAUSE);
    expect_misuse("tie 0 is ended, but it ended at step 5");
}

/* ---- lists by end ---- */

enum { AGENTS = 12, LISTED = 1, OTHER = 0 };

static uint32_t count_list(uint32_t first, const uint32_t *next, const uint32_t *end,
                           uint32_t agent) {
    uint32_t n = 0;
    for (uint32_t at = first; at; at = next[at - 1], n++) {
        cr_assert_eq(ties.terminus[at - 1], SIM_NETWORK_OPEN);
        cr_assert(ties.kind[at - 1] == LISTED && end[at - 1] == agent);
    }
    return n;
}

static void expect_lists(void) {
    for (uint32_t agent = 0; agent < AGENTS; agent++) {
        uint32_t as_from = 0, as_to = 0;
        for (uint32_t k = 0; k < ties.n_live[LISTED]; k++) {
            as_from += ties.from[ties.live[LISTED][k]] == agent;
            as_to += ties.to[ties.live[LISTED][k]] == agent;
        }
        cr_assert_eq(count_list(ties.first_from[LISTED][agent], ties.next_from, ties.from, agent),
                     as_from);
        cr_assert_eq(count_list(ties.first_to[LISTED][agent], ties.next_to, ties.to, agent), as_to);
    }
}

Test(ties, lists_by_end_hold_the_live_ties) {
    sim_rng_t rng = sim_rng_at(sim_rng_key(4, 5), SIM_RNG_PURPOSE_TEST, 0);
    cr_assert_eq(sim_network_ties_by_end(&ties, LISTED, AGENTS), 0);
    uint32_t n_ended = 0;
    for (uint32_t move = 0; move < 5000; move++) {
        sim_rng_block_t block = sim_rng_block(&rng, move, 0, 0);
        uint8_t kind = block.word[0] % 4 ? LISTED : OTHER;
        uint32_t d = sim_rng_scale(block.word[1], AGENTS), p = sim_rng_scale(block.word[2], AGENTS);
        uint32_t id = sim_network_tie_find(&ties, kind, d, p);
        if (id == SIM_NETWORK_NONE) {
            cr_assert_eq(add(kind, d, p, (int32_t)move, NULL), 0);
        } else {
            sim_network_tie_end(&ties, id, (int32_t)move + 1, CAUSE);
            cr_assert_eq(ties.ended[n_ended++], id);
        }
        if (move % 97 == 0)
            expect_lists();
    }
    cr_expect_eq(ties.n_ended, n_ended);
    cr_assert_eq(sim_network_ties_index(&ties), 0);
    expect_lists();
    cr_expect_eq(ties.n_ended, 0);
}

/* The columns of a history, put over another one that is in place, are that history. */
Test(ties, a_tie_is_handed_over_and_its_spell_goes_on) {
    uint32_t id = 0, other = 0;
    cr_assert_eq(sim_network_ties_by_end(&ties, 1, 10), 0);
    cr_assert_eq(add(1, 5, 6, -3, &id), 0);
    cr_expect_eq(ties.form[id], SIM_NETWORK_NO_FORM, "the model gives it one");
    sim_network_tie_hand_over(&ties, id, 7, 4);
    cr_expect_eq(sim_network_tie_find(&ties, 1, 7, 6), id);
    cr_expect_eq(sim_network_tie_find(&ties, 1, 5, 6), SIM_NETWORK_NONE);
    cr_expect(ties.onset[id] == -3 && ties.terminus[id] == SIM_NETWORK_OPEN);
    cr_expect(ties.first_from[1][7] == id + 1 && ties.first_from[1][5] == 0);
    cr_assert_eq(add(1, 5, 6, 4, &other), 0);
    cr_expect_eq(sim_network_ties_verify(&ties, NULL), 0);
    sim_network_tie_hand_over(&ties, id, 5, 5);
    cr_expect_eq(ties.from[id], 7, "who has one already cannot have it");
    cr_expect(strstr(ties.misuse, "tie 0 is handed over to 5, who cannot have it"));
}

Test(ties, columns_bring_back_a_history) {
    sim_network_ties_t other;
    sim_state_array_t from[SIM_NETWORK_TIES_COLUMNS], to[SIM_NETWORK_TIES_COLUMNS];
    for (uint32_t i = 0; i < 100; i++)
        cr_assert_eq(add((uint8_t)(i % 3), i, i + 1, 0, NULL), 0);
    for (uint32_t i = 0; i < 100; i += 4)
        sim_network_tie_end(&ties, i, 2, CAUSE);
    cr_assert_eq(sim_network_ties_init(&other, &arena, 0), 0);
    const sim_network_birth_t stranger = {.from = 700, .to = 1, .trust = 0.5};
    cr_assert_eq(sim_network_tie_add(&other, &stranger, NULL), 0);
    cr_assert_eq(sim_network_ties_resize(&other, ties.count, ties.n_live), 0);
    sim_network_ties_columns(&ties, from);
    sim_network_ties_columns(&other, to);
    for (size_t i = 0; i < SIM_NETWORK_TIES_COLUMNS; i++) {
        cr_assert_eq(from[i].rows, to[i].rows);
        if (from[i].rows)
            memcpy(to[i].data, from[i].data, from[i].rows * sim_state_type_size(from[i].type));
    }
    cr_assert_eq(sim_network_ties_index(&other), 0);
    cr_expect_eq(sim_network_ties_verify(&other, NULL), 0);
    cr_expect_eq(sim_network_tie_find(&other, 0, 700, 1), SIM_NETWORK_NONE);
    for (uint32_t i = 0; i < 100; i++)
        cr_expect_eq(sim_network_tie_find(&other, (uint8_t)(i % 3), i, i + 1),
                     i % 4 ? i : SIM_NETWORK_NONE);
    other.live[1][0] = 100; /* no spell */
    cr_expect_eq(sim_network_ties_index(&other), SIM_ERR_VERIFY);
    other.live[1][0] = other.live[1][1]; /* twice */
    cr_expect_eq(sim_network_ties_index(&other), SIM_ERR_VERIFY);
    other.live[1][0] = 0; /* ended, and of another kind */
    cr_expect_eq(sim_network_ties_index(&other), SIM_ERR_VERIFY);
}
