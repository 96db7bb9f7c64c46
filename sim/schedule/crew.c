/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "sim/schedule/crew.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

/* Seconds that a word is looked at before falling asleep: a few times what waking up costs, so that
 * nobody falls asleep between two calls of a step. */
static const double LOOKS_FOR = 1e-4;
enum { LOOKS = 64 /* for one at the clock */, MOST_HANDS = 255, LINE = 64 };

/* Whether the machine has a processor to spare is judged over so many seconds of calls. It has none
 * where the calling thread had less than ENOUGH of its own: it lost it to others, or slept until a
 * hand had got back the one that it had lost. Then calls do without hands for so many times as
 * long, twice as many whenever that is found again, so that trying costs little. */
static const double WINDOW = 5e-3, ENOUGH = 0.7, FEWEST_TIMES = 8.0, MOST_TIMES = 64.0,
                    FORGIVEN = 0.95;

/* A call is open while hands may join it. One word has its number, whether it is open, and how many
 * have joined and not yet left: so nobody joins a call that is over. */
enum { OPEN = 1 << 8, JOINED = OPEN - 1, NUMBER = OPEN << 1 };

/* The parts that a worker begins with, the same in every call of so many: then what it reads is
 * likely to be in its cache. Whoever has none left takes those of others. */
typedef struct {
    _Alignas(LINE) atomic_size_t next;
    size_t end;
} share_t;

typedef struct {
    pthread_t thread;
    sim_schedule_crew_t *crew;
    int worker;
} hand_t;

struct sim_schedule_crew {
    share_t share[MOST_HANDS + 1]; /* by worker */
    pthread_mutex_t busy, lock;
    pthread_cond_t called, left;
    atomic_uint call;
    sim_schedule_part_t *part; /* NULL: go home */
    void *user;
    int wanted, hands;       /* hands that are wanted; that there are */
    bool watched;            /* there is a window */
    double begun, begun_cpu; /* of the window */
    double times, alone_until;
    hand_t hand[MOST_HANDS];
};

static void rest(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static double seconds(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Begins as {0}; true until it has been asked for LOOKS_FOR seconds. */
typedef struct {
    unsigned looks;
    double until;
} patience_t;

static bool looks_again(patience_t *patience) {
    rest();
    if (patience->looks++ % LOOKS)
        return true;
    double time = seconds(CLOCK_MONOTONIC);
    if (patience->looks == 1)
        patience->until = time + LOOKS_FOR;
    return time < patience->until;
}

static void work(sim_schedule_crew_t *crew, int worker) {
    for (int k = 0; k <= crew->wanted; k++) {
        share_t *share = &crew->share[(worker + k) % (crew->wanted + 1)];
        size_t part;
        while ((part = atomic_fetch_add_explicit(&share->next, 1, memory_order_relaxed)) <
               share->end)
            crew->part(crew->user, part, worker);
    }
}

static void deal_out(sim_schedule_crew_t *crew, size_t parts) {
    size_t workers = (size_t)crew->wanted + 1;
    for (size_t w = 0; w < workers; w++) {
        crew->share[w].end = parts * (w + 1) / workers;
        atomic_store_explicit(&crew->share[w].next, parts * w / workers, memory_order_relaxed);
    }
}

static unsigned number_of(unsigned call) {
    return call / NUMBER;
}

/* Waits for another call than the one with this number. */
static unsigned await_call(sim_schedule_crew_t *crew, unsigned number) {
    patience_t patience = {0};
    unsigned call = 0;
    do {
        call = atomic_load(&crew->call);
        if (number_of(call) != number)
            return call;
    } while (looks_again(&patience));
    pthread_mutex_lock(&crew->lock);
    while (number_of(call = atomic_load(&crew->call)) == number)
        pthread_cond_wait(&crew->called, &crew->lock);
    pthread_mutex_unlock(&crew->lock);
    return call;
}

/* Joins a call if it is still open. */
static bool join(sim_schedule_crew_t *crew, unsigned call) {
    unsigned number = number_of(call);
    while ((call & OPEN) && number_of(call) == number)
        if (atomic_compare_exchange_weak(&crew->call, &call, call + 1))
            return true;
    return false;
}

static void leave(sim_schedule_crew_t *crew) {
    unsigned before = atomic_fetch_sub(&crew->call, 1);
    if ((before & JOINED) == 1 && !(before & OPEN)) {
        pthread_mutex_lock(&crew->lock);
        pthread_cond_signal(&crew->left);
        pthread_mutex_unlock(&crew->lock);
    }
}

static void *hand(void *argument) {
    const hand_t *self = argument;
    sim_schedule_crew_t *crew = self->crew;
    for (unsigned number = 0;;) {
        unsigned call = await_call(crew, number);
        number = number_of(call);
        if (!join(crew, call))
            continue;
        bool last = !crew->part;
        if (!last)
            work(crew, self->worker);
        leave(crew);
        if (last)
            return NULL;
    }
}

/* As many as are wanted, or as the system gives. */
static void begin(sim_schedule_crew_t *crew) {
    for (; crew->hands < crew->wanted; crew->hands++) {
        hand_t *new = &crew->hand[crew->hands];
        *new = (hand_t){.crew = crew, .worker = crew->hands + 1};
        if (pthread_create(&new->thread, NULL, hand, new))
            return;
    }
}

static void open_call(sim_schedule_crew_t *crew) {
    pthread_mutex_lock(&crew->lock); /* so that nobody falls asleep just now */
    unsigned number = number_of(atomic_load(&crew->call)) + 1;
    atomic_store(&crew->call, number * NUMBER | OPEN);
    pthread_cond_broadcast(&crew->called);
    pthread_mutex_unlock(&crew->lock);
}

static void sleep_until_left(sim_schedule_crew_t *crew) {
    pthread_mutex_lock(&crew->lock);
    while (atomic_load(&crew->call) & JOINED)
        pthread_cond_wait(&crew->left, &crew->lock);
    pthread_mutex_unlock(&crew->lock);
}

/* Waits for those who have joined. */
static void close_call(sim_schedule_crew_t *crew) {
    patience_t patience = {0};
    atomic_fetch_and(&crew->call, ~(unsigned)OPEN);
    while (atomic_load(&crew->call) & JOINED)
        if (!looks_again(&patience)) {
            sleep_until_left(crew);
            return;
        }
}

static void begin_window(sim_schedule_crew_t *crew, double time) {
    crew->watched = true;
    crew->begun = time;
    crew->begun_cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
}

/* Before a call with hands: a window that is long enough is judged. */
static void judge(sim_schedule_crew_t *crew) {
    double time = seconds(CLOCK_MONOTONIC), wall = time - crew->begun;
    if (!crew->watched) {
        begin_window(crew, time);
        return;
    }
    if (wall < WINDOW)
        return;
    crew->watched = false;
    if (seconds(CLOCK_THREAD_CPUTIME_ID) - crew->begun_cpu < ENOUGH * wall) {
        crew->alone_until = time + crew->times * wall;
        crew->times = fmin(2.0 * crew->times, MOST_TIMES);
    } else
        crew->times = fmax(FORGIVEN * crew->times, FEWEST_TIMES);
}

static void run_alone(size_t parts, sim_schedule_part_t *part, void *user) {
    for (size_t p = 0; p < parts; p++)
        part(user, p, 0);
}

void sim_schedule_crew_run(sim_schedule_crew_t *crew, size_t parts, sim_schedule_part_t *part,
                           void *user) {
    if (!crew || parts <= 1 || pthread_mutex_trylock(&crew->busy)) {
        run_alone(parts, part, user);
        return;
    }
    if (!sim_schedule_crew_helps(crew))
        run_alone(parts, part, user);
    else {
        judge(crew);
        crew->part = part;
        crew->user = user;
        deal_out(crew, parts);
        begin(crew);
        open_call(crew);
        work(crew, 0);
        close_call(crew);
    }
    pthread_mutex_unlock(&crew->busy);
}

sim_schedule_crew_t *sim_schedule_crew_hire(int threads) {
    sim_schedule_crew_t *crew = aligned_alloc(LINE, sizeof *crew);
    int wanted = threads - 1;
    if (!crew)
        return NULL;
    *crew = (sim_schedule_crew_t){.busy = PTHREAD_MUTEX_INITIALIZER,
                                  .lock = PTHREAD_MUTEX_INITIALIZER,
                                  .called = PTHREAD_COND_INITIALIZER,
                                  .left = PTHREAD_COND_INITIALIZER,
                                  .times = FEWEST_TIMES,
                                  .wanted = wanted < MOST_HANDS ? wanted : MOST_HANDS};
    return crew;
}

bool sim_schedule_crew_helps(const sim_schedule_crew_t *crew) {
    return crew && crew->wanted > 0 && seconds(CLOCK_MONOTONIC) >= crew->alone_until;
}

int sim_schedule_crew_threads(const sim_schedule_crew_t *crew) {
    return crew ? crew->wanted + 1 : 1;
}

/* The call to go home stays open until all have heard it. */
void sim_schedule_crew_dismiss(sim_schedule_crew_t *crew) {
    if (!crew)
        return;
    crew->part = NULL;
    open_call(crew);
    for (int k = 0; k < crew->hands; k++)
        pthread_join(crew->hand[k].thread, NULL);
    free(crew);
}
