"""What pages say of the parties of a case: who speaks for whom, who left, who stands close to a mediator."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.cases.parties import capacity
from consult.domain.cases.parties.standings import empty_sides
from consult.domain.cases.situation import Kinship, Party, Situation
from consult.domain.cases.states import ENDED, SIDES, CaseState, Standing
from consult.web import filters
from consult.web.words.cases.case_state_words import part
from consult.web.words.lists import dotted, listed, one_after_another


def party_name(s: Situation, party: int | str) -> str:
    """Return the name of a party by its number; empty for none."""
    found = s.party(int(party or 0))
    return found.name if found else ""


def line_fields(found: Mapping[str, str]) -> dict[str, str]:
    """Return the name of each line of a list that has a mistake."""
    lines = {name: name.removeprefix("people_") for name in found if name.startswith("people_")}
    return {name: str(_("Line %(n)s", n=n)) for name, n in lines.items()}


def closeness(mediator: str, found: Any, s: Situation) -> list[str]:
    """Say each ground on which somebody else should mediate than an officer."""
    other = str(_("Somebody else should mediate."))
    said = []
    if found.lives_with:
        said.append(_("%(name)s lives with or is: %(parties)s.", name=mediator, parties=listed(found.lives_with)))
    if found.sits_for:
        said.append(_("%(name)s decides for: %(parties)s.", name=mediator, parties=listed(found.sits_for)))
    said += [_("%(name)s has kept out of this case: %(why)s", name=mediator, why=one.reason) for one in found.recusals]
    lines = [one_after_another((one, other)) for one in said]
    return [*lines, *(related(kinship, s) for kinship in found.kinships)]


def officer(name: str, found: Any) -> str:
    """Return a mediator as forms offer them: one who is close to a party or kept out is never without the hint."""
    if not found.is_known:
        return name
    if found.recusals:
        return str(_("%(name)s (has kept out of this case)", name=name))
    if found.lives_with or found.kinships:
        return str(_("%(name)s (said to be close to a party)", name=name))
    return str(_("%(name)s (decides for a party)", name=name))


def named(party: Party) -> str:
    """Return the name of a party; of somebody who acts for one, with what they are."""
    return party.name if party.part in SIDES else dotted((party.name, part(party.part)))


def speaks(s: Situation, party: Party, today: date) -> str:
    """Return a party as forms offer them, with the statutory representative who speaks for them."""
    if capacity.acts_alone(party, today):
        return party.name
    names = [one.name for one in capacity.guardians(s, party.number)]
    if not names:
        return str(_("%(name)s (needs a statutory representative)", name=party.name))
    return str(_("%(name)s (through %(representative)s)", name=party.name, representative=listed(names)))


def standing(party: Party) -> str:
    """Say how a party left and when; empty for one who takes part."""
    if party.standing is Standing.TAKES_PART:
        return ""
    return str(STANDINGS[party.standing]) % {"day": filters.day(party.left_on) if party.left_on else ""}


STANDINGS: dict[Standing, LazyString] = {
    Standing.TAKES_PART: _l("takes part"),
    Standing.REFUSED: _l("does not want mediation, since %(day)s"),
    Standing.WITHDREW: _l("left on %(day)s"),
    Standing.SETTLED: _l("settled by themselves on %(day)s"),
}


def short_names(names: Sequence[str], *, shown: int = 2) -> str:
    """Return names as lists show them: all of three, of more the first two and how many there are."""
    if len(names) <= shown + 1:
        return listed(names)
    return str(_("%(names)s and others, %(n)s in all", names=listed(names[:shown]), n=len(names)))


def against(names: Sequence[str], applicants: int) -> str:
    """Return both sides of a case in one line; of a line sealed before sides were told apart, all names."""
    sides = [names[:applicants], names[applicants:]] if applicants else [names]
    return " – ".join(short_names(one) for one in sides if one)


def what_follows(before: Situation, after: Situation, state_then: CaseState) -> list[str]:
    """Say before an act by which somebody leaves for whom the mediation ends, and for whom it goes on."""
    stay = {one.number for one in after.sides()}
    leaving = [one.name for one in before.sides() if one.number not in stay]
    if state_then in ENDED:
        ends = _("The mediation ends for everybody.")
        why = _("Nobody is left on one side.") if empty_sides(after) else _("The claim cannot be divided.")
        return [str(ends), str(why)] if after.sides() and len(before.in_dispute()) > len(SIDES) else [str(ends)]
    if not leaving:
        return [str(_("From now on, when one of them leaves, the mediation ends for everybody."))]
    stays = listed(one.name for one in after.sides())
    lines = [
        str(_("Only %(names)s leaves.", names=listed(leaving))),
        str(_("The mediation goes on for: %(names)s.", names=stays)),
    ]
    if before.agreement is not None and after.agreement is None:
        lines.append(str(_("What was agreed has to be written anew for those who stay.")))
    return [*lines, str(_("Who left can come back through the mediators."))]


def related(kinship: Kinship, s: Situation) -> str:
    """Say which relation of a mediator and a party was stated, and by whom."""
    with_whom = {"name": kinship.name, "party": party_name(s, kinship.party), "relation": kinship.relation}
    if kinship.by_desk:
        said = _("%(name)s is related to %(party)s: %(relation)s.", **with_whom)
        return one_after_another((said, _("Somebody else should mediate.")))
    return str(_("A party says that %(name)s is related to %(party)s: %(relation)s.", **with_whom))


def is_asked(s: Situation, number_of_party: int, today: date) -> bool:
    """Tell whether a yes or no is still wanted of somebody: of each party for whom they may answer."""
    return any(one not in s.consents for one in capacity.acts_for(s, number_of_party, today))
