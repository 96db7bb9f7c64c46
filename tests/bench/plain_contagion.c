/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/plain_contagion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 32, BLOCK = 2048, LANES = 8, AHEAD = 8 };

/* xoshiro256++ (Blackman and Vigna 2019), so many generators side by side that compilers
 * vectorise them. */
typedef struct {
    uint64_t a[LANES], b[LANES], c[LANES], d[LANES];
} lanes_t;

struct plain_contagion {
    uint32_t n, *row, *flipped, *moving;
    uint8_t *degree, *infected, *near; /* near: infected neighbours */
    uint32_t infect_below[MOST + 1], recover_below, move_below;
    lanes_t lanes, other;
    uint64_t word[BLOCK], spare[LANES]; /* draws of a block; those for moves and the set-up */
    int left;
};

static uint64_t rotate(uint64_t x, int k) {
    return x << k | x >> (64 - k);
}

static void fill(lanes_t *lanes, uint64_t *restrict out, int n) {
    lanes_t s = *lanes;
    for (int k = 0; k < n; k += LANES)
        for (int l = 0; l < LANES; l++) {
            uint64_t t = s.b[l] << 17;
            out[k + l] = rotate(s.a[l] + s.d[l], 23) + s.a[l];
            s.c[l] ^= s.a[l], s.d[l] ^= s.b[l], s.b[l] ^= s.c[l], s.a[l] ^= s.d[l];
            s.c[l] ^= t, s.d[l] = rotate(s.d[l], 45);
        }
    *lanes = s;
}

static void start(lanes_t *lanes, uint64_t seed) {
    uint64_t *word = (uint64_t *)lanes;
    for (size_t i = 0; i < sizeof *lanes / sizeof *word; i++) {
        uint64_t x = (seed += 0x9e3779b97f4a7c15U);
        x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U, x = (x ^ x >> 27) * 0x94d049bb133111ebU;
        word[i] = x ^ x >> 31;
    }
}

static uint32_t below(plain_contagion_t *m, uint32_t n) {
    if (m->left == 0) {
        fill(&m->other, m->spare, LANES);
        m->left = LANES;
    }
    return (uint32_t)((m->spare[--m->left] >> 32) * n >> 32);
}

static uint32_t *row_of(const plain_contagion_t *m, uint32_t i) {
    return m->row + (size_t)i * MOST;
}

static uint32_t place_of(const plain_contagion_t *m, uint32_t i, uint32_t j) {
    const uint32_t *row = row_of(m, i);
    uint32_t k = 0;
    while (k < m->degree[i] && row[k] != j)
        k++;
    return k;
}

static int may_link(const plain_contagion_t *m, uint32_t i, uint32_t j) {
    return i != j && m->degree[j] < MOST && place_of(m, i, j) == m->degree[i];
}

static uint32_t threshold(double p) {
    return (uint32_t)(p * 0x1p32);
}

static void set_up(plain_contagion_t *m) {
    for (uint64_t ties = 0; ties < 4ULL * m->n;) {
        uint32_t i = below(m, m->n), j = below(m, m->n);
        if (m->degree[i] == MOST || !may_link(m, i, j))
            continue;
        row_of(m, i)[m->degree[i]++] = j;
        row_of(m, j)[m->degree[j]++] = i;
        ties++;
    }
    for (uint32_t k = 0; k < m->n / 100;) {
        uint32_t i = below(m, m->n);
        k += !m->infected[i];
        m->infected[i] = 1;
    }
    for (uint32_t i = 0; i < m->n; i++)
        for (uint32_t k = 0; k < m->degree[i]; k++)
            m->near[i] = (uint8_t)(m->near[i] + m->infected[row_of(m, i)[k]]);
    for (int k = 0; k <= MOST; k++)
        m->infect_below[k] = threshold(1 - pow(1 - 0.05, k));
    m->recover_below = threshold(0.1), m->move_below = threshold(0.02);
}

plain_contagion_t *plain_contagion_create(uint32_t n, uint64_t seed) {
    plain_contagion_t *m = calloc(1, sizeof *m);
    size_t padded = (size_t)n + BLOCK;
    if (!m)
        return NULL;
    m->n = n;
    m->row = calloc((size_t)n * MOST, sizeof *m->row);
    m->flipped = calloc(padded, sizeof *m->flipped), m->moving = calloc(padded, sizeof *m->moving);
    m->degree = calloc(padded, 1), m->infected = calloc(padded, 1), m->near = calloc(padded, 1);
    start(&m->lanes, seed), start(&m->other, ~seed);
    if (!m->row || !m->flipped || !m->moving || !m->degree || !m->infected || !m->near) {
        plain_contagion_destroy(m);
        return NULL;
    }
    set_up(m);
    return m;
}

void plain_contagion_destroy(plain_contagion_t *m) {
    if (!m)
        return;
    free(m->row), free(m->flipped), free(m->moving);
    free(m->degree), free(m->infected), free(m->near);
    free(m);
}

/* Lists who changes and who moves; arrays are padded to whole blocks. */
static void decide(plain_contagion_t *m, uint32_t *flipped, uint32_t *moving) {
    uint8_t flips[BLOCK], moves[BLOCK];
    *flipped = *moving = 0;
    for (uint32_t first = 0; first < m->n; first += BLOCK) {
        const uint8_t *infected = m->infected + first, *near = m->near + first;
        uint32_t end = m->n - first < BLOCK ? m->n - first : BLOCK;
        fill(&m->lanes, m->word, BLOCK);
        for (int k = 0; k < BLOCK; k++) {
            uint32_t below_it = infected[k] ? m->recover_below : m->infect_below[near[k]];
            flips[k] = (uint32_t)(m->word[k] >> 32) < below_it;
            moves[k] = (uint32_t)m->word[k] < m->move_below;
        }
        for (uint32_t k = 0; k < end; k++) {
            m->flipped[*flipped] = m->moving[*moving] = first + k;
            *flipped += flips[k], *moving += moves[k];
        }
    }
}

static void flip_all(plain_contagion_t *m, uint32_t count) {
    for (uint32_t f = 0; f < count; f++) {
        uint32_t i = m->flipped[f];
        if (f + AHEAD < count)
            __builtin_prefetch(row_of(m, m->flipped[f + AHEAD]));
        int change = m->infected[i] ? -1 : 1;
        m->infected[i] ^= 1;
        for (uint32_t k = 0; k < m->degree[i]; k++)
            m->near[row_of(m, i)[k]] = (uint8_t)(m->near[row_of(m, i)[k]] + change);
    }
}

static void move(plain_contagion_t *m, uint32_t i) {
    uint32_t degree = m->degree[i], at = degree ? below(m, degree) : 0, to = below(m, m->n);
    if (degree == 0)
        return;
    while (!may_link(m, i, to))
        to = below(m, m->n);
    uint32_t from = row_of(m, i)[at], place = place_of(m, from, i);
    row_of(m, from)[place] = row_of(m, from)[--m->degree[from]];
    row_of(m, i)[at] = to;
    row_of(m, to)[m->degree[to]++] = i;
    m->near[i] = (uint8_t)(m->near[i] + m->infected[to] - m->infected[from]);
    m->near[from] = (uint8_t)(m->near[from] - m->infected[i]);
    m->near[to] = (uint8_t)(m->near[to] + m->infected[i]);
}

void plain_contagion_step(plain_contagion_t *m) {
    uint32_t flipped, moving;
    decide(m, &flipped, &moving);
    flip_all(m, flipped);
    for (uint32_t k = 0; k < moving; k++) {
        if (k + AHEAD < moving)
            __builtin_prefetch(row_of(m, m->moving[k + AHEAD]));
        move(m, m->moving[k]);
    }
}

double plain_contagion_infected(const plain_contagion_t *m) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < m->n; i++)
        sum += m->infected[i];
    return (double)sum / m->n;
}
