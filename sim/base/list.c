/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/list.h"

#include <stdint.h>
#include <stdlib.h>

void *sim_base_grow(void *list, size_t count, size_t size) {
    if (count & (count - 1))
        return list;
    if (count > SIZE_MAX / 4 / size)
        return NULL;
    return realloc(list, (count ? 2 * count : 1) * size);
}
