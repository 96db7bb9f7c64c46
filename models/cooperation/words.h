/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of the model: each list makes an enum and the labels of the results file. */
#ifndef COOPERATION_WORDS_H
#define COOPERATION_WORDS_H

#include "sim/sim.h"

#define COOP_AGENT_KINDS(X)                                                                        \
    X(PREFECTURE, "prefecture")                                                                    \
    X(MUNICIPALITY, "municipality")                                                                \
    X(SPECIAL_WARD, "special_ward")                                                                \
    X(COOPERATIVE, "cooperative")                                                                  \
    X(PARTNER_CITY, "partner_city")                                                                \
    X(PARTNER_ASSOCIATION, "partner_association")                                                  \
    X(FUNDER, "funder")                                                                            \
    X(INTERMEDIARY, "intermediary")

/* Types of donors; the order is that of COOP_TYPE_... in per-type parameters. */
#define COOP_TYPES(X)                                                                              \
    X(PREFECTURE, "prefecture")                                                                    \
    X(DESIGNATED_CITY, "designated_city")                                                          \
    X(CORE_CITY, "core_city")                                                                      \
    X(CITY, "city")                                                                                \
    X(TOWN, "town")                                                                                \
    X(VILLAGE, "village")                                                                          \
    X(SPECIAL_WARD, "special_ward")                                                                \
    X(COOPERATIVE, "cooperative")

#define COOP_REGIONS(X)                                                                            \
    X(NORTHEAST_ASIA, "northeast_asia")                                                            \
    X(SOUTH_ASIA, "south_asia")                                                                    \
    X(SOUTHEAST_ASIA, "southeast_asia")                                                            \
    X(PACIFIC, "pacific")                                                                          \
    X(LATIN_AMERICA, "latin_america")                                                              \
    X(MIDDLE_EAST, "middle_east")                                                                  \
    X(AFRICA, "africa")                                                                            \
    X(EUROPE, "europe")                                                                            \
    X(NORTH_AMERICA, "north_america")

#define COOP_SECTORS(X)                                                                            \
    X(WASTE, "waste")                                                                              \
    X(WATER, "water")                                                                              \
    X(AIR, "air")

#define COOP_TIE_KINDS(X)                                                                          \
    X(COOPERATION, "cooperation")                                                                  \
    X(SISTER, "sister")                                                                            \
    X(MEMBERSHIP, "membership")                                                                    \
    X(INITIATIVE, "initiative")

#define COOP_MODES(X)                                                                              \
    X(CITY_TO_CITY, "city_to_city")                                                                \
    X(REGIONAL, "regional")

/* Who acts abroad in a tie: one government; several cities that keep together after a joint bid; a
 * prefecture with municipalities of its own; a corporation of municipalities (S, Table 8-2). */
#define COOP_TIE_FORMS(X)                                                                          \
    X(SINGLE, "single")                                                                            \
    X(CONSORTIUM, "consortium")                                                                    \
    X(PREFECTURE_LED, "prefecture_led")                                                            \
    X(COOPERATIVE, "cooperative")                                                                  \
    X(UNION, "union")

/* The ladder of M20. */
#define COOP_STAGES(X)                                                                             \
    X(FRIENDSHIP, "friendship")                                                                    \
    X(EXCHANGE, "exchange")                                                                        \
    X(TRAINEES, "trainees")                                                                        \
    X(PROJECT, "project")                                                                          \
    X(PROGRAMME, "programme")

/* Competing causes of end (M31). */
#define COOP_CAUSES(X)                                                                             \
    X(LEADER_TURNOVER, "leader_turnover")                                                          \
    X(GRANT_END, "grant_end")                                                                      \
    X(BUDGET_SHORTFALL, "budget_shortfall")                                                        \
    X(STAFF_LOSS, "staff_loss")                                                                    \
    X(SUPPORT_LOSS, "support_loss")                                                                \
    X(GOAL_MISMATCH, "goal_mismatch")                                                              \
    X(PARTNER_EXIT, "partner_exit")                                                                \
    X(GOAL_REACHED, "goal_reached")                                                                \
    X(DORMANCY, "dormancy")                                                                        \
    X(NATIONAL_RELATIONS, "national_relations")                                                    \
    X(MERGER, "merger")                                                                            \
    X(COOPERATIVE_DISSOLVED, "cooperative_dissolved")                                              \
    X(REGIONAL_FORM, "regional_form")                                                              \
    X(INTERVENTION, "intervention")

/* Why an opportunity did not become a tie, in the order in which it is asked (M8, M18, M22, M37).
 */
#define COOP_REASONS(X)                                                                            \
    X(NO_MANDATE, "no_mandate")                                                                    \
    X(NO_MONEY, "no_money")                                                                        \
    X(NO_STAFF, "no_staff")                                                                        \
    X(NO_CONTACT, "no_contact")                                                                    \
    X(NO_GAIN, "no_gain")                                                                          \
    X(NOT_CHOSEN, "not_chosen")                                                                    \
    X(PARTNER_DECLINED, "partner_declined")                                                        \
    X(VETO, "veto")

/* In the order of the calls; what each asks for is in schemes.c. Own money makes no call, and other
 * national works stand in the record alone: here they bind people and move no money. */
#define COOP_SCHEMES(X)                                                                            \
    X(JICA_LOCAL, "jica_local")                                                                    \
    X(MOE_JCM, "moe_jcm")                                                                          \
    X(JICA_PARTNER, "jica_partner")                                                                \
    X(JICA_SUPPORT, "jica_support")                                                                \
    X(CLAIR_MODEL, "clair_model")                                                                  \
    X(METI, "meti")                                                                                \
    X(OWN, "own")                                                                                  \
    X(OTHER, "other")

/* How a donor came to know a partner (M21). */
#define COOP_SOURCES(X)                                                                            \
    X(CONFERENCE, "conference")                                                                    \
    X(SISTER, "sister_city")                                                                       \
    X(VISITOR, "visitor")                                                                          \
    X(TRAINEE, "trainee")                                                                          \
    X(INTERMEDIARY, "intermediary")                                                                \
    X(MISSION, "funder_mission")                                                                   \
    X(FIRM, "firm")                                                                                \
    X(OTHER_CITY, "other_city")

/* The four types of work, by commitment (M38). */
#define COOP_PROJECT_KINDS(X)                                                                      \
    X(CONTRIBUTION, "contribution")                                                                \
    X(CONSULTATION, "consultation")                                                                \
    X(OPERATION, "operation")                                                                      \
    X(INVESTMENT, "investment")

#define COOP_OUTCOMES(X)                                                                           \
    X(RUNNING, "running")                                                                          \
    X(COMPLETED, "completed")                                                                      \
    X(CUT, "cut")

/* Where a tie that stood at the start comes from. */
#define COOP_ORIGINS(X)                                                                            \
    X(RECORDED, "recorded")                                                                        \
    X(FILLED, "filled")

/* Countries that a scenario can let fall out with Japan (M32). */
#define COOP_RUPTURES "none|BD|CN|ID|IN|KH|LA|LK|MM|MN|MY|NP|PH|TH|VN"

/* How a series from outside goes on after the last year that is known (series.c). */
#define COOP_AFTER "level|trend"

/* Forms of cooperation among municipalities (M35), by commitment and cost of leaving. Pact and
 * conference run nothing; a delegation leaves the plants to one of its members; the last two are
 * corporations. */
#define COOP_FORMS(X)                                                                              \
    X(PACT, "pact")                                                                                \
    X(CONFERENCE, "conference")                                                                    \
    X(DELEGATION, "delegation")                                                                    \
    X(PARTIAL_COOPERATIVE, "partial_cooperative")                                                  \
    X(WIDE_AREA_UNION, "wide_area_union")

/* Accounts between which every yen moves; those of the funders from JICA to METI. */
#define COOP_ACCOUNTS(X)                                                                           \
    X(TAXPAYERS, "taxpayers")                                                                      \
    X(JICA, "jica")                                                                                \
    X(MOE, "moe")                                                                                  \
    X(CLAIR, "clair")                                                                              \
    X(METI, "meti")                                                                                \
    X(LOCAL_GOVERNMENTS, "local_governments")                                                      \
    X(COOPERATIVES, "cooperatives")                                                                \
    X(PROJECTS, "projects")                                                                        \
    X(PARTNER_SERVICES, "partner_services")                                                        \
    X(TIE_UPKEEP, "tie_upkeep")

#define COOP_EVENTS(X)                                                                             \
    X(ELECTION, "election")                                                                        \
    X(LEADER_TURNOVER, "leader_turnover")                                                          \
    X(MANAGER_ELECTED, "manager_elected")                                                          \
    X(MANDATE, "mandate")                                                                          \
    X(MANDATE_WITHDRAWN, "mandate_withdrawn")                                                      \
    X(PLANT_RENEWED, "plant_renewed")                                                              \
    X(CALL, "call")                                                                                \
    X(AWARD, "award")                                                                              \
    X(RUPTURE, "rupture")                                                                          \
    X(RECOGNITION, "recognition")                                                                  \
    X(SUPPLEMENTARY_BUDGET, "supplementary_budget")                                                \
    X(COOPERATIVE_FOUNDED, "cooperative_founded")                                                  \
    X(MEMBER_JOINED, "member_joined")                                                              \
    X(MEMBER_LEFT, "member_left")                                                                  \
    X(COOPERATIVE_DISSOLVED, "cooperative_dissolved")                                              \
    X(COOPERATIVES_UNIFIED, "cooperatives_unified")                                                \
    X(MERGER, "merger")                                                                            \
    X(TIE_INHERITED, "tie_inherited")                                                              \
    X(SCOPE_WIDENED, "scope_widened")                                                              \
    X(ASSOCIATION_FOUNDED, "association_founded")                                                  \
    X(PLAN_RENEWED, "plan_renewed")                                                                \
    X(FORM_BEGUN, "form_begun")                                                                    \
    X(FORM_LEFT, "form_left")                                                                      \
    X(LEAD_PASSED, "lead_passed")                                                                  \
    X(FORM_DISSOLVED, "form_dissolved")

/* Purposes of random draws: one decision, one purpose. Append only; the order is part of the
 * meaning of a seed. */
/* One purpose a line. */
/* clang-format off */
#define COOP_PURPOSES(X)                                                                           \
    X(SETUP_TERM)                                                                                  \
    X(SETUP_ELECTION_CYCLE)                                                                        \
    X(SETUP_PRIORITY)                                                                              \
    X(SETUP_SUPPORT)                                                                               \
    X(SETUP_STAFF)                                                                                 \
    X(SETUP_KNOWHOW)                                                                               \
    X(SETUP_PLANT)                                                                                 \
    X(SETUP_SISTER)                                                                                \
    X(SETUP_SISTER_PARTNER)                                                                        \
    X(SETUP_PARTNER_INTEREST)                                                                      \
    X(ELECTION_CONTESTED)                                                                          \
    X(ELECTION_RENEWAL)                                                                            \
    X(LEADER_PRIORITY)                                                                             \
    X(MANAGER_CHOICE)                                                                              \
    X(SUPPORT_DRIFT)                                                                               \
    X(CONTACT_ARRIVAL)                                                                             \
    X(CONTACT_PARTNER)                                                                             \
    X(CONTACT_STRENGTH)                                                                            \
    X(FORMATION_OPPORTUNITY)                                                                       \
    X(FORMATION_CHOICE)                                                                            \
    X(FORMATION_OPT_OUT)                                                                           \
    X(FORMATION_ACCEPTANCE)                                                                        \
    X(FORMATION_VETO)                                                                              \
    X(CALL_PROPOSAL)                                                                               \
    X(CALL_SCORE)                                                                                  \
    X(CALL_TERMS)                                                                                  \
    X(OWN_PROJECT)                                                                                 \
    X(TIE_ENDING)                                                                                  \
    X(TIE_INSTITUTION)                                                                             \
    X(PARTNER_TURNOVER)                                                                            \
    X(PARTNER_INTEREST)                                                                            \
    X(MANDATE_INITIATIVE)                                                                          \
    X(MANDATE_CONSENT)                                                                             \
    X(MANDATE_WITHDRAWAL)                                                                          \
    X(SETUP_CONTESTED)                                                                             \
    X(SETUP_MANAGER)                                                                               \
    X(MANAGER_SEAT)                                                                                \
    X(RUPTURE)                                                                                     \
    X(RECOGNITION)                                                                                 \
    X(HUB_MEMBER)                                                                                  \
    X(SITING_CONFLICT)                                                                             \
    X(LADDER)                                                                                      \
    X(SUPPLEMENTARY)                                                                               \
    X(FIRM_STARTED)                                                                                \
    X(CONTACT_SOURCE)                                                                              \
    X(SISTER_GROWTH)                                                                               \
    X(SISTER_GROWTH_PARTNER)                                                                       \
    X(SISTER_PURPOSE)                                                                              \
    X(MERGER)                                                                                      \
    X(MERGER_PARTNER)                                                                              \
    X(COOPERATIVE_FATE)                                                                            \
    X(COOPERATIVE_EXIT)                                                                            \
    X(COOPERATIVE_OPPORTUNITY)                                                                     \
    X(COOPERATIVE_WILL)                                                                            \
    X(COOPERATIVE_CONSENT)                                                                         \
    X(PLANT_AGE)                                                                                   \
    X(WORK_REQUEST)                                                                                \
    X(WORK_CONSENT)                                                                                \
    X(OWN_WORK)                                                                                    \
    X(JOINT_MEMBER)                                                                                \
    X(CONTACT_REQUEST)                                                                             \
    X(SETUP_ASSOCIATION_WISH)                                                                      \
    X(ASSOCIATION_FOUNDING)                                                                        \
    X(ASSOCIATION_MET)                                                                             \
    X(START_NUMBER)                                                                                \
    X(START_TIE) \
    X(FORM_INTRODUCTION)                                                                           \
    X(FORM_PREFECTURE)                                                                             \
    X(FORM_CONSORTIUM)                                                                             \
    X(FORM_LEAVING)                                                                                \
    X(NETWORK_EXIT)                                                                                \
    X(CONSULTANT_LEAD)                                                                             \
    X(CONSULTANT_CONTACT)
/* clang-format on */

/* ---- enums ---- */

#define COOP_ENUM(prefix, name) COOP_##prefix##_##name
#define COOP_KIND_(n, w) COOP_ENUM(KIND, n),
#define COOP_TYPE_(n, w) COOP_ENUM(TYPE, n),
#define COOP_REGION_(n, w) COOP_ENUM(REGION, n),
#define COOP_SECTOR_(n, w) COOP_ENUM(SECTOR, n),
#define COOP_TIE_(n, w) COOP_ENUM(TIE, n),
#define COOP_MODE_(n, w) COOP_ENUM(MODE, n),
#define COOP_TIE_FORM_(n, w) COOP_ENUM(TIE_FORM, n),
#define COOP_STAGE_(n, w) COOP_ENUM(STAGE, n),
#define COOP_CAUSE_(n, w) COOP_ENUM(CAUSE, n),
#define COOP_REASON_(n, w) COOP_ENUM(REASON, n),
#define COOP_SCHEME_(n, w) COOP_ENUM(SCHEME, n),
#define COOP_SOURCE_(n, w) COOP_ENUM(SOURCE, n),
#define COOP_WORK_(n, w) COOP_ENUM(WORK, n),
#define COOP_OUTCOME_(n, w) COOP_ENUM(OUTCOME, n),
#define COOP_ORIGIN_(n, w) COOP_ENUM(ORIGIN, n),
#define COOP_FORM_(n, w) COOP_ENUM(FORM, n),
#define COOP_ACCOUNT_(n, w) COOP_ENUM(ACCOUNT, n),
#define COOP_EVENT_(n, w) COOP_ENUM(EVENT, n),
#define COOP_DRAW_(n) COOP_ENUM(DRAW, n),

enum { COOP_AGENT_KINDS(COOP_KIND_) COOP_N_KINDS };
enum { COOP_TYPES(COOP_TYPE_) COOP_N_TYPES };
enum { COOP_REGIONS(COOP_REGION_) COOP_N_REGIONS };
enum { COOP_SECTORS(COOP_SECTOR_) COOP_N_SECTORS };
enum { COOP_TIE_KINDS(COOP_TIE_) COOP_N_TIE_KINDS };
enum { COOP_MODES(COOP_MODE_) COOP_N_MODES };
enum { COOP_TIE_FORMS(COOP_TIE_FORM_) COOP_N_TIE_FORMS };
enum { COOP_STAGES(COOP_STAGE_) COOP_N_STAGES };
enum { COOP_CAUSES(COOP_CAUSE_) COOP_N_CAUSES };
enum { COOP_REASONS(COOP_REASON_) COOP_N_REASONS };
enum { COOP_SCHEMES(COOP_SCHEME_) COOP_N_SCHEMES };
enum { COOP_SOURCES(COOP_SOURCE_) COOP_N_SOURCES };
enum { COOP_PROJECT_KINDS(COOP_WORK_) COOP_N_WORKS };
enum { COOP_OUTCOMES(COOP_OUTCOME_) COOP_N_OUTCOMES };
enum { COOP_ORIGINS(COOP_ORIGIN_) COOP_N_ORIGINS };
enum { COOP_FORMS(COOP_FORM_) COOP_N_FORMS };
enum { COOP_ACCOUNTS(COOP_ACCOUNT_) COOP_N_ACCOUNTS };
enum { COOP_EVENTS(COOP_EVENT_) COOP_N_EVENTS };
enum { COOP_AFTER_LEVEL, COOP_AFTER_TREND }; /* of COOP_AFTER */
enum { COOP_DRAW_FIRST_ = SIM_RNG_PURPOSE_MODEL - 1, COOP_PURPOSES(COOP_DRAW_) COOP_DRAW_END_ };
enum {
    COOP_TABLE_PROJECT,
    COOP_TABLE_REFUSAL,
    COOP_TABLE_LEDGER,
    COOP_TABLE_EVENT,
    COOP_TABLE_TIE_STATE,
    COOP_TABLE_START,
    COOP_TABLE_TIE_MEMBER,
    COOP_TABLE_CHOICE,
    COOP_TABLE_ACCEPTANCE,
    COOP_TABLE_TIE_RISK,
    COOP_TABLE_DONOR_STATE,
    COOP_TABLE_PARTNER_STATE
};

enum {
    COOP_NO_MODE = 255,
    COOP_MAX_CONTACTS = 16, /* a government's address book; the faintest contact gives way */
    COOP_TERM_YEARS = 4,    /* Local Autonomy Act; the calendar needs whole years */
    COOP_MAX_TERMS = 5,     /* the hazard of M1 is known up to the fifth term */
    COOP_MAX_FRIENDSHIPS = 8,
    COOP_MAX_NETWORKS = 16, /* of many cities, the hub programme included */
    COOP_CODE_ROOM = 40,    /* letters of an agent's code, the end included */
    COOP_NO_YEAR = INT32_MIN,
    COOP_MAX_CONSULTANTS = 16,
    COOP_NO_LEAD = 255, /* the donor leads its project itself */
    COOP_N_FUNDERS = COOP_ACCOUNT_LOCAL_GOVERNMENTS - COOP_ACCOUNT_JICA,
    COOP_MAX_LENGTH = 10,      /* years of a project at most */
    COOP_N_NEIGHBOURS = 8,     /* with whom a municipality talks of cooperatives and mergers */
    COOP_MAX_GROUP = 5,        /* cities of an association abroad */
    COOP_MAX_ROUNDS = 100,     /* opportunities or contacts of one donor in one step */
    COOP_MAX_PROPOSALS = 4096, /* a call reads no more; far beyond what staff and money allow */
    COOP_FULL_LOAD = 1000,     /* people of a project, so that shares of it add up exactly */
    COOP_MAX_BIDDERS = 16,     /* of a joint bid that keep together, the leader included */
    COOP_MAX_LEAGUE = 1024,    /* bodies that act abroad under another's lead at a time */
    COOP_MAX_JOINT = 16384,    /* members at work in projects of their cooperatives at a time */
    COOP_WINDOW_YEARS = 5      /* concentration is that of C2: projects of five fiscal years */
};

#endif
