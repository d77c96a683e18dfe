"""Budgets by account: signs are recognised from evidence, derived sums are checked against each other."""

from __future__ import annotations

import pandas as pd

from dewak_research.errors import InputError, Problem
from dewak_research.language import Text
from dewak_research.own.checks_finding import amount
from dewak_research.own.checks_sums import columns_of, complete
from dewak_research.own.importing_layout import amounts_of
from dewak_research.own.mapping import SIGNS, ImportMap
from dewak_research.own.prefill import account_lines
from dewak_research.own.template import load_template

CLASSES = {"result_plan": ("4", "5"), "finance_plan": ("6", "7")}
CLEAR_SHARE = 0.9


def propose_accounts(frame: pd.DataFrame, column: str, common: dict[str, object], where: str) -> ImportMap:
    """Propose the mapping of an account-level budget.

    The sign convention follows from the amounts: of all money booked on income accounts (class 4 or 6) at least 90 %
    must carry one sign, and the same for costs (5 or 7).

    Raises
    ------
    InputError
        Neither sign prevails.
    """
    first = frame[column].str[0]
    sheet = "result_plan" if first.isin(["4", "5"]).sum() >= first.isin(["6", "7"]).sum() else "finance_plan"
    draft = ImportMap(
        kind="accounts", sheet=sheet, label_column=column, lines=account_lines()[sheet], **common
    )
    amounts = amounts_of(frame, draft, where)
    income, costs = CLASSES[sheet]
    internal = frame[column].str[:2].isin(["48", "58"])
    signs = {}
    for name, digit in (("income", income), ("costs", costs)):
        part = amounts[(first == digit) & ~internal].to_numpy().ravel()
        part = part[~pd.isna(part)]
        money, positive = abs(part).sum(), part[part > 0].sum()
        share = positive / money if money > 0 else 1.0
        if 1 - CLEAR_SHARE < share < CLEAR_SHARE:
            raise InputError(
                Problem(
                    Text(
                        f"die Vorzeichen der Kontenklasse {digit} sind gemischt ({share:.0%} des Geldes positiv)",
                        f"the signs of account class {digit} are mixed ({share:.0%} of the money positive)",
                    ),
                    f"{where}: {column}",
                    Text("eine Klasse trägt überwiegend ein Vorzeichen", "one class carries mostly one sign"),
                    Text(
                        "mit --map festlegen: income und costs", "set income and costs in a mapping (--map)"
                    ),
                )
            )
        signs[name] = "as_printed" if share >= CLEAR_SHARE else "turned"
    return draft.model_copy(update=signs)


def account_notes(
    labels: pd.Series, amounts: pd.DataFrame, target: pd.Series, figures: pd.DataFrame, mapping: ImportMap
) -> list[Text]:
    """Say how the signs were read and hold the derived sums against the sum over all accounts.

    In the check, not in the workbook, a line without any account counts as zero.
    """
    income, costs = CLASSES[mapping.sheet]
    words = {"as_printed": Text("wie gedruckt", "as printed"), "turned": Text("umgekehrt", "turned")}
    notes = [
        Text(
            f"Vorzeichen: Klasse {income} {words[mapping.income].de}, Klasse {costs} {words[mapping.costs].de}",
            f"signs: class {income} {words[mapping.income].en}, class {costs} {words[mapping.costs].en}",
        )
    ]
    first = labels.str[0]
    internal = labels.str[:2].isin(["48", "58"])
    lines = load_template().grids[mapping.sheet]
    result_line = "26" if mapping.sheet == "result_plan" else "36"
    for (year, kind), given in columns_of(figures, mapping.sheet).items():
        name = next(n for n in mapping.columns if mapping.year_of(n) == (year, kind))
        printed = amounts[name]
        direct = sum(
            SIGNS[sign] * direction * float(printed[(first == digit) & ~internal].sum())
            for digit, sign, direction in ((income, mapping.income, 1), (costs, mapping.costs, -1))
        )
        nothing = {name: 0.0 for name, line in lines.items() if line.need != "sum" and name.isdigit()}
        derived = complete({**nothing, **given}, lines).get(result_line)
        if derived is None:
            continue
        gap = round(derived - direct, 2)
        agrees = abs(gap) < 1
        words_de = "stimmt überein" if agrees else f"weicht ab um {amount(gap, 'de')}"
        words_en = "agrees" if agrees else f"differs by {amount(gap, 'en')}"
        line, total = round(derived), round(direct)
        notes.append(
            Text(
                f"{name}: Zeile {result_line} = {amount(line, 'de')}; alle Konten = {amount(total, 'de')}; {words_de}",
                f"{name}: line {result_line} = {amount(line, 'en')}; all accounts = {amount(total, 'en')}; {words_en}",
            )
        )
        charges = float(printed[internal].sum()) if mapping.income != mapping.costs else None
        if charges is not None and abs(charges) >= 1:
            notes.append(
                Text(
                    f"{name}: interne Verrechnungen (48, 58) gleichen sich nicht aus: {amount(round(charges), 'de')}",
                    f"{name}: internal charges (48, 58) do not cancel out: {amount(round(charges), 'en')}",
                )
            )
    return notes
