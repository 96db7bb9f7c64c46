/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* What interventions can set on agents, and by which classes (named.c). */
extern const sim_agent_param_t coop_agent_params[];
extern const sim_agent_class_t coop_agent_classes[];
