# SPDX-License-Identifier: MIT
"""Whether every link and picture of a site is there, and every place in a page that a link names."""

import html.parser
import os
import pathlib
import urllib.parse


class _Page(html.parser.HTMLParser):
    """What a page links to, and the places in it that can be linked to."""

    def __init__(self):
        super().__init__()
        self.links, self.places = [], set()

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.links.append(value)
            elif name in ("id", "name") and value:
                self.places.add(value)


def read(path):
    """The _Page in the file PATH."""
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def broken(site):
    """A sentence for each link of the folder SITE that leads nowhere."""
    pages = {path: read(path) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        for link in page.links:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            to = path
            if parts.path:
                to = pathlib.Path(os.path.normpath(path.parent / urllib.parse.unquote(parts.path)))
            if to.is_dir():
                to /= "index.html"
            if not to.exists():
                found.append(f"{path.relative_to(site)}: the link to {link} leads nowhere. Correct the page.")
            elif parts.fragment and to in pages and parts.fragment not in pages[to].places:
                found.append(f"{path.relative_to(site)}: there is no place #{parts.fragment} in "
                             f"{to.relative_to(site)}. Correct the page.")
    return found
