"""flask doctor | version: everything an operator should know, on one screen; which program and schema this is."""

import ctypes
import errno
import grp
import json
import os
import shutil
import socket
import sqlite3
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from consult import clock
from consult.cli import why_away
from consult.cli.shared import codes, fault_words
from consult.config import BUT_THE_OWNER, VERSION, VOICE_MODELS, Config, Misconfigured, current_config
from consult.domain import working_days
from consult.domain.characters import said_back
from consult.domain.core import stamps
from consult.domain.core.stamps import Age
from consult.domain.instants import last_day_anywhere
from consult.models import db
from consult.services.core import collisions, rollback_guard, schema, typesetting
from consult.services.core.collisions import Unmade
from consult.services.machine import data_keys, database_access, schemas
from consult.services.machine.patience import Late, within
from consult.services.machine.public_address import Answer, ask
from consult.services.polls.sealing import keys
from consult.services.site import trigger_verification
from consult.services.site.watching import figures, opened_things, readiness
from consult.services.site.watching.figures import Figures
from consult.web.rollback_alarm import raised

MOST_SECONDS_APART = 30
MOST_SECONDS_TO_RESOLVE = 3
MOST_SECONDS_TO_CHECK = 5
MOST_SECONDS_EACH = 10
"""So long one part of the doctor may take: a dead share and a server that does not answer would hold it for minutes."""
STEPS_BETWEEN_LOOKS = 10_000
"""Of SQLite's machine, between two looks at the time; some milliseconds."""
BACKUP_EACH = timedelta(hours=26)
BACKUP_LATE = timedelta(days=3)
DRILL_EACH = timedelta(days=35)
WAITS_TOO_LONG = timedelta(minutes=15)
TIME_ERROR = 5
"""What adjtimex answers while nothing keeps the clock right."""
TIMEX_BYTES = 256
"""More than the structure timex has on any machine."""


NOT_WRITTEN = dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "硬盘满了，什么都存不了；删掉不要的文件，或者换大的硬盘") | {
    errno.EROFS: "硬盘只能看，什么都存不了"
}


MOST_FILES = 5
"""So many missing files are named; the drill names all."""


class State(IntEnum):
    """How grave a finding is, and the exit code of the command: that of the gravest."""

    WELL = 0
    LOOK = 1
    BROKEN = 2


SIGNS = {State.WELL: "好  ", State.LOOK: "留意", State.BROKEN: "坏了"}


@dataclass(frozen=True)
class Finding:
    """One line of the screen."""

    name: str
    state: State
    words: str


@click.command("version")
@with_appcontext
def version() -> None:
    """Say version and schema of this program, and the schema of its database."""
    click.echo(f"榕树下议事 {VERSION}, schema {schemas.newest()}")
    try:
        click.echo(f"数据库 / database: schema {schemas.of_database(db.engine) or 'none'}")
    except DBAPIError as error:
        click.echo(f"{_away(error)} / {(why_away(error) or ('', 'The database does not answer'))[1]}")


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Write the findings as JSON.")
@with_appcontext
def doctor(as_json: bool) -> None:
    """Look at everything an operator should know. Exit code 0: well, 1: to be looked at, 2: something is broken."""
    found = list(findings(now=clock.now()))
    worst = max((one.state for one in found), default=State.WELL)
    if as_json:
        click.echo(
            json.dumps([{"name": o.name, "state": o.state.name, "words": o.words} for o in found], ensure_ascii=False)
        )
    else:
        click.echo(f"榕树下议事 {VERSION} · {clock.now().astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")
        for one in found:
            click.echo(f"{SIGNS[one.state]} {one.name}：{one.words}")
        click.echo(("都好。", "有要留意的，看上面。", "有坏了的，先看「坏了」。")[worst])
    sys.exit(worst)


def findings(*, now: datetime) -> Iterator[Finding]:
    """Yield every finding. While the database is away: that, and what needs none."""
    yield from _timely("设置", _settings)
    yield from _timely("硬盘", _disk)
    revisions: list[str] = []
    yield from _timely("数据库", lambda: _database(revisions))
    if not revisions:
        return
    (revision,) = revisions
    yield from _timely("数据库的文件", _database_file)
    yield from _timely("数据库结构", lambda: _schema(revision))
    yield from _timely("时钟", lambda: _clock(now))
    yield from _holidays(last_day_anywhere(now))
    if schemas.why_not(revision):
        return
    yield from _timely("写入数据库", _database_takes)
    yield from _timely("DATA_KEY", _keys)
    yield from _timely("密钥的文件夹", lambda: _ballot_keys(now))
    yield from _timely("记录", _records)
    yield from _timely("见证", lambda: _witnesses(now))
    yield from _timely("防改的触发器", _triggers)
    yield from _timely("图片、录音、调解的文件", _files)
    yield from _timely("后台任务、消息、投票、备份", lambda: _figures(now))


def _timely(name: str, part: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """Return what a part found within MOST_SECONDS_EACH, and that it found no more where it was too slow or could not ask.

    What was found before that is kept.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    made: list[Finding] = []

    def find() -> bool:
        with app.app_context():
            try:
                for one in part():
                    made.append(one)
            finally:
                db.session.remove()
        return True

    try:
        within(MOST_SECONDS_EACH, find)
    except Late:
        words = f"{MOST_SECONDS_EACH} 秒里没有答完，别的不知道好不好；机器很忙就等一会儿再看，不然是硬盘、共享或者数据库不回应"
        return [*made, Finding(name, State.BROKEN, words)]
    except DBAPIError as error:
        return [*made, Finding(name, State.BROKEN, _away(error))]
    return made


def _database(revisions: list[str]) -> Iterator[Finding]:
    """Yield whether the database answers, and put its schema into `revisions` where it does."""
    try:
        revisions.append(schemas.of_database(db.engine))
    except DBAPIError as error:
        yield Finding("数据库", State.BROKEN, _away(error))
        return
    yield Finding("数据库", State.WELL, db.engine.dialect.name)


def _database_takes() -> Iterator[Finding]:
    """Yield that nothing can be written to the database, or that the user of the database may not use all tables."""
    if forbidden := database_access.forbidden():
        named = "、".join(forbidden[:MOST_FILES]) + ("……" if len(forbidden) > MOST_FILES else "")
        words = f"数据库的用户没有权用 {named}；请以表的主人输入 GRANT ALL ON 表 TO 用户"
        yield Finding("数据库的权限", State.BROKEN, words)
    try:
        readiness.try_writing()
    except DBAPIError as error:
        yield Finding("写入数据库", State.BROKEN, _away(error))


def _figures(now: datetime) -> Iterator[Finding]:
    taken = figures.take(now=now)
    for part in (_runner, _outbox, _polls, _backups):
        yield from part(taken, now)
    yield from _villages(taken)


def _holidays(today: date) -> Iterator[Finding]:
    if missing := working_days.missing_year(today):
        words = f"没有 {missing} 年的放假安排；国务院公布以后，换上带这一年的新版本"
        yield Finding("节假日", State.LOOK, words)


def _settings() -> Iterator[Finding]:
    config = current_config()
    if config.mode != "production":
        yield Finding("运行方式", State.LOOK, f"CONSULT_MODE={config.mode}，不是正式的村子")
    yield _address(config)
    proxied = config.trusted_proxies == 1 or config.mode != "production"
    words = f"TRUSTED_PROXIES={config.trusted_proxies}" + ("" if proxied else "；前面是 nginx 就设 1")
    yield Finding("代理", State.WELL if proxied else State.LOOK, words)
    by_file = config.delivery == "file" and config.mode == "production"
    said = "消息只写进 outbox.jsonl，里面看得见还能用的验证码，手机收不到" if by_file else f"DELIVERY={config.delivery}"
    yield Finding("短信", State.LOOK if by_file else State.WELL, said)
    if not typesetting.attend():
        yield Finding("字体文件", State.BROKEN, f"缺 {typesetting.OUR_FONT}，打印会缺字；请重新装一次程序")
    yield from _for_rehearsals(config)
    yield from _speakers()
    if file := os.environ.get("SETTINGS_FILE"):
        yield from _file_of_settings(Path(file))
    if not config.backup_key:
        yield Finding("备份密钥", State.LOOK, "BACKUP_KEY 没有设；输入 flask keys backup 文件")


def _file_of_settings(path: Path) -> Iterator[Finding]:
    """Yield that others may read or change the file in which the keys and the password of the database stand."""
    try:
        known = path.stat()
    except OSError:  # the command consult has read it as root: it lies in a folder that is shut to others
        return
    own = os.geteuid() == 0 or known.st_gid in (0, *os.getgroups(), os.getegid())
    open_to_others = known.st_mode & (stat.S_IROTH | stat.S_IWOTH) or (
        not own and known.st_mode & (stat.S_IRGRP | stat.S_IWGRP)
    )
    if open_to_others:
        group = grp.getgrgid(os.getegid()).gr_name
        words = f"别的用户也能读或改 {path}，里面有密钥和数据库的密码；输入 chgrp {group} {path}，再 chmod 640 {path}"
        yield Finding("设置的文件", State.LOOK, words)


def _speakers() -> Iterator[Finding]:
    """Yield the numbers of speakers that are set without a model: they change nothing."""
    for model in VOICE_MODELS:
        name = model.replace("MODEL", "SPEAKER")
        if os.environ.get(name) and not os.environ.get(model):
            words = (
                f"设了 {name}={said_back(os.environ[name])}，可是没有设 {model}，什么都不变；去掉这一行，或者设上模型"
            )
            yield Finding("朗读的声音", State.LOOK, words)


def _for_rehearsals(config: Config) -> Iterator[Finding]:
    """Yield the settings that a rehearsal needs and that a village at work must not have."""
    if config.mode != "production":
        return
    if not config.secure_cookies:
        yield Finding("登录", State.LOOK, "SECURE_COOKIES=0，登录的凭证会从没加密的线路上送出去；去掉这一行")
    if not config.watch_clock:
        yield Finding("看时钟", State.LOOK, "CLOCK_WATCH=0，时钟跳了没有人知道；去掉这一行")
    for name in ("CONSULT_CLOCK_SHIFT", "CONSULT_BOOT"):
        if (value := os.environ.get(name, "")).strip("0."):  # a shift of nothing is none
            yield Finding("看时钟", State.BROKEN, f"{name}={said_back(value)}，只在演练的时候设；去掉这一行")


ANSWERS = {
    Answer.OURS: (State.WELL, ""),
    Answer.UNSAID: (State.WELL, ""),
    Answer.ANOTHER: (
        State.LOOK,
        "；在那里回答的是另一台机器上的议事，不是这里；看看域名指到哪里（几台一起用就不用管）",
    ),
    Answer.STRANGER: (State.BROKEN, "；在那里回答的不是议事，是别的网站；看看域名指到哪里、nginx 里的名字"),
    Answer.BAD_CERTIFICATE: (State.LOOK, "；证书过期了、不是这个名字的、或者没人认，手机会报警"),
    Answer.UNREACHED: (State.LOOK, "；从这台机器打不开；看 systemctl status nginx consult-web，手机打得开就不用管"),
}
"""What the doctor says of who answers at the public address."""


def _address(config: Config) -> Finding:
    """Return what is to be said of the public address: how it is written, whether it is found, and who answers there."""
    url, name = urlsplit(config.public_url), "网址 PUBLIC_URL"
    if config.mode != "production":
        return Finding(name, State.WELL, config.public_url or "没有设")
    if url.scheme != "https":
        return Finding(name, State.BROKEN, f"{config.public_url or '没有设'}；要用 https:// 开头，不然谁也登录不了")
    if url.hostname and not resolves(url.hostname):
        words = f"{config.public_url}；这台机器找不到这个名字，看看拼错了没有：别的名字来的都答 400"
        return Finding(name, State.LOOK, words)
    state, words = ANSWERS[ask(config.public_url)]
    return Finding(name, state, config.public_url + words)


def resolves(name: str) -> bool:
    """Tell whether this machine finds the address of a name within MOST_SECONDS_TO_RESOLVE."""
    try:
        return bool(within(MOST_SECONDS_TO_RESOLVE, lambda: socket.getaddrinfo(name, 443)))
    except (Late, OSError, UnicodeError):
        return False


def _disk() -> Iterator[Finding]:
    config = current_config()
    free = shutil.disk_usage(config.instance_path).free
    low = free < config.least_free_bytes
    error = readiness.write_error()
    if error is not None:
        yield Finding("写入", State.BROKEN, NOT_WRITTEN.get(error.errno or 0, f"硬盘写不了（{error.strerror}）"))
    yield Finding("硬盘", State.BROKEN if low else State.WELL, f"还有 {free // 1024**2} MB")


def _database_file() -> Iterator[Finding]:
    """Yield what SQLite says of its own file, within MOST_SECONDS_TO_CHECK; nothing where all of it is whole."""
    config = current_config()
    if not config.on_sqlite:
        return
    until = time.monotonic() + MOST_SECONDS_TO_CHECK
    file, said = Path(config.database_url.removeprefix("sqlite:///")), "ok"
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > until, STEPS_BETWEEN_LOOKS)
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if time.monotonic() > until:
            words = f"很大，{MOST_SECONDS_TO_CHECK} 秒里没有查完，查过的没坏；要全查输入 flask drill"
            yield Finding("数据库的文件", State.WELL, words)
            return
        said = str(error)
    if said != "ok":
        words = f"坏了（{said.splitlines()[0]}）；停下网站和后台任务，放回备份，看 docs/operations.md"
        yield Finding("数据库的文件", State.BROKEN, words)


WHY_UNREACHED = {
    Unmade.NOT_LET_IN: "用户或密码不对，或者不让他登录；看 /etc/consult/env 里的 DATABASE_URL",
    Unmade.NO_ROOM: "连接用满了；看 max_connections，和这个用户的 CONNECTION LIMIT",
    Unmade.NO_HOST: "找不到那台服务器；看 DATABASE_URL，密码里的 @ : / % 要写成 %40 %3A %2F %25",
    Unmade.NO_DATABASE: "没有这个数据库，或者它不让人连；看 DATABASE_URL 最后的名字",
    Unmade.SILENT: "没有回应；看 systemctl status postgresql",
}
SOMEHOW_UNREACHED = "看 systemctl status postgresql，再看 DATABASE_URL"


def _away(error: DBAPIError) -> str:
    """Return why the database is away, and what to look at. Never what the client said: half a password may stand in it."""
    words, why = why_away(error), collisions.why_unmade(error)
    said = f"{words[0] if words else '问不了'}（{type(error.orig).__name__}）"
    if collisions.why_away(error) is not collisions.Away.UNREACHED or db.engine.dialect.name == "sqlite":
        return said
    return f"{said}：{WHY_UNREACHED[why] if why else SOMEHOW_UNREACHED}"


def _schema(revision: str) -> Iterator[Finding]:
    if hidden := schemas.hidden_in(revision):
        words = (
            f"我们的表在 {hidden} 里，数据库的用户不去那里找：看 search_path 和 GRANT USAGE ON SCHEMA；"
            "不要输入 flask db upgrade"
        )
        yield Finding("数据库结构", State.BROKEN, words)
        return
    if schemas.why_not(revision):
        newer = bool(revision) and not schemas.is_known(revision)
        todo = "换成新的程序" if newer else "输入 flask db upgrade"
        yield Finding("数据库结构", State.BROKEN, f"数据库 {revision or '还没有表'}，程序要 {schemas.newest()}；{todo}")
        return
    differs = schema.differences()
    words = (
        f"{revision}，和程序一样" if not differs else f"{revision}，但有不同：{'；'.join(differs[: schema.MOST_NAMED])}"
    )
    yield Finding("数据库结构", State.BROKEN if differs else State.WELL, words)
    if edited := schemas.edited():
        yield Finding("升级文件", State.BROKEN, f"发布以后被改过：{'、'.join(edited)}")


def _clock(now: datetime) -> Iterator[Finding]:
    if db.engine.dialect.name == "postgresql":
        there = db.session.scalar(text("SELECT clock_timestamp()"))
        apart = abs((clock.now() - there).total_seconds()) if there else 0.0
        state = State.BROKEN if apart > MOST_SECONDS_APART else State.WELL
        yield Finding("和数据库的时间", state, f"差 {apart:.1f} 秒")
    kept = is_synchronised()
    words = {True: "网络在对时", False: "没有网络对时；输入 timedatectl set-ntp true", None: "看不出有没有对时"}[kept]
    yield Finding("时钟", State.WELL if kept else State.LOOK, f"{now.astimezone(UTC):%H:%M:%S} UTC，{words}")


def is_synchronised() -> bool | None:
    """Tell whether the kernel says that something keeps the clock right; None where it cannot be asked."""
    try:
        answer = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES))
    except (OSError, AttributeError):
        return None
    return None if answer < 0 else bool(answer != TIME_ERROR)


def _keys() -> Iterator[Finding]:
    try:
        data_keys.check()
    except Misconfigured as error:
        yield Finding("DATA_KEY", State.BROKEN, str(error))
        return
    if not current_config().data_key_old:
        yield Finding("DATA_KEY", State.WELL, "和这个数据库相符")
    elif data_keys.is_changing():
        yield Finding("DATA_KEY", State.LOOK, "正在换，还没换完；输入 flask keys rotate，再去掉 DATA_KEY_OLD")
    else:
        words = "和这个数据库相符；DATA_KEY_OLD 打不开这里的任何东西：换完了，或者写错了；去掉这一行"
        yield Finding("DATA_KEY", State.LOOK, words)


def _ballot_keys(now: datetime) -> Iterator[Finding]:
    """Yield why no keys of secret polls can be kept in their folder, or who else may read them."""
    folder = current_config().key_folder
    if (error := _unwritable(folder)) is not None:
        words = f"{folder} {error}；不记名投票发不起来，看 BALLOT_KEYS"
        yield Finding("密钥的文件夹", State.BROKEN, words)
    elif folder.is_dir() and folder.stat().st_mode & BUT_THE_OWNER:
        yield Finding("密钥的文件夹", State.LOOK, f"{folder} 别的用户也能进；输入 chmod 700 {folder}")
    elif not keys.ready() and not figures.runner_died(now=now) and figures.runner_seen_at(now=now):
        words = f"后台任务没有做好密钥，不记名投票发不起来；consult-jobs.service 里要有 ReadWritePaths={folder}"
        yield Finding("密钥的文件夹", State.BROKEN, words)


def _witnesses(now: datetime) -> Iterator[Finding]:
    """Yield the folders of WITNESS_PATHS that bear witness to nothing: not writable, or lost together with INSTANCE_PATH."""
    place = current_config().instance_path
    for folder in current_config().witness_paths:
        if not folder.is_dir():
            yield Finding("见证", State.BROKEN, f"没有文件夹 {folder}；插上 U 盘、连上共享，或者改 WITNESS_PATHS")
        elif (error := _unwritable(folder)) is not None:
            yield Finding("见证", State.BROKEN, f"{folder} {error}；看 WITNESS_PATHS")
        elif rollback_guard.is_behind(folder, by=figures.DEAD_AFTER, now=now):
            words = f"{folder} 里的没有跟上，后台任务写不进去；consult-jobs.service 里要有 ReadWritePaths={folder}"
            yield Finding("见证", State.BROKEN, words)
        elif folder.resolve().is_relative_to(place.resolve()):
            words = f"{folder} 在 INSTANCE_PATH 里面，丢了、换回旧的都会一起；WITNESS_PATHS 换成 U 盘或者别的机器的共享"
            yield Finding("见证", State.LOOK, words)


def _unwritable(folder: Path) -> str | None:
    """Return why nothing can be written to a folder, or it cannot be made; None where it can be."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        return f"不是文件夹（{place}）"
    error = readiness.write_error(place)
    return None if error is None else f"写不了（{error.strerror}）"


def _triggers() -> Iterator[Finding]:
    """Yield that what keeps records from being changed is gone or switched off."""
    if faults := list(trigger_verification.faults()):
        words = f"{len(faults)} 处不对，记录可以被改：{fault_words.told(faults[0])}；输入 flask audit verify"
        yield Finding("防改的触发器", State.BROKEN, words)


ANSWER_FOR = (
    "数据库比这台机器见过的旧，或者见证不见了，网站只能看；是您放回备份的，负责的人输入 "
    'consult audit accept-restored --reason "为什么"，不是的先看 docs/operations.md'
)


def _records() -> Iterator[Finding]:
    reasons = rollback_guard.why_alarm() if raised() else []
    words = f"{'；'.join(reasons)}；{ANSWER_FOR}" if reasons else "没有警报"
    yield Finding("记录", State.BROKEN if reasons else State.WELL, words)


def _files() -> Iterator[Finding]:
    missing = list(opened_things.missing_files())
    if missing:
        named = "、".join(missing[:MOST_FILES]) + ("……" if len(missing) > MOST_FILES else "")
        words = f"缺 {len(missing)} 个：{named}；从备份里找，再输入 flask drill"
        yield Finding("图片、录音、调解的文件", State.BROKEN, words)


def _runner(taken: Figures, now: datetime) -> Iterator[Finding]:
    for lane, at in taken.lanes.items():
        if at is None and taken.starts:
            yield Finding(f"后台任务 {codes.LANES[lane]}", State.WELL, "刚启动，第一遍还没做完")
            continue
        lives = stamps.is_fresh(at, now, within=figures.DEAD_AFTER)
        words = _ago(at, now) + ("" if lives else "；输入 systemctl restart consult-jobs")
        yield Finding(f"后台任务 {codes.LANES[lane]}", State.WELL if lives else State.BROKEN, words)
    for name, at in taken.runners.items():
        age = stamps.age(at, now, within=figures.DEAD_AFTER)
        gone = "（停了或者重启过）" if age is Age.LATE else ""
        yield Finding(
            "后台任务的进程", State.WELL if age is Age.FRESH else State.LOOK, f"{name}：{_ago(at, now)}{gone}"
        )


def _outbox(taken: Figures, now: datetime) -> Iterator[Finding]:
    late = stamps.age(taken.outbox_oldest, now, within=WAITS_TOO_LONG) not in (Age.NEVER, Age.FRESH)
    words = f"等着 {taken.outbox_waiting} 条" + (
        f"，最早 {_ago(taken.outbox_oldest, now)}" if taken.outbox_oldest else ""
    )
    if taken.outbox_given_up:
        words += f"，一天里放弃 {taken.outbox_given_up} 条"
    if taken.outbox_unknown:
        words += f"，其中 {taken.outbox_unknown} 条不知道到没到；输入 flask outbox list"
    if taken.account_refused:
        yield Finding("短信账号", State.BROKEN, "服务商不认，消息都发不出去；看 SMS_ 开头的设置")
    yield Finding("待发消息", State.LOOK if late or taken.outbox_given_up else State.WELL, words)


def _polls(taken: Figures, now: datetime) -> Iterator[Finding]:
    state = State.BROKEN if taken.polls_uncounted > 0 else State.WELL
    yield Finding("到时没计的票", state, f"{max(taken.polls_uncounted, 0)} 个投票")
    if taken.polls_set_aside:
        yield Finding("对不上数的投票", State.BROKEN, f"{taken.polls_set_aside} 个；输入 flask polls set-aside")
    if taken.ballot_keys_missing:
        yield Finding("不记名投票的密钥", State.BROKEN, f"缺 {taken.ballot_keys_missing} 个，不能计票")
    if taken.villages_in_doubt:
        yield Finding("时间有疑问的村", State.BROKEN, "有；输入 flask clock show")


def _backups(taken: Figures, now: datetime) -> Iterator[Finding]:
    at, drilled = taken.backup_at, taken.drill_at
    timely = stamps.is_fresh(at, now, within=BACKUP_EACH)
    lately = stamps.is_fresh(at, now, within=BACKUP_LATE)  # one noted ahead of the clock may be of any age
    todo = "" if timely else "；输入 systemctl start consult-backup"
    yield Finding("备份", State.WELL if timely else State.LOOK if lately else State.BROKEN, _ago(at, now) + todo)
    tried = stamps.is_fresh(drilled, now, within=DRILL_EACH)
    words = _ago(drilled, now) + ("" if tried else "；输入 systemctl start consult-drill")
    yield Finding("恢复演练", State.WELL if tried else State.LOOK, words)


def _villages(taken: Figures) -> Iterator[Finding]:
    if unknown := taken.villages_of_unknown_province:
        words = f"{'、'.join(unknown)}；输入 flask village set 村 --province 省"
        yield Finding("不认识的省", State.BROKEN, words)


def _ago(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "从来没有"
    ago = stamps.since(at, now)
    if ago is None:
        return f"记的是将来（{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC）：时钟往回调过，或者记录被改过，其实多久了不知道"
    minutes = int(ago.total_seconds() // 60)
    if minutes < 60 * 2:
        return f"{minutes} 分钟前"
    return f"{minutes // 60} 小时前" if minutes < 60 * 48 else f"{minutes // 1440} 天前"
