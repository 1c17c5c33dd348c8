"""``/new 户籍`` opens the last form of that type, with its subject empty; examples fit the type."""

from __future__ import annotations

from tests.integration.workflow.scene import FORM, WX, Scene

OFFICER, COLLEAGUE = 11, 12


async def test_the_last_form_is_opened_with_its_subject_empty(scene: Scene) -> None:
    await scene.says(OFFICER, FORM + "\n案件：A3202055500002026110012\n依据：刑事诉讼法第五十四条")
    await scene.says(OFFICER, "/new 户籍")
    asked = scene.last("还没有登记", chat=WX)
    assert "对象" in asked.text and "致 昆山市公安局" in asked.text and "电信诈骗案" in asked.text
    assert "陈" not in asked.text and "3205" not in asked.text and "A3202" not in asked.text
    await scene.replies(OFFICER, asked, "李念慈 310101199003078811")
    made = await scene.request("WX26-0002")
    assert made.type == "household"
    shown = scene.last("WX26-0002", chat=WX).text
    assert "电信诈骗案" in shown and "李**" in shown and "310101" in shown


async def test_a_reason_that_names_somebody_is_not_taken_over(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.replace("电信诈骗案嫌疑人户籍核实", "核实陈望舒的身份"))
    await scene.says(OFFICER, "/new 户籍")
    asked = scene.last("还没有登记", chat=WX)
    assert "事由" in asked.text and "核实" not in asked.text.split("已读出")[-1].split("回复")[0]
    await scene.replies(OFFICER, asked, "对象：李念慈 310101199003078811\n事由：诈骗案\n致：常州")
    made = await scene.request("WX26-0002")
    assert (await scene.request("WX26-0001")).to_unit_id != made.to_unit_id, "what is said stands against it"


async def test_another_type_or_person_has_no_last_form(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(COLLEAGUE, "/new 户籍")
    assert "电信诈骗案" not in scene.said[-1].text and "致" in scene.said[-1].text
    await scene.says(OFFICER, "/new 车辆信息")
    assert "电信诈骗案" not in scene.said[-1].text


async def test_one_that_was_taken_back_is_no_model(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.replace("电信诈骗案嫌疑人户籍核实", "盗窃案"))
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER, "/notarequest")
    await scene.says(OFFICER, "/new 户籍")
    assert "盗窃案" in scene.said[-1].text and "电信诈骗案" not in scene.said[-1].text
    await scene.says(OFFICER, "/cancel WX26-0001")
    await scene.says(OFFICER, "/new 户籍")
    assert "盗窃案" not in scene.said[-1].text and "致" in scene.said[-1].text


async def test_a_confidential_one_is_not_opened(scene: Scene) -> None:
    await scene.says(OFFICER, FORM + "\n保密：是")
    await scene.says(OFFICER, "/new 户籍")
    assert "电信诈骗案" not in scene.said[-1].text


async def test_the_example_fits_the_type(scene: Scene) -> None:
    await scene.says(OFFICER, "#协作 车辆信息\n致：昆山\n事由：肇事逃逸")
    assert "苏E12345" in scene.last("对象", chat=WX).text
    await scene.says(OFFICER, "#协作 户籍证明\n致：昆山\n事由：诈骗案")
    assert "11010519491231002X" in scene.said[-1].text
