/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of arrays, and the guards around them. */
#include "sim/state/arrays.h"

#include <string.h>

#include "sim/base/error.h"
#include "sim/state/parts.h"

/* Bytes before and behind an array; they keep it aligned. Under ASan the arena has its own. */
#if defined(__SANITIZE_ADDRESS__)
enum { GUARD = 0 };
#else
enum { GUARD = 64 };
#endif

uint8_t sim_state_junk(const sim_state_arrays_t *arrays) {
    return arrays->of_twin ? 0x3c : 0xa5;
}

size_t sim_state_type_size(sim_state_type_t type) {
    static const uint8_t size[] = {[SIM_STATE_F64] = 8, [SIM_STATE_I64] = 8, [SIM_STATE_I32] = 4,
                                   [SIM_STATE_U32] = 4, [SIM_STATE_U16] = 2, [SIM_STATE_U8] = 1};
    return (size_t)type < sizeof size ? size[type] : 0;
}

/* ---- the list ---- */

static int make_room(sim_state_arrays_t *arrays) {
    enum { SMALLEST = 32 };
    size_t capacity = arrays->capacity ? 2 * arrays->capacity : SMALLEST;
    sim_state_array_t *array = sim_base_arena_alloc(arrays->arena, capacity, sizeof *array);
    sim_state_slot_t *slot = sim_base_arena_alloc(arrays->arena, capacity, sizeof *slot);
    if (!array || !slot)
        return SIM_ERR_MEMORY;
    if (arrays->count) {
        memcpy(array, arrays->array, arrays->count * sizeof *array);
        memcpy(slot, arrays->slot, arrays->count * sizeof *slot);
    }
    arrays->array = array;
    arrays->slot = slot;
    arrays->capacity = capacity;
    return SIM_OK;
}

int sim_state_add(sim_state_arrays_t *arrays, const sim_state_array_t *array,
                  const sim_state_slot_t *slot) {
    int rc = arrays->count == arrays->capacity ? make_room(arrays) : SIM_OK;
    if (rc)
        return rc;
    arrays->array[arrays->count] = *array;
    arrays->slot[arrays->count++] = *slot;
    return SIM_OK;
}

int sim_state_register(sim_state_arrays_t *arrays, const char *name, sim_state_type_t type,
                       size_t rows, void *data) {
    const sim_state_array_t array = {name, type, rows, data};
    const sim_state_slot_t slot = {.row = NULL};
    if (!name || sim_state_type_size(type) == 0 || (!data && rows > 0) ||
        sim_state_find(arrays, name))
        return SIM_ERR_ARGUMENT;
    return sim_state_add(arrays, &array, &slot);
}

const sim_state_array_t *sim_state_find(const sim_state_arrays_t *arrays, const char *name) {
    for (size_t i = 0; i < arrays->count; i++)
        if (strcmp(arrays->array[i].name, name) == 0)
            return &arrays->array[i];
    return NULL;
}

/* ---- guards ---- */

void *sim_state_guarded(const sim_state_arrays_t *arrays, size_t bytes) {
    if (bytes > SIZE_MAX - 2 * GUARD)
        return NULL;
    char *begin = sim_base_arena_alloc(arrays->arena, bytes + 2 * GUARD, 1);
    if (!begin)
        return NULL;
    memset(begin, sim_state_junk(arrays), GUARD);
    memset(begin + GUARD + bytes, sim_state_junk(arrays), GUARD);
    return begin + GUARD;
}

void *sim_state_array(sim_state_arrays_t *arrays, const char *name, sim_state_type_t type,
                      size_t rows) {
    size_t size = sim_state_type_size(type);
    if (size == 0 || rows > SIZE_MAX / size)
        return NULL;
    void *data = sim_state_guarded(arrays, rows * size);
    if (!data || sim_state_register(arrays, name, type, rows, data))
        return NULL;
    arrays->slot[arrays->count - 1] = (sim_state_slot_t){NULL, true, rows * size};
    return data;
}

const sim_state_array_t *sim_state_overrun(const sim_state_arrays_t *arrays) {
    char whole[GUARD + 1];
    memset(whole, sim_state_junk(arrays), sizeof whole);
    for (size_t i = 0; i < arrays->count; i++) {
        const char *begin = arrays->array[i].data, *end = begin + arrays->slot[i].bytes;
        if (arrays->slot[i].guarded &&
            (memcmp(begin - GUARD, whole, GUARD) != 0 || memcmp(end, whole, GUARD) != 0))
            return &arrays->array[i];
    }
    return NULL;
}
