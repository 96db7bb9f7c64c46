/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/until.h"

#include <math.h>
#include <stdlib.h>

#include "sim/base/error.h"
#include "sim/store/interval.h"

enum { DIFFERENCE, FIRST, OTHER, N_RUNNING };
struct sim_experiment_until_pairs {
    uint64_t n;
    double sum[N_RUNNING];
};
static const double LEVEL = 0.95;

/* Measured by tests/experiment/test_until.c: looking from 2 on, or once only, covers too little; so
 * do fewer carriers where what is rare has small neighbours. */
const sim_experiment_until_rule_t sim_experiment_until_rule = {40, 25, 2, 5};

int sim_experiment_until_init(sim_experiment_until_t *until) {
    size_t n = until->others * N_RUNNING;
    until->state = SIM_UNTIL_OPEN;
    until->replicates = 0;
    until->narrow = 0;
    until->end = until->rule.first < until->cap ? until->rule.first : until->cap;
    until->base = gsl_rstat_alloc();
    until->running = calloc(n, sizeof(gsl_rstat_workspace *));
    until->of_draw = calloc(until->others * (size_t)until->draws + 1, sizeof *until->of_draw);
    if (!until->base || !until->running || !until->of_draw)
        return SIM_ERR_MEMORY;
    for (size_t i = 0; i < n; i++)
        if (!(until->running[i] = gsl_rstat_alloc()))
            return SIM_ERR_MEMORY;
    return 0;
}

void sim_experiment_until_free(sim_experiment_until_t *until) {
    for (size_t i = 0; until->running && i < until->others * N_RUNNING; i++)
        if (until->running[i])
            gsl_rstat_free(until->running[i]);
    if (until->base)
        gsl_rstat_free(until->base);
    free(until->running);
    free(until->of_draw);
    until->base = NULL;
    until->running = NULL;
    until->of_draw = NULL;
}

double sim_experiment_until_wanted(const sim_experiment_until_t *until) {
    if (!until->relative)
        return until->half;
    return gsl_rstat_n(until->base) ? until->half * fabs(gsl_rstat_mean(until->base)) : (double)NAN;
}

static double size(const gsl_rstat_workspace *values) {
    return fmax(fabs(gsl_rstat_min(values)), fabs(gsl_rstat_max(values)));
}

/* Whether differences are the same but for the rounding of what they are of. */
static bool is_alike(gsl_rstat_workspace *const *running) {
    return sim_store_alike(running[DIFFERENCE], fmax(size(running[FIRST]), size(running[OTHER])));
}

bool sim_experiment_until_recycles(const sim_experiment_until_t *until) {
    return until->draws > 0 && until->replicates > until->draws;
}

/* The means of the draws, which are independent, in place of replicates, which share draws. */
static void gather(const sim_experiment_until_t *until, size_t other) {
    gsl_rstat_workspace *const *running = until->running + other * N_RUNNING;
    for (int i = 0; i < N_RUNNING; i++)
        (void)gsl_rstat_reset(running[i]);
    for (uint64_t d = 0; d < until->draws; d++) {
        const sim_experiment_until_pairs_t *pairs = &until->of_draw[other * until->draws + d];
        for (int i = 0; pairs->n && i < N_RUNNING; i++)
            (void)gsl_rstat_add(pairs->sum[i] / (double)pairs->n, running[i]);
    }
}

/* (sum of squares)^2 / sum of fourth powers of what the values are off their mean: n where all are
 * equally far off, never more. GSL's kurtosis has the variance over n - 1 below the fraction. */
static double carriers(const gsl_rstat_workspace *values) {
    double n = (double)gsl_rstat_n(values), less = (n - 1) / n;
    return n * less * less / (gsl_rstat_kurtosis(values) + 3);
}

sim_experiment_until_difference_t
sim_experiment_until_difference(const sim_experiment_until_t *until, size_t other) {
    gsl_rstat_workspace *const *running = until->running + other * N_RUNNING;
    if (sim_experiment_until_recycles(until))
        gather(until, other);
    size_t n = gsl_rstat_n(running[DIFFERENCE]);
    const double none = (double)NAN;
    sim_experiment_until_difference_t d = {n, none, none, none, none, none, 0};
    if (n > 0)
        d.mean = gsl_rstat_mean(running[DIFFERENCE]);
    if (n < 2)
        return d;
    const bool alike = is_alike(running);
    const double variance = alike ? 0 : gsl_rstat_variance(running[DIFFERENCE]);
    d.gain = (gsl_rstat_variance(running[FIRST]) + gsl_rstat_variance(running[OTHER])) / variance;
    if (alike)
        return d;
    double each = (1 - LEVEL) / (double)until->others; /* Bonferroni: all hold together */
    sim_store_interval_t found = sim_store_interval(running[DIFFERENCE], 1 - each, SIM_STORE_ANY);
    d.low = found.low;
    d.high = found.high;
    d.half = fmax(d.mean - d.low, d.high - d.mean);
    d.carriers = carriers(running[DIFFERENCE]);
    return d;
}

bool sim_experiment_until_precise(const sim_experiment_until_t *until,
                                  const sim_experiment_until_difference_t *d) {
    return d->half <= sim_experiment_until_wanted(until) && d->carriers >= until->rule.carriers;
}

/* Replicates that failed leave fewer pairs: the first batch must be there in pairs. */
static bool is_narrow(const sim_experiment_until_t *until, uint64_t least) {
    for (size_t i = 0; i < until->others; i++) {
        sim_experiment_until_difference_t d = sim_experiment_until_difference(until, i);
        if (d.pairs < least || !sim_experiment_until_precise(until, &d))
            return false;
    }
    return true;
}

static bool is_empty(const sim_experiment_until_t *until) {
    for (size_t i = 0; i < until->others; i++)
        if (gsl_rstat_n(until->running[i * N_RUNNING]) == 0)
            return true;
    return false;
}

/* At the cap nothing is chosen any more, and any number of pairs from 2 on has its interval. */
static sim_experiment_until_state_t look(sim_experiment_until_t *until) {
    bool last = until->replicates >= until->cap;
    uint64_t further = (until->end * until->rule.percent + 99) / 100, least = until->rule.first;
    if (until->draws && until->draws < least)
        least = until->draws;
    until->narrow = is_narrow(until, last ? 2 : least) ? until->narrow + 1 : 0;
    until->end += further ? further : 1;
    if (until->end > until->cap)
        until->end = until->cap;
    if (is_empty(until))
        return SIM_UNTIL_EMPTY;
    if (until->narrow >= (last ? 1 : until->rule.in_a_row))
        return SIM_UNTIL_REACHED;
    return last ? SIM_UNTIL_CAP : SIM_UNTIL_OPEN;
}

static void add_pair(sim_experiment_until_t *until, size_t other, double first, double value) {
    gsl_rstat_workspace **running = until->running + other * N_RUNNING;
    if (!isfinite(first) || !isfinite(value) || !isfinite(value - first))
        return;
    const double pair[N_RUNNING] = {value - first, first, value};
    for (int i = 0; i < N_RUNNING; i++)
        (void)gsl_rstat_add(pair[i], running[i]);
    if (!until->draws)
        return;
    sim_experiment_until_pairs_t *pairs =
        &until->of_draw[other * until->draws + until->replicates % until->draws];
    pairs->n++;
    for (int i = 0; i < N_RUNNING; i++)
        pairs->sum[i] += pair[i];
}

bool sim_experiment_until_add(sim_experiment_until_t *until, const double *value) {
    if (isfinite(value[0]))
        gsl_rstat_add(value[0], until->base);
    for (size_t i = 0; i < until->others; i++)
        add_pair(until, i, value[0], value[i + 1]);
    until->replicates++;
    if (until->state == SIM_UNTIL_OPEN && until->replicates >= until->end)
        until->state = look(until);
    return until->state != SIM_UNTIL_OPEN;
}
