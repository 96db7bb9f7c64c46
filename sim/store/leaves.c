/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is relied on is documented: the format of a leaf (https://www.sqlite.org/fileformat.html,
 * section 1.6) and the methods of an open file (https://www.sqlite.org/c3ref/io_methods.html). A
 * stand-in is as long as a row can be without overflow pages, so that no two share a page, and few
 * bytes of other rows do. Its page is new, hence in no journal; later ones see it as it was
 * written, as nothing of it stays in memory. */
#include "sim/store/leaves.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LEAF = 0x0d, HEAD = 8, PLACE = 2, LENGTH = 2, LOCAL = 35, HEAD_OF_ROW = 3 };

/* ---- numbers ---- */

static size_t get_u16(const unsigned char *from) {
    return (size_t)(from[0] << 8 | from[1]);
}

static void put_u16(unsigned char *to, size_t value) {
    to[0] = (unsigned char)(value >> 8);
    to[1] = (unsigned char)value;
}

static const unsigned char *get_varint(const unsigned char *from, uint64_t *value) {
    *value = 0;
    for (int k = 0; k < 8; k++) {
        *value = *value << 7 | (*from & 0x7f);
        if (!(*from++ & 0x80))
            return from;
    }
    *value = *value << 8 | *from++;
    return from;
}

/* ---- pages ---- */

typedef struct {
    const unsigned char *record; /* behind its length and rowid */
    size_t size, length;         /* of the whole cell, of the record */
} cell_t;

static cell_t cell_at(const unsigned char *at) {
    uint64_t length, rowid;
    const unsigned char *record = get_varint(get_varint(at, &length), &rowid);
    return (cell_t){record, (size_t)(record - at) + (size_t)length, (size_t)length};
}

/* The bytes behind the mark of a stand-in; NULL of any other row. */
static const unsigned char *stood_for(const sim_store_leaves_t *leaves, const cell_t *cell) {
    const unsigned char *mark = cell->record + cell->record[0]; /* of the first column */
    bool is = cell->length > leaves->page_size / 2 && cell->length <= leaves->page_size - LOCAL &&
              memcmp(mark, leaves->mark, SIM_STORE_LEAVES_MARK) == 0;
    return is ? mark + SIM_STORE_LEAVES_MARK : NULL;
}

static bool has_stand_in(const sim_store_leaves_t *leaves, const unsigned char *page) {
    bool has = false;
    size_t cells = page[0] == LEAF ? get_u16(page + 3) : 0;
    if (cells > SIM_STORE_LEAVES_SPARE) /* they would not leave enough room for one */
        return false;
    for (size_t c = 0; c < cells && !has; c++) {
        const cell_t cell = cell_at(page + get_u16(page + HEAD + PLACE * c));
        has = stood_for(leaves, &cell) != NULL;
    }
    return has;
}

typedef struct {
    unsigned char *page;
    size_t cells, content; /* content: where the last cell begins */
} leaf_t;

static bool add_cell(leaf_t *leaf, const unsigned char *bytes, size_t size) {
    if (HEAD + PLACE * (leaf->cells + 1) + size > leaf->content)
        return false;
    leaf->content -= size;
    memcpy(leaf->page + leaf->content, bytes, size);
    put_u16(leaf->page + HEAD + PLACE * leaf->cells++, leaf->content);
    return true;
}

static bool add_cells(leaf_t *leaf, const unsigned char *bytes, size_t size) {
    bool fits = true;
    for (const unsigned char *end = bytes + size; fits && bytes < end;) {
        const cell_t cell = cell_at(bytes);
        fits = add_cell(leaf, bytes, cell.size);
        bytes += cell.size;
    }
    return fits;
}

/* The page with the rows that its stand-ins hold; false when it has no room for them. */
static bool unfold(const sim_store_leaves_t *leaves, const unsigned char *page) {
    leaf_t leaf = {leaves->page, 0, leaves->page_size};
    bool fits = true;
    for (size_t c = 0; c < get_u16(page + 3) && fits; c++) {
        const unsigned char *at = page + get_u16(page + HEAD + PLACE * c);
        const cell_t cell = cell_at(at);
        const unsigned char *rows = stood_for(leaves, &cell);
        fits =
            rows ? add_cells(&leaf, rows + LENGTH, get_u16(rows)) : add_cell(&leaf, at, cell.size);
    }
    const size_t places = HEAD + PLACE * leaf.cells;
    memset(leaf.page, 0, HEAD);
    memset(leaf.page + places, 0, leaf.content - places);
    leaf.page[0] = LEAF;
    put_u16(leaf.page + 3, leaf.cells);
    put_u16(leaf.page + 5, leaf.content & 0xffff); /* 65536 is written as 0 */
    return fits;
}

static int write_page(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at) {
    const sim_store_leaves_t *leaves = (const sim_store_leaves_t *)(const void *)file->pMethods;
    if ((size_t)size == leaves->page_size && has_stand_in(leaves, bytes)) {
        if (!unfold(leaves, bytes))
            return SQLITE_IOERR_WRITE;
        bytes = leaves->page;
    }
    return leaves->own->xWrite(file, bytes, size, at);
}

/* ---- stand-ins ---- */

/* Of the first column, so that the record is as long as one can be: its head has a byte for each
 * column but the first, and at most four more. */
static size_t stand_in_size(const sim_store_leaves_t *leaves, size_t columns) {
    return leaves->page_size - LOCAL - (columns + HEAD_OF_ROW);
}

size_t sim_store_leaves_most(const sim_store_leaves_t *leaves, size_t columns) {
    return stand_in_size(leaves, columns) - SIM_STORE_LEAVES_MARK - LENGTH;
}

void sim_store_leaves_lay(const sim_store_leaves_t *leaves, unsigned char *page,
                          const unsigned char *cells, size_t used) {
    memcpy(page, leaves->mark, SIM_STORE_LEAVES_MARK);
    put_u16(page + SIM_STORE_LEAVES_MARK, used);
    memcpy(page + SIM_STORE_LEAVES_MARK + LENGTH, cells, used);
}

int sim_store_leaves_put(const sim_store_leaves_t *leaves, sqlite3_stmt *insert, size_t columns,
                         sqlite3_int64 last, const unsigned char *page) {
    int size = (int)stand_in_size(leaves, columns);
    int rc = sqlite3_bind_int64(insert, 1, last);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_blob(insert, 2, page, size, SQLITE_STATIC);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(insert) == SQLITE_DONE ? SQLITE_OK : SQLITE_ERROR;
    int reset = sqlite3_reset(insert); /* tells the reason */
    return reset ? reset : rc;
}

int sim_store_leaves_settle(sqlite3 *db) {
    return sqlite3_file_control(db, "main", SQLITE_FCNTL_RESET_CACHE, NULL);
}

/* ---- begin and end ---- */

int sim_store_leaves_init(sim_store_leaves_t *leaves, sqlite3 *db, size_t page_size, bool *can) {
    sqlite3_file *file = NULL;
    int reserved = -1; /* asks */
    *leaves = (sim_store_leaves_t){.page_size = page_size, .page = malloc(page_size)};
    *can = false;
    if (!leaves->page)
        return SQLITE_NOMEM;
    int rc = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (rc == SQLITE_OK)
        rc = sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
    /* A database in memory has no file; methods of an older kind are a shorter struct. */
    if (rc || reserved || !file || !file->pMethods || file->pMethods->iVersion < 3)
        return rc;
    sqlite3_randomness(SIM_STORE_LEAVES_MARK, leaves->mark);
    leaves->own = file->pMethods;
    leaves->methods = *leaves->own;
    leaves->methods.xWrite = write_page;
    file->pMethods = &leaves->methods;
    *can = true;
    return SQLITE_OK;
}

void sim_store_leaves_free(sim_store_leaves_t *leaves) {
    free(leaves->page);
    *leaves = (sim_store_leaves_t){0};
}
