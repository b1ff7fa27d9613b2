"""Distributions: which are needed, their versions and their files, by what is recorded of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from restorebench.cli.doctor.finding import Finding, State
from restorebench.cli.doctor.installed import Need, canonical, conflict, find, needs
from restorebench.cli.doctor.installed_files import damage

CORE = "restorebench"


def examine(roots: Iterable[str]) -> Iterator[Finding]:
    """What core and the distributions `roots` need, what that needs in turn, and core's extras."""
    find.cache_clear()
    names = dict.fromkeys([CORE, *(name for name in roots if find(name) is not None)])
    seen = {canonical(name): _own(name) for name in names}
    for need in (need for name in names for need in needs(name)):
        if (key := canonical(need.name)) not in seen or conflict(need):
            seen[key] = _needed(need)
    yield from seen.values()
    yield from _others(seen, {canonical(name) for name in names})
    yield from _extras()


def _own(name: str) -> Finding:
    if find(name) is None:
        return Finding("package", name, "missing", "not installed: it runs from its sources")
    return _whole(name)


def _needed(need: Need) -> Finding:
    if problem := conflict(need):
        return Finding("package", need.name, "broken", problem)
    return _whole(need.name)


def _whole(name: str, topic: str = "package") -> Finding:
    found = find(name)
    problem = damage(found.distribution) if found else ""
    version = found.version if found else ""
    detail = f"{version}, but {problem}" if problem else version
    return Finding(topic, name, "broken" if problem else "ok", detail)


def _others(known: Iterable[str], roots: set[str]) -> Iterator[Finding]:
    """What the needed ones need in turn: a line for each problem, and one for the rest."""
    done, todo, sound = set(known), [name for name in known if name not in roots], 0
    for need in _in_turn(todo):
        if problem := conflict(need):
            # whether another version does after all is seen when it is imported
            state: State = "broken" if find(need.name) is None else "unchecked"
            yield Finding("package", need.name, state, problem)
        elif (key := canonical(need.name)) not in done:
            done.add(key)
            todo.append(key)
            finding = _needed(need)
            sound += finding.state == "ok"
            yield from () if finding.state == "ok" else (finding,)
    yield Finding("package", "what these need", "ok", f"{sound} more packages")


def _in_turn(todo: list[str]) -> Iterator[Need]:
    """The requirements of each of `todo`, which may grow meanwhile."""
    for name in todo:
        yield from needs(name)


def _extras() -> Iterator[Finding]:
    core = find(CORE)
    for extra in core.extras if core else ():
        for need in needs(CORE, extra) if extra != "all" else ():
            if conflict(need):
                there = find(need.name)
                version = f"{there.version} does not do; " if there else ""
                detail = f"{version}optional: pip install '{CORE}[{extra}]'"
                yield Finding("extra", need.name, "missing", detail)
            else:
                yield _whole(need.name, "extra")
