/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* Consultants and institutes (M41, consultants.c). */
/* Who leads project j, which has just begun: a place among them, or COOP_NO_LEAD. */
uint8_t coop_consultants_lead(const sim_world_t *world, uint32_t j);
/* Share of what a new head would lose of the tie's trust that they keep. */
double coop_consultants_keep(const sim_world_t *world, uint32_t tie);
