/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reducers: what a whole run comes to. Those that no series can tell are computed here at its end.
 */
#include <math.h>
#include <string.h>

#include "models/cooperation/observe.h"

enum { LASTING_YEARS = 5, LIFE_YEARS = 10, STEPS_PER_YEAR_MAX = 12 };

/* From the series, over the whole run or over fiscal years [from, to); by the model. */
#define OVER_RUN(how, name, metric, unit, doc) {name, unit, doc, SIM_REDUCE_##how, metric, 0, 0},
#define OVER(how, from, to, name, metric, unit, doc)                                               \
    {name, unit, doc, SIM_REDUCE_##how, metric, from, to},
#define BY_MODEL(name, unit, doc) {name, unit, doc, SIM_REDUCE_MODEL, NULL, 0, 0},

#define IN_REGION(id, word)                                                                        \
    BY_MODEL("projects_2013_2017_" word, "projects",                                               \
             "Projects started in JFY 2013-17 with partners of region " word " (C1)")
#define REFUSED(id, word)                                                                          \
    OVER_RUN(SUM, "refused_" word, "refused_" word, "opportunities", "All refusals: " word)
#define ENDED_BY(id, word)                                                                         \
    OVER_RUN(SUM, "ended_by_" word, "ended_by_" word, "ties", "All ties that ended by " word)
#define SURVIVAL(id, word)                                                                         \
    BY_MODEL("survival_5y_" word, "share",                                                         \
             "Share of " word " ties that outlive five years (Kaplan-Meier); NULL when none was "  \
             "followed that long")
#define LIFE(id, word)                                                                             \
    BY_MODEL("life_10y_" word, "years",                                                            \
             "Mean life of " word " ties within their first ten years (restricted mean); NULL "    \
             "when none was followed that long")

const sim_reducer_t coop_reducers[] =
    {OVER_RUN(
        MEAN, "ties_city_to_city", "ties_city_to_city", "ties",
        "Mean of live ties of local governments") OVER_RUN(MEAN, "ties_regional", "ties_regional",
                                                           "ties",
                                                           "Mean of live ties of cooperatives")
         OVER_RUN(SUM, "formed_city_to_city", "formed_city_to_city", "ties", "All ties formed by local governments") OVER_RUN(
             SUM, "formed_regional",
             "formed_regional",
             "ties",
             "All ties formed by cooperatives") OVER_RUN(SUM, "ended_city_to_city", "ended_city_to_city", "ties", "All ties of local governments that ended")
             OVER_RUN(SUM, "ended_regional", "ended_regional", "ties", "All ties of cooperatives that ended") OVER_RUN(
                 SUM, "projects_started",
                 "projects_started",
                 "projects",
                 "All projects started") OVER(SUM, 2013, 2018, "projects_2013_2017", "projects_started", "projects", "Projects started in JFY 2013-17 (pattern C1: 122)")
                 BY_MODEL("southeast_asia_2013_2017", "share", "Southeast Asia's share of them (C1: .83)") OVER(
                     FINAL,
                     2017, 2018,
                     "share_top1_2017",
                     "share_top1",
                     "share",
                     "Largest donor's share, JFY 2013-17 (C2: .20)")
                     OVER(FINAL, 2017, 2018, "share_top3_2017", "share_top3", "share", "Top three's share, JFY 2013-17 (C2: above .40)") OVER(
                         FINAL,
                         2017, 2018,
                         "gini_2017",
                         "gini_donors",
                         "index",
                         "Gini among active donors, JFY 2013-17 (C2: .5)")
                         OVER(FINAL, 2017, 2018, "donors_active_2017", "donors_active", "donors", "Active donors, JFY 2013-17 (C2: 36-41)") OVER(
                             FINAL,
                             2017, 2018,
                             "cooperatives_abroad_2017",
                             "cooperatives_active_abroad",
                             "cooperatives",
                             "Cooperatives abroad in JFY 2017 (C3: 1)")
                             OVER_RUN(MEAN, "cooperatives_active_abroad",
                                      "cooperatives_active_abroad",
                                      "cooperatives",
                                      "Mean of cooperatives abroad")
                                 OVER_RUN(FINAL, "knowhow_final", "knowhow_mean", "index", "Know-how at the end") OVER_RUN(
                                     MEAN, "people_served",
                                     "people_served",
                                     "persons",
                                     "Mean of people served")
                                     OVER_RUN(SUM, "national_yen", "national_yen", "yen", "National money paid") OVER_RUN(
                                         SUM, "own_yen",
                                         "own_yen",
                                         "yen",
                                         "Own money paid") BY_MODEL("turnover_rate", "1/election", "New heads per election (C6: .29-.37)")
                                         BY_MODEL(
                                             "people_per_million_yen", "persons/Myen",
                                             "People served per million yen, national and own, "
                                             "over "
                                             "the whole run") OVER_RUN(FINAL, "knowhow_kept", "knowhow_kept",
                                                                       "share",
                                                                       "Know-how of local "
                                                                       "governments "
                                                                       "at the end over that at "
                                                                       "the "
                                                                       "start")
                                             OVER_RUN(
                                                 FINAL,
                                                 "knowhow_kept_cooperatives",
                                                 "knowhow_kept_cooperatives",
                                                 "share",
                                                 "Waste know-how of cooperatives at the end over "
                                                 "that at the start") OVER_RUN(FINAL, "knowhow_passed_on", "knowhow_passed_on", "index",
                                                                               "Capacity that "
                                                                               "partner cities "
                                                                               "gained")
                                                 OVER_RUN(FINAL, "need_relieved", "need_relieved",
                                                          "index",
                                                          "Need of partner cities that went")
                                                     COOP_MODES(SURVIVAL) COOP_MODES(LIFE) OVER_RUN(
                                                         SUM, "ties_revived",
                                                         "ties_revived",
                                                         "ties",
                                                         "Dormant ties at work again") COOP_CAUSES(ENDED_BY)
                                                         COOP_REASONS(REFUSED) OVER(
                                                             SUM,
                                                             2013, 2014,
                                                             "projects_2013",
                                                             "projects_started",
                                                             "projects",
                                                             "JFY 2013 (C1: 15)")
                                                             OVER(SUM, 2014, 2015, "projects_2014",
                                                                  "projects_started",
                                                                  "projects",
                                                                  "JFY 2014 (C1: 23)")
                                                                 OVER(SUM, 2015, 2016,
                                                                      "projects_2015",
                                                                      "projects_started",
                                                                      "projects",
                                                                      "JFY 2015 (C1: 29)")
                                                                     OVER(SUM, 2016, 2017,
                                                                          "projects_2016",
                                                                          "projects_started",
                                                                          "projects",
                                                                          "JFY 2016 (C1: 29)")
                                                                         OVER(SUM, 2017, 2018,
                                                                              "projects_2017",
                                                                              "projects_started",
                                                                              "projects",
                                                                              "JFY 2017 (C1: 26)") COOP_REGIONS(IN_REGION)
                                                                             OVER_RUN(FINAL,
                                                                                      "network_"
                                                                                      "giant_"
                                                                                      "share",
                                                                                      "network_"
                                                                                      "giant_"
                                                                                      "share",
                                                                                      "share",
                                                                                      "Share of "
                                                                                      "nodes "
                                                                                      "in the "
                                                                                      "largest "
                                                                                      "component, "
                                                                                      "last "
                                                                                      "year") OVER_RUN(FINAL,
                                                                                                       "network_"
                                                                                                       "clustering",
                                                                                                       "network_"
                                                                                                       "clustering",
                                                                                                       "share",
                                                                                                       "Closure in "
                                                                                                       "four-cycles, "
                                                                                                       "last year")
                                                                                 OVER_RUN(
                                                                                     FINAL,
                                                                                     "network_"
                                                                                     "centralisatio"
                                                                                     "n",
                                                                                     "network_"
                                                                                     "centralisatio"
                                                                                     "n",
                                                                                     "index",
                                                                                     "Centralisatio"
                                                                                     "n of degree, "
                                                                                     "last year")
                                                                                     OVER_RUN(
                                                                                         FINAL,
                                                                                         "network_"
                                                                                         "bridging_"
                                                                                         "donors",
                                                                                         "network_"
                                                                                         "bridging_"
                                                                                         "donors",
                                                                                         "donors",
                                                                                         "Donors "
                                                                                         "that "
                                                                                         "hold a "
                                                                                         "component"
                                                                                         " together"
                                                                                         ", last "
                                                                                         "year")
                                                                                         OVER_RUN(
                                                                                             FINAL,
                                                                                             "netwo"
                                                                                             "rk_"
                                                                                             "top_"
                                                                                             "bridg"
                                                                                             "e_"
                                                                                             "shar"
                                                                                             "e",
                                                                                             "netwo"
                                                                                             "rk_"
                                                                                             "top_"
                                                                                             "bridg"
                                                                                             "e_"
                                                                                             "shar"
                                                                                             "e",
                                                                                             "shar"
                                                                                             "e",
                                                                                             "Large"
                                                                                             "st "
                                                                                             "share"
                                                                                             " in "
                                                                                             "the "
                                                                                             "betwe"
                                                                                             "ennes"
                                                                                             "s of "
                                                                                             "donor"
                                                                                             "s, "
                                                                                             "last "
                                                                                             "year")
                                                                                             BY_MODEL(
                                                                                                 "n"
                                                                                                 "e"
                                                                                                 "t"
                                                                                                 "w"
                                                                                                 "o"
                                                                                                 "r"
                                                                                                 "k"
                                                                                                 "_"
                                                                                                 "m"
                                                                                                 "o"
                                                                                                 "d"
                                                                                                 "u"
                                                                                                 "l"
                                                                                                 "a"
                                                                                                 "r"
                                                                                                 "i"
                                                                                                 "t"
                                                                                                 "y",
                                                                                                 "i"
                                                                                                 "n"
                                                                                                 "d"
                                                                                                 "e"
                                                                                                 "x",
                                                                                                 "O"
                                                                                                 "f"
                                                                                                 " "
                                                                                                 "c"
                                                                                                 "o"
                                                                                                 "m"
                                                                                                 "m"
                                                                                                 "u"
                                                                                                 "n"
                                                                                                 "i"
                                                                                                 "t"
                                                                                                 "i"
                                                                                                 "e"
                                                                                                 "s"
                                                                                                 ","
                                                                                                 " "
                                                                                                 "a"
                                                                                                 "t"
                                                                                                 " "
                                                                                                 "t"
                                                                                                 "h"
                                                                                                 "e"
                                                                                                 " "
                                                                                                 "e"
                                                                                                 "n"
                                                                                                 "d"){
                                                                                                 NULL,
                                                                                                 NULL,
                                                                                                 NULL,
                                                                                                 SIM_REDUCE_MEAN,
                                                                                                 NULL,
                                                                                                 0,
                                                                                                 0}};

/* Where a reducer stands; it is there. */
static double *place_of(double *summary, const char *name) {
    const sim_reducer_t *row = coop_reducers;
    while (strcmp(row->name, name) != 0)
        row++;
    return summary + (row - coop_reducers);
}

static double ratio(double a, double b) {
    return b > 0 ? a / b : (double)NAN;
}

/* Projects started in JFY 2013-17 by region of the partner (C1). */
static void summarise_regions(const sim_world_t *world, double *summary) {
    const coop_population_t *pop = coop_population(world);
    const coop_project_t *p = &coop_state(world)->project;
    double *region = place_of(summary, "projects_2013_2017_northeast_asia"), all = 0;
    bool seen = sim_schedule_time(&world->clock, 0) < 2018 &&
                sim_schedule_time(&world->clock, world->clock.step) > 2013;
    for (int r = 0; r < COOP_N_REGIONS; r++)
        region[r] = seen ? 0 : (double)NAN;
    for (uint32_t j = 0; j < p->count; j++) {
        int32_t year = sim_schedule_year(&world->clock, p->start[j]);
        if (year < 2013 || year > 2017)
            continue;
        all++;
        region[pop->region[p->partner[j] - pop->n_donors]]++;
    }
    *place_of(summary, "southeast_asia_2013_2017") = ratio(region[COOP_REGION_SOUTHEAST_ASIA], all);
}

static void summarise_lasting(const sim_world_t *world, double *summary) {
    sim_network_exits_t exits[LIFE_YEARS * STEPS_PER_YEAR_MAX + 1];
    double survival[LIFE_YEARS * STEPS_PER_YEAR_MAX + 1];
    double *share = place_of(summary, "survival_5y_city_to_city");
    double *life = place_of(summary, "life_10y_city_to_city");
    int32_t spy = world->clock.steps_per_year, horizon = LIFE_YEARS * spy;
    for (uint8_t mode = 0; mode < COOP_N_MODES; mode++) {
        uint32_t n = sim_network_exits(world->ties, COOP_TIE_COOPERATION, mode, world->clock.step,
                                       horizon, exits);
        sim_network_kaplan_meier(exits, n, horizon, survival);
        share[mode] = survival[LASTING_YEARS * spy];
        life[mode] = sim_network_restricted_mean(survival, horizon) / spy;
    }
}

int coop_summarise(sim_world_t *world, double *summary) {
    const coop_state_t *s = coop_state(world);
    const coop_observed_t *seen = &s->observer->seen;
    *place_of(summary, "turnover_rate") = ratio(s->turnovers, s->elections);
    *place_of(summary, "people_per_million_yen") = 1e6 * ratio(seen->people, seen->yen);
    summarise_regions(world, summary);
    summarise_lasting(world, summary);
    return coop_networks_modularity(world, place_of(summary, "network_modularity"));
}
