/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/store/planned.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/plan/order.h"
#include "sim/store/parts.h"

/* The sum of "8,8,8"; 0 when it is not a list of numbers. */
static uint64_t sum(const char *list) {
    uint64_t all = 0;
    for (;; list++) {
        size_t digits = strspn(list, "0123456789");
        if (digits == 0)
            return 0;
        all += strtoull(list, NULL, 10);
        list += digits;
        if (*list != ',')
            return *list ? 0 : all;
    }
}

static uint64_t of_shard(uint64_t all, const char *text) {
    unsigned shard = 0, shards = 0;
    bool known = sscanf(text, "%u/%u", &shard, &shards) == 2 && shard > 0 && shards > 0;
    return known ? sim_plan_share(all, shard, shards) : 0;
}

static bool starts_with(const char *text, const char *head) {
    return strncmp(text, head, strlen(head)) == 0;
}

/* Runs of all shards of a sweep; files of earlier versions have one wave and do not tell it. */
static int of_waves(sqlite3 *db, uint64_t reps, int64_t *runs) {
    int64_t told = 0, points = 0;
    int rc = sim_store_number(db, &told, "SELECT count(*) FROM sqlite_master WHERE name = 'wave'");
    if (rc == 0 && told)
        return sim_store_number(db, runs, "SELECT coalesce(sum(runs), 0) FROM wave");
    if (rc == 0)
        rc = sim_store_number(db, &points, "SELECT count(*) FROM point");
    *runs = (int64_t)reps * points;
    return rc;
}

int sim_store_planned_read(sqlite3 *db, sim_store_planned_t *planned) {
    char *reps = NULL, *shard = NULL;
    int64_t runs = 0, scenarios = 0, all = 0;
    *planned = (sim_store_planned_t){0};
    int rc = sim_store_meta(db, "reps", &reps);
    if (rc == 0)
        rc = sim_store_meta(db, "shard", &shard);
    if (rc == 0)
        rc = sim_store_number(db, &runs, "SELECT count(*) FROM run");
    if (rc == 0)
        rc = sim_store_number(db, &scenarios, "SELECT count(*) FROM scenario");
    if (rc == 0 && shard && reps)
        rc = of_waves(db, sum(reps), &all);
    if (rc == 0 && reps) {
        planned->runs = (uint64_t)runs;
        planned->rounds = strcmp(reps, SIM_STORE_ROUNDS) == 0;
        planned->only = starts_with(reps, SIM_STORE_ONLY);
        planned->planned = planned->only ? (uint64_t)scenarios
                           : shard       ? of_shard((uint64_t)all, shard)
                                         : sum(reps);
    }
    sqlite3_free(reps);
    sqlite3_free(shard);
    return rc;
}

void sim_store_planned_tell(const sim_store_planned_t *planned, char *text, size_t size) {
    const char *cure = planned->only ? "make it again with --force" : "finish it with --resume";
    text[0] = '\0';
    if (planned->rounds)
        snprintf(text, size, "%" PRIu64 " runs of an unfinished batch are in the file; %s",
                 planned->runs, cure);
    else if (planned->runs < planned->planned)
        snprintf(text, size, "%" PRIu64 " of %" PRIu64 " planned runs are in the file; %s",
                 planned->runs, planned->planned, cure);
}
