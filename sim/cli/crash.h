/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults of memory and arithmetic, which end the program. */
#ifndef SIM_CLI_CRASH_H
#define SIM_CLI_CRASH_H

/* From now on each is told in a sentence on standard error before it ends the program by its
 * signal, where nobody else has a handler for it. A stack that has overflown is not told. */
void sim_cli_tell_crashes(void);

#endif
