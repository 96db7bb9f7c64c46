/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that nobody may touch, for the address sanitizer; without it these do nothing. */
#ifndef SIM_BASE_POISON_H
#define SIM_BASE_POISON_H

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define SIM_BASE_POISON(address, size) ASAN_POISON_MEMORY_REGION(address, size)
#define SIM_BASE_UNPOISON(address, size) ASAN_UNPOISON_MEMORY_REGION(address, size)
#else
#define SIM_BASE_POISON(address, size) ((void)(address), (void)(size))
#define SIM_BASE_UNPOISON(address, size) ((void)(address), (void)(size))
#endif

#endif
