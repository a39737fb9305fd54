"""The printed notices for a party whom no message reaches: of a session, of a day that is due. They do not name the matter."""

from typing import Any

from flask_babel import gettext as _

from consult.domain.cases.confidence import telling
from consult.domain.cases.situation import Party
from consult.models import Village, db
from consult.services.cases.reading import Opened
from consult.web import filters
from consult.web.access import today


def kind_of(case: Opened) -> str:
    """Return which notice can be printed now: session, due, or none."""
    row = case.row
    return telling.notices(case.situation, case.state, due_kind=row.due_kind, due_on=row.due_on)


def of_notice(case: Opened, party: Party) -> dict[str, Any]:
    """Return the facts for letter.typ."""
    village = db.session.get_one(Village, case.row.village_id)
    s, session = case.situation, kind_of(case) == "session"
    if session and s.session is not None:
        day, at, place = s.session
        said = _(
            "Please come on %(day)s at %(at)s: %(place)s. Bring your identity card; it is looked at, not copied.",
            day=filters.long_day(day),
            at=filters.typed_time(at),
            place=place,
        )
    else:
        due = filters.long_day(case.row.due_on) if case.row.due_on else ""
        said = _("A day that was agreed comes: %(day)s. If it cannot be kept, tell the mediators before.", day=due)
    return {
        "title": str(_("Notice of a mediation session") if session else _("Notice of a day that is due")),
        "paragraphs": [
            party.name,
            str(said),
            str(_("It costs nothing, and you may say no.")) if session else "",
            str(_("People's Mediation Committee of %(village)s", village=village.name)),
            filters.long_day(today()),
        ],
        "blanks": [str(_("Handed over on")), str(_("Received by"))],
        "note": str(_("Hand it over folded, to nobody but this person. On the envelope stands only the name.")),
    }
