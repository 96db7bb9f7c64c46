/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runs of a sweep. */
#ifndef SIM_EXPERIMENT_SWEEP_H
#define SIM_EXPERIMENT_SWEEP_H

#include "sim/design/sweep.h"
#include "sim/experiment/experiment.h"
#include "sim/store/store.h"

/* Reads the sweep file and its scenario (sim_design_read), and has the model prepare what all
 * points share. Free *sweep in any case. */
int sim_experiment_sweep_load(const char *file, const char *const *sets, sim_base_diag_t *diag,
                              sim_design_sweep_t *sweep);
void sim_experiment_sweep_free(sim_design_sweep_t *sweep);

/* What table `factor` and the points of a results file are filled from. Points to the sweep, which
 * must outlive it. SIM_ERR_MEMORY; free *out in any case. */
int sim_experiment_sweep_record(const sim_design_sweep_t *sweep, sim_store_design_t *out);
void sim_experiment_sweep_record_free(sim_store_design_t *out);

/* assign() of a batch (experiment.h) of the runs of a sweep, the user, by number in the design. */
void sim_experiment_sweep_assign(const void *user, uint64_t number, sim_experiment_run_t *run,
                                 sim_config_t *config, void *params);

/* One run by its number into *record (sim_experiment_record_free), on one thread. */
int sim_experiment_sweep_one(const sim_design_sweep_t *sweep, uint64_t number, sim_detail_t detail,
                             const volatile sig_atomic_t *stop, sim_base_arena_t *arena,
                             sim_record_t *record);

#endif
