/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSL as it is when something is wrong: GSL_FAILS says whether in a draw or for want of memory. */
#define _GNU_SOURCE
#include <gsl/gsl_errno.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_rstat.h>
#include <stdlib.h>
#include <string.h>

static int fails(const char *how) {
    const char *asked = getenv("GSL_FAILS");
    return asked && strcmp(asked, how) == 0;
}

double gsl_ran_gamma(const gsl_rng *rng, double a, double b) {
    (void)rng;
    if (fails("domain"))
        gsl_error("too steep", "randist/gamma.c", 7, GSL_EDOM);
    return a * b;
}

gsl_rstat_workspace *gsl_rstat_alloc(void) {
    if (fails("memory"))
        gsl_error("failed to allocate space for workspace", "rstat/rstat.c", 7, GSL_ENOMEM);
    return NULL;
}
