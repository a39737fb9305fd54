#!/usr/bin/env python3
"""核对一次投票的数据包 / Check the bundle of one poll. Python 3.8+, standard library only. Format: docs/bundle.md

python3 verify.py BUNDLE [--head "1234 5678 ..."] [--receipt CODE]     BUNDLE: the zip, or a folder with its files
exit code 0: every check passed; 1: a check failed; 2: it cannot be read
"""

import argparse
import hashlib
import json
import re
import sys
import zipfile
from collections import Counter
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path

NAMES = {
    "F1": ("文件与清单一致", "files are those of the manifest"),
    "F2": ("没有电话、身份证号；无记名票旁没有别的", "no phone or identity number; nothing beside a secret ballot"),
    "L1": ("日志一条扣一条", "the log is one chain"),
    "L2": ("公示上的日志摘要在日志里", "the printed head is in the log"),
    "L3": ("各次公示的摘要在日志里", "the heads of all notices are in the log"),
    "R1": ("规则、变更与指纹相符", "rules and changes give the fingerprints in the log"),
    "R2": ("名册与冻结时相同，序号不重复", "the roll is the frozen one, each number once"),
    "U1": ("每个投票单位只用一种方式", "one channel a unit"),
    "B1": ("记名票与日志相符，以最后一次为准", "named ballots are those of the log, the highest revision counts"),
    "B2": ("无记名票编号不重复、已排序、不多于已投单位", "secret keys distinct, sorted, no more than marked entries"),
    "B3": ("无记名票就是计票时的那些票", "the secret ballots are those that were counted"),
    "S1": ("计票单由不同的两个人录入且相同", "sheets entered alike by two different persons"),
    "S2": ("计票单加得拢，不多于登记的人数", "sheets add up and do not exceed who was marked"),
    "T1": ("重新计票，票数相同", "a recount gives the same tally"),
    "T2": ("重新判定，结论相同", "quorum and majority give the same outcome"),
    "C1": ("截止时间与日志相符，没有截止后的票", "closing time follows from the log, no ballot after it"),
    "M1": ("到会的人与签到相符，手机票都是到会的人投的", "who was present is what arrivals give, only they voted"),
    "V1": ("回执在计入的票里", "the receipt is among the counted ballots"),
}
FORMATS = ("consult-bundle/1", "consult-bundle/2")
ELECTRONIC = ("phone", "assisted", "proxy")
PARTS = ("manifest", "rules", "roll", "ballots", "sheets", "log", "heads", "result")
HEX = re.compile(r"[0-9a-f]{32,128}")
PRIVATE = re.compile(r"(?<![0-9A-Za-z])(1[3-9][0-9]{9}|[0-9]{17}[0-9Xx])(?![0-9A-Za-z])")


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

    def __init__(self, path):
        self.files = read_files(Path(path))
        try:
            for part in PARTS:
                setattr(self, part, json.loads(self.files[part + ".json"].decode("utf-8")))
            self.meeting = self.frozen_meeting()
            if self.manifest["format"] != FORMATS[bool(self.meeting)]:
                raise Unreadable("format " + str(self.manifest["format"]))
            self.frozen = self.rules["frozen"]
            self.secret, self.full = self.frozen["secret"], self.manifest["full"]
            self.entries = [Entry(*row) for row in self.log["entries"]]
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise Unreadable("%s: %s" % (type(error).__name__, error))

    def logged(self, tag):
        mine = "poll:%s" % self.frozen["poll"]
        return [e for e in self.entries if e.tag == tag and e.subject == mine]

    def frozen_meeting(self):
        """Of a vote in a meeting, else empty."""
        return self.rules["frozen"].get("meeting", {})

    def changes(self):
        return [e.facts["change"] for e in self.logged("poll:changed")]

    def closes_at(self):
        ended = [e.facts["closes_at"] for e in self.logged("poll:ended")]
        if self.meeting and ended:
            return when(ended[0])
        extended = [c["closes_at"] for c in self.changes() if c["kind"] == "extension"]
        return when(extended[-1] if extended else self.frozen["closes_at"])

    def marked(self):
        return Counter(e["channel"] for e in self.roll if e["channel"])

    def present(self):
        """How many took part; in a meeting: were here at the end of the vote, or voted and went."""
        took_part = {e["number"] for e in self.roll if e["channel"]}
        for entry in self.logged("poll:ended") if self.meeting else []:
            took_part |= set(entry.facts["present"])
        return len(took_part)

    def counting(self):
        """Confirmed sheets that no confirmed sheet corrects, as (channel, figures)."""
        confirmed = [s for s in self.sheets if s["persons"]]
        corrected = {s["corrects"] for s in confirmed}
        return [(s["channel"], agreed(s)) for s in confirmed if s["id"] not in corrected]


class Entry:
    def __init__(self, number, at, actor, tag, subject, facts, previous, digest):
        self.number, self.at, self.actor, self.tag, self.subject = number, when(at), actor, tag, subject
        self.text, self.previous, self.digest = facts, previous, digest
        self.facts = json.loads(facts)

    def recomputed(self, village):
        at = self.at.isoformat(timespec="microseconds")
        return sha256(
            canonical([village, self.number, at, self.actor, self.tag, self.subject, self.text, self.previous])
        )


def read_files(path):
    try:
        if path.is_dir():
            found = [p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
            return {p.relative_to(path).as_posix(): p.read_bytes() for p in found}
        with zipfile.ZipFile(str(path)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile) as error:
        raise Unreadable(str(error))


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


def f2(b, _args):
    for part in PARTS[1:]:
        for text in strings(getattr(b, part)):
            if not HEX.fullmatch(text) and PRIVATE.search(text):
                yield part + ".json: " + PRIVATE.search(text)[0][:5] + "…"
    wanted = {"key"} if b.secret else {"number", "rev", "channel", "receipt"}
    wanted |= {"choice"} if b.full else set()
    wanted |= {"salt"} if b.full and not b.secret else set()
    if any(set(ballot) != wanted for ballot in b.ballots):
        yield "ballots.json"


def strings(value):
    if isinstance(value, dict):
        for name, part in value.items():
            yield str(name)
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)
    elif isinstance(value, str) and value.startswith(("{", "[")):
        yield from strings(json.loads(value))
    elif not isinstance(value, (bool, type(None))):
        yield str(value)


def l1(b, _args):
    for before, entry in zip([None] + b.entries, b.entries):
        if entry.recomputed(b.log["village"]) != entry.digest:
            yield "%s" % entry.number
        if before and (entry.number != before.number + 1 or entry.previous != before.digest):
            yield "%s -> %s" % (before.number, entry.number)


def l2(b, args):
    if args.head and re.sub(r"\D", "", args.head) not in heads(b):
        yield args.head


def heads(b):
    return {digits(e.digest) for e in b.entries} | {digits(b.entries[0].previous)}


def l3(b, _args):
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


def years(at):
    """The year somewhere on earth at an instant: notices are numbered by the village's own."""
    return (at - timedelta(hours=12)).year, (at + timedelta(hours=14)).year


def r1(b, _args):
    fingerprint = sha256(canonical(b.frozen))
    announced = [e.facts["fingerprint"] for e in b.logged("poll:announced")]
    if b.rules["fingerprint"] != fingerprint or announced != [fingerprint]:
        yield "rules.json"
    for entry in b.logged("poll:changed"):
        fingerprint = sha256(canonical({"before": fingerprint, "change": entry.facts["change"]}))
        change = entry.facts["change"]
        if entry.facts["fingerprint"] != fingerprint:
            yield "%s" % entry.number
        if change["asked_by"] == change["confirmed_by"] or change["asked_office"] == change["confirmed_office"]:
            yield "%s: one person" % entry.number


def r2(b, _args):
    size = b.frozen["roll"]["units"]
    rows = [[e["number"], e["commitment"]] for e in b.roll]
    added = [[c["number"], c["commitment"]] for c in b.changes() if c["kind"] == "addition"]
    if sha256(canonical(rows[:size])) != b.frozen["roll"]["digest"] or rows[size:] != added:
        yield "roll.json"
    if [n for n, _ in rows] != list(range(1, len(rows) + 1)) or len({c for _, c in rows}) != len(rows):
        yield "roll.json: twice"


def u1(b, _args):
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


def b1(b, _args):
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
    receipts = [ballot["receipt"] for ballot in b.ballots]
    if len(set(receipts)) != len(receipts) or not all(re.fullmatch("[2-9A-HJKMNP-Z]{16}", r) for r in receipts):
        yield "receipts"


def bad_choice(b, choice):
    most = b.frozen["max_choices"] if b.frozen["kind"] == "approval" else 1
    return not 1 <= len(set(choice)) == len(choice) <= most or not all(
        1 <= c <= len(b.frozen["options"]) for c in choice
    )


def b2(b, _args):
    if not b.secret:
        return
    keys = [ballot["key"] for ballot in b.ballots]
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
    entered = {(e.facts["sheet"], e.actor): (e.facts["digest"], e.facts["picture"]) for e in b.logged("sheet:entered")}
    opened = {e.facts["sheet"]: (e.facts["channel"], e.facts["corrects"]) for e in b.logged("sheet:opened")}
    confirmed = {e.facts["sheet"]: e.facts for e in b.logged("sheet:confirmed")}
    for sheet in b.sheets:
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
    for channel, n in issued.items():
        if n > b.marked()[channel]:
            yield "%s %s > %s" % (channel, n, b.marked()[channel])


def t1(b, _args):
    closed = [{k: v for k, v in e.facts.items() if k != "ballots"} for e in b.logged("poll:closed")]
    if closed != [b.result["tally"]]:
        yield "result.json"
    if b.full and recount(b) != b.result["tally"]:
        yield canonical(recount(b))


def recount(b):
    newest = {}
    for ballot in b.ballots:
        if b.secret:
            newest[ballot["key"]] = ("phone", ballot["choice"])
        elif ballot["rev"] >= newest.get(ballot["number"], (0,))[0]:
            newest[ballot["number"]] = (ballot["rev"], ballot["channel"], ballot["choice"])
    parts, blank, invalid = {}, 0, 0
    for *_, channel, choice in newest.values():
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
    }


def t2(b, _args):
    declared = [e.facts["verdict"] for e in b.logged("poll:declared")]
    if judged(b) != b.result["verdict"] or declared != ([b.result["verdict"]] if b.result["declared"] else []):
        yield canonical(judged(b))


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
    of, strict = Fraction(share["of"]), share["strict"]
    exact = of * whole
    needed = int(exact) + 1 if strict else max(1, -int(-exact // 1))
    met = whole > 0 and (part > exact if strict else part >= exact)
    return {"part": part, "whole": whole, "needed": needed, "share": share, "met": met}


def c1(b, _args):
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


def m1(b, _args):
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


def v1(b, args):
    code = re.sub(r"[^A-Z0-9]", "", (args.receipt or "").upper())
    if not args.receipt:
        return
    if b.secret:
        there = sha256(code) in {ballot["key"] for ballot in b.ballots}
    else:
        newest = {e["number"]: e["rev"] for e in b.roll}
        there = any(x["receipt"] == code and newest[x["number"]] == x["rev"] for x in b.ballots)
    if not there:
        yield args.receipt


CHECKS = [
    ("F1", f1),
    ("F2", f2),
    ("L1", l1),
    ("L2", l2),
    ("L3", l3),
    ("R1", r1),
    ("R2", r2),
    ("U1", u1),
    ("B1", b1),
    ("B2", b2),
    ("B3", b3),
    ("S1", s1),
    ("S2", s2),
    ("T1", t1),
    ("T2", t2),
    ("C1", c1),
    ("M1", m1),
    ("V1", v1),
]


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle")
    parser.add_argument("--head", help="公示上的日志摘要 / the head of the log as printed on a notice")
    parser.add_argument("--receipt", help="回执码 / a receipt code")
    args = parser.parse_args(words)
    try:
        bundle = Bundle(args.bundle)
    except Unreadable as error:
        print("读不了 / cannot be read: %s" % error)
        return 2
    failed = 0
    for code, check in CHECKS:
        failed += not passed(code, check, bundle, args)
    if not bundle.full:
        print(
            "（公开数据包不含选择，B3 和重新计票只能由监票人核对 / without choices: the recount is the scrutineers'）"
        )
    print("全部通过 / all passed" if not failed else "有 %s 项不对 / %s checks failed" % (failed, failed))
    return 1 if failed else 0


def passed(code, check, bundle, args):
    try:
        wrong = list(check(bundle, args))
    except Exception as error:  # what is not as the format says fails the check that reads it
        wrong = ["%s: %s" % (type(error).__name__, error)]
    asked = {"L2": args.head, "V1": args.receipt}.get(code, True)
    mark = "不对 FAIL" if wrong else "通过 OK  " if asked else "未要求 - "
    print("%s %s %s / %s%s" % (mark, code, *NAMES[code], ": " + "; ".join(wrong[:5]) if wrong else ""))
    return not wrong


if __name__ == "__main__":
    sys.exit(main())
