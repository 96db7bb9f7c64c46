/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands on the disk, and under which name. */
#ifndef SIM_BASE_FILE_H
#define SIM_BASE_FILE_H

#include <stdbool.h>

/* Flushes a file or a folder to the disk. 0, or SIM_ERR_IO with errno. File systems that cannot
 * flush a folder (EINVAL) keep their names in other ways: that is no error. */
int sim_base_sync(const char *path);

/* The folder of a file, "." when it names none. Allocated; NULL when memory is out. */
char *sim_base_folder_of(const char *path);

/* Flushes the folder of a file: a name that is not on the disk yet would lose the file with it, so
 * this follows every file that was made, renamed or must stay removed. 0, SIM_ERR_MEMORY, or
 * SIM_ERR_IO with errno. */
int sim_base_sync_folder_of(const char *path);

/* Whether two paths lead to one file; what is not there yet is told by its folder and name. */
bool sim_base_same_file(const char *a, const char *b);

/* Whether a path is there and leads to a device or a pipe, which is written to as it is. */
bool sim_base_is_device(const char *path);

/* Whether a file that is there begins as an SQLite database does: results files do, and no command
 * replaces one by something else. */
bool sim_base_is_database(const char *path);

/* Whether a path has the name of a part of a database, as r.db-journal: SQLite would take a file of
 * that name for it, and remove it. */
bool sim_base_is_journal(const char *path);

#endif
