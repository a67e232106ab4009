# SPDX-License-Identifier: MIT
"""What must fit together in a manifest: names, endpoints, programs, memory, threads."""

import difflib

from problem import Defect, Problem

# Served by the supervisor itself.
SUPERVISOR = "/svc/supervisor"


def check(manifest, files=None):
    """Raise Problem if parts of MANIFEST contradict each other; FILES: what the bundle holds."""
    defects = [*_names(manifest), *_served_once(manifest), *_used_is_served(manifest), *_memory(manifest),
               *_threads(manifest)]
    if files is not None:
        defects += _programs(manifest, files)
    if defects:
        raise Problem(defects)


def served(manifest):
    """{prefix: server} of all prefixes that somebody serves."""
    result = {SUPERVISOR: None}
    for server in manifest.servers:
        for prefix in server.serves:
            result.setdefault(prefix, server)
    return result


def _names(manifest):
    """Each name once."""
    seen = {"supervisor"}
    for server in manifest.servers:
        if server.name in seen:
            yield Defect(manifest.file, server.key, "the name is taken", "Choose another one")
        seen.add(server.name)


def _served_once(manifest):
    """Each prefix is served by one server."""
    owners = {SUPERVISOR: "supervisor"}
    for server in manifest.servers:
        for prefix in server.serves:
            if prefix in owners:
                yield Defect(manifest.file, f"{server.key}.serves",
                             f'"{prefix}" is served by {owners[prefix]} too', "Choose another prefix")
            owners.setdefault(prefix, server.name)


def _used_is_served(manifest):
    """What somebody uses is served by somebody else."""
    owners = served(manifest)
    for server in manifest.servers:
        for prefix in server.uses:
            if prefix not in owners:
                near = difflib.get_close_matches(prefix, owners, 1)
                remedy = f'Did you mean "{near[0]}"' if near else "Add a server that serves it"
                yield Defect(manifest.file, f"{server.key}.uses", f'"{prefix}" is served by nobody',
                             f"{remedy}, or write it under may_use")
            elif owners[prefix] and owners[prefix].optional and not server.optional:
                yield Defect(manifest.file, f"{server.key}.uses",
                             f'"{prefix}" is served by {owners[prefix].name}, which may be left out',
                             "Write it under may_use")
            elif owners[prefix] is server:
                yield Defect(manifest.file, f"{server.key}.uses", f'"{prefix}" is served by the server itself',
                             "Leave it out: it would wait for itself")


def _memory(manifest):
    """The quotas fit into the product's memory, if that is said."""
    total = sum(server.memory for server in manifest.servers)
    if manifest.memory is not None and total > manifest.memory:
        largest = max(manifest.servers, key=lambda server: server.memory)
        yield Defect(manifest.file, "product.memory",
                     f"the servers may use {total} bytes together, which is more than {manifest.memory}",
                     f"Raise it, or lower memory somewhere; {largest.name} has most")


def _threads(manifest):
    """The servers' threads and the supervisor's one fit into the kernel's."""
    total = 1 + sum(server.threads for server in manifest.servers)
    if total > manifest.threads:
        most = max(manifest.servers, key=lambda server: server.threads)
        yield Defect(manifest.file, f"{most.key}.threads",
                     f"the supervisor and the servers may have {total} threads together, which is more than the "
                     f"{manifest.threads} of the kernel",
                     f"Raise CONFIG_MAX_THREADS, or lower threads somewhere; {most.name} has most")


def _programs(manifest, files):
    """Each program is in the bundle."""
    for server in manifest.servers:
        if not server.is_template and server.program not in files:
            near = difflib.get_close_matches(server.program, files, 1)
            remedy = f'Did you mean "{near[0]}"' if near else "Add it to the bundle"
            yield Defect(manifest.file, f"{server.key}.program",
                         f'"{server.program}" is not in the bundle', remedy)
