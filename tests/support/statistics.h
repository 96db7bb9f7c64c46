/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test statistics. A test asks for a p value above STAT_LEVEL, its twin for one below. */
#ifndef TESTS_SUPPORT_STATISTICS_H
#define TESTS_SUPPORT_STATISTICS_H

#include <stddef.h>

/* False alarms: one in a million per test, for good, since seeds are fixed. */
#define STAT_LEVEL 1e-6

/* Squared standardised deviation of a binomial count: a term of a chi-square. */
double stat_binomial(double count, double trials, double p);

/* P value of a sum of `terms` such squares. */
double stat_chi_square(double sum, int terms);

/* P value of Kolmogorov and Smirnov for a sample said to be uniform on (0, 1); sorts it.
 * Asymptotic: for n of a hundred and more. */
double stat_uniform(double *sample, size_t n);

#endif
