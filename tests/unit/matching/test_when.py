"""Deadlines as officers type them, read on a Wednesday morning in Shanghai."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.dates.when import Due, Span, read_due
from matching.text.understood import CouldBe, NotRead, Read
from tests.quick import examples

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=SHANGHAI)  # a Wednesday

DAYS = {
    "26日": "2026-11-26 18:00",
    "27日前": "2026-11-27 18:00",
    "15日前": "2026-12-15 18:00",
    "15日上午".replace("上午", "18时"): "2026-12-15 18:00",
    "截止15日": "2026-12-15 18:00",
    "the twenty second": "2026-12-22 18:00",
    "the twenty-third": "2026-12-23 18:00",
    "on the 15th": "2026-12-15 18:00",
    "20 of next month": "2026-12-20 18:00",
    "今明两天": "2026-11-26 18:00",
    "大大后天": "2026-11-29 18:00",
    "本日内": "2026-11-25 18:00",
    "下周周三": "2026-12-02 18:00",
    "12月月底": "2026-12-31 18:00",
    "EOM": "2026-11-30 18:00",
    "EOW": "2026-11-27 18:00",
    "EOY": "2026-12-31 18:00",
    "季度末": "2026-12-31 18:00",
    "一季度末": "2027-03-31 18:00",
    "上半年": "2027-06-30 18:00",
    "12月内": "2026-12-31 18:00",
    "明年前": "2026-12-31 18:00",
    "元旦前": "2026-12-31 18:00",
    "国庆节前": "2027-09-30 18:00",
    "元旦": "2027-01-01 18:00",
    "before Christmas": "2026-12-24 18:00",
    "before the New Year": "2026-12-31 18:00",
    "before the weekend": "2026-11-27 18:00",
    "0800 tomorrow": "2026-11-26 08:00",
    "tomorrow 2030": "2026-11-26 20:30",
    "Friday 0900": "2026-11-27 09:00",
    "1700 Monday": "2026-11-30 17:00",
    "12月的第一个周一": "2026-12-07 18:00",
    "the last Friday of next month": "2026-12-25 18:00",
    "3 days from Monday": "2026-12-03 18:00",
    "请务必于周五前反馈至我局，谢谢": "2026-11-27 18:00",
    "今天": "2026-11-25 18:00",
    "今日": "2026-11-25 18:00",
    "today": "2026-11-25 18:00",
    "今天之内": "2026-11-25 18:00",
    "明天": "2026-11-26 18:00",
    "明日": "2026-11-26 18:00",
    "次日": "2026-11-26 18:00",
    "tomorrow": "2026-11-26 18:00",
    "后天": "2026-11-27 18:00",
    "後天": "2026-11-27 18:00",
    "the day after tomorrow": "2026-11-27 18:00",
    "大后天": "2026-11-28 18:00",
    "周五": "2026-11-27 18:00",
    "星期五": "2026-11-27 18:00",
    "礼拜五": "2026-11-27 18:00",
    "週五前": "2026-11-27 18:00",
    "周五之前回复": "2026-11-27 18:00",
    "周五前（含）": "2026-11-27 18:00",
    "请于周五前反馈": "2026-11-27 18:00",
    "周三": "2026-11-25 18:00",
    "周二": "2026-12-01 18:00",
    "周日": "2026-11-29 18:00",
    "星期天": "2026-11-29 18:00",
    "周5": "2026-11-27 18:00",
    "本周日": "2026-11-29 18:00",
    "这周五": "2026-11-27 18:00",
    "本周内": "2026-11-27 18:00",
    "这个星期内": "2026-11-27 18:00",
    "周末": "2026-11-29 18:00",
    "周末前": "2026-11-27 18:00",
    "下周一": "2026-11-30 18:00",
    "下周三": "2026-12-02 18:00",
    "下个星期五": "2026-12-04 18:00",
    "下周": "2026-12-04 18:00",
    "下周末": "2026-12-06 18:00",
    "下下周三": "2026-12-09 18:00",
    "Friday": "2026-11-27 18:00",
    "by Friday": "2026-11-27 18:00",
    "end of Friday": "2026-11-27 18:00",
    "this Friday": "2026-11-27 18:00",
    "this coming Monday": "2026-11-30 18:00",
    "next week's Friday".replace("'s", ""): "2026-12-04 18:00",
    "next Wednesday": "2026-12-02 18:00",
    "next week": "2026-12-04 18:00",
    "next week Tuesday": "2026-12-01 18:00",
    "Friday next week": "2026-12-04 18:00",
    "Mon": "2026-11-30 18:00",
    "on Thurs": "2026-11-26 18:00",
    "weekend": "2026-11-29 18:00",
    "end of week": "2026-11-27 18:00",
    "by the end of the week": "2026-11-27 18:00",
    "end of next week": "2026-12-04 18:00",
    "月底前": "2026-11-30 18:00",
    "本月底": "2026-11-30 18:00",
    "月末": "2026-11-30 18:00",
    "本月内": "2026-11-30 18:00",
    "下月底": "2026-12-31 18:00",
    "下个月中旬": "2026-12-20 18:00",
    "12月底": "2026-12-31 18:00",
    "十二月上旬": "2026-12-10 18:00",
    "二月底": "2027-02-28 18:00",
    "年底前": "2026-12-31 18:00",
    "end of month": "2026-11-30 18:00",
    "by the end of the month": "2026-11-30 18:00",
    "end of next month": "2026-12-31 18:00",
    "end of December": "2026-12-31 18:00",
    "end of the year": "2026-12-31 18:00",
    "5号": "2026-12-05 18:00",
    "28号": "2026-11-28 18:00",
    "二十八日前": "2026-11-28 18:00",
    "下月5号": "2026-12-05 18:00",
    "下个月五号前": "2026-12-05 18:00",
    "本月28日": "2026-11-28 18:00",
    "the 5th": "2026-12-05 18:00",
    "5th of next month": "2026-12-05 18:00",
}

DATES = {
    "30/11": "2026-11-30 18:00",
    "Mon 30/11": "2026-11-30 18:00",
    "周六12/5": "2026-12-05 18:00",
    "12.3": "2026-12-03 18:00",
    "12.30": "2026-12-30 18:00",
    "24.12": "2026-12-24 18:00",
    "12-05": "2026-12-05 18:00",
    "12/5日": "2026-12-05 18:00",
    "26/12/1": "2026-12-01 18:00",
    "31/12/26": "2026-12-31 18:00",
    "元月5日": "2027-01-05 18:00",
    "11月28": "2026-11-28 18:00",
    "12月1日或之前": "2026-12-01 18:00",
    "1-Dec-2026": "2026-12-01 18:00",
    "the second of December": "2026-12-02 18:00",
    "May twenty-first": "2027-05-21 18:00",
    "12月1日": "2026-12-01 18:00",
    "12月1号": "2026-12-01 18:00",
    "12 月 1 日 前": "2026-12-01 18:00",
    "十二月一日": "2026-12-01 18:00",
    "１２月１日": "2026-12-01 18:00",
    "1月5日": "2027-01-05 18:00",
    "12月1日（周二）": "2026-12-01 18:00",
    "2026-12-01": "2026-12-01 18:00",
    "2026/12/1": "2026-12-01 18:00",
    "2026.12.1": "2026-12-01 18:00",
    "20261201": "2026-12-01 18:00",
    "2026年12月1日": "2026-12-01 18:00",
    "26年12月1日": "2026-12-01 18:00",
    "二〇二六年十二月一日": "2026-12-01 18:00",
    "今年12月1日": "2026-12-01 18:00",
    "明年1月5日": "2027-01-05 18:00",
    "12.1": "2026-12-01 18:00",
    "13/12/2026": "2026-12-13 18:00",
    "Dec 1": "2026-12-01 18:00",
    "Dec. 1st": "2026-12-01 18:00",
    "Tue, Dec 1, 2026": "2026-12-01 18:00",
    "1 December 2026": "2026-12-01 18:00",
    "1st of December": "2026-12-01 18:00",
    "by 5 Jan": "2027-01-05 18:00",
}

TIMES = {
    "6.30pm": "2026-11-25 18:30",
    "by Fri 4.30pm": "2026-11-27 16:30",
    "at 6.45 pm tomorrow": "2026-11-26 18:45",
    "18.00前": "2026-11-25 18:00",
    "midnight tonight": "2026-11-26 00:00",
    "ASAP, by Friday 17:00": "2026-11-27 17:00",
    "1700hrs": "2026-11-25 17:00",
    "0900H": "2026-11-26 09:00",
    "1 Dec 1700hrs": "2026-12-01 17:00",
    "1700 hours tomorrow": "2026-11-26 17:00",
    "15h30": "2026-11-25 15:30",
    "零点前": "2026-11-26 00:00",
    "今天0点前": "2026-11-26 00:00",
    "今晚零点前": "2026-11-26 00:00",
    "明天零点": "2026-11-26 00:00",
    "明晚零点": "2026-11-27 00:00",
    "24点前": "2026-11-26 00:00",
    "12月1日0时": "2026-12-01 00:00",
    "tonight at 9": "2026-11-25 21:00",
    "7pm tonight": "2026-11-25 19:00",
    "tomorrow morning at 9": "2026-11-26 09:00",
    "9 tomorrow morning": "2026-11-26 09:00",
    "this afternoon at 4": "2026-11-25 16:00",
    "half past 5": "2026-11-25 17:30",
    "a quarter to six": "2026-11-25 17:45",
    "ten to five": "2026-11-25 16:50",
    "five thirty tomorrow evening": "2026-11-26 17:30",
    "3:30": "2026-11-25 15:30",
    "at 5": "2026-11-25 17:00",
    "by 5": "2026-11-25 17:00",
    "12 noon": "2026-11-25 12:00",
    "明早上班前": "2026-11-26 09:00",
    "first thing tomorrow": "2026-11-26 09:00",
    "EOB": "2026-11-25 18:00",
    "晚上8点许": "2026-11-25 20:00",
    "2026-12-01 3:30": "2026-12-01 03:30",
    "5 December, 17:00": "2026-12-05 17:00",
    "周五18:00前": "2026-11-27 18:00",
    "周五 18：00 之前": "2026-11-27 18:00",
    "by Friday 18:00": "2026-11-27 18:00",
    "no later than 5pm on Friday": "2026-11-27 17:00",
    "下周一上午": "2026-11-30 12:00",
    "下週一上午十點": "2026-11-30 10:00",
    "明天中午": "2026-11-26 12:00",
    "明天下午": "2026-11-26 18:00",
    "明天下午3点": "2026-11-26 15:00",
    "明天下午三点半": "2026-11-26 15:30",
    "明天15时30分": "2026-11-26 15:30",
    "明天3点": "2026-11-26 15:00",
    "明天3时": "2026-11-26 03:00",
    "明早": "2026-11-26 09:00",
    "明早8点": "2026-11-26 08:00",
    "明晚": "2026-11-26 21:00",
    "明天凌晨": "2026-11-26 06:00",
    "明天中午一点": "2026-11-26 13:00",
    "后天傍晚": "2026-11-27 19:00",
    "今晚8点": "2026-11-25 20:00",
    "今晚": "2026-11-25 21:00",
    "今晚12点": "2026-11-26 00:00",
    "今晚一点": "2026-11-26 01:00",
    "今天24:00": "2026-11-26 00:00",
    "今天下班前": "2026-11-25 18:00",
    "周五下班前": "2026-11-27 18:00",
    "今天8点": "2026-11-25 20:00",
    "凌晨2点": "2026-11-26 02:00",
    "11点": "2026-11-25 11:00",
    "09:00": "2026-11-26 09:00",
    "18:00": "2026-11-25 18:00",
    "三点一刻": "2026-11-25 15:15",
    "12月1日下午3点半": "2026-12-01 15:30",
    "12月1日18时30分前": "2026-12-01 18:30",
    "2026/12/1 18:00": "2026-12-01 18:00",
    "2026-12-01T18:00": "2026-12-01 18:00",
    "2026-12-01T18:00:00+00:00": "2026-12-02 02:00",
    "2026-12-01T10:00Z": "2026-12-01 18:00",
    "noon": "2026-11-25 12:00",
    "tomorrow noon": "2026-11-26 12:00",
    "noon on Dec 1": "2026-12-01 12:00",
    "next Monday morning": "2026-11-30 12:00",
    "tomorrow at 6:30 pm": "2026-11-26 18:30",
    "6 p.m.": "2026-11-25 18:00",
    "12am tomorrow": "2026-11-26 00:00",
    "12pm": "2026-11-25 12:00",
    "midnight": "2026-11-26 00:00",
    "tonight": "2026-11-25 21:00",
    "this afternoon": "2026-11-25 18:00",
    "EOD": "2026-11-25 18:00",
    "end of day tomorrow": "2026-11-26 18:00",
    "COB Friday": "2026-11-27 18:00",
    "5 o'clock": "2026-11-25 17:00",
    "3天后18:00": "2026-11-28 18:00",
    "三天后下午": "2026-11-28 18:00",
    "in 3 days at noon": "2026-11-28 12:00",
    "一个月内": "2026-12-25 10:30",
    "一个半月": "2027-01-09 10:30",
    "两个半月内": "2027-02-09 10:30",
    "3个月": "2027-02-25 10:30",
    "within 2 months": "2027-01-25 10:30",
    "一年内": "2027-11-25 10:30",
}

HOUR, DAY = 3600, 86_400
SPANS = {
    "五日": 5 * DAY,
    "最多三天（含周末）": 3 * DAY,
    "15日内": 15 * DAY,
    "next 3 days": 3 * DAY,
    "未来48小时": 48 * HOUR,
    "接下来3天": 3 * DAY,
    "two and a half days": 2 * DAY + 12 * HOUR,
    "an hour and a half": 5400,
    "an hour and twenty minutes": 4800,
    "1 hour thirty": 5400,
    "1/2 hour": 1800,
    "half an hour": 1800,
    "半个钟": 1800,
    "半日": 12 * HOUR,
    "in 2 days' time": 2 * DAY,
    "twenty four hours": 24 * HOUR,
    "120h": 120 * HOUR,
    "in 15 hrs": 15 * HOUR,
    "3天": 3 * DAY,
    "三天内": 3 * DAY,
    "三天之内": 3 * DAY,
    "3日内": 3 * DAY,
    "三日以内": 3 * DAY,
    "三日": 3 * DAY,
    "限3日": 3 * DAY,
    "a fortnight": 14 * DAY,
    "3个自然日": 3 * DAY,
    "两天半": 2 * DAY + 12 * HOUR,
    "收到后3天内": 3 * DAY,
    "自今天起三天内": 3 * DAY,
    "48小时": 48 * HOUR,
    "四十八小时": 48 * HOUR,
    "24h": 24 * HOUR,
    "1.5小时": 5400,
    "一个半小时": 5400,
    "半小时": 1800,
    "半个小时": 1800,
    "半天": 12 * HOUR,
    "半个月": 15 * DAY,
    "90分钟": 5400,
    "一刻钟": 900,
    "2个钟头": 2 * HOUR,
    "兩小時內": 2 * HOUR,
    "一周内": 7 * DAY,
    "两个星期": 14 * DAY,
    "2天12小时": 2 * DAY + 12 * HOUR,
    "1h30m": 5400,
    "3 days": 3 * DAY,
    "3-day": 3 * DAY,
    "within 2 weeks": 14 * DAY,
    "in 48 hours": 48 * HOUR,
    "three days": 3 * DAY,
    "an hour": HOUR,
    "half a day": 12 * HOUR,
    "two weeks from now": 14 * DAY,
    "2w": 14 * DAY,
    "366天": 366 * DAY,
}

WORKING_DAYS = {
    "三个工作日": 3,
    "3个工作日内": 3,
    "五個工作日": 5,
    "3工作日": 3,
    "3 working days": 3,
    "within 10 business days": 10,
    "3wd": 3,
}

#: What can mean several times, and all of them; what means one, and may mean none at all, with that one.
ASKED = {
    # A number of 日 is a date or a length, unless one of them is out of the question.
    "30日": "2026-11-30 18:00 | 2026-12-25 10:30",
    "15日": "2026-12-10 10:30 | 2026-12-15 18:00",
    "十五日": "2026-12-10 10:30 | 2026-12-15 18:00",
    "限30日": "2026-11-30 18:00 | 2026-12-25 10:30",
    "3日": "2026-11-28 10:30 | 2026-12-03 18:00",
    "1日": "2026-11-26 10:30 | 2026-12-01 18:00",
    "3日前": "2026-11-28 10:30 | 2026-12-03 18:00",
    # The past, or so long from now.
    "5天前": "2026-11-30 10:30",
    "前两天": "2026-11-27 10:30",
    "前3日内": "2026-11-28 10:30",
    "之前3小时": "2026-11-25 13:30",
    "3小时以前": "2026-11-25 13:30",
    # Two orders of day and month.
    "12/1": "2026-12-01 18:00 | 2027-01-12 18:00",
    "01/12": "2026-12-01 18:00 | 2027-01-12 18:00",
    "5-12": "2026-12-05 18:00 | 2027-05-12 18:00",
    "1/12/2026": "2026-12-01 18:00",
    "1/12/26 17:00": "2026-12-01 17:00",
    # An hour without its half of the day.
    "9点": "2026-11-25 21:00 | 2026-11-26 09:00",
    "at 9": "2026-11-25 21:00 | 2026-11-26 09:00",
    "9:15": "2026-11-25 21:15 | 2026-11-26 09:15",
    "明天3:00": "2026-11-26 03:00 | 2026-11-26 15:00",
    "tomorrow at 5": "2026-11-26 05:00 | 2026-11-26 17:00",
    "今天9:00": "2026-11-25 21:00",
    "周三9点": "2026-11-25 21:00 | 2026-12-02 09:00",
    "七八点": "2026-11-25 19:00 | 2026-11-25 20:00 | 2026-11-26 07:00 | 2026-11-26 08:00",
    "tomorrow midnight": "2026-11-26 00:00 | 2026-11-27 00:00",
    "周三零点前": "2026-11-26 00:00 | 2026-12-02 00:00",
    # Two numbers, two days, two ends.
    "3-5天": "2026-11-28 10:30 | 2026-11-30 10:30",
    "二三天": "2026-11-27 10:30 | 2026-11-28 10:30",
    "2 or 3 days": "2026-11-27 10:30 | 2026-11-28 10:30",
    "明后天": "2026-11-26 18:00 | 2026-11-27 18:00",
    "明天或后天": "2026-11-26 18:00 | 2026-11-27 18:00",
    "周四至周五": "2026-11-26 18:00 | 2026-11-27 18:00",
    "12月1日-5日": "2026-12-01 18:00 | 2026-12-05 18:00",
    "12月1日起3日内": "2026-12-03 18:00 | 2026-12-04 18:00",
    # No one day.
    "12月": "2026-12-01 18:00 | 2026-12-31 18:00",
    "12月初": "2026-12-01 18:00 | 2026-12-05 18:00 | 2026-12-10 18:00",
    "early December": "2026-12-01 18:00 | 2026-12-05 18:00 | 2026-12-10 18:00",
    "下周初": "2026-11-30 18:00 | 2026-12-01 18:00 | 2026-12-02 18:00",
    "下周前": "2026-11-29 18:00 | 2026-12-04 18:00",
    "下月前": "2026-11-30 18:00 | 2026-12-31 18:00",
    "next Friday": "2026-11-27 18:00 | 2026-12-04 18:00",
    # A time or something else.
    "15h": "2026-11-25 15:00 | 2026-11-26 01:30",
    "2h30": "2026-11-25 13:00 | 2026-11-26 02:30",
    "900hrs": "2026-11-26 09:00 | 2027-01-01 22:30",
    "by 5.30": "2026-11-25 17:30 | 2027-05-30 18:00",
}

UNREADABLE = [
    "",
    "节后",
    "国庆后",
    "3 days ago",
    "提前3天",
    "12月1日后",
    "周五18:00 19:00",
    "afternoon at 9am",
    "after Friday",
    "自12月1日起",
    "   ",
    "3",
    "周",
    "等通知",
    "尽快通知",
    "25:00",
    "8:60",
    "2月30日",
    "13月1日",
    "-3天",
    "3天 5个月 周五",
    "半个工作日",
    "3个工作日下午",
    "3天 " * 100,
    "<b>3天</b>",
    "\x00",
    "周五18:00前，否则后果自负",
]

PAST = {
    "昨天": "2026-11-24 18:00",
    "yesterday": "2026-11-24 18:00",
    "前天": "2026-11-23 18:00",
    "本周一": "2026-11-23 18:00",
    "11月20日": "2026-11-20 18:00",
    "2025-12-01": "2025-12-01 18:00",
    "今天上午9点": "2026-11-25 09:00",
    "0天": "2026-11-25 10:30",
    "2026-11-25T02:00Z": "2026-11-25 10:00",
}


def _at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(("text", "at"), (DAYS | DATES | TIMES).items())
def test_a_day_or_time_becomes_a_local_moment(text: str, at: str) -> None:
    assert read_due(text, now=NOW) == Read(value=Due(at=_at(at)))


@pytest.mark.parametrize(("text", "seconds"), SPANS.items())
def test_a_length_runs_from_now_to_the_minute(text: str, seconds: int) -> None:
    due = Due(at=NOW + timedelta(seconds=seconds), span=Span(seconds=seconds))
    assert read_due(text, now=NOW) == Read(value=due)


@pytest.mark.parametrize(("text", "days"), WORKING_DAYS.items())
def test_working_days_are_left_to_the_calendar(text: str, days: int) -> None:
    assert read_due(text, now=NOW) == Read(value=Due(span=Span(working_days=days)))


@pytest.mark.parametrize(("text", "moments"), ASKED.items())
def test_what_can_mean_several_times_is_given_back_as_all_of_them(text: str, moments: str) -> None:
    read = read_due(text, now=NOW)
    assert isinstance(read, CouldBe)
    assert [due.at for due in read.values] == [_at(one) for one in moments.split(" | ")]


def test_working_days_can_mean_several_too() -> None:
    spans = (Due(span=Span(working_days=3)), Due(span=Span(working_days=5)))
    assert read_due("3到5个工作日", now=NOW) == CouldBe(values=spans)


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_not_understood_whole_is_not_guessed(text: str) -> None:
    assert read_due(text, now=NOW) == NotRead(code="unreadable")


@pytest.mark.parametrize(("text", "at"), PAST.items())
def test_a_deadline_in_the_past_says_when_it_was(text: str, at: str) -> None:
    read = read_due(text, now=NOW)
    assert isinstance(read, NotRead)
    assert (read.code, read.value) == ("past", Due(at=_at(at)))


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("今天上午9点", "2026-11-26 09:00"),
        ("本周一", "2026-11-30 18:00"),
        ("上周五", "2026-11-27 18:00"),
        ("11月20日", "2027-11-20 18:00"),
        ("昨天", "2026-11-25 18:00"),
        ("前天", "2026-11-25 18:00"),
        ("上周三9:00", "2026-12-02 09:00"),
        ("2025-12-01", None),
    ],
)
def test_what_is_past_says_when_the_same_words_are_right_again(text: str, near: str | None) -> None:
    read = read_due(text, now=NOW)
    assert isinstance(read, NotRead)
    assert read.near == ((Due(at=_at(near)),) if near else ())


def test_two_days_that_exclude_each_other_are_both_given_back() -> None:
    friday, saturday = Due(at=_at("2026-11-27 18:00")), Due(at=_at("2026-11-28 18:00"))
    assert read_due("周五周六", now=NOW) == NotRead(code="clash", near=(friday, saturday))


def test_a_date_that_is_no_such_weekday_gives_back_each_of_the_two() -> None:
    assert read_due("12月1日（周三）", now=NOW) == NotRead(
        code="clash", near=(Due(at=_at("2026-11-25 18:00")), Due(at=_at("2026-12-01 18:00")))
    )


@pytest.mark.parametrize(
    "text", ["367天", "2027-12-31", "53周", "13个月", "9999周", "9999年12月31日24:00", "300个工作日"]
)
def test_more_than_a_year_ahead_is_too_far(text: str) -> None:
    read = read_due(text, now=NOW)
    assert isinstance(read, NotRead)
    assert read.code == "far"


@pytest.mark.parametrize(
    ("text", "day"), [("15日", "2026-12-15"), ("3日", "2026-12-03"), ("限20日", "2026-12-20")]
)
def test_under_a_label_for_a_date_a_number_of_days_is_a_date(text: str, day: str) -> None:
    assert read_due(text, now=NOW, is_date=True) == Read(value=Due(at=_at(f"{day} 18:00")))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("春节前", "2027-02-05"),
        ("过年前", "2027-02-05"),
        ("春节", "2027-02-06"),
        ("before Spring Festival", "2027-02-05"),
    ],
)
def test_holidays_are_those_of_the_calendar_and_what_is_due_before_one_ends_the_day_before(
    text: str, day: str
) -> None:
    def feasts(name: str, today: date) -> date | None:
        return {"spring festival": date(2027, 2, 6)}.get(name)

    read = read_due(text, now=NOW, feasts=feasts)
    assert read == Read(value=Due(at=_at(f"{day} 18:00")))
    assert read_due("中秋前", now=NOW, feasts=feasts) == NotRead(code="unreadable")


@pytest.mark.parametrize(
    ("now", "text", "at"),
    [
        ("2026-11-27 17:59", "周五", "2026-11-27 18:00"),
        ("2026-11-27 18:00", "周五", "2026-11-27 23:59 | 2026-12-04 18:00"),
        ("2026-11-27 19:00", "本周内", "2026-11-29 18:00"),
        ("2026-11-25 19:00", "今天", "2026-11-25 23:59"),
        ("2026-11-25 19:00", "今天内", "2026-11-25 23:59"),
        ("2026-11-25 19:00", "下班前", "2026-11-25 23:59 | 2026-11-26 18:00"),
        ("2026-11-25 19:00", "18:00", "2026-11-26 18:00"),
        ("2026-11-25 19:00", "8点", "2026-11-25 20:00 | 2026-11-26 08:00"),
        ("2026-11-25 21:00", "8点", "2026-11-26 08:00"),
        ("2026-11-25 21:00", "3点", "2026-11-26 03:00 | 2026-11-26 15:00"),
        ("2026-11-25 04:00", "5点", "2026-11-25 05:00 | 2026-11-25 17:00"),
        ("2026-11-30 10:00", "月底", "2026-11-30 18:00"),
        ("2026-12-31 10:00", "下月5号", "2027-01-05 18:00"),
        ("2026-12-31 10:00", "1月5日", "2027-01-05 18:00"),
        ("2027-01-03 10:00", "12月28日", None),
        ("2028-02-20 10:00", "2月29日", "2028-02-29 18:00"),
        ("2026-01-31 10:00", "一个月", "2026-02-28 10:00"),
        ("2026-11-29 10:00", "下周一", "2026-11-30 18:00"),
        ("2026-11-30 18:30", "31号", "2026-12-31 18:00"),
        ("2026-11-28 10:00", "30日", "2026-11-30 18:00"),
        ("2026-11-02 10:00", "3日", "2026-11-03 18:00 | 2026-11-05 10:00"),
        ("2026-11-28 10:00", "12/11", "2026-12-11 18:00 | 2027-11-12 18:00"),
        ("2026-12-02 10:00", "12/1", "2027-01-12 18:00 | 2027-12-01 18:00"),
    ],
)
def test_the_same_words_mean_another_day_at_another_time(now: str, text: str, at: str | None) -> None:
    read = read_due(text, now=_at(now))
    if at is None:
        assert isinstance(read, NotRead)
        assert read.code == "past"
    elif isinstance(read, Read):
        assert read.value.at == _at(at)
    else:
        assert isinstance(read, CouldBe)
        assert [due.at for due in read.values] == [_at(one) for one in at.split(" | ")]


def test_a_local_time_that_a_change_of_clocks_leaves_out_is_moved_on() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    due = read_due("2026-03-29 02:30", now=datetime(2026, 3, 27, 12, tzinfo=berlin))
    assert isinstance(due, Read)
    assert due.value.at == datetime(2026, 3, 29, 3, 30, tzinfo=berlin)
    assert due.value.at.hour == 3


def test_two_days_over_a_change_of_clocks_are_48_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    due = read_due("2 days", now=datetime(2026, 3, 28, 12, tzinfo=berlin))
    assert isinstance(due, Read)
    assert due.value.at == datetime(2026, 3, 30, 13, tzinfo=berlin)


_PIECES = (
    "3 12 24 31 99 9999 三 十 二十 半 两 个 天 日 号 小时 分钟 周 月 年 点 时 分 刻 一 五 下 本 上午 下午 "
    "晚上 前 内 后 底 末 工作日 : - / . 2026 0001 9999 02-30 T18:00 +14:00 Z by next this end of day "
    "week month Friday Dec may noon pm am in an half the th 星期 礼拜 明 今 早"
)
WORDS = st.sampled_from(_PIECES.split())


@given(
    st.lists(WORDS, max_size=8).map("".join)
    | st.lists(WORDS, max_size=8).map(" ".join)
    | st.text(max_size=40)
)
@examples(1500)
def test_no_text_breaks_the_reader_and_every_due_time_is_ahead(text: str) -> None:
    read = read_due(text, now=NOW)
    offered = (
        [read.value] if isinstance(read, Read) else read.values if isinstance(read, CouldBe) else read.near
    )
    assert not isinstance(read, CouldBe) or read.values
    for due in offered:
        assert due.at is not None or due.span is not None
        if due.at is not None:
            assert NOW < due.at <= NOW + timedelta(days=366)
            assert due.at.utcoffset() == timedelta(hours=8)


@given(st.datetimes(min_value=datetime(2026, 11, 25, 10, 31), max_value=datetime(2027, 11, 25)))
@examples(200)
def test_a_moment_written_out_is_read_back(moment: datetime) -> None:
    moment = moment.replace(second=0, microsecond=0)
    for shape in (
        "%Y-%m-%d %H:%M",
        "%Y/%m/%d %H:%M",
        "%Y年%m月%d日%H时%M分",
        "%d %B %Y %H:%M",
        "%Y年%m月%d日 %H:%M前",
    ):
        assert read_due(moment.strftime(shape), now=NOW) == Read(
            value=Due(at=moment.replace(tzinfo=SHANGHAI))
        )


@pytest.mark.parametrize(
    "text",
    [
        "尽快",
        "请尽快反馈",
        "赶紧的",
        "越快越好",
        "立即办理",
        "急",
        "尽量快点",
        "as quickly as you can",
        "ASAP",
        "as soon as possible please",
    ],
)
def test_haste_without_a_time_is_asked_with_the_times_that_may_do(text: str) -> None:
    read = read_due(text, now=NOW)
    assert isinstance(read, NotRead)
    assert read.code == "haste"
    days = [due.at.date() - NOW.date() for due in read.near if due.at]
    assert days == [timedelta(days=count) for count in (0, 1, 3)]
    assert {due.at.time() for due in read.near if due.at} == {time(18)}


def test_late_in_the_day_nobody_is_offered_what_is_almost_over() -> None:
    read = read_due("尽快", now=NOW.replace(hour=17, minute=30))
    assert isinstance(read, NotRead)
    assert [due.at.date() - NOW.date() for due in read.near if due.at] == [
        timedelta(days=1),
        timedelta(days=3),
    ]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("聽日", 1),
        ("明朝", 1),
        ("明儿个", 1),
        ("后儿个之前", 2),
        ("后朝", 2),
        ("两天内回", 2),
        ("尽快，两天内", 2),
    ],
)
def test_days_are_read_in_the_words_of_other_places(text: str, days: int) -> None:
    read = read_due(text, now=NOW)
    assert isinstance(read, Read)
    assert read.value.at is not None
    assert read.value.at.date() - NOW.date() == timedelta(days=days)
