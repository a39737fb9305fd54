"""The words for sign-ins: on what, by which way."""

from collections.abc import Callable

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.people.sign_ins import Device, SignInWay

DEVICES: dict[Device, LazyString] = {
    Device.WECHAT: _l("WeChat"),
    Device.ANDROID: _l("Android phone"),
    Device.IPHONE: _l("Apple phone or tablet"),
    Device.COMPUTER: _l("Computer"),
    Device.OTHER: _l("Phone or computer"),
}
WAYS: dict[SignInWay, LazyString] = {
    SignInWay.CODE: _l("with a message to the phone"),
    SignInWay.CARD: _l("with the household card"),
    SignInWay.DEMO: _l("demo village"),
}


def device(code: str) -> str:
    return str(DEVICES[Device(code)])


def way(code: str) -> str:
    return str(WAYS[SignInWay(code)])


GLOBALS: dict[str, Callable[..., str]] = {"device_name": device, "sign_in_way_name": way}
"""What templates call, by its name there."""
