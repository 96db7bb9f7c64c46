/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

double coop_staff_free(const sim_world_t *world, uint32_t donor);
