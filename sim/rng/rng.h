/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Randomness is a function, not a state: a draw depends on seed, replicate, purpose, step,
 * one or two entities, and an index, and on nothing else. Philox4x32-10 (Salmon et al.
 * 2011, doi:10.1145/2063384.2063405) through Random123. Whoever asks first, on whatever
 * thread, gets the same number; a policy that is switched on moves only draws it touches.
 *
 * A decision has a purpose of its own and one cursor, sim_rng_draw_t, which hands out the next
 * words whenever it is asked: two draws of one decision are never one. A decision about one entity
 * passes b = 0; one about a pair passes both, in a fixed order.
 *
 * sim/model.h declares what models call; here are inline versions of it, for loops over many
 * agents, and what the engine has beside it. Models include this through sim/more.h, also from C++.
 */
#ifndef SIM_RNG_RNG_H
#define SIM_RNG_RNG_H

#include "sim/base/inline.h"
#include "sim/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Written into every results file; raise it when a change moves draws. */
#define SIM_RNG_VERSION "philox4x32-10/2"

/* Purposes 0..SIM_RNG_PURPOSE_MODEL-1 belong to the engine. */
enum {
    SIM_RNG_PURPOSE_GRAPH = 0,
    SIM_RNG_PURPOSE_TEST = 1,
    SIM_RNG_PURPOSE_DESIGN_UNIT = 2,    /* place of a point of a random design */
    SIM_RNG_PURPOSE_DESIGN_STRATUM = 3, /* shuffle of the strata of a Latin hypercube */
    SIM_RNG_PURPOSE_DESIGN_OFFSET = 4,  /* place in a stratum */
    SIM_RNG_PURPOSE_DESIGN_SHIFT = 5,   /* digital shift of a Sobol sequence */
    SIM_RNG_PURPOSE_DESIGN_START = 6,   /* where a Morris trajectory begins */
    SIM_RNG_PURPOSE_DESIGN_ORDER = 7,   /* in which order it moves */
    SIM_RNG_PURPOSE_DRAWS = 8,          /* where the resample of weighted draws begins */
    SIM_RNG_PURPOSE_ORDER = 9           /* in which agents are asked in a phase */
};

/* The key of a replicate: seed and replicate mixed by SplitMix64. */
sim_rng_key_t sim_rng_key(uint64_t seed, uint32_t replicate);

/* Another stream of draws of the same replicate, as good as independent of its own, which is
 * stream 0: its key mixed with the number by SplitMix64. */
sim_rng_key_t sim_rng_stream(sim_rng_key_t key, uint64_t stream);

/* This room compiles the functions once; everybody else has them inline only. */
#ifndef SIM_RNG_INLINE
#define SIM_RNG_INLINE SIM_INLINE
#endif

/* Tells the watch of --paranoid, if there is one, that words are about to be taken. A call in a
 * loop over agents keeps compilers from drawing for several of them at once, which is worth a
 * factor of three: what is made for such loops is watched only where SIM_RNG_WATCHED is defined, as
 * in debug builds. */
void sim_rng_note(const sim_rng_t *rng, uint32_t a, uint32_t b, uint32_t index);
#ifdef SIM_RNG_WATCHED
#define SIM_RNG_NOTE(rng, a, b, index) sim_rng_note(rng, a, b, index)
#else
#define SIM_RNG_NOTE(rng, a, b, index) ((void)0)
#endif

SIM_RNG_INLINE sim_rng_t sim_rng_at(sim_rng_key_t key, uint32_t purpose, uint32_t step) {
    sim_rng_t rng = {key, purpose, step, NULL};
    return rng;
}

/* Philox4x32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405), as Random123 has it (tested). */
SIM_RNG_INLINE sim_rng_block_t sim_rng_philox(const sim_rng_t *rng, uint32_t a, uint32_t b,
                                              uint32_t index) {
    uint32_t c0 = a, c1 = b, c2 = rng->step, c3 = rng->purpose << 16 | (index & 0xffffU);
    uint32_t k0 = rng->key.word[0], k1 = rng->key.word[1];
    for (int round = 0; round < 10; round++, k0 += 0x9e3779b9U, k1 += 0xbb67ae85U) {
        uint64_t p0 = (uint64_t)c0 * 0xd2511f53U, p1 = (uint64_t)c2 * 0xcd9e8d57U;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
    }
    sim_rng_block_t block = {{c0, c1, c2, c3}};
    return block;
}

/* Four words, uniform on 32 bits: those that a cursor hands out at 4 * index, index < 65536. */
SIM_RNG_INLINE sim_rng_block_t sim_rng_block(const sim_rng_t *rng, uint32_t a, uint32_t b,
                                             uint32_t index) {
    SIM_RNG_NOTE(rng, a, b, index);
    return sim_rng_philox(rng, a, b, index);
}

/* Words 0 and 1 of the blocks of entities first .. first+n-1 (b = 0, index 0): the same
 * numbers as sim_rng_block, many at a time. `high` and `low` hold n words each. */
void sim_rng_fill(const sim_rng_t *rng, uint32_t first, size_t n, uint32_t *high, uint32_t *low);

/* One word for each of the entities first .. first+n-1, four entities a block: entity e has word
 * e % 4 of block e / 4. A quarter of the work of sim_rng_fill, for a purpose that needs no more.
 * `first` is a multiple of 4. */
void sim_rng_words(const sim_rng_t *rng, uint32_t first, size_t n, uint32_t *out);

/* The blocks (b = 0, index 0) of n entities, many at a time. */
void sim_rng_blocks(const sim_rng_t *rng, const uint32_t *entity, size_t n, sim_rng_block_t *block);

/* Pairs a[i], b[i], or with b = NULL the entities a[i]; and the index, < 65536, of their blocks. */
typedef struct {
    const uint32_t *a, *b;
    uint32_t index;
} sim_rng_pairs_t;

/* The same as sim_rng_fill of n pairs. */
void sim_rng_fill_pairs(const sim_rng_t *rng, sim_rng_pairs_t of, size_t n, uint32_t *high,
                        uint32_t *low);

/* Two words as a double in the open interval (0, 1), 53 bits, never 0 or 1: 52 of their bits become
 * those of a number in [1, 2), which vectors of integers can do; all else is exact. */
SIM_RNG_INLINE double sim_rng_unit(uint32_t high, uint32_t low) {
    uint64_t bits = UINT64_C(0x3ff0000000000000) | ((uint64_t)high << 32 | low) >> 12;
    double above_one;
    memcpy(&above_one, &bits, sizeof above_one);
    return above_one - 1 + DBL_EPSILON / 2;
}

/* A word spread over 0..n-1 (Lemire's multiply-shift, bias below n/2^32). */
SIM_RNG_INLINE uint32_t sim_rng_scale(uint32_t word, uint32_t n) {
    return (uint32_t)(((uint64_t)word * n) >> 32);
}

/* A probability as a threshold: word < threshold has probability p to within 2^-32. */
uint32_t sim_rng_threshold(double p);

/* The same as sim_rng_draw() for a decision that the watch need not know. */
SIM_RNG_INLINE sim_rng_draw_t sim_rng_cursor(sim_rng_t rng, uint32_t a, uint32_t b) {
    sim_rng_draw_t draw = {rng, a, b, 0, {{0, 0, 0, 0}}};
    return draw;
}

SIM_RNG_INLINE sim_rng_draw_t sim_rng_draw(const sim_rng_t *rng, uint32_t a, uint32_t b) {
    SIM_RNG_NOTE(rng, a, b, 0);
    return sim_rng_cursor(*rng, a, b);
}

SIM_RNG_INLINE uint32_t sim_rng_word(sim_rng_draw_t *draw) {
    if (draw->next % 4 == 0)
        draw->block = sim_rng_philox(&draw->rng, draw->a, draw->b, draw->next / 4);
    return draw->block.word[draw->next++ % 4];
}

SIM_RNG_INLINE double sim_rng_uniform(sim_rng_draw_t *draw) {
    uint32_t high = sim_rng_word(draw), low = sim_rng_word(draw);
    return sim_rng_unit(high, low);
}

/* The k-th number that sim_rng_uniform() would hand out from the start; the cursor stays. */
SIM_RNG_INLINE double sim_rng_uniform_at(const sim_rng_draw_t *draw, uint32_t k) {
    sim_rng_block_t block = sim_rng_philox(&draw->rng, draw->a, draw->b, k / 2);
    return sim_rng_unit(block.word[k % 2 * 2], block.word[k % 2 * 2 + 1]);
}

/* A call got an argument that means nothing: it does what it can, and the hook that called it fails
 * with the sentence "<given> <value>; <allowed>", where the cursor is one of a world. */
void sim_rng_fail(const sim_rng_draw_t *draw, const char *given, double value, const char *allowed);
/* The same where a function is inline. They get values: a cursor whose address were taken would
 * have to lie in memory. */
void sim_rng_bad_chance(struct sim_rng_watch *watch, uint32_t purpose, uint32_t a, uint32_t b,
                        double p);
void sim_rng_bad_below(struct sim_rng_watch *watch, uint32_t purpose, uint32_t a, uint32_t b);

/* A bit above those of a purpose, which no draw depends on: with --paranoid the inline version
 * below looks at its probability, too. The one that is compiled once, which programs call that are
 * not optimised across files, always does. */
#define SIM_RNG_CHECKED UINT32_C(0x80000000)
#ifndef SIM_RNG_DOUBTS
#define SIM_RNG_DOUBTS(draw, p) ((draw)->rng.purpose & SIM_RNG_CHECKED)
#endif

/* True with probability p. Two words. */
SIM_RNG_INLINE bool sim_rng_chance(sim_rng_draw_t *draw, double p) {
    if (SIM_RNG_DOUBTS(draw, p))
        sim_rng_bad_chance(draw->rng.watch, draw->rng.purpose, draw->a, draw->b, p);
    return sim_rng_uniform(draw) < p;
}

/* In 0..n-1, of one word. */
SIM_RNG_INLINE uint32_t sim_rng_below(sim_rng_draw_t *draw, uint32_t n) {
    if (__builtin_expect(n == 0, 0))
        sim_rng_bad_below(draw->rng.watch, draw->rng.purpose, draw->a, draw->b);
    return sim_rng_scale(sim_rng_word(draw), n);
}

/* As many words as it takes. alpha, beta, shape > 0; scale >= 0. */
double sim_rng_beta(sim_rng_draw_t *draw, double alpha, double beta);
double sim_rng_gamma(sim_rng_draw_t *draw, double shape, double scale);

/* Continuous distributions of two words each, by inversion, from a number 0 < u < 1; see rng.c. */
double sim_rng_exponential_at(double u), sim_rng_normal_at(double u), sim_rng_gumbel_at(double u);
SIM_RNG_INLINE double sim_rng_exponential(sim_rng_draw_t *draw) { /* mean 1 */
    return sim_rng_exponential_at(sim_rng_uniform(draw));
}
SIM_RNG_INLINE double sim_rng_normal(sim_rng_draw_t *draw) { /* mean 0, sd 1 */
    return sim_rng_normal_at(sim_rng_uniform(draw));
}
SIM_RNG_INLINE double sim_rng_gumbel(sim_rng_draw_t *draw) { /* location 0, scale 1 */
    return sim_rng_gumbel_at(sim_rng_uniform(draw));
}

/* Decisions from one uniform number: whether u < 1 - exp(-x), for x >= 0: whether of what is
 * expected x times something has come. Bounds on both sides nearly always tell. */
bool sim_rng_occurs(double u, double x);
/* Arrivals of a Poisson process of the given mean, `most` at most; none when u >= 1 - exp(-mean).
 */
uint32_t sim_rng_arrivals(double u, double mean, uint32_t most);
/* The first of n > 0 places whose cumulative weight is above the target; the last if none is. */
uint32_t sim_rng_place(const double *cumulative, uint32_t n, double target);

/* Which of n alternatives has the largest utility[k] + the Gumbel draw of (a, b[k]), the first of
 * equals; n when none is above `outside`. With -INFINITY k is chosen with probability
 * exp(utility[k]) / sum of all exp(utility). */
size_t sim_rng_choose(const sim_rng_t *rng, uint32_t a, const uint32_t *b, const double *utility,
                      size_t n, double outside);

/* n such choices with -INFINITY, with room for SIM_RNG_CHOICES alternatives in all. Those of choice
 * i are end[i - 1] .. end[i] - 1, at least one, all with one a[k]. Fills chosen[0 .. n - 1], each a
 * place among all. */
enum { SIM_RNG_CHOICES = 512 };
typedef struct {
    uint32_t a[SIM_RNG_CHOICES], b[SIM_RNG_CHOICES];
    double utility[SIM_RNG_CHOICES];
    size_t end[SIM_RNG_CHOICES], chosen[SIM_RNG_CHOICES], n;
} sim_rng_choices_t;
void sim_rng_choose_each(const sim_rng_t *rng, sim_rng_choices_t *c);

#ifdef __cplusplus
}
#endif

#endif
