# SPDX-License-Identifier: MIT
"""A contract as C: the header, the client stubs and the server's dispatch."""

import textwrap

RANGES = {"u8": "UINT8_MAX", "u16": "UINT16_MAX", "u32": "UINT32_MAX"}


def comment(text, indent=""):
    """TEXT as a documentation comment."""
    lines = []
    for paragraph in text.split("\n"):
        lines += textwrap.wrap(paragraph, 96 - len(indent)) or [""]
    return "\n".join([f"{indent}/** {lines[0]}"] + [f"{indent} *  {line}".rstrip() for line in lines[1:]]) + " */\n"


def header(contract):
    """contracts/NAME.h"""
    name = contract.name
    guard = f"CONTRACTS_{name.upper()}_H"
    out = [_licence(contract), f"/* Generated from contracts/{name}.toml by tools/contract. Do not edit.\n *\n"]
    out += [f" * {line}\n" if line else " *\n" for line in contract.doc.split("\n")]
    out += [" *\n * Rules: a client function waits for the server. A handler finishes reading what was sent"
            "\n * before it writes what is received: both are the thread's message buffer. */\n",
            f"#ifndef {guard}\n#define {guard}\n\n#include <stddef.h>\n#include <stdint.h>\n\n"
            "#include <abi/object.h>\n#include <libbase/compiler.h>\n#include <libbase/status.h>\n"
            "#include <libsys/contract.h>\n\n",
            comment(f"Number of the contract: bits 16-31 of every label of {name}."),
            f"#define {name.upper()}_CONTRACT {contract.id}u\n\n",
            comment("Labels of the calls."), f"enum {name}_label {{\n"]
    out += [f"    {_label(contract, call)} = {contract.id << 16 | call.number:#x}, /**< {_first(call.doc)} */\n"
            for call in contract.calls]
    out += ["};\n\n"]
    for call in contract.calls:
        out += [comment(_client_doc(call)), f"TN_MUST_USE {_client_head(contract, call)};\n\n"]
    out += [comment(f"What a server of {name} does for each call. A handler returns TN_OK or an error, which the "
                    "client gets; results count with TN_OK only."
                    + (" A deferrable one may return SYS_DEFERRED and reply later."
                       if any(call.deferrable for call in contract.calls) else "")),
            f"struct {name}_handlers {{\n"]
    for call in contract.calls:
        arguments = ", ".join(_server_arguments(call))
        out += [comment(call.doc, "    "),
                f"    tn_status_t (*{call.name})(void *self, const struct sys_request *request"
                f"{', ' + arguments if arguments else ''});\n"]
    out += ["};\n\n",
            comment(f"Decode @p request, let @p handlers do it with @p self, encode the result.\n"
                    "@retval TN_ERR_NOT_SUPPORTED the contract has no such call\n"
                    "@retval TN_ERR_FORMAT the request does not have the form of its call\n"
                    "@return else what the handler returns."),
            f"TN_MUST_USE {_dispatch_head(contract)};\n\n"]
    for call in contract.calls:
        if call.deferrable:
            out += [comment(f"Answer a call of {call.name} that was deferred; @p token is the request's, @p result is "
                            "TN_OK or an error.\n@retval TN_ERR_STALE the caller is gone."),
                    f"tn_status_t {_reply_head(contract, call)};\n\n"]
    return "".join(out) + "#endif\n"


def client(contract):
    """NAME_client.c"""
    out = [_top(contract)]
    for call in contract.calls:
        out += [f"\n{_client_head(contract, call)}\n{{\n", _client_body(contract, call), "}\n"]
    return "".join(out)


def server(contract):
    """NAME_server.c"""
    out = [_top(contract)]
    for call in contract.calls:
        out += [f"\n/* Decode and encode {call.name}. */\n"
                f"static tn_status_t do_{call.name}(const struct {contract.name}_handlers *handlers, void *self,\n"
                "    struct sys_request *request)\n{\n", _server_body(call), "}\n"]
    out += [f"\n{_dispatch_head(contract)}\n{{\n    switch (request->label) {{\n"]
    for call in contract.calls:
        out += [f"    case {_label(contract, call)}:\n        return do_{call.name}(handlers, self, request);\n"]
    out += ["    default:\n        return TN_ERR_NOT_SUPPORTED;\n    }\n}\n"]
    for call in contract.calls:
        if call.deferrable:
            out += [f"\ntn_status_t {_reply_head(contract, call)}\n{{\n", _reply_body(call), "}\n"]
    return "".join(out)


def _licence(contract):
    return f"/* SPDX-License-Identifier: {contract.licence} */\n" if contract.licence else ""


def _top(contract):
    return (f"{_licence(contract)}/* Generated from contracts/{contract.name}.toml by tools/contract. Do not edit. */\n"
            f"#include <contracts/{contract.name}.h>\n#include <libsys/contract.h>\n")


def _label(contract, call):
    return f"{contract.name}_{call.name}".upper() + "_LABEL"


def _first(doc):
    """First sentence of DOC."""
    head = doc.split(". ")[0].split("\n")[0]
    return head if head.endswith(".") else head + "."


def _client_doc(call):
    lines = [call.doc]
    for scalar in call.inputs:
        lines.append(f"@param {scalar.name} {scalar.doc}")
    if call.send:
        lines.append(f"@param {call.send.name} {call.send.doc} At most {call.send.max} bytes, else TN_ERR_TOO_LONG.")
    for scalar in call.outputs:
        lines.append(f"@param[out] {scalar.name} {scalar.doc}")
    if call.receive:
        lines.append(f"@param[out] {call.receive.name} {call.receive.doc} Room for {call.receive.name}_size bytes; "
                     f"{call.receive.name}_length is how many came.")
    lines += [f"@retval {status} {cause}" for status, cause in call.status.items()]
    lines.append("Repeated by itself if the server dies meanwhile." if call.idempotent else
                 "TN_ERR_PEER_DIED: the server died meanwhile; whether it was done is unknown.")
    return "\n".join(lines)


def _in_order(call, numbers, sent):
    """Arguments as they are passed: a text names what the call is about, bytes are what it brings."""
    return sent + numbers if call.send and call.send.kind == "text" else numbers + sent


def _client_head(contract, call):
    arguments = ["tn_handle_t server"]
    if call.send and call.send.kind == "text":
        arguments.append(f"const char *{call.send.name}")
    arguments += [f"{s.c_type} {s.name}" for s in call.inputs]
    if call.send and call.send.kind == "bytes":
        arguments += [f"const void *{call.send.name}", f"size_t {call.send.name}_length"]
    arguments += [f"{s.c_type} *{s.name}" for s in call.outputs]
    if call.receive:
        name = call.receive.name
        arguments += [f"{'char' if call.receive.kind == 'text' else 'void'} *{name}", f"size_t {name}_size",
                      f"size_t *{name}_length"]
    return f"tn_status_t {contract.name}_{call.name}({', '.join(arguments)})"


def _client_body(contract, call):
    out = ["    struct sys_contract_call call = {\n        .server = server,\n"
           f"        .label = {_label(contract, call)},\n        .words_in = {call.input_words},\n"
           f"        .words_out = {len(call.outputs)},\n"]
    if call.idempotent:
        out.append("        .idempotent = true,\n")
    if call.send:
        length = (f"sys_contract_text_length({call.send.name})" if call.send.kind == "text"
                  else f"{call.send.name}_length")
        out.append(f"        .send = {call.send.name},\n        .send_length = {length},\n"
                   f"        .send_max = {call.send.max},\n")
    if call.receive:
        out.append(f"        .receive = {call.receive.name},\n        .receive_size = {call.receive.name}_size,\n"
                   f"        .receive_max = {call.receive.max},\n")
        if call.receive.kind == "text":
            out.append("        .receive_text = true,\n")
    out.append("    };\n")
    for index, scalar in enumerate(call.inputs):
        cast = "(uint64_t)" if scalar.type.startswith("i") else ""
        out.append(f"    call.words[{index}] = {cast}{scalar.name};\n")
    if not call.outputs and not call.receive:
        return "".join(out) + "    return sys_contract_call(&call);\n"
    out.append("    tn_status_t status = sys_contract_call(&call);\n"
               "    if (status != TN_OK) {\n        return status;\n    }\n")
    for index, scalar in enumerate(call.outputs):
        if scalar.type in RANGES:
            out.append(f"    if (call.words[{index}] > {RANGES[scalar.type]}) {{\n"
                       "        return TN_ERR_FORMAT;\n    }\n")
    for index, scalar in enumerate(call.outputs):
        out.append(f"    *{scalar.name} = ({scalar.c_type})call.words[{index}];\n")
    if call.receive:
        out.append(f"    *{call.receive.name}_length = call.received;\n")
    return "".join(out) + "    return TN_OK;\n"


def _server_arguments(call):
    numbers = [f"{s.c_type} {s.name}" for s in call.inputs]
    sent = [f"const {'char' if call.send.kind == 'text' else 'void'} *{call.send.name}",
            f"size_t {call.send.name}_length"] if call.send else []
    arguments = _in_order(call, numbers, sent)
    arguments += [f"{s.c_type} *{s.name}" for s in call.outputs]
    if call.receive:
        name = call.receive.name
        arguments += [f"{'char' if call.receive.kind == 'text' else 'void'} *{name}", f"size_t {name}_size",
                      f"size_t *{name}_length"]
    return arguments


def _server_body(call):
    flags = _flags(call.input_words, call.send)
    out = []
    if flags:
        out.append(f"    if (!sys_request_carries(request, {flags})) {{\n        return TN_ERR_FORMAT;\n    }}\n")
    for index, scalar in enumerate(call.inputs):
        if scalar.type in RANGES:
            out.append(f"    if (request->words[{index}] > {RANGES[scalar.type]}) {{\n"
                       "        return TN_ERR_FORMAT;\n    }\n")
    if call.send:
        out.append(f"    if (request->buffer->length > {call.send.max}) {{\n        return TN_ERR_TOO_LONG;\n    }}\n")
        if call.send.kind == "text":
            out.append("    if (!sys_request_end_text(request)) {\n        return TN_ERR_FORMAT;\n    }\n")
    if call.receive:
        out.append("    if (request->buffer == NULL) {\n        return TN_ERR_NO_MEMORY;\n    }\n"
                   f"    size_t room = sys_request_room(request->words[{len(call.inputs)}], {call.receive.max});\n"
                   "    size_t length = 0;\n")
    for scalar in call.outputs:
        out.append(f"    {scalar.c_type} {scalar.name} = 0;\n")
    numbers = [f"({s.c_type})request->words[{i}]" for i, s in enumerate(call.inputs)]
    sent = []
    if call.send:
        pointer = "(const char *)request->buffer->data" if call.send.kind == "text" else "request->buffer->data"
        sent = [pointer, "request->buffer->length"]
    arguments = ["self", "request"] + _in_order(call, numbers, sent)
    arguments += [f"&{s.name}" for s in call.outputs]
    if call.receive:
        pointer = "(char *)request->buffer->data" if call.receive.kind == "text" else "request->buffer->data"
        arguments += [pointer, "room", "&length"]
    call_text = f"handlers->{call.name}({', '.join(arguments)})"
    if not call.outputs and not call.receive:
        return "".join(out) + f"    return {call_text};\n"
    out.append(f"    tn_status_t status = {call_text};\n")
    out.append("    if (status != TN_OK) {\n        return status;\n    }\n")
    for index, scalar in enumerate(call.outputs):
        out.append(f"    request->words[{index}] = (uint64_t){scalar.name};\n")
    out.append(f"    request->reply_flags = {_flags(len(call.outputs), call.receive) or '0'};\n")
    if call.receive:
        out.append("    tn_assert(length <= room);\n    request->buffer->length = (uint32_t)length;\n")
    return "".join(out) + "    return TN_OK;\n"


def _reply_head(contract, call):
    arguments = ["uint64_t token", "tn_status_t result"] + [f"{s.c_type} {s.name}" for s in call.outputs]
    if call.receive:
        arguments += [f"const void *{call.receive.name}", f"size_t {call.receive.name}_length"]
    return f"{contract.name}_{call.name}_reply({', '.join(arguments)})"


def _reply_body(call):
    out = [f"    uint64_t words[TN_MESSAGE_WORDS] = {{{', '.join(f'(uint64_t){s.name}' for s in call.outputs) or 0}}};\n"]
    data = f"{call.receive.name}, {call.receive.name}_length" if call.receive else "NULL, 0"
    flags = _flags(len(call.outputs), call.receive) or "0"
    return "".join(out) + f"    return sys_contract_reply(token, result, {flags}, words, {data});\n"


def _dispatch_head(contract):
    return (f"tn_status_t {contract.name}_dispatch(const struct {contract.name}_handlers *handlers, void *self, "
            "struct sys_request *request)")


def _flags(words, buffer):
    """TN_TAG_ flags of a message with WORDS words and, if not None, BUFFER."""
    flags = (["TN_TAG_LOW"] if words > 0 else []) + (["TN_TAG_HIGH"] if words > 4 else [])
    return " | ".join(flags + (["TN_TAG_BUFFER"] if buffer else []))
