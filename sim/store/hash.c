/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/store/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "sim/base/error.h"

enum { NUMBER_CELL = 9 };

int sim_store_hash_init(sim_store_hash_t *hash) {
    *hash = (sim_store_hash_t){.bytes = malloc(SIM_STORE_HASH_ROOM), .state = XXH3_createState()};
    return hash->bytes && hash->state ? 0 : SIM_ERR_MEMORY;
}

void sim_store_hash_free(sim_store_hash_t *hash) {
    free(hash->bytes);
    XXH3_freeState(hash->state);
    *hash = (sim_store_hash_t){0};
}

static void flush(sim_store_hash_t *hash) {
    if (!hash->long_one)
        XXH3_128bits_reset(hash->state);
    hash->long_one = true;
    XXH3_128bits_update(hash->state, hash->bytes, hash->used);
    hash->used = 0;
}

static void add_bytes(sim_store_hash_t *hash, const void *bytes, size_t size) {
    if (size > SIM_STORE_HASH_ROOM - hash->used)
        flush(hash);
    if (size > SIM_STORE_HASH_ROOM) {
        XXH3_128bits_update(hash->state, bytes, size);
        return;
    }
    if (size)
        memcpy(hash->bytes + hash->used, bytes, size);
    hash->used += size;
}

unsigned char *sim_store_hash_reserve(sim_store_hash_t *hash, size_t size) {
    if (size > SIM_STORE_HASH_ROOM - hash->used)
        flush(hash);
    return hash->bytes + hash->used;
}

static void add_sized(sim_store_hash_t *hash, unsigned char type, const void *bytes, size_t size) {
    uint32_t length = (uint32_t)size;
    unsigned char head[1 + sizeof length] = {type};
    memcpy(head + 1, &length, sizeof length);
    add_bytes(hash, head, sizeof head);
    add_bytes(hash, bytes, size);
}

void sim_store_hash_begin(sim_store_hash_t *hash, const char *table) {
    hash->used = 0;
    hash->long_one = false;
    add_bytes(hash, table, strlen(table) + 1);
}

void sim_store_hash_null(sim_store_hash_t *hash) {
    sim_store_hash_commit(hash, sim_store_hash_put_null(sim_store_hash_reserve(hash, 1)));
}

void sim_store_hash_integer(sim_store_hash_t *hash, int64_t value) {
    unsigned char *to = sim_store_hash_reserve(hash, NUMBER_CELL);
    sim_store_hash_commit(hash, sim_store_hash_put_integer(to, value));
}

void sim_store_hash_real(sim_store_hash_t *hash, double value) {
    unsigned char *to = sim_store_hash_reserve(hash, NUMBER_CELL);
    sim_store_hash_commit(hash, value == value ? sim_store_hash_put_real(to, value)
                                               : sim_store_hash_put_null(to));
}

void sim_store_hash_text(sim_store_hash_t *hash, const char *text) {
    if (text)
        add_sized(hash, SIM_STORE_HASH_TEXT, text, strlen(text));
    else
        sim_store_hash_null(hash);
}

void sim_store_hash_value(sim_store_hash_t *hash, sqlite3_value *value) {
    int type = sqlite3_value_type(value);
    if (type == SQLITE_FLOAT)
        sim_store_hash_real(hash, sqlite3_value_double(value));
    else if (type == SQLITE_INTEGER)
        sim_store_hash_integer(hash, sqlite3_value_int64(value));
    else if (type == SQLITE_NULL)
        sim_store_hash_null(hash);
    else { /* the pointer before the length */
        const void *bytes =
            type == SQLITE_TEXT ? sqlite3_value_text(value) : sqlite3_value_blob(value);
        size_t size = (size_t)sqlite3_value_bytes(value);
        add_sized(hash, type == SQLITE_TEXT ? SIM_STORE_HASH_TEXT : SIM_STORE_HASH_BLOB, bytes,
                  bytes ? size : 0);
    }
}

void sim_store_hash_column(sim_store_hash_t *hash, sqlite3_stmt *s, int column) {
    sim_store_hash_value(hash, sqlite3_column_value(s, column));
}

sim_store_digest_t sim_store_hash_end(sim_store_hash_t *hash) {
    XXH128_hash_t value;
    if (hash->long_one) {
        flush(hash);
        value = XXH3_128bits_digest(hash->state);
    } else {
        value = XXH3_128bits(hash->bytes, hash->used);
    }
    return (sim_store_digest_t){value.low64, value.high64};
}

void sim_store_digest_add(sim_store_digest_t *sum, sim_store_digest_t digest) {
    sum->low += digest.low;
    sum->high += digest.high;
}

void sim_store_digest_subtract(sim_store_digest_t *sum, sim_store_digest_t digest) {
    sum->low -= digest.low;
    sum->high -= digest.high;
}

void sim_store_digest_text(sim_store_digest_t digest, char text[SIM_STORE_DIGEST]) {
    snprintf(text, SIM_STORE_DIGEST, "%016llx%016llx", (unsigned long long)digest.high,
             (unsigned long long)digest.low);
}
