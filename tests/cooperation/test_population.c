/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the population: what it makes of a good one, and that every fault of a bad one is named
 * by file and line. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(population, .fini = end);

/* ---- a good one ---- */

Test(population, agents_are_numbered_by_kind_in_the_order_of_the_files) {
    tiny_begin(&tiny, "");
    const coop_population_t *pop = tiny_population(&tiny);
    cr_expect_eq(pop->first_cooperative, TINY_GOVERNMENTS);
    cr_expect_eq(pop->first_founded, TINY_DONORS);
    cr_expect_eq(pop->n_partners, TINY_PARTNERS);
    cr_expect_eq(pop->n_countries, TINY_COUNTRIES);
    cr_expect_eq(pop->type[TINY_VILLAGE], COOP_TYPE_VILLAGE);
    cr_expect_eq(pop->type[TINY_WARD + 2], COOP_TYPE_SPECIAL_WARD);
    cr_expect_str_eq(pop->agent[TINY_POOL].code, "C1");
    cr_expect_str_eq(pop->agent[TINY_FIRST_PARTNER].code, "P00");
    for (uint32_t id = 0; id < pop->n_agents; id++)
        cr_expect_eq(pop->agent[id].agent_id, id);
}

Test(population, a_cooperative_is_the_sum_of_its_members) {
    tiny_begin(&tiny, "");
    const coop_population_t *pop = tiny_population(&tiny);
    double people = 0, strength = 0;
    for (uint32_t m = TINY_CITY; m < TINY_CITY + 4; m++) {
        people += pop->population[m];
        strength += pop->fiscal_strength[m] / 4;
        cr_expect_eq(pop->plant_keeper[m], TINY_MIDDLE);
    }
    cr_expect(fabs(pop->population[TINY_MIDDLE] / people - 1) < 1e-12);
    cr_expect(fabs(pop->fiscal_strength[TINY_MIDDLE] - strength) < 1e-12);
    cr_expect_eq(pop->plant_keeper[TINY_CITY + 4], TINY_CITY + 4);
    cr_expect_eq(pop->plant_keeper[TINY_VILLAGE], TINY_VILLAGE, "C4 has no sanitation works");
}

Test(population, memberships_are_ties) {
    tiny_begin(&tiny, "");
    cr_expect_eq(tiny.world.ties->n_live[COOP_TIE_MEMBERSHIP], 3 + 4 + 5 + 3);
    cr_expect_neq(sim_network_tie_find(tiny.world.ties, COOP_TIE_MEMBERSHIP, TINY_WARD, TINY_POOL),
                  SIM_NETWORK_NONE);
}

/* ---- bad ones: a line of a file, what it becomes, and a word of what must be said ---- */

typedef struct {
    int file, line;
    const char *becomes; /* NULL: the line and all after it are cut off */
    const char *said;
} fault_t;

enum {
    G = COOP_FILE_GOVERNMENTS,
    N = COOP_FILE_COUNTRIES,
    P = COOP_FILE_PARTNERS,
    C = COOP_FILE_COOPERATIVES,
    M = COOP_FILE_MEMBERS
};

static const char *const name_of[] = {"governments.csv", "countries.csv", "partners.csv",
                                      "cooperatives.csv", "members.csv"};

#define CITY(code, kind, type, lat, people, strength, industry, port, flag)                        \
    code "," kind "," type ",X,,010000," lat ",139.5," people "," strength "," industry "," port   \
         "," flag

static const fault_t faults[] = {
    {G, 11, CITY("010008", "municipality", "city", "33.90", "90000", "0.6", "0.2", "0", "0"),
     "010008"},
    {G, 11, CITY("010009", "municipal", "city", "33.90", "90000", "0.6", "0.2", "0", "0"),
     "municipality"},
    {G, 11, CITY("010009", "municipality", "hamlet", "33.90", "90000", "0.6", "0.2", "0", "0"),
     "hamlet"},
    {G, 11, CITY("010009", "municipality", "cooperative", "33.90", "9000", "0.6", "0.2", "0", "0"),
     "cooperative"},
    {G, 11, CITY("010009", "municipality", "city", "33.90", "-90000", "0.6", "0.2", "0", "0"),
     "-90000"},
    {G, 11, CITY("010009", "municipality", "city", "33.90", "nan", "0.6", "0.2", "0", "0"), "nan"},
    {G, 11, CITY("010009", "municipality", "city", "33.90", "inf", "0.6", "0.2", "0", "0"), "inf"},
    {G, 11, CITY("010009", "municipality", "city", "33.90", "", "0.6", "0.2", "0", "0"),
     "population"},
    {G, 11, CITY("010009", "municipality", "city", "133.9", "90000", "0.6", "0.2", "0", "0"),
     "133.9"},
    {G, 11, CITY("010009", "municipality", "city", "33.90", "90000", "0.6x", "0.2", "0", "0"),
     "0.6x"},
    {G, 11, CITY("010009", "municipality", "city", "33.90", "90000", "0.6", "1.2", "0", "0"),
     "industry"},
    {G, 11, CITY("010009", "municipality", "city", "33.90", "90000", "0.6", "0.2", "2", "0"),
     "port"},
    {G, 11, CITY("010009", "municipality", "city", "33.90", "90000", "0.6", "0.2", "0", "yes"),
     "estimated"},
    {G, 11, "010009,municipality,city", "3"},
    {G, 1,
     "code,kind,type,name,name_local,prefecture,lat,lon,people,fiscal_strength,industry,port,"
     "estimated",
     "population"},
    {G, 2, NULL, "row"},
    {N, 3, "IN,India,south_asian,1,0,,0.5,5,0,0.6,9", "south_asia"},
    {N, 3, "CN,India,south_asia,1,0,,0.5,5,0,0.6,9", "CN"},
    {N, 4, "VN,Vietnam,southeast_asia,1,1,,0.9,5,2,0.7,9", "jcm_from"},
    {N, 4, "VN,Vietnam,southeast_asia,1,1,2013,0.9,0,2,0.7,9", "head_term_years"},
    {N, 4, "VN,Vietnam,southeast_asia,1,1,2013,1.9,5,2,0.7,9", "priority"},
    {N, 4, "VN,Vietnam,southeast_asia,1,1,2013,0.9,5,-1,0.7,9", "head_max_terms"},
    {N, 4, "VN,Vietnam,southeast_asia,1,1,2013,0.9,5,2,0.7,-9", "sisters"},
    {P, 5, "P03,City 3,XX,northeast_asia,3,105,1,0.5,0.5,0.5,0.2,1,0", "XX"},
    {P, 5, "P03,City 3,CN,north_east,3,105,1,0.5,0.5,0.5,0.2,1,0", "north_east"},
    {P, 5, "P03,City 3,CN,northeast_asia,3,105,1,0.5,1.5,0.5,0.2,1,0", "need_water"},
    {P, 5, "P02,City 3,CN,northeast_asia,3,105,1,0.5,0.5,0.5,0.2,1,0", "P02"},
    {P, 5, "P03,City 3,CN,northeast_asia,3,105,1,0.5,0.5,0.5,0.2,-1,0", "popularity"},
    {C, 3, "C2,Middle,,partial_cooperative,019999,1,3,150,4000000000,0,0,1", "019999"},
    {C, 3, "C2,Middle,,partial_cooperative,010003,1,3,150,4000000000,0,0,1", "prefecture"},
    {C, 3, "C2,Middle,,club,010000,1,3,150,4000000000,0,0,1", "club"},
    {C, 3, "C2,Middle,,partial_cooperative,010000,1,-1,150,4000000000,0,0,1", "plants"},
    {C, 3, "C2,Middle,,partial_cooperative,010000,1,3,150,4000000000,2,0,1", "fixed_members"},
    {C, 3, "C2,Middle,,partial_cooperative,010000,1,3,150,4000000000,0,1.5,1", "cohesion"},
    {C, 3, "C1,Middle,,partial_cooperative,010000,1,3,150,4000000000,0,0,1", "C1"},
    {C, 6, "C5,Alone,,partial_cooperative,010000,1,3,150,4000000000,0,0,1", "C5"},
    {M, 3, "C9,010034", "C9"},
    {M, 3, "C1,099999", "099999"},
    {M, 3, "C1,010033", "010033"},
    {M, 2, NULL, "row"},
};

/* The text of a file with one line replaced, or all from it cut off. */
static char *broken(const fault_t *fault) {
    char *text = tiny_text(fault->file), *at = text;
    for (int line = 1; line < fault->line && at; line++)
        at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL;
    cr_assert_not_null(at);
    size_t size = strlen(text) + 512;
    char *out = malloc(size);
    const char *rest = strchr(at, '\n');
    cr_assert_not_null(out);
    snprintf(out, size, "%.*s%s%s", (int)(at - text), text, fault->becomes ? fault->becomes : "",
             !fault->becomes ? ""
             : rest          ? rest
                             : "\n");
    free(text);
    return out;
}

Test(population, every_fault_is_named_by_file_and_line) {
    for (size_t k = 0; k < sizeof faults / sizeof *faults; k++) {
        const fault_t *fault = &faults[k];
        char *text = broken(fault);
        int rc = tiny_load(&tiny, "", fault->file, text);
        cr_expect_eq(rc, SIM_ERR_CONFIG, "fault %zu: code %d", k, rc);
        cr_expect_null(tiny.shared);
        cr_expect_geq(tiny.diag.count, 1);
        const char *said = tiny_problem(&tiny, name_of[fault->file], fault->line);
        if (!fault->becomes) /* what is missing has no line of its own */
            said = tiny.diag.count ? tiny.diag.problem[0].text : NULL;
        cr_expect(said && strstr(said, fault->said), "fault %zu, %s:%d: %s", k,
                  name_of[fault->file], fault->line,
                  said              ? said
                  : tiny.diag.count ? tiny.diag.problem[0].text
                                    : "nothing said");
        free(text);
    }
}

Test(population, a_file_without_anything_is_a_problem) {
    for (int file = 0; file < COOP_N_FILES; file++) {
        cr_expect_eq(tiny_load(&tiny, "", file, ""), SIM_ERR_CONFIG);
        cr_assert_geq(tiny.diag.count, 1);
        cr_expect(strstr(tiny.diag.problem[0].file, name_of[file]) != NULL);
    }
}

Test(population, a_missing_file_is_a_problem) {
    cr_expect_eq(tiny_load(&tiny, "population.countries=/nowhere/countries.csv ", 0, NULL),
                 SIM_ERR_CONFIG);
    cr_assert_geq(tiny.diag.count, 1);
    cr_expect(strstr(tiny.diag.problem[0].text, "/nowhere/countries.csv") ||
              strstr(tiny.diag.problem[0].file, "/nowhere/countries.csv"));
}

/* Several faults of one file are all told at once. */
Test(population, all_faults_are_told_at_once) {
    static const char text[] =
        "country,name,region,jica,jcm,jcm_from,priority,head_term_years,head_max_terms,"
        "stability,sisters\n"
        "CN,China,northeast_asia,7,0,,0.3,5,2,0.8,9\n"
        "IN,India,south,1,0,,0.5,5,0,0.6,9\n"
        "VN,Vietnam,southeast_asia,1,1,2013,0.9,5,2,7,9\n"
        "PW,Palau,pacific,0,1,2014,0.4,4,1,0.9,9\n"
        "KE,Kenya,africa,0,0,,0.2,5,3,0.4,9\n";
    cr_expect_eq(tiny_load(&tiny, "", COOP_FILE_COUNTRIES, text), SIM_ERR_CONFIG);
    for (int line = 2; line <= 4; line++)
        cr_expect_not_null(tiny_problem(&tiny, "countries.csv", line), "line %d", line);
    cr_expect_eq(tiny.diag.count, 3);
}

Test(population, every_cooperative_without_a_member_is_told) {
    static const char text[] = "cooperative,member\nC1,010033\nC4,010026\n";
    cr_expect_eq(tiny_load(&tiny, "", COOP_FILE_MEMBERS, text), SIM_ERR_CONFIG);
    cr_expect_not_null(tiny_problem(&tiny, "cooperatives.csv", 3));
    cr_expect_not_null(tiny_problem(&tiny, "cooperatives.csv", 4));
}

/* A comma in a name, a byte-order mark's absence, CRLF: files of other programs. */
Test(population, quoted_names_and_line_ends_of_other_systems_are_read) {
    static const char text[] =
        "cooperative,member\r\nC1,\"010033\"\r\nC2,010008\r\nC3,010016\r\nC4,010026\r\n";
    cr_expect_eq(tiny_load(&tiny, "", COOP_FILE_MEMBERS, text), 0);
}
