"""Notes under the papers of a case: what was corrected or struck (更正), what was entered late (补录)."""

from collections.abc import Iterable

from flask_babel import gettext as _

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.corrected_entries import corrected
from consult.domain.cases.papers import MADE_FROM, SENT, Paper
from consult.domain.cases.situation import ActEntry, Correction
from consult.domain.cases.states import Source
from consult.web import filters
from consult.web.words.cases.case_page_words import struck
from consult.web.words.cases.case_state_words import on_paper
from consult.web.words.cases.papers.parts import Documents, Folder, sentences
from consult.web.words.lists import clauses, one_after_another, within

NAMES = frozenset({CaseAct.FILE, CaseAct.ADD_PARTY})
NOTED: dict[Paper, frozenset[CaseAct]] = {
    **MADE_FROM,
    Paper.RIGHTS: frozenset({CaseAct.ACCEPT, CaseAct.CONSENT}),
    Paper.AGREEMENT: frozenset({CaseAct.AGREE, CaseAct.SIGN}) | NAMES,
    Paper.RECORD: frozenset({CaseAct.HOLD_SESSION}) | NAMES,
    Paper.BACK_COVER: frozenset({CaseAct.ARCHIVE}),
}
"""The entries whose corrections stand under a document; under the remarks stand all."""
ELSEWHERE = frozenset(
    {
        CaseAct.AGREE,
        CaseAct.SIGN,
        CaseAct.DECLINE,
        CaseAct.TERMINATE,
        CaseAct.WITHDRAW,
        CaseAct.SETTLE_THEMSELVES,
        CaseAct.TELL_WAYS,
        CaseAct.ESCALATE,
        CaseAct.RECEIPT,
    }
)
"""Acts whose papers go to others, or are signed by them."""


def with_notes(folder: Folder, paper: Paper, documents: Documents) -> Documents:
    """Return documents, each with the notes on the entry that it was made from; all others stand under the last."""
    if not documents or paper in SENT:
        return documents
    own = {one["entry"]: n for n, one in enumerate(documents) if one.get("entry")}
    under: dict[int, list[str]] = {}
    for number, line in _lines(folder, paper):
        lines = under.setdefault(own.get(number, len(documents) - 1), [])
        if line not in lines:  # two who said yes on one day
            lines.append(line)
    return [
        {**one, "blocks": [*one["blocks"], sentences(*under[n])]} if n in under else one
        for n, one in enumerate(documents)
    ]


def _lines(folder: Folder, paper: Paper) -> Iterable[tuple[int, str]]:
    for entry in corrected(folder.case.written):
        if entry.entered_late and not entry.void and _says_late(folder, paper, entry):
            yield entry.number, _late(entry)
        if paper is not Paper.REMARKS and entry.act not in NOTED.get(paper, frozenset()):
            continue
        for one, old, _new in struck(entry, folder.s):
            if not one.waits:
                yield entry.number, _corrected(entry, one, old)


def _says_late(folder: Folder, paper: Paper, entry: ActEntry) -> bool:
    """Tell whether a paper says that an entry was made late.

    What goes to others or is theirs - an application, an agreement that they sign, a notice, a letter - does not: for those the
    committee's register, or its remarks on the volume, do.
    """
    filed, applied = entry.act is CaseAct.FILE, entry.facts.get("source") == Source.APPLICATION
    if filed:
        return paper is (Paper.REGISTER if applied else Paper.APPLICATION)
    theirs = entry.act in ELSEWHERE and not (entry.act is CaseAct.AGREE and entry.facts.get("form") == "oral")
    if theirs:
        return paper is Paper.REMARKS
    return entry.act in NOTED.get(paper, frozenset()) - NAMES


def _late(entry: ActEntry) -> str:
    what = {"entry": on_paper(entry.act), "happened": filters.long_day(entry.happened)}
    return str(_("“%(entry)s” of %(happened)s was entered late, on %(day)s.", day=filters.long_day(entry.on), **what))


def _corrected(entry: ActEntry, one: Correction, old: list[tuple[str, str]]) -> str:
    """Say who corrected what, when and for which reason, and what stood there."""
    facts = {
        "day": filters.long_day(one.on),
        "name": one.by_name,
        "entry": on_paper(entry.act),
        "old": within(clauses(f"{label} {text}".strip() for label, text in old)) or "—",
        "reason": within(one.reason),
    }
    if one.void:
        said = _("Struck on %(day)s by %(name)s: “%(entry)s”. It said: %(old)s. Reason: %(reason)s.", **facts)
    else:
        said = _("Corrected on %(day)s by %(name)s: “%(entry)s”. It said: %(old)s. Reason: %(reason)s.", **facts)
    seen = _("Confirmed by %(name)s.", name=one.confirmed_by) if one.confirmed_by else ""
    return one_after_another((said, seen))
