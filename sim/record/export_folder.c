/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE
#define _XOPEN_SOURCE 700
#include "sim/record/export_folder.h"

#include <cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/error.h"
#include "sim/base/file.h"

/* ---- walking a folder ---- */

/* Calls each() for every entry but . and ..; stops at the first that is not 0. */
static int walk(const char *folder, int (*each)(void *user, const char *name), void *user) {
    DIR *dir = opendir(folder);
    int rc = 0;
    if (!dir)
        return errno == ENOENT ? 0 : -1;
    for (struct dirent *entry; rc == 0 && (entry = readdir(dir));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            rc = each(user, entry->d_name);
    closedir(dir);
    return rc;
}

static int found(void *user, const char *name) {
    (void)user;
    (void)name;
    return 1;
}

static int drop_file(void *user, const char *name) {
    char *path = sqlite3_mprintf("%s/%s", user, name);
    if (path)
        (void)unlink(path);
    sqlite3_free(path);
    return 0;
}

static int sync_file(void *user, const char *name) {
    char *path = sqlite3_mprintf("%s/%s", user, name);
    int rc = path ? sim_base_sync(path) : SIM_ERR_MEMORY;
    sqlite3_free(path);
    return rc;
}

/* ---- what lies there ---- */

static cJSON *read_json(const char *path) {
    FILE *file = fopen(path, "rb");
    struct stat status;
    char *text = NULL;
    if (file && fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode))
        text = calloc(1, (size_t)status.st_size + 1);
    bool read = text && fread(text, 1, (size_t)status.st_size, file) == (size_t)status.st_size;
    cJSON *json = read ? cJSON_Parse(text) : NULL;
    free(text);
    if (file)
        fclose(file);
    return json;
}

/* The manifest of an earlier export in a folder, or NULL. */
static cJSON *earlier(const char *folder) {
    char *path = sqlite3_mprintf("%s/manifest.json", folder);
    cJSON *json = path ? read_json(path) : NULL;
    const cJSON *program = cJSON_GetObjectItemCaseSensitive(json, "program");
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(program, "name"));
    sqlite3_free(path);
    if (name && strcmp(name, "kumiai export") == 0)
        return json;
    cJSON_Delete(json);
    return NULL;
}

static int check(sim_export_t *x) {
    const char *to = x->ask->to;
    struct stat status;
    if (stat(to, &status) && lstat(to, &status) == 0)
        return sim_export_refuse(x, SIM_ERR_CONFIG, "--to: %s is a link that leads nowhere", to);
    if (stat(to, &status))
        return 0; /* begin() makes it, or tells why it cannot */
    if (!S_ISDIR(status.st_mode))
        return sim_export_refuse(x, SIM_ERR_CONFIG, "--to: %s is a file, not a folder", to);
    if (walk(to, found, NULL) == 0)
        return 0;
    cJSON *before = earlier(to);
    cJSON_Delete(before);
    if (!before)
        return sim_export_refuse(x, SIM_ERR_CONFIG,
                                 "--to: folder %s holds files that are not of an export; name an "
                                 "empty or a new one",
                                 to);
    return x->ask->replace ? 0
                           : sim_export_refuse(x, SIM_ERR_EXISTS,
                                               "folder %s holds an export already; --force "
                                               "replaces it",
                                               to);
}

/* ---- begin, finish ---- */

/* A template for mkdtemp() beside the folder, or NULL: out of memory. */
static char *name_beside(const char *to) {
    char *real = realpath(to, NULL); /* "." has its neighbours elsewhere */
    const char *path = real ? real : to;
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    char *name = sqlite3_mprintf("%.*s.partial-XXXXXX", (int)length, path);
    free(real);
    return name;
}

/* A folder where a file system is mounted cannot give way to another. */
static bool is_mount(const char *to, const char *beside) {
    struct stat one, other;
    return stat(to, &one) == 0 && stat(beside, &other) == 0 && one.st_dev != other.st_dev;
}

int sim_export_folder_begin(sim_export_t *x) {
    int rc = check(x);
    if (rc)
        return rc;
    mode_t mask = umask(0);
    umask(mask);
    x->folder = name_beside(x->ask->to);
    if (!x->folder || !mkdtemp(x->folder) || chmod(x->folder, 0777 & ~mask)) {
        rc = sim_export_refuse(x, SIM_ERR_CONFIG, "--to: folder %s cannot be made: %s", x->ask->to,
                               strerror(errno));
        sqlite3_free(x->folder);
        x->folder = NULL;
    } else if (is_mount(x->ask->to, x->folder)) {
        rc = sim_export_refuse(x, SIM_ERR_CONFIG,
                               "--to: a file system is mounted at %s; name a new folder in it",
                               x->ask->to);
    }
    return rc;
}

typedef struct {
    const char *from, *to;
    const cJSON *manifest;
} keep_t;

static bool is_listed(const cJSON *manifest, const char *name) {
    const cJSON *file = NULL;
    cJSON_ArrayForEach(file, cJSON_GetObjectItemCaseSensitive(manifest, "files")) {
        const char *listed = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(file, "file"));
        if (listed && strcmp(listed, name) == 0)
            return true;
    }
    return strcmp(name, "manifest.json") == 0;
}

/* A file of the earlier export goes; what somebody else has put there moves to the new folder. */
static int keep_others(void *user, const char *name) {
    const keep_t *keep = user;
    char *old = sqlite3_mprintf("%s/%s", keep->from, name);
    char *new = sqlite3_mprintf("%s/%s", keep->to, name);
    struct stat status;
    if (old && is_listed(keep->manifest, name))
        (void)unlink(old);
    else if (old && new &&lstat(new, &status) != 0)
        (void)rename(old, new);
    sqlite3_free(old);
    sqlite3_free(new);
    return 0;
}

/* Both folders are whole at every moment; should the program die between the two renames, the
 * earlier export is beside under its other name. */
static int replace(sim_export_t *x, const char *to) {
    char *old = sqlite3_mprintf("%s.old-%d", to, (int)getpid());
    cJSON *manifest = earlier(to);
    int rc = old && rename(to, old) == 0 ? 0 : -1;
    if (rc == 0 && (rc = rename(x->folder, to)) != 0)
        (void)rename(old, to);
    if (rc == 0) {
        keep_t keep = {old, to, manifest};
        (void)walk(old, keep_others, &keep);
        (void)rmdir(old);
    }
    cJSON_Delete(manifest);
    sqlite3_free(old);
    return rc;
}

int sim_export_folder_finish(sim_export_t *x) {
    char *real = realpath(x->ask->to, NULL); /* where a link leads, if there is one */
    const char *to = real ? real : x->ask->to;
    int rc = walk(x->folder, sync_file, x->folder);
    if (rc == 0)
        rc = sim_base_sync(x->folder);
    if (rc == 0) {
        rc = rename(x->folder, to); /* also onto an empty folder */
        if (rc && (errno == ENOTEMPTY || errno == EEXIST) && x->ask->replace)
            rc = replace(x, to);
        if (rc == 0)
            rc = sim_base_sync_folder_of(to);
    }
    if (rc)
        rc = sim_export_file_failed(x, NULL);
    free(real);
    if (rc)
        return rc;
    sqlite3_free(x->folder);
    x->folder = NULL;
    return 0;
}

void sim_export_folder_drop(sim_export_t *x) {
    if (!x->folder)
        return;
    (void)walk(x->folder, drop_file, x->folder);
    (void)rmdir(x->folder);
    sqlite3_free(x->folder);
    x->folder = NULL;
}
