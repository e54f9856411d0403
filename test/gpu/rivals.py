# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a user would otherwise run, in PyTorch on the same card: events, buffers that rotate, medians.

rivals.py ROWS.json [--device=cuda|cpu]    prints {"versions": ..., "rows": {id: {"seconds": s} or {"absent": why}}}

--device=cpu takes the host's clock: it shows that the code runs, not how fast a card is."""
import json
import statistics
import sys
import time

WARMUP, REPETITIONS, ROTATED = 3, 20, 1 << 27


class Absent(Exception):
    """Why a rival cannot run."""


def measure(torch, device, make, call, backward):
    """Median seconds of a call; `make` gives fresh arguments, of which as many sets take turns as exceed the cache."""
    first = make()
    size = sum(x.numel() * x.element_size() for x in first if isinstance(x, torch.Tensor))
    count = max(2, min(32, ROTATED // max(size, 1))) if device == "cuda" else 2
    sets = [first] + [make() for _ in range(count - 1)]
    outputs = [call(*arguments) for arguments in sets] if backward else None
    grads = [torch.randn_like(y) for y in outputs] if backward else None

    def once(i):
        if backward:
            wanted = [x for x in sets[i] if isinstance(x, torch.Tensor) and x.requires_grad]
            torch.autograd.grad(outputs[i], wanted, grads[i], retain_graph=True)
        else:
            with torch.no_grad():
                call(*sets[i])

    for i in range(WARMUP * count):
        once(i % count)
    times = []
    for i in range(REPETITIONS):
        if device == "cuda":
            begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            begin.record()
            once(i % count)
            end.record()
            end.synchronize()
            times.append(begin.elapsed_time(end) * 1e-3)
        else:
            start = time.perf_counter()
            once(i % count)
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def qkv(torch, device, row):
    shape = (1, row["heads"], row["length"], row["features"])
    return lambda: tuple(torch.randn(shape, device=device, dtype=torch.bfloat16, requires_grad=row["backward"]) for _ in range(3))


def sdpa(torch, device, row):
    attend = getattr(torch.nn.functional, "scaled_dot_product_attention", None)
    if attend is None:
        raise Absent(f"PyTorch {torch.__version__} has no scaled_dot_product_attention")
    return qkv(torch, device, row), lambda q, k, v: attend(q, k, v, is_causal=True), row["backward"]


def flex(torch, device, row):
    try:
        from torch.nn.attention.flex_attention import create_block_mask, flex_attention
    except ImportError:
        raise Absent(f"PyTorch {torch.__version__} has no FlexAttention") from None
    if device != "cuda":
        raise Absent("FlexAttention needs Triton and a card")
    length, span = row["length"], row["span"]
    z = row.get("inputs", {}).get("z")
    attend = torch.compile(flex_attention)
    if not z:
        mask = create_block_mask(lambda b, h, i, j: (i >= j) & (i - j < span), None, None, length, length, device)
        return qkv(torch, device, row), lambda q, k, v: attend(q, k, v, block_mask=mask), row["backward"]
    spans = torch.tensor(z["values"], device=device) * span
    # The weight after the exponential is a term before it: log of the clamped ramp.
    score = lambda s, b, h, i, j: s + torch.log(torch.clamp((1 - (i - j) + spans[h]) / 32 + 1, 0, 1))  # noqa: E731
    mask = create_block_mask(lambda b, h, i, j: (i > j) & (i - j < spans[h] + 33), 1, row["heads"], length, length, device)
    return qkv(torch, device, row), lambda q, k, v: attend(q, k, v, score_mod=score, block_mask=mask), row["backward"]


def weights(torch, device, row):
    new = lambda *shape: torch.randn(shape, device=device, dtype=torch.bfloat16)  # noqa: E731
    return lambda: (new(row["rows"], row["width"]), new(row["inner"], row["width"]), new(row["inner"]))


def matmul(torch, device, row):
    return weights(torch, device, row), lambda x, w, b: x @ w.T, False


def linear_gelu(torch, device, row):
    f = torch.nn.functional
    return weights(torch, device, row), lambda x, w, b: f.gelu(f.linear(x, w, b)), False


def linear_ce(torch, device, row):
    f = torch.nn.functional
    targets = torch.randint(row["inner"], (row["rows"],), device=device)
    return weights(torch, device, row), lambda x, w, b: f.cross_entropy(f.linear(x, w).float(), targets, reduction="none"), False


def norm(torch, device, row):
    f, shape = torch.nn.functional, (row["rows"], row["width"])
    make = lambda: (torch.randn(shape, device=device), torch.randn(shape, device=device))  # noqa: E731
    return make, lambda x, r: f.layer_norm(x + f.dropout(r, 0.1), shape[1:]), False


RIVALS = {f.__name__: f for f in (sdpa, flex, matmul, linear_gelu, linear_ce, norm)}


def main():
    rows = json.loads(open(sys.argv[1], encoding="utf-8").read())
    device = sys.argv[2].removeprefix("--device=") if len(sys.argv) > 2 else "cuda"
    try:
        import torch
    except ImportError as problem:
        print(json.dumps({"absent": f"PyTorch is not there: {problem}"}))
        return
    if device == "cuda" and not torch.cuda.is_available():
        print(json.dumps({"absent": f"PyTorch {torch.__version__} sees no card"}))
        return
    found = {}
    for row in rows:
        rival = row.get("rival")
        if not rival:
            continue
        try:
            found[str(row["id"])] = {"seconds": measure(torch, device, *RIVALS[rival["name"]](torch, device, rival))}
        except Absent as reason:
            found[str(row["id"])] = {"absent": str(reason)}
        except Exception as problem:  # noqa: BLE001 - a rival's failure is a line of the table, and costs no other row
            found[str(row["id"])] = {"absent": f"PyTorch failed: {type(problem).__name__}: {str(problem).splitlines()[0][:200]}"}
    card = torch.cuda.get_device_name() if device == "cuda" else "cpu"
    print(json.dumps({"versions": f"PyTorch {torch.__version__} (CUDA {torch.version.cuda}) on {card}", "rows": found}))


main()
