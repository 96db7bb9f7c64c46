/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the replicates of the cooperation model share, and the state of one of them. */
#pragma once
#include "models/cooperation/params.h"
#include "models/cooperation/world/record.h"

/* ---- population: read once, shared by all replicates ---- */

enum {
    COOP_FILE_GOVERNMENTS,
    COOP_FILE_COUNTRIES,
    COOP_FILE_PARTNERS,
    COOP_FILE_COOPERATIVES,
    COOP_FILE_MEMBERS,
    COOP_N_FILES, /* that are needed; the others may be left out (known.c, record.c) */
    COOP_FILE_ASSOCIATIONS = COOP_N_FILES,
    COOP_FILE_NETWORKS,
    COOP_FILE_RECORD, /* COOP_N_RECORDS of them */
    COOP_ALL_FILES = COOP_FILE_RECORD + COOP_N_RECORDS
};

/* What the results tell of an agent. NULL, or NaN, where nothing is known. */
typedef struct {
    uint32_t agent_id;
    const char *kind, *code, *name, *name_local, *area, *region;
    double lat, lon, population;
    int estimated; /* 0, 1 */
} coop_agent_t;

typedef struct {
    const char *code, *name;
    int region;
    bool jica, jcm;
    double jcm_from, priority, term_years, stability;
    int max_terms;  /* 0 = no limit */
    double sisters; /* its share of Japan's sister agreements, in any unit */
} coop_country_t;

/* An association of partner cities that the sources name. */
typedef struct {
    const char *code, *name;
    uint32_t city[COOP_MAX_GROUP], n; /* places among partners */
    int32_t founded;                  /* JFY; COOP_NO_YEAR: not known, there from the start */
} coop_known_t;

/* A network of many cities; the first is the hub programme (M24). */
typedef struct {
    const char *code, *name;
    uint32_t lead, agent; /* local government, or SIM_NETWORK_NONE; the network itself */
} coop_network_t;

/* A membership of a network with its fiscal years; it ends when `until` begins. */
typedef struct {
    uint32_t network, member; /* place among networks; agent */
    int32_t from, until;
} coop_seat_t;

typedef struct {
    uint32_t donor, partner; /* agent id; place among partners */
    int32_t year;            /* JFY of the agreement */
} coop_friendship_t;

/* Agents are numbered prefectures, municipalities, wards, cooperatives (together: donors, ids
 * 0..n_donors-1), then partner cities and their associations, funders, intermediaries. The last
 * cooperatives, from first_founded on, are places for those that are founded in a run. Arrays are
 * indexed by agent id unless they say otherwise; partner arrays by agent id - n_donors. What a run
 * can change (people, plants, members) is copied into the state and read from there. */
typedef struct {
    uint32_t n_agents, n_donors, first_cooperative, first_founded, n_partners, n_countries;
    uint32_t n_cities, n_known; /* partners of the file, before all associations; of these known */
#define SHARED(TYPE, NAME, ROWS) TYPE *NAME;
#include "models/cooperation/processes.def"
    double *need[COOP_N_SECTORS]; /* of partner cities */
    uint32_t n_municipalities;    /* wards are not counted */
    uint32_t n_members;
    uint32_t n_prefectures;
    coop_friendship_t friendship[COOP_MAX_FRIENDSHIPS]; /* known from the sources */
    uint32_t n_friendships;
    uint8_t *has_friendship; /* by donor: it is in them */
    coop_record_t record;
    coop_known_t *known_association; /* n_known of them */
    coop_network_t network[COOP_MAX_NETWORKS];
    coop_seat_t *seat;
    uint32_t n_networks, n_seats;
    /* Consultants and institutes are the first agents behind the funders. */
    uint32_t first_consultant, n_consultants;
    double consultant_weight[COOP_MAX_CONSULTANTS]; /* studies that they led in the record */
    uint32_t funder[COOP_N_FUNDERS];                /* agent ids, in the order of their accounts */
    sim_base_arena_t arena;                         /* holds all of it */
    sim_param_csv_t csv[COOP_ALL_FILES];            /* agents borrow their text */
} coop_population_t;

/* ---- state of one replicate ---- */

/* What a scheme asks for, and its money and terms; code reads rows, never names. */
enum { COOP_WHO_ALL, COOP_WHO_RECORD, COOP_WHO_STARTERS };
enum { COOP_WHERE_ALL, COOP_WHERE_AID, COOP_WHERE_JCM };
typedef struct {
    uint8_t account;    /* of its funder */
    uint8_t who, where; /* donors; countries */
    uint8_t kind;       /* COOP_WORK_... (M38) */
    bool low_carbon;    /* pays for work in air and low carbon, brought by industry or by a firm,
                           and asks for no record with the partner (M28) */
    bool firms;         /* a firm may start the project (M30) */
    bool joint;         /* bids of several donors for one partner become one, which comes first */
    bool supplementary; /* supplementary budgets add to its calls (M27) */
    bool enabled, cooperatives;
    double budget;                 /* new commitments, yen a fiscal year */
    double slots;                  /* awards a year at most; 0: as many as the money pays */
    double from_year, until_year;  /* JFY of the first call; of the first without one */
    double ramp;                   /* years of calls until the whole budget is there */
    double ceiling, joint_ceiling; /* yen of a grant; of one to a joint bid */
    double proposal;               /* proposals of a tie without a project, a year, at priority 1 */
    double length_min, length_max; /* years */
    double renewals;               /* how often a finished project may be renewed with priority */
    double record_years;           /* since the donor's first project */
    double least_people;           /* of the donor */
    double outside;                /* factor of proposals for countries beyond its own */
    double led;                    /* share of projects that a consultant leads (M41) */
    double special_from, special_until, special_ceiling; /* certain supplementary budgets */
} coop_scheme_t;

/* Its members are rows of the .def files of the processes that write them, which say what they
 * mean; IN_group asks processes.def for those of a group. */
typedef struct {
#define IN_donor ,
#include "models/cooperation/processes.def"
#undef IN_donor
} coop_donor_t;

typedef struct {
#define IN_partner ,
#include "models/cooperation/processes.def"
#undef IN_partner
} coop_partner_t;

/* Members of cooperative first_cooperative + c: pool[first[c]] .. pool[first[c] + count[c] - 1];
 * SIM_NETWORK_NONE in places of the pool that hold nobody. */
typedef struct {
#define IN_membership ,
#include "models/cooperation/processes.def"
#undef IN_membership
} coop_membership_t;

/* Who knows whom. */
typedef struct {
#define IN_contact ,
#include "models/cooperation/processes.def"
#undef IN_contact
} coop_contact_t;

/* In order of award. */
typedef struct {
#define IN_project ,
#include "models/cooperation/processes.def"
#undef IN_project
} coop_project_t;

/* What members carry of running projects of their cooperatives (M39). */
typedef struct {
#define IN_joint ,
#include "models/cooperation/processes.def"
#undef IN_joint
} coop_joint_t;

/* Who acts under the lead of a tie's donor, in no order: a consortium, or the municipalities of a
 * prefecture. */
typedef struct {
#define IN_league ,
#include "models/cooperation/processes.def"
#undef IN_league
} coop_league_t;

typedef struct {
#define IN_calendar ,
#include "models/cooperation/processes.def"
#undef IN_calendar
} coop_calendar_t;

typedef struct {
    double score;
    uint32_t tie, partner;
    uint8_t first;   /* renewals and joint bids come before the others */
    uint8_t renewed; /* which renewal it would be; 0: a new project */
    uint8_t joint;   /* other donors join the bid */
    uint32_t group;  /* of joint bids: tie of the one that leads; else its own */
} coop_proposal_t;

/* What a rate has brought about by the time or index x: base + rate (x - since). A rate that
 * changes bends the path and moves nothing that lies behind. */
typedef struct {
    double rate, base, since;
} coop_path_t;

/* Donors of a mode whose opportunities are drawn one by one, and how many others there are. */
typedef struct {
    uint32_t *donor, n, others;
} coop_offers_t;

/* What observation keeps between steps. Registered as one array of numbers: nothing but doubles. */
typedef struct {
    double network[COOP_M_MODULARITY - COOP_M_NODES]; /* metrics as last taken */
    double knowhow, staff, kept, kept_cooperatives, passed_on, relieved, people_per_yen; /* too */
    double knowhow_start, cooperatives_start, capacity_start, need_start;
    double people_year, yen_year;             /* this fiscal year: person-years served, yen paid */
    double people, yen, elections, turnovers; /* since the start */
    double refused[COOP_N_REASONS];           /* this fiscal year, up to the last observation */
} coop_observed_t;

enum { COOP_LOGS = 256 };
typedef struct coop_state {
    sim_network_ties_t ties;
    coop_donor_t donor;
    coop_partner_t partner;
    coop_contact_t contact;
    coop_project_t project;
    coop_joint_t joint;
    coop_league_t league;
    coop_calendar_t calendar;
    coop_membership_t membership;
    struct {
#define IN_country ,
#include "models/cooperation/processes.def"
#undef IN_country
    } country;
#define POPULATION(NAME, ...) sim_state_population_t NAME;
#define VALUE(TYPE, NAME, ...) TYPE NAME;
#define VALUES(TYPE, NAME, MANY, ...) TYPE NAME MANY;
#define OWN(TYPE, NAME, MANY, ...) TYPE NAME MANY;
#define SCRATCH(TYPE, NAME, ...) TYPE *NAME;
#define DERIVED(TYPE, NAME, ...) TYPE *NAME;
#include "models/cooperation/processes.def"
} coop_state_t;

extern const sim_state_row_t coop_state_table[];
