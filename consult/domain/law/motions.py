"""The gates of a motion before a body: its kind of matter, whose it is, the Party organisation's study, papers, its check."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from consult.domain.law import matters, motion_checks
from consult.domain.law.matters import Matter, MatterPaper
from consult.domain.law.motion_checks import Check
from consult.domain.refusals import Reason, Refused


@dataclass(frozen=True)
class ProposalHistory:
    """The changes of a proposal: when its words were changed last (None: never), and its kinds of matter with whose it is."""

    revised_at: datetime | None = None
    kinds: tuple[tuple[datetime, str, int | None], ...] = ()
    """Oldest first: since when, which code, whose."""

    @property
    def matter(self) -> str | None:
        """The code of the kind it is said to be now; None: nobody has said."""
        return self.kinds[-1][1] if self.kinds else None

    @property
    def group_id(self) -> int | None:
        """The group whose it is said to be, or whose collective's; None: the village's."""
        return self.kinds[-1][2] if self.kinds else None

    def paper_stands(self, paper: MatterPaper, recorded_at: datetime) -> bool:
        """Tell whether a paper that was put on record then is of the proposal as it is now."""
        if paper in matters.OF_THE_WORDS:
            return self.stands(recorded_at)
        return self._is_of_this_kind(recorded_at)

    def stands(self, recorded_at: datetime) -> bool:
        """Tell whether a study or a check that was put on record then is of the proposal as it is now."""
        changed = self.revised_at is not None and self.revised_at > recorded_at
        return not changed and self._is_of_this_kind(recorded_at)

    def _is_of_this_kind(self, recorded_at: datetime) -> bool:
        """Tell whether it was said to be this kind then, or none yet. Said back to what it was, what was recorded holds."""
        said = [kind[1:] for kind in self.kinds if kind[0] <= recorded_at]
        return not said or said[-1] == self.kinds[-1][1:]


@dataclass(frozen=True)
class ItemText:
    """The text with which a motion comes before a body, held against its proposal."""

    differs: bool = False
    """It does not say what the proposal says as it stands now."""
    written_at: datetime | None = None
    """When it was written on the agenda; None: not known. An amendment in the open meeting is not meant: it comes later."""


AS_PROPOSED = ItemText()


@dataclass(frozen=True)
class Motion:
    """The facts on record of a proposal that its gates ask for."""

    revision: int = 1
    """Of the words as they stand now."""
    matter_code: str | None = None
    group_id: int | None = None
    """Whose group's it is, or whose group's collective's; None: the village's."""
    studied: bool = False
    """The Party organisation's study is on record, and neither words nor kind have changed since."""
    check: Check | None = None
    """The newest check, if it is of the words and the kind as they stand now."""
    papers: Collection[MatterPaper] = frozenset()
    """Those on record for the kind as it stands now; signatures for these words."""
    studied_at: datetime | None = None
    """When the newest study that stands was held or put on record."""
    checked_at: datetime | None = None
    signed_at: datetime | None = None
    """When the papers that stand for the words (matters.OF_THE_WORDS) were put on record."""

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

    def of_text(self, text: ItemText) -> "Motion":
        """Return it with what is on record of a text: of one of its own, only what came after it was written."""
        if not text.differs:
            return self

        def stands(recorded_at: datetime | None) -> bool:
            return recorded_at is not None and text.written_at is not None and recorded_at > text.written_at

        return replace(
            self,
            studied=self.studied and stands(self.studied_at),
            check=self.check if stands(self.checked_at) else None,
            papers={one for one in self.papers if one not in matters.OF_THE_WORDS or stands(self.signed_at)},
        )

    def needs_study(self, body: str) -> bool:
        """Tell whether the study is a gate before this body is called, and is not on record."""
        return self.matter is not None and matters.needs_study(self.matter, body) and not self.studied

    def refuse_unless_ripe(
        self,
        title: str,
        body: str,
        group_id: int | None,
        *,
        authorisation: str,
        on: date,
        text: ItemText = AS_PROPOSED,
    ) -> None:
        """Refuse a motion that may not be put before a body of this group, or of the village, with this text.

        Bodies that only prepare ask for nothing. Nothing of it is waived: no article knows an exception.
        `authorisation`: the assembly's, as an officer wrote it down for the call; its paper on record does as well.
        `on`: the day of the vote, on which the kind of matter must still be one that the law knows.
        """
        if body in matters.PREPARING:
            return
        if self.matter is None:
            raise Refused(Reason.MOTION_WITHOUT_MATTER, title=title)
        if not self.matter.holds_on(on):
            raise Refused(Reason.MATTER_NOT_IN_FORCE, title=title)
        written = authorisation or ("on record" if MatterPaper.AUTHORISATION in self.papers else "")
        if reason := matters.why_not_body(self.matter, body, authorisation=written):
            raise Refused(reason, title=title, bodies=list(self.matter.bodies))
        if reason := matters.why_not_owner(self.matter, self.group_id, group_id):
            raise Refused(reason, title=title)
        if self.needs_study(body):
            raise Refused(Reason.NO_PARTY_STUDY, title=title, source=self.matter.study)
        of_text = self.of_text(text)
        if of_text.needs_study(body):
            raise Refused(Reason.TEXT_NOT_STUDIED, title=title, source=self.matter.study)
        if missing := matters.missing_before(self.matter, body, of_text.papers):
            raise Refused(Reason.PAPER_MISSING, title=title, paper=missing[0].paper.value, source=missing[0].source)
        answers = of_text.check.answers if of_text.check else None
        if reason := motion_checks.why_not(answers, only_advises=self.only_advises):
            raise Refused(reason, title=title)
