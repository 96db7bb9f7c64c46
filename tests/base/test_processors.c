/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quotas of control groups, read from made files. */
#define _XOPEN_SOURCE 700
#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/processors.h"
#include "tests/support/folder.h"

static char root[FOLDER_ROOM];

static void begin(void) {
    folder_make(root, "cgroup");
}

static void end(void) {
    folder_remove(root);
}

TestSuite(processors, .init = begin, .fini = end);

/* Writes a file with the folders above it. */
static void put(const char *path, const char *text) {
    char whole[512];
    snprintf(whole, sizeof whole, "%s%s", root, path);
    for (char *slash = strchr(whole + strlen(root) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(whole, 0700);
        *slash = '/';
    }
    FILE *file = fopen(whole, "w");
    cr_assert(file, "%s", whole);
    fputs(text, file);
    fclose(file);
}

#define GROUP "/proc/self/cgroup"

Test(processors, without_control_groups) {
    cr_expect_eq(sim_base_cgroup_processors(root), INT_MAX);
    put(GROUP, "0::/job\n");
    cr_expect_eq(sim_base_cgroup_processors(root), INT_MAX);
}

Test(processors, version_2) {
    put(GROUP, "0::/slurm/job_7/step_0\n");
    put("/sys/fs/cgroup/slurm/job_7/step_0/cpu.max", "max 100000\n");
    cr_expect_eq(sim_base_cgroup_processors(root), INT_MAX);
    put("/sys/fs/cgroup/slurm/job_7/step_0/cpu.max", "800000 100000\n");
    cr_expect_eq(sim_base_cgroup_processors(root), 8);
    put("/sys/fs/cgroup/slurm/cpu.max", "150000 100000\n"); /* the smallest on the way up */
    cr_expect_eq(sim_base_cgroup_processors(root), 2);
    put("/sys/fs/cgroup/slurm/cpu.max", "10000 100000\n");
    cr_expect_eq(sim_base_cgroup_processors(root), 1);
}

Test(processors, version_2_in_a_container) {
    put(GROUP, "0::/\n");
    put("/sys/fs/cgroup/cpu.max", "300000 100000\n");
    cr_expect_eq(sim_base_cgroup_processors(root), 3);
    put(GROUP, "0::/../outside\n");
    cr_expect_eq(sim_base_cgroup_processors(root), 3);
}

Test(processors, version_1) {
    put(GROUP, "12:cpuset:/a\n4:cpu,cpuacct:/docker/0123\n1:name=systemd:/docker/0123\n0::/x\n");
    cr_expect_eq(sim_base_cgroup_processors(root), INT_MAX);
    put("/sys/fs/cgroup/cpu,cpuacct/docker/0123/cpu.cfs_quota_us", "-1\n");
    put("/sys/fs/cgroup/cpu,cpuacct/docker/0123/cpu.cfs_period_us", "100000\n");
    cr_expect_eq(sim_base_cgroup_processors(root), INT_MAX);
    put("/sys/fs/cgroup/cpu,cpuacct/docker/0123/cpu.cfs_quota_us", "250000\n");
    cr_expect_eq(sim_base_cgroup_processors(root), 3);
}

Test(processors, version_1_mounted_at_the_group) {
    put(GROUP, "4:cpuacct,cpu:/kubepods/pod/abc\n");
    put("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n");
    put("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "25000\n");
    cr_expect_eq(sim_base_cgroup_processors(root), 2);
}

Test(processors, other_controllers_say_nothing) {
    put(GROUP, "4:cpuset:/a\n5:cpuacct:/a\n");
    put("/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "50000\n");
    put("/sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "25000\n");
    cr_expect_eq(sim_base_cgroup_processors(root), INT_MAX);
}

Test(processors, nonsense_is_no_limit) {
    static const char *const text[] = {"",           "\n",    "0 100000\n",   "-1 100000\n",
                                       "100000 0\n", "a b\n", "nan 100000\n", "100000\n"};
    put(GROUP, "no group\n:\n0::/\n");
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        put("/sys/fs/cgroup/cpu.max", text[i]);
        cr_expect_eq(sim_base_cgroup_processors(root), INT_MAX, "%s", text[i]);
    }
}

Test(processors, counts_in_the_environment) {
    static const struct {
        const char *text;
        int count;
    } cases[] = {{"4", 4},        {"4,2", 4},
                 {" 4", 4},       {"0", INT_MAX},
                 {"-2", INT_MAX}, {"", INT_MAX},
                 {"x", INT_MAX},  {"4x", INT_MAX},
                 {"4 ", INT_MAX}, {"99999999999999999999", INT_MAX}};
    unsetenv("KUMIAI_TEST_COUNT");
    cr_expect_eq(sim_base_count_variable("KUMIAI_TEST_COUNT"), INT_MAX);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        setenv("KUMIAI_TEST_COUNT", cases[i].text, 1);
        cr_expect_eq(sim_base_count_variable("KUMIAI_TEST_COUNT"), cases[i].count, "'%s'",
                     cases[i].text);
    }
}
