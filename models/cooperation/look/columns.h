/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of a table of the results are rows of a list, COLUMN(type, name, value in a row,
 * meaning), beside the code that writes its rows: the list makes the table's fields and a row's
 * cells. The tables themselves are in COOP_TABLES (words.h). */
#pragma once
#include "models/cooperation/cooperation.h"

#define TYPE_INTEGER SIM_FIELD_INTEGER, NULL
#define TYPE_REAL SIM_FIELD_REAL, NULL
#define TYPE_TEXT SIM_FIELD_TEXT, NULL
#define TYPE_LABEL(words) SIM_FIELD_LABEL, words
#define FIELD(TYPE, name, value, doc) {name, TYPE_##TYPE, doc},
#define MEMBER_INTEGER .i
#define MEMBER_REAL .r
#define MEMBER_TEXT .text
#define MEMBER_LABEL(words) .i
#define CELL(TYPE, name, value, doc) {MEMBER_##TYPE = value},
#define ONE(TYPE, name, value, doc) +1
#define FIELD_END                                                                                  \
    { NULL, SIM_FIELD_INTEGER, NULL, NULL }
