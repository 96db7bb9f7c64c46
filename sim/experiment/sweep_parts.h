/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that read a sweep share. Private to the experiment room. */
#ifndef SIM_EXPERIMENT_SWEEP_PARTS_H
#define SIM_EXPERIMENT_SWEEP_PARTS_H

#include <stdio.h>

#include "sim/experiment/parts.h"
#include "sim/experiment/sweep.h"
#include "sim/param/document.h"

typedef struct {
    sim_param_document_t *document;
    const config_setting_t *group; /* sweep = { ... } */
    sim_experiment_sweep_t *sweep;
    sim_base_diag_t *diag;
    const char *table; /* the CSV file of design table, else NULL; the document's */
    int *table_line;   /* line of each of its rows; owned by the reader */
} sim_experiment_reader_t;

/* Reads file and scenario into sweep->config and ->design. Problems to diag. */
int sim_experiment_read(const char *file, const char *const *sets, size_t n_sets,
                        sim_base_diag_t *diag, sim_experiment_sweep_t *sweep);

/* The place of a setting's word in a list; -1 after a problem. */
int sim_experiment_read_word(sim_experiment_reader_t *r, const config_setting_t *setting,
                             const char *key, const char *const *words);

/* The list of factors, or the table that stands for it. SIM_ERR_CONFIG, SIM_ERR_MEMORY or 0. */
int sim_experiment_read_factors(sim_experiment_reader_t *r);
int sim_experiment_read_table(sim_experiment_reader_t *r);

/* "0.8 to 1 (of its prior)", for messages: a bound that nobody wrote is to be told, too. */
enum { SIM_EXPERIMENT_RANGE = 96 };
void sim_experiment_range_text(const sim_experiment_factor_t *factor, char *text, size_t size);

/* A factor more, zeroed but for its row; NULL without memory. */
sim_experiment_factor_t *sim_experiment_add_factor(sim_experiment_sweep_t *sweep,
                                                   const sim_param_t *row);

/* Makes the points, and asks the model about every one of them. */
int sim_experiment_read_design(sim_experiment_reader_t *r);

/* The design as settings into sweep->text, and its digest. SIM_ERR_MEMORY. */
int sim_experiment_describe(sim_experiment_sweep_t *sweep);

/* The arguments of a factor's distribution as settings, "mean = 0.5; sd = 0.1;". SIM_ERR_MEMORY. */
int sim_experiment_arguments_text(const sim_experiment_factor_t *factor, char **text);

/* The values of a factor with levels, as the sweep file writes them. SIM_ERR_MEMORY. */
int sim_experiment_levels_text(const sim_experiment_factor_t *factor, char **text);

#endif
