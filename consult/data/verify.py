#!/usr/bin/env python3
"""核对一次投票的数据包 / Check the bundle of one poll. Python 3.8+, standard library only. Format: docs/bundle.md

python3 verify.py BUNDLE [--head "1234 5678 ..."] [--receipt CODE] [--assets PLACE]
BUNDLE: the zip, or a folder with its files. PLACE: the address of a page of the village, or a folder with its files
exit code 0: every check passed; 1: a check failed; 2: it cannot be read; 3: passed, but for entries of the first form
"""

import argparse
import hashlib
import json
import os
import re
import sys
import urllib.parse
import urllib.request
import zipfile
from collections import Counter
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

NAMES = {
    "F1": ("文件与清单一致", "files are those of the manifest"),
    "F2": ("没有电话、身份证号；无记名票旁没有别的", "no phone or identity number; nothing beside a secret ballot"),
    "F3": (
        "没有人、名册序号、别的时刻、存档照片的摘要",
        "no person, roll number, other instant, or digest of a stored file",
    ),
    "L1": ("日志一条扣一条", "the log is one chain"),
    "L2": ("公示上的日志核对码在日志里", "the printed head is in the log"),
    "L3": ("各次公示的日志核对码在日志里", "the heads of all notices are in the log"),
    "L4": ("该讲的日志都讲了", "every entry that counting and declaring bind is told of"),
    "R1": ("规则、变更与核对码相符", "rules and changes give the fingerprints in the log"),
    "R2": ("名册与冻结时相同，序号不重复", "the roll is the frozen one, each number once"),
    "R3": (
        "说名册漏了自己的人，补上的、没补的对得上数",
        "appeals about the roll are as many as its additions and the log say",
    ),
    "U1": ("每个投票单位只用一种方式", "one channel a unit"),
    "U2": ("截止后补登的，由两种职务的两个人核对", "marks after the close by two persons of two offices"),
    "B1": ("记名票与日志相符，以最后一次为准", "named ballots are those of the log, the highest revision counts"),
    "B2": ("无记名票编号不重复、已排序、不多于已投单位", "secret keys distinct, sorted, no more than marked entries"),
    "B3": ("无记名票就是计票时的那些票", "the secret ballots are those that were counted"),
    "S1": ("计票单由不同的两个人录入且相同", "sheets entered alike by two different persons"),
    "S2": ("计票单加得拢，发出的纸票与登记的一样多", "sheets add up, as many papers as units that are marked"),
    "T1": ("重新计票，票数相同", "a recount gives the same tally"),
    "T2": ("重新判定，结论相同", "quorum and majority give the same outcome"),
    "C1": ("截止时间与日志相符，没有截止后的票", "closing time follows from the log, no ballot after it"),
    "M1": ("到会的人与签到相符，手机票都是到会的人投的", "who was present is what arrivals give, only they voted"),
    "W1": (
        "不算的票、自己改投的票、有异议的票都对得上数",
        "void, superseded and contested votes are those that were told",
    ),
    "A1": ("手机运行的文件与清单一致", "the files that a phone runs are those of the list"),
    "V1": ("回执在计入的票里", "the receipt is among the counted ballots"),
}
FORMATS = ("consult-bundle/1", "consult-bundle/2", "consult-bundle/3")
CHAIN = "consult-log/2"
ELECTRONIC = ("phone", "assisted", "proxy")
CHANNELS = (*ELECTRONIC, "paper", "hands")
VOID = {"letter_refused", "not_witnessed", "unanswered", "contest_upheld"}
"""Why a named ballot does not count."""
ENDED = {"superseded", "contested", "undecided", "upheld", "dismissed", "in_box", "undone_late"}
PARTS = ("manifest", "rules", "roll", "ballots", "sheets", "log", "heads", "result")
MORE_PARTS = ("marks", "assets")
HEX = re.compile(r"[0-9a-f]{32,128}")
PRIVATE = re.compile(r"(?<![0-9A-Za-z])(1[3-9][0-9]{9}|[0-9]{17}[0-9Xx])(?![0-9A-Za-z])")
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:?[0-9]{2}")
MOST_FILES, MOST_DEPTH, MOST_DIGITS = 500, 40, 18
MOST_OF_JSON, MOST_OF_FILE, MOST_OF_ALL = 24 * 2**20, 64 * 2**20, 256 * 2**20
SENTENCE = 200
"""So many characters are printed of what is in a bundle."""


class Unreadable(Exception):
    """Neither a bundle nor one of a known format."""


def sha256(text):
    return hashlib.sha256(text.encode("utf-8") if isinstance(text, str) else text).hexdigest()


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digits(digest):
    return "%032d" % (int(digest, 16) % 10**32)


class Bundle:
    """The files, and what the log says of this poll."""

    def __init__(self, files):
        self.files = files
        try:
            self.manifest = self.loaded("manifest")
            self.format = FORMATS.index(self.manifest["format"]) + 1 if self.manifest["format"] in FORMATS else 0
            for part in PARTS[1:] + (MORE_PARTS if self.format == 3 else ()):
                setattr(self, part, self.loaded(part))
            self.frozen = self.rules["frozen"]
            self.meeting = self.frozen.get("meeting", {})
            if not self.format or (self.format != 3 and (self.format == 2) != bool(self.meeting)):
                raise Unreadable("format " + str(self.manifest["format"]))
            self.secret, self.full = self.frozen["secret"], self.manifest["full"]
            self.entries = sealed_entries(self.log) if self.format == 3 else [Entry(*r) for r in self.log["entries"]]
        except Unreadable:
            raise
        except Exception as error:  # whatever is not as the format says
            raise Unreadable("%s: %s" % (type(error).__name__, error)) from None

    def loaded(self, part):
        return loads(part + ".json", self.files[part + ".json"])

    def logged(self, tag):
        mine = "poll:%s" % self.frozen["poll"]
        return [e for e in self.entries if e.tag == tag and e.subject == mine]

    def changes(self):
        return [e.facts["change"] for e in self.logged("poll:changed")]

    def closes_at(self):
        ended = [e.facts["closes_at"] for e in self.logged("poll:ended")]
        if self.meeting and ended:
            return when(ended[0])
        extended = [c["closes_at"] for c in self.changes() if c["kind"] == "extension"]
        return when(extended[-1] if extended else self.frozen["closes_at"])

    def marked(self):
        return Counter(e["channel"] for e in (self.marks if self.format == 3 else self.roll) if e["channel"])

    def by_papers(self):
        """Whether papers make presence, and each has one mark; in older bundles marks alone do."""
        return self.format == 3 and any("returned" in e.facts for e in self.logged("poll:closed"))

    def papers(self, name):
        """Of each way of voting without a phone, the sum of a figure of its sheets."""
        sums = Counter()
        for channel, figures in self.counting():
            sums[channel] += figures[name]
        return sums

    def present(self):
        """How many took part; in a meeting: were here at the end of the vote, or voted and went."""
        if self.by_papers() and not self.meeting:
            return sum(self.marked()[c] for c in ELECTRONIC) + sum(self.papers("returned").values())
        third = self.format == 3
        took_part = {e["unit"] for e in self.marks} if third else {e["number"] for e in self.roll if e["channel"]}
        for entry in self.logged("poll:ended") if self.meeting else []:
            took_part |= set(entry.facts["here" if third else "present"])
        return len(took_part)

    def counting(self):
        """Confirmed sheets that no confirmed sheet corrects, as (channel, figures)."""
        confirmed = [s for s in self.sheets if s["persons"]]
        corrected = {s["corrects"] for s in confirmed}
        return [(s["channel"], agreed(s)) for s in confirmed if s["id"] not in corrected]

    def untold(self):
        """Entries of the first form that the bundle tells of: nobody outside the village can recompute them."""
        return sum(1 for e in self.entries if self.format == 3 and e.form == 1 and e.tag)


class Entry:
    """Of formats 1 and 2: everything in clear."""

    form = 1

    def __init__(self, number, at, actor, tag, subject, facts, previous, digest):
        self.number, self.at, self.actor, self.tag, self.subject = number, when(at), actor, tag, subject
        self.text, self.previous, self.digest = facts, previous, digest
        self.facts = loads("log.json", facts)

    def recomputed(self, village):
        at = self.at.isoformat(timespec="microseconds")
        return sha256(
            canonical([village, self.number, at, self.actor, self.tag, self.subject, self.text, self.previous])
        )


class Sealed:
    """Of format 3: a digest, or the fields that are opened of it."""

    def __init__(self, row, village, previous):
        self.form = 2 if "body" in row or "open" in row else 1
        self.number, self.previous, self.row = row["number"], previous if self.form == 2 else row.get("previous"), row
        fields = row.get("said", {}) if self.form == 1 else {n: pair[1] for n, pair in row.get("open", {}).items()}
        self.digest = row.get("hash") if self.form == 1 else chained(village, self.number, body_of(row), previous)
        self.tag, self.subject, self.by = fields.get("tag"), fields.get("subject"), fields.get("by")
        self.at = when(fields["at"]) if "at" in fields else None
        self.facts = {name[6:]: value for name, value in fields.items() if name.startswith("facts.")}


def sealed_entries(log):
    entries, previous = [], log["before"]
    for row in log["entries"]:
        entries.append(Sealed(row, log["village"], previous))
        previous = entries[-1].digest
    return entries


def body_of(row):
    if "body" in row:
        return row["body"]
    commitments = {n: sha256(":".join((salt, n, canonical(value)))) for n, (salt, value) in row["open"].items()}
    if set(commitments) & set(row["sealed"]):
        raise ValueError("a field is open and sealed: %s" % row["number"])
    return sha256(canonical({**commitments, **row["sealed"]}))


def chained(village, number, body, previous):
    return sha256(canonical([CHAIN, village, number, body, previous]))


# Reading: nothing is taken on trust, neither how big a file says it is nor how deep it is nested.


def read_files(path):
    try:
        return read_folder(path) if path.is_dir() else read_zip(path)
    except Unreadable:
        raise
    except Exception as error:  # a damaged zip fails in many ways
        raise Unreadable("%s: %s" % (type(error).__name__, error)) from None


def read_zip(path):
    files, left = {}, MOST_OF_ALL
    with zipfile.ZipFile(str(path)) as archive:
        infos = archive.infolist()
        names = [info.filename for info in infos]
        if len(names) > MOST_FILES:
            raise Unreadable("文件太多 / too many files: %s" % len(names))
        if len({name.lower() for name in names}) != len(names):
            raise Unreadable("文件名重复 / a name stands in it twice")
        for info in infos:
            if info.flag_bits & 1:
                raise Unreadable("加密了 / encrypted: %s" % info.filename)
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others have no bound
                raise Unreadable("压缩方法不认识 / packed in another way: %s" % info.filename)
            with archive.open(info) as file:
                files[info.filename] = bounded(file, info.filename, left)
            left -= len(files[info.filename])
    return files


def read_folder(path):
    files, left = {}, MOST_OF_ALL
    for folder, below, names in os.walk(str(path)):
        below[:] = [name for name in below if name != "__pycache__"]
        for found in (Path(folder) / name for name in names):
            name = found.relative_to(path).as_posix()
            if len(files) == MOST_FILES:
                raise Unreadable("文件太多 / too many files")
            if found.is_symlink() or not found.is_file():
                raise Unreadable("不是文件 / not a file: %s" % name)
            with found.open("rb") as file:
                files[name] = bounded(file, name, left)
            left -= len(files[name])
    return files


def bounded(file, name, left):
    most = min(MOST_OF_JSON if name.endswith(".json") else MOST_OF_FILE, left)
    content = file.read(most + 1)
    if len(content) > most:
        raise Unreadable("文件太大 / too big: %s" % name)
    return content


def loads(name, content):
    """JSON with every name once, whole numbers of few digits, not nested deeply."""
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        value = json.loads(
            text, parse_int=whole, parse_float=no_number, parse_constant=no_number, object_pairs_hook=once
        )
    except RecursionError:
        raise Unreadable("嵌套太深 / nested too deeply: %s" % name) from None
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MOST_DEPTH:
            raise Unreadable("嵌套太深 / nested too deeply: %s" % name)
        holders = [v.values() if isinstance(v, dict) else v for v in level if isinstance(v, (dict, list))]
        level = [v for held in holders for v in held if isinstance(v, (dict, list))]
    return value


def whole(digits_of_number):
    if len(digits_of_number) > MOST_DIGITS:
        raise ValueError("a number of %s digits" % len(digits_of_number))
    return int(digits_of_number)


def no_number(text):
    raise ValueError("no whole number: %s" % text[:20])


def once(pairs):
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return value


ANNULLERS = {"court": "人民法院", "township": "乡镇政府", "assembly": "村民会议", "party_above": "上级党组织"}


def annuller(change):
    """Who annulled a vote, in Chinese; the code where it is none that is known here."""
    code = change.get("annulled_by")
    return ANNULLERS.get(code) or plain(code)


def plain(text):
    """What a bundle says, so that it does nothing to the terminal."""
    shown = "".join(c if c.isprintable() else "?" for c in str(text))
    return shown if len(shown) <= SENTENCE else shown[:SENTENCE] + "…"


def when(text):
    match = re.fullmatch(r"(.{19})(?:\.(\d{6}))?([+-]\d\d:\d\d)", text)
    if not match:
        raise ValueError("no instant: %r" % (text,))
    at = datetime.strptime(
        match[1] + "." + (match[2] or "000000") + match[3].replace(":", ""), "%Y-%m-%dT%H:%M:%S.%f%z"
    )
    return at.astimezone(timezone.utc)


def agreed(sheet):
    mine = [e["figures"] for e in sheet["entries"] if e["person"] == sheet["persons"][0]]
    return mine[0] if mine else None


# What each file of format 3 may hold. Nothing else may stand there.


def matches(pattern):
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and bool(compiled.fullmatch(value))


def count(value):
    return type(value) is int and 0 <= value < 10**15


def maybe(shape):
    return lambda value: value is None or fits(value, shape)


def mapping(name, shape):
    return lambda value: isinstance(value, dict) and all(name(n) and fits(v, shape) for n, v in value.items())


def anything(_value):
    return True


def fits(value, shape):
    """An object has the names of its shape and no others (with ?: may be left out); a list only what its shape says."""
    if isinstance(shape, dict):
        names = {name.rstrip("?") for name in shape}
        needed = {name for name in shape if not name.endswith("?")}
        if not isinstance(value, dict) or not needed <= set(value) <= names:
            return False
        return all(fits(value[n.rstrip("?")], part) for n, part in shape.items() if n.rstrip("?") in value)
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(part, shape[0]) for part in value)
    return bool(shape(value))


HASH, SALT, PSEUDONYM = matches("[0-9a-f]{64}"), matches("[0-9a-f]{32}"), matches("[0-9a-f]{32}|")
CODE, CHANNEL, FLAG = matches("[a-z_:]{1,40}"), matches("|".join(CHANNELS)), lambda value: isinstance(value, bool)
RECEIPT = matches("[2-9A-HJKMNP-Z]{16}")
DATE_TIME = matches(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}[+-][0-9]{2}:[0-9]{2}")
FIGURES = {"issued": count, "returned": count, "valid": [count], "blank": count, "invalid": count}
ENTERED = {"person": SALT, "figures": FIGURES}
BALLOT_OF_UNIT = {"unit": HASH, "rev": count, "channel": CHANNEL, "receipt": RECEIPT, "void?": CODE}
TALLY = {
    "roll": count,
    "present": count,
    "counts": [count],
    "by_channel": mapping(CHANNEL, count),
    "counts_by_channel": mapping(CHANNEL, [count]),
    "blank": count,
    "invalid": count,
    "issued?": count,
    "returned?": count,
    "late?": count,
}
SHARE = {"of": matches("[0-9]{1,9}(/[0-9]{1,9})?"), "strict": FLAG}
COMPARED = {"part": count, "whole": count, "needed": count, "share": SHARE, "met": FLAG}
VERDICT = {"outcome": CODE, "quorum": maybe(COMPARED), "majority": COMPARED, "winners": [count], "tied": FLAG}
CHANGE = {
    "id": count,
    "kind": CODE,
    "closes_at": maybe(DATE_TIME),
    "digest": HASH,
    "asked_by": SALT,
    "asked_office": CODE,
    "confirmed_by": SALT,
    "confirmed_office": CODE,
    "confirmed_at": DATE_TIME,
    "number?": count,
    "commitment?": HASH,
    "annulled_by?": CODE,
    "ruled_on?": matches(r"\d{4}-\d\d-\d\d"),
    "ruling?": HASH,
    "appeal?": count,
}
ACTS = mapping(CODE, count)
APPEALS = {"made": count, "added": count, "refused": count}
SHAPES = {
    "manifest": {"format": matches("consult-bundle/3"), "full": FLAG, "poll": count, "files": mapping(anything, HASH)},
    "rules": {"frozen": anything, "fingerprint": HASH},
    "roll": [{"number": count, "commitment": HASH}],
    "marks": [{"unit": HASH, "channel": CHANNEL, "rev": count}],
    "heads": [
        {
            "id": count,
            "year": count,
            "number": count,
            "tag": CODE,
            "head": matches("[0-9 ]{39}"),
            "assets": matches("[0-9a-f]{64}|"),
        }
    ],
    "assets": {"files": mapping(matches(r"[0-9A-Za-z._/-]{1,100}"), HASH), "fingerprint": HASH},
    "result": {"tally": TALLY, "verdict": VERDICT, "declared": FLAG, "appeals?": APPEALS},
}
ENTRIES = (
    {"number": count, "body": HASH},
    {"number": count, "hash?": HASH},
    {"number": count, "open": anything, "sealed": mapping(matches("[a-z_.]{1,40}"), HASH)},
    {"number": count, "said": anything, "previous?": HASH, "hash?": HASH},
)
FIELDS = {
    "meeting:called": {"facts.fingerprint": HASH},
    "poll:announced": {"at": DATE_TIME, "facts.fingerprint": HASH, "facts.units": count},
    "change:asked": {"by": SALT, "facts.change": count, "facts.kind": CODE, "facts.office": CODE},
    "poll:changed": {"at": DATE_TIME, "by": SALT, "facts.change": CHANGE, "facts.fingerprint": HASH},
    "poll:ended": {"at": DATE_TIME, "by": PSEUDONYM, "facts.closes_at": DATE_TIME, "facts.here": [HASH]},
    "late_marks:confirmed": {
        "by": SALT,
        "facts.request": count,
        "facts.channel": CHANNEL,
        "facts.units": count,
        "facts.asked_by": SALT,
        "facts.asked_office": CODE,
        "facts.office": CODE,
        "facts.undoes?": FLAG,
        "facts.of_late?": count,
    },
    "sheet:opened": {"facts.sheet": count, "facts.channel": CHANNEL, "facts.corrects": maybe(count)},
    "sheet:entered": {"by": SALT, "facts.sheet": count, "facts.digest": HASH},
    "sheet:confirmed": {
        "facts.sheet": count,
        "facts.channel": CHANNEL,
        "facts.corrects": maybe(count),
        "facts.figures": matches(r"[a-z0-9_:,{}\[\]\"]{1,2000}"),
    },
    "poll:closed": {
        "at": DATE_TIME,
        "facts.marks?": HASH,
        "facts.listed?": HASH,
        "facts.rules?": HASH,
        "facts.told?": HASH,
        "facts.acts?": ACTS,
        "facts.appeals?": APPEALS,
        **{"facts." + name: shape for name, shape in TALLY.items()},
    },
    "poll:declared": {
        "at": DATE_TIME,
        "facts.tally": TALLY,
        "facts.verdict": VERDICT,
        "facts.told?": HASH,
        "facts.notice?": FLAG,
        "facts.acts?": ACTS,
        "facts.appeals?": APPEALS,
    },
    "ballot:voided": {"facts.why": CODE},
    "contest:opinion": {
        "by": SALT,
        "facts.contest": count,
        "facts.office": CODE,
        "facts.upheld": FLAG,
        "facts.in_box?": FLAG,
    },
    "contest:ruled": {"facts.contest": count, "facts.upheld": FLAG, "facts.in_box?": FLAG},
    "contest:undecided": {"facts.contest": count},
    "notice:posted": {
        "facts.notice_tag": CODE,
        "facts.poll": count,
        "facts.number": count,
        "facts.year?": count,
        "facts.assets?": matches("[0-9a-f]{64}|"),
    },
}
"""Of each tag, the fields that are open in the bundle for everybody. With ?: entries of the first form have none."""
FIELDS_OF_SCRUTINEERS = {
    "sheet:entered": {"facts.picture": anything},
    "poll:closed": {"facts.ballots?": HASH},
    "ballot:cast": {"facts.commitment": HASH, "facts.rev": count, "facts.channel": CHANNEL},
}


NAMES_OF_OLDER = {
    "rules": {"frozen", "fingerprint"},
    "roll": {"number", "commitment", "channel", "rev"},
    "sheets": {"id", "channel", "corrects", "entries", "persons"},
    "log": {"village", "entries"},
    "heads": {"id", "year", "number", "tag", "head"},
    "result": {"tally", "verdict", "declared"},
}
"""Of formats 1 and 2, the names in each file."""


def shape_of_ballots(b):
    if b.secret:
        return {"key": HASH, **({"choice": [count]} if b.full else {})}
    return {**BALLOT_OF_UNIT, **({"choice": [count], "salt": SALT} if b.full else {})}


def shape_of_sheet(b):
    entered = {
        **ENTERED,
        **({"photo?": matches(r"photos/[0-9a-z-]{1,80}\.jpg"), "photo_salt?": SALT} if b.full else {}),
    }
    return {"id": count, "channel": CHANNEL, "corrects": maybe(count), "entries": [entered], "persons": [SALT]}


def shape_of_fields(b, tag):
    more = FIELDS_OF_SCRUTINEERS.get(tag) if b.full and not (b.secret and tag == "ballot:cast") else None
    if tag not in FIELDS and more is None:
        return None
    return {
        "tag": anything,
        "subject": matches("(poll|meeting|notice):[0-9]{1,15}"),
        **FIELDS.get(tag, {}),
        **(more or {}),
    }


# Each check yields what is wrong; nothing: it passed.


def f1(b, _args):
    listed = b.manifest["files"]
    for name in sorted(set(listed) ^ (set(b.files) - {"manifest.json"})):
        yield name
    for name, content in b.files.items():
        if name in listed and sha256(content) != listed[name]:
            yield name
    if b.manifest["poll"] != b.frozen["poll"] or b.log["village"] != b.frozen["village"]:
        yield "manifest"
    if not isinstance(b.full, bool) or set(b.manifest) != {"format", "full", "poll", "files"}:
        yield "manifest"
    if b.format == 3 and not all(known_name(name) for name in b.files):
        yield "a file of no known name"
    for name in ("verify.py", "README.txt"):
        if name not in b.files:
            yield name


def known_name(name):
    parts = PARTS + MORE_PARTS
    return name in ("verify.py", "README.txt", *(p + ".json" for p in parts)) or bool(
        re.fullmatch(r"photos/[0-9a-z-]{1,80}\.jpg", name)
    )


def f2(b, _args):
    for part in PARTS[1:] + (MORE_PARTS if b.format == 3 else ()):
        for text in strings(getattr(b, part)):
            if not HEX.fullmatch(text) and PRIVATE.search(text):
                yield part + ".json: " + PRIVATE.search(text)[0][:5] + "…"
    if b.format == 3:
        if not fits(b.ballots, [shape_of_ballots(b)]):
            yield "ballots.json"
        return
    wanted = {"key"} if b.secret else {"number", "rev", "channel", "receipt"}
    wanted |= {"choice"} if b.full else set()
    wanted |= {"salt"} if b.full and not b.secret else set()
    if any(set(ballot) != wanted for ballot in b.ballots):
        yield "ballots.json"
    for part, names in NAMES_OF_OLDER.items():
        value = getattr(b, part)
        rows = value if isinstance(value, list) else [value]
        if any(set(row) != names for row in rows):
            yield part + ".json"
    entered = [e for sheet in b.sheets for e in sheet["entries"]]
    if any(set(e) != {"person", "figures", "picture"} or set(e["figures"]) != set(FIGURES) for e in entered):
        yield "sheets.json"


def strings(value):
    if isinstance(value, dict):
        for name, part in value.items():
            yield str(name)
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)
    elif isinstance(value, str) and value.startswith(("{", "[")):
        yield from strings_in_text(value)
    elif not isinstance(value, (bool, type(None))):
        yield str(value)


def strings_in_text(text):
    """Of canonical JSON in a string its parts; a question may begin with a bracket, too."""
    try:
        value = loads("text", text)
    except ValueError:
        value = None
    yield from strings(value) if isinstance(value, (dict, list)) else [text]


def f3(b, _args):
    if b.format != 3:
        return
    for part, shape in SHAPES.items():
        if not fits(getattr(b, part), shape):
            yield part + ".json"
    if not fits(b.sheets, [shape_of_sheet(b)]):
        yield "sheets.json"
    for part in ("roll", "marks", "ballots", "sheets", "heads", "assets", "result"):
        if any(INSTANT.search(text) for text in strings(getattr(b, part))):
            yield part + ".json: an instant"
    if set(b.log) != {"village", "before", "entries", "head"}:
        yield "log.json"
    for entry in b.entries:
        yield from not_for_outside(b, entry)


def not_for_outside(b, entry):
    row = entry.row
    if not any(fits(row, shape) for shape in ENTRIES):
        yield "%s" % entry.number
    elif "open" in row or "said" in row:
        fields = row["said"] if "said" in row else {n: pair[1] for n, pair in row["open"].items()}
        shape = shape_of_fields(b, entry.tag)
        if shape is None or not fits(fields, shape):
            yield "%s: %s" % (entry.number, entry.tag)
        if not all(HASH(pair[0]) and len(pair) == 2 for pair in row.get("open", {}).values()):
            yield "%s: salt" % entry.number
        hidden = {name.rstrip("?") for name in shape or ()} & set(row.get("sealed", ()))
        if hidden:
            yield "%s: %s is not open" % (entry.number, sorted(hidden)[0])


def l1(b, _args):
    if b.format == 3:
        yield from l1_sealed(b)
        return
    for before, entry in zip([None] + b.entries, b.entries):
        if entry.recomputed(b.log["village"]) != entry.digest:
            yield "%s" % entry.number
        if before and (entry.number != before.number + 1 or entry.previous != before.digest):
            yield "%s -> %s" % (before.number, entry.number)


def l1_sealed(b):
    for before, entry in zip(b.entries, b.entries[1:]):
        if entry.number != before.number + 1:
            yield "%s -> %s" % (before.number, entry.number)
        if entry.form < before.form:
            yield "%s: an older form" % entry.number
    if not b.entries[0].tag or not b.entries[-1].tag:
        yield "it begins or ends with an entry of another matter"
    if bool(b.log["before"]) != (b.entries[0].form == 2):
        yield "before"
    if b.log["head"] != (b.entries[-1].digest if b.entries[-1].form == 2 else ""):
        yield "head"
    for entry, after in zip(b.entries, b.entries[1:]):
        if entry.form == 1 and ("hash" in entry.row) != (after.form == 2):
            yield "%s: hash" % entry.number
    secret_casts = [e for e in b.entries if b.secret and e.tag == "ballot:cast"]
    if secret_casts:
        yield "a cast of a secret poll is open"


def l2(b, args):
    if args.head and re.sub(r"\D", "", args.head) not in heads(b):
        yield args.head


def heads(b):
    """Of the entries only: whoever makes a whole log anew may write any hash before the first one."""
    known = [e.digest for e in b.entries] + [e.previous for e in b.entries[1:]]
    return {digits(digest) for digest in known if digest}


def l3(b, _args):
    if b.format == 3:
        yield from l3_sealed(b)
        return
    posted = {
        (int(e.subject.split(":")[1]), e.facts["number"], e.facts["notice_tag"], digits(e.previous), *years(e.at))
        for e in b.entries
        if e.tag == "notice:posted" and e.facts["poll"] == b.frozen["poll"]
    }
    for n in b.heads:
        head = n["head"].replace(" ", "")
        if not any((n["id"], n["number"], n["tag"], head) == p[:4] and n["year"] in p[4:] for p in posted):
            yield "%s-%s" % (n["year"], n["number"])
    if len(b.heads) != len(posted):
        yield "%s / %s" % (len(b.heads), len(posted))
    if [n["id"] for n in b.heads] != sorted({n["id"] for n in b.heads}):
        yield "heads.json: order"


def l3_sealed(b):
    posted = {e.subject: e for e in b.entries if e.tag == "notice:posted"}
    for n in b.heads:
        entry = posted.pop("notice:%s" % n["id"], None)
        facts = entry.facts if entry else {}
        same = facts.get("poll") == b.frozen["poll"] and facts.get("notice_tag") == n["tag"]
        same = same and facts.get("number") == n["number"] and facts.get("assets", n["assets"]) == n["assets"]
        if (
            not same
            or facts.get("year", n["year"]) != n["year"]
            or digits(entry.previous) != n["head"].replace(" ", "")
        ):
            yield "%s-%s" % (n["year"], n["number"])
    if posted:
        yield "heads.json: %s" % len(posted)
    if [n["id"] for n in b.heads] != sorted({n["id"] for n in b.heads}):
        yield "heads.json: order"


def l4(b, _args):
    """The closing and the declaring entry bind the numbers of all entries before them that are told of."""
    if b.format != 3:
        return
    told = [e for e in b.entries if e.tag in FIELDS]
    confirmed = {e.facts["change"]["id"]: e.number for e in b.logged("poll:changed")}
    for entry in b.logged("poll:closed") + b.logged("poll:declared"):
        later = [e for e in b.logged("change:asked") if confirmed.get(e.facts["change"], 0) > entry.number]
        before = [e.number for e in told if e.number < entry.number and e not in later]
        if "told" in entry.facts and entry.facts["told"] != sha256(canonical(before)):
            yield "%s: an entry before it is not told of" % entry.number
    notices = [e for e in b.entries if e.tag == "notice:posted" and e.facts["notice_tag"] == "poll_declared"]
    wanted = [e.facts.get("notice", bool(notices)) for e in b.logged("poll:declared")]
    if [True for _ in notices] != [True for one in wanted if one]:
        yield "the notice of the outcome"


def years(at):
    """The year somewhere on earth at an instant: notices are numbered by the village's own."""
    return (at - timedelta(hours=12)).year, (at + timedelta(hours=14)).year


def r1(b, _args):
    fingerprint = sha256(canonical(b.frozen))
    announced = [e.facts["fingerprint"] for e in b.logged("poll:announced")]
    if b.rules["fingerprint"] != fingerprint or announced != [fingerprint]:
        yield "rules.json"
    asked = {
        e.facts["change"]: (e.by, e.facts["kind"], e.facts["office"]) for e in b.logged("change:asked") if b.format == 3
    }
    held = {e.number: fingerprint for e in b.logged("poll:closed") if e.form == 2}
    for entry in b.logged("poll:changed"):
        change = entry.facts["change"]
        fingerprint = sha256(canonical({"before": fingerprint, "change": change}))
        if b.format == 3 and entry.form == 1:
            fingerprint = entry.facts["fingerprint"]  # bound the ids that stand here as pseudonyms
        elif b.format == 3 and entry.by != change["confirmed_by"]:
            yield "%s: confirmed by" % entry.number
        if entry.facts["fingerprint"] != fingerprint:
            yield "%s" % entry.number
        if b.format == 3 and asked.get(change["id"]) != (change["asked_by"], change["kind"], change["asked_office"]):
            yield "%s: asked by" % entry.number
        if change["asked_by"] == change["confirmed_by"] or change["asked_office"] == change["confirmed_office"]:
            yield "%s: one person" % entry.number
        later = [number for number in held if number > entry.number]  # a change after the count is not one of the count
        held.update(dict.fromkeys(later, fingerprint))
    closed = {e.number: e.facts.get("rules") for e in b.logged("poll:closed") if e.form == 2}
    if b.format == 3 and closed != held:
        yield "a change is missing"


def r2(b, _args):
    size = b.frozen["roll"]["units"]
    rows = [[e["number"], e["commitment"]] for e in b.roll]
    added = [[c["number"], c["commitment"]] for c in b.changes() if c["kind"] == "addition"]
    if sha256(canonical(rows[:size])) != b.frozen["roll"]["digest"] or rows[size:] != added:
        yield "roll.json"
    if [n for n, _ in rows] != list(range(1, len(rows) + 1)) or len({c for _, c in rows}) != len(rows):
        yield "roll.json: twice"


def r3(b, _args):
    """Appeals of those left off the roll: as many were put on it as its additions say, and no more answered than made."""
    if b.format != 3:
        return
    told = [e.facts.get("appeals", {}) for e in b.logged("poll:closed") + b.logged("poll:declared")]
    if b.result.get("appeals", {}) != (told[-1] if told else {}):
        yield "result.json: appeals"
    for one, later in zip(told, told[1:]):
        if any(one[name] > later.get(name, 0) for name in one):
            yield "fewer appeals than before"
    if any(one and one["added"] + one["refused"] > one["made"] for one in told):
        yield "more answered than made"
    additions = [c for c in b.changes() if c["kind"] == "addition"]
    answering = [c["appeal"] for c in additions if "appeal" in c]
    added = told[-1].get("added", 0) if told else 0
    if len(set(answering)) != len(answering) or added != len(answering):
        yield "additions by appeal"
    if any("appeal" in c for c in b.changes() if c["kind"] != "addition"):
        yield "a change that adds nobody answers an appeal"


def u1(b, _args):
    if b.format == 3:
        yield from u1_sealed(b)
        return
    used, revs = {}, Counter()
    for entry in b.logged("ballot:cast"):
        used.setdefault(entry.facts["number"], set()).add(entry.facts["channel"])
        revs[entry.facts["number"]] = max(revs[entry.facts["number"]], entry.facts["rev"])
    for entry in b.logged("unit:marked"):
        for number in entry.facts["numbers"]:
            used.setdefault(number, set()).add(entry.facts["channel"])
    for e in b.roll:
        here = {e["channel"]} if e["channel"] else set()
        if used.pop(e["number"], set()) != here or revs[e["number"]] != e["rev"]:
            yield "%s" % e["number"]
    for number in used:
        yield "%s" % number


def u1_sealed(b):
    units = [mark["unit"] for mark in b.marks]
    if units != sorted(set(units)) or len(units) > len(b.roll):
        yield "marks.json"
    if not bound(b, "marks", b.marks):
        yield "marks.json: not what the closing entry binds"
    newest = {unit: ballot["rev"] for unit, ballot in newest_of(b).items() if "void" not in ballot}
    for mark in b.marks:
        by_phone = mark["channel"] in ELECTRONIC
        if mark["rev"] != ((1 if b.secret else newest.pop(mark["unit"], -1)) if by_phone else 0):
            yield mark["unit"][:8]
    for unit in newest:
        yield unit[:8]


def u2(b, _args):
    confirmed, closed = b.logged("late_marks:confirmed"), b.logged("poll:closed")
    requests = [e.facts["request"] for e in confirmed]
    if len(set(requests)) != len(requests):
        yield "confirmed twice"
    for entry in confirmed:
        if entry.by == entry.facts["asked_by"] or entry.facts["office"] == entry.facts["asked_office"]:
            yield "%s: one person" % entry.number
        late = any(entry.number > e.number for e in closed)
        if entry.facts["channel"] in ELECTRONIC or entry.facts["units"] < 1 or late:
            yield "%s" % entry.number
    late = b.result["tally"].get("late", 0)
    offline = sum(n for channel, n in b.marked().items() if channel not in ELECTRONIC)
    made = sum(e.facts["units"] for e in confirmed if not e.facts.get("undoes", False))
    made -= sum(e.facts.get("of_late", 0) for e in confirmed)
    if late > min(made, offline):
        yield "%s late marks" % late
    undone = sum(e.facts["units"] for e in confirmed if e.facts.get("undoes", False))
    if b.format == 3 and told_acts(b).get("undone_late", 0) != undone:
        yield "%s marks undone after the close" % undone


def newest_of(b):
    """Of each unit of a named poll its newest ballot, void or not."""
    newest = {}
    for ballot in [] if b.secret else b.ballots:
        if ballot["rev"] >= newest.get(ballot["unit"], ballot)["rev"]:
            newest[ballot["unit"]] = ballot
    return newest


def bound(b, name, rows):
    """Whether the closing entry has the digest of a list. One of the first form says nothing of it."""
    return all(e.facts.get(name) == sha256(canonical(rows)) for e in b.logged("poll:closed") if e.form == 2)


def listed(b):
    """The ballots as everybody may see them."""
    names = ("key",) if b.secret else ("unit", "rev", "channel", "receipt", "void")
    return [{name: ballot[name] for name in names if name in ballot} for ballot in b.ballots]


def b1(b, _args):
    if b.format == 3:
        yield from b1_sealed(b) if not b.secret else ()
        return
    if b.secret:
        return
    logged = {(e.facts["number"], e.facts["rev"]): e.facts for e in b.logged("ballot:cast")}
    if len(logged) != len(b.logged("ballot:cast")):
        yield "log"
    for ballot in b.ballots:
        place = (ballot["number"], ballot["rev"])
        facts = logged.pop(place, None)
        if facts is None or facts["channel"] != ballot["channel"]:
            yield "%s/%s" % place
        elif b.full:
            words = ":".join((ballot["salt"], canonical(sorted(ballot["choice"])), ballot["receipt"]))
            if sha256(words) != facts["commitment"] or bad_choice(b, ballot["choice"]):
                yield "%s/%s" % place
    for place in logged:
        yield "%s/%s" % place
    places = [(ballot["number"], ballot["rev"]) for ballot in b.ballots]
    if places != sorted(set(places)):
        yield "ballots.json: order"
    receipts = [ballot["receipt"] for ballot in b.ballots]
    if len(set(receipts)) != len(receipts) or not all(re.fullmatch("[2-9A-HJKMNP-Z]{16}", r) for r in receipts):
        yield "receipts"


def b1_sealed(b):
    places = [(ballot["unit"], ballot["rev"]) for ballot in b.ballots]
    if places != sorted(set(places)) or not bound(b, "listed", listed(b)):
        yield "ballots.json: not what the closing entry binds"
    channels, newest = {mark["unit"]: mark["channel"] for mark in b.marks}, newest_of(b)
    of_unit, before = Counter(ballot["unit"] for ballot in b.ballots), {}
    for ballot in b.ballots:
        here, last = ballot["unit"], before.get(ballot["unit"])
        if not 1 <= ballot["rev"] <= of_unit[here] or not (last is None or follows(last, ballot)):
            yield ballot["receipt"]
        if newest[here] is ballot and "void" not in ballot and channels.get(here) != ballot["channel"]:
            yield ballot["receipt"]
        before[here] = ballot
    for unit, ballot in newest.items():
        if "void" in ballot and channels.get(unit) in ELECTRONIC:
            yield ballot["receipt"]
    receipts = [ballot["receipt"] for ballot in b.ballots]
    if len(set(receipts)) != len(receipts) or not all(RECEIPT(r) for r in receipts):
        yield "receipts"
    if b.full:
        yield from b1_choices(b)


def follows(before, ballot):
    """Whether a ballot may come after another of its unit: the same way, one's own after another's, anything after a void one."""
    own_instead = before["channel"] in ("assisted", "proxy") and ballot["channel"] == "phone"
    return "void" in before or own_instead or before["channel"] == ballot["channel"]


def b1_choices(b):
    cast = Counter((e.facts["commitment"], e.facts["rev"], e.facts["channel"]) for e in b.logged("ballot:cast"))
    for ballot in b.ballots:
        words = ":".join((ballot["salt"], canonical(sorted(ballot["choice"])), ballot["receipt"]))
        place = (sha256(words), ballot["rev"], ballot["channel"])
        if not cast[place] or bad_choice(b, ballot["choice"]):
            yield ballot["receipt"]
        cast[place] -= 1
    if any(cast.values()):
        yield "log"


def bad_choice(b, choice):
    most = b.frozen["max_choices"] if b.frozen["kind"] == "approval" else 1
    return not 1 <= len(set(choice)) == len(choice) <= most or not all(
        1 <= c <= len(b.frozen["options"]) for c in choice
    )


def b2(b, _args):
    if not b.secret:
        return
    keys = [ballot["key"] for ballot in b.ballots]
    if b.format == 3 and not bound(b, "listed", listed(b)):
        yield "ballots.json: not what the closing entry binds"
    if len(set(keys)) != len(keys) or keys != sorted(keys) or not all(re.fullmatch("[0-9a-f]{64}", k) for k in keys):
        yield "ballots.json"
    if len(keys) != sum(b.marked()[c] for c in ELECTRONIC):
        yield "%s keys, %s marks" % (len(keys), sum(b.marked()[c] for c in ELECTRONIC))


def b3(b, _args):
    if not b.secret or not b.full:
        return
    rows = [[ballot["key"], canonical(sorted(ballot["choice"]))] for ballot in b.ballots]
    if [e.facts["ballots"] for e in b.logged("poll:closed")] != [sha256(canonical(sorted(rows)))]:
        yield "ballots.json"
    if any(bad_choice(b, ballot["choice"]) for ballot in b.ballots):
        yield "choice"


def s1(b, _args):
    if b.format == 3:
        yield from s1_sealed(b)
        return
    entered = {(e.facts["sheet"], e.actor): (e.facts["digest"], e.facts["picture"]) for e in b.logged("sheet:entered")}
    opened = {e.facts["sheet"]: (e.facts["channel"], e.facts["corrects"]) for e in b.logged("sheet:opened")}
    confirmed = {e.facts["sheet"]: e.facts for e in b.logged("sheet:confirmed")}
    if [s["id"] for s in b.sheets] != sorted({s["id"] for s in b.sheets}):
        yield "sheets.json: order"
    for sheet in b.sheets:
        wanted = [e.actor for e in b.logged("sheet:entered") if e.facts["sheet"] == sheet["id"]]
        if [e["person"] for e in sheet["entries"]] != wanted:
            yield "%s: order" % sheet["id"]
        if opened.pop(sheet["id"], None) != (sheet["channel"], sheet["corrects"]):
            yield "%s" % sheet["id"]
        for e in sheet["entries"]:
            if entered.pop((sheet["id"], e["person"]), None) != (sha256(canonical(e["figures"])), e["picture"]):
                yield "%s/%s" % (sheet["id"], e["person"])
        facts = confirmed.pop(sheet["id"], {"persons": [], "figures": None})
        mine = {canonical(e["figures"]) for e in sheet["entries"] if e["person"] in sheet["persons"]}
        if sheet["persons"] != facts["persons"] or (sheet["persons"] and mine != {facts["figures"]}):
            yield "%s" % sheet["id"]
        if sheet["persons"] and len(set(sheet["persons"])) != 2:
            yield "%s" % sheet["id"]
    if opened or entered or confirmed:
        yield "sheets.json"


def s1_sealed(b):
    entered = {(e.facts["sheet"], e.by): e.facts for e in b.logged("sheet:entered")}
    opened = {e.facts["sheet"]: (e.facts["channel"], e.facts["corrects"]) for e in b.logged("sheet:opened")}
    confirmed = {e.facts["sheet"]: e.facts for e in b.logged("sheet:confirmed")}
    photos = {name for name in b.files if name.startswith("photos/")}
    if [s["id"] for s in b.sheets] != sorted({s["id"] for s in b.sheets}):
        yield "sheets.json: order"
    for sheet in b.sheets:
        persons = [e["person"] for e in sheet["entries"]]
        if persons != sorted(set(persons)) or sheet["persons"] != sorted(sheet["persons"]):
            yield "%s: order" % sheet["id"]
        if sheet["corrects"] not in (None, *(s["id"] for s in b.sheets)):
            yield "%s: the sheet it corrects" % sheet["id"]
        if opened.pop(sheet["id"], None) != (sheet["channel"], sheet["corrects"]):
            yield "%s" % sheet["id"]
        for e in sheet["entries"]:
            facts = entered.pop((sheet["id"], e["person"]), {})
            if facts.get("digest") != sha256(canonical(e["figures"])):
                yield "%s/%s" % (sheet["id"], e["person"][:8])
            if b.full and ("photo" in e) != bool(facts.get("picture")):
                yield "%s/%s: photo" % (sheet["id"], e["person"][:8])
            if "photo" in e and not same_photo(b, e, facts):
                yield e["photo"]
            photos.discard(e.get("photo"))
        yield from s1_confirmed(sheet, confirmed.pop(sheet["id"], None))
    if opened or entered or confirmed or photos:
        yield "sheets.json"


def s1_confirmed(sheet, facts):
    if facts is None:
        if sheet["persons"]:
            yield "%s" % sheet["id"]
        return
    mine = {canonical(e["figures"]) for e in sheet["entries"] if e["person"] in sheet["persons"]}
    here = {e["person"] for e in sheet["entries"]}
    if (facts["channel"], facts["corrects"]) != (sheet["channel"], sheet["corrects"]) or mine != {facts["figures"]}:
        yield "%s" % sheet["id"]
    if len(sheet["persons"]) != 2 or len(set(sheet["persons"])) != 2 or not set(sheet["persons"]) <= here:
        yield "%s: one person" % sheet["id"]


def same_photo(b, entry, facts):
    """The log has the digest of the photo, with the salt that stands beside it in front."""
    return facts.get("picture") == sha256(bytes.fromhex(entry.get("photo_salt", "")) + b.files[entry["photo"]])


def s2(b, _args):
    most = b.frozen["max_choices"] if b.frozen["kind"] == "approval" else 1
    issued = Counter()
    for channel, figures in b.counting():
        if figures is None:
            yield channel
            continue
        issued[channel] += figures["issued"]
        valid = figures["returned"] - figures["blank"] - figures["invalid"]
        low, high = (valid, valid) if most == 1 else (valid, valid * most)
        if not 0 <= figures["returned"] <= figures["issued"] or not low <= sum(figures["valid"]) <= high:
            yield channel
        if channel in ELECTRONIC or max(figures["valid"], default=0) > valid:
            yield "%s: votes without a ballot" % channel
    marked = b.marked()
    for channel, n in issued.items():
        if n > marked[channel]:
            yield "%s %s > %s" % (channel, n, marked[channel])
    for channel in ("paper", "hands") if b.by_papers() else ():
        if issued[channel] < marked[channel] and not (channel == "hands" and b.meeting):
            yield "%s %s < %s" % (channel, issued[channel], marked[channel])


def t1(b, _args):
    bindings = ("ballots", "marks", "listed", "rules", "told", "acts", "appeals")
    closed = [{k: v for k, v in e.facts.items() if k not in bindings} for e in b.logged("poll:closed")]
    if closed != [b.result["tally"]] or dict(b.marked()) != b.result["tally"]["by_channel"]:
        yield "result.json"
    tally = b.result["tally"]
    if b.present() != tally["present"] or (len(b.roll), len(tally["counts"])) != (
        tally["roll"],
        len(b.frozen["options"]),
    ):
        yield "present"
    if of_papers(b) != {name: tally[name] for name in ("issued", "returned", "late") if name in tally}:
        yield "papers"
    if b.full and recount(b) != b.result["tally"]:
        yield canonical(recount(b))
    elif counted_on_sheets(b) != told_of_sheets(b):
        yield "sheets.json"


def of_papers(b):
    """What the tally says of papers; the late marks as it has them, which U2 holds against the log."""
    if not b.by_papers():
        return {}
    late = b.result["tally"].get("late", 0)
    return {"issued": b.papers("issued")["paper"], "returned": b.papers("returned")["paper"], "late": late}


def counted_on_sheets(b):
    """What the sheets give, which everybody can add up: for each channel the votes of each option; blank, invalid."""
    counts, blank, invalid = {}, 0, 0
    for channel, figures in b.counting():
        sums = counts.setdefault(channel, [0] * len(figures["valid"]))
        counts[channel] = [a + n for a, n in zip(sums, figures["valid"])]
        blank, invalid = blank + figures["blank"], invalid + figures["invalid"]
    return counts, blank, invalid


def told_of_sheets(b):
    tally = b.result["tally"]
    counts = {c: n for c, n in tally["counts_by_channel"].items() if c not in ELECTRONIC}
    return counts, tally["blank"], tally["invalid"]


def recount(b):
    newest = {}
    for ballot in b.ballots:
        if b.secret:
            newest[ballot["key"]] = ("phone", ballot["choice"])
        elif ballot["rev"] >= newest.get(unit_of(ballot), (0,))[0]:
            counts = "void" not in ballot
            newest[unit_of(ballot)] = (ballot["rev"], ballot["channel"], ballot["choice"] if counts else None)
    parts, blank, invalid = {}, 0, 0
    for *_, channel, choice in newest.values():
        if choice is None:
            continue
        parts.setdefault(channel, Counter()).update(choice)
    for channel, figures in b.counting():
        parts.setdefault(channel, Counter()).update(dict(enumerate(figures["valid"], 1)))
        blank, invalid = blank + figures["blank"], invalid + figures["invalid"]
    options = range(1, len(b.frozen["options"]) + 1)
    return {
        "roll": len(b.roll),
        "present": b.present(),
        "by_channel": dict(b.marked()),
        "counts": [sum(part[n] for part in parts.values()) for n in options],
        "counts_by_channel": {c: [part[n] for n in options] for c, part in parts.items()},
        "blank": blank,
        "invalid": invalid,
        **of_papers(b),
    }


def told_acts(b):
    """How acts on others' votes ended, as the last entry that tells of them has it."""
    told = telling(b)
    return told.facts.get("acts", {}) if told and told.form == 2 else {}


def telling(b):
    """The last entry that tells how acts on others' votes ended; None: the poll is not counted."""
    return next(reversed(b.logged("poll:declared") or b.logged("poll:closed")), None)


def w1(b, _args):
    """Acts on others' votes: void ballots, superseded ones and decided contests are as many as were told."""
    if b.format != 3:
        return
    acts = told_acts(b)
    logged = Counter(e.facts["why"] for e in b.logged("ballot:voided"))
    listed_void = Counter() if b.secret else Counter(x["void"] for x in b.ballots if "void" in x)
    if logged != listed_void or any(acts.get(why, 0) != n for why, n in logged.items()):
        yield "ballots that do not count"
    if any(name not in VOID and name not in ENDED for name in acts) or set(acts) & VOID - set(logged):
        yield "acts"
    pairs = [] if b.secret else zip(b.ballots, b.ballots[1:])
    own = sum(
        1
        for before, after in pairs
        if before["unit"] == after["unit"]
        and before["channel"] in ("assisted", "proxy")
        and after["channel"] == "phone"
        and "void" not in before
    )
    if acts.get("superseded", 0) != own:
        yield "superseded"
    rulings = b.logged("contest:ruled")
    ruled = {e.facts["contest"]: e.facts["upheld"] for e in rulings}
    if len(ruled) != len(rulings):
        yield "a contest was decided twice"
    told = [e for e in rulings if telling(b) is None or e.number < telling(b).number]
    decided = Counter("upheld" if e.facts["upheld"] else "dismissed" for e in told)
    undecided = acts.get("undecided", 0)
    if any(acts.get(name, 0) != decided[name] for name in ("upheld", "dismissed")) or (
        acts.get("contested", 0) < len(told) + undecided
    ):
        yield "contests"
    left = [e.facts["contest"] for e in b.logged("contest:undecided")]
    if (
        set(left) & set(ruled)
        or len(left) != len(set(left))
        or len(left) != (undecided if b.logged("poll:declared") else 0)
    ):
        yield "contests that nobody decided"
    in_box = [e.facts["contest"] for e in told if e.facts.get("in_box", False)]
    if acts.get("in_box", 0) != len(in_box) or any(mind(e)[1] and not mind(e)[0] for e in rulings):
        yield "papers in the box"
    for ruling in rulings:
        contest = ruling.facts["contest"]
        said = [e for e in b.logged("contest:opinion") if e.facts["contest"] == contest and e.number < ruling.number]
        newest = {e.by: e for e in said}
        agree = {(e.by, e.facts["office"]) for e in newest.values() if mind(e) == mind(ruling)}
        if not any(one[0] != other[0] and one[1] != other[1] for one in agree for other in agree):
            yield "contest %s: not by two persons of two offices" % contest


def mind(entry):
    """What an opinion or a ruling says of a contested vote: whether it is right, and whether its paper is in the box."""
    return entry.facts["upheld"], entry.facts.get("in_box", False)


def unit_of(ballot):
    return ballot["unit"] if "unit" in ballot else ballot["number"]


def t2(b, _args):
    declared = [e.facts["verdict"] for e in b.logged("poll:declared")]
    if judged(b) != b.result["verdict"] or declared != ([b.result["verdict"]] if b.result["declared"] else []):
        yield canonical(judged(b))
    if b.format == 3 and any(e.facts["tally"] != b.result["tally"] for e in b.logged("poll:declared")):
        yield "tally"


def judged(b):
    rule, tally, kind = b.frozen["rule"], b.result["tally"], b.frozen["kind"]
    whole, counts = tally["roll"] if rule["base"] == "all" else tally["present"], tally["counts"]
    quorum = compared(tally["present"], tally["roll"], rule["quorum"]) if rule["quorum"] else None
    leading = counts[0] if kind == "motion" else max(counts)
    winners, tied = [1] if kind == "motion" and compared(counts[0], whole, rule["majority"])["met"] else [], False
    if kind != "motion":
        places = b.frozen["max_choices"] if kind == "approval" else 1
        met = [(-c, n) for n, c in enumerate(counts, 1) if compared(c, whole, rule["majority"])["met"]]
        strong = sorted(met)
        winners = [n for _, n in strong]
        if len(strong) > places:
            winners = [n for c, n in strong[:places] if c < strong[places][0]]
            tied = len(winners) < places
    outcome = "carried" if winners else "not_carried"
    if quorum and not quorum["met"]:
        outcome, winners, tied = "inquorate", [], False
    majority = compared(leading, whole, rule["majority"])
    return {"outcome": outcome, "quorum": quorum, "majority": majority, "winners": sorted(winners), "tied": tied}


def compared(part, whole, share):
    if not fits(share, SHARE):
        raise ValueError("no share")
    of, strict = Fraction(share["of"]), share["strict"]
    exact = of * whole
    needed = int(exact) + 1 if strict else max(1, -int(-exact // 1))
    met = whole > 0 and (part > exact if strict else part >= exact)
    return {"part": part, "whole": whole, "needed": needed, "share": share, "met": met}


def c1(b, _args):
    if b.format == 3:
        yield from c1_sealed(b)
        return
    closes, opens = b.closes_at(), when(b.frozen["opens_at"])
    for entry in b.logged("ballot:cast"):
        if not opens <= entry.at < closes:
            yield "%s" % entry.number
    ended = b.logged("poll:ended")
    for entry in b.logged("unit:marked"):
        by_hand = bool(ended) and entry.facts["channel"] == "hands" and entry.number < ended[0].number
        if entry.facts["late"] != (entry.at >= closes and not by_hand):
            yield "%s" % entry.number
        if entry.facts["channel"] == "hands" and b.meeting and not (by_hand and entry.at == closes):
            yield "%s: hands" % entry.number
    for entry in ended:
        if not closes <= when(b.frozen["closes_at"]) or entry.at < closes or (entry.actor and entry.at != closes):
            yield "%s" % entry.number
    for entry in b.logged("poll:closed"):
        if entry.at < closes:
            yield "%s" % entry.number
    for entry in b.logged("poll:changed"):
        if entry.facts["change"]["kind"] == "extension" and entry.at >= when(b.frozen["closes_at"]):
            yield "%s" % entry.number


def c1_sealed(b):
    closes, planned = b.closes_at(), when(b.frozen["closes_at"])
    announced, closed = b.logged("poll:announced"), b.logged("poll:closed")
    if len(announced) != 1 or len(closed) != 1 or len(b.logged("poll:declared")) > 1:
        yield "announced or closed more or less than once"
    for entry in b.logged("poll:ended"):
        if not closes <= planned or entry.at < closes or (entry.by and entry.at != closes):
            yield "%s" % entry.number
    for entry in closed + b.logged("poll:declared"):
        if entry.at < closes:
            yield "%s" % entry.number
    for entry in b.logged("poll:changed"):
        change = entry.facts["change"]
        if change["kind"] == "extension" and not (entry.at < planned < when(change["closes_at"])):
            yield "%s" % entry.number
        if when(change["confirmed_at"]) != entry.at:
            yield "%s: confirmed at" % entry.number
    yield from annulled_wrongly(b)
    frozen_at = b.frozen.get("announced_at")
    if announced and frozen_at and announced[0].at != when(frozen_at):
        yield "announced at"
    last = (b.logged("poll:ended") or closed)[0].number
    for entry in b.logged("ballot:cast"):
        if not announced[0].number < entry.number < last:
            yield "%s" % entry.number


def annulled_wrongly(b):
    """An annulment names who annulled it, and comes once, after the count."""
    closed = [entry.number for entry in b.logged("poll:closed")]
    annulled = [e for e in b.logged("poll:changed") if e.facts["change"]["kind"] == "annulment"]
    for entry in annulled:
        if "annulled_by" not in entry.facts["change"] or entry.number < max(closed, default=0) or len(annulled) > 1:
            yield "%s: annulled" % entry.number


def m1(b, _args):
    yield from m1_sealed(b) if b.format == 3 else m1_clear(b)


def m1_clear(b):
    ended = b.logged("poll:ended")
    if len(ended) != bool(b.meeting):
        yield "%s endings" % len(ended)
    if not b.meeting:
        return
    subject, here, lines = "meeting:%s" % b.meeting["id"], {}, set()
    called = [e.facts["fingerprint"] for e in b.entries if e.subject == subject and e.tag == "meeting:called"]
    if called != [b.meeting["fingerprint"]]:
        yield subject
    casts = {e.number for e in b.logged("ballot:cast")}
    marks = {e.number for e in b.logged("unit:marked")}
    present = set(ended[0].facts["present"]) if ended else set()
    for entry in b.entries:
        if entry.subject == subject and entry.tag == "arrival:noted":
            if entry.facts["line"] in lines:
                yield "%s: line twice" % entry.number
            lines.add(entry.facts["line"])
            replay(here, entry.facts)
        elif entry.number in casts and entry.facts["number"] not in present_now(here):
            yield "%s: not here" % entry.number
        elif entry.number in casts and ended and entry.number > ended[0].number:
            yield "%s: after the ending" % entry.number
        elif entry.number in marks:
            before = not ended or entry.number < ended[0].number
            there = present_now(here) if before and entry.facts["channel"] != "hands" else present
            if not set(entry.facts["numbers"]) <= there:
                yield "%s: marked, not here" % entry.number
        elif entry in ended:
            if {n for n in present_now(here) if n <= len(b.roll)} != set(entry.facts["present"]):
                yield "%s: present" % entry.number


def m1_sealed(b):
    ended = b.logged("poll:ended")
    if len(ended) != bool(b.meeting):
        yield "%s endings" % len(ended)
    if not b.meeting or not ended:
        return
    subject = "meeting:%s" % b.meeting["id"]
    called = [e.facts["fingerprint"] for e in b.entries if e.subject == subject and e.tag == "meeting:called"]
    if called != [b.meeting["fingerprint"]] or b.entries[0].subject != subject:
        yield subject
    here = ended[0].facts["here"]
    if here != sorted(set(here)) or len(here) > len(b.roll) or not all(map(HASH, here)):
        yield "here"
    for mark in b.marks:
        if mark["channel"] == "hands" and mark["unit"] not in here:
            yield "%s: marked, not here" % mark["unit"][:8]


def replay(here, facts):
    """One line of the door: came, left, or an earlier line undone. What was typed in late changes nothing here."""
    if facts["number"] is None or facts["late"]:
        return
    mine = here.setdefault(facts["number"], [])
    if facts["kind"] == "undone":
        here[facts["number"]] = [line for line in mine if line[0] != facts["undoes"]]
    elif facts["kind"] in ("arrived", "left"):
        mine.append((facts["line"], facts["kind"]))


def present_now(here):
    return {number for number, lines in here.items() if lines and lines[-1][1] == "arrived"}


def a1(b, args):
    if b.format != 3:
        if args.assets:
            yield "no list of files in this format"
        return
    if b.assets["fingerprint"] != sha256(canonical(b.assets["files"])):
        yield "assets.json"
    if args.assets:
        yield from served_otherwise(b.assets["files"], args.assets)


class Page(HTMLParser):
    """What a page makes a browser run: addresses of scripts and styles, and whatever stands in the page itself."""

    def __init__(self):
        super().__init__()
        self.addresses, self.inline = [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "script" and not given.get("src"):
            self.inline.append("script")
        if tag == "script" and given.get("src"):
            self.addresses.append(given["src"])
        if tag == "link" and given.get("rel") in ("stylesheet", "preload", "modulepreload", "icon"):
            self.addresses.append(given.get("href") or "")
        if tag in ("iframe", "object", "embed", "base", "style"):
            self.inline.append(tag)
        self.inline += [
            name
            for name, value in attrs
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:")
        ]


def served_otherwise(files, place):
    """Yield what a place serves otherwise than the list says. It is a page's address, or a folder with the files."""
    if not re.match("https?://", place):
        found = read_folder(Path(place)) if Path(place).is_dir() else {}
        for name in sorted(set(files) | set(found)):
            if name not in found or sha256(found[name]) != files.get(name):
                yield name
        return
    page, policy = fetched(place)
    reader = Page()
    reader.feed(page.decode("utf-8", "replace"))
    for what in reader.inline:
        yield "in the page itself: " + what
    if not runs_own_scripts_only(policy):
        yield "the page lets other scripts run: " + (policy or "no policy")
    addresses = [urllib.parse.urljoin(place, address) for address in reader.addresses]
    root = urllib.parse.urljoin(place, "/static/")
    for address in addresses:
        if "/static/" in address:
            root = address[: address.index("/static/") + 8]
    for address in addresses:
        name = urllib.parse.urlsplit(address).path.partition("/static/")[2]
        if name not in files or urllib.parse.urlsplit(address)[:2] != urllib.parse.urlsplit(place)[:2]:
            yield "not in the list: " + address
        elif sha256(fetched(address)[0]) != files[name]:
            yield address
    for name, digest in sorted(files.items()):
        if sha256(fetched(root + name)[0]) != digest:
            yield name


def runs_own_scripts_only(policy):
    rules = {rule.split()[0]: rule.split()[1:] for rule in (policy or "").lower().split(";") if rule.split()}
    return rules.get("script-src", rules.get("default-src")) in (["'self'"], ["'none'"])


def fetched(address):
    """The bytes of an address as a browser gets them, and its policy. Another host is not asked."""
    request = urllib.request.Request(address, headers={"User-Agent": "verify.py", "Accept-Encoding": "identity"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        if urllib.parse.urlsplit(answer.geturl())[:2] != urllib.parse.urlsplit(address)[:2]:
            raise ValueError("sent on to " + answer.geturl())
        return bounded(answer, address, MOST_OF_FILE), answer.headers.get("Content-Security-Policy", "")


def v1(b, args):
    code = re.sub(r"[^A-Z0-9]", "", (args.receipt or "").upper())
    if not args.receipt:
        return
    if b.secret:
        there = sha256(code) in {ballot["key"] for ballot in b.ballots}
    else:
        newest = {unit_of(e): e["rev"] for e in (b.marks if b.format == 3 else b.roll)}
        there = any(x["receipt"] == code and newest.get(unit_of(x)) == x["rev"] for x in b.ballots)
    if not there:
        yield args.receipt


CHECKS = [
    ("F1", f1),
    ("F2", f2),
    ("F3", f3),
    ("L1", l1),
    ("L2", l2),
    ("L3", l3),
    ("L4", l4),
    ("R1", r1),
    ("R2", r2),
    ("R3", r3),
    ("U1", u1),
    ("U2", u2),
    ("B1", b1),
    ("B2", b2),
    ("B3", b3),
    ("S1", s1),
    ("S2", s2),
    ("W1", w1),
    ("T1", t1),
    ("T2", t2),
    ("C1", c1),
    ("M1", m1),
    ("A1", a1),
    ("V1", v1),
]


def parser():
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("bundle")
    read.add_argument("--head", help="公示上的日志核对码 / the head of the log as printed on a notice")
    read.add_argument("--receipt", help="回执码 / a receipt code")
    read.add_argument(
        "--assets", help="村里网页的地址，或装着网页文件的文件夹 / the address of a page, or a folder with its files"
    )
    return read


def arguments(head=None, receipt=None, assets=None):
    """What else may be asked of a bundle, for who calls this from a program."""
    return argparse.Namespace(head=head, receipt=receipt, assets=assets)


def main(words=None):
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    args = parser().parse_args(words)
    try:
        bundle = Bundle(read_files(Path(args.bundle)))
    except Unreadable as error:
        print("读不了 / cannot be read: %s" % plain(error))
        return 2
    failed = 0
    for code, wrong in all_wrong(bundle, args):
        failed += bool(wrong)
        tell(code, wrong, bundle, args)
    if bundle.full is not True:
        print(
            "（公开数据包不含选择，B3 和重新计票只能由监票人核对 / without choices: the recount is the scrutineers'）"
        )
    for change in bundle.changes():
        if change["kind"] == "annulment":
            print(
                "这次表决已被撤销（%s，文书日期 %s）：数字留着，不再作数"
                " / this vote was annulled (%s, paper of %s): the figures stay and decide nothing"
                % (
                    annuller(change),
                    plain(change.get("ruled_on")),
                    plain(change.get("annulled_by")),
                    plain(change.get("ruled_on")),
                )
            )
    if failed:
        print("有 %s 项不对 / %s checks failed" % (failed, failed))
        return 1
    if bundle.untold():
        print(
            "其余通过；有 %s 条旧式日志在外面不能重算，要请村里运行 flask audit verify"
            " / the rest passed; %s entries of the first form cannot be recomputed outside the village"
            % (bundle.untold(), bundle.untold())
        )
        return 3
    print("全部通过 / all passed")
    return 0


def all_wrong(bundle, args):
    """Yield of each check what it found wrong."""
    for code, check in CHECKS:
        try:
            wrong = list(check(bundle, args))
        except Exception as error:  # what is not as the format says fails the check that reads it
            wrong = ["%s: %s" % (type(error).__name__, error)]
        yield code, wrong


def tell(code, wrong, bundle, args):
    asked = {"L2": args.head, "V1": args.receipt, "F3": bundle.format == 3, "A1": bundle.format == 3}.get(code, True)
    mark = "不对 FAIL" if wrong else "通过 OK  " if asked else "未要求 - "
    said = ": " + plain("; ".join(map(str, wrong[:5]))) if wrong else ""
    print("%s %s %s / %s%s" % (mark, code, *NAMES[code], said))


if __name__ == "__main__":
    sys.exit(main())
