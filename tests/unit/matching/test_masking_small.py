"""Names without capitals or surname, and ids of networks that are also words: hidden, and plain words are not."""

from __future__ import annotations

import pytest

from matching.masking.masking import mask_text

HIDDEN = {
    "check chen wangshu please": "wangshu",
    "the suspect is ma qiang, seen with li jianguo": "qiang",
    "seen with li jianguo at noon": "jianguo",
    "her husband du ruo-fei left": "ruo",
    "a woman named tanaka yui": "tanaka",
    "a man called svensson": "svensson",
    "mrs. okafor said so": "okafor",
    "妻子丽红在家": "丽红",
    "女儿小雨上学": "小雨",
    "他妻子叫美玲": "美玲",
    "其女晓燕": "晓燕",
    "儿子建军和女儿晓燕": "建军",
    "LINE：taro": "taro",
    "LINE ID: tanaka99": "tanaka99",
    "line: tanaka_99": "tanaka_99",
    "his LINE is taro.yamada": "yamada",
    "her wechat is lilyrose": "lilyrose",
    "WeChat ID zhangsan_w": "zhangsan",
    "signal: tom.88": "tom.88",
    "kakao: minho88": "minho88",
}
SHOWN = [
    "we will check the plate and reply",
    "call records for the last week",
    "the line is busy",
    "line: 12",
    "on the line of the report",
    "signal lost near the station",
    "he can run",
    "you are called in the morning",
    "a man called the police",
    "long time no see",
    "song list",
    "妻子在家",
    "妻子回娘家",
    "女儿上学去了",
    "丈夫出门了",
    "丈夫打工",
    "母亲说他不在",
    "儿子平安回家",
    "父亲已去世",
    "女儿健康",
    "微信聊天记录",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_what_names_somebody_is_hidden(text: str) -> None:
    assert HIDDEN[text] not in mask_text(text)


@pytest.mark.parametrize("text", SHOWN)
def test_plain_words_stay_readable(text: str) -> None:
    assert mask_text(text) == text
