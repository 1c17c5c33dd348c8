"""The last day of the sample bureau, scene by scene: what is on the wall when `crossbeat try` opens."""

from dataclasses import dataclass, field

from sandbox.sample.sample import KS_CHAT as KS
from sandbox.sample.sample import SZ_CHAT as SZ
from sandbox.sample.sample import WX_CHAT as WX
from sandbox.sample.tour import KNOWN_SUBJECT

LIN, ZHOU, HE, GU, SHEN, YE = 1101, 1102, 1103, 1201, 1202, 1402


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Somebody says or presses something; what the bot is waited for to say or offer before the next scene."""

    hours_ago: float
    chat: int
    person: int | None = None
    text: dict[str, str] = field(default_factory=dict)
    press: str = ""  # the action of a button
    then_chat: int | None = None
    then_button: str = ""
    then_words: tuple[str, ...] = ()


_OVERDUE = {
    "zh": "#协作 居住核查\n致：昆山\n对象：沈若水 320583199107220032\n事由：寻找失联证人，请核实现住址\n时限：8小时",
    "en": "#request residence check\nto: Kunshan\nsubject: Shen Ruoshui 320583199107220032\n"
    "reason: a witness cannot be reached; please confirm where she lives\ndue: 8 hours",
}
_KNOWN = {
    "zh": f"#协作 户籍证明\n致：昆山\n对象：{KNOWN_SUBJECT[0]} {KNOWN_SUBJECT[1]}\n事由：合同诈骗案涉案人员户籍核实",
    "en": f"#request household certificate\nto: Kunshan\nsubject: Xu Wenxi {KNOWN_SUBJECT[1]}\n"
    "reason: household details of a person in a contract fraud",
}
_WAITING = {
    "zh": "#协作 机主信息\n致：昆山\n对象：13962660588\n事由：电信诈骗案涉案号码，请查机主\n紧急程度：加急",
    "en": "#request phone subscriber\nto: Kunshan\nsubject: 13962660588\n"
    "reason: a number used in a telecom fraud\nurgency: urgent",
}

_DIGEST_ASKED = {"zh": "/digest", "en": "/digest"}
_DIGEST = ("日报", "digest")


def _digest(chat: int, person: int) -> Scene:
    return Scene(
        hours_ago=0, chat=chat, person=person, text=_DIGEST_ASKED, then_chat=chat, then_words=_DIGEST
    )


DAY = (  # less than 24 hours: no digest comes by itself meanwhile (see `crossbeat try`), the last scenes ask for it
    Scene(hours_ago=23.5, chat=WX, person=LIN, text=_OVERDUE, then_chat=KS, then_button="accept"),
    Scene(hours_ago=23, chat=KS, person=GU, press="accept", then_chat=KS, then_button="answer"),
    Scene(hours_ago=3, chat=SZ, then_chat=SZ, then_words=("升级", "督促", "Escalated", "see to it")),
    Scene(hours_ago=2.5, chat=WX, person=ZHOU, text=_KNOWN, then_chat=WX, then_button="reuse"),
    Scene(hours_ago=0.3, chat=WX, person=LIN, text=_WAITING, then_chat=KS, then_words=("机主", "subscriber")),
    _digest(WX, HE),
    _digest(KS, SHEN),
    _digest(SZ, YE),
)
