"""The gates of a motion before a body: its kind of matter, whose it is, the Party organisation's study, papers, its check."""

from collections.abc import Collection
from dataclasses import dataclass

from consult.domain.law import matters, motion_checks
from consult.domain.law.matters import Matter, MatterPaper
from consult.domain.law.motion_checks import Check
from consult.domain.refusals import Reason, Refused


@dataclass(frozen=True)
class Motion:
    """The facts on record of a proposal that its gates ask for."""

    revision: int = 1
    """Of the words as they stand now."""
    matter_code: str | None = None
    group_id: int | None = None
    """Whose group's it is, or whose group's collective's; None: the village's."""
    studied: bool = False
    """The Party organisation's study is on record."""
    check: Check | None = None
    """The newest check, if it is of the words as they stand now."""
    papers: Collection[MatterPaper] = frozenset()
    """Those on record."""

    @property
    def matter(self) -> Matter | None:
        """The kind of matter; None: not chosen yet."""
        return matters.find(self.matter_code) if self.matter_code else None

    @property
    def open_days(self) -> int:
        """For how many full days the plan must lie open before it is decided, by its kind of matter."""
        return self.matter.open_days if self.matter else 0

    @property
    def only_advises(self) -> bool:
        """Tell whether no vote on it decides anything, by its kind of matter."""
        return self.matter is not None and self.matter.advisory

    def needs_study(self, body: str) -> bool:
        """Tell whether the study is a gate before this body is called, and is not on record."""
        return self.matter is not None and matters.needs_study(self.matter, body) and not self.studied

    def needs_authorisation(self, body: str) -> bool:
        """Tell whether this body decides only what the assembly has authorised, and the paper is not on record."""
        on_record = MatterPaper.AUTHORISATION in self.papers
        return self.matter is not None and body in self.matter.authorised and not on_record

    def refuse_unless_ripe(self, title: str, body: str, group_id: int | None, *, authorisation: str) -> None:
        """Refuse a motion that may not be put before a body of this group, or of the village.

        Bodies that only prepare ask for nothing. Nothing of it is waived: no article knows an exception.
        `authorisation`: the assembly's, as an officer wrote it down for the call; its paper on record does as well.
        """
        if body in matters.PREPARING:
            return
        if self.matter is None:
            raise Refused(Reason.MOTION_WITHOUT_MATTER, title=title)
        written = authorisation or ("on record" if MatterPaper.AUTHORISATION in self.papers else "")
        if reason := matters.why_not_body(self.matter, body, authorisation=written):
            raise Refused(reason, title=title, bodies=list(self.matter.bodies))
        if reason := matters.why_not_owner(self.matter, self.group_id, group_id):
            raise Refused(reason, title=title)
        if self.needs_study(body):
            raise Refused(Reason.NO_PARTY_STUDY, title=title, source=self.matter.study)
        if missing := matters.missing_before(self.matter, body, self.papers):
            raise Refused(Reason.PAPER_MISSING, title=title, paper=missing[0].paper.value, source=missing[0].source)
        answers = self.check.answers if self.check else None
        if reason := motion_checks.why_not(answers, only_advises=self.only_advises):
            raise Refused(reason, title=title)
