/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is near whom, beside a slow twin that looks at everybody. */
#include <criterion/criterion.h>
#include <math.h>

#include "sim/more.h"

enum { PLACES = 60, MOST = 5 };

static sim_network_place_t place[PLACES];

/* Three groups on a grid that has equal distances and equal latitudes. */
static void begin(void) {
    static const char *const group[] = {"a", "b", "c"};
    for (uint32_t k = 0; k < PLACES; k++)
        place[k] = (sim_network_place_t){
            .id = k, .group = group[k % 3], .lat = 30 + k * 7 % 10, .lon = 100 + k * 3 % 7};
    sim_network_places_prepare(place, PLACES);
}
TestSuite(near, .init = begin);

static double away_from(const sim_network_place_t *a, const sim_network_place_t *b) {
    double north = b->lat - a->lat;
    double east = (b->lon - a->lon) * sim_math_cos(a->lat * (3.14159265358979323846 / 180));
    return east * east + north * north;
}

static bool is_odd(const void *user, uint32_t id) {
    cr_assert_eq(user, place);
    return id % 2;
}

/* How many of those that may be found come before b. */
static uint32_t rank_of(uint32_t own, uint32_t b, bool odd) {
    double away = away_from(&place[own], &place[b]);
    uint32_t rank = 0;
    for (uint32_t k = 0; k < PLACES; k++) {
        double other = away_from(&place[own], &place[k]);
        bool before = other < away || (other == away && place[k].id < place[b].id);
        rank +=
            k != own && place[k].group == place[own].group && (!odd || place[k].id % 2) && before;
    }
    return rank;
}

static uint32_t index_of(uint32_t id) {
    uint32_t k = 0;
    while (place[k].id != id)
        k++;
    return k;
}

static void expect_nearest(const sim_network_search_t *search) {
    uint32_t id[MOST];
    double away[MOST];
    for (uint32_t own = 0; own < PLACES; own++) {
        uint32_t n = sim_network_near(place, PLACES, own, search, id, away), within = 0;
        for (uint32_t k = 0; k < PLACES; k++)
            within += k != own && place[k].group == place[own].group &&
                      (!search->may || place[k].id % 2) &&
                      away_from(&place[own], &place[k]) <= search->reach * search->reach;
        cr_assert_eq(n, within < MOST ? within : MOST, "place %u: %u of %u", own, n, within);
        for (uint32_t k = 0; k < n; k++) {
            cr_expect_eq(rank_of(own, index_of(id[k]), search->may), k);
            cr_expect_eq(away[k], away_from(&place[own], &place[index_of(id[k])]));
        }
    }
}

Test(near, the_nearest_come_in_their_order) {
    expect_nearest(&(sim_network_search_t){.most = MOST, .reach = INFINITY});
}

Test(near, nobody_beyond_reach) {
    expect_nearest(&(sim_network_search_t){.most = MOST, .reach = 2});
}

Test(near, only_those_that_may_be_found) {
    expect_nearest(&(sim_network_search_t){.most = MOST, .reach = 5, .may = is_odd, .user = place});
}

Test(near, no_places) {
    sim_network_places_prepare(place, 0);
    uint32_t id;
    double away;
    cr_expect_eq(sim_network_near(place, PLACES, 0, &(sim_network_search_t){.most = 0}, &id, &away),
                 0);
}
