"""Say a fault that `audit verify`, the drill or the doctor found in Chinese, before the English of the verification."""

import re
from functools import cache

ABOUT = {
    "log": "日志",
    "poll": "投票",
    "bundle": "投票的核对包",
    "meeting": "会议",
    "case": "调解",
    "file": "照片、录音、调解的文件",
    "trigger": "防改的触发器",
    "rule": "规则",
    "row": "数据库的规则",
    "session_replication_role": "防改的触发器",
    "village": "村的记录",
    "heads": "日志核对码",
    "consultation": "议事",
    "task": "要办的事",
    "notice": "公示",
    "office": "职务",
    "household": "户",
    "person": "名册",
    "household_card": "户卡",
    "comment": "发言",
    "proposal": "提案",
    "official_answer": "正式答复",
    "opinion_summary": "意见归纳",
    "petition": "联名",
    "case_report": "调解的报表",
}
"""By the first word of a fault, as the verification writes it."""
SUBJECT = re.compile(r"(?:the )?([a-z_]+)(?: of poll)?(?:[ :]([0-9]+))?")
HEAD = re.compile(r"([^()]*?): (?=.)")
"""What a fault is about; the sentence stands after it."""
PART = re.compile(r", ([a-z]+) ([0-9]+)")
PARTS = {
    "unit": "名册第 {} 号",
    "ballot": "第 {} 次投的票",
    "arrival": "签到第 {} 行",
    "entry": "第 {} 条",
    "sheet": "计票表 {}",
    "revision": "第 {} 稿",
}
"""What follows the subject of a fault, by its English word."""
NAMES = {
    "kind of matter": "事项的种类",
    "paper": "材料",
    "list of questions": "审查的问题",
    "step": "步骤",
    "rule of one's own": "本村自己的规则",
    "settled rule": "定下来的规则",
}
"""Records that a sentence names by a placeholder."""
WORDS = {
    # rows held against the log: offices, notices, voters, ends of votes
    "an entry about {} is of no known form ({}: {})": "关于{}的一条，格式认不出来（{}：{}）",
    "holder, office or term are not those that the log has": "担任的人、职务或者任期和日志里的不一样",
    "in the log, but the office is gone": "日志里有，这个职务的记录没有了",
    "it was ended here and not in the log, or the other way round": "这里结束了、日志里没有，或者反过来",
    "no entry in the log; nobody gave it": "日志里没有，没有人给过这个职务",
    "no second person confirmed it in the log": "日志里没有第二个人确认",
    "in the log, but not on the board": "日志里有，公示栏上没有",
    "it is not as it was posted": "和贴出来的时候不一样",
    "no entry in the log; nobody posted it": "日志里没有，没有人贴过",
    "the head printed on it is not one of the log before it": "上面印的日志核对码，不是它以前日志里的",
    "the result on it is not the one that was declared": "上面写的结果不是宣布的结果",
    "is awaited on the roll, though they stood on that of a vote": "写着等回来上名册，可是已经在一次投票的名册上",
    "left the roll here and not in the log, or the other way round": "名册上走了、日志里没有，或者反过来",
    "who speaks for it is not whom the log has": "代表这一户的人和日志里的不一样",
    "somebody else speaks for the household than the log says": "代表这一户的人和日志里的不一样",
    "somebody else stands there than was called": "名册上的人和通知开会时的不一样",
    "somebody else stands there than was frozen": "名册上的人和冻结时的不一样",
    "somebody else voted than who stands there": "投票的人不是名册上的人",
    "somebody voted for the household whom the log does not name": "替这一户投票的人，日志里没有",
    "who stands on its roll is not who was announced": "名册上的人和通知时的不一样",
    "it is counted here and not in the log, or the other way round": "这里计了票、日志里没有，或者反过来",
    "it is declared here and not in the log, or the other way round": "这里宣布了、日志里没有，或者反过来",
    "it was closed before its time": "没到时间就结束了",
    "it was counted before its time": "没到时间就计了票",
    "the stored tally is not the one in the log": "存下的票数和日志里的不一样",
    "what was declared is not what the log says": "宣布的和日志里的不一样",
    "body, group, standing, channels or announcement differ from what was frozen": (
        "由谁表决、哪个小组、效力、投票方式或者通知的时间和冻结时的不一样"
    ),
    # the log and the files
    "entry {} is missing": "第 {} 条没有了",
    "entry {} does not follow the entry before it": "第 {} 条接不上前一条",
    "entry {} is of an older form than those before it": "第 {} 条的格式比前面的旧",
    "entry {} was changed after it was written": "第 {} 条写了以后被改过",
    "the head is not the last entry ({}); entries were cut off the end": "日志的头不是最后一条（{}），末尾被截掉了",
    "the printed head {} is in no entry; the log was rewritten or an old backup put back": (
        "印出来的核对码 {} 哪一条都没有：日志被重写过，或者放回了旧备份"
    ),
    "{} could not be verified to the end ({}: {})": "{} 没有核对完（{}：{}）",
    "it names a file that was never kept": "写着的文件从来没有存过",
    "file {} is not the one in the log": "文件 {} 不是日志里的那一个",
    "file {} is gone, or was changed after it was kept": "文件 {} 没有了，或者存了以后被改过",
    "file {}/{} is not what was kept": "文件 {}/{} 和当时存的不一样",
    "file {}/{} is not there": "文件 {}/{} 不在",
    "file {} is named, and no row says what it holds": "记录里写着文件 {}，可是没有一行说它是什么",
    "{} do not open with DATA_KEY": "有 {} 处用 DATA_KEY 打不开",
    # the guards of the database
    "missing or switched off; what it guards can be changed": "没有了或者关掉了，它守着的记录可以被改",
    "not the one that the program set": "不是程序设的那一个",
    "the program set no such trigger": "程序没有设过这个触发器",
    "set so that triggers do not fire": "设成了触发器不起作用",
    "the program set no such rule": "程序没有设过这条规则",
    "the program set none": "程序没有设过",
    # words
    "its words are not those in the log": "文字和日志里的不一样",
    "its words are not those of its newest revision": "文字和最新一稿的不一样",
    "a {} of which the log knows nothing": "有一条{}，日志里没有",
    "a {} in the log, but the record is gone or changed": "日志里有一条{}，记录却没有了或者被改过",
    "its signatures are not those of the log": "签名和日志里的不一样",
    # mediation
    "its line of lists does not open": "列表里的那一行打不开",
    "entry {} does not open": "第 {} 条打不开",
    "{} lines of its access log do not open": "查看记录有 {} 行打不开",
    "file case_files/{} is not there": "文件 case_files/{} 不在",
    "file case_files/{} does not open": "文件 case_files/{} 打不开",
    "its entries are not those of the log": "各条记录和日志里的不一样",
    "it does not stand where its last entry left it": "现在的状态和最后一条记录留下的不一样",
    "it has another number than it was filed under": "编号和立案时的不一样",
    "it stands in the log, but is gone": "日志里有，现在没有了",
    "its figures are not those that were handed in": "数字和上报的不一样",
    "its rounds of mediation are not those of the log": "走访排查的记录和日志里的不一样",
    # meetings
    "what was called does not give the fingerprint": "召集的内容算不出原来的指纹",
    "the fingerprint is not the one in the log": "指纹不是日志里的那一个",
    "the roll was changed after the call": "召集以后名册被改过",
    "it is not what the log says": "和日志里写的不一样",
    "in the log, but the line is gone": "日志里有，这一行却没有了",
    "who is here on its roll is not what the arrivals give": "名册上到会的人和签到的不一样",
    "in the log, but the entry is gone": "日志里有，这一条却没有了",
    "the confirmed minutes are not those in the log": "确认过的记录和日志里的不一样",
    "the minutes are not those that the chair confirmed": "会议记录不是主持人确认的那一份",
    # polls
    "no bundle ({}: {})": "做不出核对包（{}：{}）",
    "verify.py found: {}": "核对程序说：{}",
    "something stored is of no known form ({}: {})": "存着的东西认不出是什么格式（{}：{}）",
    "the frozen rules do not give the fingerprint": "冻结的规则算不出原来的指纹",
    "it was ended early, which only the chair of a meeting can do, once": "提前结束了；只有会议的主持人能提前结束，而且只能一次",
    "question, kind or times differ from what was frozen": "题目、种类或者时间和冻结时的不一样",
    "the answers differ from what was frozen": "选项和冻结时的不一样",
    "it is cancelled here and not in the log, or the other way round": "这里取消了日志里没有，或者反过来",
    "it is annulled here and not in the log, or the other way round": "这里作废了日志里没有，或者反过来",
    "a confirmed change does not give its fingerprint": "确认过的改动算不出它的指纹",
    "a change was confirmed here and not in the log, or the other way round": "有改动这里确认了日志里没有，或者反过来",
    "the roll was changed after it was frozen": "名册冻结以后被改过",
    "no entry in the log; it was put in from outside": "日志里没有，是从外面塞进来的",
    "the choice is not the one that was cast": "选的不是当时投的那一项",
    "voter or channel differ from the log": "投票的人或者方式和日志里的不一样",
    "in the log, but the ballot is gone": "日志里有，票却没有了",
    "the roll entry does not fit its ballots": "名册上的标记和票对不上",
    "it counts here and not in the log, or the other way round": "这里算数日志里不算，或者反过来",
    "what {} said of it ({}) is not what the log has": "{} 对它的表态（{}）和日志里的不一样",
    "contests were decided otherwise than the log has it": "异议的处理和日志里的不一样",
    "contests on which nobody agreed are not those that the log has": "没有谈拢的异议和日志里的不一样",
    "the ballots that do not count are not those that were told": "不算数的票和公布过的不一样",
    "appeals are answered otherwise than the log has it": "申诉的答复和日志里的不一样",
    "the appeals that were told are not those of the log": "公布过的申诉和日志里的不一样",
    "its secret ballot was cast more than once": "不记名的票投了不止一次",
    "{} secret ballots, but {} units have voted": "有 {} 张不记名的票，投过的却是 {} 个",
    "the secret ballots are not those that were counted": "不记名的票和计票时的不一样",
    "the sealed ballot {} is not as it was cast": "封着的票 {} 和投的时候不一样",
    "there are ballots outside of the boxes": "票箱外面还有票",
    "a ballot was cast before the opening or after the close": "有票是开始以前或者截止以后投的",
    "marks in the log are late and do not say so, or the other way round": "日志里补记的标记没有写明是补的，或者反过来",
    "who took part is not what was counted": "参加投票的人和计票时的不一样",
    "the receipts are not those that were counted": "回执和计票时的不一样",
    "the entries of the log that its bundle tells of are not those that were counted": "核对包说到的日志和计票时的不一样",
    "marked on the list, the roll and the log differently": "签领表、名册、日志上的标记不一样",
    "marks after the close are not those that two persons confirmed": "截止以后的标记不是两个人确认的那些",
    "a mark was undone for a contest of which no two officers ruled so": "因为异议撤了一个标记，可是没有两个负责的人这样裁定",
    "its figures are not those that two people confirmed": "数字不是两个人确认的那些",
    "in the log, but the sheet is gone": "日志里有，计票表却没有了",
    "who was present at its end is not what the log says": "结束时在场的人和日志里的不一样",
    "who was present at its end is not what the arrivals give": "结束时在场的人和签到的不一样",
    "a ballot was cast after the chair ended the vote": "主持人结束以后还有人投票",
    "somebody was marked who was not at the meeting": "给没有到会的人做了标记",
    "it does not add up and was set aside ({})": "对不上数，搁在一边了（{}）",
    "a recount gives {}, the stored tally is {}": "重新数是 {}，存着的是 {}",
    "the declared outcome is not what the ballots give": "公布的结果和票数不一样",
}
"""In Chinese each sentence of a fault that the program has in English, as it stands in the code after its subject; what is put in
is written as {}. A check compares both ways."""


def told(fault: str) -> str:
    """Return a fault in Chinese and then in English. One that has no words yet says at least what it is about."""
    found = SUBJECT.match(fault)
    about = ABOUT.get(found[1], "记录") if found else "记录"
    number = f" {found[2]} " if found and found[2] else ""
    words = in_chinese(fault)
    return f"{about}{number}不对{'：' if words else ''}{words} / {fault}"


def in_chinese(fault: str) -> str:
    """Return the sentence of a fault in Chinese, with the place in its subject; empty where there are no words for it."""
    head, sentence = parted(fault)
    for pattern, words in _patterns():
        if match := pattern.fullmatch(sentence):
            places = [PARTS[name].format(number) for name, number in PART.findall(head) if name in PARTS]
            return "，".join([*places, words.format(*(NAMES.get(one, one) for one in match.groups()))])
    return ""


def parted(fault: str) -> tuple[str, str]:
    """Return what a fault is about, and its sentence."""
    found = HEAD.match(fault)
    return (found[1], fault[found.end() :]) if found else ("", fault)


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return the sentences as patterns, those with the most words of their own first."""
    ordered = sorted(WORDS, key=lambda one: -len(one.replace("{}", "")))
    return [(re.compile("(.+?)".join(map(re.escape, one.split("{}"))), re.DOTALL), WORDS[one]) for one in ordered]
