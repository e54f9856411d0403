# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Small graphs as text for weft-check: types, functions, and the families of shapes that the grid crosses."""

SIZES = [0, 2, 6]  # of the symbol n: nothing, one step, the bound
N = "n(6 by 2)"

# Of elementwise ops. 256 elements are a tile of theirs.
FLAT = {
    "scalar": (), "empty": (0,), "empty_rows": (3, 0), "one": (1,), "prime": (7,), "tile_less_1": (255,), "tile": (256,),
    "tile_plus_1": (257,), "long": (131, 1), "wide": (1, 67), "rank_3": (2, 3, 5), "rank_4": (2, 1, 3, 4),
    "bounded": (N, 3), "bounded_inside": (2, N),
}
# Of ops on rows, which lie along the last axis. A tile is 8 rows of 64.
ROWS = {
    "row": (5,), "no_rows": (0, 5), "one": (1, 1), "width_1": (3, 1), "prime": (7, 11), "tile_less_1": (7, 63), "tile": (8, 64),
    "tile_plus_1": (9, 65), "long": (67, 2), "wide": (1, 131), "rank_3": (2, 3, 5), "rank_4": (2, 1, 3, 4),
    "bounded_rows": (N, 3), "bounded_inside": (2, N, 3),
}


def tensor(shape, element="f64"):
    """The type of a shape: numbers, and sizes with a symbol as text."""
    dims = "".join(f"{'?' if isinstance(size, str) else size}x" for size in shape)
    named = ", ".join(map(str, shape))
    encoding = f", #weft.bounded<[{named}]>" if "?" in dims else ""
    return f"tensor<{dims}{element}{encoding}>"


def grown(size, by):
    return f"{size} + {by}" if isinstance(size, str) else size + by


class Input:
    """An argument: its shape, where its numbers lie, the kinks between them. `fixed` ones get no gradient."""

    def __init__(self, shape, low=None, high=None, avoid=(), element="f64", value=None, expected=None, fixed=False):
        self.type, self.fixed = tensor(shape, element), fixed or element != "f64"
        marks = []
        if low is not None:
            marks.append(f"check.range = array<f64: {float(low)}, {float(high)}>")
        if avoid:
            marks.append(f"check.avoid = array<f64: {', '.join(str(float(kink)) for kink in avoid)}>")
        if value is not None:
            marks.append(f"check.value = dense<{value}> : {self.type}")
        if expected is not None:
            marks.append(f"check.expected = dense<{expected}> : {self.type}")
        if fixed:
            marks.append("check.fixed")
        self.marks = " {" + ", ".join(marks) + "}" if marks else ""


class Graph:
    """One function: inputs by name, lines of its body, what it returns as (name, type).

    `second`: its backward function is differentiable too, so that second order is checked. `sizes` of n. `gradient`: it is
    differentiated at all.
    """

    def __init__(self, name, inputs, body, result, second=True, sizes=None, gradient=True):
        self.name, self.inputs, self.body, self.result = name, inputs, body, result
        bounded = any("n(" in given.type for given in inputs.values())
        self.sizes = sizes or (SIZES if bounded else None)
        self.gradient, self.second = gradient, second and gradient

    def calls(self):
        return len(self.sizes) if self.sizes else 1

    def differentiated(self):
        return sum(not given.fixed for given in self.inputs.values()) if self.gradient else 0

    def text(self):
        arguments = ", ".join(f"%{name}: {given.type}{given.marks}" for name, given in self.inputs.items())
        marks = ["check.kernel"]
        marks += ["check.gradient"] if self.gradient else []
        marks += ["check.second"] if self.second else []
        if self.sizes:
            marks.append("check.sizes = [" + ", ".join(f"{{n = {size}}}" for size in self.sizes) + "]")
        results = self.result if isinstance(self.result, list) else [self.result]
        names, types = ", ".join(r[0] for r in results), ", ".join(r[1] for r in results)
        body = "\n".join("  " + line for line in self.body)
        return (f"func.func @{self.name}({arguments}) -> ({types}) attributes {{{', '.join(marks)}}} {{\n"
                f"{body}\n  return {names} : {types}\n}}\n")
