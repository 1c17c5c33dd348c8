"""`crossbeat months` as an administrator types it beside a running bot: a month's key is destroyed, people go on, and a
backup from before comes back without what was written then."""

from __future__ import annotations

import subprocess

from tests.e2e.cast import WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.process import crossbeat

ANSWER = "已核实，户籍在昆山花桥"
GONE = "内容已按期删除"


async def test_a_month_is_destroyed_under_a_running_desk(open_desk: OpenDesk) -> None:
    desk = await open_desk(storage={"months": "crossbeat.months"})
    asked = await desk.asks(desk.lin)
    await desk.answered(asked, ANSWER)
    await desk.at_rest()

    def runs(*arguments: str) -> subprocess.CompletedProcess[str]:
        config = ("--config", str(desk.running.config))
        ended = crossbeat(*arguments, *config, cwd=desk.running.folder)
        assert ended.returncode == 0, ended
        return ended

    [then] = [
        line.split("\t")[0] for line in runs("months").stdout.splitlines() if not line.startswith("desk")
    ]
    runs("backup", "before.db")
    await desk.advance(days=40)
    later = await desk.asks(desk.zhou)
    assert then not in (said := runs("months", "retire", then, "--yes")).stdout
    assert "make a backup now" in said.stderr
    under = dict(line.split("\t")[:2] for line in runs("months").stdout.splitlines())
    assert under and not {then, "desk"} & under.keys(), under
    assert ANSWER in runs("export").stdout
    await desk.answered(later)
    assert "all sound" in runs("verify").stdout
    await desk.stop()
    back = runs("restore", "before.db", "--force")
    assert f"the keys of {then} were destroyed since the backup" in back.stderr
    assert "all sound" in runs("verify").stdout
    await desk.start()
    await desk.lin.says(f"/show {asked.number}")
    await desk.bot_said(asked.number, GONE, chat=WX)
