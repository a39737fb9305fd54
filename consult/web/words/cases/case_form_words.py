"""The words for the choices and fields of the forms of a case: choices.toml and act_table.py."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.cases.acts import CaseAct

CODES: dict[str, dict[str, LazyString]] = {
    "kind": {
        "family": _l("marriage and family"),
        "neighbours": _l("neighbours"),
        "homestead": _l("houses and homesteads"),
        "damages": _l("damages"),
        "contract": _l("contracts and debts"),
        "land_forest": _l("hills, forests, land"),
        "expropriation": _l("expropriation"),
        "labour": _l("labour"),
        "village_affairs": _l("village affairs"),
        "environment": _l("environment"),
        "traffic": _l("traffic accidents"),
        "medical": _l("medical treatment"),
        "property_management": _l("property management"),
        "business": _l("business"),
        "consumer": _l("consumers"),
        "other": _l("others"),
    },
    "topic": {
        "land": _l("Fields and hills"),
        "neighbours": _l("Next door"),
        "family": _l("In the family"),
        "water": _l("Water"),
        "money": _l("Money"),
        "other": _l("Another matter"),
    },
    "tag": {
        "marriage": _l("divorce, marriage"),
        "adoption": _l("adoption"),
        "inheritance": _l("inheritance"),
        "support": _l("support of parents and children"),
        "graves": _l("graves"),
        "irrigation": _l("irrigation"),
        "eaves_light_way": _l("eaves, light, way"),
        "loan": _l("a loan"),
        "crop_purchase": _l("sale of crops"),
        "married_out_women": _l("rights of women married out"),
        "poultry_livestock": _l("poultry and livestock"),
        "noise": _l("noise"),
    },
    "consent": {
        "yes": _l("Wants mediation"),
        "no": _l("Does not want it"),
    },
    "openness": {
        "closed": _l("behind closed doors"),
        "open": _l("open, nobody objects"),
    },
    "side": {
        "applicant": _l("applicant too"),
        "respondent": _l("against whom it goes"),
        "agent": _l("speaks for a party, with a letter of authority"),
        "kin": _l("relative or neighbour, both sides agree"),
    },
    "authority": {
        "speak": _l("may speak, not agree"),
        "agree": _l("may agree too"),
    },
    "session_result": {
        "agreed": _l("agreement"),
        "again": _l("go on another day"),
        "failed": _l("no agreement"),
    },
    "agreement": {
        "written": _l("in writing"),
        "oral": _l("by word of mouth"),
    },
    "performed": {
        "all": _l("all of it"),
        "part": _l("part of it"),
        "none": _l("nothing"),
    },
    "confirmation": {
        "confirmed": _l("the court confirms it"),
        "not_confirmed": _l("the court does not confirm it"),
    },
    "court_result": {
        "maintained": _l("the agreement stands"),
        "changed": _l("changed"),
        "annulled": _l("annulled"),
    },
    "level": {
        "town": _l("the town"),
        "county": _l("the county"),
    },
    "prevented": {
        "suicide": _l("a suicide was prevented"),
        "crime": _l("a crime was prevented"),
        "petition": _l("a mass petition was prevented"),
        "fight": _l("an armed fight was prevented"),
    },
    "terminate": {
        "out_of_scope": _l("outside of what mediation may do"),
        "refused_or_quit": _l("a party refuses or walks out"),
        "resolved_elsewhere": _l("it is being settled elsewhere"),
        "impossible": _l("it cannot be mediated"),
        "time_expired": _l("time has run out"),
    },
    "decline": {
        "land_ownership": _l("whose the land or the hill is"),
        "domestic_violence": _l("violence at home"),
        "crime": _l("may be a crime"),
        "public_order": _l("a matter for the police"),
        "in_court": _l("a court or an authority has it already"),
        "reserved": _l("the law gives it to somebody else"),
        "labour_arbitration": _l("goes to labour arbitration first"),
        "no_dispute": _l("not a dispute between people"),
    },
    "goes_to": {
        "town_government": _l("the town or county government"),
        "police": _l("the police, 110"),
        "court": _l("the court that has it"),
        "agency": _l("the authority that the law names"),
        "arbitration": _l("the labour arbitration commission"),
        "committee": _l("the villagers' committee"),
    },
    "way": {
        "call": _l("Ring me"),
        "visit": _l("Come to my house"),
        "come": _l("I come to the committee"),
    },
    "audience": {
        "desk": _l("mediators only"),
        "own": _l("this party and the mediators only"),
        "all": _l("both sides and the mediators read this"),
        "yours": _l("only you and the mediators read this"),
        "yours_named": _l("only you and the mediators read this, also the mediator whom you name"),
        "village": _l("everybody in the village will read this"),
    },
    "lacking": {
        "mediator": _l("the mediator's signature"),
        "seal": _l("the committee's seal"),
        "photo": _l("a photo of the signed page"),
    },
    "what": {
        "page": _l("the case"),
        "volume": _l("the volume"),
        "file": _l("a photo or recording"),
        "paper": _l("a paper"),
        "looks": _l("who looked"),
    },
    "yes_no": {
        "yes": _l("Yes"),
        "no": _l("No"),
    },
}

FIELDS: dict[str, LazyString] = {
    "title": _l("A title for it"),
    "kind": _l("Category"),
    "tag": _l("More exactly"),
    "ground": _l("On which ground"),
    "reason": _l("Reason"),
    "on": _l("On which day"),
    "mediators": _l("Mediators"),
    "mediator": _l("Mediator"),
    "relation": _l("How they are related"),
    "party": _l("Which party"),
    "answer": _l("What they say"),
    "how": _l("How"),
    "name": _l("Name"),
    "code": _l("Household code, if on the roll"),
    "both_agree": _l("Both sides agree to this"),
    "words": _l("What is to be said"),
    "photos": _l("Photos"),
    "voice": _l("A spoken message"),
    "place": _l("Where"),
    "asked": _l("Who was asked"),
    "at": _l("At what time"),
    "present": _l("Who came"),
    "said": _l("What each side said"),
    "checked": _l("What was found to be so"),
    "proposal": _l("What the mediator proposed"),
    "result": _l("Result"),
    "identity_seen": _l("I know them or saw their papers; nothing is copied"),
    "until": _l("Until when"),
    "form": _l("In writing or by word of mouth"),
    "facts": _l("What happened, what is in dispute, who answers for what"),
    "terms": _l("What they agreed"),
    "rows": _l("Who does what by when"),
    "signed": _l("Who has signed on the paper"),
    "mediator_signed": _l("The mediator has signed"),
    "sealed": _l("The committee's seal is on it"),
    "row": _l("Which point"),
    "other_side_says": _l("The other side itself says that it was done"),
    "court": _l("Which court"),
    "number": _l("Number on the paper"),
    "persons": _l("Who was visited"),
    "performed": _l("Was it done?"),
    "satisfied": _l("Are they satisfied?"),
    "sued": _l("Has anybody gone to court?"),
    "danger": _l("What could still go wrong"),
    "measure": _l("What was done about it"),
    "level": _l("To whom"),
    "office": _l("Which department"),
    "topic": _l("What it is about, without a name"),
    "summary": _l("In short"),
    "prevented": _l("What worse thing was prevented"),
    "people": _l("How many people"),
}
"""What a field is called in the form of any act that has it."""

FIELDS_OF_ACT: dict[tuple[CaseAct, str], LazyString] = {
    (CaseAct.ACCEPT, "rights_told"): _l(
        "Their rights and duties were read to them; they know that it is free and can be refused"
    ),
    (CaseAct.ADD_PARTY, "authority"): _l("What the letter allows"),
    (CaseAct.ADD_PARTY, "for_party"): _l("Speaks for"),
    (CaseAct.ADD_PARTY, "phone"): _l("Phone, for the mediators only"),
    (CaseAct.ADD_PARTY, "side"): _l("As what"),
    (CaseAct.AGREE, "asked_written"): _l("A party asks for it in writing"),
    (CaseAct.APPLY, "who_asks"): _l("Who applies"),
    (CaseAct.ARCHIVE, "shelf"): _l("Where it lies"),
    (CaseAct.CONSENT, "sure"): _l("If it is no: I am sure. The mediation then ends"),
    (CaseAct.RECEIPT, "received_by"): _l("Who received it"),
    (CaseAct.REMOVE_PARTY, "member"): _l("Whom"),
    (CaseAct.REPORT_POLICE, "station"): _l("Which police station"),
    (CaseAct.TERMINATE, "told_ways"): _l("They were told of arbitration, the authorities and the court"),
}
"""What a field is called in the form of one act, whatever a field of the same name is called elsewhere."""


def code(of: str, value: str) -> str:
    """Return the words of a choice; `of` is a table of choices.toml."""
    return str(CODES[of][value])


def field(name: str, act: CaseAct) -> str:
    """Return the label of a field in the form of an act. Raises KeyError for a field without one."""
    own = FIELDS_OF_ACT.get((act, name))
    return str(FIELDS[name] if own is None else own)
