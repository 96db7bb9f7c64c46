# SPDX-License-Identifier: GPL-3.0-or-later
"""Kana to Hepburn letters, and the key under which spellings of a name meet."""

import re
import unicodedata

VOWELS = "aiueo"
ROWS = {
    "": "あいうえお", "k": "かきくけこ", "s": "さしすせそ", "t": "たちつてと", "n": "なにぬねの",
    "h": "はひふへほ", "m": "まみむめも", "r": "らりるれろ", "g": "がぎぐげご", "z": "ざじずぜぞ",
    "d": "だぢづでど", "b": "ばびぶべぼ", "p": "ぱぴぷぺぽ",
}
SYLLABLES = {kana: row + vowel for row, column in ROWS.items() for vowel, kana in zip(VOWELS, column)}
SYLLABLES.update({
    "し": "shi", "ち": "chi", "つ": "tsu", "ふ": "fu", "じ": "ji", "ぢ": "ji", "づ": "zu",
    "や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", "を": "o", "ん": "n", "ゔ": "vu",
    "ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o",
})
GLIDES = {"ゃ": "a", "ゅ": "u", "ょ": "o"}
TYPE_READINGS = re.compile("(し|く|ちょう|まち|そん|むら)$")


def syllables(kana):
    """Letters of each sound, one by one: long vowels still written out."""
    doubled = False
    place = 0
    while place < len(kana):
        sign, following = kana[place], kana[place + 1 : place + 2]
        place += 1
        if sign == "ー":
            continue
        if sign == "っ":
            doubled = True
            continue
        letters = SYLLABLES[sign]
        if following in GLIDES and following:
            stem = letters[:-1]
            letters = (stem if stem in ("sh", "ch", "j") else stem + "y") + GLIDES[following]
            place += 1
        if doubled:
            letters = ("t" if letters.startswith("ch") else letters[0]) + letters
            doubled = False
        yield letters


def shorten(letters):
    """Long o and u are written once, as on signs and in English texts."""
    return re.sub("uu", "u", re.sub("o[ou]", "o", letters))


def romanise(kana):
    return shorten("".join(syllables(kana))).capitalize()


def without_type(kana):
    """Name of a municipality without the reading of city, ward, town or village."""
    return TYPE_READINGS.sub("", kana)


def spelling_key(name):
    """Same for Ōsaka, Osaka and Oosaka; for Namba and Nanba; for Kita-Kyushu and Kitakyūshū."""
    plain = unicodedata.normalize("NFKD", name.lower())
    letters = "".join(sign for sign in plain if sign.isascii() and sign.isalpha())
    letters = re.sub("m([bmp])", r"n\1", letters).replace("tch", "cch").replace("dzu", "zu")
    return re.sub("uu", "u", re.sub("o[ou]+", "o", letters))
