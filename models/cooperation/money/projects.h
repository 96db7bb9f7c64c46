/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

typedef struct {
    int scheme;
    uint8_t kind;         /* COOP_WORK_... */
    uint8_t renewed;      /* which renewal it is; 0: a new project */
    int64_t granted, own; /* yen in all */
    double years;
} coop_work_t;
int coop_projects_begin(sim_world_t *world, uint32_t tie, const coop_work_t *work);
/* ... of the kind that the scheme pays for. */
int coop_projects_start(sim_world_t *world, uint32_t tie, int scheme, int64_t granted, int64_t own,
                        double years);
/* Own money promised by a part of project j, yen a year: whole yen, so that sums have no dust. */
double coop_projects_own_rate(const sim_world_t *world, uint32_t j, int64_t own);
/* People bound by what donor d is loaded with. */
void coop_projects_bind(sim_world_t *world, uint32_t d);
/* A project of this scheme that began now would be started by a firm (M30). */
bool coop_projects_by_firm(const sim_world_t *world, uint32_t tie, int scheme);
double coop_projects_staff(const sim_world_t *world, bool firm); /* people it binds, FTE */
void coop_projects_cut(sim_world_t *world, uint32_t tie);
/* Running projects of a tie go on under another tie with the same partner. */
void coop_projects_hand_over(sim_world_t *world, uint32_t tie, uint32_t to);
/* The tie has another donor now, and so have its running projects. */
void coop_projects_change_hands(sim_world_t *world, uint32_t tie, uint32_t from, uint32_t heir);
bool coop_projects_running(const sim_world_t *world, uint32_t tie);
/* The first project that began in `step` or later, or the number of projects: they are in order of
 * their start. */
uint32_t coop_projects_since(const sim_world_t *world, double step);
