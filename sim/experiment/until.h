/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When paired differences are known precisely enough: a sequential rule. Replicates come in batches
 * that grow by a part; only at their ends it is looked whether the interval of every scenario's
 * difference to the first is narrow enough, and it must be so at two ends in a row: stopping as
 * soon as a spread looks small by chance would make the intervals lie more often than they say. The
 * intervals are those of sim/store/interval.h, of 95 % for all differences together (Bonferroni):
 * they stay wide while what makes the difference is rare. Differences that are all alike have none,
 * and are never precise: what has not happened yet may be rare or impossible. Nor are those whose
 * spread a few pairs carry: then small neighbours of what is rare and large can look precise, and
 * how often the large comes is hardly known. What no pair has shown yet, no rule can see. */
#ifndef SIM_EXPERIMENT_UNTIL_H
#define SIM_EXPERIMENT_UNTIL_H

#include <gsl/gsl_rstat.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t first;   /* replicates of the first batch */
    unsigned percent; /* by which the next end lies further on, at least one replicate */
    unsigned in_a_row;
    double carriers; /* pairs that must carry the spread */
} sim_experiment_until_rule_t;
extern const sim_experiment_until_rule_t sim_experiment_until_rule;

typedef enum {
    SIM_UNTIL_OPEN,
    SIM_UNTIL_REACHED,
    SIM_UNTIL_CAP,  /* as many replicates as are allowed, and still too wide */
    SIM_UNTIL_EMPTY /* no pair of some scenario has values: more would not help */
} sim_experiment_until_state_t;

/* Pairs of one draw of parameters. */
typedef struct sim_experiment_until_pairs sim_experiment_until_pairs_t;

typedef struct {
    double half; /* wanted; a share of the first scenario's absolute mean when relative */
    bool relative;
    uint64_t cap;   /* replicates at most */
    size_t others;  /* scenarios beside the first, >= 1 */
    uint64_t draws; /* replicate r has draw r % draws of the parameters; 0: each has its own */
    sim_experiment_until_rule_t rule;
    sim_experiment_until_state_t state;
    uint64_t replicates, end;              /* added so far; when it is looked next */
    unsigned narrow;                       /* ends in a row at which all was narrow enough */
    gsl_rstat_workspace *base, **running;  /* of the first; per other: difference, first, other */
    sim_experiment_until_pairs_t *of_draw; /* per other and draw */
} sim_experiment_until_t;

/* What is known of one scenario's difference to the first. NaN where pairs are too few. Once draws
 * come again, a draw's mean counts as one pair: only draws are independent. */
typedef struct {
    uint64_t pairs;
    double mean, low, high;
    double half; /* the longer side of the interval, which is what has to be narrow */
    double gain; /* variance of unpaired differences / of paired ones; infinite for 0 */
    /* As many pairs, all as far from the mean, would have the same spread and kurtosis: (sum of
     * squares)^2 / sum of fourth powers. A third of the normal ones; of what is rare all that had
     * it. */
    double carriers;
} sim_experiment_until_difference_t;

/* Sets up from half, relative, cap, others, draws and rule, which the caller has filled in. 0 or
 * SIM_ERR_MEMORY; free in any case. */
int sim_experiment_until_init(sim_experiment_until_t *until);
void sim_experiment_until_free(sim_experiment_until_t *until);

/* Adds a replicate: values of the first scenario and of the others. A value that is not finite is
 * missing, and so is its pair. Returns whether it is over, which the same replicates always say at
 * the same place; it stays over. */
bool sim_experiment_until_add(sim_experiment_until_t *until, const double *value);

/* Whether draws have come again, so that pairs are those of draws. */
bool sim_experiment_until_recycles(const sim_experiment_until_t *until);

sim_experiment_until_difference_t
sim_experiment_until_difference(const sim_experiment_until_t *until, size_t other);

/* Whether the interval is narrow enough, and enough pairs carry the spread. */
bool sim_experiment_until_precise(const sim_experiment_until_t *until,
                                  const sim_experiment_until_difference_t *d);

/* The half-width that is wanted, in the metric's unit. */
double sim_experiment_until_wanted(const sim_experiment_until_t *until);

#endif
