/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Intervals of means that hold for counts which are rare or skewed too; the same rule as
 * scripts/kumiai/intervals.py, where it is explained. Measured on the baseline and on its
 * scenario with the rarest counts (tests/scripts/test_coverage.py). */
#ifndef SIM_STORE_INTERVAL_H
#define SIM_STORE_INTERVAL_H

#include <gsl/gsl_rstat.h>
#include <stdbool.h>

typedef enum {
    SIM_STORE_ANY,      /* may be below 0 */
    SIM_STORE_POSITIVE, /* cannot, and neither can its interval */
    SIM_STORE_COUNT,    /* of things: nor can it, and five zeros say how few there are */
    SIM_STORE_SHARE     /* lies between 0 and 1 */
} sim_store_quantity_t;

/* NaN below two values, and where all are alike (but for shares and counts): no spread is known. */
typedef struct {
    double low, high;
} sim_store_interval_t;

/* The quantity that the values can be of by their unit: SHARE if that is one ("share", "0..1") and
 * no value lies outside, else COUNT or POSITIVE if none is below 0 (but for rounding). What is
 * counted has a plural ("ties"). */
sim_store_quantity_t sim_store_quantity(const gsl_rstat_workspace *values, const char *unit);

/* Whether the values differ by rounding at most; scale: size of the numbers they come from. */
bool sim_store_alike(const gsl_rstat_workspace *values, double scale);

/* Two-sided interval at `level` (0.95) of the mean of the values added so far. */
sim_store_interval_t sim_store_interval(const gsl_rstat_workspace *values, double level,
                                        sim_store_quantity_t quantity);

#endif
