/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Before anything that was compiled for newer processors runs, main() included. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sim/base/instructions.h"
#include "sim/cli/cli.h"
#include "sim/cli/needs.h"

__attribute__((constructor(101))) void sim_cli_check_processor(void) {
#if defined(__x86_64__)
    const sim_base_cpu_t cpu = sim_base_cpu();
    char list[128];
    if (sim_base_cpu_lacks(&cpu, sim_cli_needs, list, sizeof list) == 0)
        return;
    fprintf(stderr,
            "kumiai: this program was built for a processor with %s, which this one lacks; build "
            "it without -DKUMIAI_NATIVE=ON\n",
            list);
    _exit(SIM_CLI_FAILED);
#endif
}
