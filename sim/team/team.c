/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/team/team.h"
#include "sim/base/text.h"
#include "sim/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

static void digest(const char *text, size_t size, char out[33]) {
    XXH128_hash_t hash = XXH3_128bits(text, size);
    snprintf(out, 33, "%016llx%016llx", (unsigned long long)hash.high64,
             (unsigned long long)hash.low64);
}

static const char *kept_text(const char *words) {
    return words ? words : "all";
}

void sim_team_introduce(const sim_experiment_batch_t *batch, sim_team_hello_t *hello) {
    sim_base_text_t text;
    *hello = (sim_team_hello_t){0};
    gethostname(hello->host, sizeof hello->host - 1);
    sim_record_identity(&hello->program);
    FILE *stream = sim_base_text_open(&text);
    if (!stream) /* no digest, which fits nobody's */
        return;
    fprintf(stream, "%d %s", (int)batch->detail, batch->identity ? batch->identity : "");
    for (size_t i = 0; i < batch->n_configs; i++)
        fprintf(stream, " %s %lld %s %s", batch->configs[i]->digest,
                (long long)batch->configs[i]->run.seed, kept_text(batch->configs[i]->run.tables),
                kept_text(batch->configs[i]->run.events));
    sim_store_draws_digest(batch->configs, batch->n_configs, hello->batch);
    fprintf(stream, " %s", hello->batch);
    hello->batch[0] = '\0';
    if (batch->n_configs && batch->configs[0]->outputs)
        fprintf(stream, " %s", batch->configs[0]->outputs->digest);
    if (sim_base_text_close(stream, &text))
        return;
    digest(text.bytes, text.size, hello->batch);
    free(text.bytes);
}

double sim_team_patience(void) {
    const char *text = getenv("KUMIAI_LOST_AFTER");
    double asked = text ? strtod(text, NULL) : 0;
    return asked > 0 ? asked : 30;
}

void sim_team_pause(sim_team_pause_t *pause, bool anything_happened) {
    enum { SHORTEST = 50000, LONGEST = 1000000 };
    long twice = 2 * pause->nanoseconds;
    pause->nanoseconds = anything_happened ? SHORTEST : twice < LONGEST ? twice : LONGEST;
    if (pause->nanoseconds < SHORTEST)
        pause->nanoseconds = SHORTEST;
    const struct timespec t = {0, pause->nanoseconds};
    nanosleep(&t, NULL);
}
