/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Neighbours and associations of the shipped population beside slow twins that look at everybody.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/cooperation/cooperation.h"
#include "models/cooperation/world/population.h"
#include "sim/experiment/experiment.h"

static sim_base_diag_t diag;
static sim_config_t *config;
static void *shared;

static void begin(void) {
    sim_base_diag_init(&diag);
    cr_assert_eq(
        sim_param_config_load(KUMIAI_SOURCE_DIR "/scenarios/baseline.cfg", NULL, &diag, &config),
        0);
    cr_assert_eq(sim_experiment_prepare(config, &diag, &shared), 0);
}

static void end(void) {
    sim_experiment_release(config, shared);
    sim_param_config_destroy(config);
    sim_base_diag_free(&diag);
}

TestSuite(nearby, .init = begin, .fini = end);

/* ---- prefectures ---- */

static bool is_of(const coop_population_t *pop, uint32_t d, uint32_t prefecture) {
    return strcmp(pop->agent[d].area, pop->agent[prefecture].area) == 0;
}

Test(nearby, municipalities_are_those_of_their_prefecture) {
    const coop_population_t *pop = shared;
    uint32_t k = 0;
    cr_assert_eq(pop->n_prefectures, 47);
    for (uint32_t p = 0; p < pop->n_prefectures; p++) {
        cr_assert_eq(pop->prefecture_of[p], p);
        cr_assert_eq(pop->first_municipality[p], k);
        for (uint32_t d = pop->n_prefectures; d < pop->first_cooperative; d++)
            if (is_of(pop, d, p)) {
                cr_assert_eq(pop->municipality[k++], d);
                cr_assert_eq(pop->prefecture_of[d], p);
            }
    }
    cr_assert_eq(pop->first_municipality[pop->n_prefectures], k);
    cr_assert_eq(k, pop->first_cooperative - pop->n_prefectures);
}

/* ---- neighbours ---- */

static double away(const coop_population_t *pop, uint32_t a, uint32_t b) {
    const coop_agent_t *from = &pop->agent[a], *to = &pop->agent[b];
    double north = to->lat - from->lat;
    double east = (to->lon - from->lon) * sim_math_cos(from->lat * (3.14159265358979323846 / 180));
    return east * east + north * north;
}

/* Whether b comes before c among the neighbours of a. */
static bool before(const coop_population_t *pop, uint32_t a, uint32_t b, uint32_t c) {
    double x = away(pop, a, b), y = away(pop, a, c);
    return x < y || (x == y && b < c);
}

static bool may_be_neighbours(const coop_population_t *pop, uint32_t a, uint32_t b) {
    return a != b && pop->type[a] != COOP_TYPE_PREFECTURE && pop->type[b] != COOP_TYPE_PREFECTURE &&
           strcmp(pop->agent[a].area, pop->agent[b].area) == 0;
}

/* How many governments are nearer to a than b, and how many there are. */
static uint32_t rank_of(const coop_population_t *pop, uint32_t a, uint32_t b, uint32_t *all) {
    uint32_t rank = 0;
    *all = 0;
    for (uint32_t c = 0; c < pop->first_cooperative; c++)
        if (may_be_neighbours(pop, a, c)) {
            (*all)++;
            rank += c != b && before(pop, a, c, b);
        }
    return rank;
}

Test(nearby, neighbours_are_the_nearest_in_their_order) {
    const coop_population_t *pop = shared;
    for (uint32_t a = 0; a < pop->first_cooperative; a += 7) {
        const uint32_t *neighbour = pop->neighbour + (size_t)a * COOP_N_NEIGHBOURS;
        uint32_t all = 0, found = 0;
        for (uint32_t k = 0; k < COOP_N_NEIGHBOURS && neighbour[k] != SIM_NETWORK_NONE; k++) {
            cr_assert(may_be_neighbours(pop, a, neighbour[k]));
            cr_assert_eq(rank_of(pop, a, neighbour[k], &all), k);
            found++;
        }
        (void)rank_of(pop, a, a, &all);
        cr_assert_eq(found, all < COOP_N_NEIGHBOURS ? all : COOP_N_NEIGHBOURS);
    }
}

/* ---- associations ---- */

static bool is_free(const coop_population_t *pop, const uint32_t *group, uint32_t i) {
    return group[i] == SIM_NETWORK_NONE && pop->country[pop->country_of[i]].jica;
}

static uint32_t nearest_free(const coop_population_t *pop, const uint32_t *group, uint32_t city) {
    double least = 50 / 111.2 * (50 / 111.2);
    uint32_t nearest = SIM_NETWORK_NONE;
    for (uint32_t i = 0; i < pop->n_cities; i++) {
        double d = away(pop, pop->n_donors + city, pop->n_donors + i);
        if (i != city && is_free(pop, group, i) && pop->country_of[i] == pop->country_of[city] &&
            (d < least || (d == least && nearest == SIM_NETWORK_NONE)))
            least = d, nearest = i;
    }
    return nearest;
}

/* The cities one after the other, each with the nearest that are left. */
static uint32_t group_all(const coop_population_t *pop, uint32_t *group) {
    uint32_t next = pop->n_cities + pop->n_known;
    for (uint32_t i = 0; i < pop->n_cities; i++)
        group[i] = pop->association_of[i] < next && pop->association_of[i] >= pop->n_cities
                       ? pop->association_of[i]
                       : SIM_NETWORK_NONE;
    for (uint32_t i = 0; i < pop->n_cities; i++) {
        uint32_t other = is_free(pop, group, i) ? nearest_free(pop, group, i) : SIM_NETWORK_NONE;
        if (other == SIM_NETWORK_NONE)
            continue;
        group[i] = next;
        for (int n = 1; n < COOP_MAX_GROUP && other != SIM_NETWORK_NONE; n++) {
            group[other] = next;
            other = nearest_free(pop, group, i);
        }
        next++;
    }
    return next;
}

Test(nearby, associations_are_those_of_the_slow_twin) {
    const coop_population_t *pop = shared;
    uint32_t *group = malloc(pop->n_cities * sizeof *group);
    cr_assert(group);
    cr_assert_eq(group_all(pop, group), pop->n_partners);
    cr_assert(pop->n_partners > pop->n_cities + 50);
    for (uint32_t i = 0; i < pop->n_cities; i++)
        cr_assert_eq(group[i], pop->association_of[i]);
    free(group);
}
