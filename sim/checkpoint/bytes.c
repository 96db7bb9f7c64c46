/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "sim/checkpoint/parts.h"

enum { ALIGN = 8, SMALLEST = 1 << 16 };

static size_t padded(size_t size) {
    return (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

int sim_checkpoint_put(sim_checkpoint_image_t *image, const void *bytes, size_t size) {
    size_t room = padded(size), wanted = image->size + room;
    if (room < size || wanted < room)
        return SIM_ERR_MEMORY;
    if (wanted > image->capacity) {
        size_t capacity = image->capacity ? image->capacity : SMALLEST;
        while (capacity < wanted)
            capacity = capacity > SIZE_MAX / 2 ? wanted : 2 * capacity;
        unsigned char *larger = realloc(image->bytes, capacity);
        if (!larger)
            return SIM_ERR_MEMORY;
        image->bytes = larger;
        image->capacity = capacity;
    }
    if (size)
        memcpy(image->bytes + image->size, bytes, size);
    memset(image->bytes + image->size + size, 0, room - size);
    image->size = wanted;
    return SIM_OK;
}

int sim_checkpoint_put_number(sim_checkpoint_image_t *image, uint64_t number) {
    return sim_checkpoint_put(image, &number, sizeof number);
}

int sim_checkpoint_put_text(sim_checkpoint_image_t *image, const char *text) {
    int rc = sim_checkpoint_put_number(image, strlen(text));
    return rc ? rc : sim_checkpoint_put(image, text, strlen(text));
}

const unsigned char *sim_checkpoint_get(sim_checkpoint_reader_t *reader, size_t size) {
    const unsigned char *at = reader->at;
    size_t left = (size_t)(reader->end - at), room = padded(size);
    if (reader->bad || room < size || room > left) {
        reader->bad = true;
        return NULL;
    }
    reader->at += room;
    return at;
}

uint64_t sim_checkpoint_get_number(sim_checkpoint_reader_t *reader) {
    uint64_t number = 0;
    const unsigned char *at = sim_checkpoint_get(reader, sizeof number);
    if (at)
        memcpy(&number, at, sizeof number);
    return number;
}

const char *sim_checkpoint_get_text(sim_checkpoint_reader_t *reader, size_t *length) {
    *length = (size_t)sim_checkpoint_get_number(reader);
    const unsigned char *at = sim_checkpoint_get(reader, *length);
    *length = at ? *length : 0;
    return at ? (const char *)at : "";
}

void sim_checkpoint_image_free(sim_checkpoint_image_t *image) {
    free(image->bytes);
    *image = (sim_checkpoint_image_t){0};
}
