# SPDX-License-Identifier: MIT
"""What an SPDX 2.3 document in JSON must hold to, as far as it is needed here.

Written from https://spdx.github.io/spdx-spec/v2.3/, whose sections the numbers are, and its schema for JSON, which
has names of its own for some values (OPERATING_SYSTEM) and allows no others for the fields.
"""

import hashlib
import re

IDENTIFIER = re.compile(r"SPDXRef-[A-Za-z0-9.-]+$")
LICENCE_REFERENCE = re.compile(r"LicenseRef-[A-Za-z0-9.-]+$")
LISTED = {"MIT", "BSD-2-Clause", "BSD-3-Clause", "GPL-2.0-or-later"}
PURPOSES = {"APPLICATION", "LIBRARY", "OPERATING_SYSTEM", "SOURCE"}
SHARED_KEYS = {"SPDXID", "copyrightText", "licenseConcluded"}
FILE_KEYS = SHARED_KEYS | {"fileName", "fileTypes", "checksums", "licenseInfoInFiles"}
PACKAGE_KEYS = SHARED_KEYS | {"name", "versionInfo", "downloadLocation", "filesAnalyzed", "packageVerificationCode", "comment",
                              "licenseDeclared", "licenseInfoFromFiles", "supplier", "externalRefs", "primaryPackagePurpose"}
RELATIONSHIPS = {"DESCRIBES", "CONTAINS", "STATIC_LINK", "BUILD_TOOL_OF"}
HASHES = {"SHA1": 40, "SHA256": 64}
NONE = ("NOASSERTION", "NONE")


def violations(document):
    """Everything in DOCUMENT that breaks a rule."""
    return [*_head(document), *_identifiers(document), *_files(document), *_packages(document), *_licences(document)]


def elements(document):
    """All packages and files of DOCUMENT."""
    return document["packages"] + document["files"]


def related(document, kind):
    """The (one, other) pairs of DOCUMENT with a relationship of KIND."""
    return [(r["spdxElementId"], r["relatedSpdxElement"]) for r in document["relationships"]
            if r["relationshipType"] == kind]


def _head(document):
    """6: about the document itself."""
    wanted = {"spdxVersion": r"SPDX-2\.3$", "dataLicense": r"CC0-1\.0$", "SPDXID": r"SPDXRef-DOCUMENT$", "name": r"\S",
              "documentNamespace": r"https?://[^#\s]+$"}
    for key, pattern in wanted.items():
        if not re.match(pattern, str(document.get(key, ""))):
            yield f"{key} is {document.get(key)!r}"
    creation = document.get("creationInfo", {})
    if not re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", creation.get("created", "")):
        yield "creationInfo.created is no time"
    if not creation.get("creators") or not all(re.match("(Tool|Person|Organization): .", c) for c in creation["creators"]):
        yield "creationInfo.creators names nobody"


def _identifiers(document):
    """7.2, 8.2, 11.1: each element has one of its own, and relationships are between elements that there are."""
    found = [element.get("SPDXID", "") for element in elements(document)]
    for identifier in found:
        if not IDENTIFIER.match(identifier) or found.count(identifier) > 1:
            yield f"{identifier!r} is no identifier, or that of several elements"
    for element in elements(document):
        unknown = element.keys() - (FILE_KEYS if "fileName" in element else PACKAGE_KEYS)
        if unknown:
            yield f"{element['SPDXID']} has the fields {unknown}, which there are not"
    known = {*found, "SPDXRef-DOCUMENT"}
    for relationship in document["relationships"]:
        for end in (relationship["spdxElementId"], relationship["relatedSpdxElement"]):
            if end not in known:
                yield f"a relationship with {end}, which there is not"
        if relationship["relationshipType"] not in RELATIONSHIPS:
            yield f"{relationship['relationshipType']} is no relationship"
    if not related(document, "DESCRIBES"):
        yield "it describes nothing"


def _files(document):
    """8: name, checksums, licence and copyright of each file, which is in a package."""
    contained = {other for _, other in related(document, "CONTAINS")}
    for file in document["files"]:
        if not file["fileName"].startswith("./") or file["SPDXID"] not in contained:
            yield f"{file['fileName']} is not relative, or in no package"
        sums = {entry["algorithm"]: entry["checksumValue"] for entry in file["checksums"]}
        if "SHA1" not in sums or any(not re.match(f"[0-9a-f]{{{HASHES[name]}}}$", value) for name, value in sums.items()):
            yield f"{file['fileName']} has wrong checksums"
        if not file.get("licenseInfoInFiles") or not file.get("copyrightText") or not file.get("licenseConcluded"):
            yield f"{file['fileName']} has no licence or copyright"


def _packages(document):
    """7: what each package has, and that its verification code is that of its files (7.9)."""
    files = {file["SPDXID"]: file["checksums"][0]["checksumValue"] for file in document["files"]}
    for package in document["packages"]:
        for key in ("name", "downloadLocation", "licenseConcluded", "licenseDeclared", "copyrightText"):
            if not package.get(key):
                yield f"{package['SPDXID']} has no {key}"
        if package.get("primaryPackagePurpose") not in PURPOSES:
            yield f"{package['SPDXID']} has no purpose"
        sums = [files.get(other, "") for one, other in related(document, "CONTAINS") if one == package["SPDXID"]]
        code = hashlib.sha1("".join(sorted(sums)).encode()).hexdigest()
        if package["filesAnalyzed"] != bool(sums):
            yield f"{package['SPDXID']} says wrongly whether it has files"
        elif sums and package["packageVerificationCode"]["packageVerificationCodeValue"] != code:
            yield f"{package['SPDXID']} has another verification code"


def _licences(document):
    """10, Annex D: every licence is listed by SPDX, or its text is here."""
    texts = {entry["licenseId"]: entry["extractedText"] for entry in document["hasExtractedLicensingInfos"]}
    used = set()
    for element in elements(document):
        words = [element["licenseConcluded"], element.get("licenseDeclared", "NONE"),
                 *element.get("licenseInfoInFiles", []), *element.get("licenseInfoFromFiles", [])]
        used |= {word for text in words for word in re.split(r" AND | OR |[()]", text) if word}
        if any(re.search(r"\s", word) for word in element.get("licenseInfoInFiles", [])):
            yield f"{element['SPDXID']}: licenseInfoInFiles has an expression"
    for word in sorted(used - LISTED - set(NONE)):
        if not LICENCE_REFERENCE.match(word) or not texts.get(word, "").strip():
            yield f"the licence {word} is unknown"
    for name in sorted(set(texts) - used):
        yield f"nothing is under {name}"
