/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/team/ranks.h"

#include <omp.h>
#include <unistd.h>

#include "sim/base/error.h"
#include "sim/base/list.h"
#include "sim/base/processors.h"
#include "sim/base/usage.h"
#include "sim/team/team.h"

#ifdef KUMIAI_MPI

#include <limits.h>
#include <mpi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* How long a process that leaves waits for others who may be gone, seconds: rank 0 may be long in
 * closing a large results file. */
static const double PATIENCE = 600, FAREWELL = 1;

static void nap(void) {
    const struct timespec t = {0, 1000000};
    nanosleep(&t, NULL);
}

/* ---- the processes ---- */

/* Variables that the launchers of MPI set: without one of them nobody waits for us, and starting
 * MPI would only cost time. */
static bool launched(void) {
    static const char *const name[] = {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_SIZE",
                                       "MV2_COMM_WORLD_SIZE"};
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++)
        if (getenv(name[i]))
            return true;
    return false;
}

static bool running(void) {
    int begun = 0, ended = 0;
    MPI_Initialized(&begun);
    MPI_Finalized(&ended);
    return begun && !ended;
}

/* The parent at the begin stands where MPI keeps what is the process's own. */
static bool remember_parent(void) {
    char text[MPI_MAX_OBJECT_NAME];
    snprintf(text, sizeof text, "%ld", (long)getppid());
    return MPI_Comm_set_name(MPI_COMM_SELF, text) == MPI_SUCCESS;
}

bool sim_team_orphaned(void) {
    char text[MPI_MAX_OBJECT_NAME];
    int size = 0;
    return running() && MPI_Comm_get_name(MPI_COMM_SELF, text, &size) == MPI_SUCCESS &&
           strtol(text, NULL, 10) != (long)getppid();
}

bool sim_team_ranks_begin(void) {
    int level = 0;
    if (!launched())
        return true;
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level) || level < MPI_THREAD_FUNNELED)
        return false;
    /* A peer that is gone is our business, not MPI's. */
    return MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN) == MPI_SUCCESS &&
           remember_parent();
}

int sim_team_rank(void) {
    int rank = 0;
    if (running())
        MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank;
}

int sim_team_ranks(void) {
    int ranks = 1;
    if (running())
        MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    return ranks;
}

const char *sim_team_ranks_library(void) {
#ifdef OMPI_MAJOR_VERSION
#define TEXT_OF(x) #x
#define VERSION(a, b, c) "Open MPI " TEXT_OF(a) "." TEXT_OF(b) "." TEXT_OF(c)
    return VERSION(OMPI_MAJOR_VERSION, OMPI_MINOR_VERSION, OMPI_RELEASE_VERSION);
#else
    return "MPI";
#endif
}

/* Ranks on this machine. */
static int neighbours(void) {
    int here = 1;
    MPI_Comm machine;
    if (sim_team_ranks() > 1 && MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0,
                                                    MPI_INFO_NULL, &machine) == MPI_SUCCESS) {
        MPI_Comm_size(machine, &here);
        MPI_Comm_free(&machine);
    }
    return here;
}

static bool waiting(int source, int kind, MPI_Status *status) {
    int found = 0;
    return MPI_Iprobe(source, kind, MPI_COMM_WORLD, &found, status) == MPI_SUCCESS && found;
}

/* ---- messages ---- */

/* A message on its way, to us or from us. */
typedef struct {
    MPI_Request request;
    sim_team_message_t message;
} parcel_t;

typedef struct {
    parcel_t *parcel;
    size_t n;
} parcels_t;

struct sim_team_post {
    parcels_t leaving, arriving;
};

sim_team_post_t *sim_team_post_create(void) {
    return calloc(1, sizeof(sim_team_post_t));
}

/* Room for one more. */
static bool grow(parcels_t *parcels) {
    parcel_t *larger = sim_base_grow(parcels->parcel, parcels->n, sizeof *larger);
    parcels->parcel = larger ? larger : parcels->parcel;
    return larger;
}

static bool arrived(parcel_t *parcel) {
    int done = 0;
    return MPI_Test(&parcel->request, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS && done;
}

/* Forgets what has arrived at others. */
static void tidy(parcels_t *leaving) {
    size_t kept = 0;
    for (size_t i = 0; i < leaving->n; i++)
        if (arrived(&leaving->parcel[i]))
            free(leaving->parcel[i].message.bytes);
        else
            leaving->parcel[kept++] = leaving->parcel[i];
    leaving->n = kept;
}

void sim_team_post_destroy(sim_team_post_t *post) {
    if (!post)
        return;
    double begun = sim_base_seconds();
    for (tidy(&post->leaving); post->leaving.n > 0 && sim_base_seconds() - begun < FAREWELL;
         tidy(&post->leaving))
        nap();
    /* MPI may still use the bytes of the others, to and from ranks that are gone: they stay. */
    free(post->leaving.parcel);
    free(post->arriving.parcel);
    free(post);
}

int sim_team_post_send(sim_team_post_t *post, int to, sim_team_talk_t kind, void *bytes,
                       size_t size) {
    parcel_t parcel = {.message = {.from = 0, .kind = kind, .bytes = bytes, .size = size}};
    int rc = 0;
    tidy(&post->leaving);
    if (size > INT_MAX)
        rc = SIM_ERR_LIMIT;
    else if (!grow(&post->leaving))
        rc = SIM_ERR_MEMORY;
    else if (MPI_Isend(bytes, (int)size, MPI_BYTE, to, (int)kind, MPI_COMM_WORLD,
                       &parcel.request) != MPI_SUCCESS)
        rc = SIM_ERR_IO;
    if (rc)
        free(bytes);
    else
        post->leaving.parcel[post->leaving.n++] = parcel;
    return rc;
}

/* Begins to receive what MPI has announced. A large message may be announced by a rank that dies
 * before it has sent all of it, so nobody waits for its end. */
static bool accept(parcels_t *arriving, const MPI_Status *status) {
    int size = 0;
    if (MPI_Get_count(status, MPI_BYTE, &size) != MPI_SUCCESS || !grow(arriving))
        return false;
    parcel_t parcel = {.message = {.from = status->MPI_SOURCE,
                                   .kind = (sim_team_talk_t)status->MPI_TAG,
                                   .bytes = malloc((size_t)size + 1),
                                   .size = (size_t)size}};
    if (parcel.message.bytes &&
        MPI_Irecv(parcel.message.bytes, size, MPI_BYTE, status->MPI_SOURCE, status->MPI_TAG,
                  MPI_COMM_WORLD, &parcel.request) == MPI_SUCCESS) {
        arriving->parcel[arriving->n++] = parcel;
        return true;
    }
    free(parcel.message.bytes);
    return false;
}

/* Takes the first that is whole. */
static bool take(parcels_t *arriving, sim_team_message_t *message) {
    size_t i = 0;
    while (i < arriving->n && !arrived(&arriving->parcel[i]))
        i++;
    if (i == arriving->n)
        return false;
    *message = arriving->parcel[i].message;
    arriving->n--;
    memmove(&arriving->parcel[i], &arriving->parcel[i + 1],
            (arriving->n - i) * sizeof *arriving->parcel);
    return true;
}

bool sim_team_post_receive(sim_team_post_t *post, sim_team_message_t *message) {
    MPI_Status status;
    bool dismissed = false;
    tidy(&post->leaving);
    while (!dismissed && waiting(MPI_ANY_SOURCE, MPI_ANY_TAG, &status)) {
        dismissed = status.MPI_TAG == SIM_TEAM_DISMISS; /* stays where it is */
        if (!dismissed && !accept(&post->arriving, &status))
            break;
    }
    if (take(&post->arriving, message))
        return true;
    *message = (sim_team_message_t){.from = 0, .kind = SIM_TEAM_DISMISS};
    return dismissed;
}

/* ---- leaving ---- */

/* Receives what others said and nobody heard: they may not have gone through a batch. */
static void hear_out(sim_team_post_t *post) {
    sim_team_message_t message;
    double begun = sim_base_seconds();
    while (sim_team_post_receive(post, &message) ||
           (post->arriving.n > 0 && sim_base_seconds() - begun < FAREWELL))
        free(message.bytes);
}

static void dismiss_all(void) {
    sim_team_post_t *post = sim_team_post_create();
    if (!post)
        return;
    for (int rank = 1; rank < sim_team_ranks(); rank++)
        (void)sim_team_post_send(post, rank, SIM_TEAM_DISMISS, NULL, 0);
    hear_out(post);
    sim_team_post_destroy(post);
}

static bool await_dismissal(void) {
    MPI_Status status;
    double begun = sim_base_seconds();
    while (!waiting(0, SIM_TEAM_DISMISS, &status)) {
        if (sim_team_orphaned() || sim_base_seconds() - begun > PATIENCE)
            return false;
        nap();
    }
    return MPI_Recv(NULL, 0, MPI_BYTE, 0, SIM_TEAM_DISMISS, MPI_COMM_WORLD, &status) == MPI_SUCCESS;
}

/* MPI's ending meets all others, busily waiting, and some may be behind a cut cable: the kernel
 * ends who waits too long there. All results are closed by now. */
static bool finalize(void) {
    fflush(NULL);
    signal(SIGALRM, SIG_DFL);
    alarm(1 + (unsigned)sim_team_patience());
    bool good = MPI_Finalize() == MPI_SUCCESS;
    alarm(0);
    return good;
}

/* mpirun --enable-recovery tells success whatever its processes end with, also when nobody is left
 * who writes the results: it must be ended itself to tell anything else. */
static void end_recovery(void) {
    const char *recovery = getenv("OMPI_MCA_orte_enable_recovery");
    const struct timespec words = {1, 0}; /* until it has passed on what we said */
    char path[64], name[16] = "";
    snprintf(path, sizeof path, "/proc/%ld/comm", (long)getppid());
    FILE *file = recovery && strcmp(recovery, "1") == 0 ? fopen(path, "r") : NULL;
    if (file && fgets(name, sizeof name, file) &&
        (strcmp(name, "mpirun\n") == 0 || strcmp(name, "mpiexec\n") == 0)) {
        fflush(NULL);
        nanosleep(&words, NULL);
        kill(getppid(), SIGTERM);
    }
    if (file)
        fclose(file);
}

bool sim_team_ranks_end(bool lost) {
    if (!running())
        return true;
    if (sim_team_orphaned())
        return false;
    if (lost) {
        end_recovery();
        return false;
    }
    if (sim_team_rank() == 0)
        dismiss_all();
    else if (!await_dismissal())
        return false;
    return finalize();
}

#else /* without MPI */

#include <stdlib.h>

bool sim_team_ranks_begin(void) {
    return true;
}

bool sim_team_ranks_end(bool lost) {
    (void)lost;
    return true;
}

bool sim_team_orphaned(void) {
    return false;
}

int sim_team_rank(void) {
    return 0;
}

int sim_team_ranks(void) {
    return 1;
}

const char *sim_team_ranks_library(void) {
    return NULL;
}

static int neighbours(void) {
    return 1;
}

sim_team_post_t *sim_team_post_create(void) {
    return NULL;
}

void sim_team_post_destroy(sim_team_post_t *post) {
    (void)post;
}

int sim_team_post_send(sim_team_post_t *post, int to, sim_team_talk_t kind, void *bytes,
                       size_t size) {
    (void)post, (void)to, (void)kind, (void)size;
    free(bytes);
    return SIM_ERR_IO;
}

bool sim_team_post_receive(sim_team_post_t *post, sim_team_message_t *message) {
    (void)post, (void)message;
    return false;
}

#endif

int sim_team_processors(void) {
    int machine = (int)sysconf(_SC_NPROCESSORS_ONLN), quota = sim_base_cgroup_processors("");
    return sim_team_processors_of(machine < quota ? machine : quota, neighbours(),
                                  omp_get_num_procs());
}
