# SPDX-License-Identifier: GPL-3.0-or-later
"""The five population files: counts, known cities, sums, and references between the files.

Run: /usr/bin/python3 -m pytest tests/scripts/test_population.py
"""

import csv
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "configs/cooperation/population"
BUILD = ROOT / "scripts/population"
CACHE = ROOT / ".cache/population"
COLUMNS = {
    "local_governments": "code,kind,type,name,name_local,prefecture,lat,lon,population,"
    "fiscal_strength,industry,port,estimated,source",
    "countries": "country,name,region,jica,jcm,jcm_from,priority,head_term_years,head_max_terms,"
    "stability,sisters,source",
    "partner_cities": "code,name,country,region,lat,lon,population,need_waste,need_water,need_air,"
    "capacity,popularity,named,estimated",
    "cooperatives": "code,name,name_local,form,prefecture,established,sanitation,plants,staff,"
    "budget_yen,fixed_members,cohesion,estimated",
    "cooperative_members": "cooperative,member",
}
REGIONS = {
    "northeast_asia", "south_asia", "southeast_asia", "pacific", "latin_america", "middle_east",
    "africa", "europe", "north_america",
}


def read(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def governments():
    return read("local_governments")


@pytest.fixture(scope="module")
def cities():
    return read("partner_cities")


@pytest.fixture(scope="module")
def countries():
    return {row["country"]: row for row in read("countries")}


@pytest.fixture(scope="module")
def cooperatives():
    return read("cooperatives")


@pytest.fixture(scope="module")
def members():
    found = defaultdict(list)
    for row in read("cooperative_members"):
        found[row["cooperative"]].append(row["member"])
    return found


def people(rows):
    return sum(int(row["population"]) for row in rows)


def by_name(governments, name_local):
    (row,) = [row for row in governments if row["name_local"] == name_local]
    return row


@pytest.mark.parametrize("name", COLUMNS)
def test_form_of_file(name):
    data = (FOLDER / f"{name}.csv").read_bytes()
    assert b"\r" not in data and data.endswith(b"\n")
    assert data.decode("utf-8").split("\n", 1)[0] == COLUMNS[name]
    assert all(None not in row and None not in row.values() for row in read(name))


def test_files_are_small():
    assert sum(path.stat().st_size for path in FOLDER.glob("*.csv")) < 1_000_000


def test_counts_of_local_governments(governments):
    assert Counter(row["type"] for row in governments) == {
        "prefecture": 47, "designated_city": 20, "core_city": 62, "city": 710, "town": 743,
        "village": 183, "special_ward": 23,
    }


@pytest.mark.parametrize("name,key", [
    ("local_governments", "code"), ("countries", "country"), ("partner_cities", "code"),
    ("cooperatives", "code"),
])
def test_codes_are_unique_and_sorted(name, key):
    codes = [row[key] for row in read(name)]
    assert len(set(codes)) == len(codes)
    assert codes == sorted(codes)


def test_check_digits_of_codes(governments):
    for row in governments:
        total = sum(int(digit) * weight for digit, weight in zip(row["code"], (6, 5, 4, 3, 2)))
        assert int(row["code"][5]) == (11 - total % 11) % 10, row["code"]


def test_sources_reach_95_percent(governments):
    """Place and population of 95 % of the cities and wards come from a source."""
    urban = [
        row for row in governments
        if row["name_local"][-1] in "市区" and row["kind"] != "prefecture"
    ]
    matched = sum(row["estimated"] == "0" for row in urban)
    assert len(urban) == 815 and matched >= 0.95 * 815
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    found = re.search(r"Of the (\d+) cities and special wards (\d+) .* source, (\d+) \(", text)
    assert int(found[1]) == 815 and int(found[2]) >= matched and int(found[3]) == matched


def test_flags_agree_with_the_table(governments):
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    flagged = Counter(row["type"] for row in governments if row["estimated"] == "1")
    for type_ in {row["type"] for row in governments}:
        (line,) = [line for line in text.splitlines() if re.match(rf"\| \w+ \| {type_} \|", line)]
        assert int(line.split("|")[7].replace(",", "")) == flagged[type_]


def test_flags_agree_with_the_sources(governments):
    for row in governments:
        assert row["source"] in ("simplemaps", "geonames", "estimate", "sum")
        assert (row["source"] == "sum") == (row["kind"] == "prefecture")
        assert row["source"] != "estimate" or row["estimated"] == "1"


def test_populations_fit_the_types(governments):
    ranges = {
        "designated_city": (6e5, 4e6), "core_city": (1.5e5, 7e5), "city": (2_500, 6e5),
        "special_ward": (6e4, 9.5e5), "town": (700, 55_000), "village": (100, 41_000),
    }
    for row in governments:
        if row["kind"] != "prefecture":
            low, high = ranges[row["type"]]
            assert low <= int(row["population"]) <= high, row


def test_estimated_positions_lie_among_the_others(governments):
    by_prefecture = defaultdict(list)
    for row in governments:
        if row["kind"] != "prefecture":
            by_prefecture[row["prefecture"]].append(row)
    del by_prefecture["130001"]  # Tokyo's islands have their places, but no counts
    for rows in by_prefecture.values():
        for axis in ("lat", "lon"):
            known = [float(row[axis]) for row in rows if row["estimated"] == "0"]
            guessed = [float(row[axis]) for row in rows if row["source"] == "estimate"]
            assert all(min(known) - 0.2 <= value <= max(known) + 0.2 for value in guessed)


def test_people_add_up(governments):
    local = [row for row in governments if row["kind"] != "prefecture"]
    assert 0.97 * 126e6 < people(local) < 1.03 * 126e6
    wards = people(row for row in local if row["kind"] == "special_ward")
    assert 0.97 * 9.73e6 < wards < 1.03 * 9.73e6
    for prefecture in governments:
        if prefecture["kind"] == "prefecture":
            inside = [row for row in local if row["prefecture"] == prefecture["code"]]
            assert people(inside) == int(prefecture["population"])
            assert 15 <= len(inside) <= 179


@pytest.mark.parametrize("name_local,name,low,high", [
    ("北九州市", "Kitakyushu", 930_000, 1_000_000), ("横浜市", "Yokohama", 3_500_000, 3_800_000),
    ("川崎市", "Kawasaki", 1_450_000, 1_600_000), ("相模原市", "Sagamihara", 700_000, 750_000),
    ("新潟市", "Niigata", 760_000, 820_000), ("浜松市", "Hamamatsu", 760_000, 820_000),
    ("世田谷区", "Setagaya", 900_000, 960_000), ("千代田区", "Chiyoda", 60_000, 70_000),
    ("横手市", "Yokote", 80_000, 100_000), ("古河市", "Koga", 130_000, 150_000),
    ("笠間市", "Kasama", 70_000, 80_000), ("日光市", "Nikko", 70_000, 95_000),
    ("久喜市", "Kuki", 145_000, 160_000), ("札幌市", "Sapporo", 1_800_000, 2_000_000),
])
def test_known_cities(governments, name_local, name, low, high):
    row = by_name(governments, name_local)
    assert row["name"] == name and row["estimated"] == "0"
    assert low <= int(row["population"]) <= high


@pytest.mark.parametrize("name_local,lat,lon", [
    ("札幌市", 43.06, 141.35), ("北九州市", 33.88, 130.88), ("大阪市", 34.69, 135.50),
    ("那覇市", 26.21, 127.68), ("金沢市", 36.56, 136.65), ("東京都", 35.69, 139.69),
])
def test_known_places(governments, name_local, lat, lon):
    row = by_name(governments, name_local)
    assert abs(float(row["lat"]) - lat) < 0.1 and abs(float(row["lon"]) - lon) < 0.1


def test_ranges_of_local_governments(governments):
    for row in governments:
        assert 24 < float(row["lat"]) < 46 and 122 < float(row["lon"]) < 146, row
        assert 0.05 <= float(row["fiscal_strength"]) <= 2.55 and 0 <= float(row["industry"]) <= 1
        assert int(row["population"]) >= 1 and {row["port"], row["estimated"]} <= {"0", "1"}


def test_regions_and_countries(cities, countries):
    assert {row["region"] for row in countries.values()} == REGIONS
    assert {row["country"] for row in cities} == set(countries)
    assert all(row["region"] == countries[row["country"]]["region"] for row in cities)
    for row in countries.values():
        assert (row["jcm_from"] == "") == (row["jcm"] == "0")
        assert row["jcm"] == "0" or 2012 <= int(row["jcm_from"]) <= 2025
        assert all(0 <= float(row[key]) <= 1 for key in ("priority", "stability"))
    assert not any(int(countries[code]["jica"]) for code in "KR TW SG BN HK IL AE QA".split())
    assert (countries["PH"]["head_term_years"], countries["PH"]["head_max_terms"]) == ("3", "3")


@pytest.mark.parametrize("year,codes", [
    ("2012", "MN BD"), ("2013", "ET KE MV VN LA ID CR PW"), ("2014", "KH MX"),
    ("2015", "SA CL MM TH"), ("2016", "PH"),
])
def test_fiscal_years_of_joining(countries, year, codes):
    assert {countries[code]["jcm_from"] for code in codes.split()} == {year}


def test_town_spelt_like_a_city_has_its_own_count(governments):
    assert int(by_name(governments, "標津町")["population"]) < 12_000
    assert int(by_name(governments, "士別市")["population"]) > 15_000


def test_partner_cities(cities):
    assert 1_500 <= len(cities) <= 2_200
    named = {row["name"] for row in cities if row["named"] == "1"}
    assert named == set("Dalian,Denpasar,Jakarta,Kuala Lumpur,Moscow,Phuket,Sen Monorom".split(","))
    assert {row["name"] for row in cities} >= set(
        "Haiphong,Ho Chi Minh City,Hanoi,Da Nang,Surabaya,Phnom Penh,Cebu,Davao,Bangkok,Yangon,"
        "Mandalay,Vientiane,Ulaanbaatar,Johor Bahru,Koror,Almaty".split(",")
    )
    for row in cities:
        for key in ("need_waste", "need_water", "need_air", "capacity"):
            assert 0 <= float(row[key]) <= 1
        assert float(row["popularity"]) >= 0 and int(row["population"]) > 0


def test_clean_authority(cooperatives, members, governments):
    assert list(cooperatives[0].values()) == [
        "C0001", "Clean Authority of Tokyo", "東京二十三区清掃一部事務組合", "partial_cooperative",
        "130001", "2000", "1", "21", "1356", "71940000000", "1", "0.80", "0",
    ]
    wards = {row["code"] for row in governments if row["kind"] == "special_ward"}
    assert set(members["C0001"]) == wards
    others = [code for name, codes in members.items() if name != "C0001" for code in codes]
    assert not wards & set(others)


def test_counts_of_cooperatives(cooperatives, members):
    forms = Counter(row["form"] for row in cooperatives)
    assert forms == {"partial_cooperative": 1466, "wide_area_union": 116}
    sanitation = [row["code"] for row in cooperatives if row["sanitation"] == "1"]
    assert len(sanitation) == 589
    assert sum(len(members[code]) for code in sanitation) == 3892
    for row in cooperatives:
        assert int(row["plants"]) == 0 or row["sanitation"] == "1"
        assert row["estimated"] == "1" or row["code"] == "C0001"
        assert row["budget_yen"].isdigit() and row["staff"].isdigit()


def test_plants_of_cooperatives(cooperatives):
    """MoE survey: 328 burn waste in fiscal years 2017 and 2024, 86 to 88.5 % of them in one plant."""
    plants = [int(row["plants"]) for row in cooperatives if row["plants"] != "0"]
    assert len(plants) == 328
    assert 0.85 < plants.count(1) / len(plants) < 0.89 and 1.19 < sum(plants) / len(plants) < 1.26
    assert [row["code"] for row in cooperatives if row["fixed_members"] == "1"] == ["C0001"]


@pytest.mark.parametrize("type_,mean,tolerance", [
    ("designated_city", 0.863, 0.02), ("core_city", 0.769, 0.04), ("special_ward", 0.575, 0.03),
    ("city", 0.615, 0.03), ("town", 0.41, 0.04), ("village", 0.293, 0.05), ("prefecture", 0.5, 0.04),
])
def test_fiscal_strength_by_type(governments, type_, mean, tolerance):
    """Means of MIC's index, fiscal years 2013 to 2017."""
    found = [float(row["fiscal_strength"]) for row in governments if row["type"] == type_]
    assert abs(sum(found) / len(found) - mean) < tolerance


@pytest.mark.parametrize("name_local,index", [
    ("札幌市", "0.73"), ("北九州市", "0.73"), ("横浜市", "0.97"), ("川崎市", "1.00"), ("荒川区", "0.34"),
])
def test_fiscal_strength_of_known_bodies(governments, name_local, index):
    assert by_name(governments, name_local)["fiscal_strength"] == index


def test_sisters_and_partners_by_country(cities, countries):
    sisters = {code: float(row["sisters"]) for code, row in countries.items()}
    total = sum(sisters.values())
    assert 0.28 < sisters["US"] / total < 0.32 and 0.18 < sisters["CN"] / total < 0.22
    asia = [n for code, n in sisters.items() if countries[code]["region"] == "southeast_asia"]
    assert 0.04 < sum(asia) / total < 0.06
    draw = defaultdict(float)
    for row in cities:
        draw[row["country"]] += float(row["popularity"])
    assert sorted(draw, key=draw.get)[-4:] == ["TH", "MM", "VN", "ID"]


def test_members(cooperatives, members, governments):
    pairs = [(row["cooperative"], row["member"]) for row in read("cooperative_members")]
    assert pairs == sorted(set(pairs))
    home = {row["code"]: row["prefecture"] for row in governments if row["kind"] != "prefecture"}
    assert set(members) == {row["code"] for row in cooperatives}
    for row in cooperatives:
        assert len(members[row["code"]]) >= 2
        assert {home[code] for code in members[row["code"]]} == {row["prefecture"]}


@pytest.mark.skipif(
    not (CACHE / "node_modules").is_dir() or shutil.which("node") is None,
    reason="needs the npm packages that scripts/build_population fetches",
)
def test_build_gives_the_same_bytes(tmp_path):
    shutil.copy(FOLDER / "README.md", tmp_path)
    sources = tmp_path / "sources.json"
    subprocess.run(["node", BUILD / "unpack.mjs", CACHE, sources], check=True)
    subprocess.run([sys.executable, "-B", BUILD / "build.py", sources, tmp_path], check=True)
    for name in [*(f"{name}.csv" for name in COLUMNS), "README.md"]:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name
