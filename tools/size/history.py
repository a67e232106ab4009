# SPDX-License-Identifier: MIT
"""The build before this one: build/ARCH/size.json.

The file holds the figures of the two builds that were measured last and differ in a byte: "now" and
"before". A call that finds the files of "now" unchanged compares with "before" again; one that finds them
changed moves "now" to "before" first. So the difference stays until something else is built and measured.
"""

import hashlib
import json

FORMAT = 1


def fingerprint(files):
    """A name for the contents of FILES."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def before(path, build, figures):
    """The figures of the build before; None if there was none. Notes FIGURES of the BUILD, its fingerprint,
    in the file PATH. A file that is no such file counts as none."""
    known = _load(path)
    now, previous = known.get("now"), known.get("before")
    if now and now["build"] != build:
        previous = now
    known = {"format": FORMAT, "now": {"build": build, "images": figures}, "before": previous}
    path.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    return previous["images"] if previous else None


def _load(path):
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) and known.get("format") == FORMAT else {}
