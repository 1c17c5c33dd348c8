"""Texts that state a fact: each names the test that holds it to what happened."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handlers.views.catalogue import catalogue

FOLDER = Path(__file__).parents[2] / "integration" / "workflow"
#: Beginnings of the keys that are looked at: what the desk says of requests, units and figures by itself.
STATING = ("digest.", "due", "stats", "bind.", "roster", "why.", "times", "asked_", "closed.by_itself", "export.sent",
           "error.nudge_nobody", "error.ask_nobody", "history.delivered", "history.read", "history.unreached",
           "history.passed_over", "history.nobody_above")  # fmt: skip
#: Titles, examples and marks, which state nothing.
STATES_NOTHING = frozenset({
    "digest.head", "digest.units", "digest.more", "digest.gaps_more", "digest.below_more", "digest.seal", "due",
    "due.more_owed", "due.more_returned",
    "due.more_asked", "due.more_above", "bind.hello", "roster.none", "stats", "times.all",
})  # fmt: skip
#: Key -> file and test that say it where it is so, and see that it is not said where it is not.
HELD = {
    "digest.window": "test_figures.py::test_a_digest_says_of_which_time_it_tells",
    "digest.received": "test_figures.py::test_a_digest_says_of_which_time_it_tells",
    "digest.sent": "test_figures.py::test_a_digest_says_of_which_time_it_tells",
    "digest.between": "test_group_purposes.py::test_a_shared_groups_digest_counts_what_is_between_its_units",
    "digest.operation": "test_operations.py::test_its_digest_counts_what_is_tagged_alone",
    "digest.how": "test_clock.py::test_a_digest_has_its_figures_and_says_nothing_when_there_is_nothing",
    "digest.how_sent": "test_clock.py::test_a_digest_has_its_figures_and_says_nothing_when_there_is_nothing",
    "digest.overdue": "test_figures.py::test_a_digest_counts_all_that_is_late_and_names_the_first",
    "digest.overdue_line": "test_figures.py::test_nobody_who_has_not_taken_a_request_is_said_to_have_it",
    "digest.due_today": "test_figures.py::test_a_digest_counts_all_that_is_late_and_names_the_first",
    "digest.due_line": "test_figures.py::test_a_digest_counts_all_that_is_late_and_names_the_first",
    "digest.returned": "test_figures.py::test_a_returned_request_is_not_called_late_while_its_clock_stands_still",
    "digest.pending": "test_approval.py::test_the_asking_unit_finds_it_where_it_looks",
    "digest.below": "test_superiors.py::test_a_digest_above_counts_what_is_late_below_and_names_no_request",
    "digest.below_line": "test_superiors.py::test_a_digest_above_counts_what_is_late_below_and_names_no_request",
    "digest.oldest": "test_clock.py::test_a_digest_has_its_figures_and_says_nothing_when_there_is_nothing",
    "digest.unreachable": "test_clock.py::test_a_unit_without_a_group_is_said_to_the_asker_and_in_the_digest",
    "digest.passed_over": (
        "test_clock.py::test_a_superior_without_a_group_is_passed_over_at_once_and_named_in_the_digest"
    ),
    "digest.gaps": "test_duty.py::test_a_gap_of_the_coming_week_is_in_the_digest_and_what_is_meant_is_not",
    "digest.gap_line": "test_duty.py::test_a_gap_of_the_coming_week_is_in_the_digest_and_what_is_meant_is_not",
    "digest.quiet": "test_clock.py::test_a_digest_has_its_figures_and_says_nothing_when_there_is_nothing",
    "stats.received": "test_figures.py::test_what_a_unit_received_and_what_it_sent_are_told_apart",
    "stats.ground": "test_grounds.py::test_the_figures_say_on_which_grounds",
    "stats.ground_none": "test_grounds.py::test_the_figures_say_on_which_grounds",
    "stats.length": "test_unit_figures.py::test_stats_of_a_month_go_by_the_midnight_of_the_units_group",
    "stats.calendar": "test_unit_figures.py::test_stats_of_a_month_go_by_the_midnight_of_the_units_group",
    "stats.ages": "test_unit_figures.py::test_stats_say_how_fast_how_old_how_liked_and_what_reuse_saved",
    "stats.saved": "test_unit_figures.py::test_stats_say_how_fast_how_old_how_liked_and_what_reuse_saved",
    "stats.rated": "test_unit_figures.py::test_stats_say_how_fast_how_old_how_liked_and_what_reuse_saved",
    "stats.how": "test_unit_figures.py::test_stats_say_how_fast_how_old_how_liked_and_what_reuse_saved",
    "stats.types": "test_unit_figures.py::test_stats_by_type_name_each_that_was_answered",
    "stats.type": "test_unit_figures.py::test_stats_by_type_name_each_that_was_answered",
    "stats.people": "test_unit_figures.py::test_what_each_colleague_did_is_for_the_liaison_in_private_alone",
    "stats.person": "test_unit_figures.py::test_what_each_colleague_did_is_for_the_liaison_in_private_alone",
    "stats.between": "test_operations.py::test_its_figures_and_those_of_an_agreement_count_what_is_between_their_units",
    "stats.of": "test_operations.py::test_its_figures_and_those_of_an_agreement_count_what_is_between_their_units",
    "stats.sent": "test_figures.py::test_what_a_unit_received_and_what_it_sent_are_told_apart",
    "due.owed": "test_due_lists.py::test_what_was_answered_meanwhile_is_left_out_and_an_empty_list_is_not_sent",
    "due.returned": "test_due_lists.py::test_a_returned_request_stands_in_its_askers_list",
    "due.asked": "test_due_lists.py::test_a_returned_request_stands_in_its_askers_list",
    "due.above": "test_due_lists.py::test_what_was_answered_meanwhile_is_left_out_and_an_empty_list_is_not_sent",
    "due.over": "test_due_lists.py::test_where_nothing_of_a_list_waits_any_more_it_says_so",
    "due.gone": "test_due_lists.py::test_a_list_shows_what_was_answered_by_words_and_what_was_taken_on_its_card",
    "due.moved": "test_due_lists.py::test_a_list_says_of_what_has_left_its_group_no_more_than_that",
    "due.moved_on": "test_ladder.py::test_a_list_that_somebody_has_alone_says_when_it_is_theirs_no_more",
    "due.line": "test_due_lists.py::test_thirteen_that_fall_due_at_once_are_one_message_in_each_group",
    "due.left": "test_clock.py::test_each_stage_is_said_once_and_in_its_time",
    "due.now": "test_clock.py::test_each_stage_is_said_once_and_in_its_time",
    "due.late": "test_due_lists.py::test_what_piled_up_while_telegram_was_away_is_one_message_with_each_request_once",
    "due.taken": "test_due_lists.py::test_a_list_shows_who_has_each_and_what_can_be_done_about_it",
    "due.untaken": "test_due_lists.py::test_a_list_shows_who_has_each_and_what_can_be_done_about_it",
    "due.no_group": "test_due_lists.py::test_the_asker_is_not_told_that_a_unit_without_a_group_was_reminded",
    "times.left": "test_why.py::test_by_its_urgency",
    "times.was_due": "test_why.py::test_reminders_that_were_sent_and_one_that_reached_nobody",
    "times.no_due": "test_why.py::test_what_waits_for_approval_has_no_time_yet",
    "times.stands_still": "test_why.py::test_a_return_stops_the_clock",
    "times.answered": "test_why.py::test_in_time_is_said_so_and_nothing_is_to_come",
    "times.answered_late": "test_why.py::test_a_delay_counts_against_the_first_time",
    "times": "test_why.py::test_a_delay_counts_against_the_first_time",
    "times.moved": "test_why.py::test_by_its_urgency",
    "times.unknown": "test_why.py::test_what_the_record_does_not_say_is_not_made_up",
    "times.by.split": "test_parts.py::test_why_says_that_the_desk_set_the_time",
    "times.by.urgency": "test_why.py::test_by_its_urgency",
    "times.by.type": "test_why.py::test_by_its_type_and_for_a_unit_that_is_hard_to_reach",
    "times.by.remote": "test_why.py::test_by_its_type_and_for_a_unit_that_is_hard_to_reach",
    "times.by.written": "test_why.py::test_as_the_request_says",
    "times.by.given": "test_why.py::test_a_delay_counts_against_the_first_time",
    "times.by.pause": "test_why.py::test_a_return_stops_the_clock",
    "times.by.then": "test_why.py::test_by_rules_that_have_changed_since",
    "times.working_days": "test_why.py::test_working_days_name_the_days_off",
    "times.off": "test_why.py::test_more_days_off_than_can_be_read_are_counted",
    "times.approve_by": "test_why.py::test_what_waits_for_approval_has_no_time_yet",
    "times.accept_by": "test_why.py::test_by_its_urgency",
    "times.office_hours": "test_why.py::test_a_flash_is_to_be_accepted_at_any_hour",
    "times.accepted": "test_why.py::test_a_delay_counts_against_the_first_time",
    "times.sent": "test_why.py::test_reminders_that_were_sent_and_one_that_reached_nobody",
    "times.comes": "test_why.py::test_in_time_is_said_so_and_nothing_is_to_come",
    "times.nobody": "test_why.py::test_reminders_that_were_sent_and_one_that_reached_nobody",
    "times.reminder.before": "test_why.py::test_by_its_urgency",
    "times.reminder.after": "test_why.py::test_by_its_urgency",
    "times.reminder.superior": "test_why.py::test_reminders_that_were_sent_and_one_that_reached_nobody",
    "times.reminder.handler": "test_ladder_seen.py::test_why_says_whom_each_rung_reached_and_what_they_said",
    "times.reminder.liaison": "test_ladder_seen.py::test_why_says_whom_each_rung_reached_and_what_they_said",
    "times.reminder.common": "test_ladder_seen.py::test_why_says_whom_each_rung_reached_and_what_they_said",
    "times.unreached": "test_ladder_seen.py::test_why_says_which_rung_reached_nobody",
    "times.quiet": "test_why.py::test_a_flash_is_to_be_accepted_at_any_hour",
    "why.asked": "test_superiors.py::test_a_question_goes_to_who_has_it_and_the_reply_comes_back_masked",
    "why.asked_words": "test_superiors.py::test_a_question_in_words_is_asked_as_it_is_and_answered_in_private",
    "why.answered": "test_superiors.py::test_the_words_of_others_under_a_question_are_a_comment",
    "bind.done": "test_group_purposes.py::test_the_first_unit_of_a_group_has_its_desk_there",
    "bind.already": "test_group_purposes.py::test_what_an_admin_has_said_a_group_is_stays_so",
    "bind.undone": "test_group_purposes.py::test_one_unit_is_taken_out_of_a_group",
    "bind.desk": "test_group_purposes.py::test_no_unit_loses_its_only_desk_because_another_comes_into_the_group",
    "bind.shared": (
        "test_group_purposes.py::test_a_shared_group_gets_one_card_of_what_is_between_its_units_and_nothing_else"
    ),
    "bind.no_desk": "test_group_purposes.py::test_who_shares_their_only_group_is_told_what_they_will_not_see",
    "bind.topic": "test_group_purposes.py::test_cards_of_a_type_go_to_their_topic",
    "bind.topic_undone": "test_group_purposes.py::test_a_topic_is_taken_back",
    "roster": "test_figures.py::test_the_roster_says_how_much_each_has",
    "roster.and_duty": "test_duty.py::test_the_week_is_seen_by_those_who_handle_and_in_english",
    "roster.line": "test_figures.py::test_the_roster_says_how_much_each_has",
    "asked_nobody": "test_upward.py::test_a_unit_with_a_group_and_nobody_to_take_it_is_told_of_too",
    "asked_unreachable": "test_figures.py::test_why_nobody_sees_a_request_is_said_as_it_is",
    "asked_out_of_reach": "test_figures.py::test_why_nobody_sees_a_request_is_said_as_it_is",
    "error.nudge_nobody": "test_figures.py::test_a_nudge_that_reaches_nobody_is_not_said_to_be_one",
    "error.ask_nobody": "test_superiors.py::test_a_question_to_a_unit_without_a_group_asks_nobody",
    "closed.by_itself": "test_clock.py::test_an_answer_that_nobody_disputes_closes_by_itself",
    "export.sent": "test_figures.py::test_a_ledger_under_way_is_not_said_to_have_arrived",
    "history.delivered": (
        "test_rights.py::test_what_was_sent_to_somebody_is_recorded_as_theirs_and_read_is_what_they_opened"
    ),
    "history.read": "test_rights.py::test_what_was_sent_to_somebody_is_recorded_as_theirs_and_read_is_what_they_opened",
    "history.unreached": "test_clock.py::test_escalation_goes_one_unit_higher_each_time_and_then_ends",
    "history.nobody_above": "test_clock.py::test_escalation_goes_one_unit_higher_each_time_and_then_ends",
    "history.passed_over": (
        "test_clock.py::test_a_superior_without_a_group_is_passed_over_at_once_and_named_in_the_digest"
    ),
}


def test_every_text_that_states_a_fact_names_the_test_that_holds_it() -> None:
    stating = {key for key in catalogue("en") if key.startswith(STATING)} - STATES_NOTHING
    assert stating == set(HELD)


@pytest.mark.parametrize("key", sorted(HELD))
def test_the_test_that_holds_a_statement_is_there(key: str) -> None:
    file, _, name = HELD[key].partition("::")
    assert re.search(rf"def {name}\(", (FOLDER / file).read_text(encoding="utf-8")), HELD[key]
