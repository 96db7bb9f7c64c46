/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "models/cooperation/cooperation.h"

/* The mandate alone, as the record or a union has it. */
void coop_initiative_note(sim_world_t *world, uint32_t c, bool mandate);
/* The members give cooperative c a mandate or take it back. */
int coop_initiative_decide(sim_world_t *world, uint32_t c, bool mandate);
