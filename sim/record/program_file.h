/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The identity of a program that runs models of its own. What those were compiled from is unknown
 * here; what they were compiled to is in the program's file. */
#ifndef SIM_RECORD_PROGRAM_FILE_H
#define SIM_RECORD_PROGRAM_FILE_H

enum { SIM_RECORD_PROGRAM_DIGEST = 33 };

/* A digest of the file of this program and of the shared libraries, if any, that hold a model of
 * `sim_models`: hexadecimal. A copy of the program on another machine has the same; the same
 * sources compiled by another compiler have another. SIM_ERR_IO or SIM_ERR_MEMORY, and then an
 * empty text. Reads the files whole: some milliseconds. */
int sim_record_program_file(char digest[SIM_RECORD_PROGRAM_DIGEST]);

#endif
