"""Why two requests match, as codes, and the words for them in English and Chinese."""

from __future__ import annotations

from matching.identifiers.kinds import KINDS
from matching.identifiers.values import Reason

_KINDS = {kind.key: kind.chinese for kind in KINDS} | {"name": "姓名"}

#: code -> (English, Chinese). ``{kind}`` is the key of the identifier in English, its name in Chinese.
WORDS = {
    "same_id": ("same {kind}", "同一{kind}"),
    "found_id": ("same {kind}, in the text", "正文中{kind}相同"),
    "damaged_id": ("same {kind}, though damaged", "{kind}相同但校验不符"),
    "edit_id": ("{kind} with digits swapped or lost", "{kind}有换位或缺位"),
    "slip_id": ("{kind} one character apart", "{kind}相差一位"),
    "close_id": ("{kind} nearly the same", "{kind}相近"),
    "partial_id": ("{kind} agrees as far as it is given", "{kind}部分一致"),
    "shared_id": ("{kind} of several people on file", "{kind}为多人共用"),
    "shown_id": ("{kind} agrees with its mask", "{kind}与打码部分一致"),
    "masked_id": ("{kind} agrees with its mask", "{kind}与打码部分一致"),
    "conflict_id": ("different {kind}", "{kind}不同"),
    "different_id": ("different {kind}", "{kind}不同"),
    "same_name": ("same name", "姓名相同"),
    "sound_name": ("name sounds the same", "姓名同音"),
    "near_name": ("name nearly the same", "姓名相近"),
    "masked_name": ("name agrees with its mask", "姓名与打码部分一致"),
    "partly_name": ("name partly the same", "姓名部分相同"),
    "different_name": ("different name", "姓名不同"),
    "same_type": ("same type", "同类事项"),
    "other_type": ("other type", "事项类型不同"),
    "same_case": ("same case", "同一案件"),
    "other_case": ("other case", "案件不同"),
    "same_period": ("same period", "同一时段"),
    "within_period": ("period lies within the earlier one", "时段在原时段之内"),
    "overlap_period": ("periods overlap", "时段有重叠"),
    "other_period": ("other period", "时段不同"),
    "answered": ("answered {days} days ago", "{days} 天前答复"),
    "answered_today": ("answered today", "今天答复"),
    "answered_yesterday": ("answered 1 day ago", "1 天前答复"),
    "expired": ("answered {days} days ago, no longer fresh", "{days} 天前答复，已过有效期"),
    "undated": ("answered, on a date that is not known", "已答复，答复日期不详"),
    "open": ("not answered yet", "尚未答复"),
    "nothing_found": ("nothing was found then", "当时查无结果"),
    "partly_answered": ("partly answered", "部分答复"),
    "covers": ("covers {covered} of {of} subjects", "涵盖 {of} 个对象中的 {covered} 个"),
    "rival": ("another person of that name on file", "库中有同名他人"),
    "similar_reason": ("reasons {percent} % alike", "事由相似度 {percent}%"),
}


def words(reason: Reason, language: str = "en") -> str:
    """The reason in the language (``zh`` or, for anything else, English)."""
    english, chinese = WORDS[reason.code]
    params = dict(reason.params)
    if language.startswith("zh"):
        if "kind" in params:
            params["kind"] = _KINDS.get(params["kind"], params["kind"])
        return chinese.format(**params)
    return english.format(**params)


#: What people call a kind whose key they would not understand; the others are called by their keys.
_SPOKEN = {kind.key: kind.english or kind.key.replace("_", " ") for kind in KINDS}


def spoken(reason: Reason, language: str) -> str:
    """The reason for people in a chat: no key of ours in it."""
    if language.startswith("zh") or "kind" not in reason.params:
        return words(reason, language)
    kind = str(reason.params["kind"])
    called = _SPOKEN.get(kind, kind)
    return words(Reason(code=reason.code, params={**reason.params, "kind": called}), language)


def english(reason: Reason) -> str:
    """What ``crossbeat match`` prints, e.g. ``same cn_id``."""
    return words(reason, "en")


def answered(days: int, *, fresh: bool) -> Reason:
    """When an answer came, in whole days before now."""
    if not fresh:
        return Reason(code="expired", params={"days": days})
    if days <= 0:
        return Reason(code="answered_today")
    return Reason(code="answered_yesterday") if days == 1 else Reason(code="answered", params={"days": days})
