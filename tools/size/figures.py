# SPDX-License-Identifier: MIT
"""Sums over pieces: bytes of each kind by image, library and object.

An image is {"total": SIZES, "libraries": {name: {"total": SIZES, "objects": {name: SIZES}}}, "by": "object" or
"symbol"}; SIZES maps each kind, and "total", to bytes.
"""

import by_symbol
import linker_map
from linker_map import KINDS


def of_image(elf, map_file, nm):
    """The figures of the linked file ELF, whose map is MAP_FILE; NM reads its symbols."""
    pieces = linker_map.read(map_file)
    by_objects = not linker_map.is_optimized_whole(pieces)
    if not by_objects:
        totals = {kind: sum(piece.size for piece in pieces if piece.kind == kind) for kind in KINDS}
        pieces = by_symbol.read(nm, elf, totals)
    return {"by": "object" if by_objects else "symbol", **summed(pieces)}


def summed(pieces):
    """The sums of PIECES."""
    total, libraries = empty(), {}
    for piece in pieces:
        library = libraries.setdefault(piece.library, {"total": empty(), "objects": {}})
        places = [total, library["total"]]
        if piece.object:
            places.append(library["objects"].setdefault(piece.object, empty()))
        for sizes in places:
            sizes[piece.kind] += piece.size
            sizes["total"] += piece.size
    return {"total": total, "libraries": libraries}


def empty():
    """No bytes."""
    return dict.fromkeys((*KINDS, "total"), 0)


def change(now, before, *path):
    """By how many bytes that with the name PATH in NOW has grown since BEFORE; None if it is unknown there."""
    if before is None:
        return None
    return _total(now, path) - _total(before, path)


def _total(images, path):
    """The total of what PATH names in IMAGES: (image), (image, library) or (image, library, object)."""
    found = images.get(path[0])
    for key, name in zip(("libraries", "objects"), path[1:]):
        found = found[key].get(name) if found else None
    if not found:
        return 0
    return found["total"] if isinstance(found["total"], int) else found["total"]["total"]


def changed_objects(now, before):
    """((image, library, object), bytes) of each object that has grown or shrunk, most first."""
    if before is None:
        return []
    paths = {(image, library, name) for images in (now, before) for image in images
             for library in images[image]["libraries"]
             for name in images[image]["libraries"][library]["objects"]}
    changes = [(path, change(now, before, *path)) for path in paths]
    return sorted(((path, size) for path, size in changes if size), key=lambda item: (-abs(item[1]), item[0]))
