/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing that is dated at or after the start is read: for every start from 1990 to 2017 the
 * initial state from the record of the repository is the same, to the bit, whether its later rows
 * are there, are taken away, or say something else. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/cooperation/cooperation.h"
#include "sim/experiment/experiment.h"
#include "tests/support/folder.h"

#define RECORD KUMIAI_SOURCE_DIR "/configs/cooperation/record/"
enum { FIRST = 1990, LAST = 2017 };

/* What becomes of what is dated at or after the year. */
enum { AS_IT_IS, TAKEN_AWAY, CHANGED, N_WAYS };

static const char *const names[COOP_N_RECORDS] = {"ties", "projects", "histories"};
static char folder[FOLDER_ROOM];

static void end(void) {
    folder_remove(folder);
}
TestSuite(later, .fini = end);

/* ---- records of another hand ---- */

static size_t column_of(const sim_param_csv_t *csv, const char *name) {
    for (size_t c = 0; c < csv->columns; c++)
        if (strcmp(csv->head[c], name) == 0)
            return c;
    return csv->columns;
}

static int year_in(const sim_param_csv_t *csv, size_t row, const char *column) {
    size_t c = column_of(csv, column);
    const char *text = c < csv->columns ? sim_param_csv_cell(csv, row, c) : "";
    return *text ? atoi(text) : 0;
}

static void write_cell(FILE *out, const char *text, bool last) {
    fputc('"', out);
    for (; *text; text++)
        fputs(*text == '"' ? "\"\"" : (char[]){*text, '\0'}, out);
    fputs(last ? "\"\n" : "\",", out);
}

/* What a later row says instead. The partner of a tie stays: two rows of a pair, kind and year
 * would be a fault. */
static const char *instead_of(const char *column, const char *text) {
    static const char *const other[][2] = {{"partner", "CN-1816670"},  {"stage", "programme"},
                                           {"institutionalised", "1"}, {"sector", "water"},
                                           {"scheme", "other"},        {"value", "77"},
                                           {"yen_million", "77"},      {"country", "CN"}};
    for (size_t k = 0; k < sizeof other / sizeof *other; k++)
        if (strcmp(other[k][0], column) == 0)
            return other[k][1];
    return text;
}

static const char *cell_for(const sim_param_csv_t *csv, size_t row, size_t c, int year, bool later,
                            int way) {
    const char *column = csv->head[c], *text = sim_param_csv_cell(csv, row, c);
    bool is_end = strcmp(column, "end") == 0 || strcmp(column, "until") == 0;
    bool is_link = strcmp(column, "renewal_of") == 0 || strcmp(column, "part_of") == 0;
    bool stays = strcmp(column, "partner") == 0 && column_of(csv, "stage") < csv->columns;
    if (way == AS_IT_IS)
        return text;
    if (is_end && *text && atoi(text) >= year)
        return way == CHANGED ? "2099" : "";
    if (is_link && (later || !year_in(csv, row, "start")))
        return ""; /* the other row may be gone or elsewhere */
    return later && way == CHANGED && !stays ? instead_of(column, text) : text;
}

static void write_file(int which, int year, int way) {
    sim_base_diag_t diag;
    sim_param_csv_t csv;
    char path[256], to[512];
    sim_base_diag_init(&diag);
    snprintf(path, sizeof path, RECORD "%s.csv", names[which]);
    cr_assert_eq(sim_param_csv_read(path, NULL, &diag, &csv), 0);
    snprintf(to, sizeof to, "%s/%s.csv", folder, names[which]);
    FILE *out = fopen(to, "w");
    cr_assert_not_null(out);
    for (size_t c = 0; c < csv.columns; c++)
        write_cell(out, csv.head[c], c + 1 == csv.columns);
    for (size_t row = 0; row < csv.rows; row++) {
        int dated = year_in(&csv, row, which == COOP_RECORD_PROJECTS ? "start" : "from");
        bool later = dated >= year;
        for (size_t c = 0; c < csv.columns && !(later && way == TAKEN_AWAY); c++)
            write_cell(out, cell_for(&csv, row, c, year, later, way), c + 1 == csv.columns);
    }
    cr_assert_eq(fclose(out), 0);
    sim_param_csv_free(&csv);
    sim_base_diag_free(&diag);
}

/* ---- the initial state ---- */

typedef struct {
    char digest[33];
    uint32_t ties, recorded;
} initial_t;

static void take(const sim_config_t *config, sim_base_diag_t *diag, initial_t *initial) {
    sim_world_t world = {0};
    void *shared;
    cr_assert_eq(sim_experiment_prepare(config, diag, &shared), 0, "%s",
                 diag->count ? diag->problem[0].text : "");
    cr_assert_eq(sim_world_init(&world, config, shared, 3, 1), 0);
    cr_assert_eq(sim_world_verify(&world), 0, "%s", world.note);
    const coop_state_t *s = coop_state(&world);
    sim_world_digest(&world, initial->digest);
    initial->ties = world.ties->n_live[COOP_TIE_COOPERATION];
    initial->recorded = s->first_filled - s->first_standing;
    sim_world_free(&world);
    sim_experiment_release(config, shared);
}

/* From the files as they lie in the folder. */
static initial_t load_at(int year) {
    initial_t initial;
    sim_base_diag_t diag;
    sim_config_t *config;
    char set[COOP_N_RECORDS + 1][512];
    const char *sets[COOP_N_RECORDS + 2] = {NULL};
    for (int k = 0; k < COOP_N_RECORDS; k++) {
        snprintf(set[k], sizeof set[k], "record.%s=%s/%s.csv", names[k], folder, names[k]);
        sets[k] = set[k];
    }
    snprintf(set[COOP_N_RECORDS], sizeof set[COOP_N_RECORDS], "run.start_year=%d", year);
    sets[COOP_N_RECORDS] = set[COOP_N_RECORDS];
    sim_base_diag_init(&diag);
    cr_assert_eq(
        sim_param_config_load(KUMIAI_SOURCE_DIR "/scenarios/baseline.cfg", sets, &diag, &config), 0,
        "%s", diag.count ? diag.problem[0].text : "");
    take(config, &diag, &initial);
    sim_param_config_destroy(config);
    sim_base_diag_free(&diag);
    return initial;
}

static initial_t start_at(int year, int way) {
    for (int k = 0; k < COOP_N_RECORDS; k++)
        write_file(k, year, way);
    return load_at(year);
}

Test(later, nothing_dated_at_or_after_the_start_is_read) {
    uint32_t recorded = 0;
    folder_make(folder, "later");
    for (int year = FIRST; year <= LAST; year++) {
        initial_t known = start_at(year, AS_IT_IS);
        cr_expect_geq(known.recorded, recorded > 3 ? recorded - 3 : 0, "more is known in %d", year);
        recorded = known.recorded;
        for (int way = TAKEN_AWAY; way < N_WAYS; way++) {
            initial_t other = start_at(year, way);
            cr_expect_str_eq(other.digest, known.digest, "JFY %d, way %d", year, way);
        }
    }
    cr_expect_geq(recorded, 60);
}

/* The twin: what is dated before the start is read. */
Test(later, what_is_dated_before_the_start_is_read) {
    folder_make(folder, "later");
    initial_t known = start_at(2013, AS_IT_IS);
    for (int k = 0; k < COOP_N_RECORDS; k++)
        write_file(k, 2012, TAKEN_AWAY);
    initial_t less = load_at(2013);
    cr_expect_str_neq(less.digest, known.digest);
    cr_expect_lt(less.recorded, known.recorded);
}

/* ---- what stands in JFY 2013 ---- */

typedef struct {
    sim_config_t *config;
    sim_base_diag_t diag;
    void *shared;
    sim_world_t world;
} real_t;

static void real_begin(real_t *real) {
    sim_base_diag_init(&real->diag);
    cr_assert_eq(sim_param_config_load(KUMIAI_SOURCE_DIR "/scenarios/hindcast.cfg", NULL,
                                       &real->diag, &real->config),
                 0);
    cr_assert_eq(sim_experiment_prepare(real->config, &real->diag, &real->shared), 0);
    cr_assert_eq(sim_world_init(&real->world, real->config, real->shared, 0, 1), 0);
}

static void real_end(real_t *real) {
    sim_world_free(&real->world);
    sim_experiment_release(real->config, real->shared);
    sim_param_config_destroy(real->config);
    sim_base_diag_free(&real->diag);
}

static uint32_t agent_of(const real_t *real, const char *code) {
    const coop_population_t *pop = coop_population(&real->world);
    for (uint32_t id = 0; id < pop->n_agents; id++)
        if (strcmp(pop->agent[id].code, code) == 0)
            return id;
    cr_assert_fail("no agent %s", code);
    return 0;
}

Test(later, jfy_2013_begins_with_what_is_known) {
    static const struct {
        const char *donor, *partner;
        int since, stage, institutionalised;
    } known[] = {{"401005", "CN-1814087", 1979, COOP_STAGE_PROGRAMME, 1}, /* Dalian */
                 {"401005", "ID-1625822", 1997, COOP_STAGE_PROGRAMME, 1}, /* Surabaya */
                 {"401005", "KH-1821306", 1999, COOP_STAGE_PROGRAMME, 0}, /* Phnom Penh */
                 {"401005", "VN-1581298", 2009, COOP_STAGE_PROJECT, 1},   /* Haiphong */
                 {"141305", "CN-2034937", 1981, COOP_STAGE_PROGRAMME, 1}, /* Shenyang */
                 {"111007", "LA-1651944", 1992, COOP_STAGE_PROGRAMME, 1}, /* Vientiane */
                 {"C0001", "MY-1735161", 2011, COOP_STAGE_TRAINEES, 1}};  /* Kuala Lumpur */
    real_t real = {0};
    real_begin(&real);
    const sim_network_ties_t *ties = real.world.ties;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        uint32_t tie =
            sim_network_tie_find(ties, COOP_TIE_COOPERATION, agent_of(&real, known[k].donor),
                                 agent_of(&real, known[k].partner));
        cr_assert_neq(tie, SIM_NETWORK_NONE, "%s", known[k].partner);
        cr_expect_eq(ties->onset[tie], (known[k].since - 2013) * 4, "%s", known[k].partner);
        cr_expect_eq(ties->stage[tie], known[k].stage, "%s", known[k].partner);
        cr_expect_eq(ties->institutionalised[tie], known[k].institutionalised);
    }
    const coop_donor_t *donor = &coop_state(&real.world)->donor;
    uint32_t cat23 = agent_of(&real, "C0001"), arakawa = agent_of(&real, "131181");
    cr_expect_eq(donor->mandate[cat23], 1);
    cr_expect_eq(donor->manager[cat23], arakawa);
    cr_expect_eq(donor->policy_until[cat23], 2022);
    cr_expect_eq(coop_state(&real.world)->abroad, 1);
    real_end(&real);
}
