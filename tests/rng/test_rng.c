/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keyed draws: known answers, the vector form, independence along every argument. Statistical
 * tests have a false-alarm rate of 2 in a million each (and, the draws being a function, would
 * raise it always or never); each has a twin that must fail. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/rng/lanes.h"
#include "sim/rng/watch.h"

enum { DRAWS = 65536, BINS = 16, PAIR_BINS = BINS * BINS };
static const double ALARM = 1e-6; /* on either side */

/* ---- known answers: Random123's kat_vectors, philox4x32 with 10 rounds ---- */

static void expect_block(const uint32_t counter[4], const uint32_t key[2], const uint32_t out[4]) {
    sim_rng_t rng = {{{key[0], key[1]}}, counter[3] >> 16, counter[2], NULL};
    sim_rng_block_t block = sim_rng_block(&rng, counter[0], counter[1], counter[3] & 0xffff);
    cr_expect_arr_eq(block.word, out, sizeof block.word);
}

Test(rng, known_answers) {
    expect_block((uint32_t[]){0, 0, 0, 0}, (uint32_t[]){0, 0},
                 (uint32_t[]){0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    expect_block((uint32_t[]){0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
                 (uint32_t[]){0xffffffff, 0xffffffff},
                 (uint32_t[]){0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    expect_block((uint32_t[]){0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                 (uint32_t[]){0xa4093822, 0x299f31d0},
                 (uint32_t[]){0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

/* ---- sim_rng_fill ---- */

Test(rng, fill_gives_the_words_of_block_for_any_length) {
    static const uint32_t starts[] = {0, 1, 2048, 0xfffffff0U}; /* the last one wraps */
    uint32_t high[201], low[201];
    sim_rng_t rng = sim_rng_at(sim_rng_key(12, 3), 65535, 77);
    for (size_t s = 0; s < sizeof starts / sizeof *starts; s++)
        for (uint32_t n = 0; n <= 200; n++) {
            high[n] = low[n] = 0xabcdef01U;
            sim_rng_fill(&rng, starts[s], n, high, low);
            for (uint32_t i = 0; i < n; i++) {
                sim_rng_block_t block = sim_rng_block(&rng, starts[s] + i, 0, 0);
                cr_assert_eq(high[i], block.word[0]);
                cr_assert_eq(low[i], block.word[1]);
            }
            cr_assert(high[n] == 0xabcdef01U && low[n] == 0xabcdef01U, "wrote behind the end");
        }
}

Test(rng, words_gives_those_of_a_quarter_of_the_blocks) {
    uint32_t word[702];
    sim_rng_t rng = sim_rng_at(sim_rng_key(12, 3), 17, 9);
    for (uint32_t first = 0; first < 3000; first += 1492)
        for (uint32_t n = 0; n <= 701; n += n < 260 ? 1 : 63) {
            word[n] = 0xabcdef01U;
            sim_rng_words(&rng, first, n, word);
            for (uint32_t e = first; e < first + n; e++)
                cr_assert_eq(word[e - first], sim_rng_block(&rng, e / 4, 0, 0).word[e % 4]);
            cr_assert_eq(word[n], 0xabcdef01U, "wrote behind the end");
        }
}

Test(rng, blocks_gives_the_blocks_of_any_entities) {
    uint32_t entity[101];
    sim_rng_block_t block[101];
    sim_rng_t rng = sim_rng_at(sim_rng_key(12, 3), 17, 9);
    for (uint32_t i = 0; i < 101; i++)
        entity[i] = i * 2654435761U;
    for (uint32_t n = 0; n <= 100; n++) {
        memset(&block[n], 0xab, sizeof *block);
        sim_rng_blocks(&rng, entity, n, block);
        for (uint32_t i = 0; i < n; i++) {
            sim_rng_block_t one = sim_rng_block(&rng, entity[i], 0, 0);
            cr_assert_arr_eq(block[i].word, one.word, sizeof one);
        }
        cr_assert_eq(block[n].word[0], 0xababababU, "wrote behind the end");
    }
}

/* The plain one, and what the processor has beyond it. */
Test(rng, lanes_give_the_same_whatever_the_instructions) {
    uint32_t a[SIM_RNG_LANES], b[SIM_RNG_LANES], word[4][SIM_RNG_LANES];
    sim_rng_t rng = sim_rng_at(sim_rng_key(5, 8), 65535, UINT32_MAX);
    cr_assert(sim_rng_lanes_variant(0) && sim_rng_lanes());
    for (int variant = 0; variant < SIM_RNG_LANES_VARIANTS; variant++)
        for (uint32_t t = 0; t < 50 && sim_rng_lanes_variant(variant); t++) {
            for (uint32_t l = 0; l < SIM_RNG_LANES; l++)
                a[l] = (t * SIM_RNG_LANES + l) * 2654435761U, b[l] = ~a[l] / 3;
            uint32_t n = t < SIM_RNG_LANES ? t : SIM_RNG_LANES;
            uint32_t index = t % 3 * 32767;
            sim_rng_lanes_variant(variant)(&rng, index, a, b, n, word);
            for (uint32_t l = 0; l < n; l++)
                for (uint32_t w = 0; w < 4; w++)
                    cr_assert_eq(word[w][l], sim_rng_philox(&rng, a[l], b[l], index).word[w]);
        }
}

Test(rng, fill_pairs_gives_the_words_of_block_for_any_length) {
    uint32_t a[100], b[100], high[101], low[101];
    sim_rng_t rng = sim_rng_at(sim_rng_key(12, 3), 20, 77);
    for (uint32_t i = 0; i < 100; i++)
        a[i] = 7919 * i, b[i] = UINT32_MAX - i * i;
    for (uint32_t n = 0; n <= 100; n++)
        for (int one = 0; one < 2; one++) {
            uint32_t index = n % 4 * 21845;
            high[n] = low[n] = 0xabcdef01U;
            sim_rng_fill_pairs(&rng, (sim_rng_pairs_t){a, one ? NULL : b, index}, n, high, low);
            for (uint32_t i = 0; i < n; i++) {
                sim_rng_block_t block = sim_rng_block(&rng, a[i], one ? 0 : b[i], index);
                cr_assert_eq(high[i], block.word[0]);
                cr_assert_eq(low[i], block.word[1]);
            }
            cr_assert(high[n] == 0xabcdef01U && low[n] == 0xabcdef01U, "wrote behind the end");
        }
}

/* ---- choices ---- */

static size_t plain_choice(const sim_rng_t *rng, uint32_t a, const uint32_t *b,
                           const double *utility, size_t n, double outside) {
    size_t best = n;
    double most = outside;
    for (size_t k = 0; k < n; k++) {
        sim_rng_draw_t draw = sim_rng_draw(rng, a, b[k]);
        double worth = utility[k] + sim_rng_gumbel(&draw);
        if (worth > most)
            most = worth, best = k;
    }
    return best;
}

/* Also where two alternatives are too near for a rough look: the second half repeats the first. */
Test(rng, choose_is_the_plain_loop) {
    enum { N = 90 };
    uint32_t b[2 * N];
    double utility[2 * N];
    sim_rng_t rng = sim_rng_at(sim_rng_key(5, 9), 20, 6);
    for (uint32_t a = 0; a < 3000; a++) {
        size_t n = 1 + a % N;
        for (uint32_t k = 0; k < n; k++) {
            b[k] = b[n + k] = 11 * k;
            utility[k] = k % 3 - 0.01 * k;
            utility[n + k] = utility[k] + (a % 2 ? 1e-5 : -1e-5);
        }
        for (int far = 0; far < 2; far++) {
            double outside = far ? (double)-INFINITY : 3.0 + (double)(a % 5);
            cr_assert_eq(sim_rng_choose(&rng, a, b, utility, n, outside),
                         plain_choice(&rng, a, b, utility, n, outside));
            cr_assert_eq(sim_rng_choose(&rng, a, b, utility, 2 * n, outside),
                         plain_choice(&rng, a, b, utility, 2 * n, outside));
        }
    }
}

/* Of one to seven alternatives, and of as many as there may be; some too near for a rough look. */
Test(rng, choose_each_is_one_choice_after_the_other) {
    enum { N = SIM_RNG_CHOICES };
    static sim_rng_choices_t c;
    sim_rng_t rng = sim_rng_at(sim_rng_key(5, 9), 20, 6);
    for (uint32_t round = 0; round < 400; round++) {
        size_t n = 0, all = 0, most = round % 100 ? 7 : N;
        while (all < N) {
            size_t first = all, among = 1 + (n * n + round) % most;
            for (; all < N && all < first + (round ? among : N); all++) {
                c.a[all] = 1000 * round + (uint32_t)n, c.b[all] = (uint32_t)(all - first);
                c.utility[all] = (double)(all % 3);
                if (round % 2 && all - first == 1)
                    c.b[all] = c.b[first], c.utility[all] = c.utility[first] + 1e-5;
            }
            c.end[n++] = all;
        }
        c.n = n;
        sim_rng_choose_each(&rng, &c);
        for (size_t i = 0, first = 0; i < n; first = c.end[i++])
            cr_assert_eq(c.chosen[i],
                         first + plain_choice(&rng, c.a[first], c.b + first, c.utility + first,
                                              c.end[i] - first, (double)-INFINITY));
    }
    c.n = 0;
    sim_rng_choose_each(&rng, &c);
}

/* More than a rough look has room for. */
Test(rng, choose_has_no_bound) {
    enum { N = SIM_RNG_CHOICES + 1 };
    uint32_t b[N];
    double utility[N];
    sim_rng_t rng = sim_rng_at(sim_rng_key(5, 9), 20, 6);
    for (uint32_t k = 0; k < N; k++)
        b[k] = k, utility[k] = 0;
    for (uint32_t a = 0; a < 50; a++)
        for (size_t n = N - 2; n <= N; n++)
            cr_assert_eq(sim_rng_choose(&rng, a, b, utility, n, (double)-INFINITY),
                         plain_choice(&rng, a, b, utility, n, (double)-INFINITY));
}

/* ---- the cursor ---- */

Test(rng, uniform_at_is_what_the_cursor_hands_out) {
    sim_rng_t rng = sim_rng_at(sim_rng_key(3, 1), 20, 5);
    sim_rng_draw_t draw = sim_rng_draw(&rng, 8, 9), still = draw;
    for (uint32_t k = 0; k < 40; k++)
        cr_assert_eq(sim_rng_uniform_at(&still, k), sim_rng_uniform(&draw));
}

Test(rng, a_cursor_hands_out_one_word_after_the_other) {
    sim_rng_t rng = sim_rng_at(sim_rng_key(3, 1), 20, 5);
    sim_rng_draw_t draw = sim_rng_draw(&rng, 8, 9);
    for (uint32_t k = 0; k < 40; k++)
        cr_assert_eq(sim_rng_word(&draw), sim_rng_block(&rng, 8, 9, k / 4).word[k % 4]);
}

/* Down to the last bit, on every machine. */
Test(rng, known_draws) {
    static const struct {
        double beta, gamma;
        uint32_t poisson;
        double exponential, normal, gumbel, uniform;
        uint32_t below;
    } known[] = {{0x1.6a4805419163ep-1, 0x1.c93cdc3ed9277p+3, 39, 0x1.8d4ec85d61362p-4,
                  0x1.536b8e354bd43p+0, 0x1.2aa18becd20ccp+1, 0x1.d0ab4dee11f03p-1, 907},
                 {0x1.65bc58507124dp-5, 0x1.ed8298582eda4p+1, 25, 0x1.6d1acac2f57c6p+0,
                  -0x1.6942bcfe81609p-1, -0x1.6b86d97e9ceecp-2, 0x1.ebf9ba7bfe71cp-3, 240},
                 {0x1.968e57d467956p-3, 0x1.7acac5f48f374p+2, 29, 0x1.9d69ea423fc51p-1,
                  -0x1.1617f540e5322p-3, 0x1.b6047f22cc825p-3, 0x1.c8b2c73a3bb36p-2, 445}};
    sim_rng_t rng = sim_rng_at(sim_rng_key(5, 6), 30, 9);
    for (uint32_t i = 0; i < sizeof known / sizeof *known; i++) {
        const sim_rng_draw_t first = sim_rng_draw(&rng, i, 2);
        sim_rng_draw_t draw;
        cr_expect_eq((draw = first, sim_rng_beta(&draw, 0.4, 0.7)), known[i].beta);
        cr_expect_eq((draw = first, sim_rng_gamma(&draw, 2.5, 3.0)), known[i].gamma);
        cr_expect_eq((draw = first, sim_rng_poisson(&draw, 30.0)), known[i].poisson);
        cr_expect_eq((draw = first, sim_rng_exponential(&draw)), known[i].exponential);
        cr_expect_eq((draw = first, sim_rng_normal(&draw)), known[i].normal);
        cr_expect_eq((draw = first, sim_rng_gumbel(&draw)), known[i].gumbel);
        cr_expect_eq((draw = first, sim_rng_uniform(&draw)), known[i].uniform);
        cr_expect_eq((draw = first, sim_rng_below(&draw, 1000)), known[i].below);
    }
}

/* Correlation of whether a decision is for yes with what is drawn next from its cursor, and the
 * same of exponential and uniform: as one draw they had -1 nearly. */
Test(rng, draws_of_one_decision_are_independent) {
    double both[2] = {0}, x[2] = {0}, y[2] = {0};
    sim_rng_t rng = sim_rng_at(sim_rng_key(1, 0), 16, 0);
    for (uint32_t i = 0; i < DRAWS; i++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, i, 0);
        bool yes = sim_rng_chance(&draw, 0.4);
        double low = sim_rng_below(&draw, 10) < 4, wait = sim_rng_exponential(&draw),
               gamma = sim_rng_gamma(&draw, 1, 1), u = sim_rng_uniform(&draw);
        both[0] += yes * low, x[0] += yes, y[0] += low;
        both[1] += (wait + gamma) * u, x[1] += wait + gamma, y[1] += u;
    }
    for (int k = 0; k < 2; k++) /* six standard errors: .24 and .41 over 256 */
        cr_expect_lt(fabs(both[k] - x[k] * y[k] / DRAWS) / DRAWS, k ? 0.0096 : 0.0057);
}

/* ---- the watch ---- */

Test(rng, the_watch_sees_what_is_drawn_twice) {
    uint32_t high[100], low[100];
    sim_rng_watch_t watch = {0};
    sim_rng_t rng = sim_rng_at(sim_rng_key(3, 1), 20, 5), other = rng, later = rng;
    watch.notes = true;
    rng.watch = other.watch = later.watch = &watch;
    other.purpose++;
    later.step++;
    for (uint32_t round = 0; round < 2; round++) {
        sim_rng_fill(&rng, 0, 100, high, low);
        for (uint32_t a = 100; a < 5000; a++) {
            sim_rng_note(&rng, a, 0, 0);
            sim_rng_note(&rng, a, 0, 1);
            sim_rng_note(&rng, a, 1, 0);
            sim_rng_note(&other, a, 0, 0);
            sim_rng_note(&later, a, 0, 0);
        }
        cr_expect_not(watch.any);
        sim_rng_note(&rng, 70 + 900 * round, 0, 0);
        cr_expect(watch.any && watch.twice.v[0] == 70 + 900 * round);
        sim_rng_watch_clear(&watch);
    }
    sim_rng_watch_free(&watch);
}

/* A shuffle takes the pairs (a, 0 .. n/4), so that a draw about one of them repeats it. */
Test(rng, the_watch_sees_a_shuffle) {
    uint32_t item[10] = {0};
    sim_rng_watch_t watch = {.notes = true};
    sim_rng_t rng = sim_rng_at(sim_rng_key(3, 1), 20, 5);
    rng.watch = &watch;
    sim_rng_shuffle(&rng, 7, item, 10);
    cr_expect_not(watch.any);
    sim_rng_note(&rng, 7, 3, 0);
    cr_expect_not(watch.any);
    sim_rng_note(&rng, 7, 2, 0);
    cr_expect(watch.any && watch.twice.v[0] == 7 && watch.twice.v[1] == 2);
    sim_rng_watch_free(&watch);
}

/* ---- small things ---- */

Test(rng, unit_is_open) {
    cr_expect_gt(sim_rng_unit(0, 0), 0.0);
    cr_expect_lt(sim_rng_unit(UINT32_MAX, UINT32_MAX), 1.0);
}

Test(rng, chance_is_certain_at_the_ends) {
    sim_rng_t rng = sim_rng_at(sim_rng_key(1, 0), SIM_RNG_PURPOSE_TEST, 0);
    for (uint32_t a = 0; a < 1000; a++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, a, 0);
        cr_assert_not(sim_rng_chance(&draw, 0.0));
        cr_assert_not(sim_rng_chance(&draw, -1.0));
        cr_assert(sim_rng_chance(&draw, 1.0));
    }
}

Test(rng, thresholds) {
    cr_expect_eq(sim_rng_threshold(-0.5), 0);
    cr_expect_eq(sim_rng_threshold(0.0), 0);
    cr_expect_eq(sim_rng_threshold(NAN), 0);
    cr_expect_eq(sim_rng_threshold(0.25), 0x40000000U);
    cr_expect_eq(sim_rng_threshold(1.0), UINT32_MAX);
    cr_expect_eq(sim_rng_threshold(2.0), UINT32_MAX);
}

Test(rng, scale_reaches_both_ends) {
    cr_expect_eq(sim_rng_scale(0, 7), 0);
    cr_expect_eq(sim_rng_scale(UINT32_MAX, 7), 6);
    cr_expect_eq(sim_rng_scale(UINT32_MAX, UINT32_MAX), UINT32_MAX - 1);
}

static int by_key(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

Test(rng, keys_of_seeds_and_replicates_differ) {
    enum { SIDE = 300 };
    static uint64_t keys[SIDE * SIDE];
    for (uint32_t i = 0; i < SIDE * SIDE; i++) {
        sim_rng_key_t key = sim_rng_key(i / SIDE, i % SIDE);
        keys[i] = (uint64_t)key.word[0] << 32 | key.word[1];
    }
    qsort(keys, SIDE * SIDE, sizeof *keys, by_key);
    for (uint32_t i = 1; i < SIDE * SIDE; i++)
        cr_assert_neq(keys[i - 1], keys[i]);
}

/* ---- independence along each argument ---- */

typedef struct {
    uint32_t seed, replicate, purpose, step, a, b, index;
} place_t;

static uint32_t word_at(const place_t *p, int word) {
    sim_rng_t rng = sim_rng_at(sim_rng_key(p->seed, p->replicate), p->purpose, p->step);
    return sim_rng_block(&rng, p->a, p->b, p->index).word[word];
}

static double chi_square_p(const uint32_t *count, int bins, double expected) {
    double x = 0.0;
    for (int i = 0; i < bins; i++)
        x += ((double)count[i] - expected) * ((double)count[i] - expected) / expected;
    return gsl_cdf_chisq_Q(x, bins - 1);
}

/* Pairs of words (one at a place, one at its neighbour along `argument`) must fill the square
 * evenly: uniform, and independent of each other. */
static double neighbours_p(size_t argument, uint32_t distance) {
    uint32_t count[PAIR_BINS] = {0};
    for (uint32_t i = 0; i < DRAWS; i++) {
        place_t p = {7, 1, 20, 5, 11, 0, 0}, q = p;
        uint32_t *x = (uint32_t *)&p + argument, *y = (uint32_t *)&q + argument;
        *x = 2 * i % 65536;
        *y = *x + distance;
        p.b = q.b = argument == 5 ? p.b : i; /* so that places are not met twice */
        *x = argument == 5 ? 2 * i : *x;
        *y = argument == 5 ? 2 * i + distance : *y;
        uint32_t u = word_at(&p, 0) >> 28, v = word_at(&q, 0) >> 28;
        count[u * BINS + v]++;
    }
    return chi_square_p(count, PAIR_BINS, (double)DRAWS / PAIR_BINS);
}

Test(rng, neighbours_along_every_argument_are_independent) {
    static const char *const name[] = {"seed", "replicate", "purpose", "step", "a", "b", "index"};
    for (size_t argument = 0; argument < 7; argument++) {
        double p = neighbours_p(argument, 1);
        cr_expect(p > ALARM && p < 1.0 - ALARM, "%s: p = %g", name[argument], p);
    }
}

Test(rng, twin_two_decisions_with_one_purpose_are_found_out) {
    cr_expect_lt(neighbours_p(2, 0), ALARM);
}

/* The p-value of one decision in two streams of a replicate, over many replicates. */
static double streams_p(uint64_t one, uint64_t other) {
    uint32_t count[PAIR_BINS] = {0};
    for (uint32_t replicate = 0; replicate < DRAWS; replicate++) {
        sim_rng_key_t key = sim_rng_key(7, replicate);
        sim_rng_t a = sim_rng_at(sim_rng_stream(key, one), 20, 5);
        sim_rng_t b = sim_rng_at(sim_rng_stream(key, other), 20, 5);
        uint32_t u = sim_rng_block(&a, 11, 0, 0).word[0] >> 28;
        count[u * BINS + (sim_rng_block(&b, 11, 0, 0).word[0] >> 28)]++;
    }
    return chi_square_p(count, PAIR_BINS, (double)DRAWS / PAIR_BINS);
}

Test(rng, streams_are_independent) {
    static const uint64_t pairs[][2] = {{0, 1}, {1, 2}, {2, 3}, {1, UINT64_C(1) << 52}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        double p = streams_p(pairs[i][0], pairs[i][1]);
        cr_expect(p > ALARM && p < 1.0 - ALARM, "pair %zu: p = %g", i, p);
    }
    cr_expect_lt(streams_p(3, 3), ALARM, "the twin must be found out");
}

Test(rng, stream_0_is_the_replicates_own_and_no_two_are_one) {
    enum { STREAMS = 300, REPLICATES = 300 };
    static uint64_t key[STREAMS * REPLICATES];
    for (uint32_t r = 0, n = 0; r < REPLICATES; r++) {
        const sim_rng_key_t own = sim_rng_key(5, r), first = sim_rng_stream(own, 0);
        cr_assert_arr_eq(first.word, own.word, sizeof own.word);
        for (uint64_t s = 0; s < STREAMS; s++) {
            sim_rng_key_t one = sim_rng_stream(own, s);
            key[n++] = (uint64_t)one.word[0] << 32 | one.word[1];
        }
    }
    qsort(key, STREAMS * REPLICATES, sizeof *key, by_key);
    for (size_t i = 1; i < STREAMS * REPLICATES; i++)
        cr_assert_neq(key[i], key[i - 1]);
}

Test(rng, words_of_a_block_are_independent) {
    for (int word = 1; word < 4; word++) {
        uint32_t count[PAIR_BINS] = {0};
        for (uint32_t i = 0; i < DRAWS; i++) {
            place_t p = {7, 1, 20, 5, i, 0, 0};
            count[(word_at(&p, 0) >> 28) * BINS + (word_at(&p, word) >> 28)]++;
        }
        double p = chi_square_p(count, PAIR_BINS, (double)DRAWS / PAIR_BINS);
        cr_expect(p > ALARM && p < 1.0 - ALARM, "word %d: p = %g", word, p);
    }
}

/* ---- functions of their arguments ---- */

static double gamma_of(const sim_rng_t *rng, uint32_t a, uint32_t b) {
    sim_rng_draw_t draw = sim_rng_draw(rng, a, b);
    return sim_rng_gamma(&draw, 1.5, 1.0);
}

Test(rng, draws_are_functions_of_their_arguments) {
    sim_rng_key_t key = sim_rng_key(1, 2);
    sim_rng_t rng = sim_rng_at(key, 30, 4), other = sim_rng_at(key, 31, 4);
    double x = gamma_of(&rng, 1, 2);
    (void)gamma_of(&rng, 2, 2);
    cr_expect_eq(gamma_of(&rng, 1, 2), x);
    cr_expect_neq(gamma_of(&rng, 2, 1), x);
    cr_expect_neq(gamma_of(&other, 1, 2), x);
}
