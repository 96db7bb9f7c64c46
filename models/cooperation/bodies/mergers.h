/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* Municipality m becomes a part of `heir`, with all that it has. */
int coop_mergers_merge(sim_world_t *world, uint32_t m, uint32_t heir);
