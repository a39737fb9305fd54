"""The words of the page on which a matter is settled on the spot."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LABELS: dict[str, LazyString] = {
    "source": _l("How it came"),
    "topic": _l("What is it about?"),
    "title": _l("A title for it"),
    "applicant": _l("Who brings it"),
    "respondent": _l("The other side"),
    "applicant_code": _l("Household code"),
    "respondent_code": _l("Household code"),
    "on": _l("On which day"),
    "place": _l("Where"),
    "present": _l("Who came"),
    "said": _l("What each side said"),
    "checked": _l("What was found to be so"),
    "terms": _l("What they agreed"),
    "rights_told": _l("Their rights and duties were read to them; they know that it is free and can be refused"),
    "consent_1": _l("Who brings it wants mediation, and said so here"),
    "consent_2": _l("The other side wants mediation, and said so here"),
    "identity_seen": _l("I know them or saw their papers; nothing is copied"),
    "asked_written": _l("A party asks for it in writing"),
    "despite": _l("I have read the hint and name them all the same, for the reason below"),
    "reason": _l("Reason"),
}


def label(name: str) -> str:
    return str(LABELS[name])


def labels() -> dict[str, str]:
    """Return what each field is called."""
    return {name: str(words) for name, words in LABELS.items()}
