/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "sim/base/processors.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4096 };

/* Where the hierarchies are mounted by convention. */
static const char *const unified[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified", NULL};
static const char *const by_controller[] = {"/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct",
                                            NULL};

/* ---- quotas ---- */

/* The first line of a file below `folder`; "" when it cannot be read. */
static void read_line(const char *folder, const char *file, char line[64]) {
    char path[PATH_SIZE + 64];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *stream = fopen(path, "r");
    if (!stream || !fgets(line, 64, stream))
        line[0] = '\0';
    if (stream)
        fclose(stream);
}

/* Of version 2 "max 100000" or "150000 100000"; of version 1 two files, -1 for no limit. */
static int folder_limit(const char *folder, bool second) {
    char text[64], more[64];
    double quota = -1, period = 0;
    if (second) {
        read_line(folder, "cpu.max", text);
        if (sscanf(text, "%lf %lf", &quota, &period) != 2)
            return INT_MAX;
    } else {
        read_line(folder, "cpu.cfs_quota_us", text);
        read_line(folder, "cpu.cfs_period_us", more);
        if (sscanf(text, "%lf", &quota) != 1 || sscanf(more, "%lf", &period) != 1)
            return INT_MAX;
    }
    double processors = ceil(quota / period);
    return quota > 0 && period > 0 && processors < INT_MAX ? (int)processors : INT_MAX;
}

/* From the process's own group up to the one that is mounted: in a container the groups above it
 * are named but not there. */
static int smallest(const char *root, const char *mount, const char *group, bool second) {
    char folder[PATH_SIZE];
    int least = INT_MAX;
    int base = snprintf(folder, sizeof folder, "%s%s", root, mount);
    if (base < 0 || (size_t)base + strlen(group) >= sizeof folder)
        return INT_MAX;
    if (!strstr(group, "/..")) /* of a namespace that it stands outside of */
        snprintf(folder + base, sizeof folder - (size_t)base, "%s", group);
    for (;;) {
        int limit = folder_limit(folder, second);
        least = limit < least ? limit : least;
        char *slash = strrchr(folder + base, '/');
        if (!slash)
            return least;
        *slash = '\0';
    }
}

/* Whether "cpu" is among "cpu,cpuacct". */
static bool has_cpu(const char *controllers) {
    for (const char *at = controllers; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, "cpu", 3) == 0 && (at[3] == ',' || !at[3]))
            return true;
    }
    return false;
}

int sim_base_cgroup_processors(const char *root) {
    char path[PATH_SIZE], line[PATH_SIZE];
    int least = INT_MAX;
    snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) { /* "4:cpu,cpuacct:/group", "0::/group" */
        char *controllers = strchr(line, ':');
        char *group = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!group)
            continue;
        *controllers++ = '\0';
        *group++ = '\0';
        group[strcspn(group, "\n")] = '\0';
        bool second = !*controllers;
        const char *const *mount = second ? unified : by_controller;
        for (; (second || has_cpu(controllers)) && *mount; mount++) {
            int limit = smallest(root, *mount, group, second);
            least = limit < least ? limit : least;
        }
    }
    if (file)
        fclose(file);
    return least;
}

int sim_base_count_variable(const char *name) {
    const char *text = getenv(name);
    char *end = NULL;
    errno = 0;
    long count = text ? strtol(text, &end, 10) : 0;
    bool whole = text && end != text && errno == 0 && (!*end || *end == ',');
    return whole && count > 0 && count < INT_MAX ? (int)count : INT_MAX;
}
