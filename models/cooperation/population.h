/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Working state of reading the population files; used by population.c alone. */
#ifndef COOPERATION_POPULATION_H
#define COOPERATION_POPULATION_H

#include "models/cooperation/cooperation.h"

typedef struct {
    uint32_t cooperative, member;
} coop_pair_t;

typedef struct {
    coop_population_t *pop;
    sim_base_diag_t *diag;
    const sim_param_csv_t *csv; /* the file being read */
    sim_param_csv_index_t index[COOP_N_FILES];
    uint32_t *government; /* agent of each row of the file of governments */
    coop_pair_t *pair;    /* of each row of the file of members */
    uint32_t *filled;     /* members placed so far, per cooperative */
    bool bad;
} coop_reader_t;

/* Reads the files of bodies that the sources name, those that are given (known.c). */
int coop_known_read(coop_reader_t *reader, const coop_population_params_t *p);
/* Associations and networks from them; when agents have their ids. */
int coop_known_build(coop_reader_t *reader);
void coop_known_free(coop_population_t *pop);

#endif
