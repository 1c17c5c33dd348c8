"""A supervisor hears what is out of the ordinary in the unit and below it: by asking, and once a day by itself."""

from __future__ import annotations

from tests.e2e.cast import KS, WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.posts import form, somebody


async def test_a_supervisor_asks_and_hears_by_itself_and_others_hear_nothing(open_desk: OpenDesk) -> None:
    desk = await open_desk(protection={"posts_per_minute": 0}, watch={"no_case": 1, "one_subject": 2})
    lu, shen, gu, he = (one.in_private() for one in (desk.lu, desk.shen, desk.gu, desk.he))
    for one in (lu, shen, gu, he):
        await one.starts()
    subject = somebody()
    for who in (desk.gu, desk.cheng):  # of Kunshan, below Suzhou
        await desk.asks(who, form(subject, to="无锡", due="9天"), to_group=WX)
    await desk.at_rest()

    await lu.says("/watch")
    told = await desk.bot_said("督查要览", "没有案件编号", "同一对象被多人查询", chat="陆怀瑾")
    assert "2 人问过" in told.text and "/r_KS26_0001" in told.text and "/r_KS26_0002" in told.text
    assert "顾一苇" in told.text and "程以恒" in told.text
    assert subject.id not in told.text and subject.name not in told.text and subject.id[-4:] not in told.text
    await lu.says("/r_KS26_0001")
    card = await desk.bot_said("KS26-0001", "→", chat="陆怀瑾")
    assert subject.id not in card.text, "the card is masked"

    await he.says("/watch")
    assert "没有达到" in (await desk.bot_said("督查要览", chat="何清越")).text
    await gu.says("/watch")
    await desk.bot_said("🚫 督查要览只供", chat="顾一苇")
    await desk.shen.says("/watch", to=KS)
    await desk.bot_said("只在私聊里给出", chat=KS)

    await desk.advance(days=1)
    daily = await desk.bot_said("每日督查要览", chat="陆怀瑾")
    assert "（新 2）" in daily.text and "/r_KS26_0002" in daily.text and subject.id not in daily.text
    await desk.at_rest()
    await desk.advance(days=1)
    await desk.at_rest()
    for name in ("陆怀瑾", "沈听澜", "何清越", "顾一苇"):
        heard = [said for said in await desk.bot_messages(name) if "每日督查要览" in said.text]
        assert [said.id for said in heard] == ([daily.id] if name == "陆怀瑾" else [])
