"""The verb `rules`: the ranking rules of challenges."""

from __future__ import annotations

from dataclasses import asdict
from fnmatch import fnmatchcase

from restorebench.cli.options import AsJson, Patterns
from restorebench.cli.output import emit, print_table
from restorebench.errors import OptionError
from restorebench.registry import nearest


def rules(patterns: Patterns = None, as_json: AsJson = False) -> None:
    """List the ranking rules of challenges, and how each is known.

    `leaderboard --rank-by` takes them by name. "derived" ones reproduce a printed table.
    """
    from restorebench.leaderboard.ranking.challenges import challenge_rules

    known = challenge_rules()
    found = [name for name in known if any(fnmatchcase(name, p) for p in patterns or ["*"])]
    if not found:
        msg = f"no ranking rule matches {', '.join(patterns or ())}; "
        raise OptionError(msg + nearest((patterns or [""])[0], known))
    if as_json:
        emit([{"name": name, **asdict(known[name])} for name in found])
        return
    rows = [(name, known[name].standing, known[name].rule or known[name].note) for name in found]
    print_table(("rule", "standing", "meaning"), rows, folds={"meaning"})
