/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the observed record (record.h) and checks every row of it: codes, words, order of the
 * years, rows that stand twice, and what renews or shares what. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/cooperation/world/population.h"

enum { UNDATED = -1 };

static const char *const bonds[] = {"sister", "friendship", "mou", "cooperation", "network", NULL};
static const char *const sectors[] = {"waste", "water", "air", "other", NULL};
/* A tie of cooperation begins with exchange (M20). */
static const char *const stages[] = {"exchange", "trainees", "project", "programme", NULL};
static const char *const facts[] = {"founded",      "manager",      "mandate", "policy",
                                    "contribution", "consultation", "joint",   "visitors",
                                    "searched",     "observed",     NULL};
static const char *const trusts[] = {"read", "derived", "excerpt", NULL};

static bool is_empty(const coop_reader_t *r, size_t row, size_t column) {
    return cell(r, row, column)[0] == '\0';
}

static void check_order(coop_reader_t *r, size_t row, size_t column, int32_t first, int32_t last) {
    if (first != UNDATED && last != COOP_YEAR_UNKNOWN && last < first)
        problem(r, row, "ends before it begins:", cell(r, row, column));
}

/* The donor that a code stands for; SIM_NETWORK_NONE without a code, and with a problem for one
 * that nobody has. */
static uint32_t body_at(coop_reader_t *r, size_t row, size_t column) {
    const char *code = cell(r, row, column);
    uint32_t body = find_or(r, COOP_FILE_COOPERATIVES, code);
    if (body == SIM_NETWORK_NONE && *code)
        problem(r, row, "neither a local government nor a cooperative of the population:", code);
    return body;
}

/* Likewise the place of a partner city. */
static uint32_t partner_at(coop_reader_t *r, size_t row, size_t column) {
    const char *code = cell(r, row, column);
    uint32_t agent = find(r, COOP_FILE_PARTNERS, code);
    if (agent == SIM_NETWORK_NONE && *code)
        problem(r, row, "not in the file of partner cities:", code);
    return agent == SIM_NETWORK_NONE ? agent : agent - r->pop->n_donors;
}

static uint8_t sector_at(coop_reader_t *r, size_t row, size_t column) {
    int sector = word_at(r, row, column, sectors);
    return sector < COOP_N_SECTORS ? (uint8_t)sector : COOP_NO_MODE;
}

/* Without a city or a year it is nothing that could stand at a start. */
static void keep_past(coop_record_t *record, const coop_past_t *all, size_t rows) {
    for (size_t row = 0; row < rows; row++) {
        if (all[row].donor == SIM_NETWORK_NONE || all[row].partner == SIM_NETWORK_NONE ||
            all[row].start == UNDATED)
            continue;
        if (all[row].bond == COOP_BOND_NETWORK)
            record->network[record->n_networks++] = all[row];
        else
            record->past[record->n_past++] = all[row];
    }
}

/* How pairs stood before works of the same year; of one year the later row of the file, which is
 * the higher place. */
static int compare_past(const void *a, const void *b) {
    const coop_past_t *x = a, *y = b;
    const int64_t of_x[] = {x->donor,
                            x->partner,
                            x->start,
                            x->is_work,
                            x->is_work ? x->scheme : x->stage,
                            x->is_work ? x->end : x->bond},
                  of_y[] = {y->donor,
                            y->partner,
                            y->start,
                            y->is_work,
                            y->is_work ? y->scheme : y->stage,
                            y->is_work ? y->end : y->bond};
    return coop_compare(of_x, of_y, 6);
}

/* ---- ties ---- */

static coop_past_t read_state(coop_reader_t *r, size_t row) {
    coop_past_t state = {.donor = body_at(r, row, 0),
                         .partner = partner_at(r, row, 1),
                         .tie = SIM_NETWORK_NONE,
                         .bond = (uint8_t)word_at(r, row, 2, bonds),
                         .sector = sector_at(r, row, 3),
                         .start = year_at(r, row, 4, UNDATED),
                         .end = year_at(r, row, 5, COOP_YEAR_UNKNOWN),
                         .stage = (uint8_t)(COOP_STAGE_EXCHANGE + word_at(r, row, 6, stages)),
                         .institutionalised = int_at(r, row, 7, 0, 1) == 1};
    (void)word_at(r, row, 8, trusts);
    if (is_empty(r, row, 0))
        problem(r, row, "a tie needs a donor, but its column has", "");
    check_order(r, row, 5, state.start, state.end);
    return state;
}

/* Rows are few: each is compared with all before it. */
static void check_states(coop_reader_t *r, const coop_past_t *all, size_t rows) {
    for (size_t row = 0; row < rows; row++)
        for (size_t other = 0; other < row; other++)
            if (all[row].partner != SIM_NETWORK_NONE && all[row].donor == all[other].donor &&
                all[row].partner == all[other].partner && all[row].bond == all[other].bond &&
                all[row].start == all[other].start) {
                problem(r, row, "pair, kind and year stand in an earlier row:", cell(r, row, 1));
                break;
            }
}

static void read_ties(coop_reader_t *r) {
    coop_past_t *all = r->pop->record.past;
    for (size_t row = 0; row < r->csv->rows; row++)
        all[row] = read_state(r, row);
    check_states(r, all, r->csv->rows);
    keep_past(&r->pop->record, all, r->csv->rows);
}

/* ---- projects ---- */

enum { PROJECT_RENEWAL = 9, PROJECT_PART = 10 };

static coop_past_t read_project(coop_reader_t *r, size_t row) {
    coop_past_t project = {.donor = body_at(r, row, 1),
                           .partner = partner_at(r, row, 2),
                           .tie = SIM_NETWORK_NONE,
                           .is_work = true,
                           .bond = COOP_BOND_WORK,
                           .scheme = (uint8_t)word_at(r, row, 3, coop_scheme_words),
                           .start = year_at(r, row, 5, UNDATED),
                           .end = year_at(r, row, 6, COOP_YEAR_UNKNOWN),
                           .yen = (double)NAN,
                           .sector = sector_at(r, row, 8)};
    project.stage = project.scheme == COOP_SCHEME_OWN ? COOP_STAGE_TRAINEES : COOP_STAGE_PROJECT;
    int32_t adopted = year_at(r, row, 4, UNDATED);
    if (!is_empty(r, row, 7))
        project.yen = 1e6 * real_at(r, row, 7, 0, 1e5);
    if (!is_empty(r, row, 11))
        (void)int_at(r, row, 11, 0, 1);
    (void)word_at(r, row, 12, trusts);
    check_order(r, row, 6, project.start, project.end);
    if (project.start != UNDATED)
        check_order(r, row, 5, adopted, project.start);
    return project;
}

/* The row that a column names, SIM_PARAM_CSV_NONE for none. */
static size_t named_row(coop_reader_t *r, const sim_param_csv_index_t *ids, size_t row,
                        size_t column) {
    size_t other = is_empty(r, row, column) ? SIM_PARAM_CSV_NONE
                                            : sim_param_csv_find(ids, cell(r, row, column));
    if (!is_empty(r, row, column) && (other == SIM_PARAM_CSV_NONE || other == row))
        problem(r, row, "not the id of another project:", cell(r, row, column));
    return other == row ? SIM_PARAM_CSV_NONE : other;
}

/* A chain of renewals ends in a first project; one that goes round is told at its rows. */
static void chain(coop_reader_t *r, const sim_param_csv_index_t *ids, coop_past_t *all) {
    for (size_t row = 0; row < r->csv->rows; row++) {
        size_t length = 0;
        size_t before = named_row(r, ids, row, PROJECT_RENEWAL);
        if (before != SIM_PARAM_CSV_NONE && all[row].start != UNDATED &&
            all[before].start != UNDATED && all[before].start > all[row].start)
            problem(r, row, "renews a project that starts later:", cell(r, row, PROJECT_RENEWAL));
        for (; before != SIM_PARAM_CSV_NONE && length <= r->csv->rows; length++)
            before = is_empty(r, before, PROJECT_RENEWAL)
                         ? SIM_PARAM_CSV_NONE
                         : sim_param_csv_find(ids, cell(r, before, PROJECT_RENEWAL));
        if (length > r->csv->rows)
            problem(r, row, "renewals go round:", cell(r, row, PROJECT_RENEWAL));
        all[row].renewed = (uint8_t)(length < UINT8_MAX ? length : UINT8_MAX);
        all[row].shared = named_row(r, ids, row, PROJECT_PART) != SIM_PARAM_CSV_NONE;
    }
}

static int read_projects(coop_reader_t *r) {
    coop_past_t *all = r->pop->record.past + r->pop->record.n_past;
    sim_param_csv_index_t ids;
    int rc = sim_param_csv_index(r->csv, 0, &ids);
    r->bad = r->bad || rc;
    if (rc != SIM_ERR_MEMORY) {
        for (size_t row = 0; row < r->csv->rows; row++)
            all[row] = read_project(r, row);
        chain(r, &ids, all);
        keep_past(&r->pop->record, all, r->csv->rows);
    }
    sim_param_csv_index_free(&ids);
    return rc == SIM_ERR_MEMORY ? rc : 0;
}

/* ---- histories of bodies ---- */

/* What facts are about: cooperatives, of which managers and joint works have a member. */
static void check_fact(coop_reader_t *r, size_t row, const coop_known_fact_t *fact) {
    bool about_any = fact->what == COOP_FACT_SEARCHED || fact->what == COOP_FACT_OBSERVED;
    bool of_member = fact->what == COOP_FACT_MANAGER || fact->what == COOP_FACT_JOINT;
    if (is_empty(r, row, 0))
        problem(r, row, "a history needs a body, but its column has", "");
    if (fact->body == SIM_NETWORK_NONE)
        return;
    if (!about_any && fact->body < r->pop->first_cooperative)
        problem(r, row, "only of a cooperative can it be said:", cell(r, row, 1));
    else if (of_member && (fact->member == SIM_NETWORK_NONE ||
                           !coop_is_listed(r->pop, fact->body, fact->member)))
        problem(r, row, "not a member of the cooperative:", cell(r, row, 5));
    if (fact->what == COOP_FACT_VISITORS && fact->country == SIM_NETWORK_NONE)
        problem(r, row, "country not in the file of countries:", cell(r, row, 6));
    if (fact->what == COOP_FACT_POLICY && isnan(fact->value))
        problem(r, row, "a policy needs its years in column value, which has", cell(r, row, 4));
    if (fact->what != COOP_FACT_SEARCHED && fact->from == UNDATED)
        problem(r, row, "needs a year in column from, which has", cell(r, row, 2));
}

static coop_known_fact_t read_fact(coop_reader_t *r, size_t row) {
    coop_known_fact_t fact = {.body = body_at(r, row, 0),
                              .what = (uint8_t)word_at(r, row, 1, facts),
                              .from = year_at(r, row, 2, UNDATED),
                              .until = year_at(r, row, 3, COOP_YEAR_UNKNOWN),
                              .value = (double)NAN,
                              .member = body_at(r, row, 5),
                              .country = find(r, COOP_FILE_COUNTRIES, cell(r, row, 6))};
    if (!is_empty(r, row, 4))
        fact.value = real_at(r, row, 4, 0, 1e12);
    (void)word_at(r, row, 7, trusts);
    check_order(r, row, 3, fact.from, fact.until);
    check_fact(r, row, &fact);
    return fact;
}

static int compare_facts(const void *a, const void *b) {
    const coop_known_fact_t *x = a, *y = b;
    const int64_t of_x[] = {x->body, x->from, x->what, x->member, x->country},
                  of_y[] = {y->body, y->from, y->what, y->member, y->country};
    return coop_compare(of_x, of_y, 5);
}

static void read_histories(coop_reader_t *r) {
    coop_record_t *record = &r->pop->record;
    for (size_t row = 0; row < r->csv->rows; row++) {
        coop_known_fact_t fact = read_fact(r, row);
        if (fact.what == COOP_FACT_SEARCHED && fact.body != SIM_NETWORK_NONE)
            r->pop->searched[fact.body] = 1;
        record->fact[record->n_facts++] = fact;
    }
}

/* ---- the files ---- */

/* Whether one of the codes in a cell, which a semicolon parts, is of the population. */
static bool any_fits(const coop_reader_t *r, const char *at) {
    char code[COOP_CODE_ROOM];
    while (next_code(&at, code))
        if (find_or(r, COOP_FILE_COOPERATIVES, code) != SIM_NETWORK_NONE ||
            find(r, COOP_FILE_PARTNERS, code) != SIM_NETWORK_NONE)
            return true;
    return false;
}

/* How many rows have codes in a column where none is of the population, and the first of them;
 * SIZE_MAX where one is. */
static size_t count_foreign(const coop_reader_t *r, size_t column, const char **first) {
    size_t n = 0;
    for (size_t row = 0; row < r->csv->rows; row++) {
        const char *code = cell(r, row, column);
        if (any_fits(r, code))
            return SIZE_MAX;
        n += *code != '\0';
        if (*code && !*first)
            *first = code;
    }
    return n;
}

bool coop_is_foreign(coop_reader_t *r, size_t column, size_t other, const char *setting) {
    enum { SOME = 5 }; /* in one column alone, fewer may be mistyped */
    const char *codes[2] = {NULL, NULL};
    size_t n = count_foreign(r, column, &codes[0]), more = count_foreign(r, other, &codes[1]);
    bool of_both = n != SIZE_MAX && more != SIZE_MAX && n + more > 0;
    bool first = n != SIZE_MAX && n >= SOME, second = more != SIZE_MAX && more >= SOME;
    if (!of_both && !first && !second)
        return false;
    const char *code = codes[0] && n != SIZE_MAX ? codes[0] : codes[1];
    size_t used = strlen(r->to_empty);
    snprintf(r->to_empty + used, sizeof r->to_empty - used, "%s%s = \"\"", used ? ", " : "",
             setting);
    if (!r->foreign)
        r->foreign = r->csv, r->foreign_code = code;
    return true;
}

static void say_foreign(coop_reader_t *r) {
    if (!r->foreign)
        return;
    sim_base_diag_add(
        r->diag, r->foreign->file, r->foreign->line[0],
        "no code of a column of this file, such as \"%s\", is of the population: for another "
        "population set %s, or name files of its own",
        r->foreign_code, r->to_empty);
    r->bad = true;
}

/* One of the files is read from here on; without rows where it is of another population, as the
 * codes in two columns tell. */
static void begin(coop_reader_t *r, int which) {
    static const struct {
        const char *setting;
        size_t codes[2];
    } of[] = {{"record.ties", {0, 1}}, {"record.projects", {1, 2}}, {"record.histories", {0, 5}}};
    sim_param_csv_t *csv = &r->pop->csv[COOP_FILE_RECORD + which];
    r->csv = csv;
    if (coop_is_foreign(r, of[which].codes[0], of[which].codes[1], of[which].setting))
        csv->rows = 0;
}

static int allocate(coop_reader_t *r) {
    coop_record_t *record = &r->pop->record;
    const sim_param_csv_t *csv = r->pop->csv + COOP_FILE_RECORD;
    size_t ties = csv[COOP_RECORD_TIES].rows, projects = csv[COOP_RECORD_PROJECTS].rows;
    sim_base_arena_t *arena = &r->pop->arena;
    record->network = sim_base_arena_alloc(arena, ties, sizeof *record->network);
    record->past = sim_base_arena_alloc(arena, ties + projects, sizeof *record->past);
    record->fact =
        sim_base_arena_alloc(arena, csv[COOP_RECORD_HISTORIES].rows, sizeof *record->fact);
    return record->network && record->past && record->fact ? 0 : SIM_ERR_MEMORY;
}

int coop_record_read(coop_reader_t *r) {
    coop_record_t *record = &r->pop->record;
    int rc = allocate(r);
    if (rc)
        return rc;
    begin(r, COOP_RECORD_TIES);
    read_ties(r);
    begin(r, COOP_RECORD_PROJECTS);
    rc = read_projects(r);
    begin(r, COOP_RECORD_HISTORIES);
    read_histories(r);
    qsort(record->past, record->n_past, sizeof *record->past, compare_past);
    qsort(record->network, record->n_networks, sizeof *record->network, compare_past);
    qsort(record->fact, record->n_facts, sizeof *record->fact, compare_facts);
    say_foreign(r);
    return !rc && r->bad ? SIM_ERR_CONFIG : rc;
}
