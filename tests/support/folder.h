/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of a test's own, under TMPDIR or /tmp. */
#ifndef TESTS_SUPPORT_FOLDER_H
#define TESTS_SUPPORT_FOLDER_H

enum { FOLDER_ROOM = 256 };

/* Makes it, with `what` in its name; its path is in `folder`. */
void folder_make(char folder[FOLDER_ROOM], const char *what);
/* Removes it with all that is in it and empties the path; nothing where the path is empty. */
void folder_remove(char folder[FOLDER_ROOM]);

#endif
