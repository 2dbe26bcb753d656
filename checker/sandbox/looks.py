"""Renders the templates of the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from .words import language, translator

HEADERS: Final = {
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class Looks:
    """The templates in the folder `pages`."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("pages")),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )

    def page(self, template: str, status: int = 200, /, lang: str = "", **values: Any) -> Response:
        """Return a page; `lang` as in the address of the page."""
        return HTMLResponse(self._rendered(template, lang, values), status, HEADERS)

    def part(self, template: str, lang: str, values: dict[str, Any]) -> str:
        """Return a piece of a page, for a script to put in place."""
        return self._rendered(template, lang, values)

    def _rendered(self, template: str, lang: str, values: dict[str, Any]) -> str:
        return self._templates.get_template(template).render(values, lang=language(lang), t=translator(lang))
