/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records as bytes: what comes out is what went in, and bytes that are no whole record are refused.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "sim/base/error.h"
#include "sim/record/pack.h"
#include "sim/record/replicate.h"

enum { STEPS = 3, METRICS = 2, REDUCERS = 4, TIES = 5, TABLES = 2, ROWS = 3, FIELDS = 2 };

static void fill(double *at, size_t n, double first) {
    for (size_t i = 0; i < n; i++)
        at[i] = first + (double)i;
}

/* A record with something in every part; its second table is empty. */
static sim_record_t example(sim_detail_t detail) {
    sim_record_t record = {.detail = detail,
                           .n_metrics = METRICS,
                           .n_reducers = REDUCERS,
                           .n_tables = TABLES,
                           .n_ties = TIES,
                           .steps = STEPS,
                           .run_id = 77,
                           .seed = UINT64_MAX,
                           .note = "a note",
                           .digest = "0123456789abcdef0123456789abcdef",
                           .series = calloc((1 + STEPS) * METRICS, sizeof(double)),
                           .summary = calloc(REDUCERS, sizeof(double)),
                           .tie = calloc(TIES, sizeof(sim_record_tie_t)),
                           .table = calloc(TABLES, sizeof(sim_record_rows_t))};
    fill(record.series, (1 + STEPS) * METRICS, 1);
    fill(record.summary, REDUCERS, 100);
    for (size_t i = 0; i < TIES; i++) {
        record.tie[i].from = (int64_t)i;
        record.tie[i].onset = 2000 + (double)i;
    }
    record.table[0] = (sim_record_rows_t){.cell = calloc(ROWS * FIELDS, sizeof(sim_cell_t)),
                                          .rows = ROWS,
                                          .capacity = ROWS,
                                          .fields = FIELDS};
    for (size_t i = 0; i < ROWS * FIELDS; i++)
        record.table[0].cell[i].i = i == 2 ? SIM_NULL_INT : (int64_t)i;
    record.table[1].fields = FIELDS;
    return record;
}

typedef struct {
    unsigned char *bytes;
    size_t size;
} packed_t;

static packed_t packed(sim_detail_t detail) {
    packed_t out;
    sim_record_t record = example(detail);
    cr_assert_eq(sim_record_pack(&record, &out.bytes, &out.size), SIM_OK);
    sim_record_clear(&record);
    return out;
}

static int unpack(const unsigned char *bytes, size_t size) {
    sim_record_t record;
    int rc = sim_record_unpack(bytes, size, &record);
    if (rc)
        cr_assert(!record.series && !record.summary && !record.tie && !record.table);
    sim_record_clear(&record);
    return rc;
}

static void same_parts(const sim_record_t *a, const sim_record_t *b) {
    cr_assert_eq(a->n_ties, b->n_ties);
    cr_assert_eq(a->n_tables, b->n_tables);
    cr_assert_arr_eq(a->summary, b->summary, REDUCERS * sizeof(double));
    cr_assert_arr_eq(a->tie, b->tie, TIES * sizeof(sim_record_tie_t));
    cr_assert_eq(a->table[0].rows, b->table[0].rows);
    cr_assert_arr_eq(a->table[0].cell, b->table[0].cell, ROWS * FIELDS * sizeof(sim_cell_t));
    cr_assert_eq(a->table[1].rows, b->table[1].rows);
    cr_assert_eq(a->table[1].fields, b->table[1].fields);
}

Test(pack, comes_back_whole) {
    sim_record_t before = example(SIM_DETAIL_FULL), after;
    packed_t p = packed(SIM_DETAIL_FULL);
    cr_assert_eq(sim_record_unpack(p.bytes, p.size, &after), SIM_OK);
    cr_assert_eq(after.steps, STEPS);
    cr_assert_arr_eq(after.series, before.series, (1 + STEPS) * METRICS * sizeof(double));
    same_parts(&after, &before);
    cr_assert_eq(after.run_id, before.run_id);
    cr_assert_eq(after.seed, before.seed);
    cr_assert_str_eq(after.note, before.note);
    cr_assert_str_eq(after.digest, before.digest);
    sim_record_clear(&before);
    sim_record_clear(&after);
    free(p.bytes);
}

Test(pack, a_summary_leaves_the_series_behind) {
    packed_t full = packed(SIM_DETAIL_SERIES), summary = packed(SIM_DETAIL_SUMMARY);
    cr_assert_eq(full.size - summary.size, (1 + STEPS) * METRICS * sizeof(double));
    cr_assert_eq(unpack(summary.bytes, summary.size), SIM_OK);
    free(full.bytes);
    free(summary.bytes);
}

Test(pack, a_run_that_failed_at_its_begin_has_no_parts) {
    sim_record_t record = {.n_metrics = METRICS,
                           .n_reducers = REDUCERS,
                           .n_tables = TABLES,
                           .steps = STEPS,
                           .status = SIM_ERR_MEMORY,
                           .note = "no memory"};
    sim_record_t after;
    packed_t p;
    cr_assert_eq(sim_record_pack(&record, &p.bytes, &p.size), SIM_OK);
    cr_assert_eq(sim_record_unpack(p.bytes, p.size, &after), SIM_OK);
    cr_assert_eq(after.status, SIM_ERR_MEMORY);
    cr_assert_str_eq(after.note, "no memory");
    cr_assert_eq(after.n_reducers + after.n_tables + (size_t)after.steps, 0);
    sim_record_clear(&after);
    free(p.bytes);
}

Test(pack, any_other_length_is_refused) {
    packed_t p = packed(SIM_DETAIL_FULL);
    for (size_t size = 0; size < p.size; size++)
        cr_assert_eq(unpack(p.bytes, size), SIM_ERR_ARGUMENT, "%zu bytes", size);
    unsigned char *longer = calloc(1, p.size + 1);
    memcpy(longer, p.bytes, p.size);
    cr_assert_eq(unpack(longer, p.size + 1), SIM_ERR_ARGUMENT);
    free(longer);
    free(p.bytes);
}

Test(pack, a_flipped_bit_is_noticed) {
    packed_t p = packed(SIM_DETAIL_FULL);
    for (size_t at = 0; at < p.size; at++) {
        p.bytes[at] = (unsigned char)(p.bytes[at] ^ 1U << at % 8);
        cr_assert_eq(unpack(p.bytes, p.size), SIM_ERR_ARGUMENT, "byte %zu", at);
        p.bytes[at] = (unsigned char)(p.bytes[at] ^ 1U << at % 8);
    }
    cr_assert_eq(unpack(p.bytes, p.size), SIM_OK);
    free(p.bytes);
}

/* ---- bytes that are whole but not of this build: counts that nothing stands behind ---- */

/* The example with one count of its head replaced, under a checksum that is right. */
static int with_count(size_t offset, const void *count, size_t size) {
    packed_t p = packed(SIM_DETAIL_FULL);
    memcpy(p.bytes + sizeof(XXH64_hash_t) + offset, count, size);
    XXH64_hash_t sum = XXH3_64bits(p.bytes + sizeof sum, p.size - sizeof sum);
    memcpy(p.bytes, &sum, sizeof sum);
    int rc = unpack(p.bytes, p.size);
    free(p.bytes);
    return rc;
}

Test(pack, impossible_counts_are_refused) {
    const size_t offset[] = {offsetof(sim_record_t, n_metrics), offsetof(sim_record_t, n_reducers),
                             offsetof(sim_record_t, n_tables), offsetof(sim_record_t, n_ties)};
    const size_t count[] = {0, 1, 1000, SIZE_MAX / 8 + 1, SIZE_MAX / 3 + 1, SIZE_MAX};
    for (size_t o = 0; o < sizeof offset / sizeof offset[0]; o++)
        for (size_t c = 0; c < sizeof count / sizeof count[0]; c++)
            cr_assert_eq(with_count(offset[o], &count[c], sizeof count[c]), SIM_ERR_ARGUMENT,
                         "count at %zu: %zu", offset[o], count[c]);
}

Test(pack, impossible_steps_are_refused) {
    const int32_t steps[] = {0, STEPS - 1, STEPS + 1, INT32_MAX, -1};
    for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++)
        cr_assert_eq(with_count(offsetof(sim_record_t, steps), &steps[s], sizeof steps[s]),
                     SIM_ERR_ARGUMENT, "%d steps", steps[s]);
}
