/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that read a sweep share. Private to the design room. */
#ifndef SIM_DESIGN_SWEEP_PARTS_H
#define SIM_DESIGN_SWEEP_PARTS_H

#include <stdio.h>

#include "sim/design/sweep.h"
#include "sim/param/document.h"

typedef struct {
    sim_param_document_t *document;
    const config_setting_t *group; /* sweep = { ... } */
    sim_design_sweep_t *sweep;
    sim_base_diag_t *diag;
    const char *table; /* the CSV file of design table, else NULL; the document's */
    int *table_line;   /* line of each of its rows; owned by the reader */
} sim_design_reader_t;

/* The place of a setting's word in a list; -1 after a problem. */
int sim_design_read_word(sim_design_reader_t *r, const config_setting_t *setting, const char *key,
                         const char *const *words);

/* The list of factors, or the table that stands for it. SIM_ERR_CONFIG, SIM_ERR_MEMORY or 0. */
int sim_design_read_factors(sim_design_reader_t *r);
int sim_design_read_table(sim_design_reader_t *r);

/* "0.8 to 1 (of its prior)", for messages: a bound that nobody wrote is to be told, too. */
enum { SIM_DESIGN_RANGE = 96 };
void sim_design_range_text(const sim_design_factor_t *factor, char *text, size_t size);

/* A factor more, zeroed but for its row; NULL without memory. */
sim_design_factor_t *sim_design_add_factor(sim_design_sweep_t *sweep, const sim_param_t *row);

/* Makes the points, and asks the model about every one of them. */
int sim_design_read_design(sim_design_reader_t *r);

/* The design as settings into sweep->text, and its digest. SIM_ERR_MEMORY. */
int sim_design_describe(sim_design_sweep_t *sweep);

#endif
