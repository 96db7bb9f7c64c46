# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels that tell the scenarios of several files apart."""


def short_names(paths):
    """path → the shortest tail of it that no other path shares."""
    names = {}
    for path in paths:
        parts = path.resolve().parts
        others = [other.resolve().parts for other in paths if other != path]
        depth = 1
        while depth < len(parts) and any(parts[-depth:] == o[-depth:] for o in others):
            depth += 1
        names[path] = "/".join(parts[-depth:])
    return names


def disambiguate(scenarios, names):
    """Give every scenario its own label: the name, then the file, then a count."""
    plain = [s.name for s in scenarios]
    for s in scenarios:
        if plain.count(s.name) > 1 and len(names) > 1:
            s.label = f"{s.name} ({names[s.path]})"
    labels = [s.label for s in scenarios]
    for i, s in enumerate(scenarios):
        if labels.count(labels[i]) > 1:
            s.label = f"{labels[i]} #{1 + labels[:i].count(labels[i])}"
