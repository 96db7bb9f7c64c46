/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws of parameters for `run` and `fork`. */
#include "sim/cli/run_job.h"

void sim_cli_run_attach_draws(sim_cli_run_job_t *job) {
    const sim_cli_run_options_t *o = &job->options;
    int rc = sim_param_draws_read(o->draws, (uint64_t)o->draws_reps, job->config[0]->model,
                                  &job->diag, &job->draws);
    for (size_t i = 0; rc == 0 && i < job->n; i++)
        rc = sim_param_draws_attach(&job->draws, job->config[i], NULL, 0, &job->diag);
    if (rc == SIM_ERR_MEMORY)
        sim_base_diag_add(&job->diag, o->draws, 0, "%s", sim_base_strerror(rc));
}
