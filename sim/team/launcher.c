/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the environment tells of a launcher of MPI and of the processors that were asked for. */
#include <limits.h>
#include <omp.h>
#include <stdlib.h>

#include "sim/base/processors.h"
#include "sim/team/ranks.h"

/* Open MPI; MPICH, Intel MPI, Slurm and others with PMI; MVAPICH. */
static const char *const size_names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MV2_COMM_WORLD_SIZE"};

int sim_team_claimed_ranks(const char **name) {
    for (size_t i = 0; i < sizeof size_names / sizeof size_names[0]; i++) {
        int size = sim_base_count_variable(*name = size_names[i]);
        if (size != INT_MAX)
            return size;
    }
    if (!getenv("PMIX_RANK"))
        return 1;
    int size = sim_base_count_variable(*name = "SLURM_STEP_NUM_TASKS");
    if (size == INT_MAX)
        size = sim_base_count_variable(*name = "SLURM_NTASKS");
    return size == INT_MAX ? 1 : size;
}

static int least(int a, int b) {
    return a < b ? a : b;
}

int sim_team_processors_of(int machine, int here, int bound) {
    int share = least(bound, machine / here);
    share = least(share, least(omp_get_max_threads(), omp_get_thread_limit()));
    share = least(share, sim_base_count_variable("SLURM_CPUS_PER_TASK"));
    return share > 1 ? share : 1;
}
