/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the harnesses share. A harness is one file that defines LLVMFuzzerTestOneInput(); it is
 * linked to libFuzzer (preset fuzz) or to replay.c, which feeds it the files of its corpus. An
 * input of several files is cut at lines "%%%%". */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "sim/experiment/experiment.h"
#include "sim/schedule/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    const uint8_t *bytes;
    size_t size;
} fuzz_piece_t;

/* Ends the process, as the sanitizers do: what must hold does not, about `text`. */
_Noreturn void fuzz_fail(const char *what, const char *text);

/* The path of a file in the process's own folder; one of the last eight, overwritten then. */
const char *fuzz_path(const char *name);
void fuzz_write(const char *name, const void *bytes, size_t size);

/* At most `most` pieces; the number of them. */
size_t fuzz_split(const uint8_t *data, size_t size, fuzz_piece_t *piece, size_t most);

/* Every problem is a sentence; a refusal has one. */
void fuzz_check_problems(int rc, const sim_base_diag_t *diag);

/* A configuration loads again from its own text, to the same settings. */
void fuzz_check_echo(const sim_config_t *config);

/* Runs a replicate of at most `steps` steps with all invariants. */
void fuzz_run(const sim_config_t *config, const void *shared, int64_t steps);

/* Loads a configuration that is known to be good, and prepares its model. */
sim_config_t *fuzz_load(const char *text, void **shared);

/* Lays edits of eight bytes each over a block: where (32 bits), how, a value. Nothing before `from`
 * and behind `to` is touched. */
void fuzz_edit(uint8_t *block, size_t from, size_t to, fuzz_piece_t edits);

#endif
