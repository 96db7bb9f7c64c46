/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening results files that are there: one way for whoever reads, checks or goes on with one. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/store/parts.h"

enum { BUSY_MS = 30000 };

/* SQLite tells a disk that cannot be read as a file that is malformed. */
static bool cannot_read(sqlite3 *db) {
    int error = 0;
    return sqlite3_errcode(db) == SQLITE_CORRUPT &&
           sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &error) == SQLITE_OK &&
           error == EIO;
}

const char *sim_store_db_reason(sqlite3 *db) {
    return !db               ? sim_base_strerror(SIM_ERR_MEMORY)
           : cannot_read(db) ? sqlite3_errstr(SQLITE_IOERR)
                             : sqlite3_errmsg(db);
}

int sim_store_db_failed(sqlite3 *db, const char *path, sim_base_why_t *why) {
    if (db && sqlite3_errcode(db) == SQLITE_BUSY)
        sim_base_why_set(why, "results file %s: another program keeps it locked (%s)", path,
                         sqlite3_errmsg(db));
    else
        sim_base_why_set(why, "results file %s: %s", path, sim_store_db_reason(db));
    return SIM_ERR_STORE;
}

int sim_store_db_open(const char *path, int flags, sqlite3 **db, sim_base_why_t *why) {
    *db = NULL;
    int rc = sqlite3_open_v2(path, db, flags, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_busy_timeout(*db, BUSY_MS);
    /* EXTRA: the folder too is flushed after each commit, so that none can be rolled back. */
    if (rc == SQLITE_OK && !(flags & SQLITE_OPEN_READONLY)) /* who reads goes through it once */
        rc = sqlite3_exec(*db, "PRAGMA synchronous = EXTRA; PRAGMA cache_size = -16000;", NULL,
                          NULL, NULL);
    if (rc == SQLITE_OK)
        return 0;
    sim_store_db_failed(*db, path, why);
    sqlite3_close(*db);
    *db = NULL;
    return SIM_ERR_STORE;
}

static int check_path(const char *path, sim_base_why_t *why) {
    struct stat status;
    bool there = stat(path, &status) == 0;
    if (there && S_ISREG(status.st_mode) && access(path, R_OK) == 0)
        return 0;
    if (there && !S_ISREG(status.st_mode))
        sim_base_why_set(why, "%s is not a file, so it is not a results file", path);
    else if (errno == ENOENT)
        sim_base_why_set(why, "there is no results file %s", path);
    else
        sim_base_why_set(why, "results file %s cannot be read: %s", path, strerror(errno));
    return SIM_ERR_CONFIG;
}

int sim_store_is_results(const char *path, sim_base_why_t *why) {
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    int rc = check_path(path, why);
    if (rc == 0)
        rc = sim_store_check_journals(path, why);
    if (rc)
        return rc;
    /* Not read-only: after a crash the journal must be played back before anything is read. */
    rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(db, "SELECT value FROM meta WHERE key = 'schema_version'", -1, &s,
                                NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(s);
    if (cannot_read(db))
        rc = SQLITE_IOERR;
    sqlite3_finalize(s);
    sqlite3_close(db);
    if (rc == SQLITE_ROW)
        return 0;
    /* without locks SQLite's own reason misleads */
    bool may_be_locks = rc == SQLITE_BUSY || rc == SQLITE_PERM || rc == SQLITE_IOERR;
    if (may_be_locks && sim_store_locks_work(path, why))
        return SIM_ERR_CONFIG;
    if ((rc & 0xff) == SQLITE_READONLY) { /* a journal must be played back first */
        return sim_base_why_fail(
            why, SIM_ERR_STORE,
            "results file %s was left half-written by a run that was killed, and cannot be "
            "put right where it is: copy it with %s-journal to a folder that you can write "
            "to, and read it there",
            path, path);
    }
    if (rc != SQLITE_BUSY && rc != SQLITE_CANTOPEN && rc != SQLITE_PERM && rc != SQLITE_NOTADB &&
        rc != SQLITE_ERROR && rc != SQLITE_DONE)
        return sim_base_why_fail(why, SIM_ERR_STORE, "results file %s cannot be read: %s", path,
                                 sqlite3_errstr(rc));
    if (rc == SQLITE_BUSY)
        sim_base_why_set(why, "results file %s: another program keeps it locked (%s)", path,
                         sqlite3_errstr(rc));
    else if (rc == SQLITE_CANTOPEN || rc == SQLITE_PERM)
        sim_base_why_set(why, "results file %s cannot be read: %s", path, sqlite3_errstr(rc));
    else
        sim_base_why_set(why, "%s is not a results file", path);
    return SIM_ERR_CONFIG;
}

int sim_store_open_existing(const char *path, sim_store_use_t use, sim_store_lock_t *lock,
                            sqlite3 **db, sim_base_why_t *why) {
    int flags = use == SIM_STORE_READS ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    int rc = check_path(path, why); /* before a lock is made beside it */
    if (rc == 0)
        rc = sim_store_lock(path, use, lock, why);
    if (rc == 0)
        rc = sim_store_is_results(path, why);
    return rc ? rc : sim_store_db_open(path, flags | SQLITE_OPEN_NOMUTEX, db, why);
}
