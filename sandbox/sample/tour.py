"""Example messages and the guided tour of the chat page, in both languages."""

from typing import Any

_NEW_ZH = """#协作 户籍证明
致：昆山市公安局
对象：陈望舒 身份证 320583199204080027
案件：A3202055500002026110012
事由：电信诈骗案嫌疑人户籍信息核实
紧急程度：加急"""

_NEW_EN = """#request household certificate
to: Kunshan PSB
subject: Chen Wangshu, ID 320583199204080027
case: A3202055500002026110012
reason: household details of a suspect in a telecom fraud
urgency: urgent"""

_KNOWN_ZH = """#协作 户籍证明
致：昆山
对象：许闻溪 身份证 {known}
事由：合同诈骗案涉案人员户籍核实"""

_KNOWN_EN = """#request household certificate
to: Kunshan
subject: Xu Wenxi, ID {known}
reason: household details of a person in a contract fraud"""

KNOWN_SUBJECT = ("许闻溪", "320583199206150025")
"""Name and resident ID of the subject that the ledger has a fresh household answer for."""

EXAMPLES: dict[str, dict[str, str]] = {
    "new": {"zh": _NEW_ZH, "en": _NEW_EN},
    "known": {
        "zh": _KNOWN_ZH.format(known=KNOWN_SUBJECT[1]),
        "en": _KNOWN_EN.format(known=KNOWN_SUBJECT[1]),
    },
}


def _step(zh: str, en: str, **action: Any) -> dict[str, Any]:
    return {"zh": zh, "en": en, **action}


TOUR: list[dict[str, Any]] = [
    _step(
        "以无锡民警林小满的身份发一条协作请求：内容会填好，按发送即可。",
        "As Lin Xiaoman, an officer of Wuxi, post a request: it will be filled in, just send it.",
        chat="无锡协作群",
        person="林小满",
        fill="new",
    ),
    _step(
        "切换为昆山的顾一苇：点“受理”，再点“反馈”，回复机器人的提问，再点选结果“已查实”。",
        "Become Gu Yiwei of Kunshan: press Accept, then Answer, reply, and pick how it came out: Found.",
        chat="昆山协作群",
        person="顾一苇",
    ),
    _step(
        "无锡的周知远询问同一人，按发送：已有的反馈会被提示，可直接复用。",
        "Zhou Zhiyuan, also of Wuxi, asks about the same person. Send it: the earlier answer is offered for reuse.",
        chat="无锡协作群",
        person="周知远",
        fill="new",
    ),
    _step(
        "再问一位台账里查过的人：台账里的旧反馈同样能复用。",
        "Ask about somebody in the imported ledger: its old answer can be reused too.",
        chat="无锡协作群",
        person="周知远",
        fill="known",
    ),
    _step(
        "把时钟拨快一天：没人受理的请求会被催办，并升级到上级苏州市局；有情况的群收到协作日报。",
        "Move the clock on by a day: what nobody took is reminded of and escalated to Suzhou; digests come.",
        chat="昆山协作群",
        person="沈听澜",
        advance=86400,
    ),
    _step(
        "私聊里的命令：先点“开始”，再发送 /help；也试试 /mine、/show、/find。",
        "Commands in the private chat: press Start first, then send /help; also try /mine, /show, /find.",
        private=True,
        person="林小满",
    ),
]
