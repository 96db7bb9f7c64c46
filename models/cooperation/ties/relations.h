/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

bool coop_relations_soured(const sim_world_t *world, uint32_t country);
