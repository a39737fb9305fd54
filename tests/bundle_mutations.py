"""Every single change of a bundle: each field, entry and file of it dropped, doubled, exchanged, re-sorted, cut off or hidden.

The forger has time: the list of files is written anew after each change, and of the log every hash after it.
"""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from tests.bundle_cases import Files, other, relisted, verifier

Change = tuple[str, Callable[[], Files]]
"""Where it is made, and what makes it."""
OF_MANIFEST = ("format", "full", "poll")


def value_of(files: Files, part: str) -> Any:
    return json.loads(files[f"{part}.json"])


def with_part(files: Files, part: str, value: Any) -> Files:
    return {**files, f"{part}.json": json.dumps(value, ensure_ascii=False).encode()}


def named_by(files: Files, head: str = "") -> str:
    """The first check that fails, or why it cannot be read; empty: the bundle passes."""
    verify = verifier()
    try:
        bundle = verify.Bundle(listed_anew(files))
    except verify.Unreadable as error:
        return str(error)
    wrong = verify.all_wrong(bundle, verify.arguments(head=head))
    return next((code for code, found in wrong if found), "")


def listed_anew(files: Files) -> Files:
    manifest = json.loads(files.get("manifest.json", b"0"))
    return relisted(files) if isinstance(manifest, dict) else files


def changes_of(files: Files) -> Iterator[Change]:
    """Every change of one place, named by it."""
    for name in sorted(files):
        yield f"{name}: dropped", partial(dropped, files, name)
        if not name.endswith(".json"):
            yield f"{name}: changed", partial(dict, {**files, name: files[name] + b"x"})
    for name in sorted(files):
        if name.endswith(".json"):
            part = name.removesuffix(".json")
            for where, value in values_of(value_of(files, part), random.Random(part)):
                if part != "manifest" or where.strip("/").split("/")[0].split(" ")[0] in OF_MANIFEST:
                    yield f"{part}{where}", partial(with_part, files, part, value)


def dropped(files: Files, name: str) -> Files:
    return {one: content for one, content in files.items() if one != name}


def values_of(value: Any, dice: random.Random) -> Iterator[tuple[str, Any]]:
    """The value of a file with one place in it changed, for every place."""
    for path, node in nodes(value):
        where = "/" + "/".join(map(str, path))
        if isinstance(node, dict):
            for key in node:
                yield f"{where} {key} dropped", replaced(value, path, {k: v for k, v in node.items() if k != key})
            yield f"{where} more", replaced(value, path, {**node, "more": 1})
        elif isinstance(node, list):
            yield from ((f"{where} {how}", replaced(value, path, rows)) for how, rows in lists_of(node))
        else:
            yield from ((f"{where} = {v!r}", replaced(value, path, v)) for v in leaves_of(node, dice))
    yield from exchanged(value)


def nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    yield path, value
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in steps:
        yield from nodes(part, (*path, step))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy of the value with another one at a place."""
    if not path:
        return new
    step, *rest = path
    holder = dict(value) if isinstance(value, dict) else list(value)
    holder[step] = replaced(value[step], tuple(rest), new)
    return holder


def lists_of(rows: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    """A list with entries dropped, doubled, in another order, cut off."""
    for n in range(len(rows)):
        yield f"without {n}", rows[:n] + rows[n + 1 :]
        yield f"{n} twice", [*rows[: n + 1], *rows[n:]]
    for n in range(len(rows) - 1):
        if rows[n] != rows[n + 1]:
            yield f"{n} and {n + 1} exchanged", [*rows[:n], rows[n + 1], rows[n], *rows[n + 2 :]]
    for how, other_rows in (("empty", []), ("first half", rows[: len(rows) // 2]), ("backwards", rows[::-1])):
        if other_rows != rows:
            yield how, other_rows


def leaves_of(node: Any, dice: random.Random) -> Iterator[Any]:
    """Other values of the kind."""
    yield other(node, dice)
    if isinstance(node, int) and not isinstance(node, bool) and node:
        yield 0
    if isinstance(node, str) and node:
        yield ""
    if node is not None:
        yield None


def exchanged(value: Any) -> Iterator[tuple[str, Any]]:
    """Two entries of a list exchange one field."""
    for path, node in nodes(value):
        rows = node if isinstance(node, list) else []
        for n, (one, two) in enumerate(pairwise(rows)):
            if isinstance(one, dict) and isinstance(two, dict):
                for key in sorted(one.keys() & two.keys()):
                    if one[key] != two[key]:
                        new = [*rows[:n], {**one, key: two[key]}, {**two, key: one[key]}, *rows[n + 2 :]]
                        yield f"/{'/'.join(map(str, path))} {n} and {n + 1} exchange {key}", replaced(value, path, new)


# Of the log: what hides something and leaves the chain whole.


def hidings_of(files: Files) -> Iterator[Change]:
    """An entry closed to its digest, a field closed to its commitment, the end cut off; alone, and with what hangs on it."""
    log = value_of(files, "log")
    rows = log["entries"]
    for n, row in enumerate(rows):
        if isinstance(row, dict) and "open" in row:
            where = f"log: {n} {row['open']['tag'][1]}"
            yield f"{where} closed", partial(hidden, files, [n], hangs_on_it=False)
            yield f"{where} closed, with what hangs on it", partial(hidden, files, [n], hangs_on_it=True)
            yield from ((f"{where}: {field} sealed", partial(sealed, files, n, field)) for field in row["open"])
    for sheet in {fields_of(row).get("facts.sheet") for row in rows} - {None}:
        mine = [n for n, row in enumerate(rows) if fields_of(row).get("facts.sheet") == sheet and "open" in row]
        if mine:
            yield f"log: all of sheet {sheet} closed", partial(hidden, files, mine, hangs_on_it=True)
    for n in range(1, len(rows)):
        yield f"log: cut off at {n}", partial(cut_off, files, n, hangs_on_it=False)
        yield f"log: cut off at {n}, with what hangs on it", partial(cut_off, files, n, hangs_on_it=True)


def hidden(files: Files, which: Sequence[int], *, hangs_on_it: bool) -> Files:
    log = value_of(files, "log")
    rows = [log["entries"][n] for n in which]
    for n in which:
        row = log["entries"][n]
        log["entries"][n] = {"number": row["number"], "body": verifier().body_of(row)}
    return without(with_part(files, "log", log), rows if hangs_on_it else [])


def sealed(files: Files, n: int, field: str) -> Files:
    log, verify = value_of(files, "log"), verifier()
    row = log["entries"][n]
    salt, value = row["open"].pop(field)
    row["sealed"][field] = verify.sha256(":".join((salt, field, verify.canonical(value))))
    return with_part(files, "log", log)


def cut_off(files: Files, n: int, *, hangs_on_it: bool) -> Files:
    log = value_of(files, "log")
    rest, log["entries"] = log["entries"][n:], log["entries"][:n]
    if isinstance(log["entries"][-1], dict):
        last = verifier().sealed_entries(log)[-1]
        log["head"] = last.digest if last.form == 2 else ""
    return without(with_part(files, "log", log), rest if hangs_on_it else [])


def without(files: Files, rows: Sequence[Any]) -> Files:
    """The bundle without what belongs to these entries of its log: notices, sheets, the declaration."""
    gone = [fields_of(row) for row in rows]
    tags, subjects = {facts.get("tag") for facts in gone}, {facts.get("subject") for facts in gone}
    of_sheets = {facts["facts.sheet"] for facts in gone if facts.get("tag") in ("sheet:opened", "sheet:entered")}
    unconfirmed = {facts["facts.sheet"] for facts in gone if facts.get("tag") == "sheet:confirmed"}
    heads = [head for head in value_of(files, "heads") if f"notice:{head['id']}" not in subjects]
    sheets = [sheet for sheet in value_of(files, "sheets") if sheet["id"] not in of_sheets]
    sheets = [{**sheet, "persons": []} if sheet["id"] in unconfirmed else sheet for sheet in sheets]
    result = value_of(files, "result")
    result["declared"] = result["declared"] and "poll:declared" not in tags
    for part, value in (("heads", heads), ("sheets", sheets), ("result", result)):
        files = with_part(files, part, value)
    kept = {entry.get("photo") for sheet in sheets for entry in sheet["entries"]}
    return {name: content for name, content in files.items() if not name.startswith("photos/") or name in kept}


def fields_of(row: Any) -> dict[str, Any]:
    if isinstance(row, list):  # formats 1 and 2
        return {"tag": row[3], "subject": row[4], **{f"facts.{k}": v for k, v in json.loads(row[5]).items()}}
    return row.get("said") or {name: pair[1] for name, pair in row.get("open", {}).items()}


def missed(changes: Iterable[Change], head: str = "") -> list[str]:
    """The changes that no check names."""
    return [where for where, change in changes if not named_by(change(), head)]
