/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "models/cooperation/cooperation.h"

/* What members carry of a project, which its donor need not. */
typedef struct {
    uint32_t members, load;
    int64_t own; /* yen */
} coop_joint_part_t;

/* Members join the new project j; in *theirs their part, untouched where nobody joins. */
int coop_joint_form(sim_world_t *world, uint32_t j, coop_joint_part_t *theirs);
/* The same of those that the record names. */
int coop_joint_recall(sim_world_t *world, uint32_t j, coop_joint_part_t *theirs);
void coop_joint_close(sim_world_t *world, uint32_t j);
int64_t coop_joint_work(sim_world_t *world, uint32_t j); /* own money paid in the step, yen */
