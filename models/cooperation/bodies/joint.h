/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* Joint projects of a cooperative and its members (M39, joint.c). */
int coop_joint_form(sim_world_t *world, uint32_t j);   /* members join the new project */
int coop_joint_recall(sim_world_t *world, uint32_t j); /* those that the record names */
void coop_joint_close(sim_world_t *world, uint32_t j);
int64_t coop_joint_work(sim_world_t *world, uint32_t j); /* own money paid in the step, yen */
void coop_joint_inherit(sim_world_t *world, uint32_t from, uint32_t heir);
