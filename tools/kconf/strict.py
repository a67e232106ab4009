# SPDX-License-Identifier: MIT
"""Applying assignments to the tree, and refusing every one that would be bent or dropped in silence.

kconfiglib takes the wishes of a configuration file and quietly makes the best of them. Here each
wish is compared with what became of it, and a difference is a problem that says why.
"""

import kconfiglib

import tree
from problem import ConfigurationError, nearest


def apply(kconf, wishes):
    """Give KCONF exactly the assignments WISHES; raises ConfigurationError listing what is refused."""
    problems, accepted, seen = [], [], {}
    for wish in wishes:
        symbol = kconf.syms.get(wish.name)
        problem = _malformed(kconf, symbol, wish) or _duplicate(wish, seen)
        seen.setdefault(wish.name, wish)
        if problem:
            problems.append(problem)
        else:
            symbol.set_value(wish.value)
            accepted.append((symbol, wish))
    problems += _choices_answered_twice(accepted)
    if not problems:
        problems = [_refused(symbol, wish) for symbol, wish in accepted if _differs(symbol, wish)]
    if problems:
        raise ConfigurationError(problems)


def _malformed(kconf, symbol, wish):
    """The problem with WISH by itself: no such symbol, or a value that its type does not have."""
    if symbol is None or not symbol.nodes:
        guess = nearest(wish.name, (known.name for known in kconf.unique_defined_syms))
        remedy = f"Did you mean CONFIG_{guess}?" if guess else "Remove the line"
        return wish.problem(f"there is no symbol CONFIG_{wish.name}", remedy)
    if tree.is_bool(symbol):
        if wish.quoted or wish.value not in ("y", "n"):
            return wish.problem(f'"{wish.value}" is no value for the switch CONFIG_{wish.name}',
                                "Use y or n")
    elif tree.is_number(symbol):
        return _bad_number(symbol, wish)
    elif not wish.quoted:
        return wish.problem(f"the text of CONFIG_{wish.name} is not quoted",
                            f'Write CONFIG_{wish.name}="{wish.value}"')
    return None


def _bad_number(symbol, wish):
    """The problem if WISH is no number of the kind that SYMBOL holds."""
    is_hex = symbol.orig_type == kconfiglib.HEX
    try:
        int(wish.value, 16 if is_hex else 10)
    except ValueError:
        kind = "hexadecimal number" if is_hex else "number"
        return wish.problem(f'"{wish.value}" is not a {kind}, which CONFIG_{wish.name} needs',
                            _range_remedy(symbol))
    return None


def _range_remedy(symbol):
    """Tells the range of the number SYMBOL."""
    return f"Use {tree.range_text(symbol) or 'a number'}"


def _duplicate(wish, seen):
    """The problem if WISH's symbol has been assigned before."""
    first = seen.get(wish.name)
    if first is None:
        return None
    return wish.problem(f"CONFIG_{wish.name} is set a second time, after {first.file}:{first.line}",
                        "Keep one of the two lines")


def _choices_answered_twice(accepted):
    """Problems of choices for which several members are set to y."""
    answers, problems = {}, []
    for symbol, wish in accepted:
        if not symbol.choice or wish.value != "y":
            continue
        first = answers.setdefault(symbol.choice, wish)
        if first is not wish:
            problems.append(wish.problem(
                f'the choice "{_prompt(symbol.choice)}" has two answers, CONFIG_{first.name} '
                f"(line {first.line}) and CONFIG_{wish.name}", "Keep one of them"))
    return problems


def _differs(symbol, wish):
    """Whether SYMBOL's value is not the one WISH asked for."""
    if tree.is_number(symbol) and symbol.str_value:
        base = 16 if symbol.orig_type == kconfiglib.HEX else 10
        return int(symbol.str_value, base) != int(wish.value, base)
    return (symbol.str_value or "n") != wish.value if tree.is_bool(symbol) else (
        symbol.str_value != wish.value)


def _refused(symbol, wish):
    """Why SYMBOL did not become what WISH asked for."""
    name = f"CONFIG_{wish.name}"
    if not tree.has_prompt(symbol):
        return wish.problem(f"{name} is computed (it is {_shown(symbol)} here) and cannot be set",
                            "Remove the line" + _arch_hint(symbol))
    unmet = _unmet_dependencies(symbol)
    if unmet and symbol.choice:
        taken = symbol.choice.selection
        return wish.problem(
            f'the choice "{_prompt(symbol.choice)}" fell back to '
            f"{'nothing' if taken is None else 'CONFIG_' + taken.name}, "
            f"because {name} needs {unmet}", "Change that, or choose another member")
    if unmet:
        return wish.problem(f"{name} needs {unmet}", "Change that, or remove the line")
    if tree.is_number(symbol) and tree.range_text(symbol):
        return wish.problem(
            f"{wish.value} is outside the range of {name}, {tree.range_text(symbol)}",
            _range_remedy(symbol))
    if symbol.choice:
        return _refused_member(symbol, wish)
    forced = kconfiglib.expr_str(symbol.rev_dep)
    return wish.problem(f"{name} is forced to {_shown(symbol)} by {forced}",
                        "Change that, or remove the line")


def _refused_member(symbol, wish):
    """Why the visible SYMBOL of a choice is not WISH: a choice always has exactly one answer."""
    taken = symbol.choice.selection
    return wish.problem(
        f'the choice "{_prompt(symbol.choice)}" has no answer and fell back to CONFIG_{taken.name}',
        "Set one of " + ", ".join(f"CONFIG_{member.name}" for member in symbol.choice.syms) + " to y")


def _unmet_dependencies(symbol):
    """The conditions that keep SYMBOL, or its prompt, away, as text; empty if there are none."""
    conditions = _conjuncts(symbol.direct_dep)
    for node in symbol.nodes:
        if node.prompt:
            conditions += [part for part in _conjuncts(node.prompt[1]) if part not in conditions]
    false_parts = [part for part in conditions if not kconfiglib.expr_value(part)]
    return " and ".join(_condition(part) for part in false_parts)


def _conjuncts(expression):
    """The parts of EXPRESSION that must all hold."""
    if isinstance(expression, tuple) and expression[0] == kconfiglib.AND:
        return _conjuncts(expression[1]) + _conjuncts(expression[2])
    return [expression]


def _condition(expression):
    """EXPRESSION with the present value of each symbol in it."""
    values = {item for item in kconfiglib.expr_items(expression)
              if isinstance(item, kconfiglib.Symbol) and not item.is_constant}
    now = ", ".join(f"CONFIG_{item.name} is {_shown(item)}"
                    for item in sorted(values, key=lambda item: item.name))
    return f"{kconfiglib.expr_str(expression)} ({now})"


def _shown(symbol):
    """SYMBOL's value for a message."""
    return symbol.str_value or "not set"


def _arch_hint(symbol):
    """What to do instead when SYMBOL names an architecture."""
    return "; the architecture is given by --arch" if symbol.name.startswith("ARCH_") else ""


def _prompt(choice):
    """The title of CHOICE."""
    return next(node.prompt[0] for node in choice.nodes if node.prompt)
