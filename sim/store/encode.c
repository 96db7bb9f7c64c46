/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every row of detail full passes through here: a cell is written twice, big-endian into SQLite's
 * record (https://www.sqlite.org/fileformat.html, section 2.1) and little-endian into the bytes
 * that are hashed. What SQLite does with a row that is bound cell by cell is done here as well: a
 * whole number takes as few bytes as it needs, in a column of reals too; NaN is NULL. */
#include "sim/store/encode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/base/list.h"
#include "sim/record/replicate.h"

enum { NULL_TYPE = 0, REAL_TYPE = 7, ZERO_TYPE = 8, TEXT_TYPE = 13 };
enum { STRIDE = 32, NUMBER = 8, TYPE_MOST = 5, HASH_HEAD = 5 };

typedef struct {
    unsigned char *type, *body, *hashed;
} row_t;

/* ---- cells ---- */

static inline unsigned char *put_big_endian(unsigned char *to, uint64_t value) {
    value = __builtin_bswap64(value);
    memcpy(to, &value, sizeof value);
    return to;
}

/* As few bytes as it needs. Eight are written; the next cell begins behind those that count. */
static inline void put_integer(row_t *row, int64_t value) {
    static const uint8_t type_of[9] = {1, 1, 2, 3, 4, 5, 5, 6, 6},
                         size_of[7] = {0, 1, 2, 3, 4, 6, 8};
    if (value == 0 || value == 1) {
        *row->type++ = (unsigned char)(ZERO_TYPE + value);
        return;
    }
    uint64_t magnitude = (uint64_t)(value < 0 ? ~value : value);
    int bits = 65 - __builtin_clzll(magnitude | 1); /* with the sign */
    int type = type_of[(bits + 7) / 8], size = size_of[type];
    *row->type++ = (unsigned char)type;
    row->body = put_big_endian(row->body, (uint64_t)value << (64 - 8 * size)) + size;
}

static inline void put_real(row_t *row, double value) {
    const double most = 140737488355328; /* 2^47: beyond it SQLite saves nothing */
    if (fabs(value) < most && (double)(int64_t)value == value) {
        put_integer(row, (int64_t)value);
        return;
    }
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    *row->type++ = REAL_TYPE;
    row->body = put_big_endian(row->body, bits) + NUMBER;
}

static inline void put_null(row_t *row) {
    *row->type++ = NULL_TYPE;
    row->hashed = sim_store_hash_put_null(row->hashed);
}

/* Words are short, so that a few fixed strides are faster than a call of memcpy(). */
static inline void copy(unsigned char *to, const unsigned char *from, size_t size) {
    for (size_t at = 0; at < size; at += STRIDE)
        memcpy(to + at, from + at, STRIDE);
}

static unsigned char *put_varint(unsigned char *to, uint32_t value) {
    if (value >= 1u << 14)
        *to++ = (unsigned char)(0x80 | value >> 14);
    if (value >= 1u << 7)
        *to++ = (unsigned char)(0x80 | value >> 7);
    *to++ = (unsigned char)(value & 0x7f);
    return to;
}

static inline void put_word(row_t *row, const sim_store_word_t *word) {
    row->type = put_varint(row->type, TEXT_TYPE + 2 * word->length);
    copy(row->body, word->hashed + HASH_HEAD, word->length);
    row->body += word->length;
    copy(row->hashed, word->hashed, HASH_HEAD + word->length);
    row->hashed += HASH_HEAD + word->length;
}

static inline void put_cell(row_t *row, const sim_store_column_t *column, sim_cell_t cell) {
    if (column->type == SIM_FIELD_REAL && cell.r == cell.r) {
        put_real(row, cell.r);
        row->hashed = sim_store_hash_put_real(row->hashed, cell.r);
    } else if (column->type == SIM_FIELD_INTEGER && cell.i != SIM_NULL_INT) {
        put_integer(row, cell.i);
        row->hashed = sim_store_hash_put_integer(row->hashed, cell.i);
    } else if (column->type == SIM_FIELD_LABEL && (uint64_t)cell.i < column->words) {
        put_word(row, &column->word[cell.i]);
    } else {
        put_null(row);
    }
}

/* ---- rows ---- */

int sim_store_encode(const sim_store_encoder_t *encoder, int64_t run_id, const sim_cell_t *cell,
                     sim_store_image_t *image, size_t table, sim_store_hash_t *hash) {
    row_t row = {encoder->type, encoder->body, sim_store_hash_reserve(hash, encoder->hash_most)};
    put_integer(&row, run_id); /* not hashed: the same rows in another place have the same digest */
    for (size_t c = 0; c < encoder->columns; c++)
        put_cell(&row, &encoder->column[c], cell[c]);
    sim_store_hash_commit(hash, row.hashed);
    size_t types = (size_t)(row.type - encoder->type), body = (size_t)(row.body - encoder->body);
    size_t head = types + (types < 127 ? 1 : 2); /* its own size included */
    unsigned char *to = sim_store_image_row(image, table, head + body);
    if (!to)
        return SIM_ERR_MEMORY;
    to = put_varint(to, (uint32_t)head);
    copy(to, encoder->type, types);
    copy(to + types, encoder->body, body);
    return 0;
}

/* ---- begin and end ---- */

static int add_word(sim_store_column_t *column, const char *text) {
    size_t length = strlen(text);
    sim_store_word_t *word = &column->word[column->words];
    word->length = (uint32_t)length;
    word->hashed = calloc(1, HASH_HEAD + length + 2 * STRIDE);
    if (!word->hashed)
        return SIM_ERR_MEMORY;
    sim_store_hash_put_text(word->hashed, text, word->length);
    column->words++;
    return 0;
}

/* The bytes of the longest word. */
static int begin_column(sim_store_column_t *column, const sim_field_t *field, size_t *longest) {
    size_t words = SIM_BASE_COUNT(field->labels);
    int rc = 0;
    *column =
        (sim_store_column_t){.type = field->type, .word = calloc(words + 1, sizeof *column->word)};
    if (!column->word)
        return SIM_ERR_MEMORY;
    for (size_t w = 0; rc == 0 && w < words; w++) {
        rc = add_word(column, field->labels[w]);
        *longest = rc == 0 && column->word[w].length > *longest ? column->word[w].length : *longest;
    }
    return rc;
}

int sim_store_encoder_init(sim_store_encoder_t *encoder, const sim_field_t *fields) {
    size_t columns = SIM_BASE_COUNT(fields), text = 0;
    int rc = 0;
    *encoder = (sim_store_encoder_t){.column = calloc(columns + 1, sizeof *encoder->column)};
    if (!encoder->column)
        return SIM_ERR_MEMORY;
    for (size_t c = 0; rc == 0 && c < columns; c++) {
        size_t longest = 0;
        rc = begin_column(&encoder->column[encoder->columns++], &fields[c], &longest);
        text += longest;
    }
    size_t cells = columns + 1;
    encoder->row_most = cells * (TYPE_MOST + NUMBER) + text + TYPE_MOST;
    encoder->hash_most = cells * (HASH_HEAD + NUMBER) + text + STRIDE;
    encoder->type = malloc(cells * TYPE_MOST + STRIDE);
    encoder->body = malloc(cells * NUMBER + text + STRIDE);
    return encoder->type && encoder->body ? rc : SIM_ERR_MEMORY;
}

void sim_store_encoder_free(sim_store_encoder_t *encoder) {
    for (size_t c = 0; c < encoder->columns; c++) {
        for (size_t w = 0; w < encoder->column[c].words; w++)
            free(encoder->column[c].word[w].hashed);
        free(encoder->column[c].word);
    }
    free(encoder->column);
    free(encoder->type);
    free(encoder->body);
    *encoder = (sim_store_encoder_t){0};
}
