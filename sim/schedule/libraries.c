/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/schedule/libraries.h"

#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local const sim_world_t *working;

const sim_world_t *sim_schedule_work_for(const sim_world_t *world) {
    const sim_world_t *before = working;
    working = world;
    return before;
}

static void on_gsl_error(const char *reason, const char *file, int line, int code) {
    const char *slash = strrchr(file, '/');
    if (code == GSL_ENOMEM)
        return;
    if (working) {
        (void)sim_world_fail(working, SIM_ERR_MODEL, "GSL, in its %.40s:%d: %.100s",
                             slash ? slash + 1 : file, line, reason);
        return;
    }
    fprintf(stderr, "kumiai: the mathematical library GSL fails in its %s:%d: %s\n",
            slash ? slash + 1 : file, line, reason);
    fflush(NULL);
    _Exit(EXIT_FAILURE);
}

void sim_schedule_libraries_begin(void) {
    (void)gsl_set_error_handler(on_gsl_error);
}
