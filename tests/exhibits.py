"""What every figure and table of a chapter must have, whichever chapter it stands in."""

import re

from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table


def is_whole(item: Figure | Table, language: Language) -> None:
    """Assert that words, alt text, data and source are there and large enough to read."""
    page = item.html(language, "figures")
    words = re.sub(r"<[^>]+>", " ", page).lower().split()
    assert item.name in page and ("Quelle" if language == "de" else "Source") in page
    assert "None" not in item.caption and not {"nan", "none"} & set(words)
    if isinstance(item, Figure):
        assert len(item.alt) > 60 and not item.data.empty
        texts = item.drawing.findobj(lambda artist: hasattr(artist, "get_fontsize") and artist.get_text())
        assert min(text.get_fontsize() for text in texts) >= 9
