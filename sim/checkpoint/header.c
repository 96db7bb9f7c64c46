/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an image says about itself, and whether that is to be believed. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "sim/checkpoint/parts.h"
#include "sim/record/identity.h"
#include "sim/store/outputs.h"

static const char magic[] = "kumiai.c";
enum { MAGIC = 8, ORDER = 0x01020304, ORDER_TURNED = 0x04030201, FIXED = 24, DIGITS = 32 };

/* Program version, random numbers; the identity; model, configuration. */
enum { TEXTS = 2 + SIM_RECORD_IDENTITY_PARTS + 2 };

typedef struct {
    uint32_t order, format;
} mark_t;

/* ---- writing ---- */

enum { DETAIL_BITS = 8 };

static uint64_t detail_number(const sim_checkpoint_identity_t *identity) {
    uint64_t kept = identity->detail >= (int)SIM_DETAIL_FULL ? identity->kept : 0;
    return kept << DETAIL_BITS | (uint64_t)(identity->detail + 1); /* -1 becomes 0 */
}

uint32_t sim_checkpoint_kept(const sim_config_t *config, sim_detail_t detail) {
    const sim_run_params_t *run = &config->run;
    const sim_store_outputs_t *outputs = config->outputs;
    const char *tables = run->tables ? run->tables : "all", *events = run->events;
    events = events ? events : "all";
    XXH64_hash_t seed = XXH3_64bits(tables, strlen(tables));
    XXH64_hash_t kept = XXH3_64bits_withSeed(events, strlen(events), seed);
    if (run->columns && run->columns[0])
        kept = XXH3_64bits_withSeed(run->columns, strlen(run->columns),
                                    kept + (XXH64_hash_t)run->every);
    if (outputs)
        kept = XXH3_64bits_withSeed(outputs->digest, strlen(outputs->digest),
                                    kept + (XXH64_hash_t)detail);
    return (uint32_t)kept;
}

int sim_checkpoint_put_header(sim_checkpoint_image_t *image, const sim_world_t *world,
                              const sim_checkpoint_identity_t *identity, uint64_t arrays) {
    const mark_t mark = {ORDER, SIM_CHECKPOINT_FORMAT};
    const char *text[TEXTS] = {sim_record_program_version(), SIM_RNG_VERSION};
    const uint64_t number[] = {identity->replicate, detail_number(identity),
                               (uint64_t)world->clock.step};
    char state[DIGITS + 1];
    sim_record_identity_t own;
    sim_record_identity(&own);
    for (int i = 0; i < SIM_RECORD_IDENTITY_PARTS; i++)
        text[2 + i] = own.value[i];
    text[TEXTS - 2] = identity->model;
    text[TEXTS - 1] = identity->config_digest;
    image->size = 0;
    int rc = sim_checkpoint_put(image, magic, MAGIC);
    if (rc == 0)
        rc = sim_checkpoint_put(image, &mark, sizeof mark);
    if (rc == 0)
        rc = sim_checkpoint_put_number(image, 0); /* the size, once it is known */
    for (int i = 0; rc == 0 && i < TEXTS; i++)
        rc = sim_checkpoint_put_text(image, text[i]);
    for (size_t i = 0; rc == 0 && i < sizeof number / sizeof *number; i++)
        rc = sim_checkpoint_put_number(image, number[i]);
    sim_world_digest(world, state);
    if (rc == 0)
        rc = sim_checkpoint_put(image, state, DIGITS);
    return rc ? rc : sim_checkpoint_put_number(image, arrays);
}

static void checksum(const sim_checkpoint_image_t *image, size_t size,
                     unsigned char sum[SIM_CHECKPOINT_SUM]) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(image->bytes, size));
    memcpy(sum, canonical.digest, SIM_CHECKPOINT_SUM);
}

int sim_checkpoint_seal(sim_checkpoint_image_t *image) {
    unsigned char sum[SIM_CHECKPOINT_SUM];
    uint64_t size = image->size + SIM_CHECKPOINT_SUM;
    memcpy(image->bytes + FIXED - sizeof size, &size, sizeof size);
    checksum(image, image->size, sum);
    return sim_checkpoint_put(image, sum, sizeof sum);
}

/* ---- reading ---- */

/* The bytes as such: kind, order, format, length, checksum. */
static int check_bytes(const sim_checkpoint_image_t *image, sim_base_why_t *why) {
    mark_t mark;
    uint64_t size;
    unsigned char sum[SIM_CHECKPOINT_SUM];
    if (image->size < MAGIC || memcmp(image->bytes, magic, MAGIC) != 0)
        return sim_base_why_fail(why, SIM_ERR_CONFIG, "is not a checkpoint");
    if (image->size < FIXED + SIM_CHECKPOINT_SUM)
        return sim_base_why_fail(why, SIM_ERR_CONFIG, "is truncated after %zu bytes", image->size);
    memcpy(&mark, image->bytes + MAGIC, sizeof mark);
    memcpy(&size, image->bytes + MAGIC + sizeof mark, sizeof size);
    if (mark.order == ORDER_TURNED)
        return sim_base_why_fail(why, SIM_ERR_CONFIG,
                                 "was written by a machine of the other byte order");
    if (mark.order == ORDER && mark.format != SIM_CHECKPOINT_FORMAT)
        return sim_base_why_fail(why, SIM_ERR_CONFIG,
                                 "has format %" PRIu32 ", this program reads format %d",
                                 mark.format, SIM_CHECKPOINT_FORMAT);
    if (mark.order == ORDER && size > image->size)
        return sim_base_why_fail(why, SIM_ERR_CONFIG,
                                 "is truncated: %zu of %" PRIu64 " bytes are left", image->size,
                                 size);
    checksum(image, image->size - SIM_CHECKPOINT_SUM, sum);
    if (size != image->size ||
        memcmp(sum, image->bytes + image->size - SIM_CHECKPOINT_SUM, sizeof sum) != 0)
        return sim_base_why_fail(why, SIM_ERR_CONFIG,
                                 "is corrupt: its checksum does not fit its contents");
    return SIM_OK;
}

static int check_text(sim_checkpoint_reader_t *reader, const char *what, const char *expected,
                      sim_base_why_t *why) {
    size_t length = 0;
    const char *found = sim_checkpoint_get_text(reader, &length);
    if (!reader->bad && length == strlen(expected) && memcmp(found, expected, length) == 0)
        return SIM_OK;
    return sim_base_why_fail(why, SIM_ERR_CONFIG, "is of %s '%.*s', not '%s'", what, (int)length,
                             found, expected);
}

static int check_program(sim_checkpoint_reader_t *reader, sim_base_why_t *why) {
    sim_record_identity_t found = {0}, own;
    char clause[384];
    for (int i = 0; i < SIM_RECORD_IDENTITY_PARTS; i++) {
        size_t length = 0;
        const char *text = sim_checkpoint_get_text(reader, &length);
        if (length < sizeof found.value[i])
            memcpy(found.value[i], text, length);
    }
    sim_record_identity(&own);
    if (!sim_record_identity_differs(&found, &own, "this program", clause, sizeof clause))
        return SIM_OK;
    return sim_base_why_fail(why, SIM_ERR_CONFIG, "was computed with %s", clause);
}

static sim_checkpoint_reader_t reader_of(const sim_checkpoint_image_t *image) {
    return (sim_checkpoint_reader_t){.at = image->bytes + FIXED,
                                     .end = image->bytes + image->size - SIM_CHECKPOINT_SUM};
}

static int check_numbers(sim_checkpoint_reader_t *reader, const sim_checkpoint_identity_t *identity,
                         sim_base_why_t *why) {
    static const char *const name[] = {"none", "summary", "series", "full", "choices"};
    uint64_t replicate = sim_checkpoint_get_number(reader);
    uint64_t detail = sim_checkpoint_get_number(reader);
    if (replicate != identity->replicate)
        return sim_base_why_fail(why, SIM_ERR_CONFIG, "is of replicate %" PRIu64 ", not %" PRIu32,
                                 replicate, identity->replicate);
    uint64_t own = detail_number(identity), mask = (1 << DETAIL_BITS) - 1;
    if ((detail & mask) != (own & mask))
        return sim_base_why_fail(
            why, SIM_ERR_CONFIG, "is of detail %s, not %s",
            (detail & mask) < sizeof name / sizeof name[0] ? name[detail & mask] : "unknown",
            name[own & mask]);
    if (detail != own)
        return sim_base_why_fail(why, SIM_ERR_CONFIG,
                                 "was made with another output.tables or output.events");
    return SIM_OK;
}

int sim_checkpoint_check(const sim_checkpoint_image_t *image,
                         const sim_checkpoint_identity_t *identity, int32_t *step,
                         sim_base_why_t *why) {
    const char *const text[][2] = {{"program version", sim_record_program_version()},
                                   {"random numbers", SIM_RNG_VERSION},
                                   {"model", identity->model},
                                   {"configuration", identity->config_digest}};
    sim_base_why_set(why, "%s", "");
    int rc = check_bytes(image, why);
    if (rc)
        return rc;
    sim_checkpoint_reader_t reader = reader_of(image);
    for (size_t i = 0; rc == 0 && i < sizeof text / sizeof *text; i++) {
        if (i == 2)
            rc = check_program(&reader, why);
        if (rc == 0)
            rc = check_text(&reader, text[i][0], text[i][1], why);
    }
    if (rc == 0)
        rc = check_numbers(&reader, identity, why);
    uint64_t found = sim_checkpoint_get_number(&reader);
    if (rc == 0 && (reader.bad || found > INT32_MAX))
        rc = sim_base_why_fail(why, SIM_ERR_CONFIG, "is corrupt: its step is out of range");
    *step = rc ? 0 : (int32_t)found;
    return rc;
}

sim_checkpoint_header_t sim_checkpoint_header(const sim_checkpoint_image_t *image,
                                              sim_checkpoint_reader_t *reader) {
    sim_checkpoint_header_t header = {0};
    size_t length = 0;
    *reader = reader_of(image);
    for (int i = 0; i < TEXTS; i++)
        (void)sim_checkpoint_get_text(reader, &length);
    for (int i = 0; i < 2; i++)
        (void)sim_checkpoint_get_number(reader);
    header.step = (int32_t)sim_checkpoint_get_number(reader);
    header.state = (const char *)sim_checkpoint_get(reader, DIGITS);
    header.arrays = sim_checkpoint_get_number(reader);
    return header;
}
