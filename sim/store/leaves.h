/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole leaves of rows for tables of a results file. SQLite takes rows over one by one, at about a
 * thousand instructions each, into pages that are then the same as those which the image of the
 * rows has already. So it is given one row a leaf, a stand-in that fills a page and holds the rows,
 * and where it writes that page to the file, the rows are written in its place. Trees, locks,
 * journal and commits stay SQLite's. Private to the store room. */
#ifndef SIM_STORE_LEAVES_H
#define SIM_STORE_LEAVES_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

enum { SIM_STORE_LEAVES_MARK = 8 };

typedef struct {
    sqlite3_io_methods methods;    /* of the file; first, so that it leads here */
    const sqlite3_io_methods *own; /* those that SQLite gave it */
    size_t page_size;
    unsigned char mark[SIM_STORE_LEAVES_MARK]; /* how a stand-in begins */
    unsigned char *page;                       /* owned: what is written */
} sim_store_leaves_t;

/* For the file of the main database of `db`, which must not move before `db` is closed. *can tells
 * whether it is a file with pages of this size that are used to their end; if not, rows must be
 * inserted. SQLite's code. Free it after `db` was closed. */
int sim_store_leaves_init(sim_store_leaves_t *leaves, sqlite3 *db, size_t page_size, bool *can);
void sim_store_leaves_free(sim_store_leaves_t *leaves);

/* A leaf of a table of so many columns may have cells of that many bytes; it leaves
 * SIM_STORE_LEAVES_SPARE bytes of its page to cells that may stand on the page of its stand-in. */
enum { SIM_STORE_LEAVES_SPARE = 24, SIM_STORE_LEAVES_COLUMNS = 100 };
size_t sim_store_leaves_most(const sim_store_leaves_t *leaves, size_t columns);

/* Lays a leaf out on a page: cells, one behind the other, of `used` bytes. */
void sim_store_leaves_lay(const sim_store_leaves_t *leaves, unsigned char *page,
                          const unsigned char *cells, size_t used);

/* Puts such a page behind the last row of its table, within a transaction. insert: a statement that
 * inserts a rowid and the first column; last: the rowid of the last of its rows. Until the
 * transaction is over and sim_store_leaves_settle() was called, `db` sees the stand-in. SQLite's
 * code. */
int sim_store_leaves_put(const sim_store_leaves_t *leaves, sqlite3_stmt *insert, size_t columns,
                         sqlite3_int64 last, const unsigned char *page);

/* After a transaction: `db` forgets the pages that it holds in memory. SQLite's code. */
int sim_store_leaves_settle(sqlite3 *db);

#endif
