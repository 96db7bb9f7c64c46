/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/statistics.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>

double stat_binomial(double count, double trials, double p) {
    double deviation = count - trials * p;
    return deviation * deviation / (trials * p * (1 - p));
}

double stat_chi_square(double sum, int terms) {
    return gsl_cdf_chisq_Q(sum, terms);
}

double stat_uniform(double *sample, size_t n) {
    double distance = 0, p = 0, size = (double)n;
    gsl_sort(sample, 1, n);
    for (size_t k = 0; k < n; k++) {
        distance = fmax(distance, sample[k] - (double)k / size);
        distance = fmax(distance, (double)(k + 1) / size - sample[k]);
    }
    for (int k = 1; k <= 100; k++)
        p += 2 * (k % 2 ? 1 : -1) * exp(-2.0 * k * k * size * distance * distance);
    return fmin(1, fmax(0, p));
}
