/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/cooperation/cooperation.h"

#define COOP_WORD(name, word) word,
#define COOP_NAME(name) #name,

const char *const coop_kind_words[] = {COOP_AGENT_KINDS(COOP_WORD) NULL};
const char *const coop_type_words[] = {COOP_TYPES(COOP_WORD) NULL};
const char *const coop_region_words[] = {COOP_REGIONS(COOP_WORD) NULL};
const char *const coop_sector_words[] = {COOP_SECTORS(COOP_WORD) NULL};
const char *const coop_tie_words[] = {COOP_TIE_KINDS(COOP_WORD) NULL};
const char *const coop_mode_words[] = {COOP_MODES(COOP_WORD) NULL};
const char *const coop_tie_form_words[] = {COOP_TIE_FORMS(COOP_WORD) NULL};
const char *const coop_stage_words[] = {COOP_STAGES(COOP_WORD) NULL};
const char *const coop_cause_words[] = {COOP_CAUSES(COOP_WORD) NULL};
const uint8_t coop_conversions[] = {COOP_CAUSE_REGIONAL_FORM, SIM_NETWORK_NO_CAUSE};
const char *const coop_reason_words[] = {COOP_REASONS(COOP_WORD) NULL};
const char *const coop_scheme_words[] = {COOP_SCHEMES(COOP_WORD) NULL};
const char *const coop_source_words[] = {COOP_SOURCES(COOP_WORD) NULL};
const char *const coop_work_words[] = {COOP_PROJECT_KINDS(COOP_WORD) NULL};
const char *const coop_outcome_words[] = {COOP_OUTCOMES(COOP_WORD) NULL};
const char *const coop_origin_words[] = {COOP_ORIGINS(COOP_WORD) NULL};
const char *const coop_form_words[] = {COOP_FORMS(COOP_WORD) NULL};
const char *const coop_account_words[] = {COOP_ACCOUNTS(COOP_WORD) NULL};
const char *const coop_event_words[] = {COOP_EVENTS(COOP_WORD) NULL};
const char *const coop_rupture_countries[] = {"none", "BD", "CN", "ID", "IN", "KH", "LA", "LK",
                                              "MM",   "MN", "MY", "NP", "PH", "TH", "VN", NULL};
const char *const coop_purpose_words[] = {COOP_PURPOSES(COOP_NAME) NULL};
