/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distributions over the values of a parameter: its prior, or a factor of a sweep. Quantiles are
 * the same bits on every machine. */
#ifndef SIM_PARAM_DISTRIBUTION_H
#define SIM_PARAM_DISTRIBUTION_H

#include "sim/base/why.h"
#include "sim/param/param.h"

/* Names in the order of the kinds, from "none" on; NULL-terminated. */
extern const char *const sim_param_distributions[];

/* Names of the arguments a and b of a kind; NULL where it has none. */
const char *sim_param_distribution_argument(sim_distribution_kind_t kind, int which);

/* The prior that a row declares, with its bounds; of kind NONE when it declares none. */
sim_distribution_t sim_param_prior(const sim_param_t *row);

/* What a sweep takes of a parameter of which nothing else is said: the prior, or, where none is
 * declared, the valid range. Of kind NONE when that has no bounds or the values are words. */
sim_distribution_t sim_param_plausible(const sim_param_t *row);

/* What is wrong with a distribution of a row, as "its mode, 3, is outside of 0 to 1", or NULL. */
const char *sim_param_distribution_fault(const sim_param_t *row, const sim_distribution_t *d,
                                         sim_base_why_t *why);

/* The quantile at u in [0, 1]. With `whole` a whole number k has the share of u that [k - 1/2, k +
 * 1/2) has in the distribution. */
double sim_param_distribution_at(const sim_distribution_t *d, bool whole, double u);

/* "normal(mean=0.5, sd=0.1, min=0, max=1)", a bound that stands for none left out; "" of NONE.
 * Returns buffer, which holds SIM_PARAM_DISTRIBUTION_TEXT bytes. */
enum { SIM_PARAM_DISTRIBUTION_TEXT = 192 };
const char *sim_param_distribution_text(const sim_distribution_t *d, char *buffer);

#endif
