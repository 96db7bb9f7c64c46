/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of a replicate: columns, then the initial state by each process. */
#include <math.h>

#include "models/cooperation/cooperation.h"

double coop_step_probability(const sim_world_t *world, double rate) {
    return -sim_math_expm1(-rate / world->clock.steps_per_year);
}

/* x / (1 + x) <= 1 - exp(-x) <= x / (1 + x / 2) */
bool coop_occurs(double u, double x) {
    const double rounding = 1e-12;
    if (u * (1 + x / 2) >= x * (1 + rounding))
        return false;
    return u * (1 + x) < x * (1 - rounding) || u < -sim_math_expm1(-x);
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

enum { STRETCH = 8 };

/* The least of a stretch, two at a time, so that compilers make vectors of it. */
static double earliest(const double time[STRETCH]) {
    double even = time[0], odd = time[1];
    for (int k = 2; k < STRETCH; k += 2) {
        even = coop_min(time[k], even);
        odd = coop_min(time[k + 1], odd);
    }
    return coop_min(even, odd);
}

uint32_t coop_list_due(const double *time, uint32_t n, double end, uint32_t *due) {
    uint32_t n_due = 0;
    for (uint32_t from = 0; from < n; from += STRETCH) {
        uint32_t to = n - from < STRETCH ? n : from + STRETCH;
        if (to - from == STRETCH && earliest(time + from) >= end)
            continue; /* most of them */
        for (uint32_t k = from; k < to; k++) {
            due[n_due] = k;
            n_due += time[k] < end;
        }
    }
    return n_due;
}

void coop_live_uniforms(const sim_world_t *world, const sim_rng_t *rng, uint8_t kind, uint32_t k,
                        double u[COOP_BATCH]) {
    const sim_network_ties_t *ties = world->ties;
    uint32_t n = ties->n_live[kind] - k < COOP_BATCH ? ties->n_live[kind] - k : COOP_BATCH;
    uint32_t donor[COOP_BATCH] = {0}, partner[COOP_BATCH] = {0}, high[COOP_BATCH], low[COOP_BATCH];
    for (uint32_t i = 0; i < n; i++) {
        donor[i] = ties->donor[ties->live[kind][k + i]];
        partner[i] = ties->partner[ties->live[kind][k + i]];
    }
    sim_rng_fill_pairs(rng, donor, partner, n, high, low);
    for (uint32_t i = 0; i < n; i++)
        u[i] = sim_rng_unit(high[i], low[i]);
}

#define COLUMN(member, name, type, rows)                                                           \
    ok = ok && (s->member = sim_world_column(world, name, SIM_AGENTS_##type, rows))

static bool make_donors(sim_world_t *world, coop_state_t *s, size_t n) {
    static const char *const level[] = {"donor.knowhow_waste", "donor.knowhow_water",
                                        "donor.knowhow_air"};
    static const char *const floor[] = {"donor.floor_waste", "donor.floor_water",
                                        "donor.floor_air"};
    static const char *const works[] = {"donor.contributions", "donor.consultations",
                                        "donor.operations", "donor.investments"};
    bool ok = true;
    COLUMN(donor.exists, "donor.exists", U8, n);
    COLUMN(donor.population, "donor.population", F64, n);
    COLUMN(donor.fiscal_strength, "donor.fiscal_strength", F64, n);
    COLUMN(donor.own_budget, "donor.own_budget", F64, n);
    COLUMN(donor.industry, "donor.industry", F64, n);
    COLUMN(donor.plants, "donor.plants", U32, n);
    COLUMN(donor.plant_keeper, "donor.plant_keeper", U32, n);
    COLUMN(donor.form, "donor.form", U8, n);
    COLUMN(donor.pooled, "donor.pooled", U8, n);
    COLUMN(donor.heir, "donor.heir", U32, n);
    COLUMN(donor.changed, "donor.changed", I32, n);
    COLUMN(donor.priority, "donor.priority", F64, n);
    COLUMN(donor.priority_fall, "donor.priority_fall", F64, n);
    COLUMN(donor.terms, "donor.terms", U8, n);
    COLUMN(donor.contested, "donor.contested", U8, n);
    COLUMN(donor.turnover, "donor.turnover", I32, n);
    COLUMN(donor.support, "donor.support", F64, n);
    COLUMN(donor.reputation, "donor.reputation", F64, n);
    COLUMN(donor.purse, "donor.purse", I64, n);
    COLUMN(donor.voted, "donor.voted", I64, n);
    COLUMN(donor.junior, "donor.junior", F64, n);
    COLUMN(donor.senior, "donor.senior", F64, n);
    COLUMN(donor.fte_bound, "donor.fte_bound", F64, n);
    COLUMN(donor.staff_start, "donor.staff_start", F64, n);
    COLUMN(donor.shrinkage, "donor.shrinkage", F64, n);
    COLUMN(donor.next_renewal, "donor.next_renewal", F64, n);
    COLUMN(donor.n_ties, "donor.n_ties", U32, n);
    COLUMN(donor.n_projects, "donor.n_projects", U32, n);
    COLUMN(donor.load, "donor.load", U32, n);
    COLUMN(donor.n_firm_projects, "donor.n_firm_projects", U32, n);
    COLUMN(donor.record, "donor.record", U32, n);
    COLUMN(donor.first_project, "donor.first_project", I32, n);
    COLUMN(donor.commitment, "donor.commitment", F64, n);
    COLUMN(donor.n_contacts, "donor.n_contacts", U8, n);
    COLUMN(donor.mandate, "donor.mandate", U8, n);
    COLUMN(donor.scope, "donor.scope", U8, n);
    COLUMN(donor.governance, "donor.governance", F64, n);
    COLUMN(donor.manager, "donor.manager", U32, n);
    COLUMN(donor.elected, "donor.elected", I32, n);
    COLUMN(donor.purse_factor, "donor.purse_factor", F64, n);
    for (int k = 0; k < COOP_N_SECTORS; k++) {
        COLUMN(donor.knowhow[k], level[k], F64, n);
        COLUMN(donor.knowhow_floor[k], floor[k], F64, n);
    }
    for (int kind = 0; kind < COOP_N_WORKS; kind++)
        COLUMN(donor.works[kind], works[kind], U32, n);
    return ok;
}

static bool make_partners_and_contacts(sim_world_t *world, coop_state_t *s, size_t n_donors,
                                       size_t n_partners) {
    static const char *const need[] = {"partner.need_waste", "partner.need_water",
                                       "partner.need_air"};
    size_t n_contacts = n_donors * COOP_MAX_CONTACTS;
    bool ok = true;
    for (int k = 0; k < COOP_N_SECTORS; k++)
        COLUMN(partner.need[k], need[k], F64, n_partners);
    COLUMN(partner.capacity, "partner.capacity", F64, n_partners);
    COLUMN(partner.interest, "partner.interest", F64, n_partners);
    COLUMN(partner.stability, "partner.stability", F64, n_partners);
    COLUMN(partner.wish, "partner.wish", F64, n_partners);
    COLUMN(partner.governance, "partner.governance", F64, n_partners);
    COLUMN(partner.exists, "partner.exists", U8, n_partners);
    COLUMN(partner.n_ties, "partner.n_ties", U32, n_partners);
    COLUMN(partner.terms, "partner.terms", U8, n_partners);
    COLUMN(partner.turnover, "partner.turnover", I32, n_partners);
    COLUMN(contact.partner, "contact.partner", U32, n_contacts);
    COLUMN(contact.since, "contact.since", I32, n_contacts);
    COLUMN(contact.strength, "contact.strength", F64, n_contacts);
    COLUMN(contact.source, "contact.source", U8, n_contacts);
    COLUMN(contact.pace, "contact.pace", F64, n_donors);
    COLUMN(contact.due, "contact.due", F64, n_donors);
    COLUMN(contact.left, "contact.left", F64, n_donors);
    COLUMN(contact.from, "contact.from", F64, n_donors);
    COLUMN(met, "contact.met", I64, COOP_N_SOURCES);
    return ok;
}

/* Derived tables and scratch: nothing here is state, so nothing is registered. */
static bool make_tables(sim_world_t *world, coop_state_t *s, size_t n_donors, size_t n_partners) {
    sim_base_arena_t *arena = &world->arena;
    size_t n_countries = coop_population(world)->n_countries;
    size_t n_scratch = n_donors + n_partners + n_countries; /* room for any of them */
    return (s->partner_weight = sim_base_arena_alloc(arena, n_partners, sizeof(double))) &&
           (s->sister_weight = sim_base_arena_alloc(arena, n_partners, sizeof(double))) &&
           (s->contact_size = sim_base_arena_alloc(arena, n_donors, sizeof(double))) &&
           (s->known = sim_base_arena_alloc(arena, n_donors, sizeof(uint32_t))) &&
           (s->is_known = sim_base_arena_alloc(arena, n_donors, sizeof(uint8_t))) &&
           (s->fiscal_factor = sim_base_arena_alloc(arena, n_donors, sizeof(double))) &&
           (s->flow_metric = sim_base_arena_alloc(arena, COOP_N_COUNTS, sizeof(double))) &&
           (s->high = sim_base_arena_alloc(arena, n_scratch, sizeof(uint32_t))) &&
           (s->low = sim_base_arena_alloc(arena, n_scratch, sizeof(uint32_t))) &&
           (s->weight = sim_base_arena_alloc(arena, n_donors, sizeof(double))) &&
           (s->stale = sim_base_arena_alloc(arena, n_donors, sizeof(uint8_t))) &&
           (s->window = sim_base_arena_alloc(arena, n_donors, sizeof(uint32_t))) &&
           (s->window_donor = sim_base_arena_alloc(arena, n_donors, sizeof(uint32_t))) &&
           (s->votes = sim_base_arena_alloc(arena, n_donors, sizeof(double))) &&
           (s->mark = sim_base_arena_alloc(arena, coop_population(world)->n_agents, 1)) &&
           (s->due = sim_base_arena_alloc(arena, n_scratch, sizeof(uint32_t))) &&
           (s->offers[COOP_MODE_CITY_TO_CITY].donor =
                sim_base_arena_alloc(arena, n_donors, sizeof(uint32_t))) &&
           (s->offers[COOP_MODE_REGIONAL].donor =
                sim_base_arena_alloc(arena, n_donors, sizeof(uint32_t))) &&
           (s->offered = sim_base_arena_alloc(arena, n_donors, sizeof(uint8_t))) &&
           (s->of_country = sim_base_arena_alloc(arena, n_countries, sizeof(double))) &&
           (s->turnover_of = sim_base_arena_alloc(arena, 3 * n_countries, sizeof(double))) &&
           (s->rupture_chance = sim_base_arena_alloc(arena, n_countries, sizeof(double))) &&
           (s->finished = sim_base_arena_alloc(arena, COOP_MAX_PROPOSALS, sizeof(uint32_t))) &&
           (s->proposal = sim_base_arena_alloc(arena, COOP_MAX_PROPOSALS, sizeof(coop_proposal_t)));
}

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
    }
}

/* State outside the columns; its place in the arena does not change. */
static int register_scalars(sim_world_t *world, coop_state_t *s) {
    const struct {
        const char *name;
        sim_agents_type_t type;
        void *data;
    } scalar[] = {{"project.count", SIM_AGENTS_U32, &s->project.count},
                  {"project.n_running", SIM_AGENTS_U32, &s->project.n_running},
                  {"donor.count", SIM_AGENTS_U32, &s->n_donors},
                  {"start.standing", SIM_AGENTS_U32, &s->first_standing},
                  {"start.filled", SIM_AGENTS_U32, &s->first_filled},
                  {"start.formed", SIM_AGENTS_U32, &s->first_formed},
                  {"cooperative.abroad", SIM_AGENTS_U32, &s->abroad},
                  {"cooperative.count", SIM_AGENTS_U32, &s->cooperatives},
                  {"municipality.count", SIM_AGENTS_U32, &s->municipalities},
                  {"association.count", SIM_AGENTS_U32, &s->associations},
                  {"association.governance", SIM_AGENTS_F64, &s->governance_passed},
                  {"sister.dormant", SIM_AGENTS_U32, &s->sisters_dormant},
                  {"observed.knowhow_mean", SIM_AGENTS_F64, &s->knowhow_mean},
                  {"observed.staff_total", SIM_AGENTS_F64, &s->staff_total},
                  {"observed.elections", SIM_AGENTS_F64, &s->elections},
                  {"observed.turnovers", SIM_AGENTS_F64, &s->turnovers}};
    const size_t path = sizeof(coop_path_t) / sizeof(double);
    int rc = 0;
    for (size_t k = 0; k < sizeof scalar / sizeof *scalar && !rc; k++)
        rc =
            sim_agents_register(&world->columns, scalar[k].name, scalar[k].type, 1, scalar[k].data);
    if (!rc)
        rc = sim_agents_register(&world->columns, "budget.austerity", SIM_AGENTS_F64, path,
                                 &s->austerity);
    if (!rc)
        rc = sim_agents_register(&world->columns, "start.projects", SIM_AGENTS_U32, COOP_N_ORIGINS,
                                 s->standing_projects);
    if (!rc)
        rc = sim_agents_register(&world->columns, "staff.posts", SIM_AGENTS_F64, path, &s->posts);
    return rc;
}

static int make_columns(sim_world_t *world, coop_state_t *s) {
    const coop_population_t *pop = coop_population(world);
    uint32_t ties = pop->n_members + 4096;
    int rc;
    if (!make_donors(world, s, pop->n_donors) ||
        !make_partners_and_contacts(world, s, pop->n_donors, pop->n_partners) ||
        !make_tables(world, s, pop->n_donors, pop->n_partners))
        return SIM_ERR_MEMORY;
    if (!(world->ties = sim_base_arena_alloc(&world->arena, 1, sizeof *world->ties)))
        return SIM_ERR_MEMORY;
    if ((rc = sim_network_ties_init(world->ties, &world->arena, ties)))
        return rc;
    if ((rc = sim_network_ties_by_end(world->ties, COOP_TIE_COOPERATION, pop->n_agents)) ||
        (rc = sim_network_ties_by_end(world->ties, COOP_TIE_SISTER, pop->n_agents)) ||
        (rc = sim_network_ties_by_end(world->ties, COOP_TIE_MEMBERSHIP, pop->n_agents)))
        return rc;
    if ((rc = coop_projects_setup(world)) || (rc = coop_joint_setup(world)) ||
        (rc = coop_forms_setup(world)))
        return rc;
    if ((rc = coop_relations_setup(world)))
        return rc;
    if ((rc = coop_policy_setup(world)))
        return rc;
    if ((rc = register_scalars(world, s)))
        return rc;
    return coop_ledger_setup(world);
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
    coop_state_t *s = sim_base_arena_alloc(&world->arena, 1, sizeof *s);
    int rc;
    if (!(world->state = s))
        return SIM_ERR_MEMORY;
    if ((rc = make_columns(world, s)))
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
    if ((rc = coop_memberships_setup(world)))
        return rc;
    if ((rc = coop_associations_setup(world)))
        return rc;
    if ((rc = coop_hub_setup(world)))
        return rc;
    coop_governance_setup(world);
    if ((rc = coop_support_setup(world)))
        return rc;
    if ((rc = coop_leadership_setup(world)))
        return rc;
    if ((rc = coop_staff_setup(world)))
        return rc;
    if ((rc = coop_knowhow_setup(world)))
        return rc;
    coop_contacts_renew(world);
    if ((rc = coop_sisters_setup(world)))
        return rc;
    if ((rc = coop_start(world)))
        return rc;
    return coop_observe_setup(world);
}
