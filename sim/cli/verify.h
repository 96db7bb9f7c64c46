/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of `kumiai verify`. */
#ifndef SIM_CLI_VERIFY_H
#define SIM_CLI_VERIFY_H

#include <signal.h>

#include "sim/base/why.h"
#include "sim/store/verify.h"

/* Makes the runs again and prints a line for each that comes out otherwise, and one for all.
 * *differ = how many. SIM_ERR_CONFIG when the configurations cannot be used, and other codes, with
 * a sentence in `why`. */
int sim_cli_rerun(const char *file, const sim_store_stored_t *stored,
                  const volatile sig_atomic_t *stop, uint64_t *differ, sim_base_why_t *why);

#endif
