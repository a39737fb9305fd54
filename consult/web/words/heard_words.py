"""Texts that are read aloud of a page: title, summary, question, choices and result, and whether its sound is there.

What people wrote is read in its own language, the words between in the reader's. Nothing is here that a stranger may not
read: no draft, no vote of office-holders, nothing that is hidden, withdrawn, cancelled or annulled.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import g
from flask_babel import gettext as _

from consult import clock
from consult.domain import languages
from consult.domain.board.notices import ENDED, NoticeTag
from consult.domain.characters import MASK
from consult.domain.languages import Language
from consult.domain.law.bodies import internal_codes
from consult.domain.polls.change_requests import ChangeKind
from consult.domain.polls.frozen import FrozenPoll
from consult.domain.polls.polls import Tally
from consult.domain.spoken import scripts
from consult.domain.spoken.scripts import Script
from consult.models import Consultation, Meeting, Notice, Poll, Proposal, Village, db
from consult.models.site import sound_queries
from consult.services.polls import closing
from consult.services.site import sounds
from consult.services.site.sounds import Sound
from consult.web import filters, i18n
from consult.web.words import code_words, lists, verdict_words

Said = list[tuple[str, str]]
"""(tag of the language, text)."""
HAN = re.compile("[\u3400-\u9fff\U00020000-\U000323af]")
LATIN_WORD = re.compile("[A-Za-z]{2,}")
CONSULTATIONS, POLLS, NOTICES = "consultations", "polls", "notices"


@dataclass(frozen=True)
class Heard:
    """The sound of a page in the reader's language, and what its address is made of."""

    what: str
    ident: int
    voice: str
    sound: Sound


def reader_language() -> Language | None:
    """Return the language that is read to the reader: the first that has the voice of theirs. None: there is no voice."""
    voice = i18n.language().machine_voice
    return of_voice(voice) if voice else None


def of_voice(voice: str) -> Language | None:
    """Return the first language on offer that a voice reads."""
    return next((one for one in i18n.offered() if one.machine_voice == voice), None)


def voices() -> list[Language]:
    """Return the languages that are read aloud, one for each voice."""
    found: dict[str, Language] = {}
    for one in i18n.offered():
        if one.machine_voice:
            found.setdefault(one.machine_voice, one)
    return list(found.values())


def heard_consultation(consultation: Consultation, votes: Sequence[Poll]) -> Heard | None:
    """Return the sound of a proposal's page; None: it is not there, or not for this reader's language."""
    language = reader_language()
    script = consultation_script(consultation, votes, language) if language else None
    return _heard(CONSULTATIONS, consultation.id, script, language)


def heard_poll(poll: Poll) -> Heard | None:
    """Return the sound of the page of a vote: what is asked, and from the declaration on its result."""
    language = reader_language()
    script = poll_script(poll, language) if language else None
    return _heard(POLLS, poll.id, script, language)


def heard_notice(notice: Notice) -> Heard | None:
    """Return the sound of a notice on the board."""
    language = reader_language()
    script = notice_script(notice, language) if language else None
    return _heard(NOTICES, notice.id, script, language)


def _heard(what: str, ident: int, script: Script | None, language: Language | None) -> Heard | None:
    sound = sounds.find(script) if script is not None else None
    return Heard(what, ident, language.machine_voice, sound) if sound is not None and language is not None else None


def consultation_script(consultation: Consultation, votes: Sequence[Poll], language: Language) -> Script | None:
    """Return what is read of a proposal in a language. `votes`: of it, newest first."""
    proposal = consultation.proposal
    if consultation.withdrawal or consultation.merger or not _is_shown(proposal):
        return None
    with i18n.speaking(language):
        said = [(proposal.language, proposal.title), (proposal.language, proposal.summary), *_cost(proposal.cost_fen)]
        if asked := next((one for one in votes if _is_asked(one)), None):
            said += [_words(_("The question is:")), (proposal.language, asked.question)]
        return _script(consultation.village_id, said)


def poll_script(poll: Poll, language: Language) -> Script | None:
    """Return what is read of a vote in a language."""
    frozen = poll.frozen_poll
    if frozen is None or not poll.stands or poll.body in internal_codes() or not _is_shown(poll.consultation.proposal):
        return None
    with i18n.speaking(language):
        tally = Tally.from_facts(poll.tally.counts) if poll.declaration is not None and poll.tally is not None else None
        said = _result(poll, frozen, tally) if tally is not None else _ballot(poll, frozen)
        return _script(poll.village_id, said)


def notice_script(notice: Notice, language: Language) -> Script | None:
    """Return what is read of a notice in a language: what it is, its matter, and what it tells in one or two sentences."""
    poll, meeting = notice.poll, notice.meeting
    if poll is not None and not _is_told(notice, poll):
        return None
    consultation = poll.consultation if poll is not None else notice.consultation
    if consultation is not None and not _is_shown(consultation.proposal):
        return None
    with i18n.speaking(language):
        said = [_words(code_words.notice(notice.tag, poll.standing if poll is not None else None))]
        if poll is not None:
            said += _of_vote(notice, poll)
        elif meeting is not None:
            said += _of_meeting(notice, meeting)
        elif consultation is not None:
            proposal, spent = consultation.proposal, filters.yuan_short(notice.facts["spent_fen"])
            said += [
                (proposal.language, proposal.title),
                _words(_("All work was accepted by two villagers' representatives.")),
            ]
            said.append(_words(_("Spent in all: %(amount)s yuan.", amount=spent)))
        return _script(notice.village_id, said)


def _is_told(notice: Notice, poll: Poll) -> bool:
    """Tell whether a notice of a vote still holds, and is for everybody."""
    ended = notice.tag in (NoticeTag.POLL_CANCELLED, NoticeTag.POLL_ANNULLED)
    return (poll.stands or ended) and poll.body not in internal_codes()


def _of_vote(notice: Notice, poll: Poll) -> Said:
    proposal, facts, frozen = poll.consultation.proposal, notice.facts, poll.frozen_poll
    if frozen is None:
        return []
    if "tally" in facts:
        return _result(poll, frozen, Tally.from_facts(facts["tally"]))
    if not notice.change_id:
        return _ballot(poll, frozen)
    said = [
        (proposal.language, proposal.title),
        (proposal.language, poll.question),
        _words(code_words.change(facts["kind"])),
    ]
    if facts["kind"] == ChangeKind.EXTENSION:
        said.append(_words(_("It closes on %(when)s.", when=_moment(poll.closes_at))))
    return [*said, *_because(facts.get("reason", ""), proposal.language)]


def _of_meeting(notice: Notice, meeting: Meeting) -> Said:
    facts, language = notice.facts, meeting.language
    said = [(language, meeting.title)]
    if notice.tag is NoticeTag.MEETING_RESULTS:
        votes = sound_queries.votes(facts.get("votes", []))
        for vote in votes:
            tally = Tally.from_facts(vote.tally.counts) if vote.tally is not None else None
            if vote.stands and tally is not None and _is_shown(vote.consultation.proposal):
                outcome = verdict_words.outcome(closing.verdict_of(vote, tally), vote)
                said += [(language, vote.question), _words(outcome)]
        return said
    told = facts if "starts_at" in facts else meeting.frozen or {}
    when = _moment(datetime.fromisoformat(told["starts_at"]))
    if notice.tag is NoticeTag.MEETING_CANCELLED:
        ended = facts.get("kind") == ENDED
        gone = _("It does not go on on %(when)s.", when=when) if ended else _("The meeting was called off.")
        return [*said, _words(gone), *_because(facts.get("reason", ""), language)]
    said += [_words(when), (language, str(told["place"]))]
    said += [(language, facts["title"])] if notice.tag is NoticeTag.AGENDA_ADDED else []
    return [*said, *_because(facts.get("reason", ""), language)]


def _because(reason: str, language: str) -> Said:
    return [_words(_("The reason:")), (language, reason)] if reason else []


def village_scripts(village_id: int) -> Iterator[Script]:
    """Return everything that is read aloud in a village, newest first, in every language that has a voice."""
    since = clock.now() - sounds.SPOKEN_FOR
    with _in_village(db.session.get_one(Village, village_id)):
        votes = sound_queries.polls(village_id, since=since)
        notices = sound_queries.notices(village_id, since=since)
        for language in voices():
            found = [poll_script(poll, language) for poll in votes]
            for consultation in sound_queries.consultations(village_id, since=since):
                of_it = [poll for poll in votes if poll.consultation_id == consultation.id]
                found.append(consultation_script(consultation, of_it, language))
            found += [notice_script(notice, language) for notice in notices]
            yield from (script for script in found if script is not None)


@contextmanager
def _in_village(village: Village) -> Iterator[None]:
    """Let days and hours be those of a village, outside of a request."""
    before = g.get("village")
    g.village = village
    try:
        yield
    finally:
        g.village = before


def _ballot(poll: Poll, frozen: FrozenPoll) -> Said:
    proposal, resolution = poll.consultation.proposal, frozen.resolution
    text = resolution.text if poll.meeting_poll is not None and resolution is not None else ""
    cost = resolution.cost_fen if resolution is not None else proposal.cost_fen
    said = [(proposal.language, proposal.title), (proposal.language, text or proposal.summary), *_cost(cost)]
    said += [_words(_("The question is:")), (proposal.language, poll.question), _words(_("You can choose:"))]
    said += _answers(poll)
    if poll.meeting_poll is not None:
        return [*said, _words(_("It is open until the chair ends it."))]
    opens, closes = _moment(poll.opens_at), _moment(poll.closes_at)
    return [*said, _words(_("Voting opens on %(opens)s and closes on %(closes)s.", opens=opens, closes=closes))]


def _moment(instant: datetime) -> str:
    return f"{filters.day(instant)}，{filters.clock_time(instant)}"


def _answers(poll: Poll) -> Said:
    labels = [code_words.answer(option.label, poll.kind) for option in poll.options]
    if poll.method.fixed_options:
        return [_words(lists.listed(labels))]
    return [(poll.consultation.proposal.language, f"{n}，{label}") for n, label in enumerate(labels, 1)]


def _result(poll: Poll, frozen: FrozenPoll, tally: Tally) -> Said:
    proposal, unit = poll.consultation.proposal, frozen.rule.unit
    verdict = closing.verdict_of(poll, tally)
    said = [(proposal.language, proposal.title), (proposal.language, poll.question), _words(_("The result:"))]
    said.append(_words(verdict_words.outcome(verdict, poll)))
    for option in poll.options:
        label = code_words.answer(option.label, poll.kind)
        counted = code_words.units(tally.counts[option.number - 1], unit)
        said.append(_words(f"{label}：{counted}") if poll.method.fixed_options else (proposal.language, label))
        said += [] if poll.method.fixed_options else [_words(counted)]
    said.append(_words(verdict_words.majority(verdict, frozen.rule, poll)))
    return [*said, _words(verdict_words.quorum(verdict, unit, poll, tally))]


def _cost(fen: int | None) -> Said:
    if fen is None:
        return []
    return [_words(_("Costs %(amount)s yuan.", amount=filters.yuan_short(fen)) if fen else _("Costs nothing."))]


def _is_asked(poll: Poll) -> bool:
    return poll.stands and poll.declaration is None and poll.body not in internal_codes()


def _is_shown(proposal: Proposal) -> bool:
    return MASK not in (proposal.title, proposal.summary)


def _is_chinese(text: str) -> bool:
    """Tell whether a text has more Chinese characters than Latin words, or neither: a sum, a date."""
    return len(HAN.findall(text)) >= len(LATIN_WORD.findall(text)) and any(one.isalnum() for one in text)


def _words(sentence: str) -> tuple[str, str]:
    """Return a sentence of ours, in the language that is spoken."""
    return i18n.tag(), str(sentence)


def _script(village_id: int, said: Iterable[tuple[str, str]]) -> Script | None:
    """Return the script of texts, each in the voice of its language. What no voice reads makes no sound: English."""
    listener = i18n.language().machine_voice
    by_tag = {row.tag: row.machine_voice for row in languages.ALL}
    spoken = [(by_tag.get(tag, listener), text) for tag, text in said if _is_chinese(text)]
    spoken = [(voice, text) for voice, text in spoken if voice]
    return scripts.write(village_id, spoken, rest=(listener, _("The rest stands on the page.")))
