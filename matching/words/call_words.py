"""Words that say whose a telephone number or an address is: that of whoever writes, or of a colleague, to be called.

Written folded and lower case. They stand before a number, behind it, or before a name of one's own.
"""

from __future__ import annotations

import re

_US = (
    r"(?:我们?(?:方|处|局|所|队|办|单位|支队|大队|中队|专班)?(?:这边|这里|这|本人|自己)?|咱们?|"
    r"本(?:所|局|队|处|办|单位)|俺)"
)
_PHONE = (
    r"(?:(?:私人|个人|单位|办公室?|工作|值班|联系|直线|警务通?)?"
    r"(?:手机|电话|座机|内线|小号|短号|微信|邮箱|联系方式)(?:号码?)?|号码?)"
)
_CALLS = (
    r"(?:联系|打(?:电话)?(?:给|到)?|找|呼|回(?:复|个?电话?|电话)?(?:给|到|至)?|致电|拨打?|"
    r"加|知会|call|短信|微信|电联)"
)
_TELLS = r"(?:(?:告知|通知|告诉|转告|反馈|发|转|报)(?:给|到|至|送|来|往)?)"
_WHO_WAITS = r"(?:本人|经办人?|承办人?|办案人|(?:办案|承办|经办|值班|我(?:们)?)民警)"
#: Something is known by then: 有结果打…, 查到发….
_ONCE = (
    r"(?:有(?:事情?|问题|疑问|疑义|情况|结果|消息|线索|进展|需要|不清楚的?)|结果|查到了?|查好了?|出来后?|"
    r"方便(?:的话|时)?|收到后?|如有[\u3400-\u9fff]{1,4})"
)
_THEN = r"(?:的话|后|时|就|请|可以?|麻烦|烦请|直接|随时|尽快|马上|立即|及时|先|再|电话|用?短信|用?微信|[\s,，]){0,5}"
#: Between the words and the number.
_TO = rf"[\s:：,，是为在到至给—\-(（]{{0,3}}(?:的?{_PHONE})?[\s:：,，是为—\-(（]{{0,3}}"
_BACK = (
    r"(?:回(?:个|一个)?(?:电话?|拨|话|call|信息|短信)(?:至|到|给)?|请(?:致|来|回)?电(?![信诈脑动瓶子影])|"
    r"(?:欢迎|可|请|有事)来电|电联|速联系|值班(?:电话|室)|专班(?:电话|热线))"
)
_ME = r"(?:me|us)"
_EN_PHONE = r"(?:phone|mobile|cell|number|no\.?|tel|telephone|line|desk|ext(?:ension)?|whatsapp|wechat|e-?mail|contact)"
_EN_CALL = (
    rf"(?:(?:call|ring|phone|text|reach|contact|whatsapp|wechat|msg|message|dm|e-?mail|notify|ping) {_ME}"
    r"(?: back| directly| anytime)?"
    rf"|(?:give|drop) {_ME} an? (?:call|ring|shout|text|line|message)|(?:get|come|report) back to {_ME}"
    r"|call ?back(?: number| no\.?)?"
    r"|(?:i am|i'm|i can be|we are|we're|we can be) (?:reached|reachable|available|contactable)"
    rf"|(?:my|our)(?: own| direct| work| office| personal| duty)? {_EN_PHONE}(?: number| no\.?)?"
    r"|mine|duty (?:phone|desk|officer|line)|(?:any )?(?:questions?|queries)"
    r"|(?:send|forward|text|e-?mail)(?: it| them| results?| the results?| (?:the |your )?(?:answer|reply|findings))? to"
    r"|(?:results?|repl(?:y|ies)|answers?|findings)[,:]? ?(?:to|back to|at|on|call|ring|contact|pls call|please call))"
)
#: Right before a number: it is the writer's, or a colleague's.
BEFORE = re.compile(
    rf"(?:{_US}的?{_PHONE}|{_CALLS}(?:{_US}|{_WHO_WAITS})的?|给{_US}(?:打|回|来|拨)(?:一?个)?(?:电话?|信息|短信|消息)?"
    rf"|{_BACK}|{_ONCE}{_THEN}(?:{_CALLS}|{_TELLS}|来电|请电|(?:打|回)?电话){_US}?){_TO}$"
    rf"|(?<![a-z]){_EN_CALL}(?:[ ,]+(?:on|at|via|by|is|no\.?|number|phone|mobile|tel|please|pls|call))*[\s:：=(,?\-]*$"
)
_THEIRS = rf"(?:(?>{_US})|本人)"
#: Right behind a number; no other number follows: 13812345678 联系我13912340001 says it of the second.
BEHIND = re.compile(
    rf"[\s,，(（]{{0,2}}(?:(?:可以?|请|随时|直接|有事)?(?:联系|打|找|回|呼|致电|加){_THEIRS}"
    r"(?=$|[\s,，。;；!！)）]|电话|手机|谢|即可|就[行好]|[哈吧])|"
    rf"(?:这|此|以上)?(?:是|为)?{_THEIRS}的?{_PHONE}|(?:这|此)?是我的?(?=$|[\s,，。;；)）])|"
    rf"(?:is )?(?:my|our) {_EN_PHONE}(?![a-z])|is mine(?![a-z])|\((?:me|mine)\)|"
    rf"(?:to )?(?:call|reach|contact|text|ring) {_ME}(?![a-z]))"
    r"(?![\s:：是为在到至的)）]{0,3}(?:手机|电话|号码?|phone|mobile|on|at)?[\s:：]{0,2}[\d+])"
)
#: What a number is asked for, behind it: then it is no number to call.
ASKED_FOR = re.compile(r"[\s)）]*(?:这个号|号码|手机)?(?:的)?(?:机主|号主|实名|开户|话单|通话|是谁|登记)")
#: Before the name of whoever writes: 我是林小满, this is Lin Xiaoman.
I_AM = re.compile(
    r"(?:(?<![你您他她问])(?:我(?:是|叫|系)|我们(?:是|系)|本人(?:是|叫|系))|(?:这里|这边|我这)是|"
    r"(?<![a-z])(?:i am|i'm|my name is|this is|it's|it is)"
    r"(?: officer| detective| det\.?| inspector| insp\.?| sergeant| sgt\.?| constable| pc)?(?= [a-z]))\s*[:：]?\s*"
)
#: Without any of these a line says nothing of whom to call.
MAY_CALL = re.compile(
    r"[我咱俺谢]|本[所局队处办单]|敬礼|回[电拨]|联系|[承经办主协]办|办案|民警|这[里边]是|辛苦|拜托|officer|investigat|"
    r"来电|值班|请[致来回]?电|有[事问疑结情消线进需不]|如有|结果|查[到好]|出来|方便|收到|为[盼感]|致谢|专班|"
    r"\b(?:me|us|my|our|mine|i|we|thank|thanks|thanx|thx|tks|regards|rgds|sincerely|yours|contact|call|callback|cheers|"
    r"duty|questions?|queries|results?|reply|replies|answers?|findings|send|forward|text|e-?mail|this|it|it's|i'm|we're)\b",
    re.IGNORECASE,
)
#: Words that end a post; who stands behind them has signed it.
CLOSING = re.compile(
    r"(?:谢谢|多谢|感谢|谢了|辛苦了?|拜托了?|此致|敬礼|致谢|为盼|为感|为谢|"
    r"(?<![a-z])(?:thank you|thanks|thanx|thx|tks|cheers|regards|rgds|sincerely|yours))"
    r"(?:谢谢|各位|大家|领导|兄弟们?|弟兄们?|同志们?|战友们?|[您你啦了哈]|敬礼|配合|支持|"
    r"(?:a lot|so much|very much|in advance|again|and (?:best |kind )?regards|best regards|regards|all|team|truly)"
    r"(?![a-z])|[\s,，。.!！~、\-—])*"
)
#: Labels of lines that give a number to call, as :func:`matching.form.labels.label_of` folds them.
OWN_LABEL = re.compile(
    rf"(?:{_US}|值班|民警|警官|经办|承办|办案|主办)的?{_PHONE}|{_CALLS}(?:{_US}|{_WHO_WAITS})(?:{_PHONE})?|"
    rf"请?回电(?:话|号码)?|请?回拨|{_ONCE}(?:请|可|直接|随时)?(?:联系|打|回|发|电话)(?:给|至|到)?{_US}?(?:{_PHONE})?|"
    r"(?:请|有事)(?:联系|来电|致电|拨打)|请电|"
    rf"(?:my|our)(?:own|direct|work|office|duty)?{_EN_PHONE}(?:number|no)?|"
    r"(?:please|pls)?(?:call|reach|contact|text|phone|ring)(?:me|us)(?:on|at|back)?|callback(?:number|no)?|"
    r"replyto|resultsto|sendresultsto"
)
#: They say that somebody is to be called, and not whether that is the subject.
ANYBODYS = frozenset(
    ("联系电话", "联系方式", "联系手机", "联系手机号", "联系手机号码", "联系电话号码", "联系号码")
)
