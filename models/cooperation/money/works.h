/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "models/cooperation/cooperation.h"

/* A project that begins. */
typedef struct {
    int scheme;
    uint8_t kind;         /* COOP_WORK_... */
    uint8_t renewed;      /* which renewal it is; 0: a new project */
    int64_t granted, own; /* yen in all */
    double years;
} coop_work_t;

/* The four types of work of a cooperative (M38, works.c). */
void coop_works_count(sim_world_t *world, uint32_t d, uint8_t kind); /* one begun; of others none */
bool coop_works_open(const sim_world_t *world, uint32_t d, uint8_t kind); /* the members agreed */
bool coop_works_trusted(const sim_world_t *world, uint32_t tie, uint8_t kind);
/* The work from own money that a cooperative could begin in the tie; returns its type. */
uint8_t coop_works_offer(const sim_world_t *world, uint32_t tie, coop_work_t *work);
/* The members agree to works up to this type. */
void coop_works_allow(sim_world_t *world, uint32_t cooperative, uint8_t kind);
