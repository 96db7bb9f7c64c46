/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mathematics whose results are the same bits on every machine. The C library picks variants of
 * log(), exp() and the like by processor and version, and they differ in the last bit of one
 * result in thousands; these here, SLEEF's deterministic functions, do not. Whatever may reach a
 * result calls them. What IEEE 754 rounds correctly (+ - * / sqrt fabs floor ceil round trunc fmod
 * ldexp) is the same everywhere already.
 *
 * Arguments and special values (zeros, infinities, NaN) as in <math.h>; errno and the floating
 * point flags mean nothing. Errors stay below 1 unit in the last place, of log() below 3.5. */
#ifndef SIM_RNG_MATH_H
#define SIM_RNG_MATH_H

#include "sim/model.h"

double sim_math_asin(double x);
double sim_math_erfc(double x);
double sim_math_lgamma(double x);
/* The sum of n numbers in four parts, which processors add side by side: one order on all machines.
 */
double sim_math_sum(const double *x, size_t n);

/* Its name and a digest of numbers that all of it gives, hexadecimal: written into every results
 * file. The digest is one for all machines (tests/rng/test_math.c knows it); another SLEEF that
 * computes anything otherwise would have another. */
enum { SIM_MATH_VERSION = 32 };
void sim_math_version(char text[SIM_MATH_VERSION]);

/* The quantile of the standard normal distribution; -inf and inf at 0 and 1, NaN beyond. */
double sim_math_normal_quantile(double p);

/* The probability below x of the standard normal distribution. */
double sim_math_normal(double x);

/* The probability below x of the beta distribution with parameters a, b > 0, and its quantile: the
 * absolute error of the probability is below 1e-10 for a, b up to 1e4. */
double sim_math_beta(double x, double a, double b);
double sim_math_beta_quantile(double p, double a, double b);

/* The quantile of Student's t distribution with n = 1, 2, 3, ... degrees of freedom: relative error
 * below 1e-9 for 1e-6 <= p <= 1 - 1e-6. */
double sim_math_student_quantile(double p, double n);

#endif
