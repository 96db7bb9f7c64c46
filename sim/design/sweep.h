/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep file: scenario, design over parameters, replicates. sim/plan/wave.h numbers the runs. */
#ifndef SIM_DESIGN_SWEEP_H
#define SIM_DESIGN_SWEEP_H

#include "sim/design/design.h"
#include "sim/schedule/world.h"

typedef struct {
    char *file, *table;   /* the table of its points, NULL without */
    sim_config_t *config; /* the scenario, its run.reps those of the sweep; owned */
    void *shared;         /* what the model has prepared, once for all points; owned */
    sim_design_t design;
    bool prepare_each;      /* a factor is read by the model's prepare(): no run shares it */
    bool independent;       /* every point has a seed of its own */
    uint32_t shard, shards; /* 1, 1 after loading; the caller may change them */
    bool append;            /* to a file of other designs; false after loading, likewise */
    char *text;        /* the design as settings; not the replicates, not the rows of a table */
    char note[320];    /* about a column of a table that is left out, or about constraints that few
                          draws meet; else "" */
    char digest[33];   /* of the text and of the values of all points */
    uint64_t identity; /* a word of the digest: what seeds of points' own are mixed from */
} sim_design_sweep_t;

/* Whether the file reads as a sweep: it has the setting `sweep`. */
bool sim_design_is_sweep(const char *file);

/* Reads file and scenario into sweep->config and ->design, with `sets` laid over the scenario. All
 * problems go to diag, those of points that the model refuses included: SIM_ERR_CONFIG.
 * SIM_ERR_MEMORY. sim_experiment_sweep_load() does this and lets the model prepare. */
int sim_design_read(const char *file, const char *const *sets, sim_base_diag_t *diag,
                    sim_design_sweep_t *sweep);

/* The seed of the runs of a point: the scenario's, or one below 2^53 that is mixed from it, the
 * design and the point's place there, so that no other design in the same file has it. */
int64_t sim_design_sweep_seed(const sim_design_sweep_t *sweep, uint64_t point);

/* The arguments of a factor's distribution as settings, "mean = 0.5; sd = 0.1;". SIM_ERR_MEMORY. */
int sim_design_arguments_text(const sim_design_factor_t *factor, char **text);

/* The values of a factor with levels, as the sweep file writes them. SIM_ERR_MEMORY. */
int sim_design_levels_text(const sim_design_factor_t *factor, char **text);

#endif
