/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What decides the bits of a result: what the program was compiled from and how, the libraries it
 * runs with, and how this processor does mathematics. Files are continued and joined only where
 * all of it is the same. The commit is not part of it: the same sources outside git, or at another
 * path, are the same program, and two edits of one commit are two programs. */
#ifndef SIM_BASE_IDENTITY_H
#define SIM_BASE_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

enum { SIM_BASE_IDENTITY_PARTS = 10, SIM_BASE_IDENTITY_LONGEST = 512 };

/* One text a part; empty where it is not known. */
typedef struct {
    char value[SIM_BASE_IDENTITY_PARTS][SIM_BASE_IDENTITY_LONGEST];
} sim_base_identity_t;

/* Of this program: its version, "0.1.0"; the commit, compiler and flags that it was built from, for
 * people; the digest of all that was compiled. */
const char *sim_base_version(void);
const char *sim_base_build_id(void);
const char *sim_base_source_digest(void);

/* Of this process. Takes some fifty microseconds. */
void sim_base_identity(sim_base_identity_t *identity);

/* The name of a part in results files ("source_digest"); part < SIM_BASE_IDENTITY_PARTS. */
const char *sim_base_identity_key(size_t i);

/* Whether results of `theirs` may be continued by, or joined to, those of `ours`. If not, the first
 * difference and what to do go into `clause`, to stand after "was computed with ": "flags '-O2',
 * `who` has '-O3'; ...". */
bool sim_base_identity_differs(const sim_base_identity_t *theirs, const sim_base_identity_t *ours,
                               const char *who, char *clause, size_t size);

/* A digest of what the C library's and GSL's functions give on this processor, down to the last
 * bit; processors for which the C library picks other variants get another one. Hexadecimal, with
 * the kind of exp() before it where that is known. */
enum { SIM_BASE_MATH_CLASS = 32 };
void sim_base_math_class(char text[SIM_BASE_MATH_CLASS]);

#endif
