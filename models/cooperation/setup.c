/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of a replicate: columns, then the initial state by each process. */
#include <math.h>

#include "models/cooperation/cooperation.h"

double coop_step_probability(const sim_world_t *world, double rate) {
    return -sim_math_expm1(-rate / world->clock.steps_per_year);
}

/* x / (1 + x) <= 1 - exp(-x) <= x / (1 + x / 2); and nearer, by the Pade approximants of exp(x) of
 * orders 2 and 3, between which it lies: 12 x / (12 + 6 x + x^2) <= 1 - exp(-x) <=
 * (120 x + 2 x^3) / (120 + 60 x + 12 x^2 + x^3). */
bool coop_occurs(double u, double x) {
    const double more = 1 + 1e-12, less = 1 - 1e-12;
    if (u * (1 + x / 2) >= x * more)
        return false;
    if (u * (1 + x) < x * less || u * (12 + x * (6 + x)) < 12 * x * less)
        return true;
    if (u * (120 + x * (60 + x * (12 + x))) >= x * (120 + 2 * x * x) * more)
        return false;
    return u < -sim_math_expm1(-x);
}

uint32_t coop_place_at(const double *cumulative, uint32_t n, double target) {
    uint32_t low = 0, high = n - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (cumulative[middle] > target)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

uint32_t coop_arrivals(double u, double mean) {
    if (u >= mean)
        return 0;                 /* mean > 1 - exp(-mean): nearly always enough to know */
    double two = mean * mean / 2; /* P(N > 1) < two, P(N > 0) > mean - two */
    if (u >= two && u < mean - two)
        return 1;
    double term = sim_math_exp(-mean), at_least = 1 - term; /* P(N = n), P(N > n) */
    uint32_t n = 0;
    while (u < at_least && n < COOP_MAX_ROUNDS) {
        n++;
        term *= mean / n;
        at_least -= term;
    }
    return n;
}

enum { STRETCH = 8, PAIRS = STRETCH / 2 };
typedef double pair_t __attribute__((vector_size(2 * sizeof(double))));
typedef int64_t answers_t __attribute__((vector_size(2 * sizeof(int64_t))));

/* Whether any of a stretch is before `end`, two at a time, which every processor can do. */
static inline bool any_before(const double time[STRETCH], double end) {
    const pair_t ends = {end, end};
    answers_t before[PAIRS];
    for (int k = 0; k < PAIRS; k++) {
        pair_t pair = {time[2 * k], time[2 * k + 1]};
        before[k] = pair < ends;
    }
    answers_t any = before[0] | before[1] | before[2] | before[3];
    return any[0] | any[1];
}

uint32_t coop_list_due(const double *time, uint32_t n, double end, uint32_t *due) {
    uint32_t n_due = 0, from = 0;
    for (; from + STRETCH <= n; from += STRETCH) {
        if (!any_before(time + from, end))
            continue; /* most of them */
        for (uint32_t k = from; k < from + STRETCH; k++) {
            due[n_due] = k;
            n_due += time[k] < end;
        }
    }
    for (; from < n; from++) {
        due[n_due] = from;
        n_due += time[from] < end;
    }
    return n_due;
}

void coop_live_uniforms(const sim_world_t *world, const sim_rng_t *rng, coop_live_t of, uint32_t k,
                        double u[COOP_BATCH]) {
    const sim_network_ties_t *ties = world->ties;
    const uint32_t *live = ties->live[of.kind] + k, left = ties->n_live[of.kind] - k;
    uint32_t n = left < COOP_BATCH ? left : COOP_BATCH;
    uint32_t donor[COOP_BATCH] = {0}, partner[COOP_BATCH] = {0}, high[COOP_BATCH], low[COOP_BATCH];
    for (uint32_t i = 0; i < n; i++) {
        donor[i] = ties->donor[live[i]];
        partner[i] = ties->partner[live[i]] - of.first_partner;
    }
    sim_rng_fill_pairs_at(rng, of.index, donor, partner, n, high, low);
    for (uint32_t i = 0; i < n; i++)
        u[i] = sim_rng_unit(high[i], low[i]);
}

/* ---- memory ---- */

enum {
    PER_RUN,
    PER_DONOR,
    PER_PARTNER,
    PER_COUNTRY,
    PER_AGENT,
    PER_PROJECT,
    PER_ANY, /* donors, partners or countries */
    N_ENTITIES,
    PATH = sizeof(coop_path_t) / sizeof(double)
};
#define PER(ENTITY, CELLS) PER_##ENTITY, CELLS

/* A column of the state or, `inside`, what lies in coop_state_t itself. */
typedef struct {
    const char *name;
    sim_agents_type_t type;
    bool inside;
    size_t offset;
    int entity;
    size_t cells; /* of an entity */
} part_t;

#define OF_STATE(MEMBER) (((coop_state_t *)0)->MEMBER)
#define NAMED(NAME, MEMBER, ...)                                                                   \
    {NAME, SIM_AGENTS_TYPE_OF(OF_STATE(MEMBER)), false, offsetof(coop_state_t, MEMBER),            \
     __VA_ARGS__},
#define COLUMN(GROUP, TYPE, NAME, ...) NAMED(#GROUP "." #NAME, GROUP.NAME, __VA_ARGS__)
#define INSIDE(NAME, MEMBER, ...)                                                                  \
    {NAME, SIM_AGENTS_TYPE_OF(&OF_STATE(MEMBER)), true, offsetof(coop_state_t, MEMBER),            \
     __VA_ARGS__},

/* clang-format off */
static const part_t parts[] = {
#include "models/cooperation/columns/donor.def"
    NAMED("donor.knowhow_waste", donor.knowhow[COOP_SECTOR_WASTE], PER(DONOR, 1))
    NAMED("donor.floor_waste", donor.knowhow_floor[COOP_SECTOR_WASTE], PER(DONOR, 1))
    NAMED("donor.knowhow_water", donor.knowhow[COOP_SECTOR_WATER], PER(DONOR, 1))
    NAMED("donor.floor_water", donor.knowhow_floor[COOP_SECTOR_WATER], PER(DONOR, 1))
    NAMED("donor.knowhow_air", donor.knowhow[COOP_SECTOR_AIR], PER(DONOR, 1))
    NAMED("donor.floor_air", donor.knowhow_floor[COOP_SECTOR_AIR], PER(DONOR, 1))
    NAMED("donor.contributions", donor.works[COOP_WORK_CONTRIBUTION], PER(DONOR, 1))
    NAMED("donor.consultations", donor.works[COOP_WORK_CONSULTATION], PER(DONOR, 1))
    NAMED("donor.operations", donor.works[COOP_WORK_OPERATION], PER(DONOR, 1))
    NAMED("donor.investments", donor.works[COOP_WORK_INVESTMENT], PER(DONOR, 1))
    NAMED("partner.need_waste", partner.need[COOP_SECTOR_WASTE], PER(PARTNER, 1))
    NAMED("partner.need_water", partner.need[COOP_SECTOR_WATER], PER(PARTNER, 1))
    NAMED("partner.need_air", partner.need[COOP_SECTOR_AIR], PER(PARTNER, 1))
#include "models/cooperation/columns/partner.def"
#include "models/cooperation/columns/contact.def"
    NAMED("contact.met", met, PER(RUN, COOP_N_SOURCES))
#include "models/cooperation/columns/project.def"
    COLUMN(joint, uint32_t, project, PER(RUN, COOP_MAX_JOINT))
    COLUMN(joint, uint32_t, member, PER(RUN, COOP_MAX_JOINT))
    COLUMN(joint, uint32_t, load, PER(RUN, COOP_MAX_JOINT))
    COLUMN(joint, int64_t, own, PER(RUN, COOP_MAX_JOINT))
    INSIDE("joint.count", joint.count, PER(RUN, 1))
    COLUMN(league, uint32_t, tie, PER(RUN, COOP_MAX_LEAGUE))
    COLUMN(league, uint32_t, member, PER(RUN, COOP_MAX_LEAGUE))
    COLUMN(league, int32_t, since, PER(RUN, COOP_MAX_LEAGUE))
    INSIDE("league.count", league.count, PER(RUN, 1))
    NAMED("country.soured_until", soured_until, PER(COUNTRY, 1))
    COLUMN(donor, double, policy_until, PER(DONOR, 1))
    INSIDE("project.count", project.count, PER(RUN, 1))
    INSIDE("project.n_running", project.n_running, PER(RUN, 1))
    INSIDE("donor.count", n_donors, PER(RUN, 1))
    INSIDE("start.standing", first_standing, PER(RUN, 1))
    INSIDE("start.filled", first_filled, PER(RUN, 1))
    INSIDE("start.formed", first_formed, PER(RUN, 1))
    INSIDE("cooperative.abroad", abroad, PER(RUN, 1))
    INSIDE("cooperative.count", cooperatives, PER(RUN, 1))
    INSIDE("municipality.count", municipalities, PER(RUN, 1))
    INSIDE("association.count", associations, PER(RUN, 1))
    INSIDE("association.governance", governance_passed, PER(RUN, 1))
    INSIDE("sister.dormant", sisters_dormant, PER(RUN, 1))
    INSIDE("observed.knowhow_mean", knowhow_mean, PER(RUN, 1))
    INSIDE("observed.staff_total", staff_total, PER(RUN, 1))
    INSIDE("observed.elections", elections, PER(RUN, 1))
    INSIDE("observed.turnovers", turnovers, PER(RUN, 1))
    INSIDE("budget.austerity", austerity.rate, PER(RUN, PATH))
    INSIDE("start.projects", standing_projects[0], PER(RUN, COOP_N_ORIGINS))
    INSIDE("staff.posts", posts.rate, PER(RUN, PATH))
    NAMED("ledger.flow", flow, PER(RUN, COOP_N_ACCOUNTS * COOP_N_ACCOUNTS))
    NAMED("ledger.balance", balance, PER(RUN, COOP_N_ACCOUNTS))
    NAMED("refusal.count", refused, PER(RUN, COOP_N_MODES * COOP_N_REASONS))
};

static const struct {
    size_t offset, size;
    int entity;
    size_t cells;
} scratch[] = {
#define SCRATCH(TYPE, NAME, ...) {offsetof(coop_state_t, NAME), sizeof(TYPE), __VA_ARGS__},
#include "models/cooperation/columns/scratch.def"
    {offsetof(coop_state_t, offers[COOP_MODE_CITY_TO_CITY].donor), sizeof(uint32_t), PER(DONOR, 1)},
    {offsetof(coop_state_t, offers[COOP_MODE_REGIONAL].donor), sizeof(uint32_t), PER(DONOR, 1)}
};
/* clang-format on */

static void count_entities(const sim_world_t *world, size_t n[N_ENTITIES]) {
    const coop_population_t *pop = coop_population(world);
    n[PER_RUN] = 1;
    n[PER_DONOR] = pop->n_donors;
    n[PER_PARTNER] = pop->n_partners;
    n[PER_COUNTRY] = pop->n_countries;
    n[PER_AGENT] = pop->n_agents;
    n[PER_PROJECT] = coop_state(world)->project.capacity;
    n[PER_ANY] = n[PER_DONOR] + n[PER_PARTNER] + n[PER_COUNTRY];
}

static int make_part(sim_world_t *world, const part_t *part, size_t rows) {
    void *member = (char *)world->state + part->offset;
    if (part->inside)
        return sim_agents_register(&world->columns, part->name, part->type, rows, member);
    return (*(void **)member = sim_world_column(world, part->name, part->type, rows))
               ? 0
               : SIM_ERR_MEMORY;
}

static int make_ties(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    static const uint8_t by_end[] = {COOP_TIE_COOPERATION, COOP_TIE_SISTER, COOP_TIE_MEMBERSHIP};
    if (!(world->ties = sim_base_arena_alloc(&world->arena, 1, sizeof *world->ties)))
        return SIM_ERR_MEMORY;
    int rc = sim_network_ties_init(world->ties, &world->arena, pop->n_members + 4096);
    for (size_t k = 0; k < sizeof by_end && !rc; k++)
        rc = sim_network_ties_by_end(world->ties, by_end[k], pop->n_agents);
    return rc;
}

static int make_state(sim_world_t *world) {
    size_t n[N_ENTITIES];
    int rc = 0;
    count_entities(world, n);
    for (size_t k = 0; k < sizeof parts / sizeof *parts && !rc; k++)
        rc = make_part(world, &parts[k], n[parts[k].entity] * parts[k].cells);
    for (size_t k = 0; k < sizeof scratch / sizeof *scratch && !rc; k++) {
        void **array = (void **)((char *)world->state + scratch[k].offset);
        size_t cells = n[scratch[k].entity] * scratch[k].cells;
        *array = sim_base_arena_alloc(&world->arena, cells, scratch[k].size);
        rc = *array ? 0 : SIM_ERR_MEMORY;
    }
    return rc ? rc : make_ties(world);
}

/* ---- the initial state ---- */

static void start_partners(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    coop_partner_t *partner = &coop_state(world)->partner;
    for (uint32_t i = 0; i < pop->n_partners; i++) {
        partner->terms[i] = 1;
        partner->stability[i] = pop->country[pop->country_of[i]].stability;
        sim_rng_draw_t interest = sim_world_draw(world, COOP_DRAW_SETUP_PARTNER_INTEREST, i, 0);
        partner->interest[i] = sim_rng_uniform(&interest);
        if (i >= pop->n_cities)
            continue; /* of an association: when it is founded */
        partner->exists[i] = 1;
        partner->capacity[i] = pop->capacity[i];
        for (int k = 0; k < COOP_N_SECTORS; k++)
            partner->need[k][i] = pop->need[k][i];
    }
}

static void start_donors(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    s->n_donors = pop->first_founded;
    s->cooperatives = pop->first_founded - pop->first_cooperative;
    s->municipalities = pop->n_municipalities;
    for (uint32_t d = 0; d < pop->n_donors; d++) {
        s->donor.exists[d] = d < pop->first_founded;
        s->donor.population[d] = pop->population[d];
        s->donor.fiscal_strength[d] = pop->fiscal_strength[d];
        s->donor.own_budget[d] = pop->own_budget[d];
        s->donor.purse_factor[d] = 1;
        s->donor.industry[d] = pop->industry[d];
        s->donor.plants[d] = pop->plants[d];
        s->donor.plant_keeper[d] = pop->plant_keeper[d];
        s->donor.pooled[d] = pop->plant_keeper[d] != d;
        s->donor.form[d] = pop->form[d];
        s->donor.heir[d] = SIM_NETWORK_NONE;
        s->donor.changed[d] = INT32_MIN;
        s->donor.policy_until[d] = d < pop->first_cooperative ? -INFINITY : INFINITY;
    }
}

int coop_changed(sim_world_t *world) {
    coop_budget_renew(world);
    coop_founding_renew(world);
    coop_staff_renew(world);
    coop_projects_renew(world);
    coop_contacts_renew(world);
    coop_associations_renew(world);
    coop_leadership_renew(world);
    coop_relations_renew(world);
    coop_funding_renew(world);
    coop_state(world)->offers_known = false;
    return 0;
}

int coop_setup(sim_world_t *world) {
    static int (*const setup[])(sim_world_t *) = {
        coop_memberships_setup, coop_associations_setup, coop_hub_setup,   coop_governance_setup,
        coop_support_setup,     coop_leadership_setup,   coop_staff_setup, coop_knowhow_setup,
        coop_contacts_setup,    coop_sisters_setup,      coop_start,       coop_observe_setup};
    coop_state_t *s = sim_base_arena_alloc(&world->arena, 1, sizeof *s);
    if (!(world->state = s))
        return SIM_ERR_MEMORY;
    s->project.capacity = coop_projects_room(world);
    int rc = make_state(world);
    if (rc)
        return rc;
    s->austerity = (coop_path_t){.rate = coop_params(world)->budget.austerity};
    s->posts = (coop_path_t){.rate = coop_params(world)->staff.trend, .base = 1, .since = 1};
    start_donors(world);
    for (int n = 0; n < COOP_LOGS; n++)
        s->log1p_of[n] = sim_math_log1p(n);
    coop_leadership_renew(world);
    coop_relations_renew(world);
    coop_funding_renew(world);
    coop_budget_renew(world);
    coop_founding_renew(world);
    start_partners(world);
    for (size_t k = 0; k < sizeof setup / sizeof *setup && !rc; k++)
        rc = setup[k](world);
    return rc;
}
