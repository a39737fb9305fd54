"""Phone numbers of the mainland, Hong Kong and Macau: the one idea of a number that every part of the program shares.

Sign-in, the roll, the forms of officers and cases, and the search for private numbers in texts all ask this module.
"""

import re
import unicodedata

from consult.domain.characters import without_stray
from consult.domain.form_errors import FormError

SEPARATORS = r"\s\-‐‑–—―−_.·•・*/()（）"
"""What people write between the groups of a number. A star stands where signs in shops have one: 138*0013*8001."""
UNSEEN = re.compile("[\u20e3\ufe0e\ufe0f\u200c\u200d]")
"""What makes a digit a keycap, and joiners that nobody sees."""
MAINLAND = r"1[3-9]\d{9}"
HONG_KONG = r"[2-9]\d{7}"
MACAU = r"[268]\d{7}"
TAKES_MESSAGES = re.compile(rf"{MAINLAND}|\+852[4-9]\d{{7}}|\+8536\d{{7}}")
"""Mobile numbers of the mainland, Hong Kong and Macau: codes go nowhere else, where a message may cost a lot."""
WRITTEN = re.compile(
    rf"(?:(?:\+|00)?(?:0?86))?0?(?P<mainland>{MAINLAND})"
    rf"|(?:\+|00?)?852(?P<hong_kong>{HONG_KONG})"
    rf"|(?:\+|00?)?853(?P<macau>{MACAU})"
)
"""A number without its separators: with the code of its country, which only the mainland may leave out."""
LOCAL = re.compile(r"[2-9]\d{7}")
"""Eight digits: of Hong Kong or Macau without the code, or of a landline; nobody can tell."""
PLACES = {"中国香港": "852", "中国澳门": "853", "香港": "852", "澳门": "853", "澳門": "853", "HK": "852", "内地": "86"}
"""Words that people write in place of the code, the longer ones first."""


def digits_of(text: str) -> str:
    """Return a text with its digits half width and without keycaps and what nobody sees."""
    return unicodedata.normalize("NFKC", UNSEEN.sub("", without_stray(text)))


def read_phone(text: str) -> tuple[str | None, FormError | None]:
    """Return a phone number in its one stored form (13812345678, +85291234567, +85366123456), or its mistake.

    Takes what people and spreadsheets write: full-width and keycap digits, separators, +86, 0086, (86), +852, 00852, 852,
    +853, the name of the place in place of its code, a trailing .0.
    """
    plain = digits_of(text).strip().upper().removesuffix(".0")
    place = next((name for name in PLACES if name in plain), "")
    plain = PLACES.get(place, "") + (plain.replace(place, "", 1) if place else plain)
    plain = re.sub(f"[{SEPARATORS}:,;、]", "", plain)
    plain = re.sub(r"^(85[23]|86)(?:\+|00)?\1", r"\1", plain)  # the place by its name and by its code
    if found := WRITTEN.fullmatch(plain):
        return stored(found), None
    return None, FormError.PHONE_WITHOUT_COUNTRY if LOCAL.fullmatch(plain) else FormError.NOT_A_PHONE


def stored(found: re.Match[str]) -> str:
    """Return the stored form of a number that `WRITTEN` found."""
    if found["mainland"]:
        return found["mainland"]
    return f"+852{found['hong_kong']}" if found["hong_kong"] else f"+853{found['macau']}"


def phone_number(text: str) -> str | None:
    """Return a phone number in its one stored form, None if a text is none."""
    return read_phone(text)[0]


def is_phone(digits: str) -> bool:
    """Tell whether digits without separators are a phone number that needs no question."""
    return WRITTEN.fullmatch(digits) is not None


def takes_messages(phone: str) -> bool:
    """Tell whether a number in its stored form is a mobile one to which codes are sent."""
    return TAKES_MESSAGES.fullmatch(phone) is not None


def masked_phone(phone: str) -> str:
    """Mask the middle of a phone number: 138****5678, +852****4567."""
    shown = 4 if phone.startswith("+") else 3
    return f"{phone[:shown]}****{phone[-4:]}"
