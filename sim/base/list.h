/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists that grow by one element at a time, and lists of structs that each begin with a name, up to
 * one without. */
#ifndef SIM_BASE_LIST_H
#define SIM_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room behind the `count` elements of `size` bytes of a list that begins as NULL and grows by this
 * function alone: the list, perhaps moved; NULL when out of memory, and `list` stays as it is. The
 * room doubles whenever the count is a power of two, so no capacity is kept. */
void *sim_base_grow(void *list, size_t count, size_t size);

/* Whether the word is among `words`, which end with NULL or are NULL. */
bool sim_base_among(const char *word, const char *const *words);

/* How many structs of `size` bytes, or texts, such a list has, 0 for NULL; and the place of the one
 * of a name, SIZE_MAX when there is none. */
size_t sim_base_named_count(const void *list, size_t size);
size_t sim_base_named_place(const void *list, size_t size, const char *name);
#define SIM_BASE_COUNT(list) sim_base_named_count((list), sizeof *(list))
#define SIM_BASE_PLACE(list, name) sim_base_named_place((list), sizeof *(list), (name))

#endif
