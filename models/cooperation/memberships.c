/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is a member of which cooperative: a list per cooperative in one pool, and a tie of kind
 * membership for the results. */
#include <string.h>

#include "models/cooperation/cooperation.h"

enum { SMALLEST_ROOM = 4 };

static int tie_member(sim_world_t *world, uint32_t c, uint32_t m, bool from_the_start) {
    sim_network_birth_t birth = {.kind = COOP_TIE_MEMBERSHIP,
                                 .mode = COOP_NO_MODE,
                                 .sector = COOP_NO_MODE,
                                 .stage = COOP_NO_MODE,
                                 .donor = m,
                                 .partner = c,
                                 .onset = world->clock.step,
                                 .onset_censored = from_the_start,
                                 .trust = 0.5};
    return sim_network_tie_add(world->ties, &birth, NULL);
}

int coop_memberships_setup(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    coop_membership_t *list = &coop_state(world)->membership;
    uint32_t n = pop->n_donors - pop->first_cooperative,
             given = pop->first_founded - pop->first_cooperative;
    /* Moving a list that has outgrown its room at most doubles what it takes. */
    list->capacity = 4 * pop->n_members + 32 * (n - given);
    list->first = sim_world_column(world, "membership.first", SIM_AGENTS_U32, n);
    list->count = sim_world_column(world, "membership.count", SIM_AGENTS_U32, n);
    list->room = sim_world_column(world, "membership.room", SIM_AGENTS_U32, n);
    list->pool = sim_world_column(world, "membership.pool", SIM_AGENTS_U32, list->capacity);
    if (!list->first || !list->count || !list->room || !list->pool)
        return SIM_ERR_MEMORY;
    int rc =
        sim_agents_register(&world->columns, "membership.used", SIM_AGENTS_U32, 1, &list->used);
    for (uint32_t c = 0; c < given; c++) {
        list->first[c] = pop->first_member[c];
        list->count[c] = list->room[c] = pop->first_member[c + 1] - pop->first_member[c];
        for (uint32_t k = list->first[c]; k < list->first[c] + list->count[c] && !rc; k++) {
            list->pool[k] = pop->member[k];
            rc = tie_member(world, pop->first_cooperative + c, pop->member[k], true);
        }
    }
    list->used = pop->n_members;
    return rc;
}

/* Gives the list of a cooperative twice the room, at the end of the pool. */
static int make_room(sim_world_t *world, uint32_t local) {
    coop_membership_t *list = &coop_state(world)->membership;
    uint32_t room = list->room[local] ? 2 * list->room[local] : SMALLEST_ROOM;
    if (room > list->capacity - list->used)
        return sim_world_fail(world, SIM_ERR_LIMIT, "memberships change too often for one run");
    memcpy(list->pool + list->used, list->pool + list->first[local],
           list->count[local] * sizeof *list->pool);
    list->first[local] = list->used;
    list->room[local] = room;
    list->used += room;
    return 0;
}

int coop_memberships_join(sim_world_t *world, uint32_t c, uint32_t m) {
    coop_membership_t *list = &coop_state(world)->membership;
    uint32_t local = c - coop_population(world)->first_cooperative;
    int rc = tie_member(world, c, m, false);
    if (!rc && list->count[local] == list->room[local])
        rc = make_room(world, local);
    if (!rc)
        list->pool[list->first[local] + list->count[local]++] = m;
    return rc;
}

void coop_memberships_leave(sim_world_t *world, uint32_t c, uint32_t m, uint8_t cause) {
    coop_membership_t *list = &coop_state(world)->membership;
    uint32_t local = c - coop_population(world)->first_cooperative;
    uint32_t tie = sim_network_tie_find(world->ties, COOP_TIE_MEMBERSHIP, m, c);
    uint32_t *member = list->pool + list->first[local];
    for (uint32_t k = 0; k < list->count[local]; k++)
        if (member[k] == m) {
            member[k] = member[--list->count[local]];
            sim_network_tie_end(world->ties, tie, world->clock.step, cause);
            return;
        }
}
