/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data alone: this file is compiled as the others are, and read by what runs before them. */
#include "sim/cli/needs.h"

/* The name where the compiler has the macro, which is 1 then, else "": of what is pasted together
 * only NEED_1 is a macro, and moves the name to the second place. */
#define NEED_1 0,
#define SECOND(FIRST, NAME, ...) NAME
#define CHOOSE(...) SECOND(__VA_ARGS__)
#define PASTE(VALUE, NAME) CHOOSE(NEED_##VALUE " " NAME, "", 0)
#define NEED(MACRO, NAME) PASTE(MACRO, NAME)

/* clang-format off */
const char sim_cli_needs[] = ""
    NEED(__AVX512F__, "avx512f")
    NEED(__AVX512DQ__, "avx512dq")
    NEED(__AVX512IFMA__, "avx512ifma")
    NEED(__AVX512CD__, "avx512cd")
    NEED(__AVX512BW__, "avx512bw")
    NEED(__AVX512VL__, "avx512vl")
    NEED(__AVX512VBMI__, "avx512vbmi")
    NEED(__AVX512VBMI2__, "avx512vbmi2")
    NEED(__AVX512VNNI__, "avx512vnni")
    NEED(__AVX512BITALG__, "avx512bitalg")
    NEED(__AVX512VPOPCNTDQ__, "avx512vpopcntdq")
    NEED(__AVX2__, "avx2")
    NEED(__FMA__, "fma")
    NEED(__AVX__, "avx")
    NEED(__AVXVNNI__, "avxvnni")
    NEED(__FMA4__, "fma4")
    NEED(__XOP__, "xop")
    NEED(__GFNI__, "gfni")
    NEED(__BMI2__, "bmi2")
    NEED(__BMI__, "bmi")
    NEED(__TBM__, "tbm")
    NEED(__LZCNT__, "lzcnt")
    NEED(__MOVBE__, "movbe")
    NEED(__POPCNT__, "popcnt")
    NEED(__SSE4_2__, "sse4.2")
    NEED(__SSE4_1__, "sse4.1")
    NEED(__SSSE3__, "ssse3")
    NEED(__SSE3__, "sse3");
/* clang-format on */
