/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a run of a batch is saved, and where from it goes on. */
#define _GNU_SOURCE
#include "sim/checkpoint/checkpoint.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/file.h"
#include "sim/checkpoint/image.h"
#include "sim/store/outputs.h"

/* More than any path has, so that the system refuses what is too long and nothing is cut. */
enum { PATH = 8192 };
static const char suffix[] = ".checkpoint", partial[] = ".checkpoint.partial";

/* A path that does not fit is cut, and refused by what opens it. */
static void run_path(const sim_checkpoint_plan_t *plan, uint64_t number, char path[PATH]) {
    snprintf(path, PATH, "%s/run-%" PRIu64 "%s", plan->folder, number, suffix);
}

static void past_path(const sim_checkpoint_run_t *run, char path[PATH]) {
    snprintf(path, PATH, "%s/fork-%" PRIu32 "%s", run->plan->folder, run->replicate, suffix);
}

static sim_checkpoint_identity_t identity_of(const sim_checkpoint_run_t *run,
                                             const sim_config_t *config) {
    return (sim_checkpoint_identity_t){
        .model = config->model->name,
        .config_digest = config->digest,
        .replicate = run->replicate,
        .detail = (int)sim_store_measured_detail(config->outputs, run->detail),
        .kept = sim_checkpoint_kept(config, run->detail)};
}

/* Also when it is a copy whose parameters were drawn: a copy borrows what was loaded. */
static bool is_trunk(const sim_checkpoint_plan_t *plan, const sim_config_t *config) {
    return plan->trunk == config || (plan->trunk && plan->trunk->load == config->load);
}

static sim_schedule_clock_t clock_of(const sim_config_t *config) {
    return (sim_schedule_clock_t){.start_year = (int32_t)config->run.start_year,
                                  .steps_per_year = (int32_t)config->run.steps_per_year,
                                  .steps = (int32_t)config->run.steps};
}

/* As interventions count: the first step that begins at or after the year. */
static bool forks_at(const sim_checkpoint_plan_t *plan, int32_t step) {
    const sim_schedule_clock_t clock = clock_of(plan->trunk);
    return sim_schedule_time(&clock, step) >= plan->fork_year &&
           (step == 0 || sim_schedule_time(&clock, step - 1) < plan->fork_year);
}

/* ---- saving ---- */

static int make_folder(const char *folder, sim_base_why_t *why) {
    bool made = mkdir(folder, 0777) == 0;
    if (made ? sim_base_sync_folder_of(folder) == 0 : errno == EEXIST)
        return 0;
    return sim_base_why_fail(why, SIM_ERR_IO, "checkpoint folder %s cannot be made: %s", folder,
                             strerror(errno));
}

static int write_state(const sim_checkpoint_run_t *run, sim_world_t *world, const char *path,
                       bool durable) {
    const sim_checkpoint_identity_t identity = identity_of(run, run->config);
    sim_checkpoint_image_t image = {0};
    sim_base_why_t why = {""};
    int rc = sim_checkpoint_save(world, &identity, &image);
    if (rc == 0)
        rc = make_folder(run->plan->folder, &why);
    if (rc == 0)
        rc = sim_checkpoint_file_write(path, &image, durable, &why);
    sim_checkpoint_image_free(&image);
    return rc == SIM_ERR_IO ? sim_world_fail(world, rc, "%s", why.text) : rc;
}

static bool is_due(const sim_checkpoint_plan_t *plan, const sim_schedule_clock_t *clock) {
    double steps = ceil(plan->every * clock->steps_per_year);
    return plan->every > 0 && fmod(clock->step, steps) == 0;
}

int sim_checkpoint_before_step(const sim_checkpoint_run_t *run, sim_world_t *world, bool stopping) {
    const sim_checkpoint_plan_t *plan = run->plan;
    char path[PATH];
    int rc = SIM_OK;
    if (is_trunk(plan, run->config) && forks_at(plan, world->clock.step)) {
        past_path(run, path);
        rc = write_state(run, world, path, false); /* one that is lost costs time only */
    }
    bool wanted = is_due(plan, &world->clock) || (stopping && plan->every > 0);
    if (rc == 0 && wanted && world->clock.step > 0) {
        run_path(plan, run->number, path);
        rc = write_state(run, world, path, true);
    }
    return rc;
}

/* ---- restoring ---- */

typedef struct {
    sim_checkpoint_image_t image;
    bool found; /* there is a file */
    int32_t step;
} saved_t;

/* Reads and checks a file; why gets a whole sentence. */
static int read_state(const sim_checkpoint_run_t *run, const sim_config_t *config, const char *path,
                      saved_t *saved, sim_base_why_t *why) {
    const sim_checkpoint_identity_t identity = identity_of(run, config);
    sim_base_why_t reason;
    int rc = sim_checkpoint_file_read(path, &saved->image, &saved->found, why);
    if (rc || !saved->found)
        return rc;
    rc = sim_checkpoint_check(&saved->image, &identity, &saved->step, &reason);
    if (rc == 0 && saved->step > config->run.steps) {
        rc = sim_base_why_fail(&reason, SIM_ERR_CONFIG,
                               "is of step %" PRId32 ", after the end of the run", saved->step);
    }
    if (rc)
        sim_base_why_set(why, "checkpoint %s %s", path, reason.text);
    return rc;
}

static int resume_past(const sim_checkpoint_run_t *run, sim_world_t *world, saved_t *saved) {
    const sim_checkpoint_plan_t *plan = run->plan;
    char path[PATH];
    sim_base_why_t why;
    past_path(run, path);
    int rc = read_state(run, plan->trunk, path, saved, &why);
    bool fit = rc == 0 && saved->found && forks_at(plan, saved->step);
    return fit ? sim_checkpoint_load(world, &saved->image) : SIM_OK;
}

int sim_checkpoint_resume(const sim_checkpoint_run_t *run, sim_world_t *world) {
    saved_t saved = {.found = false};
    char path[PATH];
    sim_base_why_t why = {""};
    run_path(run->plan, run->number, path);
    int rc = read_state(run, run->config, path, &saved, &why);
    if (rc == SIM_ERR_IO || rc == SIM_ERR_CONFIG)
        rc = sim_world_fail(world, rc, "%s", why.text);
    else if (rc == 0 && saved.found)
        rc = sim_checkpoint_load(world, &saved.image);
    else if (rc == 0 && run->plan->trunk && !is_trunk(run->plan, run->config))
        rc = resume_past(run, world, &saved);
    sim_checkpoint_image_free(&saved.image);
    return rc;
}

int sim_checkpoint_inspect(const sim_checkpoint_run_t *run, sim_base_why_t *why) {
    saved_t saved = {.found = false};
    char path[PATH];
    run_path(run->plan, run->number, path);
    int rc = read_state(run, run->config, path, &saved, why);
    sim_checkpoint_image_free(&saved.image);
    return rc;
}

/* ---- clearing ---- */

void sim_checkpoint_remove(const sim_checkpoint_plan_t *plan, uint64_t number) {
    char path[PATH];
    run_path(plan, number, path);
    (void)unlink(path);
}

static bool is_ours(const char *name) {
    size_t length = strlen(name), whole = sizeof suffix - 1, part = sizeof partial - 1;
    bool begins = strncmp(name, "run-", 4) == 0 || strncmp(name, "fork-", 5) == 0;
    return begins && ((length > whole && strcmp(name + length - whole, suffix) == 0) ||
                      (length > part && strcmp(name + length - part, partial) == 0));
}

void sim_checkpoint_clear(const sim_checkpoint_plan_t *plan) {
    char path[PATH];
    DIR *folder = opendir(plan->folder);
    if (!folder)
        return;
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder))
        if (is_ours(entry->d_name)) {
            snprintf(path, sizeof path, "%s/%s", plan->folder, entry->d_name);
            (void)unlink(path);
        }
    closedir(folder);
    (void)rmdir(plan->folder);
}
