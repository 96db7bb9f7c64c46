/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "models/cooperation/cooperation.h"

void coop_ledger_move(sim_world_t *world, int from, int to, int64_t yen);
int coop_ledger_account(const coop_population_t *population, uint32_t donor);
/* So many opportunities of a mode became no tie for this reason. */
void coop_refuse(sim_world_t *world, int mode, int reason, uint32_t n);
