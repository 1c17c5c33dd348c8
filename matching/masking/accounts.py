"""Names that people and machines have on networks: accounts after a word that announces them, mail, sites."""

from __future__ import annotations

import re
from collections.abc import Iterator

from matching.words.common_english import COMMON_ENGLISH

_NETWORKS = (
    r"微信|威信|薇信|v信|(?:vx|wx|tg|fb|ig)(?=\s?[::号=是为])|wechat|weixin|qq|扣扣|企鹅|快手|抖音|火山|小红书|微博|支付宝|陌陌|探探|钉钉|淘宝|闲鱼|京东|拼多多|百度|知乎|B站|哔哩哔哩|"
    r"telegram|电报|纸飞机|飞机|facebook|脸书|instagram|推特|twitter|whatsapp|tiktok|skype|viber|discord|蝙蝠|游戏|平台|网络|直播|钱包|社交"
)
_ACCOUNT = re.compile(
    rf"(?:(?:{_NETWORKS})\s?(?:账号|帐号|账户|号码|号|昵称|名称|网名|名|ID|id|用户名|群名|群)?|网名|昵称|用户名|登录名|账号|帐号|账户名?|微信名|群名|"
    r"(?<![A-Za-z])(?:user\s?(?:name|id)|account|nickname|ID|UID)(?![A-Za-z]))"
    r"(?P<sign>(?:\s?[::为是叫=]\s?|\s)?[“\"'「『(（《]|\s?[::为是叫=]\s?|\s)?(?P<what>@?[A-Za-z0-9][A-Za-z0-9_.\-]{2,40}|[^\s，,。；;、:：()（）“”\"'《》/]{1,20})",
    re.IGNORECASE,
)
_SAYS_NOTHING = re.compile(
    r"不|未|无|待|同|见|核|查|调|注册|登录|实名|绑定|转|冻|封|信息|情况|明细|流水|记录|持有|使用|所有|归属|开户|主体|及|和|与|的|等|是|为|在|已|有|被|由|于|聊|群|里|中|上|下|后|前|时|类|等"
)
_HANDLE = re.compile(r"(?<![A-Za-z0-9@.])@[A-Za-z0-9_]{3,32}")
_MAIL = re.compile(
    r"[A-Za-z0-9._%+\-]{1,64}\s{0,2}(?:@|\[at\]|\(at\)|＠)\s{0,2}[A-Za-z0-9\-]{1,63}(?:\s?(?:\.|点|\[dot\])\s?[A-Za-z0-9\-]{1,63}){1,4}",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?:https?|ftp|hxxps?|tg|weixin|alipays?)\s?:\s?/\s?/[^\s,，。;；、）)\u3400-\u9fff]{1,300}",
    re.IGNORECASE,
)
_TOP = (
    "com|net|org|info|biz|top|xyz|vip|cc|io|me|tv|co|app|dev|shop|site|club|online|store|live|fun|icu|work|link|pro|ltd|wang|"
    "cn|hk|tw|mo|ru|jp|kr|us|uk|de|fr|sg|my|th|vn|kh|mm|la|ph|id|in|ir|ae|to|ly|gg|ai|tk|ml|ws|pw|su|ua|kz"
)
_SITE_END = re.compile(
    rf"(?<=[A-Za-z0-9])\s?[.。点]\s?(?:{_TOP})(?![A-Za-z0-9])(?:/[^\s,，。;；、）)\u3400-\u9fff]{{0,200}})?",
    re.IGNORECASE,
)
_OF_A_SITE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")
SITE_MOST = 100  # characters before its end
_HAN_SITE = re.compile(r"[\u3400-\u9fffA-Za-z0-9\-]{1,30}\.(?:中国|公司|网络|网址|在线|中文网)")
_HEX = r"[0-9A-Fa-f]{1,4}"
_MACHINE = re.compile(
    rf"(?<![0-9A-Za-z:])(?:(?:{_HEX}:){{3,7}}{_HEX}|(?:{_HEX}:){{1,7}}:(?:{_HEX}(?::{_HEX}){{0,6}})?"
    rf"|::{_HEX}(?::{_HEX}){{0,6}}|(?:[0-9A-Fa-f]{{2}}[-.: ]){{5}}[0-9A-Fa-f]{{2}}"
    r"|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4})"
    r"(?![0-9A-Za-z:])"
)


def accounts(text: str) -> Iterator[tuple[int, int]]:
    """Where such names stand in a folded text. May overlap."""
    for shape in (_MACHINE, _LINK, _MAIL, _HANDLE, _HAN_SITE):
        for found in shape.finditer(text):
            yield found.span()
    last = 0
    for found in _SITE_END.finditer(text):
        start = found.start()
        while start > max(last, found.start() - SITE_MOST) and text[start - 1] in _OF_A_SITE:
            start -= 1
        last = found.end()
        yield start, last
    for found in _ACCOUNT.finditer(text):
        what = found["what"]
        plain = not what.isascii()
        if plain and (found["sign"] is None or _SAYS_NOTHING.match(what)):
            continue
        if (
            not plain
            and found["sign"] is None
            and not any(c.isdigit() or c in "_-@" for c in what)
            and len(what) < 6
        ):
            continue
        if (found["sign"] or "").isspace() and what.lower() in COMMON_ENGLISH:  # ID card, account of
            continue
        yield found.span("what")
