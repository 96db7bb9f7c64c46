/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

void coop_ledger_move(sim_world_t *world, int from, int to, int64_t yen);
int coop_ledger_account(const coop_population_t *population, uint32_t donor);
void coop_refuse(sim_world_t *world, int mode, int reason);
void coop_refuse_many(sim_world_t *world, int mode, int reason, uint32_t n);
/* object < 0: none */
int coop_event(sim_world_t *world, int kind, int64_t subject, int64_t object, double value);
