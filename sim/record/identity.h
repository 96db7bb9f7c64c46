/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What decides the bits of a result: what the program was compiled from, the mathematics, and the
 * libraries that compute too. Files are continued and joined only where all of it is the same.
 * Compiler, flags, C library and processor decide nothing and are recorded for people alone; nor
 * does the commit: the same sources outside git, or at another path, are the same program, and two
 * edits of one commit are two programs. */
#ifndef SIM_RECORD_IDENTITY_H
#define SIM_RECORD_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

enum { SIM_RECORD_IDENTITY_PARTS = 4, SIM_RECORD_IDENTITY_LONGEST = 64 };

/* One text a part; empty where it is not known. */
typedef struct {
    char value[SIM_RECORD_IDENTITY_PARTS][SIM_RECORD_IDENTITY_LONGEST];
} sim_record_identity_t;

/* Of this program: its version, "0.1.0"; the commit, compiler and flags that it was built from, for
 * people. */
const char *sim_record_program_version(void);
const char *sim_record_build_id(void);

/* Of this process. Takes some ten microseconds. Where a program has models of its own, its
 * `source_digest` is that of the library with a digest of the program's file, which takes some
 * milliseconds to read; empty when it cannot be read, and then nothing is joined. */
void sim_record_identity(sim_record_identity_t *identity);

/* The name of a part in results files ("source_digest"); part < SIM_RECORD_IDENTITY_PARTS. */
const char *sim_record_identity_key(size_t i);

/* Whether results of `theirs` may be continued by, or joined to, those of `ours`. If not, the first
 * difference and what to do go into `clause`, to stand after "was computed with ": "GSL '2.7',
 * `who` has '2.8'; ...". */
bool sim_record_identity_differs(const sim_record_identity_t *theirs,
                                 const sim_record_identity_t *ours, const char *who, char *clause,
                                 size_t size);

#endif
