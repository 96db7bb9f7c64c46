/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/list.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *sim_base_grow(void *list, size_t count, size_t size) {
    if (count & (count - 1))
        return list;
    if (count > SIZE_MAX / 4 / size)
        return NULL;
    return realloc(list, (count ? 2 * count : 1) * size);
}

bool sim_base_among(const char *word, const char *const *words) {
    while (words && *words && (**words != *word || strcmp(*words, word) != 0)) /* most at once */
        words++;
    return words && *words;
}

static const char *name_at(const void *list, size_t size, size_t at) {
    return list ? *(const char *const *)(const void *)((const char *)list + at * size) : NULL;
}

size_t sim_base_named_count(const void *list, size_t size) {
    size_t count = 0;
    while (name_at(list, size, count))
        count++;
    return count;
}

size_t sim_base_named_place(const void *list, size_t size, const char *name) {
    for (size_t at = 0; name_at(list, size, at); at++)
        if (strcmp(name_at(list, size, at), name) == 0)
            return at;
    return SIZE_MAX;
}
