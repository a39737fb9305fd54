"""What both parties take to the court to have an agreement confirmed, and the committee's note of what courts said.

人民调解法 33; 民事诉讼法 205; 法释〔2011〕5号 3: application, agreement, proof of identity, address and phone of both.
法释〔2015〕5号《民事诉讼法解释》 as well asks for proof that the committee mediated.
"""

from flask_babel import gettext as _

from consult.domain.cases import clocks
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.choices import may_be_confirmed
from consult.domain.cases.confidence import danger
from consult.domain.cases.papers import Paper
from consult.domain.cases.situation import Agreement
from consult.web.words.cases import case_agreement_words
from consult.web.words.cases.case_form_words import code
from consult.web.words.cases.papers.outcomes import points
from consult.web.words.cases.papers.parts import (
    Block,
    Document,
    Documents,
    Folder,
    as_what,
    day,
    document,
    pairs,
    section,
    sentences,
)
from consult.web.words.cases.papers.people import party_lines, persons


def confirmation(folder: Folder) -> Documents:
    """Return what both take to the court, and what it said; there is one once the written agreement is in effect."""
    until, agreed = clocks.confirm_by(folder.s), folder.s.agreement
    asked = folder.s.court_on is not None or folder.last(CaseAct.CONFIRMATION) is not None
    if until is None or agreed is None or not (asked or may_be_confirmed(folder.s.kind, folder.s.tag)):
        return []
    return [_application(folder, agreed), _course(folder)] if asked else [_application(folder, agreed)]


def _application(folder: Folder, agreed: Agreement) -> Document:
    """Return the joint application: it has applicants alone, and nothing in it is of the committee."""
    went = folder.last(CaseAct.APPLY_CONFIRMATION)
    facts = {"day": day(agreed.agreed_on), "committee": folder.committee, "matter": folder.s.title}
    since = day(agreed.effective_on)
    blocks = [
        *_applicants(folder),
        section(
            _("What the applicants ask for"),
            _(
                "That the mediation agreement of %(day)s, made before the %(committee)s, be confirmed as effective.",
                **facts,
            ),
        ),
        section(_("Facts and reasons"), agreed.facts),
        sentences(
            _(
                "Over %(matter)s the applicants came to an agreement before the %(committee)s on %(day)s, "
                "in effect since %(since)s. What they agreed:",
                **facts,
                since=since,
            )
        ),
        section(_("Terms agreed"), agreed.terms),
        points(folder, agreed.rows),
        section(_("Promise of the applicants")),
        sentences(
            _("They made the agreement of their own free will to end their dispute; both want it confirmed."),
            _("They did not conspire against anybody, and do not use the agreement to get round the law."),
            _("Should its terms harm another, they answer for that in civil law and otherwise."),
            _("No party has sued over this dispute; all that they state is true."),
            numbered=True,
        ),
        sentences(
            _(
                "Enclosed: the mediation agreement; proof that the committee mediated; proof of identity and of standing; papers "
                "on property that the agreement concerns; the signed letter of authority of whoever lets somebody else apply; "
                "addresses for service and phones of the applicants."
            )
        ),
        {
            "kind": "addressed",
            "lead": _("Respectfully to"),
            "to": went.facts["court"] if went else "",
            "after": "" if went else _("People's Court"),
        },
    ]
    return document(
        folder,
        Paper.CONFIRMATION,
        _("Application for judicial confirmation"),
        blocks,
        signers=[_as_applicant(line) for line in party_lines(folder)],
        by="",
        above="",
        number="",
        foot=str(_("Application for judicial confirmation")),
        plain=True,
        carry=str(_("Signatures of the applicants for confirmation of the mediation agreement of %(day)s", **facts)),
    )


def _as_applicant(line: str) -> str:
    """Return a signature line of a joint application: both sides apply."""
    of_side = next((word for word in (str(_("Applicant")), str(_("Respondent"))) if line.startswith(f"{word} ")), "")
    return str(_("Applicant")) + line.removeprefix(of_side) if of_side else line


def _applicants(folder: Folder) -> list[Block]:
    """Return the parties as a court wants them: the number of the identity card is filled in by hand."""
    open_to_all = not danger.is_guarded(folder.s)  # both sides sign it
    found = persons(folder, phones=open_to_all, homes=open_to_all)
    applicant = str(_("Applicant"))
    sides = {as_what(one) for one in folder.s.sides()}
    for block in found:
        if block["kind"] == "person":
            block["as"] = applicant if block["as"] in sides else block["as"]
            block["wide"] += [] if block.get("body") else [[_("Identity number, filled in by hand"), ""]]
        else:
            block["rows"] = [[n, applicant if who in sides else who, *more] for n, who, *more in block["rows"]]
            block["head"] = [_("Identity number, by hand") if one == _("Job") else one for one in block["head"]]
            block["by_hand"] = True
            block["widths"] = [0, 0, 0.9, 0, 0, 0, 1.3, 0, 1.1]
    return found


def _course(folder: Folder) -> Document:
    """Return the committee's note of how the application went: what the court said, and what came of it later."""
    went, said = folder.last(CaseAct.APPLY_CONFIRMATION), folder.last(CaseAct.CONFIRMATION)
    agreed, until = folder.s.agreement, clocks.confirm_by(folder.s)
    rows = [
        (_("To the court"), went.facts["court"] if went else ""),
        (_("Number of the agreement"), folder.number),
        (_("In effect since"), day(agreed.effective_on if agreed else None)),
        (_("To be asked for until"), day(until)),
        (_("Asked for on"), day(went.facts["on"]) if went else ""),
        (_("Answer of the court"), code("confirmation", said.facts["result"]) if said else ""),
        (_("Day of the answer"), day(said.facts["on"]) if said else ""),
        (_("Number of the court's decision"), (said.facts.get("number") or "—") if said else ""),
    ]
    later = case_agreement_words.outcome(folder.s, folder.case.entries)
    blocks = [pairs(*rows), section(_("Result"), "\n".join(later))]
    title = _("Course of the judicial confirmation")
    return document(folder, Paper.CONFIRMATION, title, blocks, signers=[str(_("Written down by"))])
