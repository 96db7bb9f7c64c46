# SPDX-License-Identifier: GPL-3.0-or-later
"""A user's own country: six governments, a cooperative, a few partner cities, as spreadsheets write them."""

import os
import re
from pathlib import Path

import pytest

from conftest import kumiai, query

CONFIGS = Path(os.environ["KUMIAI_SOURCE_DIR"]) / "configs" / "cooperation" / "base.cfg"
TABLES = {
    "local_governments": """\
code,kind,type,name,name_local,prefecture,lat,lon,population,fiscal_strength,industry,port,estimated,source
KR1,prefecture,prefecture,Gyeonggi,경기도,KR1,37.4,127.5,13500000,0.9,0.3,0,0,KOSIS
KR11,municipality,city,Suwon,수원시,KR1,37.26,127.03,1190000,0.8,0.4,0,0,KOSIS
KR12,municipality,city,Seongnam,성남시,KR1,37.42,127.13,920000,0.9,0.3,0,0,KOSIS
KR13,municipality,city,Ansan,안산시,KR1,37.32,126.83,630000,0.7,0.6,1,0,KOSIS
KR2,prefecture,prefecture,Gangwon,강원도,KR2,37.8,128.2,1500000,0.4,0.1,0,0,KOSIS
KR21,municipality,city,Chuncheon,춘천시,KR2,37.88,127.73,286000,0.4,0.1,0,0,KOSIS
""",
    "countries": """\
country,name,region,jica,jcm,jcm_from,priority,head_term_years,head_max_terms,stability,sisters,source
VN,Viet Nam,southeast_asia,1,1,2013,0.9,5,2,0.9,20,me
MN,Mongolia,northeast_asia,1,1,2013,0.6,4,0,0.9,5,me
""",
    "partner_cities": """\
code,name,country,region,lat,lon,population,need_waste,need_water,need_air,capacity,popularity,named,estimated
VN1,Hanoi,VN,southeast_asia,21.03,105.85,8000000,0.7,0.6,0.6,0.4,0.5,1,0
VN2,Da Nang,VN,southeast_asia,16.05,108.2,1100000,0.6,0.5,0.4,0.4,0.5,1,0
MN1,Ulaanbaatar,MN,northeast_asia,47.92,106.92,1500000,0.5,0.5,0.9,0.3,0.5,1,0
""",
    "cooperatives": """\
code,name,name_local,form,prefecture,established,sanitation,plants,staff,budget_yen,fixed_members,cohesion,estimated
K1,Gyeonggi Waste Union,경기폐기물조합,partial_cooperative,KR1,1998,1,3,80,4000000000,0,0,0
""",
    "cooperative_members": "cooperative,member\nK1,KR11\nK1,KR12\n"}


def write(folder, mark=b"", **changes):
    """The configuration; tables become what `changes` makes of their text."""
    leaves = ['associations = ""; networks = "";']
    for name, text in TABLES.items():
        text = changes.get(name, lambda same: same)(text)
        (folder / f"{name}.csv").write_bytes(mark + text.encode("utf-8"))
        leaves.append(f'{name} = "{name}.csv";')
    path = folder / "own.cfg"
    path.write_bytes(mark + f'base = "{CONFIGS}";\nrun = {{ years = 4; reps = 2; }};\n'
                           'record = { ties = ""; projects = ""; histories = ""; };\n'
                            f'population = {{ {" ".join(leaves)} }};\n'.encode("utf-8"))
    return path


def runs(path):
    out = path.with_suffix(".db")
    result = kumiai("run", path, "--out", out, "--quiet", "--detail", "full", "--paranoid")
    assert result.returncode == 0, result.stderr
    return query(out, "SELECT count(*) FROM run WHERE status = 'ok'") == [(2,)] and \
        query(out, "SELECT name_local FROM agent WHERE code = 'KR11'") == [("수원시",)]


def refused(path, *words):
    result = kumiai("check", path)
    assert result.returncode == 2 and result.stderr.count("\n") == 1, result.stderr
    for word in words:
        assert word in result.stderr, result.stderr
    return True


@pytest.mark.parametrize("mark", [b"", "\ufeff".encode("utf-8")])
def test_six_governments_run(tmp_path, mark):
    assert runs(write(tmp_path, mark))


def test_every_region_is_a_region(tmp_path):
    def europe(text):
        return text.replace("southeast_asia", "europe").replace("northeast_asia", "north_america")
    assert runs(write(tmp_path, countries=europe, partner_cities=europe))


def test_a_file_of_another_country_is_told_with_its_setting(tmp_path):
    """The base names Japan's associations, networks and record: what to set instead."""
    path = write(tmp_path)
    own = path.read_text(encoding="utf-8")
    population, record = 'associations = ""; networks = "";', 'ties = ""; projects = ""; histories = "";'
    path.write_text(own.replace(population, "").replace(record, ""), encoding="utf-8")
    assert refused(path, "associations.csv:2: no code of a column of this file, such as ", " is of the population: for another population "
                   'set population.associations = "", population.networks = "", record.ties = "", '
                   'record.projects = "", record.histories = "", or name files of its own')
    path.write_text(own.replace(record, 'ties = ""; projects = "";'), encoding="utf-8")
    assert refused(path, 'histories.csv:2: ', 'set record.histories = "", or')


def test_a_record_of_another_country_is_told_though_its_partner_cities_are_there(tmp_path):
    path = write(tmp_path)
    own = path.read_text(encoding="utf-8")
    kept = re.sub(r'(countries|partner_cities) = "[^"]*";', "", own)  # those of the base
    path.write_text(kept.replace('record = { ties = ""; projects = ""; histories = ""; };\n', ""), encoding="utf-8")
    assert refused(path, "ties.csv:2: ", 'set record.ties = "", record.projects = "", record.histories = "", or name')


def test_many_problems_of_one_file_are_counted(tmp_path):
    path = write(tmp_path)
    own = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'(cooperatives|cooperative_members) = "[^"]*";', "", own), encoding="utf-8")
    lines = kumiai("check", path).stderr.splitlines()
    assert len(lines) < 60 and any(re.search(r"cooperatives.csv: and [0-9]{4} more problems like these$", line) for line in lines)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_table_with_semicolons_is_one_sentence(tmp_path, table):
    path = write(tmp_path, **{table: lambda text: text.replace(",", ";")})
    assert refused(path, f"{table}.csv:1", "semicolon")


@pytest.mark.parametrize("table, column, line, wrong", [("local_governments", 5, 3, "41000x"),
                                                        ("cooperatives", 4, 2, "KR11")])
def test_a_prefecture_that_is_not_there_is_told(tmp_path, table, column, line, wrong):

    def break_one(text):
        rows = [row.split(",") for row in text.splitlines()]
        rows[line - 1][column] = wrong
        return "\n".join(map(",".join, rows)) + "\n"

    path = write(tmp_path, **{table: break_one})
    assert refused(path, f"{table}.csv:{line}: prefecture not in the file of local governments: \"{wrong}\"")


def test_an_unknown_type_is_one_sentence(tmp_path):
    path = write(tmp_path, local_governments=lambda text: text.replace("y,city,Suwon", "y,metropolis,Suwon"))
    assert refused(path, "local_governments.csv:3", "metropolis", "city")
