"""One frozen, typed configuration. What is missing or weak stops the start with a sentence."""

import os
import pwd
import re
import secrets
import shlex
import stat
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from consult.domain.characters import UNSEEN, said_back
from consult.domain.languages import ALL as ALL_LANGUAGES
from consult.domain.languages import Language
from consult.domain.numbers import read_number

ROOT = Path(__file__).resolve().parent.parent
VERSION = "0.8.5"
"""As in pyproject.toml; a check compares them."""
MODES = ("production", "demo", "test")
SHORTEST_SECRET = 32
BUT_THE_OWNER = stat.S_IRWXG | stat.S_IRWXO


HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
"""A name of a server, perhaps with a port. One in other letters is written as browsers send it, xn--…"""
ADDRESS = re.compile(rf"https?://{HOST.pattern}", re.IGNORECASE)


SHIFT = re.compile(r"-?[0-9]{1,10}(?:\.[0-9]{0,20})?")
"""Seconds by which the clock is moved, as float() takes them."""


class Misconfigured(Exception):
    """The environment does not allow a safe start; the text says what to change."""


VOICE_MODELS = {"VOICE_MODEL_ZH": "cmn", "VOICE_MODEL_YUE": "yue"}
"""The settings that name a model of speech, and for which voice (domain.spoken.tongues)."""

LOG_LEVELS, LOG_FORMATS = ("DEBUG", "INFO", "WARNING", "ERROR"), ("text", "json")


@dataclass(frozen=True)
class VoiceModel:
    """A model of speech that sherpa-onnx opens, in place of espeak-ng for one voice."""

    voice: str
    folder: Path
    speaker: int
    """Its number in a model of several speakers."""
    mark: str
    """Tells it from other models: its sounds are no others'."""


@dataclass(frozen=True)
class Config:
    """Everything that differs between one installation and another.

    `secret_key` signs browser sessions. `data_key` encrypts phone numbers and hashes codes; losing it
    loses the phone numbers, so back it up apart from the database.
    """

    database_url: str
    instance_path: Path
    secret_key: str
    data_key: str
    data_key_old: str = ""
    """The data key before, while it is being changed: what is sealed under it can be read."""
    mode: str = "production"
    port: int = 8000
    public_url: str = ""
    allowed_hosts: tuple[str, ...] = ()
    """Further names under which browsers may ask for this server; that of `public_url` and loopback always may."""
    secure_cookies: bool = True
    trusted_proxies: int = 0
    codes_per_day: int = 500
    """The most codes by phone that a village may ask for in a day: what its messages may cost."""
    delivery: str = "file"
    """How messages reach phones: the name of a provider in services/messages/providers."""
    log_level: str = "INFO"
    log_format: str = "text"
    """A line of text or a JSON object for each record."""
    sms: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    """The variables that begin with SMS_. Which of them are needed the provider knows; it reads them at the start."""
    languages: tuple[Language, ...] = ALL_LANGUAGES
    """What a reader may choose; the first is the default."""
    witness_paths: tuple[Path, ...] = ()
    """Folders outside of this machine's disk, if possible, in which the heads of the logs are kept as well."""
    backup_key: str = ""
    """The public key that backups are encrypted for; its private key is on no server."""
    watch_clock: bool = False
    """Whether leaps of the clock raise an alarm. In production always, unless CLOCK_WATCH=0; demo and tests travel."""
    least_free_bytes: int = 0
    """Uploads are refused while less is free on the disk; votes go on."""
    translations: Path = ROOT / "translations"
    """The folder of the catalogues, one folder in it for each language."""
    voice_models: tuple[VoiceModel, ...] = ()
    """Models that read pages aloud; a voice without one is espeak-ng's."""
    ballot_keys: Path | None = None
    """The folder of the private keys of open secret polls; None: one in `instance_path`."""

    @property
    def key_folder(self) -> Path:
        """The folder of the private keys of open secret polls. In no backup."""
        return self.ballot_keys or self.instance_path / "ballot-keys"

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Config":
        """Read the environment. Raises Misconfigured with a sentence that says what to set."""
        env = os.environ if env is None else env
        mode = env.get("CONSULT_MODE", "production")
        if mode not in MODES:
            raise Misconfigured(
                f"CONSULT_MODE 是“{said_back(mode)}”，只能是 {'、'.join(MODES)} / "
                f"CONSULT_MODE is '{said_back(mode)}'; it must be one of: {', '.join(MODES)}."
            )
        _refuse_misspelt(env, mode)
        _shift(env.get("CONSULT_CLOCK_SHIFT") or "0")
        instance = _place("INSTANCE_PATH", env.get("INSTANCE_PATH", str(ROOT / "instance")), mode)
        if mode == "production" and env.get("FLASK_DEBUG", "0") not in ("", "0"):
            raise Misconfigured(
                "设了 FLASK_DEBUG：正式的网站不让人看到里面，请删掉 / "
                "FLASK_DEBUG is set. A server in production shows nobody its inside: remove it."
            )
        keys = {name: _secret(name, env, mode, instance) for name in ("SECRET_KEY", "DATA_KEY")}
        if keys["SECRET_KEY"] == keys["DATA_KEY"]:
            raise Misconfigured(
                "SECRET_KEY 和 DATA_KEY 一样，要设成两个不同的 / "
                "SECRET_KEY and DATA_KEY are the same. Set them to two different values."
            )
        return cls(
            database_url=_database_url(env.get("DATABASE_URL", f"sqlite:///{instance / 'consult.db'}"), mode),
            instance_path=instance,
            secret_key=keys["SECRET_KEY"],
            data_key=keys["DATA_KEY"],
            data_key_old=_old_key(env, keys["DATA_KEY"]),
            mode=mode,
            port=_port(env.get("PORT", "8000")),
            public_url=_public_url(env.get("PUBLIC_URL", ""), mode),
            allowed_hosts=_hosts(env.get("ALLOWED_HOSTS", "")),
            secure_cookies=_switch("SECURE_COOKIES", env.get("SECURE_COOKIES", "1" if mode == "production" else "0")),
            trusted_proxies=_proxies(env.get("TRUSTED_PROXIES", "0")),
            codes_per_day=_codes_per_day(env.get("CODES_PER_DAY", "500")),
            delivery=env.get("DELIVERY", "file"),
            backup_key=_public_key(env.get("BACKUP_KEY", "")),
            witness_paths=_folders("WITNESS_PATHS", env.get("WITNESS_PATHS", "")),
            watch_clock=_switch("CLOCK_WATCH", env.get("CLOCK_WATCH", "1" if mode == "production" else "0")),
            ballot_keys=_ballot_keys(env["BALLOT_KEYS"], instance, mode) if env.get("BALLOT_KEYS") else None,
            least_free_bytes=_megabytes("LEAST_FREE_MB", env.get("LEAST_FREE_MB", "500")),
            voice_models=_voice_models(env),
            log_level=_one_of("LOG_LEVEL", (env.get("LOG_LEVEL") or "INFO").upper(), LOG_LEVELS),
            log_format=_one_of("LOG_FORMAT", (env.get("LOG_FORMAT") or "text").lower(), LOG_FORMATS),
            sms={name: value for name, value in env.items() if name.startswith("SMS_")},
        )


NAMES = frozenset(
    {
        *("ALLOWED_HOSTS", "BACKUP_KEY", "BALLOT_KEYS", "CLOCK_WATCH", "CODES_PER_DAY", "CONSULT_BOOT"),
        *("CONSULT_CLOCK_SHIFT", "CONSULT_MODE", "DATABASE_URL", "DATA_KEY", "DATA_KEY_OLD", "DELIVERY"),
        *(
            "FLASK_DEBUG",
            "INSTANCE_PATH",
            "LEAST_FREE_MB",
            "LOG_FORMAT",
            "LOG_LEVEL",
            "PORT",
            "PUBLIC_URL",
            "SECRET_KEY",
            "SECURE_COOKIES",
            "SETTINGS_FILE",
        ),
        *(
            "TRUSTED_PROXIES",
            "VOICE_MODEL_YUE",
            "VOICE_MODEL_ZH",
            "VOICE_SPEAKER_YUE",
            "VOICE_SPEAKER_ZH",
            "WITNESS_PATHS",
        ),
    }
)
"""Every variable that is read here. Those of SMS_ the providers know (services/messages/deliveries.py)."""
OURS = "CONSULT_"
TOO_SHORT_TO_LIKEN = 7
"""Names as short as PORT are like many that are not ours."""


def alike(name: str, names: Iterable[str]) -> str:
    """Return the name that one was probably meant to be; empty where it is like none."""
    return next(iter(get_close_matches(name, list(names), 1, 0.85)), "")


def _refuse_misspelt(env: Mapping[str, str], mode: str) -> None:
    """Refuse variables that look like settings and are none: what they were meant to set would silently be the default."""
    known = [name for name in NAMES if len(name) >= TOO_SHORT_TO_LIKEN]
    for name in sorted(set(env) - NAMES):
        meant = alike(name, known) if mode == "production" else ""
        if name.startswith(OURS) or meant:
            raise Misconfigured(no_setting(name, meant or alike(name, known)))


def no_setting(name: str, meant: str, known: Iterable[str] = ()) -> str:
    """Return the sentence for a variable that is no setting, with the one that was probably meant, or those that are known."""
    chinese, english = (f"；是不是 {meant}", f" Did you mean {meant}?") if meant else ("", "")
    if known and not meant:
        chinese, english = f"；有 {'、'.join(sorted(known))}", f" Known are: {', '.join(sorted(known))}."
    shown = said_back(name)
    return f"本程序没有 {shown} 这个设置{chinese} / {shown} is no setting of this program.{english}"


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise Misconfigured(
            f"{name} 是“{said_back(value)}”，只能是 {'、'.join(known)} / "
            f"{name} is '{said_back(value)}'; it must be one of: {', '.join(known)}."
        )
    return value


def current_config() -> Config:
    """Return the configuration of the application at hand. Raises RuntimeError outside of one."""
    config: Config = current_app.config["CONSULT"]
    return config


def _secret(name: str, env: Mapping[str, str], mode: str, instance: Path) -> str:
    value = env.get(name, "")
    if not value and mode != "production":
        return _kept_secret(instance / name.lower())
    if len(value) < SHORTEST_SECRET or len(set(value)) < 10:
        chinese, state = ("没有设", "is not set") if not value else ("太弱", "is too weak")
        raise Misconfigured(
            f"{name} {chinese}，请设成至少 {SHORTEST_SECRET} 个随机的字符，做法在后面 / "
            f"{name} {state}. Set it to at least {SHORTEST_SECRET} random characters, for example the output of: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return value


def _old_key(env: Mapping[str, str], new: str) -> str:
    old = env.get("DATA_KEY_OLD", "")
    if old == new:
        raise Misconfigured(
            "DATA_KEY_OLD 和 DATA_KEY 一样：它是换下来的旧钥匙，只在换的时候设 / "
            "DATA_KEY_OLD is the same as DATA_KEY. It is the key before, and set only while it is changed."
        )
    if sum(len(part.strip()) >= SHORTEST_SECRET for part in old.split(",")) > 1:
        raise Misconfigured(
            "DATA_KEY_OLD 里好像有几把钥匙：只能写一把，就是这次换下来的那一把 / "
            "DATA_KEY_OLD seems to hold several keys. It takes one: the key that is being replaced this time."
        )
    if old and (len(old) < SHORTEST_SECRET or len(set(old)) < 10):
        raise Misconfigured(
            "DATA_KEY_OLD 太短，不会是旧钥匙，请设成整个旧钥匙，或者删掉 / "
            "DATA_KEY_OLD is too short to be the key before. Set it to the whole of that key, or remove it."
        )
    return old


def _kept_secret(path: Path) -> str:
    """A secret made once for a demo and kept beside its database, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()


def _database_url(url: str, mode: str) -> str:
    for old in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        if url.startswith(old) and _names_a_database(url):
            return "postgresql+psycopg://" + url.removeprefix(old)
    if url.startswith("sqlite:///") and url != "sqlite:///":
        _refuse_no_path("DATABASE_URL", url.removeprefix("sqlite:///"))
        if mode == "production" and not Path(url.removeprefix("sqlite:///")).is_absolute():
            raise Misconfigured(
                f"DATABASE_URL 是“{said_back(url)}”，要写整个路径，四条斜线：sqlite:////var/lib/consult/consult.db / "
                f"DATABASE_URL is '{said_back(url)}'; it must name a whole path, with four slashes: "
                "sqlite:////var/lib/consult/consult.db"
            )
        return url
    raise Misconfigured(
        "DATABASE_URL 要以 sqlite:/// 或 postgresql:// 开头，以文件或数据库的名字结尾 / "
        "DATABASE_URL must begin with sqlite:/// or postgresql:// and end with a file or a database."
    )


def _names_a_database(url: str) -> bool:
    """Tell whether the address of a database has its name, and a port that is one or none.

    Read as SQLAlchemy reads it: a password may have #, / or ? in it, which end the name of a server elsewhere.
    """
    try:
        at = make_url(url)
    except (ArgumentError, ValueError):
        return False
    return bool(at.database) and (at.port is None or 0 < at.port < 65536)


def _has_good_end(url: str) -> bool:
    """Tell whether an address has a server's name that can be one, and no port or one from 1 to 65535."""
    try:
        parts = urlsplit(url)
        return parts.port != 0 and len(parts.hostname or "") <= MOST_OF_A_HOST
    except ValueError:
        return False


MOST_OF_A_NAME, MOST_OF_A_PATH = 255, 1024
"""Bytes: what file systems take for one name, and a path in which files still have room."""
MOST_OF_A_HOST = 253
"""Characters of the name of a server, by the rules of DNS."""


def is_a_path(text: str) -> bool:
    """Tell whether a text can be the path of a file or folder here, and be typed: no system is asked with any other."""
    if UNSEEN.search(text):
        return False
    whole = os.fsencode(text)
    return len(whole) <= MOST_OF_A_PATH and max(map(len, whole.split(b"/"))) <= MOST_OF_A_NAME


def _refuse_no_path(name: str, text: str) -> None:
    if not is_a_path(text):
        raise Misconfigured(
            f"{name} 是“{said_back(text)}”，太长，或者有看不见的字符，不能是文件的名字 / "
            f"{name} is '{said_back(text)}'; it is too long, or has characters nobody sees, and can be no file's name."
        )


def _place(name: str, text: str, mode: str) -> Path:
    """Return a folder. In production a whole path: a command may be typed in any folder, and would mean another one."""
    _refuse_no_path(name, text)
    if mode == "production" and not Path(text).is_absolute():
        raise Misconfigured(
            f"{name} 是“{said_back(text)}”，要写以 / 开头的文件夹 / "
            f"{name} is '{said_back(text)}'; it must be a folder that begins with /."
        )
    return Path(text).resolve()


MEDIA = ("pictures", "recordings", "case_files", "sounds")
"""The folders in INSTANCE_PATH that web servers write to and operators copy; a check compares them with services.core.files."""


def _ballot_keys(text: str, instance: Path, mode: str) -> Path:
    """Return the folder of the keys of secret polls: one of its own. Raises Misconfigured."""
    keys = _place("BALLOT_KEYS", text, mode)
    if keys == instance or keys in instance.parents or any(keys.is_relative_to(instance / name) for name in MEDIA):
        raise Misconfigured(
            f"BALLOT_KEYS 是“{said_back(keys)}”，里面还有别的东西，要给密钥单独一个文件夹，比如 {instance / 'ballot-keys'} / "
            f"BALLOT_KEYS is '{said_back(keys)}', which holds other things; the keys need a folder of their own, "
            f"as {instance / 'ballot-keys'}."
        )
    return keys


def _hosts(text: str) -> tuple[str, ...]:
    """Return names of this server, without https:// and without a path."""
    names = tuple(text.lower().replace(",", " ").split())
    for name in names:
        if not (HOST.fullmatch(name) and _has_good_end(f"//{name}")):
            raise Misconfigured(
                f"ALLOWED_HOSTS 里有“{said_back(name)}”，要写成 yishi.example.cn 这样的名字，用空格隔开 / "
                f"ALLOWED_HOSTS has '{said_back(name)}'; it must be names like yishi.example.cn, with spaces between."
            )
    return names


def _public_url(text: str, mode: str) -> str:
    """Return the address that cards, notices and calendars name; in production there must be one, never a request's own."""
    url = text.strip().rstrip("/")
    if not url and mode == "production":
        raise Misconfigured(
            "PUBLIC_URL 没有设，请设成网站的网址，如 https://yishi.example.cn / "
            "PUBLIC_URL is not set. Set it to the address of this server, as https://yishi.example.cn."
        )
    if url and not (ADDRESS.fullmatch(url) and _has_good_end(url)):
        raise Misconfigured(
            f"PUBLIC_URL 是“{said_back(url)}”，要写成 https://yishi.example.cn 这样的网址 / "
            f"PUBLIC_URL is '{said_back(url)}'; it must be an address like https://yishi.example.cn."
        )
    return url


def _port(text: str) -> int:
    port = read_number(text, least=1, most=65535)
    if port is None:
        raise Misconfigured(
            f"PORT 是“{said_back(text)}”，要写 1 到 65535 的数 / "
            f"PORT is '{said_back(text)}'; it must be a number from 1 to 65535."
        )
    return port


def _proxies(text: str) -> int:
    number = read_number(text, most=10)
    if number is None:
        raise Misconfigured(
            f"TRUSTED_PROXIES 是“{said_back(text)}”，要写前面有几个代理，0 到 10 / "
            f"TRUSTED_PROXIES is '{said_back(text)}'; it must be how many proxies stand in front, from 0 to 10."
        )
    return number


def _codes_per_day(text: str) -> int:
    number = read_number(text, least=1, most=1_000_000)
    if number is None:
        raise Misconfigured(
            f"CODES_PER_DAY 是“{said_back(text)}”，要写一个村一天最多要几个验证码 / "
            f"CODES_PER_DAY is '{said_back(text)}'; it must be how many codes a village may ask for in a day."
        )
    return number


def _folders(name: str, text: str) -> tuple[Path, ...]:
    """Return absolute folders, separated by colons as in PATH."""
    folders = [Path(part) for part in text.split(":") if part]
    for folder in folders:
        _refuse_no_path(name, str(folder))
    if any(not folder.is_absolute() for folder in folders):
        raise Misconfigured(
            f"{name} 是“{said_back(text)}”，要写以 / 开头的文件夹，用冒号隔开 / "
            f"{name} is '{said_back(text)}'; it must be folders that begin with /, separated by colons."
        )
    return tuple(folders)


def _voice_models(env: Mapping[str, str]) -> tuple[VoiceModel, ...]:
    """Read the settings of models of speech. Whether a model can be opened is seen when it speaks."""
    found = []
    for name, voice in VOICE_MODELS.items():
        if not env.get(name):
            continue
        folder = Path(env[name])
        _refuse_no_path(name, env[name])
        weights = next(iter(sorted(folder.glob("*.onnx"))), None) if folder.is_absolute() else None
        if weights is None or not (folder / "tokens.txt").exists():
            raise Misconfigured(
                f"{name} 是“{said_back(env[name])}”，要写以 / 开头、里面有模型（.onnx 和 tokens.txt）的文件夹；"
                f"不设就用 espeak-ng / {name} is '{said_back(env[name])}'; it must be a folder that begins with / and has a "
                "model in it: a file .onnx and tokens.txt. Without the setting espeak-ng speaks."
            )
        if find_spec("sherpa_onnx") is None:
            raise Misconfigured(
                f"设了 {name}，可是没有装打开模型的 sherpa-onnx：装上，或者删掉设置，用 espeak-ng / "
                f"{name} is set, and the package sherpa-onnx, which opens such models, is not installed. Install it, or "
                "remove the setting: then espeak-ng speaks."
            )
        speaker = read_number(env.get(name.replace("MODEL", "SPEAKER")) or "0", most=10_000)
        if speaker is None:
            raise Misconfigured(
                f"{name.replace('MODEL', 'SPEAKER')} 要写说话人的号，从 0 起 / "
                f"{name.replace('MODEL', 'SPEAKER')} must be the number of a speaker, from 0."
            )
        mark = f"{folder.name} {weights.name} {weights.stat().st_size} {speaker}"
        found.append(VoiceModel(voice, folder, speaker, mark))
    return tuple(found)


def _public_key(text: str) -> str:
    if text and not re.fullmatch(r"consult-backup-public:[A-Za-z0-9+/]{43}=", text):
        raise Misconfigured(
            "BACKUP_KEY 要写 flask keys backup 显示的公钥 / "
            "BACKUP_KEY must be a public key as flask keys backup prints it: consult-backup-public:…"
        )
    return text


def _shift(text: str) -> None:
    """Check what consult.clock reads by itself."""
    if not SHIFT.fullmatch(text.strip()):
        raise Misconfigured(
            f"CONSULT_CLOCK_SHIFT 是“{said_back(text)}”，要写秒数，或者不设 / "
            f"CONSULT_CLOCK_SHIFT is '{said_back(text)}'; it must be a number of seconds, or not set."
        )


def _megabytes(name: str, text: str) -> int:
    number = read_number(text, most=10_000_000)
    if number is None:
        raise Misconfigured(
            f"{name} 是“{said_back(text)}”，要写多少 MB / "
            f"{name} is '{said_back(text)}'; it must be a number of megabytes."
        )
    return number * 1024 * 1024


def _switch(name: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise Misconfigured(
            f"{name} 是“{said_back(text)}”，只能是 0 或 1 / {name} is '{said_back(text)}'; it must be 0 or 1."
        )
    return text == "1"


HEADS = "heads.json"
"""The witness in INSTANCE_PATH, which a place has once it holds a log."""


def guard_files(config: Config) -> None:
    """Make the folder and the SQLite database, for their owner only.

    Raises Misconfigured for a place of another user, for one that cannot be made, and for a database open to others.
    On a disk that can only be read nothing is made or changed: what is there can be verified.
    """
    if config.instance_path.exists() and not config.instance_path.is_dir():
        raise Misconfigured(
            f"{config.instance_path}（INSTANCE_PATH）不是文件夹，请写一个文件夹 / "
            f"{config.instance_path} (INSTANCE_PATH) is no folder. Set it to a folder."
        )
    try:
        config.instance_path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Misconfigured(
            f"没有文件夹 {config.instance_path}（INSTANCE_PATH），也建不了（{error.strerror}），请以 root 输入后面那一行 / "
            f"The folder {config.instance_path} (INSTANCE_PATH) is not there and "
            f"cannot be made ({error.strerror}). As root type: install -d -m 700 -o consult -g consult {config.instance_path}"
        ) from None
    _refuse_stranger(config.instance_path)
    if config.on_sqlite:
        _guard_database(Path(config.database_url.removeprefix("sqlite:///")), config)
    if can_only_be_read(config.instance_path):
        return
    for path in (config.instance_path, *config.instance_path.iterdir()):
        _close(path)


def can_only_be_read(path: Path) -> bool:
    """Tell whether a file or folder lies on a disk that is mounted to be read."""
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def _refuse_stranger(place: Path) -> None:
    """Refuse to work as another user than the owner of the place: root's files could not be read by the service."""
    owner = place.stat().st_uid
    if owner == os.geteuid() or can_only_be_read(place):
        return
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = f"#{owner}"
    typed = " ".join(map(shlex.quote, [Path(sys.argv[0]).name, *sys.argv[1:]]))
    raise Misconfigured(
        f"{place} 是用户 {name} 的，别的用户写进去的，网站读不了；请照后面那样输入 / "
        f"{place} belongs to the user {name}, and what another user writes there the "
        f"service cannot read. Please type: consult {typed.partition(' ')[2]}  or: runuser -u {name} -- {typed}"
    )


def _guard_database(path: Path, config: Config) -> None:
    if path.exists() and not path.is_file():
        chinese, english = ("文件夹", "a folder") if path.is_dir() else ("设备一类的东西", "no regular file")
        raise Misconfigured(
            f"数据库 {path}（DATABASE_URL）是{chinese}，要写一个文件 / "
            f"The database {path} (DATABASE_URL) is {english}. Set it to a file."
        )
    if config.mode == "production" and path.exists() and path.stat().st_mode & stat.S_IRWXO:
        raise Misconfigured(
            f"别的用户看得到数据库 {path}，请输入：chmod 600 {path}* / "
            f"Others may read the database {path}. Please type: chmod 600 {path}*"
        )
    if not path.exists():
        if config.mode == "production" and (config.instance_path / HEADS).exists():
            if "restore" in sys.argv[1:]:  # which puts one there, whole, or none
                return
            raise Misconfigured(
                f"数据库 {path} 不见了，这里原来有过。把文件放回来，或者输入 flask restore 备份；不会另建一个空的 / "
                f"The database {path} is gone, and one stood here before. Put the file back, or type: flask restore BACKUP. "
                "No empty one is made in its place."
            )
        try:
            path.touch(mode=0o600)
        except OSError as error:
            raise Misconfigured(
                f"没有数据库 {path}，也建不了（{error.strerror}） / "
                f"There is no database {path}, and none can be made ({error.strerror})."
            ) from None


def _close(path: Path) -> None:
    """Take every right from all but the owner, on what is ours and no link."""
    known = path.lstat()
    if known.st_mode & BUT_THE_OWNER and known.st_uid == os.geteuid() and not stat.S_ISLNK(known.st_mode):
        path.chmod(stat.S_IMODE(known.st_mode) & ~BUT_THE_OWNER)
