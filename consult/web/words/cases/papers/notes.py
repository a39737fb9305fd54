"""Notes under the papers of a case: what was corrected or struck (更正), what was entered late (补录)."""

from collections.abc import Iterable

from flask_babel import gettext as _

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.corrected_entries import corrected
from consult.domain.cases.papers import MADE_FROM, SENT, Paper
from consult.domain.cases.situation import ActEntry, Correction
from consult.web import filters
from consult.web.words.cases.case_page_words import struck
from consult.web.words.cases.case_state_words import recorded
from consult.web.words.cases.papers.parts import Documents, Folder, sentences
from consult.web.words.lists import clauses, one_after_another

NAMES = frozenset({CaseAct.FILE, CaseAct.ADD_PARTY})
NOTED: dict[Paper, frozenset[CaseAct]] = {
    **MADE_FROM,
    Paper.RIGHTS: frozenset({CaseAct.ACCEPT, CaseAct.CONSENT}),
    Paper.AGREEMENT: frozenset({CaseAct.AGREE, CaseAct.SIGN}) | NAMES,
    Paper.RECORD: frozenset({CaseAct.HOLD_SESSION}) | NAMES,
    Paper.BACK_COVER: frozenset({CaseAct.ARCHIVE}),
}
"""The entries whose corrections stand under a document; under the remarks stand all."""


def with_notes(folder: Folder, paper: Paper, documents: Documents) -> Documents:
    """Return documents with the notes under the last of them."""
    lines = list(_lines(folder, paper)) if documents and paper not in SENT else []
    if not lines:
        return documents
    *others, last = documents
    return [*others, {**last, "blocks": [*last["blocks"], sentences(*lines)]}]


def _lines(folder: Folder, paper: Paper) -> Iterable[str]:
    for entry in corrected(folder.case.written):
        made_from = entry.act in NOTED.get(paper, frozenset())
        if paper is not Paper.REMARKS and not made_from:
            continue
        if entry.entered_late and not entry.void and made_from:
            yield _late(entry)
        for one, old, _new in struck(entry, folder.s):
            if not one.waits:
                yield _corrected(entry, one, old)


def _late(entry: ActEntry) -> str:
    what = {"entry": recorded(entry.act.value), "happened": filters.long_day(entry.happened)}
    return str(_("“%(entry)s” of %(happened)s was entered late, on %(day)s.", day=filters.long_day(entry.on), **what))


def _corrected(entry: ActEntry, one: Correction, old: list[tuple[str, str]]) -> str:
    """Say who corrected what, when and for which reason, and what stood there."""
    facts = {
        "day": filters.long_day(one.on),
        "name": one.by_name,
        "entry": recorded(entry.act.value),
        "old": clauses(f"{label} {text}".strip() for label, text in old) or "—",
        "reason": one.reason,
    }
    if one.void:
        said = _("Struck on %(day)s by %(name)s: “%(entry)s”. It said: %(old)s. Reason: %(reason)s.", **facts)
    else:
        said = _("Corrected on %(day)s by %(name)s: “%(entry)s”. It said: %(old)s. Reason: %(reason)s.", **facts)
    seen = _("Confirmed by %(name)s.", name=one.confirmed_by) if one.confirmed_by else ""
    return one_after_another((said, seen))
