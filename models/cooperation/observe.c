/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Metrics, reducers and invariants. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/cooperation/cooperation.h"

/* Order of the metrics; coop_metrics has the same. */
enum {
    M_TIES_CITY,
    M_TIES_REGIONAL,
    M_FORMED_CITY,
    M_FORMED_REGIONAL,
    M_ENDED_CITY,
    M_ENDED_REGIONAL,
    M_PROJECTS_ACTIVE,
    M_PROJECTS_STARTED,
    M_ABROAD,
    M_DONORS_ACTIVE,
    M_KNOWHOW,
    M_PEOPLE,
    M_NATIONAL,
    M_OWN,
    M_TOP1,
    M_TOP3,
    M_GINI,
    M_TRUST,
    M_ELECTIONS,
    M_TURNOVERS,
    M_CONTACTS,
    M_PROPOSALS,
    M_STAFF
};

const sim_metric_t coop_metrics[] = {
    {"ties_city_to_city", "ties", "Live cooperation ties of local governments, end of step"},
    {"ties_regional", "ties", "Live cooperation ties of cooperatives, end of step"},
    {"formed_city_to_city", "ties/step", "Cooperation ties formed by local governments"},
    {"formed_regional", "ties/step", "Cooperation ties formed by cooperatives"},
    {"ended_city_to_city", "ties/step", "Cooperation ties of local governments that ended"},
    {"ended_regional", "ties/step", "Cooperation ties of cooperatives that ended"},
    {"projects_active", "projects", "Projects running at the end of the step"},
    {"projects_started", "projects/step", "Projects started, all schemes and own money"},
    {"cooperatives_active_abroad", "cooperatives", "Cooperatives with a live cooperation tie"},
    {"donors_active", "donors", "Donors that started a project in the last five fiscal years"},
    {"knowhow_mean", "index", "Mean over local governments and sectors, 0..1"},
    {"people_served", "persons", "Inhabitants of partner cities reached by running projects"},
    {"national_yen", "yen/step", "Grants paid to projects by national schemes"},
    {"own_yen", "yen/step", "Own money paid for projects and upkeep"},
    {"share_top1", "share",
     "Largest donor's share of projects started in five fiscal years; NULL without projects"},
    {"share_top3", "share", "Share of the three largest donors; NULL without projects"},
    {"gini_donors", "index",
     "Gini coefficient of projects among active donors; NULL without projects"},
    {"trust_mean", "index", "Mean trust of live cooperation ties; NULL without ties"},
    {"elections", "elections/step", "Elections of heads of local governments"},
    {"leader_turnovers", "heads/step", "New heads of local governments"},
    {"contacts_made", "contacts/step", "New contacts, all donors"},
    {"proposals", "proposals/step", "Proposals to the calls of national schemes"},
    {"staff_total", "FTE", "Environmental staff of all donors"},
    {NULL, NULL, NULL}};

const sim_reducer_t coop_reducers[] = {
    {"ties_city_to_city", "ties", "Mean of live ties of local governments", SIM_REDUCE_MEAN,
     "ties_city_to_city", 0, 0},
    {"ties_regional", "ties", "Mean of live ties of cooperatives", SIM_REDUCE_MEAN, "ties_regional",
     0, 0},
    {"formed_city_to_city", "ties", "All ties formed by local governments", SIM_REDUCE_SUM,
     "formed_city_to_city", 0, 0},
    {"formed_regional", "ties", "All ties formed by cooperatives", SIM_REDUCE_SUM,
     "formed_regional", 0, 0},
    {"ended_city_to_city", "ties", "All ties of local governments that ended", SIM_REDUCE_SUM,
     "ended_city_to_city", 0, 0},
    {"ended_regional", "ties", "All ties of cooperatives that ended", SIM_REDUCE_SUM,
     "ended_regional", 0, 0},
    {"projects_started", "projects", "All projects started", SIM_REDUCE_SUM, "projects_started", 0,
     0},
    {"projects_2013_2017", "projects", "Projects started in JFY 2013-17 (pattern C1: 122)",
     SIM_REDUCE_SUM, "projects_started", 2013, 2018},
    {"southeast_asia_2013_2017", "share", "Southeast Asia's share of them (C1: .83)",
     SIM_REDUCE_MODEL, NULL, 0, 0},
    {"share_top1_2017", "share", "Largest donor's share, JFY 2013-17 (C2: .20)", SIM_REDUCE_FINAL,
     "share_top1", 2017, 2018},
    {"share_top3_2017", "share", "Top three's share, JFY 2013-17 (C2: above .40)", SIM_REDUCE_FINAL,
     "share_top3", 2017, 2018},
    {"gini_2017", "index", "Gini among active donors, JFY 2013-17 (C2: .5)", SIM_REDUCE_FINAL,
     "gini_donors", 2017, 2018},
    {"donors_active_2017", "donors", "Active donors, JFY 2013-17 (C2: 36-41)", SIM_REDUCE_FINAL,
     "donors_active", 2017, 2018},
    {"cooperatives_abroad_2017", "cooperatives", "Cooperatives abroad in JFY 2017 (C3: 1)",
     SIM_REDUCE_FINAL, "cooperatives_active_abroad", 2017, 2018},
    {"cooperatives_active_abroad", "cooperatives", "Mean of cooperatives abroad", SIM_REDUCE_MEAN,
     "cooperatives_active_abroad", 0, 0},
    {"knowhow_final", "index", "Know-how at the end", SIM_REDUCE_FINAL, "knowhow_mean", 0, 0},
    {"people_served", "persons", "Mean of people served", SIM_REDUCE_MEAN, "people_served", 0, 0},
    {"national_yen", "yen", "National money paid", SIM_REDUCE_SUM, "national_yen", 0, 0},
    {"own_yen", "yen", "Own money paid", SIM_REDUCE_SUM, "own_yen", 0, 0},
    {"turnover_rate", "1/election", "New heads per election (C6: .29-.37)", SIM_REDUCE_MODEL, NULL,
     0, 0},
    {NULL, NULL, NULL, SIM_REDUCE_MEAN, NULL, 0, 0}};

static int larger_first(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

/* Projects started since `since`, counted per donor; the counts, largest first, in window_donor.
 * Returns the number of donors. Projects are in order of start, so the walk is backwards. */
static uint32_t count_window(coop_state_t *s, int32_t since, uint32_t *total) {
    const coop_project_t *p = &s->project;
    uint32_t n = 0, first = p->count;
    while (first > 0 && p->start[first - 1] >= since)
        first--;
    *total = p->count - first;
    for (uint32_t j = first; j < p->count; j++)
        if (s->window[p->donor[j]]++ == 0)
            s->window_donor[n++] = p->donor[j];
    for (uint32_t k = 0; k < n; k++) {
        uint32_t d = s->window_donor[k];
        s->window_donor[k] = s->window[d];
        s->window[d] = 0;
    }
    qsort(s->window_donor, n, sizeof *s->window_donor, larger_first);
    return n;
}

/* Gini coefficient of counts sorted downwards. */
static double gini(const uint32_t *count, uint32_t n, uint32_t total) {
    double ranked = 0;
    for (uint32_t k = 0; k < n; k++)
        ranked += (double)(n - k) * count[k];
    return (2 * ranked / total - (n + 1.0)) / n;
}

static void observe_concentration(sim_world_t *world, double *metric) {
    coop_state_t *s = coop_state(world);
    int32_t spy = world->clock.steps_per_year;
    int32_t year = (world->clock.step - 1) / spy; /* of the step just made */
    int32_t since = (year - (COOP_WINDOW_YEARS - 1)) * spy;
    uint32_t total, n = count_window(s, since, &total), top3 = 0;
    for (uint32_t k = 0; k < n && k < 3; k++)
        top3 += s->window_donor[k];
    metric[M_DONORS_ACTIVE] = n;
    metric[M_TOP1] = total ? (double)s->window_donor[0] / total : (double)NAN;
    metric[M_TOP3] = total ? (double)top3 / total : (double)NAN;
    metric[M_GINI] = total ? gini(s->window_donor, n, total) : (double)NAN;
}

static void observe_ties(const sim_world_t *world, double *metric) {
    const sim_network_ties_t *ties = world->ties;
    const uint32_t *live = ties->live[COOP_TIE_COOPERATION], n = ties->n_live[COOP_TIE_COOPERATION];
    const coop_population_t *pop = coop_population(world);
    const coop_donor_t *donor = &coop_state(world)->donor;
    double trust = 0;
    for (uint32_t k = 0; k < n; k++) {
        metric[ties->mode[live[k]] == COOP_MODE_REGIONAL ? M_TIES_REGIONAL : M_TIES_CITY]++;
        trust += ties->trust[live[k]];
    }
    metric[M_TRUST] = n ? trust / n : (double)NAN;
    for (uint32_t c = pop->first_cooperative; c < coop_state(world)->n_donors; c++)
        metric[M_ABROAD] += donor->n_ties[c] > 0;
}

/* Know-how and staff move once a year and with projects; a pass over governments is cheap enough
 * once a year, so in between the value of the year's first step is kept. */
static void observe_capacity(sim_world_t *world, double *metric) {
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    if ((world->clock.step - 1) % world->clock.steps_per_year == 0) { /* the step just made */
        double knowhow = 0, staff = 0;
        for (int k = 0; k < COOP_N_SECTORS; k++)
            for (uint32_t d = 0; d < pop->first_cooperative; d++)
                knowhow += s->donor.knowhow[k][d];
        for (uint32_t d = 0; d < s->n_donors; d++)
            staff += s->donor.junior[d] + s->donor.senior[d];
        s->knowhow_mean = knowhow / (COOP_N_SECTORS * coop_max(1, pop->first_cooperative));
        s->staff_total = staff;
    }
    metric[M_KNOWHOW] = s->knowhow_mean;
    metric[M_STAFF] = s->staff_total;
}

int coop_observe(sim_world_t *world, double *metric) {
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    const coop_project_t *p = &s->project;
    double *count = s->flow_metric;
    observe_ties(world, metric);
    observe_concentration(world, metric);
    observe_capacity(world, metric);
    for (uint32_t k = 0; k < p->n_running; k++)
        metric[M_PEOPLE] += coop_params(world)->projects.reach *
                            pop->partner_population[p->partner[p->running[k]] - pop->n_donors];
    metric[M_PROJECTS_ACTIVE] = p->n_running;
    metric[M_FORMED_CITY] = count[COOP_COUNT_FORMED + COOP_MODE_CITY_TO_CITY];
    metric[M_FORMED_REGIONAL] = count[COOP_COUNT_FORMED + COOP_MODE_REGIONAL];
    metric[M_ENDED_CITY] = count[COOP_COUNT_ENDED + COOP_MODE_CITY_TO_CITY];
    metric[M_ENDED_REGIONAL] = count[COOP_COUNT_ENDED + COOP_MODE_REGIONAL];
    metric[M_PROJECTS_STARTED] = count[COOP_COUNT_STARTED];
    metric[M_NATIONAL] = count[COOP_COUNT_NATIONAL];
    metric[M_OWN] = count[COOP_COUNT_OWN];
    metric[M_ELECTIONS] = count[COOP_COUNT_ELECTIONS];
    metric[M_TURNOVERS] = count[COOP_COUNT_TURNOVERS];
    metric[M_CONTACTS] = count[COOP_COUNT_CONTACTS];
    metric[M_PROPOSALS] = count[COOP_COUNT_PROPOSALS];
    s->elections += count[COOP_COUNT_ELECTIONS];
    s->turnovers += count[COOP_COUNT_TURNOVERS];
    for (int k = 0; k < COOP_N_COUNTS; k++)
        count[k] = 0;
    return 0;
}

/* Share of Southeast Asia among the projects started in JFY 2013-17. */
static double southeast_share(const sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    const coop_project_t *p = &coop_state(world)->project;
    double all = 0, southeast = 0;
    for (uint32_t j = 0; j < p->count; j++) {
        int32_t year = sim_schedule_year(&world->clock, p->start[j]);
        if (year < 2013 || year > 2017)
            continue;
        all++;
        southeast += pop->region[p->partner[j] - pop->n_donors] == COOP_REGION_SOUTHEAST_ASIA;
    }
    return all > 0 ? southeast / all : (double)NAN;
}

int coop_summarise(sim_world_t *world, double *summary) {
    const coop_state_t *s = coop_state(world);
    for (int k = 0; coop_reducers[k].name; k++) {
        if (coop_reducers[k].how != SIM_REDUCE_MODEL)
            continue;
        if (strcmp(coop_reducers[k].name, "turnover_rate") == 0)
            summary[k] = s->elections > 0 ? s->turnovers / s->elections : (double)NAN;
        else
            summary[k] = southeast_share(world);
    }
    return 0;
}
