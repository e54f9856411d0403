# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a user would otherwise run, in PyTorch on the same card: events, buffers that rotate, medians.

rivals.py ROWS.json [--device=cuda|cpu]    prints {"versions": ..., "rows": {id: {"seconds": s} or {"absent": why}}}
rivals.py --check                          whether each rival computes what its row says, on the CPU in small

--device=cpu takes the host's clock: it shows that the code runs, not how fast a card is. --check compares each with the same
formula written out in f64; where this PyTorch has no FlexAttention or scaled_dot_product_attention, what would be given to them
is put into a stand-in that looks at every pair. A wrong formula must be seen: the last case of each. Last line: `N passed, M
failed`, or `not run: ...` and exit code 4 without PyTorch."""
import json
import math
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


def flex_terms(torch, device, row):
    """What FlexAttention asks: the score's change, or None, and which pairs are there."""
    span, z = row["span"], row.get("inputs", {}).get("z")
    if not z:
        return None, lambda b, h, i, j: (i >= j) & (i - j < span)
    spans, ramp = torch.tensor(z["values"], device=device) * span, row.get("ramp", 32)
    # The weight after the exponential is a term before it: log of the clamped ramp.
    score = lambda s, b, h, i, j: s + torch.log(torch.clamp((1 - (i - j) + spans[h]) / ramp + 1, 0, 1))  # noqa: E731
    return score, lambda b, h, i, j: (i > j) & (i - j < spans[h] + ramp + 1)


def flex(torch, device, row):
    try:
        from torch.nn.attention.flex_attention import create_block_mask, flex_attention
    except ImportError:
        raise Absent(f"PyTorch {torch.__version__} has no FlexAttention") from None
    if device != "cuda":
        raise Absent("FlexAttention needs Triton and a card")
    length = row["length"]
    score, present = flex_terms(torch, device, row)
    attend = torch.compile(flex_attention)
    mask = create_block_mask(present, 1 if score else None, row["heads"] if score else None, length, length, device)
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
    targets = torch.arange(row["rows"], device=device) * 7 % row["inner"]
    return weights(torch, device, row), lambda x, w, b: f.cross_entropy(f.linear(x, w).float(), targets, reduction="none"), False


def norm(torch, device, row):
    f, shape = torch.nn.functional, (row["rows"], row["width"])
    make = lambda: (torch.randn(shape, device=device), torch.randn(shape, device=device))  # noqa: E731
    return make, lambda x, r: f.layer_norm(x + f.dropout(r, 0.1), shape[1:]), False


RIVALS = {f.__name__: f for f in (sdpa, flex, matmul, linear_gelu, linear_ce, norm)}


def attend_densely(torch, q, k, v, score, present):
    """The stand-in for FlexAttention: every pair of every head, in f64."""
    length = q.shape[2]
    i, j = torch.arange(length)[:, None], torch.arange(length)[None, :]
    scores = q.double() @ k.double().transpose(2, 3) / q.shape[3] ** 0.5
    for h in range(q.shape[1]):
        if score:
            scores[:, h] = score(scores[:, h], 0, h, i, j)
        scores[:, h].masked_fill_(~present(0, h, i, j), float("-inf"))
    return torch.nan_to_num(torch.softmax(scores, -1)) @ v.double()


def attend_by_hand(torch, q, k, v, row):
    """The same, pair by pair, from what the row says; nothing of it stands above."""
    span, z, ramp = row["span"], row.get("inputs", {}).get("z"), row.get("ramp", 32)
    y = torch.zeros_like(v, dtype=torch.float64)
    for h in range(row["heads"]):
        for i in range(row["length"]):
            pairs = []
            for j in range(i + 1):
                weight = float(i - j < span)
                if z:
                    weight = 0.0 if i == j else min(max((1 - (i - j) + z["values"][h] * span) / ramp + 1, 0.0), 1.0)
                if weight:
                    pairs.append((j, weight * math.exp(float(q[0, h, i].double() @ k[0, h, j].double()) / row["features"] ** 0.5)))
            total = sum(e for _, e in pairs)
            for j, e in pairs:
                y[0, h, i] += v[0, h, j].double() * (e / total)
    return y


def check_attention(torch, row):
    """(largest difference, the same for a span that is one too long), and why something is left out."""
    make, call = qkv(torch, "cpu", {**row, "backward": False}), None
    q, k, v = make()
    expected = attend_by_hand(torch, q, k, v, row)
    try:
        _, call, _ = {"sdpa": sdpa, "flex": flex}[row["name"]](torch, "cpu", {**row, "backward": False})
        found, why = call(q, k, v).double(), ""
    except Absent as reason:
        terms = (None, lambda b, h, i, j: i >= j) if row["name"] == "sdpa" else flex_terms(torch, "cpu", row)
        found, why = attend_densely(torch, q, k, v, *terms), f"by the stand-in, {reason}"
    wrong = attend_by_hand(torch, q, k, v, {**row, "span": row["span"] // 2})
    return float((found - expected).abs().max()), float((found - wrong).abs().max()), why


def check_layer(torch, row):
    f, make = torch.nn.functional, RIVALS[row["name"]](torch, "cpu", row)
    arguments = make[0]()
    torch.manual_seed(5)
    found = make[1](*arguments).double()
    exact = [x.double() for x in arguments]
    if row["name"] == "norm":
        torch.manual_seed(5)
        kept = f.dropout(torch.ones_like(arguments[1]), 0.1).double()
        x = exact[0] + exact[1] * kept
        expected = (x - x.mean(1, keepdim=True)) / torch.sqrt(((x - x.mean(1, keepdim=True)) ** 2).mean(1, keepdim=True) + 1e-5)
    else:
        y = (exact[0][:, None, :] * exact[1][None, :, :]).sum(2)
        if row["name"] == "linear_gelu":
            y = y + exact[2]
            y = 0.5 * y * (1 + torch.erf(y / 2 ** 0.5))
        expected = y
        if row["name"] == "linear_ce":
            each = torch.arange(len(y))
            expected = torch.log(torch.exp(y).sum(1)) - y[each, each * 7 % row["inner"]]
    size = float(expected.abs().max())
    return float((found - expected).abs().max()) / size, float((found - expected.flip(0)).abs().max()) / size, ""


def check():
    """Each rival in small against a formula of its own."""
    try:
        import torch
    except ImportError as problem:
        print(f"not run: PyTorch is not there: {problem}")
        sys.exit(4)
    torch.manual_seed(3)
    size = {"heads": 2, "length": 48, "features": 8}
    spans = {"z": {"values": [0.9, 0.3]}}
    cases = [("causal", {"name": "sdpa", "span": 48, **size}), ("window", {"name": "flex", "span": 12, **size}),
             ("soft spans", {"name": "flex", "span": 24, "ramp": 8, "inputs": spans, **size})]
    cases += [(name, {"name": name, "rows": 24, "width": 32, "inner": 40}) for name in ("matmul", "linear_gelu", "linear_ce", "norm")]
    passed = failed = 0
    for what, row in cases:
        error, planted, why = (check_attention if "heads" in row else check_layer)(torch, row)
        good = error < 3e-2 < planted
        passed, failed = passed + good, failed + (not good)
        print(f"{what}: {'passed' if good else 'failed'}, largest difference {error:.1e}, of a wrong formula {planted:.1e}{' (' + why + ')' if why else ''}")
    print(f"PyTorch {torch.__version__} on the CPU\n{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


def main():
    if sys.argv[1:] == ["--check"]:
        return check()
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
