/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bodies that the sources name: the files of associations and networks, what a run makes of them,
 * and that every fault is named by file and line. */
#define _POSIX_C_SOURCE 200809L
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/folder.h"
#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static char folder[FOLDER_ROOM];

static void begin(void) {
    folder_make(folder, "known");
}
static void end(void) {
    folder_remove(folder);
    tiny_end(&tiny);
}
TestSuite(known, .init = begin, .fini = end);

#define ASSOCIATIONS "code,name,country,cities,founded,source\n"
#define NETWORKS "network,name,lead,member,from,until,source\n"

/* Loads the tiny world with one of the two files; the code of loading. */
static int load(const char *file, const char *rows, const char *settings) {
    char path[512], all[2048];
    bool networks = strcmp(file, "networks") == 0;
    snprintf(path, sizeof path, "%s/%s.csv", folder, file);
    FILE *out = fopen(path, "w");
    cr_assert_not_null(out);
    fprintf(out, "%s%s", networks ? NETWORKS : ASSOCIATIONS, rows);
    cr_assert_eq(fclose(out), 0);
    snprintf(all, sizeof all, "%s population.%s=%s ", settings, file, path);
    return tiny_load(&tiny, all, 0, NULL);
}

static void start(const char *file, const char *rows, const char *settings) {
    cr_assert_eq(load(file, rows, settings), 0, "%s",
                 tiny.diag.count ? tiny.diag.problem[0].text : "");
    tiny_replicate(&tiny, 0, 1);
}

/* ---- associations ---- */

#define STILL TINY_STILL "associations.enabled=true associations.rate=0 run.years=12 "
#define THREE                                                                                      \
    "OLD,Old one,CN,P00;P01,1990,F\nSOON,Young one,IN,P05,2004,F\nEVER,No year,VN,P10;P12,,S\n"

Test(known, associations_are_there_from_the_year_of_their_founding) {
    start("associations", THREE, STILL);
    const coop_population_t *pop = tiny_population(&tiny);
    const coop_state_t *s = tiny_state(&tiny);
    cr_assert_eq(pop->n_known, 3);
    cr_assert_eq(pop->n_partners, TINY_PARTNERS + 3);
    const coop_agent_t *old = &pop->agent[TINY_FIRST_PARTNER + TINY_PARTNERS];
    cr_expect_str_eq(old->code, "OLD");
    cr_expect_str_eq(old->name, "Old one");
    cr_expect_eq(old->estimated, 0);
    cr_expect_eq(pop->partner_population[TINY_PARTNERS], 600000, "of its two cities");
    for (int year = 0; year < 8; year++) {
        cr_expect_eq(s->partner.exists[TINY_PARTNERS], 1);
        cr_expect_eq(s->partner.exists[TINY_PARTNERS + 1], year > 4, "year %d", year);
        cr_expect_eq(s->partner.exists[TINY_PARTNERS + 2], 1);
        tiny_steps(&tiny, 4);
    }
    const sim_network_ties_t *ties = tiny.world.ties;
    uint32_t dated = sim_network_tie_find(ties, COOP_TIE_MEMBERSHIP, TINY_FIRST_PARTNER,
                                          TINY_FIRST_PARTNER + TINY_PARTNERS);
    uint32_t undated = sim_network_tie_find(ties, COOP_TIE_MEMBERSHIP, TINY_FIRST_PARTNER + 10,
                                            TINY_FIRST_PARTNER + TINY_PARTNERS + 2);
    cr_expect(ties->onset[dated] == -40 && !ties->onset_censored[dated]);
    cr_expect(ties->onset[undated] == 0 && ties->onset_censored[undated]);
    start("associations", THREE, STILL "associations.enabled=false ");
    cr_expect_eq(tiny_state(&tiny)->associations, 0);
}

typedef struct {
    const char *file, *rows;
    int line;
    const char *said;
} fault_t;

static const fault_t faults[] = {
    {"associations", "A,One,CN,P00;P99,1990,F\n", 2, "P00;P99"},
    {"associations", "A,One,CN,P00,1990,F\nB,Two,CN,P01;P05,1990,F\n", 3, "another country"},
    {"associations", "A,One,CN,P00,1990,F\nB,Two,CN,P00,1990,F\n", 3, "in an association already"},
    {"associations", "A,One,CN,,1990,F\n", 2, "without a city"},
    {"associations", "A,One,CN,P00,long ago,F\n", 2, "long ago"},
    {"networks", "N,Net,999999,P00,2004,,F\n", 2, "999999"},
    {"networks", "N,Net,401005,P99,2004,,F\n", 2, "P99"},
    {"networks", "N,Net,401005,P00,,,F\n", 2, "without the year"},
    {"networks", "N,Net,401005,P00,2004,2004,F\n", 2, "ends before it begins"},
    {"networks", "N,Net,401005,P00,2004,,F\nN,Net,401005,P00,2005,,F\n", 3, "named twice"},
};

Test(known, every_fault_is_named_by_file_and_line) {
    char name[32];
    for (size_t k = 0; k < sizeof faults / sizeof *faults; k++) {
        const fault_t *fault = &faults[k];
        cr_expect_eq(load(fault->file, fault->rows, ""), SIM_ERR_CONFIG, "fault %zu", k);
        snprintf(name, sizeof name, "%s.csv", fault->file);
        const char *said = tiny_problem(&tiny, name, fault->line);
        cr_expect(said && strstr(said, fault->said), "fault %zu: %s", k,
                  said              ? said
                  : tiny.diag.count ? tiny.diag.problem[0].text
                                    : "nothing said");
    }
}

/* ---- networks ---- */

#define NET "N,Net,401005,401005,1995,,F\nN,Net,401005,P00,1995,2006,F\nN,Net,401005,P01,2003,,F\n"
#define MEET TINY_STILL "hub.enabled=true hub.until=2000 run.years=10 "

static uint32_t seat(uint32_t member) {
    return sim_network_tie_find(tiny.world.ties, COOP_TIE_INITIATIVE, member,
                                tiny_population(&tiny)->network[1].agent);
}

Test(known, a_network_has_the_members_of_its_file_and_they_meet) {
    start("networks", NET, MEET);
    const sim_network_ties_t *ties = tiny.world.ties;
    const coop_state_t *s = tiny_state(&tiny);
    uint32_t first = seat(TINY_FIRST_PARTNER);
    cr_assert_neq(first, SIM_NETWORK_NONE);
    cr_expect_eq(ties->onset[first], -20);
    cr_expect_eq(seat(TINY_FIRST_PARTNER + 1), SIM_NETWORK_NONE, "not yet");
    tiny_steps(&tiny, 1);
    cr_expect_eq(s->donor.n_contacts[TINY_DESIGNATED], 1);
    cr_expect_eq(s->contact.partner[TINY_DESIGNATED * COOP_MAX_CONTACTS], 0);
    tiny_steps(&tiny, 3 * 4);
    cr_expect_neq(seat(TINY_FIRST_PARTNER + 1), SIM_NETWORK_NONE);
    cr_expect_eq(s->donor.n_contacts[TINY_DESIGNATED], 2);
    tiny_steps(&tiny, 4 * 4);
    cr_expect_eq(ties->terminus[first], 6 * 4);
    cr_expect_neq(seat(TINY_DESIGNATED), SIM_NETWORK_NONE, "the others stay");
    start("networks", NET, MEET "hub.enabled=false ");
    cr_expect_eq(tiny.world.ties->n_live[COOP_TIE_INITIATIVE], 0);
}

/* Members leave by the rate of .003 a year, each on its own; who left is no member again: of the
 * lead's and the first city's years of membership few see an exit. */
Test(known, members_leave_a_network_by_the_rate) {
    enum { REPLICATES = 400, YEARS = 6 };
    double left = 0;
    start("networks", NET, MEET "run.steps_per_year=1 ");
    for (uint32_t r = 0; r < REPLICATES; r++) {
        tiny_replicate(&tiny, r, 1);
        tiny_steps(&tiny, YEARS);
        left += (seat(TINY_FIRST_PARTNER) == SIM_NETWORK_NONE) +
                (seat(TINY_DESIGNATED) == SIM_NETWORK_NONE);
    }
    cr_expect_gt(stat_chi_square(stat_binomial(left, 2 * REPLICATES, 1 - exp(-0.003 * YEARS)), 1),
                 STAT_LEVEL);
    cr_expect_lt(stat_chi_square(stat_binomial(left, 2 * REPLICATES, 1 - exp(-0.02 * YEARS)), 1),
                 STAT_LEVEL, "the twin must be found out");
}
