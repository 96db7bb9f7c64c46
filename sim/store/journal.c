/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose a journal is. SQLite plays any journal that has the right name into a file, and so a file
 * that was copied over one whose run was killed would be destroyed. Each state of a results file
 * has a number that no other has, in page 1, beside that of the state before; and a journal holds
 * page 1 as it was before: its number is one of these two, or the journal is another file's. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/store/parts.h"

int sim_store_begin_write(sqlite3 *db) {
    int64_t state = 0;
    int32_t next = 0;
    sqlite3_randomness(sizeof next, &next);
    if (sim_store_sql(db, "BEGIN IMMEDIATE") || sim_store_number(db, &state, "PRAGMA user_version"))
        return SIM_ERR_STORE;
    /* the first that is written, so that page 1 comes first in the journal */
    return sim_store_sql(db, "PRAGMA user_version = %d; PRAGMA application_id = %d", next,
                         (int)state);
}

/* ---- the formats of SQLite: file and rollback journal ---- */

enum { PAGE_SIZE = 16, PAGES = 28, STATE = 60, STATE_BEFORE = 68, PAGE_BEGIN = 72 }; /* of page 1 */
enum { RECORDS = 8, PAGES_BEFORE = 16, SECTOR = 20, PAGE = 24, SEGMENT = 28 }; /* of a segment */
enum { LEAST_SECTOR = 32, MOST_SECTOR = 65536, LEAST_JOURNAL = 512 };
static const unsigned char MAGIC[] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};

typedef struct {
    int descriptor;
    int64_t size;
    bool failed; /* a read, with errno */
} source_t;

static uint32_t number(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Whether all of it is there. */
static bool get(source_t *from, void *to, size_t size, int64_t at) {
    if (at + (int64_t)size > from->size)
        return false;
    for (size_t done = 0; done < size && !from->failed;) {
        ssize_t n = pread(from->descriptor, (char *)to + done, size - done, at + (int64_t)done);
        if (n > 0)
            done += (size_t)n;
        else
            from->failed = n == 0 || errno != EINTR;
    }
    return !from->failed;
}

/* How page 1 begins in the journal; segments follow each other at whole sectors. */
static bool find_first(source_t *journal, uint32_t sector, uint32_t page,
                       unsigned char begin[PAGE_BEGIN]) {
    unsigned char segment[SEGMENT], which[4];
    const int64_t record = 4 + (int64_t)page + 4; /* number, page, sum */
    int64_t at = 0;
    while (get(journal, segment, SEGMENT, at) && memcmp(segment, MAGIC, sizeof MAGIC) == 0) {
        uint32_t n = number(segment + RECORDS);
        at += sector;
        for (n = n ? n : UINT32_MAX; n > 0 && at + record <= journal->size; n--, at += record) {
            if (!get(journal, which, sizeof which, at))
                return false;
            if (number(which) == 1)
                return get(journal, begin, PAGE_BEGIN, at + 4);
        }
        at = (at + sector - 1) / sector * sector;
    }
    return false;
}

/* What is too short to be one, or begins with 0, is played by nobody. A journal without page 1 is
 * its own when nothing of it would be played: it was begun when the run was killed. */
static bool is_own(source_t *journal, source_t *file) {
    unsigned char segment[SEGMENT] = "", first[PAGE_BEGIN], before[PAGE_BEGIN];
    if (journal->size == 0 || (get(journal, segment, 1, 0) && segment[0] == 0))
        return true;
    if (!get(journal, segment, SEGMENT, 0) || memcmp(segment, MAGIC, sizeof MAGIC) != 0 ||
        !get(file, first, PAGE_BEGIN, 0))
        return false;
    uint32_t sector = number(segment + SECTOR), page = number(segment + PAGE);
    uint32_t file_page = (uint32_t)first[PAGE_SIZE] << 8 | first[PAGE_SIZE + 1];
    if (journal->size < LEAST_JOURNAL)
        return true;
    if (sector < LEAST_SECTOR || sector > MOST_SECTOR ||
        page != (file_page == 1 ? 65536 : file_page))
        return false;
    uint32_t pages = number(segment + PAGES_BEFORE);
    if (find_first(journal, sector, page, before)) {
        uint32_t state = number(before + STATE);
        return pages == number(before + PAGES) &&
               (state == number(first + STATE) || state == number(first + STATE_BEFORE));
    }
    bool plays_nothing =
        number(segment + RECORDS) == 0 || journal->size < sector + 4 + (int64_t)page + 4;
    return plays_nothing && file->size == pages * (int64_t)page;
}

/* ---- files ---- */

static int cannot_read(const char *name, sim_base_why_t *why) {
    return sim_base_why_fail(why, SIM_ERR_IO, "%s cannot be read: %s", name, strerror(errno));
}

static int open_source(const char *name, source_t *source) {
    struct stat status;
    source->descriptor = open(name, O_RDONLY | O_CLOEXEC);
    if (source->descriptor < 0 || fstat(source->descriptor, &status))
        return SIM_ERR_IO;
    source->size = status.st_size;
    return 0;
}

static int compare(const char *path, const char *name, sim_base_why_t *why) {
    source_t journal = {.descriptor = -1}, file = {.descriptor = -1};
    int rc = 0;
    if (open_source(name, &journal))
        rc = errno == ENOENT ? 0 : cannot_read(name, why);
    else if (open_source(path, &file))
        rc = cannot_read(path, why);
    else if (is_own(&journal, &file))
        rc = 0;
    else if (journal.failed || file.failed)
        rc = cannot_read(journal.failed ? name : path, why);
    else {
        sim_base_why_set(
            why,
            "%s is not the journal of results file %s, but would be taken for it: move it "
            "away, or put back the file to which it belongs",
            name, path);
        rc = SIM_ERR_CONFIG;
    }
    if (journal.descriptor >= 0)
        close(journal.descriptor);
    if (file.descriptor >= 0)
        close(file.descriptor);
    return rc;
}

/* SQLite would write it into the file, whatever it is the log of. */
static int refuse_log(const char *path, const char *name, sim_base_why_t *why) {
    struct stat status;
    if (stat(name, &status) || status.st_size == 0)
        return 0;
    return sim_base_why_fail(
        why, SIM_ERR_CONFIG,
        "beside results file %s lies %s, which is not kumiai's: end the program that writes "
        "it, or move it away if it belongs to another database",
        path, name);
}

/* SQLite looks for them beside the file to which links lead. */
int sim_store_check_journals(const char *path, sim_base_why_t *why) {
    char *real = realpath(path, NULL);
    if (!real)
        return cannot_read(path, why);
    char *journal = sqlite3_mprintf("%s-journal", real);
    char *log = sqlite3_mprintf("%s-wal", real);
    int rc = SIM_ERR_MEMORY;
    if (!journal || !log)
        sim_base_why_set(why, "results file %s: %s", path, sim_base_strerror(rc));
    else if ((rc = refuse_log(path, log, why)) == 0)
        rc = compare(path, journal, why);
    sqlite3_free(journal);
    sqlite3_free(log);
    free(real);
    return rc;
}
