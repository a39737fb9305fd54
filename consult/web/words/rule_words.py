"""The words for rules of one's own: what a change is, and what it says."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.law.compositions import CompositionWarning, Counted
from consult.domain.law.rule_changes import CharterRule, RuleKind
from consult.models import RuleChange
from consult.web import filters
from consult.web.words import code_words
from consult.web.words.lists import dotted

DUTIES: dict[str, LazyString] = {
    "representatives_meet": _l("The representatives' assembly has not met yet this quarter."),
    "assembly_meets": _l("The villagers' assembly has not met yet this year."),
    "members_meet": _l("The members' assembly of the collective has not met yet this year."),
    "affairs_posted": _l("Nothing has been posted on the board yet this quarter."),
    "committee_appraised": _l("The committee's work has not been appraised yet this year."),
}


COUNTED: dict[Counted, LazyString] = {
    Counted.ALL: _l("members in all: %(number)s"),
    Counted.WOMEN: _l("women: %(number)s"),
    Counted.REPRESENTATIVES: _l("representatives: %(number)s of %(whole)s"),
    Counted.WOMEN_REPRESENTATIVES: _l("women among the representatives: %(number)s of %(whole)s"),
}


def composition(found: CompositionWarning) -> str:
    """Return what of a body's make-up is not as the law has it: how many there are, and how many there should be."""
    rule, of = found.rule, {"number": found.number, "whole": found.whole}
    least = rule.least_of(found.whole)
    if rule.most is None:
        wanted = _("at least %(least)s", least=least)
    elif rule.odd:
        wanted = _("%(least)s to %(most)s, an odd number", least=least, most=rule.most)
    else:
        wanted = _("%(least)s to %(most)s", least=least, most=rule.most)
    counted, law = str(COUNTED[rule.counts]) % of, _("by law: %(wanted)s", wanted=wanted)
    return dotted((counted, law))


def duty(code: str) -> str:
    """Return the line that reminds of a duty."""
    return str(DUTIES[code])


def as_the_law() -> str:
    return str(_("as the law has it"))


def title(change: RuleChange, group: str) -> str:
    """Return what a change is about, in one line."""
    if change.kind is RuleKind.CHARTER:
        return dotted((code_words.body(change.body), group))
    if change.kind is RuleKind.COLLECTIVE:
        return dotted((_("Collective organisation"), group))
    return dotted((_("Who votes in the collective"), change.person.name if change.person else ""))


def particulars(change: RuleChange) -> str:
    """Return what a change says, in one line."""
    if change.kind is RuleKind.CHARTER:
        rule = CharterRule.from_facts(change.facts, change.source)
        said = [
            _("Quorum: %(share)s", share=filters.share_words(rule.quorum)) if rule.quorum else "",
            _("Carried with: %(share)s", share=filters.share_words(rule.majority)) if rule.majority else "",
            _("Days of notice: %(n)s", n=rule.notice_days) if rule.notice_days is not None else "",
            _("Spent without a vote, by two: %(amount)s yuan", amount=filters.yuan(rule.spending_fen))
            if rule.spending_fen is not None
            else "",
            _("Secret votes by letter, shown at the door of the meeting") if rule.secret_letters else "",
        ]
    elif change.kind is RuleKind.COLLECTIVE:
        said = [str(change.facts["name"]) or _("there is none any more")]
    else:
        facts = change.facts
        said = [
            _("Member of a group's collective") if facts["collective_group_id"] else "",
            _("16 or 17, lives by own work") if facts["lives_by_own_labour"] else "",
            _("Without full capacity") if facts["lacks_capacity"] else "",
        ]
    return dotted(said)
