/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/cooperation/cooperation.h"

#define FIRST(WORD, ...) WORD,
#define WORD(CONSTANT, ...) FIRST(__VA_ARGS__, )
#define ARRAY(WORDS, NAME, COUNT) const char *const coop_##NAME##_words[] = {WORDS(WORD) NULL};
COOP_LISTS(ARRAY)

const uint8_t coop_conversions[] = {COOP_CAUSE_REGIONAL_FORM, SIM_NETWORK_NO_CAUSE};
const char *const coop_rupture_countries[] = {"none", "BD", "CN", "ID", "IN", "KH", "LA", "LK",
                                              "MM",   "MN", "MY", "NP", "PH", "TH", "VN", NULL};
/* How many purposes there are. A number that two have does not compile (-Woverride-init), nor does
 * one beyond the next. */
enum {
    N_PURPOSES = 0
#define PURPOSE(N, NAME) +1
#include "models/cooperation/processes.def"
};
const char *const coop_purpose_words[] = {
#define PURPOSE(N, NAME) [N] = #NAME,
#include "models/cooperation/processes.def"
    [N_PURPOSES] = NULL};
SIM_TABLE_ENDS(coop_purpose_words, N_PURPOSES);
