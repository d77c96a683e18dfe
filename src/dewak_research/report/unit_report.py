"""The report of one unit in a folder of its own: the executed profile as a plain page in each language."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from nbconvert import HTMLExporter

from dewak_research.language import Language
from dewak_research.report.normalise import read_notebook
from dewak_research.report.site import environment

STYLES = ("dewak.css", "logo.svg")


def _body(notebook: Path) -> str:
    """Return prose, figures and tables of an executed notebook as HTML, without its code."""
    exporter = HTMLExporter(
        template_name="basic", exclude_input=True, exclude_output_prompt=True, exclude_anchor_links=True
    )
    body, _ = exporter.from_notebook_node(read_notebook(notebook))
    return str(body)


def write_unit_report(
    pages: Mapping[Language, Path], title: Mapping[Language, str], static: Path, target: Path
) -> dict[Language, Path]:
    """Write one page per language around executed notebooks; in place only when whole.

    Parameters
    ----------
    pages : mapping of language to Path
        Executed notebooks; their pictures and data lie in ``_figures`` beside them.
    title : mapping of language to str
        Title of the page.
    static : Path
        The book's ``_static`` folder with style sheet and logo.
    target : Path
        Folder of the report; replaced.

    Returns
    -------
    dict
        The page of each language, ``<target>/<language>/index.html``.
    """
    aside = target.with_name(f".{target.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    template = environment().get_template("unit_report.html")
    for language, notebook in pages.items():
        folder = aside / language
        shutil.copytree(notebook.parent / "_figures", folder / "_figures", dirs_exist_ok=True)
        other: Language = "en" if language == "de" else "de"
        html = template.render(
            language=language,
            other=other if other in pages else None,
            title=title[language],
            body=_body(notebook),
        )
        (folder / "index.html").write_text(html, encoding="utf-8", newline="\n")
        shutil.copyfile(notebook, folder / notebook.name)
    (aside / "_static").mkdir()
    for name in STYLES:
        shutil.copyfile(static / name, aside / "_static" / name)
    shutil.rmtree(target, ignore_errors=True)
    aside.replace(target)
    return {language: target / language / "index.html" for language in pages}
