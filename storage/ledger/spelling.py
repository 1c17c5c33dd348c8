"""The one spelling in which the names of a ledger's columns are compared: half-width and simplified, without spaces,
remarks such as （必填） and decorations."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Traditional characters of the names in :mod:`storage.ledger.words` and of the words in
#: :mod:`storage.ledger.outcomes`, as offices in Hong Kong, Macau and Taiwan write them.
_TRADITIONAL = (
    "乾來侷係個偵備價內別動務區協員單噹圍執報塊實審寫寶專對導屬帳幣幹張彆彔復態戲戶據擬數時書會"
    "業榦構標機檔檯況準滿為營狀畢當發確碼稅種稱箇範簡簽籤納紹終結絡統經網緊線緣編緩緻總繫聯職臺"
    "與舉舖蓋處虛號衕製複覈見託記設許註証評詢話詳誌說調請論證識護負責質賬車軍輔輛辦迴進遊過達違"
    "遲選郵鄉銀鋪錄錢錶鏈門開間關隊電項順須領題類颱饋體髮鬚齣"
    "無覆獲駁歸廢補銷暫還絕後轉決檢該從"
)
_SIMPLIFIED = (
    "干来局系个侦备价内别动务区协员单当围执报块实审写宝专对导属帐币干张别录复态戏户据拟数时书会"
    "业干构标机档台况准满为营状毕当发确码税种称个范简签签纳绍终结络统经网紧线缘编缓致总系联职台"
    "与举铺盖处虚号同制复核见托记设许注证评询话详志说调请论证识护负责质账车军辅辆办回进游过达违"
    "迟选邮乡银铺录钱表链门开间关队电项顺须领题类台馈体发须出"
    "无复获驳归废补销暂还绝后转决检该从"
)
_SIMPLIFY = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
_REMARK = re.compile(r"[(\[【〔<《{]([^)\]】〕>》}]*)[)\]】〕>》}]?")
#: What stands in brackets behind a column's name and tells nothing of what it means.
_PADDING = re.compile(
    r".*(?:必填|选填|非必|可不填|必录|必须|不可为?空|格式|文本|数字|下拉|单选|多选|可多|填写|全称|简称|盖章|加盖|如有|若有|示例|"
    r"例[:如]|^如|精确|不超过|位|yyyy|mm|dd|年.?月.?日|\d|required|optional|mandatory|text|format|e\.?g).*|[*★☆#]*|元|人|份|起|次|天|个",
    re.IGNORECASE,
)
_DECORATION = re.compile(
    r"^(?:[*★☆●◆■※]+|(?:\d{1,2}|[一二三四五六七八九十]{1,2})[、.．)]|[①-⑳])+|[*★☆●◆■※:,;。、.?]+$"
)


def simplified(text: str) -> str:
    """The text in simplified characters, as far as the names of columns and the words of states need it."""
    return text.translate(_SIMPLIFY)


@lru_cache(maxsize=4096)
def plain(header: str) -> str:
    """A column's name in the one spelling that is compared: a remark that tells something stands before it."""
    text = "".join(c for c in unicodedata.normalize("NFKC", header) if unicodedata.category(c)[0] != "C")
    text = "".join(text.split()).casefold().translate(_SIMPLIFY)
    told = [found[1] for found in _REMARK.finditer(text) if not _PADDING.fullmatch(found[1])]
    bare = _DECORATION.sub("", _REMARK.sub("", text))
    return _DECORATION.sub("", "".join(told)) + bare if bare else _DECORATION.sub("", text)


@lru_cache(maxsize=4096)
def without_remarks(header: str) -> str:
    """The name alone, whatever stands in brackets behind it."""
    text = "".join(unicodedata.normalize("NFKC", header).split()).casefold().translate(_SIMPLIFY)
    return _DECORATION.sub("", _REMARK.sub("", text))
