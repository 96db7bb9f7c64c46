/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bodies that the sources name: associations of partner cities, and networks of many cities with
 * their members. Each has a file of its own, which may be left out; columns in
 * configs/cooperation/README.md. Every problem is named by file and line. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/cooperation/world/population.h"

enum { ASSOCIATION_CITIES = 3, ASSOCIATION_FOUNDED = 4 };
enum { NETWORK_LEAD = 2, NETWORK_MEMBER = 3, NETWORK_FROM = 4, NETWORK_UNTIL = 5 };

/* ---- associations ---- */

/* Adds one city to the association; it is in the file of partners, of the country, and in no other
 * association. */
static void add_city(coop_reader_t *r, size_t row, coop_known_t *known, const char *code) {
    coop_population_t *pop = r->pop;
    const char *cities = cell(r, row, ASSOCIATION_CITIES);
    uint32_t agent = find(r, COOP_FILE_PARTNERS, code), city = agent - pop->n_donors;
    if (agent == SIM_NETWORK_NONE) {
        problem(r, row, "city not in the file of partner cities, among", cities);
        return;
    }
    if (strcmp(pop->country[pop->country_of[city]].code, cell(r, row, 2)) != 0)
        problem(r, row, "city of another country, among", cities);
    if (pop->association_of[city] != SIM_NETWORK_NONE)
        problem(r, row, "city that is in an association already, among", cities);
    if (known->n == COOP_MAX_GROUP) {
        problem(r, row, "more cities than an association can have (5):", cities);
        return;
    }
    pop->association_of[city] = (uint32_t)row; /* until the associations are numbered */
    known->city[known->n++] = city;
}

static void read_association(coop_reader_t *r, size_t row) {
    coop_known_t *known = &r->pop->known_association[row];
    const char *at = cell(r, row, ASSOCIATION_CITIES);
    char code[COOP_CODE_ROOM];
    known->code = cell(r, row, 0);
    known->name = cell(r, row, 1);
    known->founded = year_at(r, row, ASSOCIATION_FOUNDED, COOP_NO_YEAR);
    while (next_code(&at, code))
        add_city(r, row, known, code);
    if (known->n == 0)
        problem(r, row, "association without a city:", known->code);
}

/* ---- networks ---- */

static uint32_t network_at(coop_reader_t *r, size_t row) {
    coop_population_t *pop = r->pop;
    const char *code = cell(r, row, 0);
    for (uint32_t k = 1; k < pop->n_networks; k++)
        if (strcmp(pop->network[k].code, code) == 0)
            return k;
    uint32_t lead = find(r, COOP_FILE_GOVERNMENTS, cell(r, row, NETWORK_LEAD));
    if (lead == SIM_NETWORK_NONE)
        problem(r, row, "lead not in the file of local governments:", cell(r, row, NETWORK_LEAD));
    if (pop->n_networks == COOP_MAX_NETWORKS) {
        problem(r, row, "more networks than there is room for:", code);
        return 0;
    }
    pop->network[pop->n_networks] =
        (coop_network_t){.code = code, .name = cell(r, row, 1), .lead = lead};
    return pop->n_networks++;
}

static void read_member(coop_reader_t *r, size_t row) {
    coop_population_t *pop = r->pop;
    coop_seat_t *seat = &pop->seat[row];
    *seat = (coop_seat_t){.network = network_at(r, row),
                          .member = find_or(r, COOP_FILE_PARTNERS, cell(r, row, NETWORK_MEMBER)),
                          .from = year_at(r, row, NETWORK_FROM, 0),
                          .until = year_at(r, row, NETWORK_UNTIL, 3000)};
    if (seat->member == SIM_NETWORK_NONE)
        problem(r, row, "member neither a local government nor a partner city:",
                cell(r, row, NETWORK_MEMBER));
    if (seat->from == 0)
        problem(r, row,
                "membership without the year in which it begins:", cell(r, row, NETWORK_MEMBER));
    if (seat->until <= seat->from)
        problem(r, row, "membership that ends before it begins:", cell(r, row, NETWORK_MEMBER));
    for (size_t other = 0; other < row; other++)
        if (pop->seat[other].network == seat->network && pop->seat[other].member == seat->member)
            problem(r, row, "member named twice:", cell(r, row, NETWORK_MEMBER));
}

/* ---- both ---- */

/* The rows of a file by their reader; how many there are, none of a file for another population. */
static uint32_t read_rows(coop_reader_t *r, int file, size_t codes, size_t more_codes,
                          const char *setting, void (*read_row)(coop_reader_t *, size_t)) {
    r->csv = &r->pop->csv[file];
    if (coop_is_foreign(r, codes, more_codes, setting))
        return 0;
    for (size_t row = 0; row < r->csv->rows; row++)
        read_row(r, row);
    return (uint32_t)r->csv->rows;
}

int coop_known_build(coop_reader_t *r) {
    coop_population_t *pop = r->pop;
    sim_base_arena_t *arena = &pop->arena;
    size_t associations = pop->csv[COOP_FILE_ASSOCIATIONS].rows,
           seats = pop->csv[COOP_FILE_NETWORKS].rows;
    pop->known_association =
        sim_base_arena_alloc(arena, associations + 1, sizeof *pop->known_association);
    pop->seat = sim_base_arena_alloc(arena, seats + 1, sizeof *pop->seat);
    if (!pop->known_association || !pop->seat)
        return SIM_ERR_MEMORY;
    pop->network[0] = (coop_network_t){.code = "KITAKYUSHU-INITIATIVE",
                                       .name = "Hub programme, after the Kitakyushu Initiative for "
                                               "a Clean Environment",
                                       .lead = SIM_NETWORK_NONE};
    pop->n_networks = 1;
    for (uint32_t i = 0; i < pop->n_cities; i++)
        pop->association_of[i] = SIM_NETWORK_NONE;
    pop->n_known = read_rows(r, COOP_FILE_ASSOCIATIONS, ASSOCIATION_CITIES, ASSOCIATION_CITIES,
                             "population.associations", read_association);
    pop->n_seats = read_rows(r, COOP_FILE_NETWORKS, NETWORK_LEAD, NETWORK_MEMBER,
                             "population.networks", read_member);
    return r->bad ? SIM_ERR_CONFIG : 0;
}
