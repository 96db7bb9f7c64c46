/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of the model: each list makes an enum and the labels of the results file. */
#pragma once
#include "sim/more.h"

/* clang-format off */
#define COOP_AGENT_KINDS(X) \
    X(COOP_KIND_PREFECTURE, "prefecture") X(COOP_KIND_MUNICIPALITY, "municipality") \
    X(COOP_KIND_SPECIAL_WARD, "special_ward") X(COOP_KIND_COOPERATIVE, "cooperative") \
    X(COOP_KIND_PARTNER_CITY, "partner_city") \
    X(COOP_KIND_PARTNER_ASSOCIATION, "partner_association") X(COOP_KIND_FUNDER, "funder") \
    X(COOP_KIND_INTERMEDIARY, "intermediary")

/* Types of donors; the order is that of COOP_TYPE_... in per-type parameters. */
#define COOP_TYPES(X) \
    X(COOP_TYPE_PREFECTURE, "prefecture") X(COOP_TYPE_DESIGNATED_CITY, "designated_city") \
    X(COOP_TYPE_CORE_CITY, "core_city") X(COOP_TYPE_CITY, "city") X(COOP_TYPE_TOWN, "town") \
    X(COOP_TYPE_VILLAGE, "village") X(COOP_TYPE_SPECIAL_WARD, "special_ward") \
    X(COOP_TYPE_COOPERATIVE, "cooperative")

#define COOP_REGIONS(X) \
    X(COOP_REGION_NORTHEAST_ASIA, "northeast_asia") X(COOP_REGION_SOUTH_ASIA, "south_asia") \
    X(COOP_REGION_SOUTHEAST_ASIA, "southeast_asia") X(COOP_REGION_PACIFIC, "pacific") \
    X(COOP_REGION_LATIN_AMERICA, "latin_america") X(COOP_REGION_MIDDLE_EAST, "middle_east") \
    X(COOP_REGION_AFRICA, "africa") X(COOP_REGION_EUROPE, "europe") \
    X(COOP_REGION_NORTH_AMERICA, "north_america")

#define COOP_SECTORS(X) \
    X(COOP_SECTOR_WASTE, "waste") X(COOP_SECTOR_WATER, "water") X(COOP_SECTOR_AIR, "air")

#define COOP_TIE_KINDS(X) \
    X(COOP_TIE_COOPERATION, "cooperation") X(COOP_TIE_SISTER, "sister") \
    X(COOP_TIE_MEMBERSHIP, "membership") X(COOP_TIE_INITIATIVE, "initiative")

#define COOP_MODES(X) \
    X(COOP_MODE_CITY_TO_CITY, "city_to_city") X(COOP_MODE_REGIONAL, "regional")

/* Who acts abroad in a tie: one government; several cities that keep together after a joint bid; a
 * prefecture with municipalities of its own; a corporation of municipalities (S, Table 8-2). */
#define COOP_TIE_FORMS(X) \
    X(COOP_TIE_FORM_SINGLE, "single") X(COOP_TIE_FORM_CONSORTIUM, "consortium") \
    X(COOP_TIE_FORM_PREFECTURE_LED, "prefecture_led") \
    X(COOP_TIE_FORM_COOPERATIVE, "cooperative") X(COOP_TIE_FORM_UNION, "union")

/* The ladder of M20. */
#define COOP_STAGES(X) \
    X(COOP_STAGE_FRIENDSHIP, "friendship") X(COOP_STAGE_EXCHANGE, "exchange") \
    X(COOP_STAGE_TRAINEES, "trainees") X(COOP_STAGE_PROJECT, "project") \
    X(COOP_STAGE_PROGRAMME, "programme")

/* Competing causes of end (M31). */
#define COOP_CAUSES(X) \
    X(COOP_CAUSE_LEADER_TURNOVER, "leader_turnover") X(COOP_CAUSE_GRANT_END, "grant_end") \
    X(COOP_CAUSE_BUDGET_SHORTFALL, "budget_shortfall") X(COOP_CAUSE_STAFF_LOSS, "staff_loss") \
    X(COOP_CAUSE_SUPPORT_LOSS, "support_loss") X(COOP_CAUSE_GOAL_MISMATCH, "goal_mismatch") \
    X(COOP_CAUSE_PARTNER_EXIT, "partner_exit") X(COOP_CAUSE_GOAL_REACHED, "goal_reached") \
    X(COOP_CAUSE_DORMANCY, "dormancy") X(COOP_CAUSE_NATIONAL_RELATIONS, "national_relations") \
    X(COOP_CAUSE_MERGER, "merger") X(COOP_CAUSE_COOPERATIVE_DISSOLVED, "cooperative_dissolved") \
    X(COOP_CAUSE_REGIONAL_FORM, "regional_form") X(COOP_CAUSE_INTERVENTION, "intervention")

/* Why an opportunity did not become a tie, in the order of asking (M8, M18, M22, M37). */
#define COOP_REASONS(X) \
    X(COOP_REASON_NO_MANDATE, "no_mandate") X(COOP_REASON_NO_MONEY, "no_money") \
    X(COOP_REASON_NO_STAFF, "no_staff") X(COOP_REASON_NO_CONTACT, "no_contact") \
    X(COOP_REASON_NO_GAIN, "no_gain") X(COOP_REASON_NOT_CHOSEN, "not_chosen") \
    X(COOP_REASON_PARTNER_DECLINED, "partner_declined") X(COOP_REASON_VETO, "veto")

/* In the order of the calls; what each asks for is in schemes.c. Own money makes no call, and other
 * national works stand in the record alone: here they bind people and move no money. */
#define COOP_SCHEMES(X) \
    X(COOP_SCHEME_JICA_LOCAL, "jica_local") X(COOP_SCHEME_MOE_JCM, "moe_jcm") \
    X(COOP_SCHEME_JICA_PARTNER, "jica_partner") X(COOP_SCHEME_JICA_SUPPORT, "jica_support") \
    X(COOP_SCHEME_CLAIR_MODEL, "clair_model") X(COOP_SCHEME_METI, "meti") \
    X(COOP_SCHEME_OWN, "own") X(COOP_SCHEME_OTHER, "other")

/* How a donor came to know a partner (M21). */
#define COOP_SOURCES(X) \
    X(COOP_SOURCE_CONFERENCE, "conference") X(COOP_SOURCE_SISTER, "sister_city") \
    X(COOP_SOURCE_VISITOR, "visitor") X(COOP_SOURCE_TRAINEE, "trainee") \
    X(COOP_SOURCE_INTERMEDIARY, "intermediary") X(COOP_SOURCE_MISSION, "funder_mission") \
    X(COOP_SOURCE_FIRM, "firm") X(COOP_SOURCE_OTHER_CITY, "other_city")

/* The four types of work, by commitment (M38). */
#define COOP_PROJECT_KINDS(X) \
    X(COOP_WORK_CONTRIBUTION, "contribution") X(COOP_WORK_CONSULTATION, "consultation") \
    X(COOP_WORK_OPERATION, "operation") X(COOP_WORK_INVESTMENT, "investment")

#define COOP_OUTCOMES(X) \
    X(COOP_OUTCOME_RUNNING, "running") X(COOP_OUTCOME_COMPLETED, "completed") \
    X(COOP_OUTCOME_CUT, "cut")

/* Where a tie that stood at the start comes from. */
#define COOP_ORIGINS(X) \
    X(COOP_ORIGIN_RECORDED, "recorded") X(COOP_ORIGIN_FILLED, "filled")

/* Countries that a scenario can let fall out with Japan (M32). */
#define COOP_RUPTURES "none|BD|CN|ID|IN|KH|LA|LK|MM|MN|MY|NP|PH|TH|VN"

/* How a series from outside goes on after the last year that is known (series.c). */
#define COOP_AFTER "level|trend"

/* Forms of cooperation among municipalities (M35), by commitment and cost of leaving. Pact and
 * conference run nothing; a delegation leaves the plants to one of its members; the last two are
 * corporations. */
#define COOP_FORMS(X) \
    X(COOP_FORM_PACT, "pact") X(COOP_FORM_CONFERENCE, "conference") \
    X(COOP_FORM_DELEGATION, "delegation") \
    X(COOP_FORM_PARTIAL_COOPERATIVE, "partial_cooperative") \
    X(COOP_FORM_WIDE_AREA_UNION, "wide_area_union")

/* Who pays for schemes: account, its word, code and names of the agent. */
#define COOP_FUNDERS(X) \
    X(COOP_ACCOUNT_JICA, "jica", "JICA", "Japan International Cooperation Agency", "国際協力機構") \
    X(COOP_ACCOUNT_MOE, "moe", "MOE", "Ministry of the Environment", "環境省") \
    X(COOP_ACCOUNT_CLAIR, "clair", "CLAIR", \
      "Council of Local Authorities for International Relations", "自治体国際化協会") \
    X(COOP_ACCOUNT_METI, "meti", "METI", "Ministry of Economy, Trade and Industry", "経済産業省")

/* Accounts between which every yen moves. */
#define COOP_ACCOUNTS(X) \
    X(COOP_ACCOUNT_TAXPAYERS, "taxpayers") COOP_FUNDERS(X) \
    X(COOP_ACCOUNT_LOCAL_GOVERNMENTS, "local_governments") \
    X(COOP_ACCOUNT_COOPERATIVES, "cooperatives") X(COOP_ACCOUNT_PROJECTS, "projects") \
    X(COOP_ACCOUNT_PARTNER_SERVICES, "partner_services") \
    X(COOP_ACCOUNT_TIE_UPKEEP, "tie_upkeep")

#define COOP_EVENTS(X) \
    X(COOP_EVENT_ELECTION, "election") X(COOP_EVENT_LEADER_TURNOVER, "leader_turnover") \
    X(COOP_EVENT_MANAGER_ELECTED, "manager_elected") X(COOP_EVENT_MANDATE, "mandate") \
    X(COOP_EVENT_MANDATE_WITHDRAWN, "mandate_withdrawn") \
    X(COOP_EVENT_PLANT_RENEWED, "plant_renewed") X(COOP_EVENT_CALL, "call") \
    X(COOP_EVENT_AWARD, "award") X(COOP_EVENT_RUPTURE, "rupture") \
    X(COOP_EVENT_RECOGNITION, "recognition") \
    X(COOP_EVENT_SUPPLEMENTARY_BUDGET, "supplementary_budget") \
    X(COOP_EVENT_COOPERATIVE_FOUNDED, "cooperative_founded") \
    X(COOP_EVENT_MEMBER_JOINED, "member_joined") X(COOP_EVENT_MEMBER_LEFT, "member_left") \
    X(COOP_EVENT_COOPERATIVE_DISSOLVED, "cooperative_dissolved") \
    X(COOP_EVENT_COOPERATIVES_UNIFIED, "cooperatives_unified") X(COOP_EVENT_MERGER, "merger") \
    X(COOP_EVENT_TIE_INHERITED, "tie_inherited") X(COOP_EVENT_SCOPE_WIDENED, "scope_widened") \
    X(COOP_EVENT_ASSOCIATION_FOUNDED, "association_founded") \
    X(COOP_EVENT_PLAN_RENEWED, "plan_renewed") X(COOP_EVENT_FORM_BEGUN, "form_begun") \
    X(COOP_EVENT_FORM_LEFT, "form_left") X(COOP_EVENT_LEAD_PASSED, "lead_passed") \
    X(COOP_EVENT_FORM_DISSOLVED, "form_dissolved")

/* Tables of the results beside that of the ties: identifier, name, whether it is one of detail
 * choices, role, what it has. Their columns stand where their rows are written (look/columns.h). */
#define COOP_TABLES(X) \
    X(PROJECT, project, false, EPISODES, "One row per project") \
    X(REFUSAL, refusal, false, COUNTS, "Opportunities that became no tie, by reason") \
    X(LEDGER, ledger, false, FLOWS, "Yearly flows between accounts") \
    X(EVENT, event, false, EVENTS, "Dated events") \
    X(TIE_STATE, tie_state, false, STATES, \
      "Cooperation ties at onset, at new stages and in April") \
    X(START, start, false, NONE, \
      "Cooperation ties that stood at the start, and where they come from") \
    X(TIE_MEMBER, tie_member, false, NONE, "Who acted abroad under another's lead") \
    X(CHOICE, choice, true, NONE, \
      "Opportunities to found a tie: a row for each alternative (detail choices)") \
    X(ACCEPTANCE, acceptance, true, NONE, \
      "Answers of partners that were chosen (detail choices)") \
    X(TIE_RISK, tie_risk, true, NONE, \
      "Cooperation ties in each step, and what their ends looked at (detail choices)") \
    X(DONOR_STATE, donor_state, true, STATES, \
      "Donors at the end of each fiscal year (detail choices)") \
    X(PARTNER_STATE, partner_state, true, STATES, \
      "Partners at the end of each fiscal year (detail choices)")
/* clang-format on */

/* All lists: the list, its array of words (coop_..._words), how many words it has. */
#define COOP_LISTS(LIST)                                                                           \
    LIST(COOP_AGENT_KINDS, kind, COOP_N_KINDS)                                                     \
    LIST(COOP_TYPES, type, COOP_N_TYPES)                                                           \
    LIST(COOP_REGIONS, region, COOP_N_REGIONS)                                                     \
    LIST(COOP_SECTORS, sector, COOP_N_SECTORS)                                                     \
    LIST(COOP_TIE_KINDS, tie, COOP_N_TIE_KINDS)                                                    \
    LIST(COOP_MODES, mode, COOP_N_MODES)                                                           \
    LIST(COOP_TIE_FORMS, tie_form, COOP_N_TIE_FORMS)                                               \
    LIST(COOP_STAGES, stage, COOP_N_STAGES)                                                        \
    LIST(COOP_CAUSES, cause, COOP_N_CAUSES)                                                        \
    LIST(COOP_REASONS, reason, COOP_N_REASONS)                                                     \
    LIST(COOP_SCHEMES, scheme, COOP_N_SCHEMES)                                                     \
    LIST(COOP_SOURCES, source, COOP_N_SOURCES)                                                     \
    LIST(COOP_PROJECT_KINDS, work, COOP_N_WORKS)                                                   \
    LIST(COOP_OUTCOMES, outcome, COOP_N_OUTCOMES)                                                  \
    LIST(COOP_ORIGINS, origin, COOP_N_ORIGINS)                                                     \
    LIST(COOP_FORMS, form, COOP_N_FORMS)                                                           \
    LIST(COOP_ACCOUNTS, account, COOP_N_ACCOUNTS)                                                  \
    LIST(COOP_EVENTS, event, COOP_N_EVENTS)

/* ---- enums ---- */

#define COOP_CONSTANT(CONSTANT, ...) CONSTANT,
#define COOP_ENUM(WORDS, NAME, COUNT) enum { WORDS(COOP_CONSTANT) COUNT };
COOP_LISTS(COOP_ENUM)

#define COOP_DECLARE(WORDS, NAME, COUNT) extern const char *const coop_##NAME##_words[];
COOP_LISTS(COOP_DECLARE)

enum { COOP_AFTER_LEVEL, COOP_AFTER_TREND }; /* of COOP_AFTER */
/* Purposes of random draws: one decision, one purpose. */
enum {
#define PURPOSE(N, NAME) COOP_DRAW_##NAME = SIM_RNG_PURPOSE_MODEL + N,
#include "models/cooperation/processes.def"
};
enum {
#define TABLE(ID, ...) COOP_TABLE_##ID,
    COOP_TABLES(TABLE)
#undef TABLE
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
    COOP_N_FUNDERS = COOP_ACCOUNT_LOCAL_GOVERNMENTS - COOP_ACCOUNT_TAXPAYERS - 1,
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

/* Places of the metrics. Those of each mode follow one another, the city-to-city one first. */
enum {
#define METRIC(ID, NAME, UNIT, DOC) COOP_M_##ID,
#include "models/cooperation/look/metrics.def"
#undef METRIC
    COOP_M_REFUSED,                                    /* + reason */
    COOP_M_ENDED_BY = COOP_M_REFUSED + COOP_N_REASONS, /* + cause */
    COOP_M_WORKS = COOP_M_ENDED_BY + COOP_N_CAUSES,    /* + type */
    COOP_M_SCHEMES = COOP_M_WORKS + COOP_N_WORKS,      /* + scheme */
    COOP_M_WAYS = COOP_M_SCHEMES + COOP_N_SCHEMES,     /* + source of the contact */
    COOP_M_FORMS = COOP_M_WAYS + COOP_N_SOURCES,       /* + form */
    COOP_M_LAST_ = COOP_M_FORMS + COOP_N_TIE_FORMS - 1,
#define METRIC(ID, NAME, UNIT, DOC) COOP_M_##ID,
#include "models/cooperation/processes.def"
    COOP_N_METRICS
};
