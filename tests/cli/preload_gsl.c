/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSL as it is when something is wrong: GSL_FAILS says whether by a wrong argument or for want of
 * memory. */
#define _GNU_SOURCE
#include <gsl/gsl_errno.h>
#include <gsl/gsl_rstat.h>
#include <stdlib.h>
#include <string.h>

static int fails(const char *how) {
    const char *asked = getenv("GSL_FAILS");
    return asked && strcmp(asked, how) == 0;
}

gsl_rstat_workspace *gsl_rstat_alloc(void) {
    if (fails("domain"))
        gsl_error("too steep", "rstat/rstat.c", 7, GSL_EDOM);
    if (fails("memory"))
        gsl_error("failed to allocate space for workspace", "rstat/rstat.c", 7, GSL_ENOMEM);
    return NULL;
}
