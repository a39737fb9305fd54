"""How old something is that a machine noted is asked in one place, which takes nothing for fresh that lies ahead of the clock."""

import ast

from tests.checks.sources import PACKAGE, files

WATCHES = ("cli", "services/site/watching", "services/site/health.py", "services/core/upkeep.py", "web/guards")
NOT_NOTED_BY_A_MACHINE: dict[str, set[str]] = {
    "doctor.py": {"clock.now() - there"},  # how far two clocks are apart, whichever is ahead
}


def ages(source: str) -> set[str]:
    """Return the differences between now and an instant; from a time that is fixed in the program there may be any."""
    found = [one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Sub)]
    return {
        ast.unparse(one)
        for one in found
        if ast.unparse(one.left) in ("now", "self.now", "clock.now()", "now()")
        and not ast.unparse(one.right).rpartition(".")[2].isupper()
        and not ast.unparse(one.right).startswith("timedelta(")
    }


def test_watchers_ask_for_ages_in_one_place():
    below = [path for path in files(".py", below=PACKAGE) if path.relative_to(PACKAGE).as_posix().startswith(WATCHES)]
    found = {path.name: wrong for path in below if (wrong := ages(path.read_text(encoding="utf-8")))}
    assert len(below) > 30 and found == NOT_NOTED_BY_A_MACHINE
    assert ages("late = now - at > DEAD_AFTER") == {"now - at"} and not ages("now - DAY; now - timedelta(days=1)")
