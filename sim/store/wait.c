/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "sim/store/wait.h"

#include <stdio.h>
#include <time.h>

#include "sim/base/usage.h"

/* Readers that are gone within TELL_SECONDS are not worth a word, and one that stays for long is
 * worth another now and then. Who wants to stop waits a moment longer, since most readers are brief
 * and what is not committed is lost. */
static const double TELL_SECONDS = 2, AGAIN_SECONDS = 600, LIMIT_SECONDS = 30, STOP_SECONDS = 1;
enum { NAP_NS = 20000000 };

/* Whether the wait of now has been told of, however many there were before. */
static bool is_told(const sim_store_waiter_t *waiter, double now) {
    return waiter->told > 0 && now - waiter->told < AGAIN_SECONDS;
}

static void tell(sim_store_waiter_t *waiter, double now) {
    char sentence[512];
    snprintf(sentence, sizeof sentence,
             "another program is reading %.400s; waiting for its end, to write", waiter->path);
    waiter->how->tell(waiter->how->user, sentence);
    waiter->told = now;
}

/* SQLite calls this while it cannot have its lock, `calls` times before; 0 gives up. */
static int go_on(void *user, int calls) {
    sim_store_waiter_t *waiter = user;
    const sim_store_wait_t *how = waiter->how;
    const struct timespec nap = {0, NAP_NS};
    double now = sim_base_seconds();
    if (calls == 0)
        waiter->begun = now;
    if (how && *how->stop && waiter->stopped <= 0)
        waiter->stopped = now;
    if (waiter->stopped > 0 && now - waiter->stopped > STOP_SECONDS)
        return 0;
    if (!how && now - waiter->begun > LIMIT_SECONDS)
        return 0;
    if (how && now - waiter->begun > TELL_SECONDS && !is_told(waiter, now))
        tell(waiter, now);
    nanosleep(&nap, NULL);
    return 1;
}

int sim_store_wait_begin(sqlite3 *db, sim_store_waiter_t *waiter) {
    return sqlite3_busy_handler(db, go_on, waiter);
}

bool sim_store_wait_ended(sqlite3 *db, const sim_store_waiter_t *waiter) {
    return waiter->stopped > 0 && sqlite3_errcode(db) == SQLITE_BUSY;
}
