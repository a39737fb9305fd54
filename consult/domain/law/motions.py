"""The gates of a motion before a body: its kind of matter, the Party organisation's study, its check."""

from dataclasses import dataclass

from consult.domain.law import matters, motion_checks
from consult.domain.law.matters import Matter
from consult.domain.law.motion_checks import Check
from consult.domain.refusals import Reason, Refused


@dataclass(frozen=True)
class Motion:
    """The facts on record of a proposal that its gates ask for."""

    revision: int = 1
    """Of the words as they stand now."""
    matter_code: str | None = None
    studied: bool = False
    """The Party organisation's study is on record."""
    check: Check | None = None
    """The newest check, if it is of the words as they stand now."""

    @property
    def matter(self) -> Matter | None:
        """The kind of matter; None: not chosen yet."""
        return matters.find(self.matter_code) if self.matter_code else None

    @property
    def open_days(self) -> int:
        """For how many full days the plan must lie open before it is decided, by its kind of matter."""
        return self.matter.open_days if self.matter else 0

    def needs_study(self, body: str) -> bool:
        """Tell whether the study is a gate before this body is called, and is not on record."""
        return self.matter is not None and matters.needs_study(self.matter, body) and not self.studied

    def needs_authorisation(self, body: str) -> bool:
        """Tell whether this body decides only what the assembly has authorised in writing."""
        return self.matter is not None and body in self.matter.authorised

    def refuse_unless_ripe(self, title: str, body: str, *, study_exception: str, authorisation: str) -> None:
        """Refuse a motion that may not be put before a body. Bodies that only prepare ask for nothing.

        `study_exception`, `authorisation`: what an officer wrote down instead of the study, or as authorisation.
        """
        if body in matters.PREPARING:
            return
        if self.matter is None:
            raise Refused(Reason.MOTION_WITHOUT_MATTER, title=title)
        if reason := matters.why_not_body(self.matter, body, authorisation=authorisation):
            raise Refused(reason, title=title, bodies=list(self.matter.bodies))
        if self.needs_study(body) and not study_exception:
            raise Refused(Reason.NO_PARTY_STUDY, title=title)
        if reason := motion_checks.why_not(self.check.answers if self.check else None):
            raise Refused(reason, title=title)
