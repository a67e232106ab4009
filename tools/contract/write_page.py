# SPDX-License-Identifier: MIT
"""A contract as a page of documentation."""


def page(contract):
    """docs/contracts/NAME.md"""
    out = [f"# {contract.name}\n\n{contract.doc}\n\n",
           f"Contract number {contract.id}. Source: `contracts/{contract.name}.toml`; programs include "
           f"`<contracts/{contract.name}.h>`.\n"]
    for call in contract.calls:
        out += [f"\n## {call.name}\n\n{call.doc}\n\n", f"Label `{contract.id << 16 | call.number:#x}`. ",
                "Idempotent: the client repeats it when the server dies meanwhile."
                if call.idempotent else "Not idempotent: `TN_ERR_PEER_DIED` leaves open whether it was done.",
                " May be answered later.\n" if call.deferrable else "\n"]
        rows = _rows(call)
        if rows:
            out += ["\n| argument | way | travels as | meaning |\n|---|---|---|---|\n", *rows]
        if call.status:
            out += ["\n| status | cause |\n|---|---|\n"]
            out += [f"| `{status}` | {cause} |\n" for status, cause in call.status.items()]
    return "".join(out)


def _rows(call):
    rows = [f"| `{s.name}` | in | word {i}, {s.type} | {s.doc} |\n" for i, s in enumerate(call.inputs)]
    if call.send:
        rows.append(f"| `{call.send.name}` | in | {call.send.kind}, at most {call.send.max} | {call.send.doc} |\n")
    rows += [f"| `{s.name}` | out | word {i}, {s.type} | {s.doc} |\n" for i, s in enumerate(call.outputs)]
    if call.receive:
        rows.append(f"| `{call.receive.name}` | out | {call.receive.kind}, at most {call.receive.max} | "
                    f"{call.receive.doc} |\n")
    return [row.replace("\n", " ").rstrip() + "\n" for row in rows]
