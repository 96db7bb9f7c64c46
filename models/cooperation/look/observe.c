/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Metrics before the first step and after each. What moves once a year is taken once a year, in the
 * first step of the fiscal year, and kept in between: networks, know-how, staff. */
#include <math.h>

#include "models/cooperation/look/observe.h"
#include "models/cooperation/money/projects.h"
#include "models/cooperation/ties/upkeep.h"

/* Inhabitants of the partner city whom a project serves; A: a pilot reaches a district. */
static const double REACH = 0.05;

enum { MODULARITY_YEARS = 10 };

#define REASON(name, word)                                                                         \
    {"refused_" word, "opportunities/step",                                                        \
     "Opportunities that became no tie, all donors: " word " (the first reason met)"},
#define CAUSE(name, word)                                                                          \
    {"ended_by_" word, "ties/step", "Cooperation ties that ended, all donors; cause: " word},
#define WORK(name, word)                                                                           \
    {"works_" word, "works/step",                                                                  \
     "Works abroad of cooperatives begun (exchange and trainees are contribution): " word},

#define SCHEME(name, word) {"projects_" word, "projects/step", "Projects started, of scheme " word},
#define WAY(name, word)                                                                            \
    {"contacts_" word, "contacts/step", "Contacts made by way of " word " (M21)"},
#define FORM(name, word)                                                                           \
    {"ties_" word, "ties", "Live cooperation ties of form " word ", end of step"},

const sim_metric_t coop_metrics[] = {
#define METRIC(ID, NAME, UNIT, DOC) {NAME, UNIT, DOC},
#include "models/cooperation/look/metrics.def"
#undef METRIC
    COOP_REASONS(REASON) COOP_CAUSES(CAUSE) COOP_PROJECT_KINDS(WORK) COOP_SCHEMES(SCHEME)
        COOP_SOURCES(WAY) COOP_TIE_FORMS(FORM)
#define METRIC(ID, NAME, UNIT, DOC) {NAME, UNIT, DOC},
#include "models/cooperation/processes.def"
            {NULL, NULL, NULL}};

/* ---- concentration ---- */

/* Projects from `first` on, counted per donor in window_donor. Returns the number of donors. */
static uint32_t count_window(coop_state_t *s, uint32_t first) {
    const coop_project_t *p = &s->project;
    uint32_t n = 0;
    for (uint32_t j = first; j < p->count; j++)
        if (s->window[p->donor[j]]++ == 0)
            s->window_donor[n++] = p->donor[j];
    for (uint32_t k = 0; k < n; k++) {
        uint32_t d = s->window_donor[k];
        s->window_donor[k] = s->window[d];
        s->window[d] = 0;
    }
    return n;
}

static void observe_concentration(sim_world_t *world, double *metric) {
    coop_state_t *s = coop_state(world);
    int32_t spy = world->clock.steps_per_year;
    /* Years end with the one of the step just made; the step before the first is of the year
     * before. */
    int32_t end = (world->clock.step + spy - 1) / spy, since = (end - COOP_WINDOW_YEARS) * spy;
    uint32_t n = count_window(s, coop_projects_since(world, since));
    sim_network_concentration_t share = sim_network_concentration(s->window_donor, n);
    metric[COOP_M_DONORS_ACTIVE] = n;
    metric[COOP_M_TOP1] = share.top1;
    metric[COOP_M_TOP3] = share.top3;
    metric[COOP_M_GINI] = share.gini;
}

/* ---- ties and projects ---- */

static void observe_ties(const sim_world_t *world, double *metric) {
    const sim_network_ties_t *ties = world->ties;
    const uint32_t *live = ties->live[COOP_TIE_COOPERATION], n = ties->n_live[COOP_TIE_COOPERATION];
    const coop_population_t *pop = coop_population(world);
    const coop_state_t *s = coop_state(world);
    uint32_t first_association = pop->n_donors + pop->n_cities;
    uint32_t regional = 0, with_associations = 0, dormant = 0, abroad = 0;
    double trust = 0;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t tie = live[k], d = ties->from[tie];
        bool heads_list = ties->first_from[COOP_TIE_COOPERATION][d] == tie + 1;
        regional += ties->mode[tie] == COOP_MODE_REGIONAL;
        abroad += d >= pop->first_cooperative && heads_list; /* one tie of each cooperative does */
        metric[COOP_M_FORMS + ties->form[tie]]++;
        with_associations += ties->to[tie] >= first_association;
        dormant += coop_upkeep_dormant(world, tie);
        trust += ties->trust[tie];
    }
    metric[COOP_M_TIES_REGIONAL] = regional;
    metric[COOP_M_TIES_CITY] = n - regional;
    metric[COOP_M_TIES_ASSOCIATIONS] = with_associations;
    metric[COOP_M_DORMANT] = dormant;
    metric[COOP_M_ABROAD] = abroad;
    metric[COOP_M_ASSOCIATIONS] = s->associations;
    metric[COOP_M_SISTERS_DORMANT] = s->sisters_dormant;
    metric[COOP_M_GOVERNANCE] = s->governance_passed;
    metric[COOP_M_TRUST] = n ? trust / n : (double)NAN;
}

/* By whichever process they ended: read from the spells. */
static void observe_endings(const sim_world_t *world, double *metric) {
    const sim_network_ties_t *ties = world->ties;
    int32_t made = world->clock.step - 1;
    for (uint32_t k = ties->n_ended; k-- > 0 && ties->terminus[ties->ended[k]] == made;)
        if (ties->kind[ties->ended[k]] == COOP_TIE_COOPERATION)
            metric[COOP_M_ENDED_BY + ties->cause[ties->ended[k]]]++;
}

/* Adds the projects that began since the last look to the lists by partner. A project keeps its
 * partner, while its tie and its donor may become others. */
static void list_projects(const sim_world_t *world) {
    coop_state_t *s = coop_state(world);
    uint32_t *listed = &s->listed;
    for (; *listed < s->project.count; ++*listed) {
        uint32_t i = s->project.partner[*listed] - coop_population(world)->n_donors;
        s->project_before[*listed] = s->last_project[i];
        s->last_project[i] = *listed + 1;
    }
}

/* The step after the last in which a project worked on the tie of project j, before j began. */
static int32_t idle_since(const sim_world_t *world, uint32_t j) {
    const coop_project_t *p = &coop_state(world)->project;
    const uint32_t *before = coop_state(world)->project_before;
    for (uint32_t k = before[j]; k > 0; k = before[k - 1])
        if (p->tie[k - 1] == p->tie[j])
            return p->outcome[k - 1] == COOP_OUTCOME_RUNNING ? p->start[j] : p->finish[k - 1];
    return world->ties->onset[p->tie[j]] + 1;
}

/* M34: dormant ties at work again. Projects are in order of their start. */
static double count_revived(const sim_world_t *world) {
    const coop_project_t *p = &coop_state(world)->project;
    list_projects(world);
    double dormant = coop_params(world)->upkeep.dormancy_after * world->clock.steps_per_year;
    double revived = 0;
    for (uint32_t j = p->count; j-- > 0 && p->start[j] == world->clock.step - 1;) {
        int32_t age = p->start[j] - world->ties->onset[p->tie[j]] - 1; /* never idle for longer */
        revived += age >= dormant && p->start[j] - idle_since(world, j) >= dormant;
    }
    return revived;
}

static void observe_projects(const sim_world_t *world, double *metric) {
    const coop_population_t *pop = coop_population(world);
    const coop_project_t *p = &coop_state(world)->project;
    for (uint32_t k = 0; k < p->n_running; k++)
        metric[COOP_M_PEOPLE] +=
            REACH * pop->partner_population[p->partner[p->running[k]] - pop->n_donors];
    metric[COOP_M_PROJECTS_ACTIVE] = p->n_running;
}

/* ---- what is taken once a year ---- */

/* Who exists no more has no know-how. */
static double knowhow_of_governments(const sim_world_t *world) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    uint32_t n = coop_population(world)->first_cooperative, exist = 0;
    double sum = 0;
    for (uint32_t d = 0; d < n; d++)
        exist += donor->exists[d];
    for (int k = 0; k < COOP_N_SECTORS; k++)
        sum += sim_math_sum(donor->knowhow[k], n);
    return sum / (COOP_N_SECTORS * coop_max(1, exist));
}

static double knowhow_of_cooperatives(const sim_world_t *world) {
    const coop_state_t *s = coop_state(world);
    double sum = 0, n = 0;
    for (uint32_t c = coop_population(world)->first_cooperative; c < s->n_donors; c++)
        if (coop_teaches(world, c)) {
            n++;
            sum += s->donor.knowhow[COOP_SECTOR_WASTE][c];
        }
    return n > 0 ? sum / n : (double)NAN;
}

static double staff_of_all(const sim_world_t *world) {
    const coop_state_t *s = coop_state(world);
    return sim_math_sum(s->donor.junior, s->n_donors) + sim_math_sum(s->donor.senior, s->n_donors);
}

static void sum_partners(const sim_world_t *world, double *capacity, double *need) {
    const coop_partner_t *partner = &coop_state(world)->partner;
    uint32_t n = coop_population(world)->n_cities;
    *capacity = sim_math_sum(partner->capacity, n);
    *need = 0;
    for (int k = 0; k < COOP_N_SECTORS; k++)
        *need += sim_math_sum(partner->need[k], n);
}

/* The cooperation network once a year: donors and partners, two modes, as a simple undirected graph
 * of the bodies that have a live tie. It is measured as it is: a projection on donors turns every
 * partner into a clique of its donors, so closure is counted in four-cycles (Robins & Alexander
 * 2004), the least in which two donors share two partners. */
#define SEEN(ID) seen->network[COOP_M_##ID - COOP_M_NODES]

static int take_network(sim_world_t *world, coop_observed_t *seen) {
    sim_network_snapshot_t *net = &coop_state(world)->network;
    sim_network_measures_t is;
    int rc = sim_network_snapshot_ties(net, world->ties, COOP_TIE_COOPERATION);
    if (rc)
        return rc;
    sim_network_measure(net, &is);
    sim_network_sides_t sides = sim_network_sides(net, coop_population(world)->n_donors);
    SEEN(NODES) = net->n_nodes;
    SEEN(DEGREE_DONORS) = sides.degree[0];
    SEEN(DEGREE_PARTNERS) = sides.degree[1];
    SEEN(COMPONENTS) = is.components;
    SEEN(GIANT) = net->n_nodes ? (double)is.giant / net->n_nodes : (double)NAN;
    SEEN(CLUSTERING) = is.clustering;
    SEEN(CENTRALISATION) = is.centralisation;
    SEEN(DISTANCE) = is.mean_distance;
    SEEN(BRIDGES) = sides.bridges;
    SEEN(TOP_SHARE) = sides.top_share;
    SEEN(TOP_DONOR) = sides.top;
    return 0;
}

int coop_observe_modularity(sim_world_t *world, double *modularity) {
    sim_network_snapshot_t *net = &coop_state(world)->network;
    uint32_t communities;
    int rc = sim_network_snapshot_ties(net, world->ties, COOP_TIE_COOPERATION);
    return rc ? rc : sim_network_modularity(net, modularity, &communities);
}

/* igraph lets one thread in at a time and takes as long as all other measures: it is asked every
 * tenth year, and only when somebody will read the answer. */
static int take_modularity(sim_world_t *world, double *metric) {
    int32_t year = sim_schedule_year(&world->clock, world->clock.step - 1);
    if (year % MODULARITY_YEARS != 0 || !sim_world_records_series(world))
        return 0;
    return coop_observe_modularity(world, &metric[COOP_M_MODULARITY]);
}

static void take_stocks(const sim_world_t *world, coop_observed_t *seen) {
    double capacity, need;
    sum_partners(world, &capacity, &need);
    seen->knowhow = knowhow_of_governments(world);
    seen->staff = staff_of_all(world);
    seen->kept = seen->knowhow_start > 0 ? seen->knowhow / seen->knowhow_start : (double)NAN;
    seen->kept_cooperatives = knowhow_of_cooperatives(world) / seen->cooperatives_start;
    seen->passed_on = capacity - seen->capacity_start;
    seen->relieved = seen->need_start - need;
}

static int take_year(sim_world_t *world, double *metric) {
    coop_state_t *s = coop_state(world);
    take_stocks(world, &s->seen);
    /* Without a series nobody sees the network but the reducers, which look at the last year. */
    bool last = world->clock.step - 1 + world->clock.steps_per_year >= world->clock.steps;
    int rc = last || sim_world_records_series(world) ? take_network(world, &s->seen) : 0;
    return rc ? rc : take_modularity(world, metric);
}

static void show_year(const coop_observed_t *seen, double *metric) {
    metric[COOP_M_KNOWHOW] = seen->knowhow;
    metric[COOP_M_STAFF] = seen->staff;
    metric[COOP_M_KEPT] = seen->kept;
    metric[COOP_M_KEPT_COOPERATIVES] = seen->kept_cooperatives;
    metric[COOP_M_PASSED_ON] = seen->passed_on;
    metric[COOP_M_RELIEVED] = seen->relieved;
    metric[COOP_M_PEOPLE_PER_YEN] = seen->people_per_yen;
    for (int m = COOP_M_NODES; m < COOP_M_MODULARITY; m++)
        metric[m] = seen->network[m - COOP_M_NODES];
}

/* ---- flows of the step ---- */

/* Refusals are counted over a fiscal year, and anew in the next. */
static void observe_refusals(const sim_world_t *world, bool first, double *metric) {
    coop_state_t *s = coop_state(world);
    double *before = s->seen.refused;
    for (int reason = 0; reason < COOP_N_REASONS; reason++) {
        double count = 0;
        for (int mode = 0; mode < COOP_N_MODES; mode++)
            count += (double)s->refused[mode * COOP_N_REASONS + reason];
        metric[COOP_M_REFUSED + reason] = count - (first ? 0 : before[reason]);
        before[reason] = count;
    }
}

/* What processes have counted: all other metrics are 0 so far. */
static void observe_counts(const sim_world_t *world, double *metric) {
    coop_state_t *s = coop_state(world);
    for (int m = 0; m < COOP_N_METRICS; m++)
        metric[m] = s->flow_metric[m], s->flow_metric[m] = 0;
    s->seen.elections += metric[COOP_M_ELECTIONS];
    s->seen.turnovers += metric[COOP_M_TURNOVERS];
}

/* People served and yen paid add up over the fiscal year; its last step shows the year's value. */
static void add_people_and_yen(const sim_world_t *world, bool last, const double *metric) {
    coop_observed_t *seen = &coop_state(world)->seen;
    double people = metric[COOP_M_PEOPLE] / world->clock.steps_per_year;
    double yen = metric[COOP_M_NATIONAL] + metric[COOP_M_OWN];
    seen->people += people, seen->people_year += people;
    seen->yen += yen, seen->yen_year += yen;
    if (!last)
        return;
    seen->people_per_yen =
        seen->yen_year > 0 ? 1e6 * seen->people_year / seen->yen_year : (double)NAN;
    seen->people_year = seen->yen_year = 0;
}

static void observe_stocks(sim_world_t *world, double *metric) {
    const coop_state_t *s = coop_state(world);
    metric[COOP_M_COOPERATIVES] = s->cooperatives;
    metric[COOP_M_MUNICIPALITIES] = s->municipalities;
    observe_ties(world, metric);
    observe_concentration(world, metric);
    observe_projects(world, metric);
}

/* Before the first step: stocks, on what is known of them then, and nothing is kept. */
static int observe_start(sim_world_t *world, double *metric) {
    coop_observed_t seen = coop_state(world)->seen;
    take_stocks(world, &seen);
    int rc = take_network(world, &seen);
    observe_stocks(world, metric);
    show_year(&seen, metric);
    metric[COOP_M_MODULARITY] = (double)NAN;
    return rc;
}

int coop_observe(sim_world_t *world, double *metric) {
    if (world->clock.step == 0)
        return observe_start(world, metric);
    const coop_state_t *s = coop_state(world);
    int32_t spy = world->clock.steps_per_year, place = (world->clock.step - 1) % spy;
    observe_counts(world, metric);
    metric[COOP_M_MODULARITY] = (double)NAN;
    int rc = place == 0 ? take_year(world, metric) : 0;
    if (rc)
        return rc;
    observe_stocks(world, metric);
    metric[COOP_M_REVIVED] = count_revived(world);
    observe_endings(world, metric);
    observe_refusals(world, place == 0, metric);
    add_people_and_yen(world, place == spy - 1, metric);
    show_year(&s->seen, metric);
    return 0;
}

int coop_observe_setup(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    s->seen.people_per_yen = (double)NAN;
    s->seen.knowhow_start = knowhow_of_governments(world);
    s->seen.cooperatives_start = knowhow_of_cooperatives(world);
    sum_partners(world, &s->seen.capacity_start, &s->seen.need_start);
    return sim_network_snapshot_init(&s->network, &world->arena, pop->n_agents);
}
