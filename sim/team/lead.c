/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rank 0 of a batch that several processes share: its threads compute like everybody's, its main
 * thread gives runs out and takes records in, looking for messages now and then, and one more
 * writes, which may have to wait for a reader of the file while the others go on. */
#include <omp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/usage.h"
#include "sim/record/pack.h"
#include "sim/team/team.h"

/* A rank has so many runs waiting per thread that they last about this long, seconds: enough to
 * bridge the way of a message, too short to wait for at the end. */
static const double STOCK = 0.2;
enum { MOST_WAITING = 7, MOST_ORDERS = 64 };

typedef struct {
    bool joined, gone;
    int threads, out; /* runs that it has */
    double heard;     /* seconds */
    char host[64];
} peer_t;

typedef struct {
    sim_experiment_queue_t *queue;
    sim_team_post_t *post;
    peer_t *peer; /* by rank; 0 is ourselves */
    int ranks;
    sim_team_hello_t own;
    double run_s, told, patience; /* of a run, about; when we last said that we live */
} lead_t;

static void tell(const lead_t *lead, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void tell(const lead_t *lead, const char *format, ...) {
    char text[512];
    va_list arguments;
    if (!lead->queue->batch->tell)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    lead->queue->batch->tell(lead->queue->batch->user, text);
}

static void part_with(lead_t *lead, int rank, const char *why) {
    peer_t *peer = &lead->peer[rank];
    if (peer->gone)
        return;
    tell(lead, "rank %d%s%s %s%s", rank, peer->host[0] ? " on " : "", peer->host, why,
         peer->out ? "; its runs are made again" : "");
    peer->gone = true;
    peer->out = 0;
    sim_experiment_queue_give_back(lead->queue, rank);
}

/* ---- what the others say ---- */

static void on_hello(lead_t *lead, const sim_team_message_t *message) {
    peer_t *peer = &lead->peer[message->from];
    sim_team_hello_t hello;
    char clause[384];
    sim_base_why_t why;
    if (message->size != sizeof hello) {
        part_with(lead, message->from, "runs a different build and is ignored");
        return;
    }
    memcpy(&hello, message->bytes, sizeof hello);
    memcpy(peer->host, hello.host, sizeof peer->host);
    peer->threads = hello.threads;
    peer->joined = true;
    if (sim_record_identity_differs(&hello.program, &lead->own.program, "rank 0", clause,
                                    sizeof clause)) {
        sim_base_why_set(&why, "is ignored, as it computes with %s", clause);
        part_with(lead, message->from, why.text);
    } else if (strcmp(hello.batch, lead->own.batch) != 0)
        part_with(lead, message->from, "has other configuration files and takes no part");
}

static void on_record(lead_t *lead, const sim_team_message_t *message) {
    sim_team_return_t head;
    sim_record_t record;
    peer_t *peer = &lead->peer[message->from];
    if (message->size < sizeof head)
        return;
    memcpy(&head, message->bytes, sizeof head);
    peer->out -= peer->out > 0;
    int rc = (int)head.code;
    head.note[sizeof head.note - 1] = '\0';
    if (rc == 0)
        rc = sim_record_unpack(message->bytes + sizeof head, message->size - sizeof head, &record);
    if (rc == SIM_ERR_ARGUMENT)
        part_with(lead, message->from, "sends damaged records and takes no part any more");
    else if (rc)
        sim_experiment_queue_interrupted(lead->queue, rc, head.note);
    if (rc)
        return;
    lead->run_s += 0.1 * (record.setup_s + record.step_s - lead->run_s);
    sim_experiment_queue_deposit(lead->queue, message->from, head.run, &record);
}

static void on_leave(lead_t *lead, const sim_team_message_t *message) {
    sim_base_why_t why;
    sim_base_why_set(&why, "leaves: %.*s", (int)message->size, (const char *)message->bytes);
    part_with(lead, message->from, why.text);
}

static bool listen(lead_t *lead) {
    sim_team_message_t message;
    bool any = false;
    while (sim_team_post_receive(lead->post, &message)) {
        any = any || message.kind != SIM_TEAM_ALIVE;
        lead->peer[message.from].heard = sim_base_seconds();
        if (message.kind == SIM_TEAM_HELLO)
            on_hello(lead, &message);
        else if (message.kind == SIM_TEAM_RECORD)
            on_record(lead, &message);
        else if (message.kind == SIM_TEAM_LEAVE)
            on_leave(lead, &message);
        free(message.bytes);
    }
    return any;
}

/* ---- what they are told ---- */

static int wanted(const lead_t *lead, const peer_t *peer) {
    double waiting = lead->run_s > 0 ? STOCK / lead->run_s : 0;
    int each = 1 + (int)(waiting < MOST_WAITING ? waiting : MOST_WAITING);
    int more = each * peer->threads - peer->out;
    return more < MOST_ORDERS ? more : MOST_ORDERS;
}

/* Gives a rank what it wants, in one message. */
static bool supply(lead_t *lead, int rank) {
    peer_t *peer = &lead->peer[rank];
    sim_team_order_t *order = malloc(MOST_ORDERS * sizeof *order);
    int n = 0, want = wanted(lead, peer);
    while (order && n < want && sim_experiment_queue_take(lead->queue, rank, &order[n].run)) {
        order[n].number = sim_experiment_number(lead->queue->batch, order[n].run);
        n++;
    }
    if (n == 0) {
        free(order);
        return false;
    }
    peer->out += n;
    if (sim_team_post_send(lead->post, rank, SIM_TEAM_RUNS, order, (size_t)n * sizeof *order))
        part_with(lead, rank, "cannot be reached");
    return true;
}

static bool supply_all(lead_t *lead) {
    bool any = false;
    for (int rank = 1; rank < lead->ranks; rank++)
        if (lead->peer[rank].joined && !lead->peer[rank].gone)
            any = supply(lead, rank) || any;
    return any;
}

static void say(lead_t *lead, sim_team_talk_t kind) {
    for (int rank = 1; rank < lead->ranks; rank++)
        if (!lead->peer[rank].gone || kind == SIM_TEAM_OVER)
            (void)sim_team_post_send(lead->post, rank, kind, NULL, 0);
}

/* Once a second: who has been silent for too long, and a sign of life of our own. */
static void look_around(lead_t *lead) {
    double now = sim_base_seconds();
    if (now - lead->told < 1)
        return;
    lead->told = now;
    for (int rank = 1; rank < lead->ranks; rank++)
        if (lead->peer[rank].joined && now - lead->peer[rank].heard > lead->patience)
            part_with(lead, rank, "is lost");
    say(lead, SIM_TEAM_ALIVE);
}

static void serve(lead_t *lead) {
    sim_team_pause_t pause = {0};
    const volatile sig_atomic_t *stop = lead->queue->batch->stop;
    while (!sim_experiment_queue_over(lead->queue)) {
        bool any = listen(lead);
        any = supply_all(lead) || any;
        look_around(lead);
        if ((stop && *stop) || sim_team_orphaned())
            sim_experiment_queue_interrupted(lead->queue, SIM_ERR_INTERRUPTED, "");
        sim_team_pause(&pause, any);
    }
    say(lead, SIM_TEAM_OVER);
}

static void *write_out(void *queue) {
    sim_experiment_queue_hand_on(queue);
    return NULL;
}

static void serve_and_compute(lead_t *lead, int threads) {
    sim_experiment_queue_t *queue = lead->queue;
    pthread_t writer;
    queue->writer = pthread_create(&writer, NULL, write_out, queue) == 0;
    omp_set_dynamic(0); /* one thread more than those that compute: it must be there */
#pragma omp parallel num_threads(threads + 1)
    if (omp_get_thread_num() == 0)
        serve(lead);
    else
        sim_experiment_compute(queue);
    if (queue->writer)
        pthread_join(writer, NULL);
}

void sim_team_lead(sim_experiment_queue_t *queue, int threads) {
    lead_t lead = {.queue = queue,
                   .ranks = sim_team_ranks(),
                   .patience = sim_team_patience(),
                   .post = sim_team_post_create()};
    lead.peer = calloc((size_t)lead.ranks, sizeof *lead.peer);
    if (!lead.post || !lead.peer) {
        sim_experiment_queue_end(queue, SIM_ERR_MEMORY);
    } else {
        for (int rank = 0; rank < lead.ranks; rank++)
            lead.peer[rank].heard = sim_base_seconds();
        sim_team_introduce(queue->batch, &lead.own);
        serve_and_compute(&lead, threads);
    }
    sim_team_post_destroy(lead.post);
    free(lead.peer);
}

int sim_team_batch(const sim_experiment_batch_t *batch, sim_experiment_tally_t *tally) {
    *tally = (sim_experiment_tally_t){0};
    if (sim_team_rank() > 0)
        return sim_team_follow(batch, batch->threads > 0 ? batch->threads : 1);
    if (sim_team_ranks() == 1)
        return sim_experiment_batch(batch, tally);
    return sim_experiment_batch_by(batch, sim_team_ranks(), sim_team_lead, tally);
}
