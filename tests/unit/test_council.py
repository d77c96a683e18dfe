"""The two pages for a council: the values of the profile, questions by stated rules, nothing left open unsaid."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from dewak_research.language import LANGUAGES, Language
from dewak_research.page.labels import find_label
from dewak_research.unit.council import council_context, council_page, shown_rows, unknown
from dewak_research.unit.council_questions import NUMBERS, Rule, Seen, asked, rule_rows, rules, seen, shown
from dewak_research.unit.kreis_council import seen_in_germany
from dewak_research.unit.kreis_view import kreis_profile_of
from dewak_research.unit.sheet_data import DIGITS, sheet_rows
from dewak_research.unit.view import Profile, ProfileTables, load_profile_tables, profile_of

PLACEHOLDER = re.compile(r"\{[a-z_]+\}|\{\{|\bnan\b|\bNone\b", re.IGNORECASE)
SAMPLE = ("05562020", "05954", "05914000", "05334002", "05378024", "05370", "05315000")
HEAVIEST = 14 * 1024
DIGITS_KEPT = 10.0 ** (1 - DIGITS)
SHARE = 9  # every ninth unit: the build writes all, the browser prints the extremes


@pytest.fixture(scope="module")
def tables(stages_run: Path) -> ProfileTables:
    return load_profile_tables(stages_run)


@pytest.fixture(params=SAMPLE)
def profile(tables: ProfileTables, request: pytest.FixtureRequest) -> Profile:
    return profile_of(tables, request.param)


def test_a_rule_holds_at_both_ends_and_never_on_what_is_unknown() -> None:
    rule = Rule("plan", "status", "x", "value", least=5, most=7)
    assert [rule.holds(Seen("", value)) for value in (None, 4.9, 5.0, 7.0, 7.1)] == [
        False, False, True, True, False,
    ]  # fmt: skip


def test_every_rule_has_a_question_a_figure_in_words_and_a_known_number() -> None:
    keys = [rule.key for rule in rules()]
    assert len(set(keys)) == len(keys)
    for rule in rules():
        assert rule.by in NUMBERS
        assert rule.of in ("both", "towns", "kreise", "germany")
        assert rule.least <= rule.most
        assert find_label(rule.question).text["de"].endswith(("?", "."))
    for language in LANGUAGES:
        assert len(rule_rows(language)) == len(keys)
        assert not any(re.search(r"\{|inf", text) for row in rule_rows(language) for text in row.values())


def test_every_figure_of_a_rule_is_seen_in_some_unit(tables: ProfileTables) -> None:
    found = {name for ags in SAMPLE for name in seen(profile_of(tables, ags), "de")}
    found |= set(seen_in_germany(kreis_profile_of(tables.rows, "14626"), "de"))
    assert {rule.figure for rule in rules()} <= found


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_follow_from_the_figures_by_the_rules(profile: Profile, language: Language) -> None:
    """The rules applied again, by hand, to what the profile holds."""
    figures = seen(profile, language)
    level = "kreise" if profile.is_kreis else "towns"
    expected: dict[str, str] = {}
    for rule in rules():
        number = getattr(figures[rule.figure], rule.by) if rule.figure in figures else None
        if rule.of in ("both", level) and number is not None and rule.least <= number <= rule.most:
            expected.setdefault(rule.topic, rule.key)
    questions = asked(profile, language)
    assert [one["key"] for one in questions] == list(expected.values())[: shown()]
    assert questions, "a council is left without a question"
    for one in questions:
        assert one["follows"] == figures[one["figure"]].said
        assert not PLACEHOLDER.search(one["question"] + one["follows"])


def test_the_credit_that_the_land_takes_over_is_named_where_it_is_published(tables: ProfileTables) -> None:
    herten = profile_of(tables, "05562020")
    assert herten.relief is not None
    said = seen(herten, "de")["today_liquidity_credit_eur_pc"].said.replace("\u00a0", " ")
    assert said.endswith("; davon übernimmt das Land 2.530 €")
    unknown_amount = replace(herten, relief={**herten.relief, "amount_eur_pc": float("nan")})
    for without in (unknown_amount, replace(herten, relief=None)):
        assert "übernimmt" not in seen(without, "de")["today_liquidity_credit_eur_pc"].said
    scale = council_context(herten, "de")["scale"]
    assert "vor der Altschuldenentlastung" in scale
    assert "Steuern: vor dem Finanzausgleich, eher zu hoch" in scale


def test_what_rules_look_at_are_the_values_of_the_data_file(profile: Profile) -> None:
    figures = seen(profile, "de")
    of_section = {"today": "today_", "comparison": "profile_"}
    lines = [row for row in sheet_rows(profile) if row["section"] in of_section]
    compared = 0
    for row in lines:
        name = of_section[row["section"]] + row["key"]
        if name in figures and row["value"] is not None:
            assert figures[name].value == pytest.approx(row["value"], rel=DIGITS_KEPT)
            assert figures[name].place == pytest.approx(row["peer_percentile"], rel=DIGITS_KEPT)
            compared += 1
    assert compared >= 5
    shocks = {row["key"]: row["value"] for row in sheet_rows(profile) if row["section"] == "shock_today"}
    if "tax_own_worst_loss" in shocks:
        assert figures["tax_loss"].value == pytest.approx(shocks["tax_own_worst_loss"], rel=DIGITS_KEPT)


def test_the_first_page_shows_values_of_the_data_file(profile: Profile) -> None:
    values = {
        f"{'today' if row['section'] == 'today' else 'profile'}_{row['key']}": row["value"]
        for row in sheet_rows(profile)
        if row["section"] in ("today", "comparison")
    }
    rows = shown_rows(profile, "de")
    assert len(rows) >= 7
    for row in rows:
        plain = row["value"].replace(".", "").replace(",", ".").replace("−", "-").replace("+", "")
        if row["known"]:
            digits = len(plain.partition(".")[2])
            assert float(plain) == pytest.approx(values[row["key"]], abs=0.51 * 10**-digits)
        else:
            assert values[row["key"]] is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_light_and_whole(tables: ProfileTables, language: Language) -> None:
    for ags in (*tables.units["ags"][::SHARE], *SAMPLE):
        unit = profile_of(tables, str(ags))
        page = council_page(unit, language)
        text = re.sub(r"<[^>]+>", " ", page)
        assert not PLACEHOLDER.search(text), f"{ags}: {PLACEHOLDER.search(text)}"
        assert len(page.encode()) <= HEAVIEST, ags
        assert page.count('<div class="page">') == 2
        assert "<li>" in page, f"{ags}: no question"
        assert f'<html lang="{language}">' in page


def test_a_unit_without_result_says_what_is_unknown(tables: ProfileTables) -> None:
    light = tables.stages["stress"]["lights"]
    silent = light.loc[light["light"] == "no_data", "ags"]
    assert len(silent) > 0
    for ags in silent:
        unit = profile_of(tables, str(ags))
        context = council_context(unit, "de")
        assert "nicht rechnen" in context["past"]
        assert context["unknown"] and context["rows"]
        keys = {one["key"] for one in context["questions"]}
        assert "since" not in keys, "no question follows from a light that is not known"


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_escaped(tables: ProfileTables, language: Language) -> None:
    unit = profile_of(tables, "05562020")
    strange = replace(unit, unit={**unit.unit, "name": "<script>alert(1)</script> & Co"})
    page = council_page(strange, language)
    assert "<script>" not in page and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in page


def test_what_is_not_known_keeps_the_capitals_of_german_nouns(tables: ProfileTables) -> None:
    said = " ".join(unknown(profile_of(tables, "05914000"), "de"))
    assert "Keine Angabe: Sozialtransfers" in said and "Keine angabe" not in said


#: What no sentence says: a number apart from its sign, a word twice, two values with nothing between.
AWKWARD = re.compile(
    r"\d[ \n](?:[%€‰]|Mio\.|million|k?m²)|\b(\w{3,}) \1\b|(?:19|20)\d\d [\d.,]{2,}\s?[€%]|\b1 von \d+ [^.]*liegen"
    r"|\b1 of \d+ [^.]*lie below|sagt: offen|says: open|20\d\d, 20\d\d\.|\blastingly\b|\bby fiction\b"
)
APART = {
    "de": re.compile(r"\d%|€\d"),
    "en": re.compile(r"\d\s%|\d\s?€|\bWhich (?:need|room|offers?)\b|\bfit for\b"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_read_well_for_every_kind_of_unit(tables: ProfileTables, language: Language) -> None:
    for ags in (*tables.units["ags"][::SHARE], *SAMPLE):
        unit = profile_of(tables, str(ags))
        page = council_page(unit, language)
        text = " ".join(
            re.sub(r"<(?:tr|h2|p|li|th|td|span)\b[^>]*>", ". ", page).replace("&nbsp;", " ").split(" ")
        )
        text = re.sub(r"<[^>]+>", "", text).replace("\N{SOFT HYPHEN}", "")
        for pattern in (AWKWARD, APART[language]):
            found = pattern.search(text)
            assert not found, f"{ags}: {text[max(0, found.start() - 60) : found.end() + 30]}"
        if unit.is_kreis:
            assert not re.search(
                r"\bKommunen?\b|\b[Tt]h(?:e|is) municipality\b|\bof municipalities\b", text
            ), ags


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_words_of_tables_break_only_where_syllables_end(
    tables: ProfileTables, language: Language
) -> None:
    page = council_page(profile_of(tables, "05562020"), language)
    cells = re.findall(r"<th\b[^>]*>(.*?)</th>", page)
    long = {word for cell in cells for word in re.findall(r"[^\W\d_]{12,}", cell)}
    assert not long, f"no soft hyphen in {sorted(long)} (page/syllables.py)"
