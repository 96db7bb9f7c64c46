/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows in memory, laid out as the pages of an SQLite database. SQLite copies them into the results
 * file by INSERT ... SELECT * between tables of one definition, which moves whole rows without
 * taking them apart: several times as fast as a statement a row, and the same rows. Private to the
 * store room. */
#ifndef SIM_STORE_IMAGE_H
#define SIM_STORE_IMAGE_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

enum { SIM_STORE_IMAGE_PAGE = 16384 };

/* A page, and the largest rowid on it or below it. */
typedef struct {
    uint32_t page;
    int64_t last;
} sim_store_node_t;

typedef struct {
    char *name; /* owned */
    uint32_t root;
    int64_t rows;
    sim_store_node_t *leaf; /* in order */
    size_t leaves;
    /* The rows of the leaf that is being filled, one behind the other, and where each begins. */
    unsigned char *cells;
    uint16_t *place;
    size_t n_cells, used;
} sim_store_image_table_t;

typedef struct {
    size_t page_size;
    unsigned char *page;             /* owned; page k begins at (k - 1) * page_size */
    uint32_t pages, empty, capacity; /* empty: how many there are before the first row */
    sim_store_image_table_t *table;
    size_t n_tables;
    uint64_t rows; /* of all tables */
} sim_store_image_t;

/* Tables of the same names and definitions as in the main database of `db`, with no rows yet.
 * page_size: a power of two from 512 to SIM_STORE_IMAGE_PAGE. SIM_ERR_MEMORY or SIM_ERR_STORE.
 * Free it in any case. */
int sim_store_image_init(sim_store_image_t *image, sqlite3 *db, const char *const *name,
                         size_t n_names, size_t page_size);
void sim_store_image_free(sim_store_image_t *image);

/* The most bytes that a row may have. */
static inline size_t sim_store_image_row_most(const sim_store_image_t *image) {
    return image->page_size - 35;
}

/* Room for the next row of a table, a record of SQLite's of `size` bytes, which the caller fills at
 * once; SIM_STORE_IMAGE_SLACK bytes behind it may be written as well. NULL when out of memory. */
enum { SIM_STORE_IMAGE_SLACK = 64 };
unsigned char *sim_store_image_row(sim_store_image_t *image, size_t table, size_t size);

/* Adds all rows to the tables of the main database of `db`, within the caller's transaction, and
 * forgets them. The database that it attaches for this can be detached by sim_store_image_detach()
 * once the transaction is over. 0, SIM_ERR_STORE or SIM_ERR_MEMORY. */
int sim_store_image_copy(sim_store_image_t *image, sqlite3 *db);
int sim_store_image_detach(sqlite3 *db);

void sim_store_image_clear(sim_store_image_t *image);

#endif
