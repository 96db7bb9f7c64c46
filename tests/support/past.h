/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An observed record for the tiny world: three files in a folder of their own. */
#ifndef TESTS_SUPPORT_PAST_H
#define TESTS_SUPPORT_PAST_H

#include "tests/support/tiny.h"

/* Rows without their header, "" or NULL for a file that is not there. */
typedef struct {
    const char *ties, *projects, *histories;
} past_t;

/* Writes the files and returns settings that name them, followed by `settings`; both are good until
 * the next call or past_end(). Line 2 of a file is its first row. */
const char *past_write(const past_t *past, const char *settings);
void past_end(void);

#define PAST_TIES "donor,partner,kind,sector,from,until,stage,institutionalised,confidence\n"
#define PAST_PROJECTS                                                                              \
    "id,donor,partner,scheme,adopted,start,end,yen_million,sector,renewal_of,part_of,table_8_1,"   \
    "confidence\n"
#define PAST_HISTORIES "body,what,from,until,value,member,country,confidence\n"

#endif
