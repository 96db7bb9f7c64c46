/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the observed record: what it makes of a good one, and that every fault of a bad one is
 * named by file and line. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "tests/support/past.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
    past_end();
}
TestSuite(record, .fini = end);

static const coop_record_t *read_record(const past_t *past) {
    tiny_begin(&tiny, past_write(past, ""));
    return &tiny_population(&tiny)->record;
}

Test(record, without_files_there_is_none) {
    tiny_begin(&tiny, "");
    const coop_record_t *record = &tiny_population(&tiny)->record;
    cr_expect_eq(record->n_past + record->n_networks + record->n_facts, 0);
}

Test(record, rows_are_in_the_order_of_pairs_and_years) {
    const coop_record_t *record =
        read_record(&(past_t){.ties = "401005,P11,cooperation,waste,1997,,project,0,read\n"
                                      "401005,P10,mou,water,1995,1999,exchange,1,read\n"
                                      "401005,P11,sister,other,1990,,exchange,0,excerpt\n"});
    cr_assert_eq(record->n_past, 3);
    cr_expect_eq(record->past[0].partner, 10);
    cr_expect_eq(record->past[0].end, 1999);
    cr_expect_eq(record->past[0].institutionalised, 1);
    cr_expect_eq(record->past[1].start, 1990);
    cr_expect_eq(record->past[1].sector, COOP_NO_MODE);
    cr_expect_eq(record->past[1].end, COOP_YEAR_UNKNOWN);
    cr_expect_eq(record->past[2].stage, COOP_STAGE_PROJECT);
    cr_expect_eq(record->past[2].donor, TINY_DESIGNATED);
}

Test(record, what_is_no_tie_or_has_no_year_is_left_aside) {
    const coop_record_t *record =
        read_record(&(past_t){.ties = "401005,,cooperation,waste,1997,,project,0,read\n"
                                      "401005,P11,cooperation,waste,,,project,0,read\n"
                                      "401005,P12,network,waste,1999,,trainees,0,read\n",
                              .projects = "A,401005,,jica_local,,1998,,,waste,,,1,read\n"
                                          "B,,P11,jica_local,,1998,,,waste,,,1,read\n"
                                          "C,401005,P11,jica_local,1998,,,,waste,,,1,read\n"});
    cr_expect_eq(record->n_past, 0);
    cr_expect_eq(record->n_networks, 1);
}

Test(record, renewals_are_chained) {
    const coop_record_t *record =
        read_record(&(past_t){.projects = "C,401005,P11,moe_jcm,,2015,2015,,air,B,,1,read\n"
                                          "A,401005,P11,moe_jcm,2013,2013,2013,20,air,,,1,read\n"
                                          "B,401005,P11,moe_jcm,,2014,2014,,air,A,,1,read\n"
                                          "D,401005,P12,other,,2014,,5,air,,A,,read\n"});
    cr_assert_eq(record->n_past, 4);
    for (uint8_t k = 0; k < 3; k++) {
        cr_expect_eq(record->past[k].start, 2013 + k);
        cr_expect_eq(record->past[k].renewed, k);
        cr_expect_eq(record->past[k].shared, 0);
    }
    cr_expect_eq(record->past[0].yen, 20e6);
    cr_expect(isnan(record->past[1].yen));
    cr_expect_eq(record->past[3].shared, 1);
    cr_expect_eq(record->past[3].end, COOP_YEAR_UNKNOWN);
}

/* ---- bad ones: rows, the line of the fault, and a word of what must be said ---- */

typedef struct {
    int file, line;
    const char *rows, *said;
} fault_t;

enum { T = COOP_RECORD_TIES, P = COOP_RECORD_PROJECTS, H = COOP_RECORD_HISTORIES };

static const fault_t faults[] = {
    {T, 2, "409999,P11,mou,waste,1997,,project,0,read\n", "409999"},
    {T, 2, ",P11,mou,waste,1997,,project,0,read\n", "needs a donor"},
    {T, 2, "401005,P99,mou,waste,1997,,project,0,read\n", "P99"},
    {T, 2, "401005,P11,mail,waste,1997,,project,0,read\n", "mail"},
    {T, 2, "401005,P11,mou,wast,1997,,project,0,read\n", "waste"},
    {T, 2, "401005,P11,mou,waste,97,,project,0,read\n", "97"},
    {T, 2, "401005,P11,mou,waste,1997.5,,project,0,read\n", "1997.5"},
    {T, 2, "401005,P11,mou,waste,1997,1996,project,0,read\n", "before it begins"},
    {T, 2, "401005,P11,mou,waste,1997,,projects,0,read\n", "project"},
    {T, 2, "401005,P11,mou,waste,1997,,friendship,0,read\n", "friendship"},
    {T, 2, "401005,P11,mou,waste,1997,,project,2,read\n", "institutionalised"},
    {T, 2, "401005,P11,mou,waste,1997,,project,0,rumour\n", "rumour"},
    {T, 3,
     "401005,P11,mou,waste,1997,,project,0,read\n401005,P11,mou,water,1997,,exchange,0,read\n",
     "earlier row"},
    {P, 2, "A,409999,P11,other,,1998,,,waste,,,1,read\n", "409999"},
    {P, 2, "A,401005,P99,other,,1998,,,waste,,,1,read\n", "P99"},
    {P, 2, "A,401005,P11,jica,,1998,,,waste,,,1,read\n", "jica_local"},
    {P, 2, "A,401005,P11,other,1999,1998,,,waste,,,1,read\n", "before it begins"},
    {P, 2, "A,401005,P11,other,,1998,1997,,waste,,,1,read\n", "before it begins"},
    {P, 2, "A,401005,P11,other,,1998,,-3,waste,,,1,read\n", "yen_million"},
    {P, 2, "A,401005,P11,other,,1998,,,soil,,,1,read\n", "soil"},
    {P, 2, "A,401005,P11,other,,1998,,,waste,B,,1,read\n", "id of another project"},
    {P, 2, "A,401005,P11,other,,1998,,,waste,A,,1,read\n", "id of another project"},
    {P, 2, "A,401005,P11,other,,1998,,,waste,,B,1,read\n", "id of another project"},
    {P, 2, "A,401005,P11,other,,1998,,,waste,,,yes,read\n", "table_8_1"},
    {P, 3, "A,401005,P11,other,,1998,,,waste,,,1,read\nA,401005,P12,other,,1998,,,waste,,,1,read\n",
     "A"},
    {P, 2,
     "A,401005,P11,other,,1998,,,waste,B,,1,read\nB,401005,P11,other,,1999,,,waste,,,1,read\n",
     "starts later"},
    {P, 2,
     "A,401005,P11,other,,1998,,,waste,B,,1,read\nB,401005,P11,other,,1998,,,waste,A,,1,read\n",
     "go round"},
    {H, 2, "C9,mandate,2011,,,,,read\n", "C9"},
    {H, 2, ",mandate,2011,,,,,read\n", "needs a body"},
    {H, 2, "401005,mandate,2011,,,,,read\n", "of a cooperative"},
    {H, 2, "C1,mandated,2011,,,,,read\n", "mandate"},
    {H, 2, "C1,mandate,,,,,,read\n", "needs a year"},
    {H, 2, "C1,manager,2011,,,401005,,read\n", "not a member"},
    {H, 2, "C1,manager,2011,,,,,read\n", "not a member"},
    {H, 2, "C1,manager,2011,,,019999,,read\n", "019999"},
    {H, 2, "C1,policy,2011,,,,,read\n", "years"},
    {H, 2, "C1,visitors,2011,,7,,XX,read\n", "XX"},
    {H, 2, "C1,visitors,2011,2010,7,,CN,read\n", "before it begins"},
};

Test(record, every_fault_is_named_by_file_and_line) {
    static const char *const names[] = {"ties.csv", "projects.csv", "histories.csv"};
    for (size_t k = 0; k < sizeof faults / sizeof *faults; k++) {
        const fault_t *fault = &faults[k];
        past_t past = {.ties = fault->file == T ? fault->rows : "",
                       .projects = fault->file == P ? fault->rows : "",
                       .histories = fault->file == H ? fault->rows : ""};
        cr_expect_eq(tiny_load(&tiny, past_write(&past, ""), 0, NULL), SIM_ERR_CONFIG, "fault %zu",
                     k);
        cr_expect_null(tiny.shared);
        const char *said = tiny_problem(&tiny, names[fault->file], fault->line);
        cr_expect(said && strstr(said, fault->said), "fault %zu, %s:%d: %s", k, names[fault->file],
                  fault->line, said ? said : "nothing said");
    }
}

Test(record, faults_of_all_files_are_told_at_once) {
    past_t past = {.ties = "401005,P99,mou,waste,1997,,project,0,read\n",
                   .projects = "A,401005,P98,other,,1998,,,waste,,,1,read\n",
                   .histories = "C9,mandate,2011,,,,,read\n"};
    cr_expect_eq(tiny_load(&tiny, past_write(&past, ""), 0, NULL), SIM_ERR_CONFIG);
    cr_expect_not_null(tiny_problem(&tiny, "ties.csv", 2));
    cr_expect_not_null(tiny_problem(&tiny, "projects.csv", 2));
    cr_expect_not_null(tiny_problem(&tiny, "histories.csv", 2));
}
