/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arcs against a table of all pairs that does the same in the plainest way. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/network/measures.h"
#include "sim/rng/rng.h"

enum { MOST = 40, CHANGES = 40000 };

static sim_base_arena_t arena;
static sim_network_arcs_t arcs;
static double *weight;
static uint8_t *mark;
static sim_network_beside_t beside[] = {{(void **)&weight, sizeof *weight},
                                        {(void **)&mark, sizeof *mark}};

static void open_arena(void) {
    sim_base_arena_init(&arena);
}
static void close_arena(void) {
    sim_base_arena_free(&arena);
}

TestSuite(arcs, .init = open_arena, .fini = close_arena);

static void make(uint32_t tails, uint32_t heads, bool one_mode) {
    const sim_network_arcs_plan_t plan = {.name = "advice",
                                          .tails = tails,
                                          .heads = heads,
                                          .one_mode = one_mode,
                                          .beside = beside,
                                          .n_beside = 2,
                                          .junk = 0x5e};
    cr_assert_eq(sim_network_arcs_init(&arcs, &arena, &plan), 0);
}

static void add(uint32_t tail, uint32_t head, double value) {
    uint32_t place;
    cr_assert_eq(sim_network_arcs_add(&arcs, tail, head, &place), 0);
    cr_assert(weight[place] == 0 && mark[place] == 0, "beside a new arc it is zero");
    weight[place] = value;
    mark[place] = (uint8_t)value;
}

Test(arcs, have_a_direction) {
    make(4, 4, true);
    add(0, 1, 1);
    add(2, 1, 2);
    add(1, 0, 3);
    cr_expect(sim_network_arcs_has(&arcs, 0, 1) && sim_network_arcs_has(&arcs, 1, 0));
    cr_expect(sim_network_arcs_has(&arcs, 2, 1) && !sim_network_arcs_has(&arcs, 1, 2));
    cr_expect_eq(sim_network_arcs_outdegree(&arcs, 1), 1);
    cr_expect_eq(sim_network_arcs_indegree(&arcs, 1), 2);
    cr_expect_arr_eq(sim_network_arcs_tails(&arcs, 1), ((uint32_t[]){0, 2}), 8);
    cr_expect_eq(sim_network_arcs_heads(&arcs, 2)[0], 1);
    cr_expect_eq(weight[sim_network_arcs_find(&arcs, 2, 1)], 2);
    cr_expect_eq(sim_network_arcs_find(&arcs, 1, 2), UINT32_MAX);
    cr_expect_eq(sim_network_arcs_density(&arcs), 3.0 / 12);
    cr_expect_eq(sim_network_arcs_reciprocity(&arcs), 2.0 / 3);
}

Test(arcs, of_two_modes_lead_from_one_population_to_the_other) {
    make(2, 3, false);
    add(1, 1, 1); /* the same number, but not the same row */
    add(0, 2, 2);
    cr_expect_eq(sim_network_arcs_density(&arcs), 2.0 / 6);
    cr_expect(isnan(sim_network_arcs_reciprocity(&arcs)));
    cr_expect_eq(sim_network_arcs_add(&arcs, 2, 1, NULL), SIM_ERR_ARGUMENT);
    cr_expect_str_eq(arcs.misuse, "advice: there is no arc from 2 to 1: one of them is no row of "
                                  "its population");
    cr_expect_eq(sim_network_arcs_verify(&arcs, NULL), 0);
}

Test(arcs, have_components_without_their_direction) {
    sim_network_snapshot_t snapshot;
    sim_network_measures_t measures;
    make(6, 6, true);
    add(0, 1, 1);
    add(1, 0, 1);
    add(2, 1, 1);
    add(4, 3, 1);
    cr_assert_eq(sim_network_snapshot_init(&snapshot, &arena, 6), 0);
    cr_assert_eq(sim_network_snapshot_arcs(&snapshot, &arcs), 0);
    sim_network_measure(&snapshot, &measures);
    cr_expect_eq(snapshot.n_links, 3);
    cr_expect_eq(measures.components, 2);
    cr_expect_eq(measures.giant, 3);
    make(2, 3, false);
    add(1, 1, 1);
    add(0, 1, 1);
    cr_assert_eq(sim_network_snapshot_init(&snapshot, &arena, 5), 0);
    cr_assert_eq(sim_network_snapshot_arcs(&snapshot, &arcs), 0);
    sim_network_measure(&snapshot, &measures);
    cr_expect_eq(measures.giant, 3);
    cr_expect_eq(snapshot.label[snapshot.end[1]], 2 + 1);
}

Test(arcs, that_are_none_measure_nothing) {
    make(1, 1, true);
    cr_expect(isnan(sim_network_arcs_density(&arcs)));
    cr_expect(isnan(sim_network_arcs_reciprocity(&arcs)));
    make(0, 5, false);
    cr_expect(isnan(sim_network_arcs_density(&arcs)));
}

static void expect_misuse(int code, const char *sentence) {
    cr_expect_eq(code, SIM_ERR_ARGUMENT);
    cr_expect_str_eq(arcs.misuse, sentence);
    arcs.misuse[0] = '\0';
}

Test(arcs, misuse_is_one_sentence_and_changes_nothing) {
    make(5, 5, true);
    add(0, 1, 1);
    expect_misuse(sim_network_arcs_add(&arcs, 0, 1, NULL),
                  "advice: the arc from 0 to 1 is added twice");
    expect_misuse(sim_network_arcs_add(&arcs, 3, 3, NULL),
                  "advice: an arc from 3 to itself is added");
    expect_misuse(sim_network_arcs_drop(&arcs, 1, 0),
                  "advice: the arc from 1 to 0 is dropped, but is not there");
    expect_misuse(sim_network_arcs_has(&arcs, 0, 5) ? 0 : SIM_ERR_ARGUMENT,
                  "advice: there is no arc from 0 to 5: one of them is no row of its population");
    (void)sim_network_arcs_has(&arcs, 6, 0);
    (void)sim_network_arcs_has(&arcs, 7, 0);
    cr_expect_str_eq(arcs.misuse,
                     "advice: there is no arc from 6 to 0: one of them is no row of "
                     "its population",
                     "the first is the cause of the others");
    cr_expect_eq(sim_network_arcs_verify(&arcs, NULL), 0);
    cr_expect_eq(arcs.count, 1);
}

/* ---- against a table of all pairs ---- */

typedef struct {
    uint32_t tails, heads, count;
    double value[MOST][MOST]; /* 0: no arc */
} pairs_t;

static void expect_same(const pairs_t *pairs) {
    sim_base_why_t why = {""};
    cr_assert_eq(sim_network_arcs_verify(&arcs, &why), 0, "%s", why.text);
    cr_assert_eq(arcs.out.n, pairs->tails);
    cr_assert_eq(arcs.in.n, pairs->heads);
    cr_assert_eq(arcs.count, pairs->count);
    for (uint32_t a = 0; a < pairs->tails; a++)
        for (uint32_t b = 0; b < pairs->heads; b++) {
            uint32_t place = sim_network_arcs_find(&arcs, a, b);
            cr_assert_eq(place != UINT32_MAX, pairs->value[a][b] > 0, "%u to %u", a, b);
            if (place != UINT32_MAX)
                cr_assert(weight[place] == pairs->value[a][b] &&
                          mark[place] == (uint8_t)pairs->value[a][b]);
        }
}

static void clear_tail(pairs_t *pairs, uint32_t row) {
    for (uint32_t b = 0; b < pairs->heads; b++) {
        pairs->count -= pairs->value[row][b] > 0;
        pairs->value[row][b] = 0;
    }
}
static void clear_head(pairs_t *pairs, uint32_t row) {
    for (uint32_t a = 0; a < pairs->tails; a++) {
        pairs->count -= pairs->value[a][row] > 0;
        pairs->value[a][row] = 0;
    }
}
static void move_tail(pairs_t *pairs, uint32_t to) {
    uint32_t last = --pairs->tails;
    for (uint32_t b = 0; b < MOST && to != last; b++) {
        pairs->value[to][b] = pairs->value[last][b];
        pairs->value[last][b] = 0;
    }
}
static void move_head(pairs_t *pairs, uint32_t to) {
    uint32_t last = --pairs->heads;
    for (uint32_t a = 0; a < MOST && to != last; a++) {
        pairs->value[a][to] = pairs->value[a][last];
        pairs->value[a][last] = 0;
    }
}

static void remove_tail(pairs_t *pairs, uint32_t row, bool one_mode) {
    sim_network_arcs_remove_tail(&arcs, row);
    clear_tail(pairs, row);
    if (one_mode)
        clear_head(pairs, row);
    move_tail(pairs, row);
    if (one_mode)
        move_head(pairs, row);
}

static void remove_head(pairs_t *pairs, uint32_t row) {
    sim_network_arcs_remove_head(&arcs, row);
    clear_head(pairs, row);
    move_head(pairs, row);
}

/* Rows come and go now and then; most changes are arcs, often around a hub. */
static void change_rows(pairs_t *pairs, sim_rng_draw_t *draw, bool one_mode) {
    uint32_t what = sim_rng_below(draw, 4);
    if (what == 0 && pairs->tails > 2)
        remove_tail(pairs, sim_rng_below(draw, pairs->tails), one_mode);
    else if (what == 1 && pairs->heads > 2 && !one_mode)
        remove_head(pairs, sim_rng_below(draw, pairs->heads));
    else if (what == 2 && pairs->tails < MOST) {
        cr_assert_eq(sim_network_arcs_grow_tails(&arcs, 1), 0);
        pairs->tails++;
        pairs->heads += one_mode;
    } else if (what == 3 && pairs->heads < MOST) {
        cr_assert_eq(sim_network_arcs_grow_heads(&arcs, 1), 0);
        pairs->heads++;
        pairs->tails += one_mode;
    }
}

static void change_arcs(pairs_t *pairs, sim_rng_draw_t *draw, uint32_t turn, bool one_mode) {
    uint32_t a = sim_rng_below(draw, turn % 3 ? 2 : pairs->tails);
    uint32_t b = sim_rng_below(draw, turn % 5 ? pairs->heads : 2);
    bool filling = turn / 4000 % 2 == 0;
    if (one_mode && a == b)
        return;
    if (pairs->value[a][b] > 0 && !(filling && turn % 4)) {
        cr_assert_eq(sim_network_arcs_drop(&arcs, a, b), 0);
        pairs->value[a][b] = 0;
        pairs->count--;
    } else if (pairs->value[a][b] <= 0 && (filling || turn % 4 == 0)) {
        pairs->value[a][b] = turn + 1;
        pairs->count++;
        add(a, b, pairs->value[a][b]);
    }
}

static void compare_at_random(bool one_mode) {
    static pairs_t pairs;
    sim_rng_t rng = sim_rng_at(sim_rng_key(one_mode, 0), SIM_RNG_PURPOSE_TEST, 0);
    pairs = (pairs_t){.tails = 20, .heads = 20};
    make(20, 20, one_mode);
    for (uint32_t turn = 0; turn < CHANGES; turn++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, turn, 0);
        if (sim_rng_below(&draw, 50) == 0)
            change_rows(&pairs, &draw, one_mode);
        else
            change_arcs(&pairs, &draw, turn, one_mode);
        if (turn % 97 == 0)
            expect_same(&pairs);
    }
    expect_same(&pairs);
    cr_expect_str_eq(arcs.misuse, "");
    cr_expect_lt(arena.used, (size_t)200000, "places that are given back are taken again");
}

Test(arcs, of_one_mode_are_as_a_table_of_pairs_says) {
    compare_at_random(true);
}

Test(arcs, of_two_modes_are_as_a_table_of_pairs_says) {
    compare_at_random(false);
}

/* ---- memory ---- */

static double bytes_per_arc(size_t before) {
    return (double)(arena.used - before) / (double)arcs.count;
}

/* A star outwards, one inwards, and one that has been left: 17 bytes at one end and 4 at the other,
 * places for twice as many at worst, arrays with room for twice as many, and what they outgrew. */
Test(arcs, take_memory_in_proportion_to_their_number) {
    enum { STAR = 10000 };
    for (int inwards = 0; inwards < 2; inwards++) {
        sim_base_arena_reset(&arena);
        make(STAR, STAR, true);
        size_t before = arena.used;
        for (uint32_t k = 1; k < STAR; k++)
            add(inwards ? k : 0, inwards ? 0 : k, k);
        cr_expect_lt(bytes_per_arc(before), 120.0);
        size_t full = 0; /* the first time it shrinks it needs smaller places, too */
        for (int again = 0; again < 4; again++) {
            full = again == 1 ? arena.used : full;
            for (uint32_t k = 1; k < STAR; k++)
                cr_assert_eq(sim_network_arcs_drop(&arcs, inwards ? k : 0, inwards ? 0 : k), 0);
            for (uint32_t k = 1; k < STAR; k++)
                add(inwards ? k : 0, inwards ? 0 : k, k);
        }
        cr_expect_eq(arena.used, full, "the same places serve again");
        cr_expect_eq(sim_network_arcs_verify(&arcs, NULL), 0);
    }
}

Test(arcs, of_a_hub_are_more_than_a_graph_has_room_for) {
    enum { STAR = 70000 };
    make(1, STAR, false);
    for (uint32_t k = 0; k < STAR; k++)
        cr_assert_eq(sim_network_lists_append(&arcs.out, 0, k), 0);
    cr_expect_eq(sim_network_arcs_outdegree(&arcs, 0), STAR);
    cr_expect_eq(sim_network_arcs_heads(&arcs, 0)[STAR - 1], STAR - 1);
}

/* ---- restoring and checking ---- */

Test(arcs, restore_puts_others_in_place) {
    const uint32_t outdegree[] = {3, 0, 1, 0}, heads[] = {3, 1, 2, 1};
    const uint32_t indegree[] = {0, 2, 1, 1}, tails[] = {2, 0, 0, 0};
    sim_network_rows_of_t out = {4, outdegree, heads, 4}, in = {4, indegree, tails, 4};
    make(3, 3, true);
    add(0, 1, 1);
    add(1, 2, 1);
    cr_assert_eq(sim_network_arcs_restore(&arcs, &out, &in), 0);
    cr_expect_eq(sim_network_arcs_verify(&arcs, NULL), 0);
    cr_expect_eq(arcs.count, 4);
    cr_expect_arr_eq(sim_network_arcs_heads(&arcs, 0), heads, 12, "the order is kept");
    cr_expect_arr_eq(sim_network_arcs_tails(&arcs, 1), tails, 8);
    cr_expect_eq(weight[sim_network_arcs_find(&arcs, 0, 1)], 0);
    in.n_cells = 3;
    cr_expect_eq(sim_network_arcs_restore(&arcs, &out, &in), SIM_ERR_VERIFY);
    in.n_cells = 4;
    out.n = 3; /* one mode: as many tails as heads */
    cr_expect_eq(sim_network_arcs_restore(&arcs, &out, &in), SIM_ERR_VERIFY);
    const uint32_t nobody[] = {3, 1, 4, 1};
    out = (sim_network_rows_of_t){4, outdegree, nobody, 4};
    cr_expect_eq(sim_network_arcs_restore(&arcs, &out, &in), SIM_ERR_VERIFY);
    cr_expect_eq(sim_network_arcs_verify(&arcs, NULL), 0, "what is refused changes nothing");
}

static void expect_fault(const char *sentence) {
    sim_base_why_t why = {""};
    cr_expect_eq(sim_network_arcs_verify(&arcs, &why), SIM_ERR_VERIFY);
    cr_expect_str_eq(why.text, sentence);
}

Test(arcs, verify_finds_planted_faults) {
    make(6, 6, true);
    add(0, 1, 1);
    add(0, 2, 1);
    uint32_t *row = arcs.out.cell + arcs.out.first[0];
    row[0] = 0;
    expect_fault("advice: tail 0 is tied to itself");
    row[0] = 2;
    expect_fault("advice: tail 0 has an arc twice");
    row[0] = 3;
    expect_fault("advice: tail 0 has an arc that its other end has not");
    row[0] = 6;
    expect_fault("advice: tail 0 is tied to what is no row");
    row[0] = 1;
    arcs.count++;
    expect_fault("advice: 3 arcs are counted, the tails have 2");
    arcs.count--;
    arcs.in.cell[arcs.in.first[1]] = 5;
    expect_fault("advice: tail 0 has an arc that its other end has not");
    arcs.in.cell[arcs.in.first[1]] = 0;
    cr_expect_eq(sim_network_arcs_verify(&arcs, NULL), 0);
}

/* Who reads behind a row finds what no arc left there. */
#if !defined(__SANITIZE_ADDRESS__) /* which stops the program at the read */
Test(arcs, leave_junk_behind_them) {
    make(3, 3, true);
    add(0, 1, 1);
    add(0, 2, 2);
    cr_assert_eq(sim_network_arcs_drop(&arcs, 0, 1), 0);
    cr_expect_eq(sim_network_arcs_heads(&arcs, 0)[0], 2);
    cr_expect_eq(sim_network_arcs_heads(&arcs, 0)[1], 0x5e5e5e5e);
    cr_expect_eq(mark[sim_network_arcs_first(&arcs, 0) + 1], 0x5e);
}
#endif
