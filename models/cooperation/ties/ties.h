/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "models/cooperation/cooperation.h"

/* The live ties of a kind of donor d, in the order in which a walk backwards through all live ones
 * meets them; returns how many. `tie` has room for all. */
uint32_t coop_ties_of(const sim_world_t *world, uint8_t kind, uint32_t d, uint32_t *tie);
/* Adds a cooperation tie, in the form that its donor's is; *tie is its id. */
int coop_ties_begin(sim_world_t *world, const sim_network_birth_t *birth, uint32_t *tie);
/* Ends a cooperation tie, and nothing that hangs on it. */
void coop_ties_end(sim_world_t *world, uint32_t tie, uint8_t cause);
/* Of two ties with a partner one goes on: what is better of the two stays. */
void coop_ties_join(sim_world_t *world, uint32_t old, uint32_t kept);
/* A tie of `donor` that goes on where `old`, which has ended, was; *new is its id. */
int coop_ties_continue(sim_world_t *world, uint32_t old, uint32_t donor, uint8_t mode,
                       uint32_t *new);
/* The spell goes on with another donor. */
void coop_ties_hand_over(sim_world_t *world, uint32_t tie, uint32_t donor);
/* The tie of a member with its cooperative or its association of partner cities, agents both. */
int coop_ties_add_member(sim_world_t *world, uint32_t member, uint32_t body, int32_t onset,
                         bool censored);
/* The tie belongs to a consortium or is led by a prefecture. */
static inline bool coop_ties_of_several(const sim_world_t *world, uint32_t tie) {
    uint8_t form = world->ties->form[tie];
    return form == COOP_TIE_FORM_CONSORTIUM || form == COOP_TIE_FORM_PREFECTURE_LED;
}
/* Those under the lead of the tie's donor, lowest id first; how many. Room for COOP_MAX_LEAGUE. */
uint32_t coop_ties_members(const sim_world_t *world, uint32_t tie, uint32_t *member);
/* d acts in a form of several with this partner, in the lead or not. */
bool coop_ties_shares(const sim_world_t *world, uint32_t d, uint32_t partner);
