/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* The four types of work of a cooperative (M38, works.c). */
void coop_works_count(sim_world_t *world, uint32_t d, uint8_t kind); /* one begun; of others none */
bool coop_works_open(const sim_world_t *world, uint32_t d, uint8_t kind); /* the members agreed */
bool coop_works_trusted(const sim_world_t *world, uint32_t tie, uint8_t kind);
void coop_works_inherit(sim_world_t *world, uint32_t from, uint32_t heir);
