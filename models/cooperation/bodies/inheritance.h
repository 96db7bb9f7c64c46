/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* What goes over from one body to another (inheritance.c). */
/* The live ties of a kind of donor d, in the order in which a walk backwards through all live ones
 * meets them; returns how many. `tie` has room for all. */
uint32_t coop_ties_of(const sim_world_t *world, uint8_t kind, uint32_t d, uint32_t *tie);
/* Counts of a cooperation tie that begins (1) or ends (-1): its donor's, its partner's, by mode. */
void coop_count_tie(sim_world_t *world, uint32_t tie, int change);
/* Of two ties with a partner one goes on: what is better of the two stays. */
void coop_join_ties(sim_world_t *world, uint32_t old, uint32_t kept);
/* A tie of `donor` that goes on where `old`, which has ended, was; *new is its id. */
int coop_continue_tie(sim_world_t *world, uint32_t old, uint32_t donor, uint8_t mode,
                      uint32_t *new);
int coop_inherit_ties(sim_world_t *world, uint32_t from, uint32_t heir, uint8_t cause);
void coop_inherit_staff(sim_world_t *world, uint32_t from, uint32_t heir, double share);
void coop_inherit_belongings(sim_world_t *world, uint32_t from, uint32_t heir);
void coop_inherit_nature(sim_world_t *world, uint32_t from, uint32_t heir);
/* Empties the columns of d, which exists no more. */
void coop_retire(sim_world_t *world, uint32_t d, uint32_t heir);
