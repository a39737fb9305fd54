"""What each command does, in Chinese: whoever runs one in a county office reads it there first."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import cleandoc

import click

from consult.domain.characters import escaped

HELP: dict[str, str] = {
    "accounts": "不在名册上的任职人员和账号。",
    "accounts add": "给不在名册上的人安排职务：村子还没开始用，或者没有人能安排的时候。",
    "accounts number": "给任职人员换号码，他所在的每个村都换；用验证码的登录都退出。",
    "accounts show": "列出村里哪些任职人员不在名册上；号码打星号。",
    "audit": "每个村的日志。",
    "audit accept-restored": "放回了旧的数据库，决定照用。日志会写明丢了什么，谁都看得到。",
    "audit assets": "取一个正在运行的网站的网页和程序，和本机的文件比对。最好也从外面的网络来比。",
    "audit verify": "重算日志、核对码、名册、选票和票数。有错就逐条列出，退出码 1。",
    "audit witness": "显示每个村的日志核对码和数据库以外的见证；按公示上印的核对码找到那一条。",
    "backup": "把数据库、照片、录音写进一个加密的文件，村里照常用。",
    "clock": "本机的时钟。",
    "clock settle": "时钟有疑问时，由站在机器旁的两个不同职务的人确认时间。",
    "clock show": "现在几点，最后一次确认是什么时候，哪些村的时间有疑问。",
    "demo": "演示村。",
    "demo seed": "没有演示村就建一个，并列出可以扮的人。",
    "doctor": "一屏看完：结构、密钥、时钟、硬盘、后台任务、消息、投票、备份。退出码 0 都好，1 要留意，2 有坏的。",
    "drill": "把备份（不写文件：现做一份）恢复到临时的地方，全部核对一遍。",
    "factors": "干部的第二道验证。",
    "factors recover": "丢了第二道验证的干部，由管理员停用，让他们照原来的办法登录再设。",
    "factors show": "村里要不要第二道验证，谁设了。",
    "jobs": "后台任务。",
    "jobs run": "到时间截止投票、清理旧数据、发消息。按 Ctrl-C 停。",
    "keys": "数据和备份的密钥。",
    "keys backup": "做一对备份密钥：私钥写进文件，公钥填到 BACKUP_KEY。",
    "keys rotate": "把还用 DATA_KEY_OLD 加密的，全部换成 DATA_KEY。可以中断，再来一次。",
    "offices": "职务。",
    "offices end": "结束一个职务，由两个不同职务的人一起办，和网页上一样。",
    "offices give": "安排一个职务，由两个不同职务的人一起办，和网页上一样。",
    "offices show": "列出村里谁有什么职务。",
    "persons": "人。",
    "persons card": "忘了户卡密码、丢了户卡：给他申请一张新卡，由两个不同职务的人一起办，和网页上一样。",
    "persons show": "这个人在名册的哪一户，有什么职务，有没有号码（打星号）。",
    "outbox": "要发出去的消息。",
    "outbox drop": "不再发这些消息，要写理由；理由写进日志。",
    "outbox list": "列出还没发出去、放弃了、不知道有没有发到的消息；号码打星号。",
    "outbox retry": "把放弃了的消息再发一次；已经没有意义的不发。",
    "polls": "投票。",
    "polls bundle": "把一次已经计票的投票写成 zip：规则、名册、选票、计票单、日志和核对程序。",
    "polls close-due": "截止并计票：所有到时间的投票。",
    "polls set-aside": "列出对不上数、已经搁置的投票。有就退出码 1。",
    "restore": "把备份放回来。比这台机器见过的旧，网站就只能看，直到有人处理。",
    "roll": "村民名册。",
    "roll cards": "给没有户卡的每一户做一张卡：户卡一次全部收回之后用。",
    "roll export": "把名册写到文件（.xlsx 或 .csv）。原样再导入，什么都不变。",
    "roll import": "读名册（.xlsx、.xls、.et、.ods、.csv），列出改动，确认后才导入；要么全部，要么一点不动。",
    "search": "搜索的索引。",
    "search rebuild": "按记录重做搜索的索引，不会丢东西。",
    "translate": "各种语言的句子。",
    "translate compile": "写出程序读的 .mo 文件。",
    "translate derive": "做出由别的语言转换来的句子。",
    "translate outage-page": "写出 nginx 在网站连不上、文件太大时显示的网页：docs/deploy/down.html 和 large.html。",
    "translate update": "把程序里的新句子加进各种语言。",
    "version": "程序和数据库是哪个版本。",
    "village": "村。",
    "village create": "建一个村，名册空着。SLUG 是网址里的名字：小写字母、数字、连字号。",
    "village list": "列出所有的村。",
    "village set": "改村名、省、集体经济组织。村里在用以后要两个干部，日志写明是谁。",
    "village close": "关闭一个村：网页、文书、存档、日志都留着，只能看，不能再加。还有没办完的就不能关。可以再开。",
    "village rename": "改一个村网址里的名字。旧网址会转到新的，印出去的二维码还能用。",
    "village reopen": "把关闭了的村再开。",
    "village show": "一个村的情况：名册、职务、投票。",
    "voice": "由机器朗读的网页。",
    "voice make": "把还没有的朗读声音都做好，删掉网页上已经不说的。后台任务自己也会做。",
    "voice missing": "有多少段朗读声音、占多大，还缺哪些（写出开头几个字）。",
    "voice remove": "删掉全部朗读声音。后台任务夜里重做，voice make 马上重做。",
    "voice say": "把 WORDS 读进文件 PATH，先听听声音怎么样。",
}


USAGE = (
    (click.NoSuchOption, "没有这个选项"),
    (click.BadOptionUsage, "选项写得不对"),
    (click.MissingParameter, "少了要写的"),
    (click.BadParameter, "有一项的值不对"),
    (click.UsageError, "命令写得不对"),
)
"""What is wrong with a line as it was typed, the narrower kinds first; the English of click names the part."""


MOST_OF_A_SENTENCE = 1500
"""Characters of an error: a sentence in two languages with a path in each. What is longer holds something that was typed."""


def plain(sentence: str) -> str:
    """Return an error as a terminal may show it: on one line, without what it would obey, and not without end."""
    shown = escaped(sentence[:MOST_OF_A_SENTENCE])
    return shown if len(sentence) <= MOST_OF_A_SENTENCE else f"{shown}…"


HAN = re.compile("[\u3400-\u9fff]")


@contextmanager
def usage_told() -> Iterator[None]:
    """Say in Chinese first what is wrong with a line as it was typed. Raises click.UsageError with both."""
    try:
        yield
    except click.UsageError as error:
        english = error.format_message()
        if isinstance(error, click.exceptions.NoArgsIsHelpError):
            raise
        if not HAN.match(english):
            chinese = next(words for kind, words in USAGE if isinstance(error, kind))
            english = f"{chinese} / {english}"
        raise click.UsageError(plain(english), error.ctx) from None


def told(name: str, english: str) -> str:
    """Return the help of a command in Chinese, with the English below it."""
    return f"{HELP[name]}\n\n{cleandoc(english)}" if name in HELP else english


def with_chinese(command: click.Command, name: str) -> click.Command:
    """Put the Chinese before the help of a command, once."""
    if name in HELP and not (command.help or "").startswith(HELP[name]):
        command.help = told(name, command.help or "")
        command.short_help = HELP[name]
    return command
