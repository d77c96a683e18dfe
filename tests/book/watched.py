"""A page in a browser that is watched while tests read it."""

from __future__ import annotations

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

PHONE: ViewportSize = {"width": 390, "height": 844}


class Watched:
    """A page together with everything it asked for and complained about."""

    def __init__(self, browser: Browser | BrowserContext, site: str, script: bool = True) -> None:
        context = (
            browser.new_context(viewport=PHONE, java_script_enabled=script)
            if isinstance(browser, Browser)
            else browser
        )
        self.page: Page = context.new_page()
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self.page.on(
            "request", lambda r: None if r.url.startswith((site, "data:")) else self.foreign.append(r.url)
        )
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on(
            "response", lambda r: self.errors.append(f"{r.status} {r.url}") if r.status >= 400 else None
        )

    def close(self) -> None:
        self.page.context.close()
