# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The functions of test/kernels as models in f32; compiled with --dtype=f64 they are their own oracles."""
import ast
import pathlib
import re

KERNELS = pathlib.Path(__file__).resolve().parents[1] / "kernels"

# Largest error over the sum of the expected value and the root mean square of all: f32 with sums of up to 40000, and
# weights of attention, which are rounded to bf16 before they meet the values.
TOLERANCES = {"f32": 2e-4, "bf16": 3e-2}


class LeftOut(Exception):
    """Why a function is not a case."""


def find_end(text, start):
    """Behind the bracket that closes the one at `start`; quotes do not occur within."""
    pairs, depth = {"(": 1, "{": 1, "[": 1, "<": 1, ")": -1, "}": -1, "]": -1}, 0
    for i in range(start, len(text)):
        if text[i] == ">" and text[i - 1] != "-":
            depth -= 1
        depth += pairs.get(text[i], 0)
        if depth == 0:
            return i + 1
    raise LeftOut("its header does not end")


def split(text):
    """At the commas that no bracket encloses."""
    parts, depth, begin = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "({[<") - (c in ")}]" or (c == ">" and text[i - 1] != "-"))
        if c == "," and depth == 0:
            parts.append(text[begin:i].strip())
            begin = i + 1
    return parts + ([text[begin:].strip()] if text[begin:].strip() else [])


def flatten(value):
    return [x for part in value for x in flatten(part)] if isinstance(value, list) else [value]


def read_inputs(arguments):
    """What each argument's attributes ask for, by its name."""
    inputs = {}
    for i, argument in enumerate(arguments):
        if match := re.search(r"check\.range = array<f64: ([^>]*)>", argument):
            inputs[f"x{i}"] = {"range": [float(x) for x in match[1].split(",")]}
        elif match := re.search(r"check\.value = dense<(.*?)> : ", argument):
            try:
                inputs[f"x{i}"] = {"values": flatten([ast.literal_eval(match[1])])}
            except (ValueError, SyntaxError):
                raise LeftOut("an input is written as bits of f64") from None
            if "0x" in match[1]:
                raise LeftOut("an input is written as bits of f64")
    return inputs


def name_function(text, number):
    """The text of one function with names and roles, its name, and what its inputs must be."""
    begin = text.index("(")
    end = find_end(text, begin)
    name = text[len("func.func @"):begin]
    arguments = split(text[begin + 1:end - 1])
    inputs = read_inputs(arguments)
    named = []
    for i, argument in enumerate(arguments):
        plain = re.sub(r"\s*\{.*\}\s*$", "", argument)
        named.append(f'{plain} {{weft.name = "x{i}", weft.role = "input"}}')
    rest = text[end:].lstrip().removeprefix("->").lstrip()
    if rest.startswith("("):
        stop = find_end(rest, 0)
        results, rest = split(rest[1:stop - 1]), rest[stop:]
    else:
        stop = rest.index(" attributes") if " attributes" in rest.split("{")[0] else re.search(r"\s+attributes", rest).start()
        results, rest = [rest[:stop].strip()], rest[stop:]
    place = rest.index("attributes")
    rest = rest[find_end(rest, rest.index("{", place)):]
    outputs = ", ".join(f'{result} {{weft.name = "y{i}", weft.role = "output"}}' for i, result in enumerate(results))
    if any(re.search(r"x?(bf16|f16)\b", result) for result in results + arguments):
        raise LeftOut("an argument or a result is of 16 bits")
    # A symbol is one for a module, and functions give theirs different bounds.
    renamed = re.sub(r"\b([A-Za-z]\w*)\((\d+) by (\d+)\)", rf"f{number}\1(\2 by \3)",
                     f"  func.func @{name}({', '.join(named)}) -> ({outputs}){rest}")
    return name, renamed, inputs


def find_functions(text):
    """The texts of the functions that are kernel tests."""
    for match in re.finditer(r"^func\.func @.*?^\}$", text, re.MULTILINE | re.DOTALL):
        header = match[0].split("\n  %")[0]
        if "check.kernel" in header:
            yield match[0]


def narrow(text):
    return re.sub(r"(?<!array<)(\bf64\b|(?<=x)f64\b)", "f32", text)


def make_cases(path, only=None):
    """(graph, cases, what is left out and why) of a file of test/kernels."""
    bodies, cases, left_out = [], [], {}
    text = re.sub(r"^//.*\n", "", path.read_text(), flags=re.MULTILINE)
    for number, function in enumerate(find_functions(text)):
        name = re.match(r"func\.func @(\w+)", function)[1]
        if only is not None and name not in only:
            continue
        try:
            name, body, inputs = name_function(function, number)
        except LeftOut as reason:
            left_out[name] = str(reason)
            continue
        bodies.append(body)
        kind = "bf16" if re.search(r"bf16|f16", body) else "f32"
        cases.append({"function": name, "tolerance": TOLERANCES[kind], "inputs": inputs})
    whole = 'module attributes {weft.model = "kernels"} {\n' + "\n".join(bodies) + "\n}\n"
    return narrow(whole), cases, left_out
