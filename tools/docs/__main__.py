# SPDX-License-Identifier: MIT
"""Make HTML of all pages of the tree: `python3 tools/docs OUTPUT`.

mkdocs makes navigation and search. A link that leads nowhere is an error, and nothing is written then.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import check
import settings
import stage


def generate(folder, output):
    """Let mkdocs make the site of the staged pages in FOLDER/pages; returns what it complains about."""
    pages = folder / "pages"
    file = folder / "mkdocs.yml"
    file.write_text(settings.settings(pages, output), encoding="utf-8")
    done = subprocess.run(["mkdocs", "build", "--strict", "--config-file", file],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode == 0:
        return ""
    return "\n".join(line for line in done.stdout.splitlines() if not line.startswith("INFO"))


def main():
    """Stage, generate, check, and only then put it in place."""
    if len(sys.argv) != 2:
        sys.exit("docs: give the folder for the HTML: python3 tools/docs OUTPUT.")
    if shutil.which("mkdocs") is None:
        sys.exit("docs: mkdocs is not installed. Install the package mkdocs, or run ./tenon docs, which does.")
    output = pathlib.Path(sys.argv[1]).resolve()
    if output.exists() and not (output / "index.html").exists() and any(output.iterdir()):
        sys.exit(f"docs: {output}: is not empty and holds no index.html. Choose another folder.")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        try:
            count = stage.Stage(folder / "pages").fill()
        except stage.BrokenLink as error:
            sys.exit(f"{error}")
        complaint = generate(folder, folder / "html")
        if complaint:
            sys.exit(f"docs: mkdocs failed:\n{complaint}")
        broken = check.broken(folder / "html")
        if broken:
            sys.exit("\n".join(broken))
        shutil.rmtree(output, ignore_errors=True)
        output.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(folder / "html", output)
    print(f"docs: {count} pages in {output}; begin with {output / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
