/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Working state of reading the population files; used by population.c alone. */
#ifndef COOPERATION_POPULATION_H
#define COOPERATION_POPULATION_H

#include "models/cooperation/cooperation.h"

typedef struct {
    const char *code;
    uint32_t id;
} coop_code_t;

typedef struct {
    coop_population_t *pop;
    sim_base_diag_t *diag;
    const sim_param_csv_t *csv;              /* the file being read */
    coop_code_t *governments, *cooperatives; /* sorted by code */
    uint32_t *filled;                        /* members placed so far, per cooperative */
    bool bad;
} coop_reader_t;

#endif
