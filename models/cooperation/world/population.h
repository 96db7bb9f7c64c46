/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Working state of reading the population files and the record; population.c and record.c. */
#pragma once

#include <stdio.h>
#include <string.h>

#include "models/cooperation/cooperation.h"

typedef struct {
    uint32_t cooperative, member;
} coop_pair_t;

typedef struct {
    coop_population_t *pop;
    sim_base_diag_t *diag;
    const sim_param_csv_t *csv; /* the file being read */
    sim_param_csv_index_t index[COOP_N_FILES];
    uint32_t *government;           /* agent of each row of the file of governments */
    coop_pair_t *pair;              /* of each row of the file of members */
    uint32_t *filled;               /* members placed so far, per cooperative */
    const sim_param_csv_t *foreign; /* first of the files that are of another population */
    const char *foreign_code;       /* the first code in it */
    char to_empty[160];             /* what to set for all of them */
    bool bad;
} coop_reader_t;

/* A number or a word of row `row` of the file being read; problems go to the list. */
static inline double real_at(coop_reader_t *r, size_t row, size_t column, double min, double max) {
    double value = 0;
    if (!sim_param_csv_real(r->csv, row, column, min, max, &value))
        r->bad = true;
    return value;
}
static inline int64_t int_at(coop_reader_t *r, size_t row, size_t column, int64_t min,
                             int64_t max) {
    int64_t value = min;
    if (!sim_param_csv_int(r->csv, row, column, min, max, &value))
        r->bad = true;
    return value;
}
static inline int word_at(coop_reader_t *r, size_t row, size_t column, const char *const *words) {
    int value = 0;
    if (!sim_param_csv_word(r->csv, row, column, words, &value))
        r->bad = true;
    return value;
}
/* The file that is read from here on; its first column is unique. 0 or SIM_ERR_MEMORY. */
static inline int use(coop_reader_t *r, int file) {
    r->csv = &r->pop->csv[file];
    int rc = sim_param_csv_index(r->csv, 0, &r->index[file]);
    r->bad = r->bad || rc;
    return rc == SIM_ERR_CONFIG ? 0 : rc;
}
static inline const char *cell(const coop_reader_t *r, size_t row, size_t column) {
    return sim_param_csv_cell(r->csv, row, column);
}
static inline void problem(coop_reader_t *r, size_t row, const char *what, const char *found) {
    sim_base_diag_add(r->diag, r->csv->file, r->csv->line[row], "%s \"%s\"", what, found);
    r->bad = true;
}
/* The agent, or the country, that a code of a file stands for; SIM_NETWORK_NONE for none. */
static inline uint32_t find(const coop_reader_t *r, int file, const char *code) {
    size_t row = sim_param_csv_find(&r->index[file], code);
    if (row == SIM_PARAM_CSV_NONE)
        return SIM_NETWORK_NONE;
    return file == COOP_FILE_GOVERNMENTS    ? r->government[row]
           : file == COOP_FILE_COOPERATIVES ? r->pop->first_cooperative + (uint32_t)row
           : file == COOP_FILE_PARTNERS     ? r->pop->n_donors + (uint32_t)row
                                            : (uint32_t)row;
}

/* A fiscal year, or `missing` where the cell is empty. */
static inline int32_t year_at(coop_reader_t *r, size_t row, size_t column, int32_t missing) {
    return cell(r, row, column)[0] ? (int32_t)int_at(r, row, column, 1800, 3000) : missing;
}
/* A local government by its code, else what has it in the other file; SIM_NETWORK_NONE for none. */
static inline uint32_t find_or(const coop_reader_t *r, int other, const char *code) {
    uint32_t government = find(r, COOP_FILE_GOVERNMENTS, code);
    return government == SIM_NETWORK_NONE ? find(r, other, code) : government;
}
/* Takes the next of some codes that semicolons part; false at their end. One that is longer than
 * any code can be is taken as an empty one. */
static inline bool next_code(const char **at, char code[COOP_CODE_ROOM]) {
    size_t length = strcspn(*at, ";");
    bool more = **at != '\0';
    snprintf(code, COOP_CODE_ROOM, "%.*s", length < COOP_CODE_ROOM ? (int)length : 0, *at);
    *at += length + ((*at)[length] == ';');
    return more;
}
/* Whether no code in two columns of the file being read is of this population. A file in which
 * none is, is one of another: its rows are not to be read, and coop_record_read(), which comes
 * last, tells what to set. */
bool coop_is_foreign(coop_reader_t *r, size_t column, size_t other, const char *setting);

/* Begins the row of an agent; until it is told more it has no place, no people and no estimates. */
static inline coop_agent_t *add_agent(coop_population_t *pop, uint32_t id, int kind,
                                      const char *code, const char *name) {
    pop->agent[id] = (coop_agent_t){.agent_id = id,
                                    .kind = coop_kind_words[kind],
                                    .code = code,
                                    .name = name,
                                    .lat = (double)NAN,
                                    .lon = (double)NAN,
                                    .population = (double)NAN};
    return &pop->agent[id];
}

/* Where an agent is. */
static inline sim_network_place_t coop_place(const coop_agent_t *agent, uint32_t id,
                                             const char *group) {
    return (sim_network_place_t){.id = id, .group = group, .lat = agent->lat, .lon = agent->lon};
}
/* Counts the prefectures, and lists their municipalities. */
void coop_prefectures(const coop_reader_t *r);
/* Fills pop->neighbour; after them. 0 or SIM_ERR_MEMORY. */
int coop_neighbours(coop_population_t *pop);
/* Fills the partner rows from n_cities on, and counts them. 0 or SIM_ERR_MEMORY. */
int coop_groups(coop_population_t *pop);
/* Reads the observed record, as far as files of it are named. 0, SIM_ERR_CONFIG, SIM_ERR_MEMORY. */
int coop_record_read(coop_reader_t *r);
/* Associations and networks that the sources name; when agents have their ids. */
int coop_known_build(coop_reader_t *reader);
