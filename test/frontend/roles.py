# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The roles of the language: what a model can get wrong, read from the public headers.

A role is a function with one of its parameters, `attend.keys`, a member with its class before it, `Scope.carry.next`, a
constructor's parameter, `Axis.size`, or a field of a struct of options, `nn::RotaryOptions.base`. Overloads share their roles;
a function without parameters is one role, `causal`. The caller's line is none.
"""
import re

# The visitor of a model's own functions is called by every model, though its type has no name for users.
SEEN = {"FunctionList"}
WORD = r"[A-Za-z_]\w*"


def split(text, separator=","):
    """The parts of `text` between separators that no bracket encloses."""
    parts, depth, begin = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "([{<") - (letter in ")]}>")
        if letter == separator and depth == 0:
            parts.append(text[begin:place])
            begin = place + 1
    return [part.strip() for part in [*parts, text[begin:]] if part.strip()]


def matching(text, place):
    """Behind the bracket that closes the one at `place`."""
    opening, closing, depth = text[place], {"(": ")", "{": "}", "<": ">"}[text[place]], 0
    while True:
        depth += (text[place] == opening) - (text[place] == closing)
        place += 1
        if depth == 0:
            return place


def name_of(declared):
    """The name that `const Axis &over = 0` declares."""
    return re.search(rf"({WORD})\s*$", re.split(r"[={]", declared, maxsplit=1)[0]).group(1)


def roles_of(declaration, scope):
    """What one declaration adds; `scope` is the class it stands in, or empty."""
    declaration = re.sub(r"^(template\s*<[^()]*?>\s*|(inline|friend|explicit|static|constexpr)\s+)+", "", declaration.strip())
    if re.search(r"=\s*(default|delete)$", declaration) or re.match(r"(using|enum|template)\b", declaration) or \
            re.fullmatch(rf"(class|struct)\s+{WORD}", declaration) or declaration.startswith("~") or not declaration:
        return []
    begin = declaration.find("(")
    before = declaration[:begin] if begin >= 0 else ""
    if begin < 0 or "=" in before and "operator" not in before or re.search(r"<[^>]*$", before) and "operator" not in before:
        first, *more = split(declaration)
        return [f"{scope}.{name_of(part)}" for part in [first, *more]] if scope else []
    if before.endswith("operator"):  # operator()
        before, begin = before + "()", declaration.index("(", begin + 1)
    name = re.search(rf"(operator\s*(?:\(\)|\w+|[^\s\w]+)|{WORD})\s*$", before).group(1)
    function = name if not scope or name == scope else f"{scope}.{name}"
    parameters = split(declaration[begin + 1:matching(declaration, begin) - 1])
    named = [name_of(p) for p in parameters if not re.match(r"(dsl::)?Where\b", p)]
    return [f"{function}.{p}" for p in named] or [function]


def of_text(text, scope=""):
    """The roles that the declarations of a header, or of a class, add; private ones add none."""
    found, begin, place, public = [], 0, 0, True
    while place < len(text):
        if match := re.compile(r"\s*(public|private|protected):").match(text, place) if place == begin else None:
            public, begin = match.group(1) == "public", match.end()
            place = begin
            continue
        letter = text[place]
        if letter == "(":
            place = matching(text, place)
            continue
        if letter not in ";{":
            place += 1
            continue
        head, end = text[begin:place].strip(), place + 1
        if letter == "{":
            end = matching(text, place)
            inside = re.match(rf"(template\s*<.*?>\s*)?(namespace|class|struct)\s+([\w:]+)", head)
            if inside:
                kind, name = inside.group(2), inside.group(3)
                body = text[place + 1:end - 1]
                if kind == "namespace" and name.split("::")[-1] == "detail":
                    body = "".join(re.findall(rf"struct (?:{'|'.join(SEEN)}) \{{.*?\n\}};", body, re.DOTALL))
                if public:
                    body = body if kind != "class" else "private:" + body
                    found += of_text(body, scope if kind == "namespace" else f"{scope}.{name}" if scope else name)
                begin = place = end
                continue
            if re.search(rf"{WORD}\s*$|[=\]]\s*$", head) and "(" not in head:
                place = end  # an initialiser in braces, or an enum: the declaration goes on to its semicolon
                continue
        if public:
            found += roles_of(head, scope)
        begin = place = end
    return found


def of_headers(folder):
    """Every role of the headers below `folder`, once, in their order."""
    found = []
    for path in sorted(folder.rglob("*.h")):
        text = re.sub(r"//.*?$|/\*.*?\*/|^#.*?(?<!\\)$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        text = re.sub(r'"(\\.|[^"\\])*"', '""', text)
        found += [f"nn::{role}" if path.parent.name == "nn" else role for role in of_text(text)]
    return list(dict.fromkeys(found))
