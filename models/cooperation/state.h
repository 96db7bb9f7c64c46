/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the replicates of the cooperation model share, and the state of one of them. */
#ifndef COOPERATION_STATE_H
#define COOPERATION_STATE_H

#include "models/cooperation/params.h"
#include "models/cooperation/record.h"

/* ---- population: read once, shared by all replicates ---- */

enum {
    COOP_FILE_GOVERNMENTS,
    COOP_FILE_COUNTRIES,
    COOP_FILE_PARTNERS,
    COOP_FILE_COOPERATIVES,
    COOP_FILE_MEMBERS,
    COOP_N_FILES
};

typedef struct {
    const char *code, *name;
    int region;
    bool jica, jcm;
    double jcm_from, priority, term_years, stability;
    int max_terms;  /* 0 = no limit */
    double sisters; /* its share of Japan's sister agreements, in any unit */
} coop_country_t;

/* Files that may be left out (known.c). */
enum { COOP_FILE_ASSOCIATIONS, COOP_FILE_NETWORKS, COOP_N_KNOWN_FILES };

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
    sim_record_agent_t *agent;
    /* donors */
    uint8_t *type;
    double *population, *fiscal_strength, *industry, *own_budget, *own_staff;
    uint8_t *port, *intermediary; /* has an intermediary at home */
    uint8_t *form;                /* of a cooperative */
    uint8_t *fixed_members;       /* of a cooperative: by law, so that none joins or leaves (M16) */
    double *cohesion; /* of a cooperative, 0..1: what a siting conflict of old has left (M16) */
    /* COOP_N_NEIGHBOURS a government: the municipalities and wards of its prefecture that are
     * nearest, nearest first, SIM_NETWORK_NONE beyond the last; of prefectures none. */
    uint32_t *neighbour, n_municipalities; /* wards are not counted */
    /* Prefectures, the first n_prefectures agents: p's municipalities and wards, by id, are
     * municipality[first_municipality[p]] .. [first_municipality[p + 1] - 1]. prefecture_of is by
     * government: of a prefecture itself, SIM_NETWORK_NONE where there is none. (Of prefectures of
     * one name the first is meant.) */
    uint32_t n_prefectures, *prefecture_of, *first_municipality, *municipality;
    uint32_t *plants;       /* cooperatives with sanitation works: > 0; governments 1; else 0 */
    uint32_t *plant_keeper; /* renews the plant that serves this donor: itself or a cooperative */
    /* memberships: members of cooperative c are member[first_member[c - first_cooperative] ..] */
    uint32_t *first_member, *member, n_members;
    /* partners */
    uint8_t *region;
    uint16_t *country_of;
    double *market;  /* log10 of people over 100,000, 0 at least: business (M17) */
    double *cos_lat; /* of agents */
    double *partner_population, *need[COOP_N_SECTORS], *capacity, *popularity;
    /* Associations of partner cities (M40), from n_cities on: what there is at the start, then what
     * neighbours may found in a run. Members of association n_cities + a are
     * group_city[first_city[a]] .. [first_city[a + 1] - 1]. */
    uint32_t *association_of; /* of a city, as place among partners; or SIM_NETWORK_NONE */
    uint32_t *first_city, *group_city;
    coop_country_t *country;
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
    sim_param_csv_t csv[COOP_N_FILES], known[COOP_N_KNOWN_FILES]; /* agents borrow their text */
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

typedef struct {
    uint8_t *exists;    /* 0: merged into another, dissolved, or not yet founded */
    double *population; /* persons; of a cooperative, of its members */
    double *fiscal_strength;
    double *own_budget; /* cooperatives: yen a year */
    double *industry;   /* 0..1 */
    uint32_t *plants, *plant_keeper;
    uint8_t *form;                /* cooperatives */
    uint8_t *pooled;              /* is in a sanitation cooperative of any form */
    uint32_t *heir;               /* who took over what exists no more, or SIM_NETWORK_NONE */
    int32_t *changed;             /* step of its last merger, founding or change of members */
    double *priority;             /* of the leader, 0..1 */
    double *priority_fall;        /* by how much it fell at the last turnover */
    uint8_t *terms;               /* served, the running one included */
    uint8_t *contested;           /* the last election was */
    int32_t *turnover;            /* step of the last turnover */
    double *support, *reputation; /* 0..1 */
    int64_t *purse, *voted; /* yen for environmental work abroad this fiscal year: left, voted */
    double *junior, *senior, *fte_bound; /* staff FTE; FTE bound in projects */
    double *knowhow[COOP_N_SECTORS], *knowhow_floor[COOP_N_SECTORS]; /* 0..1 */
    double *governance;   /* how to found and run a cooperative, 0..1; of others 0 */
    double *next_renewal; /* year of the next plant renewal, for plant keepers */
    uint32_t *n_ties, *n_projects, *record; /* live ties; running projects; projects ever awarded */
    int32_t *first_project;                 /* step of the first; means nothing while record is 0 */
    double *commitment;                     /* own money promised to running projects, yen a year */
    uint32_t *load;            /* people bound in projects, in COOP_FULL_LOAD-ths of a project's */
    uint32_t *n_firm_projects; /* running projects that a firm started; not in the load */
    uint8_t *n_contacts;
    uint8_t *mandate;              /* cooperatives: may work abroad */
    uint8_t *scope;                /* cooperatives: highest type of work that members agreed to */
    uint32_t *works[COOP_N_WORKS]; /* cooperatives: works abroad ever begun, by type (M38) */
    uint32_t *manager;             /* cooperatives: member whose head manages it */
    int32_t *elected;              /* cooperatives: step of the manager's election */
    double *policy_until; /* year; no policy: in the past. A mandate without a date: never */
    double *purse_factor; /* of the money that is voted for work abroad */
    double *staff_start, *shrinkage; /* staff at the start; share of seniors lost in it */
} coop_donor_t;

typedef struct {
    double *need[COOP_N_SECTORS], *capacity, *interest;
    double *stability;         /* of its own politics, 0..1 */
    double *wish, *governance; /* for an association, uniform; know-how of running one, 0..1 */
    uint8_t *exists;           /* associations: founded */
    uint32_t *n_ties;
    uint8_t *terms; /* served by its head, the running one included */
    int32_t *turnover;
} coop_partner_t;

/* Members of cooperative first_cooperative + c: pool[first[c]] .. pool[first[c] + count[c] - 1];
 * SIM_NETWORK_NONE in places of the pool that hold nobody. */
typedef struct {
    uint32_t *first, *count, *room, *pool;
    uint32_t *owner;         /* whose member a place of the pool holds */
    uint32_t used, capacity; /* of the pool */
} coop_membership_t;

typedef struct { /* rows of COOP_MAX_CONTACTS per donor */
    uint32_t *partner;
    int32_t *since;
    double *strength; /* 0..1; 0: a sister city whose ties leave the environment out */
    uint8_t *source;  /* COOP_SOURCE_...; a sister city does not lapse */
    /* A donor: bound of the rate a step; when the next candidate is due, in steps: that much is
     * left of a wait of mean 1 at that time. */
    double *pace, *due, *left, *from;
} coop_contact_t;

typedef struct { /* one row a project, in order of award */
    uint32_t count, capacity, n_running;
    uint32_t *tie, *donor, *partner, *running;
    uint8_t *scheme, *kind, *sector, *outcome, *firm; /* firm: started by a private firm (M30) */
    uint8_t *lead;            /* consultant or institute that leads it, or COOP_NO_LEAD */
    uint8_t *renewed;         /* which renewal of a first project it is */
    uint32_t *load, *members; /* of the donor; members of it that joined (M39) */
    int32_t *start, *finish, *planned;
    /* own: the donor's own money, without that of members; own_paid: of both */
    int64_t *granted, *own, *grant_left, *own_paid;
} coop_project_t;

/* What a member carries of a running project of its cooperative (M39): people, own money. */
typedef struct {
    uint32_t count, *project, *member, *load;
    int64_t *own;
} coop_joint_t;

/* Who acts under the lead of a tie's donor, in no order: a consortium, or the municipalities of a
 * prefecture. */
typedef struct {
    uint32_t count, *tie, *member;
    int32_t *since; /* step */
} coop_league_t;

typedef struct {
    uint32_t *place;     /* of a government in the election cycle */
    uint32_t *due;       /* governments sorted by their place in the election cycle */
    uint32_t *due_first; /* cycle + 1: where each place begins in `due` */
    uint32_t cycle;      /* steps of a term */
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

enum { COOP_LOGS = 256 };
typedef struct coop_state {
    coop_donor_t donor;
    coop_partner_t partner;
    coop_contact_t contact;
    coop_project_t project;
    coop_joint_t joint;
    coop_league_t league;
    coop_calendar_t calendar;
    coop_membership_t membership;
    coop_scheme_t scheme[COOP_N_SCHEMES]; /* with this world's parameters */
    uint32_t n_donors;          /* places in use: those of founded cooperatives fill up in a run */
    double *soured_until;       /* per country: year in which a rupture ends */
    double *partner_weight;     /* cumulative weight of a partner city as a new contact */
    double *sister_weight;      /* cumulative weight of a partner city as a new sister */
    uint32_t sisters_dormant;   /* sister ties that rest, as of the start of the fiscal year */
    double *contact_size;       /* size factor of the contact rate */
    uint32_t *known, n_known;   /* donors with reputation or projects, and some that had */
    uint8_t *is_known;          /* by donor: is in them */
    double *fiscal_factor;      /* fiscal strength to its exponent */
    double scale_exponent;      /* unit cost is as people served to this power */
    coop_path_t austerity;      /* logarithm of the cut, over years since the start */
    coop_path_t posts;          /* relative to the start, over the index of national staff */
    int64_t *flow;              /* accounts x accounts, yen of this fiscal year */
    int64_t *balance;           /* accounts, yen */
    int64_t *refused;           /* modes x reasons, this fiscal year */
    double *weight;             /* scratch: a number per donor */
    double *flow_metric;        /* per-step counts for observe(), zeroed there */
    uint32_t *high, *low, *due; /* scratch: words of bulk draws, and whose; room for all agents */
    coop_offers_t offers[COOP_N_MODES]; /* while offers_known; else they are listed anew */
    uint8_t *offered;                   /* by donor: is in them */
    bool offers_known;
    bool head_replaced;         /* an intervention has done so in this step */
    double *votes;              /* scratch of a manager's election */
    uint8_t *mark;              /* scratch, by agent; zero between uses */
    double *of_country;         /* scratch, per country */
    double *turnover_of;        /* 3 a country: chances in a step of partners' heads */
    double *rupture_chance;     /* per country, in a step */
    double log1p_of[COOP_LOGS]; /* log(1 + n) of counts */
    int64_t *met;               /* by COOP_SOURCE_...: contacts made since the start */
    coop_proposal_t *proposal;  /* scratch of a call, COOP_MAX_PROPOSALS */
    uint32_t *finished;         /* scratch of the calls: projects that may be renewed */
    uint32_t n_finished;
    uint32_t *window, *window_donor; /* scratch of the concentration measures, n_donors each */
    uint8_t *stale;                  /* governments to be settled (memberships.c) */
    uint32_t n_stale;
    /* Cooperation ties that stood at the start: those of the record from the first on, then those
     * that were drawn; from first_formed on they are of the run. */
    uint32_t first_standing, first_filled, first_formed;
    uint32_t standing_projects[COOP_N_ORIGINS]; /* of these ties, that ran at the start */
    uint32_t abroad;                            /* cooperatives with a mandate */
    uint32_t cooperatives, municipalities;      /* that exist */
    uint32_t associations;                      /* of partner cities that exist */
    double governance_passed;                   /* on to partners since the start, index */
    double knowhow_mean, staff_total;           /* as of the start of the fiscal year */
    double elections, turnovers;                /* since the start of the run */
    struct coop_observer *observer;             /* observe.h */
} coop_state_t;

/* Per-step counts kept in flow_metric. */
enum {
    COOP_COUNT_FORMED, /* + mode */
    COOP_COUNT_ENDED = COOP_COUNT_FORMED + COOP_N_MODES,
    COOP_COUNT_STARTED = COOP_COUNT_ENDED + COOP_N_MODES,
    COOP_COUNT_NATIONAL,
    COOP_COUNT_OWN,
    COOP_COUNT_ELECTIONS,
    COOP_COUNT_TURNOVERS,
    COOP_COUNT_CONTACTS,
    COOP_COUNT_PROPOSALS,
    COOP_COUNT_MERGERS,
    COOP_COUNT_INHERITED,
    COOP_COUNT_JOINT_PROJECTS,
    COOP_COUNT_JOINT_MEMBERS,
    COOP_COUNT_LED,
    COOP_COUNT_WORKS,                                      /* + type */
    COOP_COUNT_SCHEMES = COOP_COUNT_WORKS + COOP_N_WORKS,  /* + scheme */
    COOP_COUNT_WAYS = COOP_COUNT_SCHEMES + COOP_N_SCHEMES, /* + source of the contact */
    COOP_N_COUNTS = COOP_COUNT_WAYS + COOP_N_SOURCES
};

#endif
