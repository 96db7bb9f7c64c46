/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* Strength of the contact that a place in a network of many cities brings (A; M24: cheap ties). */
static const double coop_hub_contact = 0.2;
