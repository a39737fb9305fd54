"""The act that a service is asked for: who acts, when, in which language, under which key of the form."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from consult.domain.audit import COMMAND_KEY
from consult.models import Person


@dataclass(frozen=True)
class Act:
    """The circumstances of one act of a person or of the system; made once for a request by `web.access.act`."""

    village_id: int
    actor_id: int | None
    """None: the system, for example the job runner."""
    now: datetime
    language: str = ""
    """BCP 47 tag of the language in which words of this act are written."""
    key: str = ""
    """Made by the server for one form: the same key does the act once, however often it is sent."""
    by: Person | None = None
    seen: str | None = None
    """The version of what the form was drawn from (domain.versions). None: it rests on no page."""
    by_command: bool = False
    """Done for the person by a command of the operator, who saw them beside the machine; the log says so."""

    @classmethod
    def of(cls, person: Person, *, now: datetime, language: str = "", key: str = "", seen: str | None = None) -> "Act":
        """Return the act of a person in their own village."""
        return cls(person.village_id, person.id, now, language=language, key=key, by=person, seen=seen)

    @classmethod
    def by_system(cls, village_id: int, *, now: datetime) -> "Act":
        """Return an act without an actor: a poll past its closing time, a command of the operator."""
        return cls(village_id, None, now)

    @classmethod
    def by_command_for(cls, person: Person, *, now: datetime) -> "Act":
        """Return an act that a command of the operator does in a person's name."""
        key = f"{COMMAND_KEY}{secrets.token_urlsafe(18)}"
        return cls(person.village_id, person.id, now, key=key, by=person, by_command=True)

    @property
    def said_of_command(self) -> dict[str, bool]:
        """Facts that the log has besides of an act that the operator's command did; none of others."""
        return {"by_command": True} if self.by_command else {}

    @property
    def actor(self) -> Person:
        """Return the person who acts. Raises LookupError for the system."""
        if self.by is None:
            raise LookupError("the system acts here, and no person")
        return self.by
