# SPDX-License-Identifier: MIT
"""An image as an SPDX 2.3 document in JSON (https://spdx.github.io/spdx-spec/v2.3/).

    document DESCRIBES image; image CONTAINS kernel, bundle, loader; bundle CONTAINS each of its files
    each executable STATIC_LINK the components it is made from, and the packages of others
    component CONTAINS source files; compiler BUILD_TOOL_OF image
"""

import datetime
import hashlib
import json
import re

import debian
import image

DOCUMENT = "SPDXRef-DOCUMENT"
IMAGE = "SPDXRef-Image"
COMPILER = "SPDXRef-Compiler"
LICENCE = re.compile(r"SPDX-License-Identifier: ([A-Za-z0-9.+() -]*[A-Za-z0-9.+)])")
UNKNOWN = "NOASSERTION"


def text(found, version, revision, seconds):
    """The document of the image FOUND, which has VERSION and comes from REVISION, at SECONDS since 1970."""
    created = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    result = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": DOCUMENT,
        "name": f"{found.product}-{version}-{found.arch}-{found.configuration}",
        "creationInfo": {"created": created, "creators": [f"Tool: tenon-{image.kit_version()}"]},
        **_Body(found, version, revision).tables(),
    }
    name, digest = result["name"], hashlib.sha256(json.dumps(result, sort_keys=True).encode()).hexdigest()
    result["documentNamespace"] = f"https://spdx.org/spdxdocs/{name}-{digest}"
    return json.dumps(result, indent=1, ensure_ascii=False) + "\n"


def _identifier(kind, name):
    """An SPDXID for NAME; two names that differ have two."""
    plain = re.sub(r"[^A-Za-z0-9.-]", "-", name)
    return f"SPDXRef-{kind}-{plain}" + ("" if plain == name else "-" + hashlib.sha256(name.encode()).hexdigest()[:8])


def _checksums(data):
    """SHA-1, without which no file may be, and SHA-256 of DATA."""
    return [{"algorithm": "SHA1", "checksumValue": hashlib.sha1(data).hexdigest()},
            {"algorithm": "SHA256", "checksumValue": hashlib.sha256(data).hexdigest()}]


def _verification_code(files):
    """What SPDX 2.3, 7.9 makes of the SHA-1 of all FILES of a package."""
    sums = sorted(file["checksums"][0]["checksumValue"] for file in files)
    return {"packageVerificationCodeValue": hashlib.sha1("".join(sums).encode()).hexdigest()}


def _joined(expressions):
    """All licence EXPRESSIONS together."""
    known = sorted({word for expression in expressions for word in expression.split(" AND ") if word != UNKNOWN})
    return " AND ".join(known) if known else UNKNOWN


def _identifiers(expressions):
    """Every identifier in the licence EXPRESSIONS; NOASSERTION only if there is no other."""
    found = {word for expression in expressions for word in re.split(r" AND | OR |[()]", expression) if word}
    return sorted(found - {UNKNOWN}) or [UNKNOWN]


class _Body:
    """Packages, files, relationships and other projects' licences."""

    def __init__(self, found, version, revision):
        self.found, self.version, self.revision = found, version, revision
        self.kit_version, self.kit_copyright = image.kit_version(), image.kit_copyright()
        self.files, self.packages, self.relationships, self.references = {}, [], [], {}
        self.foreign = debian.packages({file for one in found.executables.values() for file in one.foreign})
        self.foreign_licences = {name: debian.licences(package) for name, package in self.foreign.items()}

    def tables(self):
        """The document's tables."""
        self._sources()
        self._foreign()
        self._image()
        self.packages.append({"SPDXID": COMPILER, "name": self.found.compiler.split()[0], "downloadLocation": UNKNOWN,
                              "versionInfo": self.found.compiler, "filesAnalyzed": False, "licenseConcluded": UNKNOWN,
                              "licenseDeclared": UNKNOWN, "copyrightText": UNKNOWN,
                              "primaryPackagePurpose": "APPLICATION"})
        self._relate(COMPILER, "BUILD_TOOL_OF", IMAGE)
        return {
            "packages": self.packages,
            "files": list(self.files.values()),
            "hasExtractedLicensingInfos": [{"licenseId": name, "extractedText": licence}
                                           for name, licence in sorted(self.references.items())],
            "relationships": self.relationships,
        }

    def _relate(self, one, kind, other):
        """Say how ONE and OTHER belong together."""
        self.relationships.append({"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other})

    def _package(self, identifier, name, purpose, files):
        """A package of the kit's, or the product's, that consists of FILES."""
        kits = purpose == "SOURCE" and all(file["copyrightText"] == self.kit_copyright for file in files)
        licences = sorted({licence for file in files for licence in file["licenseInfoInFiles"]})
        self.packages.append({
            "SPDXID": identifier, "name": name, "versionInfo": self.kit_version if kits else self.version,
            "downloadLocation": UNKNOWN, "filesAnalyzed": True, "packageVerificationCode": _verification_code(files),
            "licenseInfoFromFiles": licences, "licenseConcluded": _joined(f["licenseConcluded"] for f in files),
            "licenseDeclared": _joined(f["licenseConcluded"] for f in files), "copyrightText": files[0]["copyrightText"],
            "primaryPackagePurpose": purpose})
        for file in files:
            self._relate(identifier, "CONTAINS", file["SPDXID"])

    def _file(self, name, data, kind, licences):
        """The file NAME with the bytes DATA."""
        self.files[name] = {
            "SPDXID": _identifier("File", name), "fileName": f"./{name}", "fileTypes": [kind],
            "checksums": _checksums(data), "licenseConcluded": _joined(licences),
            "licenseInfoInFiles": _identifiers(licences),
            "copyrightText": self.kit_copyright if self.found.is_kits(name) else UNKNOWN}
        return self.files[name]

    def _sources(self):
        """Every source file, in the package of its component."""
        components = {}
        for name, path in sorted(self.found.sources.items()):
            data = path.read_bytes()
            found = LICENCE.search(data[:400].decode("utf-8", errors="replace"))
            file = self._file(name, data, "SOURCE", [found[1].strip() if found else UNKNOWN])
            components.setdefault(image.component(name), []).append(file)
        for component, files in sorted(components.items()):
            self._package(_identifier("Component", component), component, "SOURCE", files)

    def _foreign(self):
        """The packages of other projects."""
        for name, package in sorted(self.foreign.items()):
            expression, references = self.foreign_licences[name]
            self.references |= references
            self.packages.append({
                "SPDXID": _identifier("Package", name), "name": name, "versionInfo": package.version,
                "supplier": "Organization: Debian", "downloadLocation": UNKNOWN, "filesAnalyzed": False,
                "licenseConcluded": expression, "licenseDeclared": expression, "copyrightText": UNKNOWN,
                "comment": f"Used of it: {', '.join(package.parts)}", "primaryPackagePurpose": "LIBRARY",
                "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                  "referenceLocator": f"pkg:deb/debian/{name}@{package.version}"}]})

    def _image(self):
        """What is booted."""
        found = self.found
        binaries = [self._binary(name) for name in sorted(found.data)]
        self._package(IMAGE, found.product, "OPERATING_SYSTEM", binaries)
        self.packages[-1]["comment"] = (f"configuration {found.configuration} for {found.arch}" +
                                        (f", from revision {self.revision}" if self.revision else ""))
        self._relate(DOCUMENT, "DESCRIBES", IMAGE)
        for name in sorted(found.data):
            if name.startswith("bundle/"):
                self._relate(self.files[found.bundle]["SPDXID"], "CONTAINS", self.files[name]["SPDXID"])
        for name, executable in sorted(found.executables.items()):
            for component in sorted({image.component(source) for source in executable.sources}):
                self._relate(self.files[name]["SPDXID"], "STATIC_LINK", _identifier("Component", component))
            for package in self._packages_in(executable):
                self._relate(self.files[name]["SPDXID"], "STATIC_LINK", _identifier("Package", package))

    def _packages_in(self, executable):
        """Names of other projects' packages that EXECUTABLE was made from."""
        return sorted(name for name, package in self.foreign.items() if package.files & executable.foreign)

    def _binary(self, name):
        """The file NAME of the image, under the licences of what it was made from."""
        executable = self.found.executables.get(name)
        licences = [UNKNOWN]
        if executable:
            licences = [licence for source in executable.sources for licence in self.files[source]["licenseInfoInFiles"]]
            licences += [self.foreign_licences[package][0] for package in self._packages_in(executable)]
        if name == self.found.bundle:
            licences = [self._binary(inner)["licenseConcluded"] for inner in self.found.data if inner.startswith("bundle/")]
        return self._file(name, self.found.data[name], "BINARY", licences)
