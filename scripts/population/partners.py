# SPDX-License-Identifier: GPL-3.0-or-later
"""countries.csv and partner_cities.csv: the cities abroad that may become partners."""

import math

from common import clip, normal_hash
from country_facts import (
    DEVELOPMENT, HEAD_TERMS, JCM_FROM, NAME, NO_JAPANESE_AID, PROJECTS, PROJECTS_KNOWN, REGION,
    REGION_DEVELOPMENT, REGION_STABILITY, SISTERS, STABILITY, USUAL_TERM,
)

COUNTRY_COLUMNS = [
    "country", "name", "region", "jica", "jcm", "jcm_from", "priority", "head_term_years",
    "head_max_terms", "stability", "sisters", "source",
]
CITY_COLUMNS = [
    "code", "name", "country", "region", "lat", "lon", "population", "need_waste", "need_water",
    "need_air", "capacity", "popularity", "named", "estimated",
]
# Fewest people of a city in the file; higher where a country has very many cities (A).
THRESHOLD = 100_000
THRESHOLD_BY_COUNTRY = {
    "CN": 1_000_000, "IN": 500_000, "BR": 300_000, "MX": 250_000, "NG": 300_000, "TR": 300_000,
    "IR": 300_000, "PK": 300_000, "ZA": 250_000, "KR": 300_000, "VE": 250_000, "KZ": 300_000,
    "AU": 500_000, "NZ": 300_000,
}
THRESHOLD_BY_REGION = {"europe": 500_000, "north_america": 500_000}
# Parts of a city and places that were given up are no partners.
FEATURES = ("PPL", "PPLA", "PPLA2", "PPLA3", "PPLA4", "PPLC", "PPLG")
# Cities that the study names (S), by country and GeoNames' name.
NAMED = {
    ("CN", "Dalian"), ("ID", "Denpasar"), ("ID", "Jakarta"), ("KH", "Sen Monorom"),
    ("MY", "Kuala Lumpur"), ("RU", "Moscow"), ("TH", "Phuket"),
}
# Cities of the observed record (configs/cooperation/record) that are smaller than the others, by
# GeoNames' number: persons where GeoNames counts nobody (A), else None.
RECORDED = {
    1734753: None,  # Ayer Keroh, seat of Hang Tuah Jaya (Melaka)
    1822768: None, 1831173: None, 1831112: None, 1831125: None, 1821993: None,  # towns of Cambodia
    1624725: None,  # Tarakan
    1735274: None,  # Kampar
    1238427: None,  # Kuliyapitiya
    1606303: 20_000,  # Sikhio
    1580541: None,  # Hoi An
    1733438: None,  # Donggongon, for Penampang (Sabah)
    2032081: None,  # Sainshand, capital of Dornogovi
    1626649: None,  # Solok
    1649169: 20_000,  # Bengkalis
    1732663: None,  # Raub, for Fraser's Hill
    1786657: None,  # Yinchuan
    1622471: None,  # Viqueque
    1625708: None,  # Tabanan
}
# Others that are known to work with Japanese cities (F), or stand for a country of small places.
ALSO = {
    ("VN", "Haiphong"), ("VN", "Ho Chi Minh City"), ("VN", "Hanoi"), ("VN", "Da Nang"),
    ("ID", "Surabaya"), ("MY", "Johor Bahru"), ("KH", "Phnom Penh"), ("PH", "Cebu City"),
    ("PH", "Davao"), ("TH", "Bangkok"), ("MM", "Yangon"), ("MM", "Mandalay"), ("LA", "Vientiane"),
    ("MN", "Ulan Bator"), ("PW", "Koror"),
}
WANTED = NAMED | ALSO
# The usual English name where GeoNames' first is another.
NAMES_IN_USE = {"Ulan Bator": "Ulaanbaatar", "Cebu City": "Cebu"}
SCATTER = 0.12  # A: standard deviation of need and capacity between cities of a country


def is_partner(city):
    identity, name, country, _, feature, population, _, _ = city
    if country not in REGION:
        return False
    if identity in RECORDED:
        return True
    if (country, name) in WANTED or (feature == "PPLC" and population):
        return feature in FEATURES  # capitals of small countries too: few of the Pacific are large
    least = THRESHOLD_BY_REGION.get(REGION[country], THRESHOLD)
    return feature in FEATURES and population >= THRESHOLD_BY_COUNTRY.get(country, least)


def of_country(table, of_region, country):
    return table.get(country, of_region[REGION[country]])


def need(sector, code, development, persons):
    """A: falls with wealth; air grows with the city, waste and water are worst in the middle."""
    size = math.log10(max(persons, 1_000) / 100_000)
    by_sector = {
        "waste": 0.95 - 0.70 * development + 0.03 * size,
        "water": 0.95 - 0.75 * development - 0.02 * size,
        "air": 0.30 + 1.2 * development * (1 - development) + 0.12 * size,
    }
    return clip(by_sector[sector] + SCATTER * normal_hash("need", sector, code), 0.02, 0.98)


def city_row(city):
    identity, name, country, _, _, persons, lat, lon = city
    code, counted = f"{country}-{identity}", persons > 0
    persons = persons or RECORDED.get(identity) or 0
    development = of_country(DEVELOPMENT, REGION_DEVELOPMENT, country)
    size = math.log10(max(persons, 1_000) / 100_000)
    capacity = 0.10 + 0.60 * development + 0.12 * size + SCATTER * normal_hash("capacity", code)
    row = {
        "code": code, "name": NAMES_IN_USE.get(name, name), "country": country,
        "region": REGION[country], "lat": f"{lat:.4f}", "lon": f"{lon:.4f}", "population": persons,
        "capacity": f"{clip(capacity, 0.02, 0.98):.2f}",
        "named": int((country, name) in NAMED), "estimated": int(not counted),
    }
    for sector in ("waste", "water", "air"):
        row["need_" + sector] = f"{need(sector, code, development, persons):.2f}"
    return row


def draw(row):
    """A: a city draws as the logarithm of its people over 10,000."""
    return max(0.02, math.log10(max(row["population"], 1) / 10_000))


def add_popularity(rows):
    """The projects that a country is expected to have, shared by its cities."""
    of_all = {}
    for row in rows:
        of_all[row["country"]] = of_all.get(row["country"], 0) + draw(row)
    for row in rows:
        share = draw(row) / of_all[row["country"]]
        row["popularity"] = f"{PROJECTS[row['country']] * share:.4f}"
    return rows


def partner_cities(sources):
    """Rows sorted by code."""
    chosen = {}
    for city in sources["cities"]:
        if not is_partner(city):
            continue
        # Two places of a name in a country: a named city is the larger one.
        key = (city[2], city[1]) if (city[2], city[1]) in WANTED else city[0]
        if key not in chosen or city[5] > chosen[key][5]:
            chosen[key] = city
    missing = (WANTED | RECORDED.keys()) - chosen.keys()
    if missing:
        raise LookupError(f"not among GeoNames' places: {sorted(map(str, missing))}")
    return add_popularity(sorted(map(city_row, chosen.values()), key=lambda row: row["code"]))


def country_row(country):
    years, terms = HEAD_TERMS.get(country, USUAL_TERM)
    priority = "priority:D" if country in PROJECTS_KNOWN else "priority:A"
    source = ["region:B", "jica:B", "jcm:B", priority, "stability:A", "sisters:D"]
    source.append("terms:B" if country in HEAD_TERMS else "terms:A")
    return {
        "country": country, "name": NAME[country], "region": REGION[country],
        "jica": int(country not in NO_JAPANESE_AID), "jcm": int(country in JCM_FROM),
        "jcm_from": JCM_FROM.get(country, ""),
        "priority": f"{math.sqrt(PROJECTS[country] / max(PROJECTS.values())):.2f}",
        "head_term_years": years, "head_max_terms": terms,
        "stability": f"{of_country(STABILITY, REGION_STABILITY, country):.2f}",
        "sisters": SISTERS.get(country, 0), "source": " ".join(source),
    }


def countries(cities):
    return [country_row(country) for country in sorted({city["country"] for city in cities})]
