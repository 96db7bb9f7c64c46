/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/record/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "sim/base/error.h"

enum { BUFFER = 16384, LONGEST_CELL = 9 };

enum { A_NULL, AN_INTEGER, A_REAL, A_TEXT, A_BLOB }; /* in files: never renumber */

int sim_record_hash_init(sim_record_hash_t *hash) {
    *hash = (sim_record_hash_t){.bytes = malloc(BUFFER), .state = XXH3_createState()};
    return hash->bytes && hash->state ? 0 : SIM_ERR_MEMORY;
}

void sim_record_hash_free(sim_record_hash_t *hash) {
    free(hash->bytes);
    XXH3_freeState(hash->state);
    *hash = (sim_record_hash_t){0};
}

static void flush(sim_record_hash_t *hash) {
    if (!hash->long_one)
        XXH3_128bits_reset(hash->state);
    hash->long_one = true;
    XXH3_128bits_update(hash->state, hash->bytes, hash->used);
    hash->used = 0;
}

static void add_bytes(sim_record_hash_t *hash, const void *bytes, size_t size) {
    if (size > BUFFER - hash->used)
        flush(hash);
    if (size > BUFFER) {
        XXH3_128bits_update(hash->state, bytes, size);
        return;
    }
    if (size)
        memcpy(hash->bytes + hash->used, bytes, size);
    hash->used += size;
}

/* Numbers are hashed as they lie in memory: little-endian on every machine that is supported. */
static void add_number(sim_record_hash_t *hash, unsigned char type, const void *value) {
    if (hash->used > BUFFER - LONGEST_CELL)
        flush(hash);
    hash->bytes[hash->used] = type;
    memcpy(hash->bytes + hash->used + 1, value, 8);
    hash->used += LONGEST_CELL;
}

static void add_sized(sim_record_hash_t *hash, unsigned char type, const void *bytes, size_t size) {
    uint32_t length = (uint32_t)size;
    unsigned char head[1 + sizeof length] = {type};
    memcpy(head + 1, &length, sizeof length);
    add_bytes(hash, head, sizeof head);
    add_bytes(hash, bytes, size);
}

void sim_record_hash_begin(sim_record_hash_t *hash, const char *table) {
    hash->used = 0;
    hash->long_one = false;
    add_bytes(hash, table, strlen(table) + 1);
}

void sim_record_hash_null(sim_record_hash_t *hash) {
    static const unsigned char null = A_NULL;
    add_bytes(hash, &null, 1);
}

void sim_record_hash_integer(sim_record_hash_t *hash, int64_t value) {
    add_number(hash, AN_INTEGER, &value);
}

void sim_record_hash_real(sim_record_hash_t *hash, double value) {
    double stored = value + 0.0;
    if (value != value)
        sim_record_hash_null(hash);
    else
        add_number(hash, A_REAL, &stored);
}

void sim_record_hash_text(sim_record_hash_t *hash, const char *text) {
    if (text)
        add_sized(hash, A_TEXT, text, strlen(text));
    else
        sim_record_hash_null(hash);
}

void sim_record_hash_value(sim_record_hash_t *hash, sqlite3_value *value) {
    int type = sqlite3_value_type(value);
    if (type == SQLITE_FLOAT)
        sim_record_hash_real(hash, sqlite3_value_double(value));
    else if (type == SQLITE_INTEGER)
        sim_record_hash_integer(hash, sqlite3_value_int64(value));
    else if (type == SQLITE_NULL)
        sim_record_hash_null(hash);
    else { /* the pointer before the length */
        const void *bytes =
            type == SQLITE_TEXT ? sqlite3_value_text(value) : sqlite3_value_blob(value);
        size_t size = (size_t)sqlite3_value_bytes(value);
        add_sized(hash, type == SQLITE_TEXT ? A_TEXT : A_BLOB, bytes, bytes ? size : 0);
    }
}

void sim_record_hash_column(sim_record_hash_t *hash, sqlite3_stmt *s, int column) {
    sim_record_hash_value(hash, sqlite3_column_value(s, column));
}

sim_record_digest_t sim_record_hash_end(sim_record_hash_t *hash) {
    XXH128_hash_t value;
    if (hash->long_one) {
        flush(hash);
        value = XXH3_128bits_digest(hash->state);
    } else {
        value = XXH3_128bits(hash->bytes, hash->used);
    }
    return (sim_record_digest_t){value.low64, value.high64};
}

void sim_record_digest_add(sim_record_digest_t *sum, sim_record_digest_t digest) {
    sum->low += digest.low;
    sum->high += digest.high;
}

void sim_record_digest_subtract(sim_record_digest_t *sum, sim_record_digest_t digest) {
    sum->low -= digest.low;
    sum->high -= digest.high;
}

void sim_record_digest_text(sim_record_digest_t digest, char text[SIM_RECORD_DIGEST]) {
    snprintf(text, SIM_RECORD_DIGEST, "%016llx%016llx", (unsigned long long)digest.high,
             (unsigned long long)digest.low);
}
