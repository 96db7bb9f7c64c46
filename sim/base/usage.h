/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time and memory that the program takes. */
#ifndef SIM_BASE_USAGE_H
#define SIM_BASE_USAGE_H

#include <stdint.h>

/* Seconds on a clock that only goes forward. */
double sim_base_seconds(void);

/* The most memory that was resident since the program began, bytes; 0 where the system does not
 * tell. getrusage() would count the parent as well, whose memory the program's process had. */
uint64_t sim_base_resident(void);

#endif
