"""What the configuration means to the workflow: its policy, its units, its groups."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.settings.entries import DutyEntry, LadderRung, RequestType
from bot.settings.model import WEEKDAYS, Settings
from bot.settings.request_types import DEFAULT_GROUNDS, PAPERS_WANTING
from matching.dates.shifts import EVERY_DAY, read_shifts
from matching.identifiers.values import OwnField, TypeRule
from storage.tables.veil import CLEAR, Veil
from workflow.kernel.calendars import Calendar
from workflow.kernel.ladder import Rung
from workflow.kernel.policy import ConfiguredDuty, Policy, Route, Sharing, Watch
from workflow.organisation.setup import ChatSpec, UnitSpec


def policy_of(settings: Settings, bot_username: str = "", *, veil: Veil = CLEAR) -> Policy:
    reminders, requests, locale = settings.reminders, settings.requests, settings.locale
    days, ops_chat = settings.calendar, settings.telegram.ops_chat
    return Policy(
        types={entry.key: type_rule(entry) for entry in settings.request_types},
        standard_units={unit.code: unit.standard_code for unit in settings.units if unit.standard_code},
        standard_types={
            entry.key: entry.standard_code for entry in settings.request_types if entry.standard_code
        },
        veil=veil,
        admins=frozenset(veil.ours(admin) for admin in settings.telegram.admins),
        ops_chat=veil.ours(ops_chat) if ops_chat is not None else None,
        language=locale.language,
        zone=ZoneInfo(locale.timezone),
        calendar=Calendar(
            country=locale.calendar, holidays=frozenset(days.holidays), workdays=frozenset(days.workdays)
        ),
        time_to_answer={
            urgency: getattr(settings.deadlines, urgency) for urgency in ("flash", "urgent", "normal")
        },
        remote=frozenset(unit.code for unit in settings.units if unit.remote),
        accept_share=settings.deadlines.accept_share,
        before_due=reminders.before_due,
        after_due=reminders.after_due,
        repeat_every=reminders.repeat_every,
        escalate_after=reminders.escalate_after,
        ladder=tuple(_rung(rung) for rung in settings.ladder),
        ack_holds=reminders.ack_holds,
        alert_again=reminders.alert_again,
        quiet=reminders.quiet_hours,
        digest_at=settings.digest.at,
        digest_when_empty=settings.digest.when_empty,
        picture_day=WEEKDAYS.index(settings.digest.picture) if settings.digest.picture else None,
        picture_theme=settings.digest.theme,
        enrol=settings.people.enrol,
        attest_every=settings.people.attest_every,
        attest_within=settings.people.attest_within,
        routes=tuple(Route(to=r.to, types=frozenset(r.types), words=tuple(r.words)) for r in settings.routes),
        duty=tuple(_duty(rule) for rule in settings.duty),
        sharing=tuple(
            Sharing(units=frozenset(s.units), types=frozenset(s.types), name=s.name) for s in settings.sharing
        ),
        offers_per_day=settings.protection.offers_per_day,
        autoclose_after=requests.autoclose_after,
        reopen_within=requests.reopen_within,
        nudge_every=requests.nudge_every,
        draft_for=requests.draft_for,
        files_in_groups=requests.files_in_groups,
        answers_in_groups=settings.protection.answers_in_groups,
        purposes=settings.protection.purposes,
        grounds=_grounds(settings, "urgency"),
        declines=_grounds(settings, "decline"),
        papers_wanting=PAPERS_WANTING[settings.locale.language],
        no_case=_grounds(settings, "no_case"),
        delete_posts=settings.protection.delete_posts,
        move_identity_photos=settings.protection.move_identity_photos,
        reveal_for=settings.protection.reveal_for,
        posts_per_minute=settings.protection.posts_per_minute,
        flash_per_day=settings.protection.flash_per_day,
        purge_after=settings.retention.purge_after,
        keep_for={
            entry.key: entry.keep_for if isinstance(entry.keep_for, timedelta) else None
            for entry in settings.request_types
            if entry.keep_for
        },
        review_after=settings.retention.review_after,
        keep_at_least=settings.retention.keep_at_least,
        watch=Watch(**settings.watch.model_dump()),
        bot_username=bot_username,
    )


def _duty(rule: DutyEntry) -> ConfiguredDuty:
    read = read_shifts(rule.times)
    begins, ends = read.hours or (0, 0)
    return ConfiguredDuty(
        unit=rule.unit, persons=tuple(who.lstrip("@") for who in rule.persons), days=read.days or EVERY_DAY,
        begins=begins, ends=ends, turn=rule.turn, since=rule.since or date.min,
    )  # fmt: skip


def _rung(rung: LadderRung) -> Rung:
    return Rung(
        to=rung.to, after=rung.after, repeat=rung.repeat or timedelta(), times=rung.times, held=rung.hours
    )


def _grounds(settings: Settings, of: str) -> tuple[str, ...]:
    """A closed list as it is configured, else the usual one in the language of the desk."""
    listed: tuple[str, ...] | None = getattr(settings.grounds, of)
    return listed if listed is not None else DEFAULT_GROUNDS[of][settings.locale.language]


def type_rule(entry: RequestType) -> TypeRule:
    return TypeRule(
        key=entry.key,
        labels={str(language): label for language, label in entry.labels.items()},
        aliases=entry.aliases,
        require=entry.require,
        about=entry.about,
        same=entry.same,
        fresh_for=entry.fresh_for,
        handling=entry.handling,
        time=entry.time,
        remote_time=entry.remote_time,
        approve=entry.approve,
        ground=entry.ground,
        case=entry.case,
        papers=entry.papers,
        fields=tuple(
            OwnField(
                key=one.key,
                labels={str(language): label for language, label in one.labels.items()},
                kind=one.kind,
                required=one.required,
                options=tuple({str(language): said for language, said in o.items()} for o in one.options),
            )
            for one in entry.fields
        ),
    )


def units_of(settings: Settings) -> list[UnitSpec]:
    left = {unit.code: unit for unit in settings.units}
    ordered: list[UnitSpec] = []
    while left:  # ends: the configuration has no circles
        for unit in [unit for unit in left.values() if unit.parent not in left]:
            del left[unit.code]
            ordered.append(
                UnitSpec(
                    code=unit.code, name=unit.name, aliases=unit.aliases, kind=unit.kind, parent=unit.parent
                )
            )
    return ordered


def chats_of(settings: Settings) -> list[ChatSpec]:
    units: defaultdict[int, dict[str, None]] = defaultdict(dict)  # of each chat, in order, each once
    for chat in settings.chats:
        units[chat.id] |= dict.fromkeys(chat.units)
    for unit in settings.units:
        for chat_id in unit.chats:
            units[chat_id] |= {unit.code: None}
    entries = {chat.id: chat for chat in settings.chats}
    specs = []
    for chat_id, codes in units.items():
        entry = entries.get(chat_id)
        specs.append(
            ChatSpec(
                id=chat_id,
                units=tuple(codes),
                purpose=entry.purpose if entry else None,
                topics=tuple(entry.topics.items()) if entry else (),
                language=entry.language if entry else None,
                timezone=entry.timezone if entry else None,
                digest_at=f"{entry.digest_at:%H:%M}" if entry and entry.digest_at else None,
            )
        )
    return specs
