/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "models/cooperation/cooperation.h"

/* A share of the people and posts of `from` go over. */
void coop_staff_move(sim_world_t *world, uint32_t from, uint32_t to, double share);
/* The part of a new member's people that the cooperative gets. */
void coop_staff_join(sim_world_t *world, uint32_t m, uint32_t c);
/* Multiplies people: the seniors, and juniors and posts. */
void coop_staff_scale(sim_world_t *world, uint32_t d, double seniors, double others);
double coop_staff_free(const sim_world_t *world, uint32_t donor);
