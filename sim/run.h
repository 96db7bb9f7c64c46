/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What runs models: a program with models of its own, and below it the models of a program and the
 * life of a replicate, which the command line and tests use.
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

#include "sim/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The command line of kumiai (run, sweep, check, describe, verify, ...) for these models, ending
 * with NULL, and for no others; array and descriptors must outlive the call. Call it once, from
 * main(), and return what it returns: the exit status of the program. Mistakes in the descriptors
 * are printed, all at once. The identity in results files is that of the library together with a
 * digest of the program's file, so that files of programs that differ are never mixed. */
int kumiai_main(int argc, char **argv, const sim_model_t *const models[]);

/* ---- the models of a program: sim_models, sim_built_in_models, sim_model_find() ---- */

#include "sim/param/models.h"

/* Everything that is wrong with a descriptor, a problem each, to diag: SIM_ERR_CONFIG if there is
 * any. Called once at start for every model of the program. */
int sim_model_check(const sim_model_t *model, sim_base_diag_t *diag);

/* ---- the life of a replicate ---- */

int sim_world_init(sim_world_t *world, const sim_config_t *config, const void *shared,
                   uint32_t replicate, int threads);
int sim_world_step(sim_world_t *world); /* interventions due, all phases, then clock.step + 1 */
/* Sets clock and parameters of a world that was just made as if `step` steps had been done: for a
 * caller that then writes the registered state of that time and calls the model's changed(). */
void sim_world_skip(sim_world_t *world, int32_t step);
/* The model's and the engine's invariants. SIM_ERR_VERIFY with a note that says what and where. */
int sim_world_verify(sim_world_t *world);
void sim_world_digest(const sim_world_t *world, char digest[33]); /* of all registered state */
void sim_world_free(sim_world_t *world);

#ifdef __cplusplus
}
#endif

#endif
