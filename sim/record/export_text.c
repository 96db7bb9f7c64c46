/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that other programs would take for something else, and texts as names of files. */
#define _GNU_SOURCE
#include <ctype.h>
#include <libxml/xmlstring.h>
#include <libxml/xmlunicode.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <xxhash.h>

#include "sim/record/export_parts.h"

/* ---- numbers, dates, truth values, missing ones ---- */

static const char blanks[] = " \t\r\n\v\f";

static bool only_blanks(const char *text) {
    return text[strspn(text, blanks)] == '\0';
}

/* 0012, 1E5, 0x1A, inf, nan, 3i (R), 5L, 50%. */
static bool is_number(const char *text) {
    char *end = NULL;
    (void)strtod(text, &end);
    if (end == text)
        return false;
    if (*end == 'd' || *end == 'D') { /* R takes Fortran's exponents */
        char *exponent = end + 1;
        (void)strtol(exponent, &end, 10);
        if (end == exponent)
            return false;
    }
    return only_blanks(end) || (strchr("iL%", *end) && only_blanks(end + 1));
}

/* Numbers, dates and times as spreadsheets know them: 1,000  2020-06  1/2  12:30  6月1日. */
static bool is_digits(const char *text) {
    static const char *const marks[] = {"年", "月", "日"};
    bool digit = false;
    while (*text) {
        bool mark = false;
        for (size_t i = 0; !mark && i < sizeof marks / sizeof marks[0]; i++)
            mark = strncmp(text, marks[i], 3) == 0;
        if (!mark && !strchr("0123456789 .,:/-+%()'$", *text))
            return false;
        digit = digit || isdigit((unsigned char)*text);
        text += mark ? 3 : 1;
    }
    return digit;
}

/* Length of the English month that the text begins with, also when it is cut: Mar, Sept. */
static size_t month(const char *text) {
    static const char *const names[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
    size_t n = 0;
    while (isalpha((unsigned char)text[n]))
        n++;
    for (size_t i = 0; n >= 3 && i < sizeof names / sizeof names[0]; i++)
        if (strncasecmp(text, names[i], n) == 0 && n <= strlen(names[i]))
            return n;
    return 0;
}

/* MAR1, Sept-12, 1 May 2020. */
static bool is_date(const char *text) {
    static const char numbers[] = "0123456789 .,/-";
    size_t before = strspn(text, numbers), name = month(text + before);
    const char *after = text + before + name;
    bool digit = strcspn(text, "0123456789") < strlen(text);
    return name && digit && after[strspn(after, numbers)] == '\0';
}

static bool is_word(const char *text) {
    static const char *const words[] = {"na",   "n/a",   "null", "none", "nil", "nat", "<na>",
                                        "true", "false", "t",    "f",    ".",   "..",  "\\N"};
    size_t length = strlen(text);
    while (length && strchr(blanks, text[length - 1]))
        length--;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (length == strlen(words[i]) && strncasecmp(text, words[i], length) == 0)
            return true;
    return false;
}

bool sim_export_is_odd(const char *text) {
    text += strspn(text, blanks);
    if (!*text)
        return false;
    bool formula = strchr("_#=+-@", *text);
    return formula || strncasecmp(text, "1.#", 3) == 0 || is_number(text) || is_digits(text) ||
           is_date(text) || is_word(text);
}

/* ---- names of files ---- */

/* All but what some file system refuses, blanks and what is not seen. */
static bool is_kept(int c) {
    if (c < 128)
        return c > ' ' && c < 127 && !strchr("/\\:*?\"<>|", c);
    return c >= 0xA0 && !xmlUCSIsCatZ(c) && !xmlUCSIsCatCf(c) && (c & 0xFFFE) != 0xFFFE;
}

/* Kana with its mark apart, as macOS writes names, as one character; 0: they do not combine. */
static int combined(int kana, int mark) {
    int row = kana >= 0x30A1 ? kana - 0x60 : kana; /* katakana lie as hiragana do */
    bool half = mark == 0x309A;
    bool ha = row >= 0x306F && row <= 0x307B && (row - 0x306F) % 3 == 0;
    bool ka = (row >= 0x304B && row <= 0x3061 && row % 2 == 1) || row == 0x3064 || row == 0x3066 ||
              row == 0x3068 || row == 0x309D;
    if (kana < 0x3040 || kana > 0x30FF || (mark != 0x3099 && !half))
        return 0;
    if (row == 0x3046 && !half)
        return kana + 0x4E;
    return ha ? kana + (half ? 2 : 1) : ka && !half ? kana + 1 : 0;
}

/* The next character of a text and its bytes; what is no UTF-8 is one byte of -1. */
static int next(const char *text, int *length) {
    *length = (int)strnlen(text, 4);
    int c = xmlGetUTF8Char(BAD_CAST text, length);
    if (c < 0)
        *length = 1;
    return c;
}

static size_t put(int c, char *out) {
    if (c < 128) {
        *out = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const int head[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(head[n] | c);
    return n;
}

bool sim_export_file_part(const char *text, char *out, size_t size) {
    size_t used = 0, last = 0;
    int length, before = 0;
    bool same = true;
    for (; *text; text += length) {
        int c = next(text, &length), joined = combined(before, c);
        bool kept = is_kept(c) && (used || !strchr(".-", c < 128 ? c : 'x'));
        used = joined ? last : used;
        c = joined ? joined : kept ? c : '_';
        char bytes[4];
        size_t n = put(c, bytes);
        same = same && kept;
        if (used + n >= size) {
            same = false;
            break;
        }
        memcpy(out + used, bytes, n);
        before = c;
        last = used;
        used += n;
    }
    out[used] = '\0';
    return same;
}

void sim_export_file_word(const char *text, char *out, size_t size) {
    enum { MARK = 9 }; /* "~" and eight digits */
    if (sim_export_file_part(text, out, size - MARK))
        return;
    size_t used = strlen(out);
    snprintf(out + used, size - used, "~%08x", XXH32(text, strlen(text), 0));
}
