# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The rows of the GPU's table: what is compiled, how much work it is, who is measured beside it.

A row is a dict: `id` and `what`; `models`, how to compile what it runs; `function`; `kernels`, a regular expression of those
that count (default: all); `flops`, `bytes`, `tokens` or dependent `steps` of one call; `inputs`; `rival`, a name in rivals.py with its sizes; or
`absent`, why there is nothing to run. `goal` is said beside what was measured, never tested."""
import pathlib

HERE = pathlib.Path(__file__).resolve().parent


def pairs_of_window(length, span):
    """Pairs of a query and a key that it reaches, of one head."""
    return sum(min(i + 1, span) for i in range(length))


def spans_of(heads, length, longest):
    """One head that looks far, the others near: their mean is about 300 at 8 heads of 8192."""
    return [longest // 2] + [longest // 64 + 8 * i for i in range(heads - 1)]


def attention(number, what, goal, heads, length, features, span, backward=False, rival=None, **settings):
    """Two products forwards, five backwards; `spans` where each head has its own."""
    settings = {"heads": heads, "length": length, "features": features, "span": span, **settings}
    relative, inputs = settings.get("relative") == "true", {}
    pairs = heads * pairs_of_window(length, span)
    if settings.get("kind") == "soft":
        spans = spans_of(heads, length, span)
        inputs = {"z": {"values": [(s + 0.5) / span for s in spans]}}
        pairs = sum(pairs_of_window(length, min(span, s + settings.get("ramp", 32))) for s in spans)
    products = (5 + 3 * relative) if backward else (2 + relative)
    return {"id": number, "what": what, "goal": goal, "models": (HERE / "attention-rows.cpp", settings, ["--precision=bf16", "--gradients=both"]),
            "function": "both.grad" if backward else "forward", "kernels": "attention_grad" if backward else "attention",
            "flops": 2 * products * features * pairs, "inputs": inputs,
            "rival": rival and {"name": rival, "heads": heads, "length": length, "features": features, "span": span,
                                "backward": backward, "inputs": inputs}}


def layer(number, what, goal, kind, rows, width, inner, rival=None, flops=0, size=0):
    return {"id": number, "what": what, "goal": goal, "function": "step", "flops": flops, "bytes": size, "inputs": {"targets": {"range": [0, inner]}},
            "models": (HERE / "layer-rows.cpp", {"kind": kind, "rows": rows, "width": width, "inner": inner}, ["--precision=bf16"]),
            "rival": rival and {"name": rival, "rows": rows, "width": width, "inner": inner}}


def feedback(number, what, goal, config, settings, steps, batch, trains=False):
    """`steps` positions one after another; of a training step the tokens count, else what one position takes."""
    row = {"id": number, "what": what, "goal": goal, "function": "step.train" if trains else "eval", "inputs": {}, "in_place": trains,
           "models": ("feedback", settings, ["--config", config, "--precision=bf16", *(["--optimizer=adam"] if trains else [])])}
    return {**row, "tokens": batch * steps} if trains else {**row, "steps": steps}


def absent(number, what, why):
    return {"id": number, "what": what, "absent": why}


NO_GPT = "Weft has no GPT-2 among its models"
NO_GRID = "no kernel of Weft has a round across blocks"


def table(small=False):
    """Every row; `small`: the same code at sizes that a simulator runs."""
    heads, length, far, window = (2, 96, 64, 32) if small else (16, 8192, 4096, 1024)
    long, size, rows, wide = (128, 64, 64, 96) if small else (16384, 8192, 16384, 3072)
    classes = 100 if small else 50304
    width, narrow = (32, 16) if small else (128, 64)
    model = (["tiny", {"batch": 2, "eval_batch": 2}] if small else ["enwik8_large", {"batch": 64}])
    walk, words, many = [("tiny", 16, 2)] * 3 if small else [("algorithmic", 64, 64), ("wiki103", 256, 64), ("wiki103", 256, 512)]
    return [
        attention(1, f"attention forward, D = {width}, causal {length}", "0.55 of FA3 (602 to 685 TFLOP/s)", heads, length, width, length, rival="sdpa"),
        attention(2, f"attention forward, D = {narrow}, causal {length}", "0.65 of FA3 (487 to 497 TFLOP/s)", heads, length, narrow, length, rival="sdpa"),
        attention(3, f"attention backward, D = {width}, causal {length}", "0.5 of FA3 (539 to 561 TFLOP/s)", heads, length, width, length, backward=True, rival="sdpa"),
        attention(4, f"attention backward, D = {narrow}, causal {length}", "0.6 of FA3 (472 TFLOP/s)", heads, length, narrow, length, backward=True, rival="sdpa"),
        attention(5, f"window of {window} in {long}, D = {width}", "0.9 of row 1", heads, long, width, window, rival="flex"),
        attention(6, f"learned spans in {length}, longest {far}, D = {narrow}", "5 times as fast as the longest span for all", heads, length, narrow, far, kind="soft", rival="flex"),
        attention(7, "the same backwards, gradients of spans too", "the spans' gradient costs less than 5 %", heads, length, narrow, far, backward=True, kind="soft", rival="flex"),
        attention(8, "row 6 with relative keys", "2 times as fast as with their product in memory", heads, length, narrow, far, kind="soft", relative="true"),
        {**attention(9, "row 6 beside FlexAttention", "2 times as fast", heads, length, narrow, far, kind="soft", rival="flex"), "same": 6},
        attention(10, f"blocks of {32 if small else 128}, a quarter of {length}", "1.25 of dense time times density", heads, length, narrow, length // 8, kind="blocks", block=32 if small else 128, rival="flex"),
        attention(11, "the same in blocks of 32", "2 of dense time times density", heads, length, narrow, length // 8, kind="blocks", block=32),
        layer(12, f"product of {size} cubed", "0.55 to 0.6 of cuBLAS (769 to 798 TFLOP/s)", "product", size, size, size, rival="matmul", flops=2 * size ** 3),
        layer(13, f"product {rows} x {wide} x {wide // 4}, bias, gelu", "0.7 of cuBLAS and a kernel", "epilogue", rows, wide // 4, wide, rival="linear_gelu", flops=2 * rows * wide * wide // 4),
        layer(14, f"product and cross entropy, {classes} classes", "0.5 of Liger (666 to 701 TFLOP/s)", "classes", rows // 4, 768 if not small else 32, classes, rival="linear_ce", flops=2 * (rows // 4) * (768 if not small else 32) * classes),
        layer(15, f"dropout, residual, norm of {rows} x {wide // 3}", "85 % of 4.3 TB/s", "norm", rows, wide // 3, 1, rival="norm", size=4 * 4 * rows * (wide // 3)),
        absent(16, "GPT-2 124M training", NO_GPT),
        {"id": 17, "what": f"adaptive-span {model[0]}, a training step", "goal": "100 k tokens/s", "function": "step.train", "in_place": True,
         "models": ("adaptive-span", model[1], ["--config", model[0], "--precision=bf16", "--optimizer=adagrad"]),
         "tokens": 2 * 64 if small else 64 * 512, "inputs": {}},
        feedback(18, f"feedback step forward, {walk[0]}, batch {walk[2]}", "60 us", walk[0], {"eval_batch": walk[2]}, *walk[1:]),
        feedback(19, f"feedback step forward, {words[0]}, batch {words[2]}", "250 us", words[0], {"eval_batch": words[2]}, *words[1:]),
        feedback(20, f"feedback training, {many[0]}, batch {many[2]}", "60 k tokens/s", many[0], {"batch": many[2]}, *many[1:], trains=True),
        absent(21, "dependent grid phase", NO_GRID),
        absent(22, "cluster round", NO_GRID),
    ]


# Experiments that decide a design: what they need, or why they cannot run yet.
EXPERIMENTS = [
    (1, "grid and cluster rounds", NO_GRID),
    (2, "peak of mma.sync, bandwidth of the L2 cache", "no kernel of Weft does nothing else; row 12 bounds the first from below"),
    (3, "a part of exp2 on multiply-adds; cost of the shear", "the schedule of attention has no such choice"),
    (4, "short against long path, static against atomic order", "there is one path and one order"),
    (5, "backward walk along the band against separate kernels", "there is no walk along the band"),
]
