# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Graphs of any number of ops as text, for check-scaling."""

ROW, WEIGHT = "tensor<8x16xf32>", "tensor<16x16xf32>"
# One turn of the chain: a dot, and elementwise ops in other orders each time, so that few kernels are the same.
UNARY = ["tanh", "sigmoid", "neg", "exp", "relu", "sin"]
BINARY = ["add", "mul", "sub", "maximum", "minimum"]


def chain(ops):
    """`ops` ops in a row, every eighth a dot; the same graph for the same number."""
    lines, last = [], "%x"
    for i in range(ops):
        turn, place = divmod(i, 8)
        if place == 0:
            line = f"weft.dot {last}, %w batch [] x [] contract [1] x [0] : {ROW}, {WEIGHT} -> {ROW}"
        elif place % 2:
            line = f"weft.{BINARY[(turn // 7 + place) % len(BINARY)]} {last}, %x : {ROW}"
        else:
            line = f"weft.{UNARY[(turn + place * (turn // 36 + 1)) % len(UNARY)]} {last} : {ROW}"
        last = f"%v{i}"
        lines.append(f"  {last} = {line}")
    return (f"module attributes {{weft.model = \"chain\"}} {{\n"
            f"func.func @step(%x: {ROW} {{weft.name = \"x\", weft.role = \"input\"}}, "
            f"%w: {WEIGHT} {{weft.name = \"w\", weft.role = \"input\"}}) "
            f"-> ({ROW} {{weft.name = \"y\", weft.role = \"output\"}}) {{\n"
            + "\n".join(lines) + f"\n  return {last} : {ROW}\n}}\n}}\n")
