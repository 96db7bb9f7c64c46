/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means of the summary columns of a results file, per scenario, over its ok runs. Where parameters
 * are drawn, runs that share a draw are not independent: the mean is that of the draws' means, and
 * so is its interval; and the variance of a run has two parts, by the law of total variance. */
#ifndef SIM_STORE_MEANS_H
#define SIM_STORE_MEANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/why.h"

typedef struct {
    uint64_t n;        /* runs with a value */
    uint64_t draws;    /* of the parameters that these use; 0: none is drawn */
    double mean;       /* NaN without one */
    double low, high;  /* its 95 % interval (sim/store/interval.h), NaN where there is none */
    double chance;     /* variance between runs that share a draw; NaN where no two do */
    double parameters; /* variance of the draws' expectations, at least 0; NaN likewise */
} sim_store_mean_t;

typedef struct {
    size_t n_scenarios, n_columns;
    char **scenario;        /* names, by scenario_id */
    char **column;          /* of table summary, in its order */
    bool drawn;             /* the runs use draws of parameters */
    uint64_t *ok, *failed;  /* runs of each scenario */
    sim_store_mean_t *cell; /* scenarios * columns, row major */
} sim_store_means_t;

/* Reads the file whole; SIM_ERR_STORE with a sentence in `why`, or SIM_ERR_MEMORY. Free *out in
 * any case. */
int sim_store_means_read(const char *path, sim_store_means_t *out, sim_base_why_t *why);
void sim_store_means_free(sim_store_means_t *means);

#endif
