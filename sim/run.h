/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program with models of its own:
 *
 *     #include <sim/run.h>
 *     extern const sim_model_t sim_model_mine;
 *     int main(int argc, char **argv) {
 *         const sim_model_t *const models[] = {&sim_model_mine, NULL};
 *         return kumiai_main(argc, argv, models);
 *     }
 *
 * It is built with `cc main.c mine.c $(pkg-config --cflags --libs kumiai)`. C++ programs include
 * this header as it is, and declare a model that is written in C as extern "C". */
#ifndef SIM_RUN_H
#define SIM_RUN_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sim_model sim_model_t; /* sim/sim.h */

/* The command line of kumiai (run, sweep, check, describe, verify, ...) for these models, ending
 * with NULL, and for no others; array and descriptors must outlive the call. Call it once, from
 * main(), and return what it returns: the exit status of the program. Mistakes in the descriptors
 * are printed, all at once. The identity in results files is that of the library together with a
 * digest of the program's file, so that files of programs that differ are never mixed. */
int kumiai_main(int argc, char **argv, const sim_model_t *const models[]);

#ifdef __cplusplus
}
#endif

#endif
