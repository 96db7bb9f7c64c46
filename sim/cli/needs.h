/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIM_CLI_NEEDS_H
#define SIM_CLI_NEEDS_H

/* The instruction sets that compilers use by themselves and that this program was compiled for:
 * " avx512f avx2 ..."; "" for any processor of its kind. */
extern const char sim_cli_needs[];

#endif
