# SPDX-License-Identifier: MIT
"""The settings of the generator, mkdocs: what the navigation has, in which order."""

import json
import pathlib

SITE = "Tenon"
THEME = pathlib.Path(__file__).with_name("theme")

# Heading: pages. A page that is not there is left out; a name with * stands for all that match, by name.
NAVIGATION = {
    "Begin": ["README.md", "docs/README.md", "docs/first-product.md", "docs/write-a-server.md",
              "docs/choose-your-parts.md", "examples/README.md"],
    "Use": ["docs/products.md", "docs/configuration.md", "docs/tools.md", "docs/install.md",
            "docs/boot.md", "docs/*.md"],
    "Understand": ["ARCHITECTURE.md", "libkern/README.md", "libipc/README.md", "libsched/README.md",
                   "libmm/README.md", "libdrv/README.md", "libbase/README.md", "libsys/README.md",
                   "servers/README.md", "libkern/arch/*/README.md", "servers/*/README.md"],
    "System calls": ["docs/syscalls/README.md", "docs/syscalls/*.md"],
    "Contracts": ["contracts/README.md", "docs/contracts/*.md", "tools/contract/README.md", "tools/manifest/README.md"],
    "Examples": ["examples/*/README.md", "product-templates/*/README.md"],
    "Change it": ["CONTRIBUTING.md", "STYLE.md", "CHANGELOG.md", "docs/testing.md", "tests/mutants/README.md"],
}


def navigation(stage):
    """[{heading: [{title: page}]}] of the pages in the folder STAGE, each page once."""
    seen, sections = set(), []
    for heading, names in NAVIGATION.items():
        entries = []
        for name in names:
            for path in sorted(stage.glob(name)):
                page = str(path.relative_to(stage))
                if page not in seen and page not in LATER.get(name, ()):
                    seen.add(page)
                    entries.append({title(path): page})
        if entries:
            sections.append({heading: entries})
    return sections


# docs/*.md is for pages that nobody has put anywhere; these have a place further down.
LATER = {"docs/*.md": ("docs/testing.md", "docs/README.md")}


def title(path):
    """The first heading of the page PATH, up to a colon, and without the name of the whole in front of it."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            heading = line[2:].removeprefix(f"{SITE}: ").split(":")[0].strip().strip("`")
            return heading[:1].upper() + heading[1:] if line.startswith(f"# {SITE}: ") else heading
    return path.stem


def settings(stage, output):
    """The text of mkdocs.yml, which may be JSON: pages in STAGE, HTML to OUTPUT."""
    return json.dumps({
        "site_name": SITE,
        "docs_dir": str(stage),
        "site_dir": str(output),
        "use_directory_urls": False,
        "theme": {"name": None, "custom_dir": str(THEME)},
        "plugins": [],
        "markdown_extensions": ["sane_lists", {"toc": {"permalink": "¶"}}],
        "nav": navigation(stage),
    }, ensure_ascii=False, indent=2)
