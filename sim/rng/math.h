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

/* Written into every results file; raise it when a function gives other bits. */
#define SIM_MATH_VERSION "sleef-cinz/1"

double sim_math_log(double x);
double sim_math_log1p(double x);
double sim_math_log10(double x);
double sim_math_exp(double x);
double sim_math_expm1(double x);
double sim_math_pow(double x, double y);
double sim_math_sin(double x);
double sim_math_cos(double x);
double sim_math_asin(double x);

/* The quantile of the standard normal distribution; -inf and inf at 0 and 1, NaN beyond. */
double sim_math_normal_quantile(double p);

#endif
