"""From codes to sentences, in the reader's language. A test holds each table to its enum."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.people.roles import Role
from consult.domain.refusals import Reason, Refused
from consult.web import filters
from consult.web.words import code_words, meeting_words, version_words
from consult.web.words.cases import case_day_words, case_state_words
from consult.web.words.lists import listed

REFUSALS: dict[Reason, LazyString] = {
    Reason.NOT_SIGNED_IN: _l("Please sign in first."),
    Reason.FORM_OF_ANOTHER: _l("This phone is now %(name)s. Who are you?"),
    Reason.WRONG_DIGITS: _l("These digits are wrong or were used already. Wait for the next ones and try again."),
    Reason.SECOND_PROOF_NEEDED: _l(
        "This village asks its officers for a second proof. Set it up under “Mine”, or sign in with it."
    ),
    Reason.NO_WAY_TO_PROVE: _l(
        "For this you need a household card with a PIN of your own. The village office makes one."
    ),
    Reason.VILLAGERS_ONLY: _l("This is for villagers on the roll. You hold an office here and stand on no roll."),
    Reason.NO_OFFICE_THERE: _l("You hold no office in that village now."),
    Reason.NO_SUCH_OFFICE: _l("This page is for people with another office."),
    Reason.NOT_A_PHONE: _l(
        "This is not a mobile number. Mainland: 11 digits. Hong Kong: 852 and 8 digits. Macau: 853 and 8 digits."
    ),
    Reason.PHONE_WITHOUT_COUNTRY: _l(
        "Is this a number of Hong Kong or Macau? Write 852 before it for Hong Kong, 853 for Macau."
    ),
    Reason.WAIT_FOR_CODE: _l(
        "A code was sent not long ago. You can ask for another in %(minutes)s min. "
        "With the household card, or at the village office, you can come in at once."
    ),
    Reason.CODES_CAPPED: _l(
        "No more codes by phone for today: too many were asked for, or too many wrong ones were typed. "
        "Come in with the household card, or go to the village office; they help you there."
    ),
    Reason.CODE_TOO_SHORT: _l("Please ask for a new code: codes are longer today, to be safe from guessing."),
    Reason.SHORT_CODE: _l("Only %(typed)s digits so far, %(missing)s more to come."),
    Reason.WRONG_CODE: _l("The code is wrong or has expired. Look at the message again, or ask for a new code."),
    Reason.NOT_SHARING: _l("Please enter the code first, then choose who you are."),
    Reason.NO_SUCH_CARD: _l("This card code is not known. Look at the card again, or ask the village clerk."),
    Reason.NO_SUCH_HOUSEHOLD: _l("No household has this code. It looks like 01-001."),
    Reason.CARD_IS_NEW: _l(
        "This card was made while a vote goes on. It can be claimed in %(hours)s hours, so that the house hears of it first."
    ),
    Reason.CARD_CLAIMED: _l("This card has been claimed. Enter its PIN; if it was not you, tell the village clerk."),
    Reason.WEAK_PIN: _l("Choose 6 digits that are not easy to guess: not 111111, not 123456."),
    Reason.WRONG_PIN: _l("The PIN is wrong. Please try again."),
    Reason.WAIT_FOR_PIN: _l("Too many tries. Please try again in %(minutes)s min."),
    Reason.PINS_CAPPED: _l(
        "Too many wrong digits were typed today, perhaps by somebody else. A phone that came in this way before still "
        "comes in. On this one, come in by a code to your phone, try again tomorrow, or go to the village office."
    ),
    Reason.NOT_ON_THE_ROLL_NOW: _l(
        "Only adults who stand on the village roll can sign in, hold an office, or get a number or a card."
    ),
    Reason.REQUESTS_WAIT: _l("Five requests of yours wait for an answer. Please wait for those first."),
    Reason.OWN_REQUEST: _l("Somebody else who keeps the roll must answer what you asked yourself."),
    Reason.ERASURE_AGREED: _l(
        "One officer has said yes to this erasure already. Drop it first where changes wait for a second person."
    ),
    Reason.NOT_ON_ROLL: _l("You are not on the roll of this vote."),
    Reason.NO_ADULT_IN_HOUSEHOLD: _l("No adult of this household stands on the roll any more, so nobody votes for it."),
    Reason.VOTER_LEFT: _l("This voter moved away or died after the roll was made. Nobody votes in their place."),
    Reason.NOT_REPRESENTATIVE: _l("One household has one vote, and %(name)s speaks for yours."),
    Reason.HOUSEHOLD_HAS_VOTED: _l("Your household has already voted. %(name)s can change it until voting closes."),
    Reason.POLL_NOT_OPEN_YET: _l("Voting has not opened yet."),
    Reason.POLL_CLOSED: _l("Voting has closed."),
    Reason.OTHER_CHANNEL: _l("This vote was already given another way: below you see by whom, when and how."),
    Reason.NOT_A_CHOICE: _l("Please choose one of the answers."),
    Reason.TOO_MANY_CHOICES: _l("You can choose at most %(most)s."),
    Reason.KEY_USED_DIFFERENTLY: _l("This page was already used to vote. Open the vote again to change it."),
    Reason.NOT_IN_HOUSEHOLD: _l("Only an adult of your own household can speak for it."),
    Reason.ALREADY_VOTED_SECRETLY: _l("Your vote is already in the box. A secret ballot cannot be changed."),
    Reason.NO_SUCH_NUMBER: _l("Not on the roll of this vote: %(numbers)s."),
    Reason.CHANNEL_NOT_OFFERED: _l("This way of voting was not announced for this vote."),
    Reason.HELPER_IS_AUTHOR: _l("Whoever made the proposal cannot fill in for others."),
    Reason.HELPER_IS_VOTER: _l("This is your own vote; you need no helper for it."),
    Reason.HELPER_HELPED_ENOUGH: _l(
        "You have filled in for %(most)s people, which is the most. Somebody else must help."
    ),
    Reason.WITNESS_IS_ANOTHER: _l("The witness must be a third person: neither the voter nor you."),
    Reason.WITNESS_OF_HELPERS_HOUSE: _l("The witness must be of another house than yours."),
    Reason.VOTED_ANOTHER_WAY: _l("These have voted another way already, nobody was marked: %(numbers)s."),
    Reason.NO_PROXY_FOR_HOUSEHOLDS: _l(
        "A household has one vote and needs no letter: let the house choose who speaks for it."
    ),
    Reason.PROXY_OF_ANOTHER: _l("You can vote with a letter only for another adult of your own household."),
    Reason.ONE_PROXY_EACH: _l("You have voted with a letter for somebody already; one person can hold one letter."),
    Reason.NOTHING_TO_CONTEST: _l(
        "Nobody else has done anything with this vote, so there is nothing to say against it."
    ),
    Reason.ACT_CONTESTED: _l(
        "The voter says of this vote that it is not so. Two officers decide; nobody else changes it."
    ),
    Reason.ACT_CONFIRMED: _l("The voter has said that this vote is right. Only the voter can change it now."),
    Reason.LETTER_VOTE_STAYS: _l(
        "You have voted with this letter; that vote stays. Only the one who wrote it can vote anew, in person."
    ),
    Reason.LETTER_OF_OWN_HOUSE: _l("This letter is of your own house. Somebody of another house must look at it."),
    Reason.LETTER_LOOKED_AT: _l(
        "This letter was looked at already. Its photo is shown only while its vote is contested, and at the recount."
    ),
    Reason.LETTERS_WAIT: _l("Letters of proxy wait for somebody to look at them. Then the votes are counted."),
    Reason.SECRET_NO_LETTERS: _l(
        "A secret vote is not given with a letter, unless law or charter allow it; then it is shown at the door of the meeting."
    ),
    Reason.ANSWERED_OTHERWISE: _l("This was answered otherwise already. Please look at the page again."),
    Reason.NOT_THE_WITNESS: _l("Only who was named as the witness, or the voter, can say so."),
    Reason.WITNESS_PROVES_NOW: _l(
        "A secret vote cannot be taken out of the box again: the witness must type their own PIN here and now."
    ),
    Reason.VOTE_GIVEN_ANEW: _l("This no longer stands: the vote was given anew, or taken back."),
    Reason.CONTESTS_WAIT: _l(
        "Somebody says of a vote that it is not so. Two officers must decide that first; then the result can be declared."
    ),
    Reason.CONTEST_OF_OWN_ACT: _l("This is about something that you did yourself. Others must decide."),
    Reason.CONTEST_OF_OWN_HOUSE: _l("This is about a vote of your own house. Others must decide."),
    Reason.MARK_OF_OWN_HOUSE: _l(
        "Of your own house, nothing was changed: %(numbers)s. An officer of another house must do these."
    ),
    Reason.HELPER_WAS_CONTESTED: _l(
        "Two officers found that an earlier vote for this person was not so. Somebody else must do it this time."
    ),
    Reason.CONTEST_RULED: _l("Two officers have decided this already."),
    Reason.CONTEST_TOUCHES_OUTCOME: _l(
        "Votes that were contested with success, or on which nobody decided in time, are in this count and could change the "
        "result. It cannot be declared."
    ),
    Reason.CONTESTED_BY_HOUSE: _l(
        "Somebody of your house has said so already. Two officers decide on it; once is enough for a house."
    ),
    Reason.CONTEST_OF_RESULT: _l(
        "The result was declared before two officers agreed on this. It is named with the result; nobody decides it any more."
    ),
    Reason.COUNTER_IS_AUTHOR: _l("Whoever made the proposal cannot count its votes."),
    Reason.ENTERED_ALREADY: _l("You have entered this sheet already. Somebody else must enter it now."),
    Reason.SHEET_CONFIRMED: _l("Two people have confirmed this sheet. If it is wrong, open a sheet that corrects it."),
    Reason.SHEETS_OPEN: _l("A count sheet is not confirmed yet. Two people must enter the same figures."),
    Reason.SHEETS_MISSING: _l("People took part on paper or by hand, but no count sheet of it is in yet."),
    Reason.MORE_THAN_MARKED: _l(
        "The sheets say %(counted)s, but only %(marked)s are marked on the roll: %(difference)s too many on the sheets. "
        "Count again. If marks are missing, two officers add them from the signed list."
    ),
    Reason.FEWER_THAN_MARKED: _l(
        "%(marked)s are marked on the roll, but the sheets say %(counted)s: %(difference)s too few on the sheets. "
        "Look for a sheet that is missing. If a mark is wrong, undo it; if a sheet is wrong, correct it."
    ),
    Reason.MORE_RETURNED_THAN_ISSUED: _l(
        "%(counted)s came back, but only %(expected)s were given out: %(difference)s too many. Count both again."
    ),
    Reason.PAPERS_DO_NOT_ADD_UP: _l(
        "Valid, blank and invalid together make %(counted)s, but %(expected)s came back: a difference of %(difference)s. "
        "Count the pile again."
    ),
    Reason.TOO_FEW_FOR_SECRECY: _l(
        "Only %(units)s would be asked: the figures would tell what each one thinks. Ask openly, or ask %(fewest)s or more."
    ),
    Reason.LATE_MARKS_BY_TWO: _l(
        "Voting has closed. Marks are now added and undone by two officers, with a photo of the signed list."
    ),
    Reason.NOT_LATE_TO_UNDO: _l("Voting is still open: simply undo them."),
    Reason.UNDONE_ALREADY: _l("All of these are undone already."),
    Reason.PAPER_RULED_IN_BOX: _l(
        "Two officers have ruled that the paper of such a mark is in the box. The mark stays."
    ),
    Reason.SAY_IF_IN_BOX: _l("Please say whether a paper was given into the box for this mark, or a hand counted."),
    Reason.NOT_LATE_YET: _l("Voting is still open: simply mark them."),
    Reason.PHOTO_OF_LIST_NEEDED: _l("Take a photo of the signed list, so that the second officer sees the signatures."),
    Reason.MARKED_ALREADY: _l("All of these are marked already."),
    Reason.NOT_MARKED: _l("Not marked on paper or by hand: %(numbers)s."),
    Reason.MARKS_ARE_COUNTED: _l(
        "The sheets say %(counted)s and %(marked)s are marked: all marks have their papers, so none can be undone. "
        "If a sheet is wrong, correct it first."
    ),
    Reason.COUNTED_ALREADY: _l("The votes are counted; nothing can be added."),
    Reason.NOT_COUNTED_YET: _l("The votes are just being counted. Please try again in a minute."),
    Reason.POLL_SET_ASIDE: _l("This vote does not add up. It is set aside until it has been looked into."),
    Reason.NO_SEALING_KEY: _l("No key for a secret vote is ready on the server yet. Please try again in a minute."),
    Reason.NOT_TICKING: _l(
        "While a secret vote is open, only those who were assigned to give out paper see who has voted."
    ),
    Reason.NOT_TIME_TO_TICK: _l("This is needed only while a secret vote is open."),
    Reason.TWO_WORKERS: _l("Two different people must carry the box."),
    Reason.SAME_HOUSE: _l("You live in one house with the one who asked. The second person must be of another house."),
    Reason.OWN_RIGHT: _l("This is about you or your own house: two others must do it."),
    Reason.NOT_ON_ROLL_HERE: _l(
        "This person does not count on the roll now: they left, or wait for a second officer. Is it wrong? Take in a roll "
        "with them, then ask again."
    ),
    Reason.OFFICES_CLASH: _l("%(who)s is %(held)s and cannot be %(office)s as well: %(source)s."),
    Reason.KIN_CLASH: _l(
        "%(kin)s of the same house is %(held)s, and near kin cannot hold these two offices: %(who)s cannot be %(office)s. "
        "%(source)s."
    ),
    Reason.TERM_IS_OVER: _l("This term is over already."),
    Reason.BEGAN_TOO_LONG_AGO: _l("No term is that long. Look at the first day again."),
    Reason.TERM_TOO_LONG: _l(
        "A term of this office has %(years)s years and no more: %(source)s. Put the last day earlier."
    ),
    Reason.NOT_THAT_WAY: _l("Nobody comes to this office that way: %(source)s."),
    Reason.OFFICE_OF_THE_ROLL: _l(
        "Only somebody on the roll can be %(office)s. From outside there are clerks, grid workers, mediators, the justice "
        "office and the county operator."
    ),
    Reason.NUMBER_ON_ROLL: _l(
        "This number stands on this village's roll. Give the office to that person, or take another number."
    ),
    Reason.NUMBER_OF_ANOTHER: _l("This number is that of another officer. Look at number and name again."),
    Reason.HOLDS_AN_ACCOUNT: _l(
        "This officer signs in to several villages with one number of their own. No village alone changes it; the operator can."
    ),
    Reason.OFFICE_ENDED: _l("This office has been ended already."),
    Reason.LAST_TWO_OFFICERS: _l(
        "Then there would be no two officers left to give anybody an office. Give it to somebody else first."
    ),
    Reason.TAKES_TWO_OFFICERS: _l("The village runs: offices are given by two officers, on the page of offices."),
    Reason.RIGHT_STOPPED: _l("This was dropped, or the house said no."),
    Reason.RIGHT_IN_FORCE: _l("This holds already. Officers can change it again, two of them."),
    Reason.NOBODY_OF_THE_HOUSE: _l("Name an adult of that house who stands at the desk, or nobody."),
    Reason.NOT_YOUR_HOUSE: _l("Only the person and the adults of that house can say no to this."),
    Reason.SAME_PERSON: _l("This takes two persons; you have done the first half."),
    Reason.SAME_OFFICE: _l("The second person must hold another office than the first."),
    Reason.REQUEST_LAPSED: _l("This was asked for too long ago and lapsed. It can be asked for again."),
    Reason.ASKER_LEFT_OFFICE: _l(
        "Whoever asked for this holds that office no more. Somebody in office must ask again."
    ),
    Reason.PERSON_KNOWN: _l("Somebody of this household with this name and date of birth stands on the roll already."),
    Reason.PERSON_LEFT: _l(
        "%(name)s was noted as moved away or deceased. Look for them on the roll, and bring them back there."
    ),
    Reason.PERSON_ALIKE: _l(
        "This may be somebody who is on the roll already: %(name)s, %(house)s. If so, correct or move them on their own page. "
        "If it is somebody else, say so at the end of this form."
    ),
    Reason.HEAD_BY_TWO: _l(
        "This household has people. Put the person on the roll first; who is head is changed on their page, by two."
    ),
    Reason.HOUSEHOLD_UNKNOWN: _l(
        "No household has the code %(code)s. Look again; for a new household choose its group too."
    ),
    Reason.ALREADY_SO: _l("It is so already. There is nothing to change."),
    Reason.TOO_LATE_TO_UNDO: _l(
        "This has held for more than %(days)s days, so one tap does not take it back. Is it wrong? Go to the village office: "
        "two officers change it with you at the desk, at once."
    ),
    Reason.CARD_BROUGHT_BACK: _l("The house brought this card back before. Only the house itself withdraws it now."),
    Reason.CARD_NOT_BROUGHT_BACK: _l(
        "This card cannot be brought back: it is longer than %(days)s days ago, or the house withdrew it itself. "
        "Two officers make a new one, at the desk at once."
    ),
    Reason.POLL_CANCELLED: _l("This vote was cancelled."),
    Reason.POLL_ANNULLED: _l("This vote was annulled."),
    Reason.ONLY_ANNULLED_NOW: _l(
        "Voting has closed, so this vote is not cancelled any more: its figures stay. "
        "Only a body above can annul it, by a paper with a number and a day."
    ),
    Reason.NOT_COUNTED_BEFORE_ANNULLING: _l(
        "It is not counted yet. A vote is annulled with its figures, so count it first."
    ),
    Reason.CANNOT_ANNUL: _l("By law this office cannot annul a vote of this body."),
    Reason.RULING_OF_ANOTHER_TIME: _l("The paper must be of a day after voting closed, and not of a day to come."),
    Reason.VOTED_BEFORE: _l(
        "The same people have voted on this before. It can be asked again only for a stated ground, "
        "which two persons of different offices put on record: open the page of the matter, “Vote on it again”."
    ),
    Reason.SAME_WORDS_VOTED: _l(
        "The same people have voted on a proposal with the same words, or nearly. Say first, on the page of the matter under "
        "“Votes with the same words”, whether it is the same matter or another one."
    ),
    Reason.SAY_WHY_ANOTHER: _l("Please say in a sentence why it is another matter."),
    Reason.ANOTHER_MATTER_BY_TWO: _l(
        "You, or somebody of your house, said that this is another matter than the one voted on before. "
        "Another officer has to open this vote."
    ),
    Reason.GROUND_DOES_NOT_FIT: _l("This ground does not fit how the earlier vote ended. Choose another one."),
    Reason.NOTHING_TO_REPEAT: _l(
        "These people have not voted on it before, so no ground is needed. Just announce the vote."
    ),
    Reason.VOTE_HOLDS_MATTER: _l(
        "A vote on this matter is announced or waits for its result. Wait for it, or cancel it."
    ),
    Reason.EXTENDED_ALREADY: _l("A vote can be extended only once."),
    Reason.EXTENDED_TOO_FAR: _l("A vote can be made at most %(days)s days longer than was announced."),
    Reason.MATTER_NOT_IN_FORCE: _l(
        "“%(title)s”: on the day of the vote the law has no such kind of matter. Please choose the kind anew."
    ),
    Reason.NOT_LATER: _l("The new closing time must be later than the old one."),
    Reason.ON_ROLL_ALREADY: _l("This voter stands on the roll already."),
    Reason.FROZEN_BEFORE_BUNDLES: _l("This vote was frozen before there were bundles; flask audit verify checks it."),
    Reason.READ_ONLY: _l(
        "An old copy of the records was put back. It can be read, but nothing can be done until this is settled. "
        "Please tell the village affairs supervision committee."
    ),
    Reason.VILLAGE_CLOSED: _l(
        "The pages of this village are closed: everything can be read, and nothing is added or changed any more."
    ),
    Reason.SLUG_TAKEN: _l("A village has this address, or had it before."),
    Reason.STILL_OPEN: _l("Votes, meetings, cases or answers of this village are not at their end yet."),
    Reason.CLOCK_IN_DOUBT: _l(
        "The clock of this site may be wrong, so nothing is opened, closed or counted now. "
        "Nothing is lost. Please try again when the officers have checked the time."
    ),
    Reason.NO_DOUBT: _l("The time is settled already. There is nothing left to do."),
    Reason.TIME_HAS_PASSED: _l("Too much time has passed since this page was opened. Please compare the time again."),
    Reason.ENOUGH_TODAY: _l(
        "You have written a great deal today. The rest can go tomorrow; what you wrote stands below."
    ),
    Reason.DISK_FULL: _l("The server has no room for files at the moment. Please tell whoever runs it."),
    Reason.SERVER_BUSY: _l("Many files arrive at this moment. Please send it again in a minute."),
    Reason.TOO_SLOW: _l(
        "Not all of it arrived, the line was too slow. Please send it again, perhaps with fewer photos."
    ),
    Reason.COLLIDED: _l("Somebody did something at the same moment, so yours was not done. Please send it again."),
    Reason.DATABASE_BUSY: _l("The village is very busy just now, so this was not done. Please send it again."),
    Reason.CHANGED_MEANWHILE: _l(
        "Somebody changed this while you had the page open: %(parts)s. So yours was not done. "
        "Look at it as it stands now, then send it again."
    ),
    Reason.NOT_BY_ONE_ROLL: _l(
        "By this roll %(names)s would hold an office again, or another date of birth would decide who may vote or who "
        "speaks for a house. One officer alone does not decide that: put these rows right, or ask the operator of the "
        "server to take the roll in."
    ),
    Reason.ROLL_CHANGED: _l(
        "The roll was changed meanwhile. Look at what the file would change now, and confirm again."
    ),
    Reason.ROLL_ASKS: _l("The roll still asks %(n)s questions. Answer them first."),
    Reason.NO_SEAT: _l("By the rule that was frozen this person has no vote here."),
    Reason.NOT_ANNOUNCED: _l("The vote has not been announced."),
    Reason.NOTICE_TOO_SHORT: _l(
        "This body needs %(days)s full days of notice. Open later, or write down why it is urgent."
    ),
    Reason.NOTICE_CANNOT_BE_SHORT: _l(
        "The law of this body asks for %(days)s full days of notice and knows no exception. Open later."
    ),
    Reason.PLAN_NOT_OPEN_LONG_ENOUGH: _l(
        "The plan must lie open for %(days)s full days before it is decided. Decide it later."
    ),
    Reason.CLOSES_BEFORE_OPENING: _l("Voting must close after it opens."),
    Reason.OPENS_IN_THE_PAST: _l("The opening time is already past."),
    Reason.BODY_NEEDS_GROUP: _l("A group meeting decides for one group. Choose which."),
    Reason.BODY_IS_VILLAGE_WIDE: _l("This body decides for the whole village, not for one group."),
    Reason.NOT_OF_A_TOWNSHIP: _l("This is the collective organisation of a township. It has no such body."),
    Reason.NO_COLLECTIVE: _l(
        "There is no collective organisation here, so it has no representatives and no directors: its members decide."
    ),
    Reason.BALLOT_REQUIRED: _l("By the rule of the province this is voted by ballot, not by raised hands."),
    Reason.ONLY_TALKED_OVER: _l(
        "“%(title)s” was said to be something to talk over: no vote on it decides. Say which kind of matter it really is."
    ),
    Reason.ROLL_IS_EMPTY: _l(
        "Nobody on the roll may vote in this body. Check the offices and the collective's members."
    ),
    Reason.NO_FORMAL_BASIS: _l("The village has not yet set that phone votes of this body are formal."),
    Reason.NOT_CLOSED_YET: _l("Voting is still going on."),
    Reason.ALREADY_DECLARED: _l("The result is declared already."),
    Reason.PHASE_CLOSED: _l("This cannot be done at this stage of the consultation."),
    Reason.CONSULTATION_ENDED: _l("This proposal was withdrawn or merged; it can only be read."),
    Reason.PRIVATE_NUMBER: _l(
        "“%(found)s” in the text reads as a phone, identity or bank card number. Take it out: everybody would see it."
    ),
    Reason.NOT_PROPOSER: _l("Only whoever made the proposal can do this."),
    Reason.TEXT_FROZEN: _l("A vote on these words is announced, so they cannot be changed any more."),
    Reason.REVISED_MEANWHILE: _l("Somebody has revised the proposal meanwhile. Look at the new words first."),
    Reason.NO_WAY_THERE: _l("The consultation cannot go from this stage to that one."),
    Reason.NO_PAPER_WANTED: _l("A matter of this kind needs no paper beside its vote. Look at the page again."),
    Reason.NOTHING_TO_CARRY_OUT: _l("Nothing has been carried or accepted yet, so there is nothing to carry out."),
    Reason.MONEY_NOT_DECIDED: _l(
        "This money has not been decided. What costs money goes through the four deliberations and a vote that decides; "
        "without one, two officers spend at most what the village's charter names."
    ),
    Reason.OWN_MATTER: _l("This is your own matter, or that of your house: somebody of another house must do it."),
    Reason.NOT_BORNE_OUT: _l(
        "That item of a meeting does not say so. Choose another one, or let a second officer confirm the answer."
    ),
    Reason.NOTHING_TO_TAKE_BACK: _l("There is no answer that could be taken back."),
    Reason.ONLY_INTO_ANOTHER: _l("Choose another consultation that is still going on."),
    Reason.MERGER_WAITS: _l("Somebody has asked already to merge it into another proposal."),
    Reason.MERGER_DECLINED: _l("Whoever proposed it said that the two are not the same. It is not asked for again."),
    Reason.MERGER_OVER: _l("Nothing waits here any more: it was merged, taken back, or said no to."),
    Reason.PROPOSER_SAYS_YES_OR_NO: _l("You proposed it: say yes or no as its proposer."),
    Reason.NO_ANSWER_OWED: _l("The council owes no answer to this proposal now."),
    Reason.ANSWER_EXTENDED: _l("The day for the answer was moved once already. It is not moved again."),
    Reason.ANSWER_LATE: _l("The day for the answer has passed; it cannot be moved any more. Please answer."),
    Reason.EXTENSION_TOO_LONG: _l("Choose a day after the one that holds now, and not later than the form says."),
    Reason.WORDS_CONCERN_YOU: _l(
        "The words are about you, your house or your own proposal, or they are yours. Report them; somebody else decides."
    ),
    Reason.RESTORED_SAME_GROUND: _l(
        "Somebody else decided on an appeal that these words are shown. They can be hidden for another reason only."
    ),
    Reason.RESTORED_SAME_PERSON: _l(
        "You hid these words before, and on an appeal they were shown again. Somebody else must look at them."
    ),
    Reason.APPEAL_CONCERNS_YOU: _l(
        "The appeal is about you, your house or your own proposal. Somebody else must decide it."
    ),
    Reason.WORDS_ARE_VOTED_ON: _l(
        "A vote on these words is announced, and voters must be able to read them. Cancel the vote first."
    ),
    Reason.RECORDING_IS_HIDDEN: _l(
        "Your recording is hidden: no other one takes its place while it is. You can appeal, or write it in the proposal."
    ),
    Reason.WORDS_ARE_HIDDEN: _l("These words are hidden now. Revise the proposal, or wait for the appeal."),
    Reason.NOT_THE_AUTHOR: _l("Only whoever wrote these words can do this."),
    Reason.HIDER_CANNOT_DECIDE: _l("Whoever hid the words cannot decide on the appeal. Somebody else must."),
    Reason.NOTHING_HIDDEN: _l("These words are not hidden."),
    Reason.APPEALED_ALREADY: _l("You have appealed already. Somebody else will look at it."),
    Reason.NO_APPEAL: _l("Nobody has appealed."),
    Reason.APPEAL_ANSWERED: _l("This appeal is answered already."),
    Reason.ENOUGH_APPEALS: _l(
        "Too many appeals came from this number, this phone, this network or this village today. "
        "Please go to the village office: an officer writes it down at once."
    ),
    Reason.NOT_TASK_OWNER: _l("Only the person in charge of this task can do this."),
    Reason.OWNER_CANNOT_ACCEPT: _l("Whoever is in charge of the work cannot accept it."),
    Reason.WORK_NOT_DONE: _l("The person in charge has not said yet that the work is done."),
    Reason.WORK_ACCEPTED: _l("The work has been accepted; nothing can be added."),
    Reason.WORK_RESTS: _l(
        "The proposal is not being carried out now: it is talked over or voted on again. The work rests until it is decided anew."
    ),
    Reason.TASK_WITHDRAWN: _l("This task was withdrawn; nothing can be added."),
    Reason.OWNER_CANNOT_CHANGE: _l("You are in charge of this task: another officer corrects or withdraws it."),
    Reason.MEETING_CALLED: _l("The meeting has been called; its agenda can only grow now."),
    Reason.MEETING_NOT_CALLED: _l("The meeting has not been called yet."),
    Reason.MEETING_NOT_OPEN: _l("The meeting has not been opened yet."),
    Reason.MEETING_OPENED: _l("The meeting has been opened already."),
    Reason.MEETING_CLOSED: _l("The meeting is over."),
    Reason.MEETING_ADJOURNED: _l("The meeting was broken off and goes on another day."),
    Reason.QUORUM_REACHED: _l("Enough are here now: the item can be voted on."),
    Reason.NOT_A_COUNTER: _l("This person may not count votes now."),
    Reason.COUNTERS_OF_ONE_HOUSE: _l(
        "You live in one house with the owner of this phone. Enter what you counted on a phone of your own."
    ),
    Reason.SHEET_ENTERED_AT_HOME: _l(
        "Somebody of your house has entered this sheet already. Another house must enter it."
    ),
    Reason.COUNTER_HAS_NO_PIN: _l("This person has no household card with a PIN. They do it on a phone of their own."),
    Reason.MEETING_GOES_ON: _l("This can be done once the meeting is over."),
    Reason.MEETING_CANCELLED: _l("The meeting was called off."),
    Reason.NO_AGENDA: _l("Write at least one item on the agenda first."),
    Reason.OTHER_BODY_DECIDES: _l("By law another body decides on “%(title)s”: %(bodies)s."),
    Reason.OTHER_ORGANISATION_DECIDES: _l(
        "“%(title)s” is another one's matter: the group, or the collective organisation, whose it is decides on it."
    ),
    Reason.OWNER_NOT_SAID: _l("Say first whose group's matter “%(title)s” is."),
    Reason.MATTER_DECIDED: _l("It has been put to a vote that decides: its kind of matter stays what it was."),
    Reason.PAPER_MISSING: _l("For “%(title)s” a paper is not on record yet: %(paper)s (%(source)s)."),
    Reason.NEEDS_AUTHORISATION: _l(
        "On “%(title)s” this body can decide only if the villagers' assembly has authorised it. Write down when it did."
    ),
    Reason.NO_PARTY_STUDY: _l(
        "On “%(title)s” the village Party organisation's study is not on record. Record it first: %(source)s."
    ),
    Reason.TEXT_NOT_STUDIED: _l(
        "The text of “%(title)s” on the agenda is not the one that the village Party organisation studied. "
        "Have it studied with this text (%(source)s), or leave the text empty: then the proposal's words hold."
    ),
    Reason.MOTION_UNCHECKED: _l("Go through the list of questions of law for “%(title)s” first."),
    Reason.MOTION_UNLAWFUL: _l(
        "By the list of questions “%(title)s” would break the law. It cannot be put to the vote."
    ),
    Reason.MOTION_WITHOUT_MATTER: _l("Say first which kind of matter “%(title)s” is: that tells which body decides."),
    Reason.STEP_OUT_OF_ORDER: _l("An earlier step is missing. Record it first, or write down why the order is left."),
    Reason.NOT_AT_MEETING: _l("This vote is given at the meeting. Sign in there first."),
    Reason.NOT_OF_THE_MEETING: _l("You are not among those called to this meeting."),
    Reason.HOUSEHOLD_IS_HERE: _l("%(name)s has signed in for your household."),
    Reason.DOOR_CODE_OLD: _l("This code is an old one. Scan the one on the screen again."),
    Reason.ONLINE_NOT_OFFERED: _l("By its rule this meeting can only be attended in the room."),
    Reason.LETTER_MISSING: _l("Take a photo of the letter first."),
    Reason.QUORUM_MISSING: _l("Not enough are here yet: %(missing)s more must come before a vote."),
    Reason.ADDED_AFTER_NOTICE: _l(
        "This item did not stand in the notice, which must be out %(days)s full days before. It can be talked over today, "
        "not voted on."
    ),
    Reason.NOT_A_MOTION: _l("Only an item with a proposal can be voted on."),
    Reason.ITEM_CLOSED: _l("This item is closed. What is wrong can be corrected in the minutes."),
    Reason.ITEM_NOT_CURRENT: _l("The meeting is at another item."),
    Reason.AMENDMENT_STANDS: _l(
        "This amendment is the text that is put to the vote now. Put another text to the vote instead; both stay recorded."
    ),
    Reason.TEXT_VOTED_ON: _l("A vote on this text was opened; it cannot be changed any more."),
    Reason.VOTE_IS_OPEN: _l("A vote is going on. End it first."),
    Reason.VOTE_NOT_DECLARED: _l("A vote of this item is not declared yet."),
    Reason.VOTE_NOT_OPEN: _l("This vote is not open."),
    Reason.NOTHING_TO_UNDO: _l("There is nothing here that can be undone."),
    Reason.NOT_CHAIR: _l("Only whoever chaired the meeting can confirm its minutes."),
    Reason.NOT_CONVENER: _l(
        "Meetings of this body are called and run by others. A group head runs those of the own group."
    ),
    Reason.NO_LETTERS_FOR_SEATS: _l("An elected seat cannot be lent: only the holder sits and votes in it."),
    Reason.TOO_LATE_TO_ADD: _l(
        "The meeting ended more than %(days)s days ago: nothing can be added to its record any more, only corrected."
    ),
    Reason.TOO_EARLY_TO_OPEN: _l(
        "It is too early: people are still on their way. It can be opened half an hour before its hour at the earliest."
    ),
    Reason.EARLIER_THAN_CALLED: _l(
        "A meeting can only be moved to a later hour: whoever was told the old one would miss it."
    ),
    Reason.NUMBERS_NOT_HERE: _l("Not at the meeting when it voted: %(numbers)s."),
    Reason.VOTE_OF_MEETING: _l("This vote belongs to a meeting: it is opened, ended and declared there."),
    Reason.ON_AN_AGENDA: _l(
        "It stands on the agenda of a meeting that has been called: until that is over its words stay as they are."
    ),
    Reason.MOTION_REVISED: _l("The words of the motion are not those of the notice any more; it must be called anew."),
    Reason.SCAN_FIRST: _l(
        "Your household was ticked off at the door. To vote by phone, scan the code on the screen first."
    ),
    Reason.HELD_BY_LETTER: _l("Nobody of this unit is in the room: a helper fills in only for somebody who is there."),
    Reason.PETITION_NOT_REACHED: _l("Not enough have signed this petition yet, or it asks for another meeting."),
    Reason.HOLDER_TOO_YOUNG: _l("Only an adult can hold a letter."),
    Reason.AGENDA_FULL: _l("An agenda has at most %(most)s items."),
    Reason.CHAIR_NAMES_ITSELF: _l(
        "The chair decides on votes. Whoever calls the meeting or chairs it names the chair; nobody else names themselves or "
        "somebody of their own house."
    ),
    Reason.DECIDED_HERE: _l(
        "This meeting has voted on it and the result is declared. Another vote on it takes another meeting, with its own notice."
    ),
    Reason.DECIDED_ELSEWHERE_NOW: _l(
        "The same people are being asked about it in another vote. Wait until its result is declared, or cancel it."
    ),
    Reason.CHAIR_NOT_CALLED: _l(
        "Only somebody who is called to the meeting, or holds an office in it, can chair it or keep its record."
    ),
    Reason.KEY_USED: _l("This form was sent before with other words. Open the page again and write it once more."),
    Reason.NOTHING_CHANGES: _l("Place and hour are the old ones: there is nothing to tell anybody."),
    Reason.PETITION_ENDED: _l("A meeting has been called for this petition."),
    Reason.NOT_A_SIGNER: _l("Only those whom the law names can sign this petition."),
    Reason.POSTING_ENDED: _l("The notice no longer hangs. Please tell the village affairs supervision committee."),
    Reason.RESULT_NOT_READY: _l("The result can be posted once every task is done and accepted."),
    Reason.CASE_OTHER_PART: _l("Somebody else of this case has to do this."),
    Reason.CASE_OTHER_STATE: _l("This cannot be done at this point of the case."),
    Reason.CASE_CONSENT_MISSING: _l("Ask both sides first whether they want mediation, and write down their answers."),
    Reason.CASE_NOT_CONFIRMED: _l("The court enforces only what it has confirmed. Without that, one can sue."),
    Reason.CASE_IS_CONFIRMED: _l("The court has confirmed it: it is enforced, nobody has to sue."),
    Reason.CASE_COURT_SILENT: _l("The court has not answered yet. Write down first what it said."),
    Reason.CASE_AGREEMENT_VOID: _l("A court has annulled this agreement; nothing is owed by it any more."),
    Reason.CASE_SAY_WHETHER_CONFIRMABLE: _l(
        "Whether a court confirms this depends on its terms. Say what you have looked at, and why."
    ),
    Reason.CASE_FINDING_OPEN: _l(
        "The visit found something not done or somebody not satisfied. "
        "Urge them, mediate again, or say why it is closed all the same."
    ),
    Reason.CASE_STILL_OWED: _l(
        "Something of the agreement is still owed, and once it is closed nothing more is ticked off. "
        "Say why it is closed all the same."
    ),
    Reason.CASE_NO_SUM: _l("This point has no sum of which a part could be paid. Leave the amount empty."),
    Reason.CASE_TOO_MUCH_PAID: _l("More than is owed: %(left)s yuan are left."),
    Reason.CASE_NOT_OWED_TO: _l("This point is not owed to all whom you ticked."),
    Reason.CASE_PRIVATE_MATTER: _l("This concerns the parties alone; it is not laid before the village."),
    Reason.CASE_NOT_IN_COURT: _l("Nobody has asked the court to confirm it, or it has answered already."),
    Reason.CASE_SENT_ALREADY: _l("It has been handed up or received there already."),
    Reason.CASE_PAPERS_MISSING: _l("Still missing in the volume: %(papers)s."),
    Reason.CASE_TIME_EXPIRED: _l(
        "By our clock the time for mediation ended on %(until)s. If this is what happened, tick that it is right."
    ),
    Reason.CASE_TIME_RUNS: _l(
        "By our clock the time for mediation runs until %(until)s. If it is over all the same, tick that it is right."
    ),
    Reason.CASE_MUST_BE_WRITTEN: _l(
        "This must be in writing: something is done or paid later, or a party asks for it."
    ),
    Reason.CASE_NOT_DUE: _l("The day they agreed on is not over yet."),
    Reason.CASE_CANNOT_BE_CONFIRMED: _l(
        "A court confirms a written agreement in effect, once, and not what its rules leave out."
    ),
    Reason.CASE_CONFIRMATION_LATE: _l(
        "By our clock both had to ask the court by %(until)s. If the court has taken it, tick so."
    ),
    Reason.CASE_BOTH_MUST_AGREE: _l("Others join only when both sides agree."),
    Reason.CASE_AGENT_OF_WHOM: _l("Say for whom they speak and what the letter of authority allows."),
    Reason.CASE_RECEIPT_MISSING: _l("The office above has not given a receipt yet."),
    Reason.CASE_ROW_DONE: _l("This point is done already."),
    Reason.CASE_DANGER_UNSAID: _l(
        "Tick or write at least one thing: a note that says nothing would mark the case all the same."
    ),
    Reason.CASE_TALK_HOW: _l("Write down how they said yes: private talk is shown only with the yes of whose it is."),
    Reason.CASE_OTHER_SIDE_SAYS: _l("Whether it was done is for the other side to say."),
    Reason.CASE_MEDIATOR_IS_PARTY: _l("Whoever is a party cannot mediate."),
    Reason.CASE_NOT_THE_AGENT: _l("The letter of authority does not allow this. The party itself has to answer."),
    Reason.CASE_NOT_A_DRAFT: _l("It has been handed in already."),
    Reason.CASE_PARTY_THERE: _l("This person is in the case already."),
    Reason.CASE_NAME_THERE: _l(
        "Somebody called %(name)s is in the case already. If this is another person, add a word to the name to tell them apart."
    ),
    Reason.CASE_OTHER_SIDE_MISSING: _l("Add the other side first: somebody has to be there on each side."),
    Reason.CASE_BEFORE_STEP: _l("%(step)s. “%(act)s” cannot be earlier than that day."),
    Reason.CASE_EXTENDED_FAR: _l(
        "That is more than half a year from now. If both sides want it so, tick that it is right."
    ),
    Reason.CASE_LATER_STEP: _l(
        "With this, “%(step)s” of %(day)s would no longer stand. Correct or strike that entry first."
    ),
    Reason.CASE_WORDS_SIGNED: _l(
        "They have signed these words: only a new agreement changes them. A name spelt wrong is corrected where it was entered."
    ),
    Reason.CASE_OWN_WORDS: _l("These are a party's own words. Only they can correct them."),
    Reason.CASE_CORRECTION_WAITS: _l("A correction of this entry waits already for somebody to confirm it."),
    Reason.CASE_CORRECTED_OTHERWISE: _l(
        "This entry is not corrected here: do the step once more, or correct the entry it is about."
    ),
    Reason.CASE_NOT_STRUCK: _l("This entry can be corrected but not struck: the case rests on it."),
    Reason.CASE_SECOND_PERSON: _l("Somebody else of the desk, or the party themselves, has to confirm this."),
    Reason.CASE_DUE_BEFORE_AGREED: _l("Line %(n)s is due before the day on which they agreed."),
    Reason.CASE_NOT_IN_HOUSEHOLD: _l("Nobody of this party's name lives in that household."),
    Reason.CASE_REPORT_RUNS: _l("This period is not over yet."),
    Reason.CASE_NOTHING_NEW: _l("Nothing of this is new; it stands in the case already."),
    Reason.CASE_NOT_SURE: _l("This ends something. Look once more at what follows, and say that you are sure."),
    Reason.CASE_PARTY_LEFT: _l("Say who it is. Somebody who left is asked no more; they can come back first."),
    Reason.CASE_REPRESENTATIVE_MISSING: _l(
        "%(name)s is a minor or without full capacity. Add the statutory representative first, who answers and signs."
    ),
    Reason.CASE_REPRESENTATIVE_ACTS: _l(
        "You are a minor or without full capacity: your statutory representative answers and signs for you."
    ),
    Reason.CASE_REPRESENTATIVE_OTHER_SIDE: _l(
        "This person stands on the other side and cannot represent this party. Another representative is needed."
    ),
    Reason.CASE_REPRESENTATIVE_MINOR: _l("A representative must be of full age and capacity."),
    Reason.CASE_PARTY_ACTS_ALONE: _l("This party acts alone. If they cannot, note their capacity first."),
    Reason.CASE_PARTY_IS_BODY: _l("This is an organisation; it acts through its legal representative."),
    Reason.CASE_COURT_FINDS_CAPACITY: _l(
        "Whether an adult lacks full capacity, or has it again, only a court finds. Write the number of its judgment."
    ),
    Reason.CASE_OWN_INCOME_AGE: _l("Own earnings count from 16 to 17 years of age. Write the day of birth too."),
    Reason.CASE_PROOF_MISSING: _l("The proof is missing: the photo, or the tick that you saw the paper."),
    Reason.CASE_ONE_SIDE_CHOOSES: _l("Parties choose one of their own side, and at least one other party chooses."),
    Reason.CASE_HEAD_NAMES: _l(
        "This colleague is close to a party or has kept out. Only the head of mediation can name them all the same."
    ),
    Reason.CASE_MEDIATOR_CLOSE: _l(
        "A mediator you name is close to a party or has kept out. Tick that you name them all the same, with a reason."
    ),
    Reason.CASE_LINE_NOT_ON_ROLL: _l("Line %(n)s: nobody called %(name)s lives in that household."),
    Reason.CASE_NAMES_IN_IT: _l("Everybody will read this. Take the names out: %(names)s."),
}

ROLES: dict[Role, LazyString] = {
    Role.VILLAGER: _l("villager"),
    Role.REPRESENTATIVE: _l("villagers' representative"),
    Role.GROUP_HEAD: _l("group head"),
    Role.COUNCIL_MEMBER: _l("council member"),
    Role.COMMITTEE_MEMBER: _l("villagers' committee member"),
    Role.BRANCH_SECRETARY: _l("Party branch secretary"),
    Role.PARTY_MEMBER: _l("Party member"),
    Role.SUPERVISOR: _l("village affairs supervisor"),
    Role.GRID_WORKER: _l("grid worker"),
    Role.BRANCH_MEMBER: _l("member of the Party branch committee"),
    Role.MEDIATOR: _l("mediator"),
    Role.HEAD_OF_MEDIATION: _l("head of mediation"),
    Role.CLERK: _l("clerk"),
    Role.COUNTY_OPERATOR: _l("county operator"),
    Role.COLLECTIVE_REPRESENTATIVE: _l("collective members' representative"),
    Role.COLLECTIVE_DIRECTOR: _l("director of the collective"),
    Role.COLLECTIVE_SUPERVISOR: _l("supervisor of the collective"),
    Role.JUSTICE_OFFICE: _l("justice office"),
}


def refusal_of_many(error: Refused) -> str:
    """Return the sentence of a refusal, after the name of whom it is about where an act was about many people."""
    said, who = refusal(error), str(error.facts.get("who", ""))
    return said if who in said else str(gettext("%(label)s: %(words)s", label=who, words=said))


def refusal(error: Refused) -> str:
    """Return the sentence that tells why, with the offices it would take where that is the reason."""
    if error.reason is Reason.NO_SUCH_OFFICE:
        offices: Any = error.facts.get("offices", ())
        names = listed(ROLES[Role(value)] for value in offices)
        return str(gettext("This is for: %(offices)s. You do not hold that office.", offices=names))
    if error.reason in (Reason.OFFICES_CLASH, Reason.KIN_CLASH):
        held, office = (role(str(error.facts[which])) for which in ("held", "office"))
        return str(REFUSALS[error.reason]) % {**error.facts, "held": held, "office": office}
    if error.reason is Reason.OFFICE_OF_THE_ROLL:
        return str(REFUSALS[error.reason]) % {"office": role(str(error.facts["office"]))}
    if error.reason is Reason.CHANGED_MEANWHILE:
        parts: Any = error.facts.get("parts", ())
        return str(REFUSALS[error.reason]) % {"parts": listed(version_words.PARTS[one] for one in parts)}
    if error.reason is Reason.OTHER_BODY_DECIDES:
        codes: Any = error.facts["bodies"]
        return str(REFUSALS[error.reason]) % {
            **error.facts,
            "bodies": " / ".join(code_words.body(code) for code in codes),
        }
    if error.reason is Reason.PAPER_MISSING:
        needed = meeting_words.matter_paper(str(error.facts["paper"]))
        return str(REFUSALS[error.reason]) % {**error.facts, "paper": needed}
    if error.reason is Reason.CASE_PAPERS_MISSING:
        papers: Any = error.facts["papers"]
        return str(REFUSALS[error.reason]) % {"papers": listed(case_state_words.paper(code) for code in papers)}
    if error.reason in (Reason.CASE_BEFORE_STEP, Reason.CASE_LATER_STEP):
        return str(REFUSALS[error.reason]) % case_day_words.step_facts(error.facts)
    if error.reason is Reason.CASE_TOO_MUCH_PAID:
        left: Any = error.facts["left"]
        return str(REFUSALS[error.reason]) % {"left": filters.yuan(left)}
    facts = {name: listed(one) if isinstance(one, list | tuple) else one for name, one in error.facts.items()}
    return str(REFUSALS[error.reason]) % {name: _shown(one) for name, one in facts.items()}


def _shown(fact: object) -> object:
    """Return a fact as readers see it: a day with its year."""
    return filters.long_day(fact) if isinstance(fact, date) else fact


def sentence(reason: str) -> str:
    """Return the sentence of a reason that names nothing."""
    return str(REFUSALS[Reason(reason)])


def role(value: str) -> str:
    return str(ROLES[Role(value)])
