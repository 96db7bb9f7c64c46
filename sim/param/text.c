/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/error.h"
#include "sim/base/file.h"
#include "sim/param/parts.h"

static int is_shown(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

/* Why there is no such file, and what its folder has that is called nearly so. */
static void tell_missing(const char *path, sim_base_why_t *why) {
    enum { MOST = 1000 };
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *names[MOST + 1] = {NULL};
    struct dirent **entry = NULL;
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    int n = folder ? scandir(folder, &entry, is_shown, alphasort) : 0;
    sim_base_hint_t hint;
    for (int i = 0; i < n && i < MOST; i++)
        names[i] = entry[i]->d_name;
    sim_base_why_set(why, "%s%s", strerror(ENOENT), sim_base_hint(&hint, name, names, "", ""));
    for (int i = 0; i < n; i++)
        free(entry[i]);
    free(entry);
    free(folder);
}

/* Not fopen: a pipe or a device must be refused before it can block. */
static int open_regular(const char *path, struct stat *status, sim_base_why_t *why) {
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0 && errno == ENOENT)
        tell_missing(path, why);
    else if (file < 0 || fstat(file, status) != 0)
        sim_base_why_set(why, "%s", strerror(errno));
    else if (S_ISDIR(status->st_mode))
        sim_base_why_set(why, "it is a folder, not a file");
    else if (!S_ISREG(status->st_mode))
        sim_base_why_set(why, "it is not a regular file");
    else
        return file;
    if (file >= 0)
        close(file);
    return -1;
}

const char *sim_param_unreadable(const char *path, sim_base_why_t *why) {
    struct stat status;
    int file = open_regular(path, &status, why);
    if (file < 0)
        return why->text;
    close(file);
    return NULL;
}

/* Reads at most `size` bytes; a file that shrinks meanwhile is shorter. */
static ssize_t read_all(int file, char *bytes, size_t size) {
    size_t done = 0;
    while (done < size) {
        ssize_t got = read(file, bytes + done, size - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

int sim_param_slurp(const char *path, size_t limit, char **bytes, size_t *size,
                    sim_param_identity_t *identity, sim_base_why_t *why) {
    struct stat status;
    int code = SIM_ERR_IO;
    char *content = NULL;
    int file = open_regular(path, &status, why);
    if (file < 0)
        goto out;
    if (sim_base_is_database(path)) {
        sim_base_why_set(why, "it is a database, such as the results of a run, not a text");
        goto out;
    }
    if ((size_t)status.st_size > limit) {
        sim_base_why_set(why, "it is larger than %zu MiB", limit >> 20);
        goto out;
    }
    content = malloc((size_t)status.st_size + 1);
    if (!content) {
        code = SIM_ERR_MEMORY;
        goto out;
    }
    ssize_t got = read_all(file, content, (size_t)status.st_size);
    if (got < 0) {
        sim_base_why_set(why, "%s", strerror(errno));
        goto out;
    }
    content[got] = '\0';
    *bytes = content;
    *size = (size_t)got;
    if (identity)
        *identity = (sim_param_identity_t){status.st_dev, status.st_ino};
    content = NULL;
    code = SIM_OK;
out:
    if (file >= 0)
        close(file);
    free(content);
    return code;
}

/* Bytes of the UTF-8 character at `at` (at least one byte left), 0 when it is none: no
 * overlong forms, surrogates or code points above U+10FFFF (Unicode 15, table 3-7). */
static size_t utf8_length(const unsigned char *at, size_t left) {
    unsigned char low = 0x80, high = 0xBF;
    size_t length = at[0] < 0x80                     ? 1
                    : at[0] >= 0xC2 && at[0] <= 0xDF ? 2
                    : at[0] >= 0xE0 && at[0] <= 0xEF ? 3
                    : at[0] >= 0xF0 && at[0] <= 0xF4 ? 4
                                                     : 0;
    if (length == 0 || length > left)
        return 0;
    low = at[0] == 0xE0 ? 0xA0 : at[0] == 0xF0 ? 0x90 : low;
    high = at[0] == 0xED ? 0x9F : at[0] == 0xF4 ? 0x8F : high;
    for (size_t i = 1; i < length; i++) {
        if (at[i] < low || at[i] > high)
            return 0;
        low = 0x80;
        high = 0xBF;
    }
    return length;
}

/* Length of the run of ASCII without NUL at `at`, in eights: most texts are that. */
static size_t ascii_length(const unsigned char *at, size_t left) {
    const uint64_t low = 0x0101010101010101u, high = 0x8080808080808080u;
    size_t length = 0;
    for (uint64_t eight; length + sizeof eight <= left; length += sizeof eight) {
        memcpy(&eight, at + length, sizeof eight);
        if ((eight | (eight - low)) & high) /* the difference also borrows below a NUL */
            break;
    }
    return length;
}

static int line_of(const char *bytes, size_t at) {
    int line = 1;
    for (size_t i = 0; i < at; i++)
        line += bytes[i] == '\n';
    return line;
}

const char *sim_param_not_text(const char *bytes, size_t size, int *line) {
    const unsigned char *at = (const unsigned char *)bytes;
    *line = 1;
    if (size >= 2 && ((at[0] == 0xFF && at[1] == 0xFE) || (at[0] == 0xFE && at[1] == 0xFF)))
        return "the text is UTF-16, not UTF-8; save it as UTF-8";
    for (size_t i = ascii_length(at, size); i < size; i += ascii_length(at + i, size - i)) {
        size_t length = at[i] ? utf8_length(at + i, size - i) : 0;
        if (length == 0) {
            *line = line_of(bytes, i);
            return at[i] ? "the text is not UTF-8; save it as UTF-8"
                         : "there is a NUL byte; this is not a text file";
        }
        i += length;
    }
    return NULL;
}

/* Takes "./" and "name/.." out of a path, in place. */
static void collapse(char *path) {
    char *start = path + (*path == '/'), *out = start;
    size_t kept = 0; /* names before `out` that a ".." can take away */
    for (char *part = start; *part; part += *part == '/') {
        size_t length = strcspn(part, "/");
        bool here = length == 0 || (length == 1 && part[0] == '.');
        bool up = length == 2 && part[0] == '.' && part[1] == '.';
        if (up && kept > 0) {
            while (out > start && *--out != '/') {
            }
            kept--;
        } else if (!here) {
            if (out > start)
                *out++ = '/'; /* what was taken out, or the slash itself, left room */
            memmove(out, part, length);
            out += length;
            kept = up ? 0 : kept + 1;
        }
        part += length;
    }
    *out = '\0';
}

char *sim_param_path_join(const char *dir, const char *name) {
    struct stat plain, short_one;
    bool whole = name[0] == '/' || strcmp(dir, ".") == 0;
    char *path = NULL, *shorter = NULL;
    if (asprintf(&path, "%s%s%s", whole ? "" : dir, whole ? "" : "/", name) < 0)
        path = NULL;
    if (!path || !(shorter = strdup(path))) {
        free(path);
        return NULL;
    }
    collapse(shorter);
    /* "a/link/../b" is not "a/b" when link is a symbolic link. */
    bool same = stat(path, &plain) == 0 && stat(shorter, &short_one) == 0 &&
                plain.st_dev == short_one.st_dev && plain.st_ino == short_one.st_ino;
    free(same ? path : shorter);
    return same ? shorter : path;
}
