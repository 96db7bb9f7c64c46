/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of images: what is refused and why, and what a plan writes, finds and clears away. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "sim/checkpoint/checkpoint.h"
#include "sim/record/identity.h"
#include "tests/checkpoint/fixture.h"

enum { SUM = 16, ORDER_AT = 8, FORMAT_AT = 12, SIZE_AT = 16 };

static char folder[64], path[128];
static sim_base_why_t why;
static sim_base_diag_t diag;
static sim_config_t *config;
static fixture_run_t run;
static sim_checkpoint_image_t image, other;

static void begin(void) {
    snprintf(folder, sizeof folder, "/tmp/kumiai-checkpoint-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/run-1.checkpoint", folder);
    sim_base_diag_init(&diag);
    cr_assert_eq(sim_param_config_parse(
                     "model = \"contagion\"; run = { steps = 12; seed = 3; steps_per_year = 4; };"
                     "contagion = { agents = 60; initial_share = 0.2; };",
                     "test", ".", NULL, &diag, &config),
                 0);
    fixture_begin(&run, config, NULL, 0, 1);
    for (int k = 0; k < 5; k++)
        fixture_step(&run);
    fixture_save(&run, &image);
}

static void end(void) {
    char command[128];
    fixture_end(&run);
    sim_checkpoint_image_free(&image);
    sim_checkpoint_image_free(&other);
    sim_param_config_destroy(config);
    sim_base_diag_free(&diag);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    cr_assert_eq(system(command), 0);
}

TestSuite(checkpoint_file, .init = begin, .fini = end);

static int check(const sim_checkpoint_identity_t *identity) {
    int32_t step = 0;
    why.text[0] = '\0';
    return sim_checkpoint_check(&image, identity, &step, &why);
}

static void expect_refused(const sim_checkpoint_identity_t *identity, const char *words) {
    cr_expect_eq(check(identity), SIM_ERR_CONFIG, "%s", words);
    cr_expect_not_null(strstr(why.text, words), "expected '%s' in '%s'", words, why.text);
}

/* Makes the checksum fit what is there now. */
static void seal_again(void) {
    XXH128_canonical_t sum;
    XXH128_canonicalFromHash(&sum, XXH3_128bits(image.bytes, image.size - SUM));
    memcpy(image.bytes + image.size - SUM, sum.digest, SUM);
}

/* ---- refusals ---- */

Test(checkpoint_file, of_another_run_is_refused_with_the_reason) {
    const sim_checkpoint_identity_t right = fixture_identity(&run);
    sim_checkpoint_identity_t wrong = right;
    cr_expect_eq(check(&right), 0, "%s", why.text);
    wrong.model = "none";
    expect_refused(&wrong, "is of model 'contagion', not 'none'");
    wrong = right;
    wrong.config_digest = "0123";
    expect_refused(&wrong, "', not '0123'");
    cr_expect_eq(strncmp(why.text, "is of configuration '", 21), 0);
    wrong = right;
    wrong.replicate = 4;
    expect_refused(&wrong, "is of replicate 0, not 4");
    wrong = right;
    wrong.detail = SIM_DETAIL_SERIES;
    expect_refused(&wrong, "is of detail full, not series");
    wrong.detail = -1;
    expect_refused(&wrong, "is of detail full, not none");
}

Test(checkpoint_file, of_another_make_is_refused_with_the_reason) {
    const sim_checkpoint_identity_t right = fixture_identity(&run);
    const uint32_t turned = 0x04030201, format = 99;
    uint32_t kept;
    memcpy(&kept, image.bytes + ORDER_AT, sizeof kept);
    cr_expect_eq(kept, 0x01020304);
    memcpy(image.bytes + ORDER_AT, &turned, sizeof turned);
    expect_refused(&right, "was written by a machine of the other byte order");
    memcpy(image.bytes + ORDER_AT, &kept, sizeof kept);
    memcpy(image.bytes + FORMAT_AT, &format, sizeof format);
    expect_refused(&right, "has format 99, this program reads format 5");
    memcpy(image.bytes + FORMAT_AT, &(uint32_t){SIM_CHECKPOINT_FORMAT}, sizeof format);
    image.bytes[SIZE_AT + 8 + 8] = 'x'; /* the first letter of the first text: the version */
    seal_again();
    expect_refused(&right, "is of program version 'x");
    image.bytes[0] = 'K';
    expect_refused(&right, "is not a checkpoint");
    image.size = 0;
    expect_refused(&right, "is not a checkpoint");
}

static unsigned char *find(const char *text) {
    size_t length = strlen(text);
    for (size_t i = 0; i + length <= image.size; i++)
        if (memcmp(image.bytes + i, text, length) == 0)
            return image.bytes + i;
    return NULL;
}

/* One part of the identity after the other, in the order in which they are looked at. */
Test(checkpoint_file, of_another_program_is_refused_by_name) {
    static const char *const key[] = {"source_digest", "math_version", "igraph_version"},
                             *const name[] = {"sources", "mathematics", "igraph"};
    const sim_checkpoint_identity_t right = fixture_identity(&run);
    sim_record_identity_t own;
    char words[64];
    sim_record_identity(&own);
    for (size_t k = 3; k-- > 0;) {
        size_t part = 0;
        while (strcmp(sim_record_identity_key(part), key[k]) != 0)
            part++;
        unsigned char *text = find(own.value[part]);
        cr_assert_not_null(text, "%s", key[k]);
        *text = 'x';
        seal_again();
        snprintf(words, sizeof words, "was computed with %s 'x", name[k]);
        expect_refused(&right, words);
    }
}

Test(checkpoint_file, truncated_at_any_byte_is_refused) {
    const sim_checkpoint_identity_t right = fixture_identity(&run);
    size_t whole = image.size;
    for (image.size = 8; image.size < whole; image.size++)
        expect_refused(&right, "is truncated");
    image.size = whole;
    cr_expect_eq(check(&right), 0);
}

Test(checkpoint_file, with_any_bit_turned_is_refused) {
    const sim_checkpoint_identity_t right = fixture_identity(&run);
    for (size_t at = 0; at < image.size; at++) {
        image.bytes[at] ^= (unsigned char)(1 << at % 8);
        cr_assert_eq(check(&right), SIM_ERR_CONFIG, "byte %zu", at);
        image.bytes[at] ^= (unsigned char)(1 << at % 8);
    }
    image.bytes[image.size - SUM - 1] ^= 1;
    expect_refused(&right, "is corrupt: its checksum does not fit its contents");
    cr_expect_eq(image.bytes[image.size - SUM - 1] & 1, 1);
}

/* Even with a checksum that fits, nothing is read beyond the end and nothing crashes. */
Test(checkpoint_file, that_was_forged_does_no_harm) {
    const sim_checkpoint_identity_t right = fixture_identity(&run);
    for (size_t at = SIZE_AT + 8; at + SUM < image.size; at++) {
        fixture_run_t forged;
        unsigned char kept = image.bytes[at];
        image.bytes[at] = (unsigned char)(kept ^ (at % 2 ? 0xFF : 0x10));
        seal_again();
        fixture_begin(&forged, config, NULL, 0, 1);
        if (check(&right) == 0)
            cr_assert_neq(sim_checkpoint_load(&forged.world, &image), SIM_ERR_MEMORY);
        fixture_end(&forged);
        image.bytes[at] = kept;
    }
}

/* ---- files ---- */

Test(checkpoint_file, comes_back_as_it_was_written) {
    bool found = true;
    cr_assert_eq(sim_checkpoint_file_read(path, &other, &found, &why), 0);
    cr_expect_not(found);
    for (int k = 0; k < 2; k++) { /* the second replaces the first */
        cr_assert_eq(sim_checkpoint_file_write(path, &image, k == 0, &why), 0, "%s", why.text);
        cr_assert_eq(sim_checkpoint_file_read(path, &other, &found, &why), 0);
        cr_assert(found);
        cr_assert_eq(other.size, image.size);
        cr_expect_eq(memcmp(other.bytes, image.bytes, image.size), 0);
    }
}

Test(checkpoint_file, that_cannot_be_written_or_read_says_why) {
    bool found = false;
    char below[128], expected[256];
    snprintf(below, sizeof below, "%s/missing/run-1.checkpoint", folder);
    snprintf(expected, sizeof expected, "checkpoint %s cannot be written: No such file", below);
    cr_expect_eq(sim_checkpoint_file_write(below, &image, true, &why), SIM_ERR_IO);
    cr_expect_eq(strncmp(why.text, expected, strlen(expected)), 0, "%s", why.text);
    cr_expect_eq(sim_checkpoint_file_read(folder, &other, &found, &why), SIM_ERR_IO);
    cr_expect_not_null(strstr(why.text, "cannot be read"));
}

/* ---- the plan of a batch ---- */

static sim_checkpoint_run_t first_of(const sim_checkpoint_plan_t *plan) {
    return (sim_checkpoint_run_t){
        .plan = plan, .config = config, .number = 1, .detail = SIM_DETAIL_FULL};
}

static bool is_there(const char *name) {
    char full[256];
    snprintf(full, sizeof full, "%s/%s", folder, name);
    return access(full, F_OK) == 0;
}

Test(checkpoint_file, is_written_when_it_is_due) {
    static const struct {
        double every;
        int interval; /* steps, at four a year */
    } known[] = {{0, 99}, {0.1, 1}, {0.25, 1}, {0.3, 2}, {0.5, 2}, {1, 4}, {2, 8}};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        const sim_checkpoint_plan_t plan = {.folder = folder, .every = known[k].every};
        const sim_checkpoint_run_t first = first_of(&plan);
        for (int32_t step = 0; step < 12; step++) {
            run.world.clock.step = step;
            sim_checkpoint_remove(&plan, 1);
            cr_assert_eq(sim_checkpoint_before_step(&first, &run.world, false), 0);
            cr_expect_eq(is_there("run-1.checkpoint"), step > 0 && step % known[k].interval == 0,
                         "every %g, step %d", known[k].every, step);
        }
    }
    run.world.clock.step = 5;
}

Test(checkpoint_file, is_written_when_a_run_is_left) {
    const sim_checkpoint_plan_t often = {.folder = folder, .every = 1}, never = {.folder = folder};
    const sim_checkpoint_run_t first = first_of(&often), silent = first_of(&never);
    cr_assert_eq(sim_checkpoint_before_step(&silent, &run.world, true), 0);
    cr_expect_not(is_there("run-1.checkpoint"));
    cr_assert_eq(sim_checkpoint_before_step(&first, &run.world, true), 0);
    cr_expect(is_there("run-1.checkpoint"));
    fixture_run_t again;
    fixture_begin(&again, config, NULL, 0, 1);
    cr_assert_eq(sim_checkpoint_resume(&first, &again.world), 0);
    cr_expect_eq(again.world.clock.step, 5);
    fixture_end(&again);
    fixture_begin(&again, config, NULL, 0, 1);
    const sim_checkpoint_run_t second = {
        .plan = &often, .config = config, .number = 2, .detail = SIM_DETAIL_FULL};
    cr_assert_eq(sim_checkpoint_resume(&second, &again.world), 0);
    cr_expect_eq(again.world.clock.step, 0, "another run has no checkpoint");
    fixture_end(&again);
}

Test(checkpoint_file, of_a_run_is_inspected_before_it_is_used) {
    const sim_checkpoint_plan_t plan = {.folder = folder, .every = 1};
    sim_checkpoint_run_t first = first_of(&plan);
    cr_expect_eq(sim_checkpoint_inspect(&first, &why), 0, "there is none");
    cr_assert_eq(sim_checkpoint_before_step(&first, &run.world, true), 0);
    cr_expect_eq(sim_checkpoint_inspect(&first, &why), 0);
    cr_assert_eq(truncate(path, 100), 0);
    cr_expect_eq(sim_checkpoint_inspect(&first, &why), SIM_ERR_CONFIG);
    cr_expect_not_null(strstr(why.text, path));
    cr_expect_not_null(strstr(why.text, "run-1.checkpoint is truncated: 100 of "));
    cr_expect_eq(sim_checkpoint_resume(&first, &run.world), SIM_ERR_CONFIG);
    cr_expect_str_eq(run.world.note, why.text);
}

Test(checkpoint_file, clearing_leaves_what_is_not_ours) {
    static const char *const ours[] = {"run-1.checkpoint", "run-77.checkpoint.partial",
                                       "fork-0.checkpoint"};
    static const char *const theirs[] = {"notes.checkpoint", "run-1.db"};
    const sim_checkpoint_plan_t plan = {.folder = folder};
    char full[256];
    for (size_t k = 0; k < 5; k++) {
        snprintf(full, sizeof full, "%s/%s", folder, k < 3 ? ours[k] : theirs[k - 3]);
        cr_assert_eq(sim_checkpoint_file_write(full, &image, false, &why), 0);
    }
    sim_checkpoint_clear(&plan);
    for (size_t k = 0; k < 3; k++)
        cr_expect_not(is_there(ours[k]), "%s", ours[k]);
    for (size_t k = 0; k < 2; k++)
        cr_expect(is_there(theirs[k]), "%s", theirs[k]);
    cr_assert(is_there("."));
    cr_assert_eq(remove(strcat(strcpy(full, folder), "/notes.checkpoint")), 0);
    cr_assert_eq(remove(strcat(strcpy(full, folder), "/run-1.db")), 0);
    sim_checkpoint_clear(&plan);
    cr_expect_not(is_there("."), "the empty folder goes");
    sim_checkpoint_clear(&plan);
}
