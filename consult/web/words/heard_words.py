"""Texts that are read aloud of a page: title, summary, question, choices and result, and whether its sound is there.

What people wrote is read in its own language, the words between in the reader's. Nothing is here that a stranger may not
read: no draft, no vote of office-holders, nothing that is hidden, withdrawn, cancelled or annulled.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _

from consult import clock
from consult.domain import languages
from consult.domain.characters import MASK
from consult.domain.languages import Language
from consult.domain.law.bodies import internal_codes
from consult.domain.polls.frozen import FrozenPoll
from consult.domain.polls.polls import Tally
from consult.domain.spoken import scripts
from consult.domain.spoken.scripts import Script
from consult.models import Consultation, Poll, Proposal, Village, db
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
CONSULTATIONS, POLLS = "consultations", "polls"


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
        said = _result(poll, frozen) if poll.declaration is not None else _ballot(poll, frozen)
        return _script(poll.village_id, said)


def village_scripts(village_id: int) -> Iterator[Script]:
    """Return everything that is read aloud in a village, newest first, in every language that has a voice."""
    since = clock.now() - sounds.SPOKEN_FOR
    with _in_village(db.session.get_one(Village, village_id)):
        votes = sound_queries.polls(village_id, since=since)
        for language in voices():
            found = [poll_script(poll, language) for poll in votes]
            for consultation in sound_queries.consultations(village_id, since=since):
                of_it = [poll for poll in votes if poll.consultation_id == consultation.id]
                found.append(consultation_script(consultation, of_it, language))
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
    opens, closes = (f"{filters.day(one)}，{filters.clock_time(one)}" for one in (poll.opens_at, poll.closes_at))
    return [*said, _words(_("Voting opens on %(opens)s and closes on %(closes)s.", opens=opens, closes=closes))]


def _answers(poll: Poll) -> Said:
    labels = [code_words.answer(option.label, poll.kind) for option in poll.options]
    if poll.method.fixed_options:
        return [_words(lists.listed(labels))]
    return [(poll.consultation.proposal.language, f"{n}，{label}") for n, label in enumerate(labels, 1)]


def _result(poll: Poll, frozen: FrozenPoll) -> Said:
    proposal, stored = poll.consultation.proposal, poll.tally
    if stored is None:
        return []
    tally, unit = Tally.from_facts(stored.counts), frozen.rule.unit
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
