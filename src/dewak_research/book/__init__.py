"""How chapters become two editions: runner, prose, pages, site."""
