/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digests of rows: XXH3, 128 bits, over the table's name and the cells in their order, each with
 * its type and its exact value. What is hashed is what SQLite gives back: NaN is NULL, -0.0 is 0.0.
 */
#ifndef SIM_RECORD_HASH_H
#define SIM_RECORD_HASH_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { SIM_RECORD_DIGEST = 33, SIM_RECORD_HASH_ROOM = 16384 };

typedef struct {
    uint64_t low, high;
} sim_record_digest_t;

typedef struct {
    unsigned char *bytes; /* what is not hashed yet; owned */
    size_t used;
    bool long_one; /* some is hashed already, into `state` */
    void *state;   /* owned */
} sim_record_hash_t;

/* SIM_ERR_MEMORY. Free it in any case. */
int sim_record_hash_init(sim_record_hash_t *hash);
void sim_record_hash_free(sim_record_hash_t *hash);

/* Begins a digest, which sim_record_hash_end() gives; cells in between. A NULL text is NULL. */
void sim_record_hash_begin(sim_record_hash_t *hash, const char *table);
void sim_record_hash_null(sim_record_hash_t *hash);
void sim_record_hash_integer(sim_record_hash_t *hash, int64_t value);
void sim_record_hash_real(sim_record_hash_t *hash, double value);
void sim_record_hash_text(sim_record_hash_t *hash, const char *text);
sim_record_digest_t sim_record_hash_end(sim_record_hash_t *hash);

/* The same for many cells at once: room for `size` bytes, at most SIM_RECORD_HASH_ROOM, into which
 * the functions below put cells, each returning where the next one goes; then where the last one
 * ended. */
unsigned char *sim_record_hash_reserve(sim_record_hash_t *hash, size_t size);
static inline void sim_record_hash_commit(sim_record_hash_t *hash, const unsigned char *end) {
    hash->used = (size_t)(end - hash->bytes);
}

enum { SIM_HASH_NULL, SIM_HASH_INTEGER, SIM_HASH_REAL, SIM_HASH_TEXT, SIM_HASH_BLOB };
/* in files: never renumber */

static inline unsigned char *sim_record_hash_put_null(unsigned char *to) {
    *to = SIM_HASH_NULL;
    return to + 1;
}
/* Numbers are hashed as they lie in memory: little-endian on every machine that is supported. */
static inline unsigned char *sim_record_hash_put_integer(unsigned char *to, int64_t value) {
    *to = SIM_HASH_INTEGER;
    memcpy(to + 1, &value, sizeof value);
    return to + 1 + sizeof value;
}
/* Not of NaN, which is NULL. */
static inline unsigned char *sim_record_hash_put_real(unsigned char *to, double value) {
    value += 0.0; /* -0.0 is 0.0 */
    *to = SIM_HASH_REAL;
    memcpy(to + 1, &value, sizeof value);
    return to + 1 + sizeof value;
}
static inline unsigned char *sim_record_hash_put_text(unsigned char *to, const char *text,
                                                      uint32_t length) {
    *to = SIM_HASH_TEXT;
    memcpy(to + 1, &length, sizeof length);
    memcpy(to + 1 + sizeof length, text, length);
    return to + 1 + sizeof length + length;
}

/* A value that SQLite has given, on a connection that no other thread uses; and a cell of the
 * current row of a statement. */
void sim_record_hash_value(sim_record_hash_t *hash, sqlite3_value *value);
void sim_record_hash_column(sim_record_hash_t *hash, sqlite3_stmt *s, int column);

/* Sums, which do not depend on the order. */
void sim_record_digest_add(sim_record_digest_t *sum, sim_record_digest_t digest);
void sim_record_digest_subtract(sim_record_digest_t *sum, sim_record_digest_t digest);

void sim_record_digest_text(sim_record_digest_t digest, char text[SIM_RECORD_DIGEST]);

#endif
