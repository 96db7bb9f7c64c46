/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The format is that of https://www.sqlite.org/fileformat.html, section 1.6: a leaf holds the rows
 * of a table from its end downwards, and their places from its head upwards; a page above it holds
 * the numbers of its pages, each but the last with the largest rowid there. */
#define _DEFAULT_SOURCE
#include "sim/store/image.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/base/list.h"
#include "sim/store/query.h"

enum { LEAF = 0x0d, INTERIOR = 0x05, LEAF_HEAD = 8, INTERIOR_HEAD = 12, PLACE = 2, VARINT = 9 };
enum { SMALLEST = 4 };  /* bytes of a row, with its place */
enum { PAGES_AT = 28 }; /* in the file's head: how many pages there are */

/* ---- numbers ---- */

static void put_u16(unsigned char *to, size_t value) {
    to[0] = (unsigned char)(value >> 8);
    to[1] = (unsigned char)value;
}

static void put_u32(unsigned char *to, uint32_t value) {
    put_u16(to, value >> 16);
    put_u16(to + 2, value & 0xffff);
}

static inline size_t varint_size(uint64_t value) {
    size_t size = 1;
    while (value >>= 7)
        size++;
    return size;
}

/* Of numbers below 2^56, which rowids and sizes are. */
static unsigned char *put_varint(unsigned char *to, uint64_t value) {
    size_t size = varint_size(value);
    for (size_t k = size; k-- > 0; value >>= 7)
        to[k] = (unsigned char)((value & 0x7f) | (k + 1 < size ? 0x80 : 0));
    return to + size;
}

/* ---- pages ---- */

static unsigned char *page_at(const sim_store_image_t *image, uint32_t page) {
    return image->page + (size_t)(page - 1) * image->page_size;
}

/* The number of a new page, with any content; 0 when out of memory. */
static uint32_t new_page(sim_store_image_t *image) {
    if (image->pages == image->capacity) {
        uint32_t capacity = 2 * image->capacity;
        unsigned char *grown = realloc(image->page, capacity * image->page_size);
        if (!grown)
            return 0;
        image->page = grown;
        image->capacity = capacity;
    }
    return ++image->pages;
}

static void write_head(unsigned char *page, unsigned char type, size_t cells, size_t content) {
    page[0] = type;
    put_u16(page + 1, 0);
    put_u16(page + 3, cells);
    put_u16(page + 5, content & 0xffff); /* 65536 is written as 0 */
    page[7] = 0;
}

/* ---- rows ---- */

static int add_leaf(sim_store_image_table_t *table, uint32_t page) {
    sim_store_node_t *grown = sim_base_grow(table->leaf, table->leaves, sizeof *grown);
    if (!grown)
        return SIM_ERR_MEMORY;
    table->leaf = grown;
    table->leaf[table->leaves++] = (sim_store_node_t){page, table->rows};
    return 0;
}

/* Makes a page of the rows that have come together. */
static void write_leaf(const sim_store_image_t *image, sim_store_image_table_t *table,
                       uint32_t page) {
    size_t start = image->page_size - table->used;
    unsigned char *to = page_at(image, page);
    write_head(to, LEAF, table->n_cells, start);
    for (size_t c = 0; c < table->n_cells; c++)
        put_u16(to + LEAF_HEAD + PLACE * c, start + table->place[c]);
    memcpy(to + start, table->cells, table->used);
    table->n_cells = table->used = 0;
}

static int end_leaf(sim_store_image_t *image, sim_store_image_table_t *table) {
    uint32_t page = new_page(image);
    if (!page || add_leaf(table, page))
        return SIM_ERR_MEMORY;
    write_leaf(image, table, page);
    return 0;
}

unsigned char *sim_store_image_row(sim_store_image_t *image, size_t table, size_t size) {
    sim_store_image_table_t *to = &image->table[table];
    uint64_t rowid = (uint64_t)to->rows + 1;
    size_t cell = varint_size(size) + varint_size(rowid) + size;
    size_t full = LEAF_HEAD + PLACE * (to->n_cells + 1) + to->used + cell;
    if (full > image->page_size && end_leaf(image, to))
        return NULL;
    unsigned char *at = to->cells + to->used;
    to->place[to->n_cells++] = (uint16_t)to->used;
    to->used += cell;
    to->rows++;
    image->rows++;
    return put_varint(put_varint(at, size), rowid);
}

/* ---- the tree above the leaves ---- */

static void write_interior(const sim_store_image_t *image, uint32_t page,
                           const sim_store_node_t *child, size_t children) {
    unsigned char *to = page_at(image, page);
    size_t at = image->page_size;
    for (size_t k = 0; k + 1 < children; k++) {
        at -= 4 + varint_size((uint64_t)child[k].last);
        put_u32(to + at, child[k].page);
        put_varint(to + at + 4, (uint64_t)child[k].last);
        put_u16(to + INTERIOR_HEAD + PLACE * k, at);
    }
    write_head(to, INTERIOR, children - 1, at);
    put_u32(to + 8, child[children - 1].page);
}

/* One level up: pages that hold the nodes in shares of nearly the same size, in their place. */
static int raise_level(sim_store_image_t *image, sim_store_node_t *node, size_t *nodes,
                       size_t most) {
    size_t groups = (*nodes + most - 1) / most;
    for (size_t g = 0; g < groups; g++) {
        size_t first = g * *nodes / groups, end = (g + 1) * *nodes / groups;
        uint32_t page = new_page(image);
        if (!page)
            return SIM_ERR_MEMORY;
        write_interior(image, page, node + first, end - first);
        node[g] = (sim_store_node_t){page, node[end - 1].last};
    }
    *nodes = groups;
    return 0;
}

static int end_table(sim_store_image_t *image, sim_store_image_table_t *table) {
    const size_t most = (image->page_size - INTERIOR_HEAD) / (4 + VARINT + PLACE);
    if (table->leaves == 0) {
        write_leaf(image, table, table->root);
        return 0;
    }
    int rc = end_leaf(image, table);
    size_t nodes = table->leaves;
    while (rc == 0 && nodes > most)
        rc = raise_level(image, table->leaf, &nodes, most);
    if (rc == 0)
        write_interior(image, table->root, table->leaf, nodes);
    return rc;
}

/* ---- copying ---- */

int sim_store_image_copy(sim_store_image_t *image, sqlite3 *db) {
    int rc = 0;
    for (size_t t = 0; rc == 0 && t < image->n_tables; t++)
        if (image->table[t].rows)
            rc = end_table(image, &image->table[t]);
    put_u32(image->page + PAGES_AT, image->pages);
    int64_t size = (int64_t)(image->pages * image->page_size);
    if (rc == 0)
        rc = sim_store_sql(db, "ATTACH ':memory:' AS kumiai_rows");
    if (rc == 0 && sqlite3_deserialize(db, "kumiai_rows", image->page, size, size,
                                       SQLITE_DESERIALIZE_READONLY))
        rc = SIM_ERR_STORE;
    for (size_t t = 0; rc == 0 && t < image->n_tables; t++)
        if (image->table[t].rows)
            rc = sim_store_sql(db, "INSERT INTO main.\"%w\" SELECT * FROM kumiai_rows.\"%w\"",
                               image->table[t].name, image->table[t].name);
    if (rc == 0)
        sim_store_image_clear(image);
    return rc;
}

int sim_store_image_detach(sqlite3 *db) {
    return sim_store_sql(db, "DETACH kumiai_rows");
}

/* ---- begin and end ---- */

void sim_store_image_clear(sim_store_image_t *image) {
    for (size_t t = 0; t < image->n_tables; t++) {
        image->table[t].rows = 0;
        image->table[t].leaves = image->table[t].n_cells = image->table[t].used = 0;
    }
    image->pages = image->empty;
    image->rows = 0;
}

/* A table as in the main database of `from`, in that of `to`. */
static int define_table(sqlite3 *from, sqlite3 *to, const char *name, size_t page_size,
                        sim_store_image_table_t *table) {
    int64_t root = 0;
    char *sql = NULL;
    table->name = strdup(name);
    table->cells = malloc(page_size + SIM_STORE_IMAGE_SLACK);
    table->place = malloc(page_size / SMALLEST * sizeof *table->place);
    bool room = table->name && table->cells && table->place;
    int rc = room
                 ? sim_store_text(from, &sql, "SELECT sql FROM sqlite_schema WHERE name = %Q", name)
                 : SIM_ERR_MEMORY;
    if (rc == 0)
        rc = sim_store_sql(to, "%s", sql ? sql : "");
    if (rc == 0)
        rc =
            sim_store_number(to, &root, "SELECT rootpage FROM sqlite_schema WHERE name = %Q", name);
    table->root = (uint32_t)root;
    sqlite3_free(sql);
    return rc;
}

/* The database as SQLite itself makes it while it is empty. */
static int take_pages(sim_store_image_t *image, sqlite3 *db) {
    sqlite3_int64 size = 0;
    unsigned char *bytes = sqlite3_serialize(db, "main", &size, 0);
    if (bytes) {
        image->empty = image->pages = image->capacity = (uint32_t)((size_t)size / image->page_size);
        image->page = malloc((size_t)size);
    }
    if (bytes && image->page)
        memcpy(image->page, bytes, (size_t)size);
    sqlite3_free(bytes);
    return image->page ? 0 : SIM_ERR_MEMORY;
}

int sim_store_image_init(sim_store_image_t *image, sqlite3 *db, const char *const *name,
                         size_t n_names, size_t page_size) {
    sqlite3 *empty = NULL;
    *image = (sim_store_image_t){.page_size = page_size,
                                 .table = calloc(n_names + 1, sizeof *image->table)};
    int rc = image->table && sqlite3_open(":memory:", &empty) == SQLITE_OK ? 0 : SIM_ERR_MEMORY;
    if (rc == 0)
        rc = sim_store_sql(empty, "PRAGMA page_size = %lld", (long long)page_size);
    for (; rc == 0 && image->n_tables < n_names; image->n_tables++)
        rc = define_table(db, empty, name[image->n_tables], page_size,
                          &image->table[image->n_tables]);
    if (rc == 0 && n_names) /* without a table there is not a page */
        rc = take_pages(image, empty);
    if (rc && (sqlite3_errcode(db) == SQLITE_NOMEM || sqlite3_errcode(empty) == SQLITE_NOMEM))
        rc = SIM_ERR_MEMORY;
    sqlite3_close(empty);
    return rc;
}

void sim_store_image_free(sim_store_image_t *image) {
    for (size_t t = 0; t < image->n_tables; t++) {
        free(image->table[t].name);
        free(image->table[t].leaf);
        free(image->table[t].cells);
        free(image->table[t].place);
    }
    free(image->table);
    free(image->page);
    *image = (sim_store_image_t){0};
}
