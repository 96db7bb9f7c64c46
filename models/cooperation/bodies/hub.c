/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks of many cities (M24). The hub programme, after the Kitakyushu Initiative, is founded at
 * a conference, paid by a sponsor, and joins partner cities to one donor until the money ends;
 * others have the members of their file. A membership is a cheap tie of the member with the
 * network: it brings contacts, and ends when the member leaves or the network ends. */
#include "models/cooperation/ties/contacts.h"
#include "models/cooperation/ties/formation.h"

enum { HUB }; /* place among networks */

/* The Kitakyushu Initiative: its first year (F), cities that join a year, 62 by 2007 (D). */
static const double hub_from = 2000, members_per_year = 9;
/* Rate at which a member leaves a network, 1/year (D): nobody left the East Asian network of 10
 * cities in 2004-21 (tcs-asia.org), half an exit in 170 years of membership. */
static const double leaving = 0.003;

static uint32_t agent_of(const sim_world_t *world, uint32_t network) {
    return coop_population(world)->network[network].agent;
}

static int join(sim_world_t *world, uint32_t member, uint32_t network, int32_t onset) {
    sim_network_birth_t birth = {.kind = COOP_TIE_INITIATIVE,
                                 .mode = COOP_NO_MODE,
                                 .topic = COOP_NO_MODE,
                                 .stage = COOP_STAGE_EXCHANGE,
                                 .from = member,
                                 .to = agent_of(world, network),
                                 .onset = onset,
                                 .trust = coop_formation_trust(0)};
    return sim_network_tie_add(world->ties, &birth, NULL);
}

static bool is_in(const sim_world_t *world, uint32_t member, uint32_t network) {
    return sim_network_tie_find(world->ties, COOP_TIE_INITIATIVE, member,
                                agent_of(world, network)) != SIM_NETWORK_NONE;
}

/* Ends the memberships of a network, or of it those of one member. */
static void end(sim_world_t *world, uint32_t network, uint32_t member, uint8_t cause) {
    sim_network_ties_t *ties = world->ties;
    for (uint32_t k = ties->n_live[COOP_TIE_INITIATIVE]; k-- > 0;) {
        uint32_t tie = ties->live[COOP_TIE_INITIATIVE][k];
        if (ties->to[tie] == agent_of(world, network) &&
            (member == SIM_NETWORK_NONE || ties->from[tie] == member))
            sim_network_tie_end(ties, tie, world->clock.step, cause);
    }
}

/* ---- members that leave ---- */

static void leave(sim_world_t *world) {
    sim_network_ties_t *ties = world->ties;
    double chance = coop_chance(leaving);
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_NETWORK_EXIT);
    for (uint32_t k = ties->n_live[COOP_TIE_INITIATIVE]; k-- > 0;) {
        uint32_t tie = ties->live[COOP_TIE_INITIATIVE][k];
        sim_rng_draw_t draw = sim_rng_draw(&rng, ties->from[tie], ties->to[tie]);
        if (ties->onset[tie] < world->clock.step && sim_rng_chance(&draw, chance))
            sim_network_tie_end(ties, tie, world->clock.step, COOP_CAUSE_PARTNER_EXIT);
    }
}

/* ---- the hub programme ---- */

/* The donor with an intermediary and the largest industrial base; SIM_NETWORK_NONE without. */
static uint32_t find_hub(const coop_population_t *pop) {
    uint32_t hub = SIM_NETWORK_NONE;
    for (uint32_t d = 0; d < pop->first_cooperative; d++)
        if (pop->intermediary[d] &&
            (hub == SIM_NETWORK_NONE || pop->industry[d] > pop->industry[hub]))
            hub = d;
    return hub;
}

static bool in_reach(const coop_population_t *pop, uint32_t i) {
    return pop->region[i] <= COOP_REGION_PACIFIC; /* Asia and the Pacific (UNESCAP) */
}

/* Members join by attraction: a partner's chance is its share of the popularity in reach. */
static int recruit(sim_world_t *world, uint32_t hub) {
    const coop_population_t *pop = coop_population(world);
    double total = 0;
    int rc = 0;
    for (uint32_t i = 0; i < pop->n_cities; i++)
        total += in_reach(pop, i) ? pop->popularity[i] : 0;
    coop_state_t *s = coop_state(world);
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_HUB_MEMBER);
    sim_rng_words(&rng, 0, pop->n_cities, s->high);
    for (uint32_t i = 0; i < pop->n_cities && !rc && total > 0; i++) {
        double rate = in_reach(pop, i) ? members_per_year * pop->popularity[i] / total : 0;
        double u = s->high[i] * 0x1p-32;
        if (u >= rate + 1e-12) /* above 1 - exp(-rate) */
            continue;
        if (is_in(world, pop->n_donors + i, HUB) || u >= coop_chance(rate))
            continue;
        rc = join(world, pop->n_donors + i, HUB, world->clock.step);
        coop_contacts_add(world, hub, i, coop_contacts_network, COOP_SOURCE_CONFERENCE);
    }
    return rc;
}

static int hub_year(sim_world_t *world) {
    const coop_hub_params_t *p = &coop_params(world)->hub;
    uint32_t hub = find_hub(coop_population(world));
    double year = sim_schedule_year(&world->clock, world->clock.step);
    bool funded = p->enabled && year >= hub_from && year < p->until;
    if (hub != SIM_NETWORK_NONE && funded)
        return recruit(world, hub);
    end(world, HUB, SIM_NETWORK_NONE, COOP_CAUSE_GRANT_END);
    return 0;
}

/* ---- networks with a list of members ---- */

static bool is_seated(const coop_seat_t *seat, int32_t year) {
    return year >= seat->from && year < seat->until;
}

/* They meet every year: its local governments know its partner cities. */
static void meet(sim_world_t *world, uint32_t network) {
    const coop_population_t *pop = coop_population(world);
    for (uint32_t k = 0; k < pop->n_seats; k++)
        for (uint32_t other = 0; other < pop->n_seats; other++) {
            uint32_t d = pop->seat[k].member, i = pop->seat[other].member;
            if (pop->seat[k].network != network || pop->seat[other].network != network ||
                d >= pop->n_donors || i < pop->n_donors || !coop_state(world)->donor.exists[d])
                continue;
            if (is_in(world, d, network) && is_in(world, i, network))
                coop_contacts_add(world, d, i - pop->n_donors, coop_contacts_network,
                                  COOP_SOURCE_CONFERENCE);
        }
}

/* In the year of its file a member joins, or its membership ends. */
static int listed_year(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    int32_t year = sim_schedule_year(&world->clock, world->clock.step);
    bool enabled = coop_params(world)->hub.enabled;
    int rc = 0;
    for (uint32_t k = 0; k < pop->n_seats && !rc; k++) {
        const coop_seat_t *seat = &pop->seat[k];
        bool in = is_in(world, seat->member, seat->network);
        bool merged =
            seat->member < pop->n_donors && !coop_state(world)->donor.exists[seat->member];
        if (in && (merged || !enabled || year >= seat->until))
            end(world, seat->network, seat->member,
                merged ? COOP_CAUSE_MERGER : COOP_CAUSE_GRANT_END);
        else if (!in && enabled && year == seat->from)
            rc = join(world, seat->member, seat->network, world->clock.step);
    }
    for (uint32_t k = HUB + 1; k < pop->n_networks && enabled && !rc; k++)
        meet(world, k);
    return rc;
}

int coop_hub_setup(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    const sim_schedule_clock_t *clock = &world->clock;
    int rc = 0;
    for (uint32_t k = 0; k < pop->n_seats && coop_params(world)->hub.enabled && !rc; k++) {
        const coop_seat_t *seat = &pop->seat[k];
        if (seat->from < clock->start_year && is_seated(seat, clock->start_year))
            rc = join(world, seat->member, seat->network,
                      (seat->from - clock->start_year) * clock->steps_per_year);
    }
    return rc;
}

int coop_hub_year(sim_world_t *world) {
    leave(world);
    int rc = hub_year(world);
    return rc ? rc : listed_year(world);
}
