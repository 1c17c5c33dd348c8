"""Why a cell, a row, a sheet or a file is not read, or what else a person should know of it.

Named, not worded: whoever tells a person words it in that person's language (``ledger_why.`` in the catalogues).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple


class Cause(StrEnum):
    """All that may be said of a ledger. Behind the name: what it is said with."""

    # -- of a file
    IS = "is"  # name, what (one of WHAT_…), advice (one of the next three)
    WORKS = "works"
    SAVE_AS = "save_as"
    ONE_OBJECT_A_LINE = "one_object_a_line"
    WHAT_PDF = "what_pdf"
    WHAT_PICTURE = "what_picture"  # form
    WHAT_RIFF = "what_riff"
    WHAT_PACKED = "what_packed"  # form
    WHAT_ENCRYPTED = "what_encrypted"  # form
    WHAT_RTF = "what_rtf"
    WHAT_DATABASE = "what_database"
    WHAT_OLD_EXCEL = "what_old_excel"
    WHAT_ARCHIVE = "what_archive"
    WHAT_WORD = "what_word"
    WHAT_SLIDES = "what_slides"
    WHAT_NO_SPREADSHEET = "what_no_spreadsheet"
    WHAT_OLD_OFFICE = "what_old_office"
    WHAT_SAVED_PAGE = "what_saved_page"
    WHAT_PAGE = "what_page"
    WHAT_XML_2003 = "what_xml_2003"
    WHAT_XML = "what_xml"
    WHAT_ARRAY = "what_array"
    WHAT_ENCODING = "what_encoding"
    WHAT_UNKNOWN = "what_unknown"
    EMPTY_FILE = "empty_file"  # name
    PASSWORD = "password"  # noqa: S105 - name
    DAMAGED = "damaged"  # name, error
    NAMES_NO_SHEETS = "names_no_sheets"  # name
    UNPACKS = "unpacks"  # name
    LARGE_PART = "large_part"  # name, part
    LARGE_XLS = "large_xls"  # name
    MANY_TEXTS = "many_texts"
    DOCUMENT_TYPE = "document_type"  # name
    FORMS = "forms"  # name
    NO_SHEET = "no_sheet"  # name, sheet, sheets
    NO_LEDGER = "no_ledger"  # name, why, advice
    NO_LEDGERS = "no_ledgers"  # name, sheets (each a SHEET)
    SHEET = "sheet"  # sheet, why
    NO_COLUMN = "no_column"  # name, column
    # -- of a sheet
    DAMAGED_SHEET = "damaged_sheet"  # sheet, error
    MANY_MERGES = "many_merges"  # sheet
    NOT_ASKED_FOR = "not_asked_for"
    EMPTY_SHEET = "empty_sheet"
    NO_TABLE = "no_table"
    LACKS_CONTENT = "lacks_content"
    NO_HEADER = "no_header"  # chinese, english: names of columns
    NO_ROW = "no_row"  # line
    NO_TIME_COLUMN = "no_time_column"  # columns
    NO_UNIT_ASKED = "no_unit_asked"
    NO_NUMBER = "no_number"
    AS_TOLD = "as_told"  # columns
    ALL_ASKED = "all_asked"  # unit
    BESIDE = "beside"
    HIDDEN_SHEET = "hidden_sheet"
    HIDDEN_ROWS = "hidden_rows"  # count
    YEAR_TOLD = "year_told"  # year, where
    SERIALS_BEGIN_ANEW = "serials_begin_anew"
    WRONG_CELLS = "wrong_cells"  # column, count
    # -- of a cell
    IN_CELL = "in_cell"  # column, cell, why
    IN_COLUMN = "in_column"  # column, why
    ROUNDED = "rounded"  # number
    MANY_DIGITS = "many_digits"  # most
    MADE_A_DATE = "made_a_date"  # date
    FORMULA = "formula"
    ERROR = "error"  # error
    TOO_NARROW = "too_narrow"
    DAMAGED_CHARACTER = "damaged_character"
    LONG_CELL = "long_cell"  # most
    NOTHING_ABOVE = "nothing_above"  # text
    # -- of a row
    EXAMPLE = "example"
    A_NOTE = "a_note"
    ONE_CELL = "one_cell"
    MANY_CELLS = "many_cells"  # cells, columns
    FAR_CELLS = "far_cells"  # most
    LONG_LINE = "long_line"  # most
    LONG_BYTES = "long_bytes"  # most
    NOT_UTF_8 = "not_utf_8"
    HALF_CHARACTER = "half_character"
    NESTED = "nested"
    NOT_JSON = "not_json"  # error
    NO_OBJECT = "no_object"
    SAYS_NOTHING = "says_nothing"
    NO_ID = "no_id"
    LONG_ID = "long_id"  # most
    NO_OUTCOME = "no_outcome"  # value
    NO_STATE = "no_state"  # value, states
    NO_TIME = "no_time"  # field, value
    ASKED_MISSING = "asked_missing"  # field
    ANSWERED_BEFORE = "answered_before"
    NO_ANSWER = "no_answer"
    DATED_UNANSWERED = "dated_unanswered"  # text
    STATE_ANSWERED = "state_answered"  # value
    ANSWERED_EMPTY = "answered_empty"
    TWO_UNITS = "two_units"  # name, code
    ZEROS = "zeros"  # kind, number
    # -- of a row beside those on file
    DELETED = "deleted"
    OURS = "ours"  # id
    ON_FILE = "on_file"
    ANOTHER_YEAR = "another_year"  # id, before, now
    ANOTHER_REQUEST = "another_request"  # id, before
    TWICE = "twice"
    OTHER_ON_FILE = "other_on_file"
    # -- of a row that is written
    LONG_SHEET = "long_sheet"  # most, year
    LONG_FOR_A_CELL = "long_for_a_cell"  # column, row


class Why(NamedTuple):
    """One of them, with what it is said with: texts, numbers, others of them, or a list of these."""

    cause: Cause
    params: Mapping[str, Any]


def why(cause: Cause, **params: Any) -> Why:
    return Why(cause, params)
