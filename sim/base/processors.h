/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many processors a process may keep busy. */
#ifndef SIM_BASE_PROCESSORS_H
#define SIM_BASE_PROCESSORS_H

/* Processors that the process's control groups (cgroups, version 1 or 2) let it use at a time: the
 * smallest quota on the way up, rounded up; INT_MAX without one. `root` is put before /proc and
 * /sys: "" but in tests. */
int sim_base_cgroup_processors(const char *root);

/* The whole number above 0 at the begin of an environment variable ("4", "4,2"), else INT_MAX. */
int sim_base_count_variable(const char *name);

#endif
