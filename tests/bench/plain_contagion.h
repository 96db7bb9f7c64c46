/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model contagion as a plain C loop, which keeps the number of infected neighbours of each
 * agent up to date: what the model allows where nothing is general. */
#ifndef TESTS_BENCH_PLAIN_CONTAGION_H
#define TESTS_BENCH_PLAIN_CONTAGION_H

#include <stdint.h>

typedef struct plain_contagion plain_contagion_t;

/* n agents with 4n ties and the model's default parameters; NULL when memory is out. */
plain_contagion_t *plain_contagion_create(uint32_t n, uint64_t seed);
void plain_contagion_step(plain_contagion_t *model);
/* Share of agents that are infected. */
double plain_contagion_infected(const plain_contagion_t *model);
void plain_contagion_destroy(plain_contagion_t *model);

#endif
