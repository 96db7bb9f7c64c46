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
