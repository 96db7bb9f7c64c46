# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever call of the system fails: the program says so, nothing is lost, nothing is wrong."""

import pytest

import faults

if not faults.LIBRARY:
    pytest.skip("the library that lets calls fail is not built here", allow_module_level=True)


@pytest.fixture(scope="module")
def inputs():
    with faults.inputs() as folder:
        yield folder


@pytest.mark.parametrize("name", faults.COMMANDS)
def test_calls_that_fail(name, inputs):
    place = faults.Place(faults.COMMANDS[name], inputs)
    calls = place.calls()
    assert len(calls["alloc"]) > 100  # the library was heard
    print(f"\n{name}: " + ", ".join(f"{kind} {len(p)}" + f" ({len(set(p))} places)" * (kind in faults.PLACED)
                                    for kind, p in calls.items()))
    for kind, number, how in faults.plan(calls, placed=6, others=1):
        env = {"LD_PRELOAD": faults.LIBRARY, "FAULT_CALL": kind, "FAULT_AT": str(number), **how}
        done = place.run(env=env)
        place.judge(f"{kind} {number} {' '.join(f'{k}={v}' for k, v in how.items())}", done,
                    kept_names=kind == "unlink" or "FAULT_FOREVER" in how)
    print(f"{name}: {sum(map(len, calls.values()))} calls, {place.tried} faults, "
          f"exits {dict(sorted(place.exits.items()))}, {len(place.wrong)} wrong")
    assert not place.wrong, "\n".join(place.wrong)


def test_every_fault_is_seen(inputs):
    """The twin that must fail: a results file that lacks a row, and a command that says nothing."""
    place = faults.Place(faults.COMMANDS["contagion"], inputs)
    done = place.run("--reps", "2")
    place.judge("a run less", done)
    done.returncode, done.stderr = 1, b""
    place.judge("silent", done)
    assert len(place.wrong) >= 2
