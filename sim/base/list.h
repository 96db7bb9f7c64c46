/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists that grow by one element at a time. */
#ifndef SIM_BASE_LIST_H
#define SIM_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* Room behind the `count` elements of `size` bytes of a list that begins as NULL and grows by this
 * function alone: the list, perhaps moved; NULL when out of memory, and `list` stays as it is. The
 * room doubles whenever the count is a power of two, so no capacity is kept. */
void *sim_base_grow(void *list, size_t count, size_t size);

/* Whether the word is among `words`, which end with NULL or are NULL. */
bool sim_base_among(const char *word, const char *const *words);

#endif
