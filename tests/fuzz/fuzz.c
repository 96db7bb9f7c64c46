/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of a text that ends too early libconfig 1.5 forgets the piece that it was reading. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libconfig.so";
}

_Noreturn void fuzz_fail(const char *what, const char *text) {
    fprintf(stderr, "FAILED: %s\n%s\n", what, text ? text : "");
    abort();
}

static char folder[200];

static void remove_folder(void) {
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        fprintf(stderr, "%s could not be removed\n", folder);
}

static void make_folder(void) {
    const char *top = getenv("TMPDIR");
    if (!top)
        top = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(folder, sizeof folder, "%s/kumiai-fuzz-XXXXXX", top);
    if (!mkdtemp(folder))
        fuzz_fail("no folder", folder);
    atexit(remove_folder);
}

const char *fuzz_path(const char *name) {
    static char path[8][256];
    static unsigned next;
    if (!folder[0])
        make_folder();
    next = (next + 1) % 8;
    snprintf(path[next], sizeof path[next], "%s/%s", folder, name);
    return path[next];
}

void fuzz_write(const char *name, const void *bytes, size_t size) {
    FILE *out = fopen(fuzz_path(name), "wb");
    if (!out || fwrite(bytes, 1, size, out) != size || fclose(out) != 0)
        fuzz_fail("cannot write", name);
}

size_t fuzz_split(const uint8_t *data, size_t size, fuzz_piece_t *piece, size_t most) {
    static const char mark[] = "\n%%%%\n";
    size_t n = 0, length = sizeof mark - 1;
    const uint8_t *at = data, *end = data + size;
    while (n < most) {
        const uint8_t *next =
            at && n + 1 < most ? memmem(at, (size_t)(end - at), mark, length) : NULL;
        piece[n++] = (fuzz_piece_t){at, (size_t)((next ? next + 1 : end) - at)};
        if (!next)
            break;
        at = next + length;
    }
    return n;
}

void fuzz_check_problems(int rc, const sim_base_diag_t *diag) {
    for (size_t i = 0; i < diag->count; i++)
        if (!diag->problem[i].text || !*diag->problem[i].text || diag->problem[i].line < 0)
            fuzz_fail("a problem without text, or a negative line", diag->problem[i].text);
    if (rc == SIM_ERR_CONFIG && diag->count == 0)
        fuzz_fail("refused without a reason", "");
}

void fuzz_check_echo(const sim_config_t *config) {
    sim_base_diag_t diag;
    sim_config_t *again = NULL;
    sim_base_diag_init(&diag);
    if (sim_param_config_parse(config->text, "again.cfg", "/", NULL, &diag, &again))
        fuzz_fail(diag.count ? diag.problem[0].text : "the stored text does not load",
                  config->text);
    if (strcmp(again->digest, config->digest) != 0)
        fuzz_fail("the stored text has another digest", config->text);
    sim_param_config_destroy(again);
    sim_base_diag_free(&diag);
}

void fuzz_run(const sim_config_t *config, const void *shared, int64_t steps) {
    sim_base_arena_t arena = {0};
    sim_record_t record = {0};
    sim_config_t shorter = *config;
    if (shorter.run.steps > steps)
        shorter.run.steps = steps;
    sim_experiment_run_t run = {.config = &shorter,
                                .shared = shared,
                                .detail = SIM_DETAIL_FULL,
                                .threads = 1,
                                .paranoid = true,
                                .digest = true,
                                .number = 1};
    if (sim_experiment_replicate(&run, &arena, &record) == 0 && record.status)
        fuzz_fail("a run of a configuration that was accepted fails", record.note);
    sim_experiment_record_free(&record);
    sim_base_arena_free(&arena);
}

sim_config_t *fuzz_load(const char *text, void **shared) {
    sim_base_diag_t diag;
    sim_config_t *config = NULL;
    sim_base_diag_init(&diag);
    const char *dir = KUMIAI_SOURCE_DIR "/tests/data/tiny";
    if (sim_param_config_parse(text, "known.cfg", dir, NULL, &diag, &config) ||
        sim_experiment_prepare(config, &diag, shared))
        fuzz_fail("a good configuration is refused",
                  diag.count ? diag.problem[0].text : "no reason");
    sim_base_diag_free(&diag);
    return config;
}

static void edit_one(uint8_t *at, size_t room, const uint8_t *edit) {
    uint64_t number = 0;
    memcpy(&number, at, room < sizeof number ? room : sizeof number);
    switch (edit[4] % 6) {
    case 0: /* a byte */
        number = (number & ~UINT64_C(255)) | edit[5];
        break;
    case 1: /* a bit */
        number ^= UINT64_C(1) << (edit[5] & 63);
        break;
    case 2: /* a little more or less */
        number += (uint64_t)(int64_t)(int8_t)edit[5];
        break;
    case 3: /* a power of two */
        number = UINT64_C(1) << (edit[5] & 63);
        break;
    case 4: /* three bytes */
        number = (uint64_t)edit[5] | (uint64_t)edit[6] << 8 | (uint64_t)edit[7] << 16;
        break;
    default: /* all ones, or none */
        number = edit[5] & 1 ? UINT64_MAX : 0;
    }
    memcpy(at, &number, room < sizeof number ? room : sizeof number);
}

void fuzz_edit(uint8_t *block, size_t from, size_t to, fuzz_piece_t edits) {
    for (size_t i = 0; i + 8 <= edits.size; i += 8) {
        uint32_t where;
        memcpy(&where, edits.bytes + i, sizeof where);
        size_t at = from + where % (to - from);
        edit_one(block + at, to - at, edits.bytes + i);
    }
}
