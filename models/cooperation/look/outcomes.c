/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reducers: what a whole run comes to. What no series can tell is computed here at its end. */
#include <string.h>

#include "models/cooperation/look/observe.h"

enum { LASTING_YEARS = 5, LIFE_YEARS = 10, STEPS_PER_YEAR_MAX = 12 };

/* From the series, over fiscal years [from, to) or the whole run; by the model. */
#define OVER(from, to, how, name, metric, unit, doc)                                               \
    { name, unit, doc, SIM_REDUCE_##how, metric, from, to }
#define OVER_RUN(how, name, metric, unit, doc) OVER(0, 0, how, name, metric, unit, doc)
#define BY_MODEL(name, unit, doc) OVER(0, 0, MODEL, name, NULL, unit, doc)

/* One for each word of a list. */
#define IN_REGION(id, word)                                                                        \
    BY_MODEL("projects_2013_2017_" word, "projects",                                               \
             "Projects of JICA's local type and of MoE started in JFY 2013-17 with partners of "   \
             "region " word " (C1)"),
#define REFUSED(id, word)                                                                          \
    OVER_RUN(SUM, "refused_" word, "refused_" word, "opportunities", "All refusals: " word),
#define WORKS(id, word)                                                                            \
    OVER_RUN(SUM, "works_" word, "works_" word, "works",                                           \
             "All works of cooperatives: " word " (C4)"),
#define SCHEME(id, word)                                                                           \
    OVER_RUN(SUM, "projects_" word, "projects_" word, "projects", "All projects of scheme " word),
#define ENDED_BY(id, word)                                                                         \
    OVER_RUN(SUM, "ended_by_" word, "ended_by_" word, "ties", "All ties that ended by " word),
#define OF_FORM(id, word)                                                                          \
    OVER_RUN(MEAN, "ties_" word, "ties_" word, "ties", "Mean of live ties of form " word),
#define SURVIVAL(id, word)                                                                         \
    BY_MODEL("survival_5y_" word, "share",                                                         \
             "Share of " word " ties that outlive five years (Kaplan-Meier; one that goes on in "  \
             "a regional form has not ended); NULL when none was followed that long"),
#define LIFE(id, word)                                                                             \
    BY_MODEL("life_10y_" word, "years",                                                            \
             "Mean life of " word " ties within their first ten years (restricted mean); NULL "    \
             "when none was followed that long"),

const sim_reducer_t coop_reducers[] = {
#include "models/cooperation/look/reducers.def"
#define REDUCER(...) OVER_RUN(__VA_ARGS__),
#include "models/cooperation/processes.def"
    {NULL, NULL, NULL, SIM_REDUCE_MEAN, NULL, 0, 0}};

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

/* Projects of JICA's local type and of MoE that started in JFY 2013-17, by region of the partner:
 * the scope of the study's Table 8-1 (C1). */
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
        bool in_scope =
            p->scheme[j] == COOP_SCHEME_JICA_LOCAL || p->scheme[j] == COOP_SCHEME_MOE_JCM;
        if (year < 2013 || year > 2017 || !in_scope)
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
    for (int mode = 0; mode < COOP_N_MODES; mode++) {
        const sim_network_sample_t sample = {COOP_TIE_COOPERATION, (uint8_t)mode,
                                             world->clock.step - 1, horizon, coop_conversions};
        uint32_t n = sim_network_exits(world->ties, &sample, exits);
        sim_network_kaplan_meier(exits, n, horizon, survival);
        /* who is recorded with five years has lived five on average, half of them longer */
        share[mode] = (survival[LASTING_YEARS * spy - 1] + survival[LASTING_YEARS * spy]) / 2;
        life[mode] = sim_network_restricted_mean(survival, horizon) / spy;
    }
}

static void summarise_start(const sim_world_t *world, double *summary) {
    const coop_state_t *s = coop_state(world);
    *place_of(summary, "ties_from_record") = s->first_filled - s->first_standing;
    *place_of(summary, "ties_filled") = s->first_formed - s->first_filled;
    *place_of(summary, "projects_from_record") = s->standing_projects[COOP_ORIGIN_RECORDED];
    *place_of(summary, "projects_filled") = s->standing_projects[COOP_ORIGIN_FILLED];
}

int coop_summarise(sim_world_t *world, double *summary) {
    const coop_state_t *s = coop_state(world);
    const coop_observed_t *seen = &s->seen;
    *place_of(summary, "turnover_rate") = ratio(seen->turnovers, seen->elections);
    *place_of(summary, "people_per_million_yen") = 1e6 * ratio(seen->people, seen->yen);
    summarise_start(world, summary);
    summarise_regions(world, summary);
    summarise_lasting(world, summary);
    return coop_observe_modularity(world, place_of(summary, "network_modularity"));
}
