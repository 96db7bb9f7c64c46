/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digests of rows: XXH3, 128 bits, over the table's name and the cells in their order, each with
 * its type and its exact value. Hashed is what SQLite gives back: NaN is NULL, -0.0 is 0.0. */
#ifndef SIM_STORE_HASH_H
#define SIM_STORE_HASH_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { SIM_STORE_DIGEST = 33, SIM_STORE_HASH_ROOM = 16384 };

typedef struct {
    uint64_t low, high;
} sim_store_digest_t;

typedef struct {
    unsigned char *bytes; /* what is not hashed yet; owned */
    size_t used;
    bool long_one; /* some is hashed already, into `state` */
    void *state;   /* owned */
} sim_store_hash_t;

/* SIM_ERR_MEMORY. Free it in any case. */
int sim_store_hash_init(sim_store_hash_t *hash);
void sim_store_hash_free(sim_store_hash_t *hash);

/* Begins a digest, which sim_store_hash_end() gives; cells in between. A NULL text is NULL. */
void sim_store_hash_begin(sim_store_hash_t *hash, const char *table);
void sim_store_hash_null(sim_store_hash_t *hash);
void sim_store_hash_integer(sim_store_hash_t *hash, int64_t value);
void sim_store_hash_real(sim_store_hash_t *hash, double value);
void sim_store_hash_text(sim_store_hash_t *hash, const char *text);
sim_store_digest_t sim_store_hash_end(sim_store_hash_t *hash);

/* The same for many cells at once: room for `size` bytes, at most SIM_STORE_HASH_ROOM, into which
 * the functions below put cells, each returning where the next one goes; then where the last one
 * ended. */
unsigned char *sim_store_hash_reserve(sim_store_hash_t *hash, size_t size);
static inline void sim_store_hash_commit(sim_store_hash_t *hash, const unsigned char *end) {
    hash->used = (size_t)(end - hash->bytes);
}

enum {
    SIM_STORE_HASH_NULL,
    SIM_STORE_HASH_INTEGER,
    SIM_STORE_HASH_REAL,
    SIM_STORE_HASH_TEXT,
    SIM_STORE_HASH_BLOB
};
/* in files: never renumber */

static inline unsigned char *sim_store_hash_put_null(unsigned char *to) {
    *to = SIM_STORE_HASH_NULL;
    return to + 1;
}
/* Numbers are hashed as they lie in memory: little-endian on every machine that is supported. */
static inline unsigned char *sim_store_hash_put_integer(unsigned char *to, int64_t value) {
    *to = SIM_STORE_HASH_INTEGER;
    memcpy(to + 1, &value, sizeof value);
    return to + 1 + sizeof value;
}
/* Not of NaN, which is NULL. */
static inline unsigned char *sim_store_hash_put_real(unsigned char *to, double value) {
    value += 0.0; /* -0.0 is 0.0 */
    *to = SIM_STORE_HASH_REAL;
    memcpy(to + 1, &value, sizeof value);
    return to + 1 + sizeof value;
}
static inline unsigned char *sim_store_hash_put_text(unsigned char *to, const char *text,
                                                     uint32_t length) {
    *to = SIM_STORE_HASH_TEXT;
    memcpy(to + 1, &length, sizeof length);
    memcpy(to + 1 + sizeof length, text, length);
    return to + 1 + sizeof length + length;
}

/* A value that SQLite has given, on a connection that no other thread uses; and a cell of the
 * current row of a statement. */
void sim_store_hash_value(sim_store_hash_t *hash, sqlite3_value *value);
void sim_store_hash_column(sim_store_hash_t *hash, sqlite3_stmt *s, int column);

/* Sums, which do not depend on the order. */
void sim_store_digest_add(sim_store_digest_t *sum, sim_store_digest_t digest);
void sim_store_digest_subtract(sim_store_digest_t *sum, sim_store_digest_t digest);

void sim_store_digest_text(sim_store_digest_t digest, char text[SIM_STORE_DIGEST]);

#endif
