/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "models/cooperation/cooperation.h"

/* What running projects load on a donor. */
typedef struct {
    uint32_t projects, firm_projects, people; /* people: in COOP_FULL_LOAD-ths of a project's */
    double yen;                               /* own money promised, a year */
} coop_load_t;

/* Adds the load (sign 1) or takes it away (-1). */
void coop_load_change(sim_world_t *world, uint32_t donor, const coop_load_t *load, int sign);
double coop_load_people(const sim_world_t *world, bool firm); /* that a project binds, FTE */
/* Own money promised by a part of project j, yen a year: whole yen, so that sums have no dust. */
double coop_load_rate(const sim_world_t *world, uint32_t j, int64_t own);
