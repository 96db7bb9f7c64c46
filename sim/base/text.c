/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* fopencookie */
#include "sim/base/text.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/error.h"

static ssize_t append(void *cookie, const char *bytes, size_t size) {
    sim_base_text_t *text = cookie;
    if (text->capacity - text->size <= size) {
        size_t capacity = 2 * text->capacity + size;
        char *grown = realloc(text->bytes, capacity);
        if (!grown) {
            text->failed = 1;
            return 0;
        }
        text->bytes = grown;
        text->capacity = capacity;
    }
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
    text->bytes[text->size] = '\0';
    return (ssize_t)size;
}

FILE *sim_base_text_open(sim_base_text_t *text) {
    enum { FIRST = 256 };
    *text = (sim_base_text_t){.bytes = malloc(FIRST), .capacity = FIRST};
    if (!text->bytes)
        return NULL;
    text->bytes[0] = '\0';
    FILE *stream = fopencookie(text, "w", (cookie_io_functions_t){.write = append});
    if (!stream) {
        free(text->bytes);
        text->bytes = NULL;
    }
    return stream;
}

int sim_base_text_close(FILE *stream, sim_base_text_t *text) {
    int lost = ferror(stream) != 0;
    lost = fclose(stream) != 0 || lost || text->failed;
    if (lost) {
        free(text->bytes);
        text->bytes = NULL;
    }
    return lost ? SIM_ERR_MEMORY : SIM_OK;
}
