"""Say what a code of the records means, with the code behind it: commands take the code, and whoever reads takes the word."""

from collections.abc import Mapping
from enum import StrEnum

from consult.domain import languages
from consult.domain.clock_leaps import Leap
from consult.domain.messages.outbox import Failure, MessageChannel, Sent, Unsent
from consult.domain.people.roles import Role
from consult.domain.polls.poll_faults import FaultKind
from consult.domain.refusals import Refused
from consult.web import i18n
from consult.web.words import refusal_words

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    FaultKind: {
        FaultKind.COUNTS_DIFFER: "选票、名册和计票单对不上",
        FaultKind.BALLOT_CHANGED: "有选票被改过、换过",
        FaultKind.KEY_MISSING: "缺密钥，开不了票",
    },
    Leap: {Leap.FORWARD: "时钟往前跳了", Leap.BACKWARD: "时钟往回跳了", Leap.SILENCE: "停了很久，看不出准不准"},
    MessageChannel: {MessageChannel.SMS: "短信", MessageChannel.ROBOT: "群机器人"},
    Sent: {Sent.TO_FILE: "已写入文件，没有发到手机"},
    Unsent: {
        Unsent.NOBODY: "没有收的人",
        Unsent.OVER: "事情已经过了",
        Unsent.TOO_LATE: "太迟了",
        Unsent.CALLED_OFF: "事情取消了",
        Unsent.MOVED: "改了日子",
        Unsent.VOTED: "已经投了票",
        Unsent.NOT_CALLED: "不用他来",
        Unsent.UNWILLING: "本人不想收",
        Unsent.UNKNOWN: "不知道到没到",
        Unsent.DROPPED: "管理员不发了",
        Unsent.SENDING: "正在发",
        Unsent.SENDING_AGAIN: "正在再发",
    },
    Failure: {
        Failure.REFUSED: "服务商不收",
        Failure.UNREACHED: "连不上服务商",
        Failure.UNKNOWN: "不知道到没到",
        Failure.ACCOUNT: "服务商不认账号",
    },
}
TEMPLATES = {
    "duty": "该办的事",
    "vote_reminder": "提醒投票",
    "rights": "登录方式或权利有变动",
    "poll_announced": "开始投票",
    "poll_extended": "投票延长",
    "poll_cancelled": "投票取消",
    "meeting_called": "召集会议",
    "agenda_added": "加了议题",
    "meeting_reminder": "提醒开会",
    "meeting_changed": "会议改期",
    "meeting_cancelled": "会议取消",
    "log_head": "日志核对码",
}
"""By name: the providers know these names too."""
LANES = {"closing": "截止计票", "messages": "发消息", "voices": "朗读", "rest": "其他"}
"""The lanes of the job runner."""


def named(code: StrEnum) -> str:
    """Return the word for a code, and the code, as 文书（clerk）."""
    return f"{_word(code)}（{code}）"


def named_template(template: str) -> str:
    """Return the word for a template of messages, and its name."""
    return f"{TEMPLATES[template]}（{template}）" if template in TEMPLATES else template


def named_error(noted: str) -> str:
    """Return what a message's last error means: one of our codes, or the class of an error as it is."""
    for kind in (Sent, Unsent, Failure):
        if noted in kind.__members__.values():
            return named(kind(noted))
    return noted


def refused(refusal: Refused) -> str:
    """Return the sentence of a refusal, in Chinese and then in English."""
    said = []
    for language in (languages.OFFICIAL, languages.SOURCE):
        with i18n.speaking(language):
            said.append(str(refusal_words.refusal_of_many(refusal)))
    return " / ".join(said)


def _word(code: StrEnum) -> str:
    if isinstance(code, Role):
        with i18n.speaking(languages.OFFICIAL):
            return refusal_words.role(code)
    return WORDS[type(code)][code]
