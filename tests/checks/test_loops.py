"""What a job does for many is done by services/core/each.py: a try and a unit of work for each, so that none stops the others."""

import ast
from collections.abc import Iterator
from importlib import import_module
from inspect import ismodule
from pathlib import Path

from consult.config import ROOT
from tests.checks.sources import PACKAGE, files, tree

JOBS = PACKAGE / "cli" / "jobs.py"
OF_MANY = {"village", "poll", "meeting", "case", "consultation"}
NOT_A_LOOP_OVER_ROWS = {"run"}
"""The loop of `flask jobs run` waits for a signal."""


def acts_of_jobs() -> Iterator[tuple[str, str]]:
    """The functions that the lanes call, as (module, name)."""
    module = import_module("consult.cli.jobs")
    for node in ast.walk(tree(JOBS)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            found = getattr(module, node.func.value.id, None)
            if ismodule(found) and found.__name__.startswith("consult.services."):
                yield found.__name__, node.func.attr


OF_SWEEPERS = "sweep"
"""The method that goes over the rows, of a class that a lane calls."""


def function(module: str, name: str) -> ast.FunctionDef | None:
    """The function of a job; of a class, its method that goes over the rows."""
    body = tree(ROOT / Path(*module.split(".")).with_suffix(".py")).body
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            body, name = node.body, OF_SWEEPERS
    found = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == name]
    return found[0] if found else None


def loops(node: ast.AST) -> list[int]:
    return [part.lineno for part in ast.walk(node) if isinstance(part, ast.For | ast.While)]


def test_no_job_loops_over_rows_by_itself():
    acts = sorted(set(acts_of_jobs()))
    assert {"close_due", "open_due", "remind", "compute_due", "Sweeper", "forget_drafts"} <= {name for _, name in acts}
    bodies = {name: function(module, name) for module, name in acts}
    assert bodies["Sweeper"] is not None, "messages are looked at too"
    assert not [f"{name}: line {loops(body)}" for name, body in bodies.items() if body is not None and loops(body)]


def bare(node: ast.For) -> bool:
    """Whether a loop over villages, polls … of all villages neither tries nor leaves the trying to `faults_of`."""
    named = isinstance(node.target, ast.Name) and node.target.id in OF_MANY
    tries = any(isinstance(part, ast.Try) for part in ast.walk(node))
    guarded = any(isinstance(part, ast.Name) and part.id in ("faults_of", "each") for part in ast.walk(node))
    return named and not tries and not guarded


def test_no_command_loops_over_villages_without_a_try_for_each():
    wrong = []
    for path in files(".py", below=PACKAGE / "cli"):
        wrong += [f"{path.name}: line {n.lineno}" for n in ast.walk(tree(path)) if isinstance(n, ast.For) and bare(n)]
    assert wrong == []


def test_the_check_sees_a_bare_loop():
    (loop,) = ast.parse("for village in villages:\n    close(village)").body
    assert isinstance(loop, ast.For) and bare(loop) and loops(loop)
