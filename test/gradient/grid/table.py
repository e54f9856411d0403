# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The grid: for each op the graphs that its gradient is checked with, one generator for each op."""
from graphs import FLAT, N, ROWS, Graph, Input, grown, tensor

TABLE = {}
KEY = Input((4,), element="i32", value="[1, 2, 3, 0]")


def op(*names):
    """Enters a generator for these ops; it gets the op's name."""
    def enter(generator):
        TABLE.update({name: generator for name in names})
        return generator
    return enter


def with_unary(unary):
    """The table with a generator for each of these elementwise ops that has none of its own."""
    return {**{name: elementwise for name in unary}, **TABLE}


# elementwise

DOMAINS = {"log": (0.3, 2), "sqrt": (0.3, 2), "rsqrt": (0.3, 2)}
KINKS = {"relu": [0], "floor": [-2, -1, 0, 1, 2]}


def elementwise(name):
    low, high = DOMAINS.get(name, (-2, 2))
    for family, shape in FLAT.items():
        t = tensor(shape)
        # The rule of relu asks where the result is above 0, and that is 0 itself in many places: a kink, for second order.
        yield Graph(family, {"x": Input(shape, low, high, KINKS.get(name, ()))}, [f"%y = weft.{name} %x : {t}"], ("%y", t),
                    second=name != "relu")


@op("stop_gradient")
def stopped(name):
    for family, shape in FLAT.items():
        if N not in shape:
            t = tensor(shape)
            yield Graph(family, {"x": Input(shape, expected=0.0)}, [f"%y = weft.{name} %x : {t}"], ("%y", t))


@op("add", "sub", "mul", "div", "maximum", "minimum")
def binary(name):
    for family, shape in FLAT.items():
        t, rhs = tensor(shape), Input(shape, 0.4, 2) if name == "div" else Input(shape)
        yield Graph(family, {"lhs": Input(shape), "rhs": rhs}, [f"%y = weft.{name} %lhs, %rhs : {t}"], ("%y", t))
        if name not in ("maximum", "minimum"):  # which have a kink there
            yield Graph(family + "_with_itself", {"x": Input(shape, 0.4, 2)}, [f"%y = weft.{name} %x, %x : {t}"], ("%y", t))


@op("clamp")
def clamp(name):
    for family, shape in FLAT.items():
        t = tensor(shape)
        yield Graph(family, {"x": Input(shape, avoid=[-0.5, 0.25])}, [f"%y = weft.clamp %x low -0.5 high 0.25 : {t}"], ("%y", t))


@op("select")
def select(name):
    for family, shape in FLAT.items():
        t, c = tensor(shape), tensor(shape, "i1")
        yield Graph(family, {"c": Input(shape, element="i1"), "a": Input(shape), "b": Input(shape)},
                    [f"%y = weft.select %c, %a, %b : {c}, {t}"], ("%y", t))


@op("cast")
def cast(name):
    for family, shape in FLAT.items():
        t, i = tensor(shape), tensor(shape, "i32")
        yield Graph(family, {"x": Input(shape), "i": Input(shape, element="i32")},
                    [f"%a = weft.cast %x : {t} -> {t}", f"%b = weft.cast %i : {i} -> {t}", f"%y = weft.mul %a, %b : {t}"], ("%y", t))


@op("dropout")
def dropout(name):
    for family, shape in FLAT.items():
        t = tensor(shape)
        yield Graph(family, {"x": Input(shape), "key": KEY}, [f"%y = weft.dropout %x, %key rate 0.3 id 7 : {t}, tensor<4xi32>"], ("%y", t))


# contraction, reductions, norms, tables, losses

@op("dot")
def dot(name):
    shapes = {  # lhs, rhs, batch axes of both, contracted axes of both, result
        "scalar_result": ((7,), (7,), [], [], [0], [0], ()),
        "nothing_contracted": ((3,), (1, 2), [], [], [], [], (3, 1, 2)),
        "empty_rows": ((0, 3), (3, 5), [], [], [1], [0], (0, 5)),
        "empty_sum": ((2, 0), (0, 5), [], [], [1], [0], (2, 5)),
        "one": ((1, 1), (1, 1), [], [], [1], [0], (1, 1)),
        "prime": ((7, 11), (11, 5), [], [], [1], [0], (7, 5)),
        "tile_less_1": ((23, 3), (3, 63), [], [], [1], [0], (23, 63)),
        "tile": ((24, 3), (3, 64), [], [], [1], [0], (24, 64)),
        "tile_plus_1": ((25, 3), (3, 65), [], [], [1], [0], (25, 65)),
        "depth_tile_plus_1": ((3, 65), (65, 2), [], [], [1], [0], (3, 2)),
        "long": ((97, 2), (2, 1), [], [], [1], [0], (97, 1)),
        "by_vector": ((5, 7), (7,), [], [], [1], [0], (5,)),
        "vector_by": ((7,), (7, 5), [], [], [0], [0], (5,)),
        "lhs_transposed": ((3, 2), (3, 5), [], [], [0], [0], (2, 5)),
        "rhs_transposed": ((2, 3), (5, 3), [], [], [1], [1], (2, 5)),
        "both_transposed": ((3, 2), (5, 3), [], [], [0], [1], (2, 5)),
        "batched": ((4, 2, 3), (4, 3, 5), [0], [0], [2], [1], (4, 2, 5)),
        "batch_inside": ((2, 4, 3), (3, 5, 4), [1], [2], [2], [0], (4, 2, 5)),
        "two_batches_crossed": ((2, 3, 5), (3, 5, 2), [1, 0], [0, 2], [2], [1], (3, 2)),
        "two_sums_crossed": ((2, 3, 5, 7), (5, 2, 4, 3), [0], [1], [1, 2], [3, 0], (2, 7, 4)),
        "rank_4": ((2, 1, 3, 4), (2, 1, 4, 5), [0, 1], [0, 1], [3], [2], (2, 1, 3, 5)),
        "bounded_sum": ((2, N), (N, 3), [], [], [1], [0], (2, 3)),
        "bounded_rows": ((N, 3), (3, 2), [], [], [1], [0], (N, 2)),
        "bounded_batch": ((2, N, 3), (3, N), [1], [1], [2], [0], (N, 2)),
    }
    for family, (lhs, rhs, lb, rb, lc, rc, result) in shapes.items():
        t = tensor(result)
        yield Graph(family, {"lhs": Input(lhs), "rhs": Input(rhs)},
                    [f"%y = weft.dot %lhs, %rhs batch {lb} x {rb} contract {lc} x {rc} : {tensor(lhs)}, {tensor(rhs)} -> {t}"], ("%y", t))


@op("sum", "max")
def reduce(name):
    for family, shape in {**ROWS, "empty_rows": (3, 0), "scalar": ()}.items():
        rank = len(shape)
        choices = {"last": [rank - 1], "all": list(range(rank))} if rank else {"none": []}
        if rank > 1:
            choices["first"] = [0]
        if rank > 2:
            choices["middle"] = [1]
        for which, axes in choices.items():
            # The maximum of nothing has no gradient.
            if name == "max" and any(shape[axis] in (0, N) for axis in axes):
                continue
            t, r = tensor(shape), tensor([size for axis, size in enumerate(shape) if axis not in axes])
            # The rule of max asks which elements are equal to it: a kink everywhere, for second order.
            # All below 0, where a kernel that takes what lies past the end for 0 would be seen.
            x = Input(shape, -2, -0.1) if name == "max" else Input(shape)
            yield Graph(f"{family}_{which}", {"x": x}, [f"%y = weft.{name} %x axes {axes} : {t} -> {r}"], ("%y", r),
                        second=name == "sum")


@op("softmax", "log_softmax")
def softmax(name):
    for family, shape in {**ROWS, "bounded_row": (2, N)}.items():
        for axis in sorted({0, len(shape) - 1}):
            t = tensor(shape)
            yield Graph(f"{family}_axis_{axis}", {"x": Input(shape, -3, 3)}, [f"%y = weft.{name} %x axis {axis} : {t}"], ("%y", t))


@op("layer_norm")
def layer_norm(name):
    for family, shape in {**ROWS, "bounded_row": (2, N)}.items():
        t, row = tensor(shape), shape[-1:]
        yield Graph(family, {"x": Input(shape), "scale": Input(row), "shift": Input(row)},
                    [f"%y = weft.layer_norm %x, %scale, %shift epsilon 1.0e-2 : {t}, {tensor(row)}"], ("%y", t))


@op("rms_norm")
def rms_norm(name):
    for family, shape in {**ROWS, "bounded_row": (2, N)}.items():
        t, row = tensor(shape), shape[-1:]
        yield Graph(family, {"x": Input(shape), "scale": Input(row)},
                    [f"%y = weft.rms_norm %x, %scale epsilon 1.0e-2 : {t}, {tensor(row)}"], ("%y", t))


@op("cumsum")
def cumsum(name):
    for family, shape in {**ROWS, "bounded_row": (2, N), "empty_rows": (3, 0)}.items():
        for axis in sorted({0, len(shape) - 1}):
            for direction in ("", " reverse"):
                t = tensor(shape)
                yield Graph(f"{family}_axis_{axis}{direction.replace(' ', '_')}", {"x": Input(shape)},
                            [f"%y = weft.cumsum %x axis {axis}{direction} : {t}"], ("%y", t))


@op("top_k")
def top_k(name):
    for family, shape in ROWS.items():
        for k in sorted({1, min(3, shape[-1]), shape[-1]}):
            t, chosen = tensor(shape), (*shape[:-1], k)
            values, indices = tensor(chosen), tensor(chosen, "i32")
            yield Graph(f"{family}_k_{k}", {"x": Input(shape)},
                        [f"%v, %i = weft.top_k %x k {k} : {t} -> {values}, {indices}"], [("%v", values), ("%i", indices)])


# input, places, common leading axes; an index may lie outside
PLACES = {"one": ((1,), (1,), 0), "one_place": ((5,), (), 0), "no_place": ((5, 3), (0,), 0), "nothing": ((0, 3), (2,), 0),
          "prime": ((7, 3), (11,), 0), "tile_less_1": ((5,), (255,), 0), "tile": ((5,), (256,), 0), "tile_plus_1": ((5, 1), (257,), 0),
          "long": ((131, 1), (3,), 0), "batched": ((2, 5, 3), (2, 4), 1), "two_batches": ((2, 3, 4, 2), (2, 3, 5), 2),
          "places_of_rank_2": ((5, 3), (2, 4), 0), "rank_4": ((2, 5, 1, 3), (2, 3), 1), "bounded_places": ((5, 3), (N,), 0)}


def gathered(shape, places, batch):
    return (*shape[:batch], *places[batch:], *shape[batch + 1:])


@op("gather")
def gather(name):
    for family, (shape, places, batch) in {**PLACES, "bounded": ((2, N, 3), (2, 4), 1)}.items():
        ids, r = Input(places, -1, 6, element="i32"), tensor(gathered(shape, places, batch))
        line = f"%m = weft.gather %x, %i batch {batch} : {tensor(shape)}, {ids.type} -> {r}"
        yield Graph(family, {"x": Input(shape), "i": ids}, squared(line, r), ("%y", r))


@op("scatter_add")
def scatter_add(name):
    for family, (shape, places, batch) in PLACES.items():
        ids, updates, r = Input(places, -1, 6, element="i32"), gathered(shape, places, batch), tensor(shape)
        line = f"%m = weft.scatter_add %u, %i batch {batch} : {tensor(updates)}, {ids.type} -> {r}"
        yield Graph(family, {"u": Input(updates), "i": ids}, squared(line, r), ("%y", r))


TOKENS = {"one_token": (), "none": (0,), "one": (1,), "prime": (7,), "tile_less_1": (15,), "tile": (16,), "tile_plus_1": (17,),
          "rank_2": (2, 3), "rank_3": (2, 1, 3), "bounded": (N,)}


@op("embedding")
def embedding(name):
    for family, shape in TOKENS.items():
        for table in ((5, 3), (1, 1), (2, 65)):
            ids, t = Input(shape, 0, table[0], element="i32"), tensor(shape + table[1:])
            yield Graph(f"{family}_table_{table[0]}_{table[1]}", {"table": Input(table), "ids": ids},
                        [f"%y = weft.embedding %table, %ids : {tensor(table)}, {ids.type} -> {t}"], ("%y", t))


@op("embedding_grad")
def embedding_grad(name):
    for family, shape in TOKENS.items():
        for table in ((5, 3), (1, 1), (2, 33)):
            ids, rows, t = Input(shape, 0, table[0], element="i32"), shape + table[1:], tensor(table)
            yield Graph(f"{family}_table_{table[0]}_{table[1]}", {"rows": Input(rows), "ids": ids},
                        [f"%y = weft.embedding_grad %rows, %ids : {tensor(rows)}, {ids.type} -> {t}"], ("%y", t))


@op("cross_entropy")
def cross_entropy(name):
    for family, shape in ROWS.items():
        targets = Input(shape[:-1], 0, shape[-1], element="i32")
        y = tensor(shape[:-1])
        yield Graph(family, {"logits": Input(shape, -3, 3), "targets": targets},
                    [f"%y = weft.cross_entropy %logits, %targets : {tensor(shape)}, {targets.type} -> {y}"], ("%y", y))


# moves

def squared(line, t, more=()):
    """A move and a product after it: a gradient that is only moved to the wrong place would be the same random number."""
    return [line, f"%y = weft.mul %m, %m : {t}", *more]


@op("transpose")
def transpose(name):
    for family, shape in {**FLAT, "square": (33, 33)}.items():
        orders = [list(range(len(shape)))[::-1], [*range(1, len(shape)), 0] if shape else []]
        for number, order in enumerate(orders if len(shape) > 2 else orders[:1]):
            t, r = tensor(shape), tensor([shape[axis] for axis in order])
            yield Graph(f"{family}_{number}", {"x": Input(shape)}, squared(f"%m = weft.transpose %x permutation {order} : {t} -> {r}", r), ("%y", r))


@op("reshape")
def reshape(name):
    for family, (shape, to) in {
            "scalar": ((), (1, 1)), "empty": ((0, 3), (0,)), "one": ((1,), ()), "prime": ((7,), (7, 1)), "tile_less_1": ((5, 51), (255,)),
            "tile": ((256,), (4, 64)), "tile_plus_1": ((257, 1), (1, 257)), "long": ((131, 2), (2, 131)), "rank_3": ((2, 3, 5), (6, 5)),
            "rank_4": ((2, 1, 3, 4), (4, 6)), "bounded": ((2, N, 4), (2, N, 2, 2)), "bounded_first": ((N, 6), (N, 2, 3))}.items():
        r = tensor(to)
        yield Graph(family, {"x": Input(shape)}, squared(f"%m = weft.reshape %x : {tensor(shape)} -> {r}", r), ("%y", r))


def resized(shape, axis, size):
    return tuple(size if i == axis else old for i, old in enumerate(shape))


# shape, axis and how much of it is taken
PARTS = {"none": ((3, 2), 0, 0), "all": ((3, 2), 0, 3), "one": ((1,), 0, 1), "prime": ((7,), 0, 3), "first_axis": ((5, 3), 0, 2),
         "last_axis": ((2, 7), 1, 3), "tile": ((257,), 0, 256), "tile_less_1": ((256,), 0, 255), "long": ((131, 1), 0, 130),
         "rank_3": ((2, 5, 3), 1, 4), "rank_4": ((2, 1, 3, 4), 2, 2)}


@op("slice")
def slice_(name):
    for family, (shape, axis, length) in {**PARTS, "bounded": ((N + " + 3", 2), 0, 2)}.items():
        room = 1 if N in str(shape) else shape[axis] - length
        for start in sorted({0, room}):
            r = tensor(resized(shape, axis, length))
            line = f"%m = weft.slice %x axis {axis} start {start} length {length} : {tensor(shape)} -> {r}"
            yield Graph(f"{family}_from_{start}", {"x": Input(shape)}, squared(line, r), ("%y", r))


@op("head", "tail")
def end(name):
    bounded = {"bounded": ((N + " + 3", 2), 0, N), "bounded_inside": ((2, N + " + 3"), 1, N), "to_static": ((N + " + 3", 2), 0, 3)}
    for family, (shape, axis, length) in {**PARTS, **bounded}.items():
        r = tensor(resized(shape, axis, length))
        yield Graph(family, {"x": Input(shape)}, squared(f"%m = weft.{name} %x axis {axis} : {tensor(shape)} -> {r}", r), ("%y", r))


@op("pad")
def pad(name):
    bounded = {"bounded": ((N, 2), 0, N + " + 3"), "bounded_inside": ((2, N), 1, N + " + 3")}
    for family, (small, axis, size) in {**{f: (resized(s, a, n), a, s[a]) for f, (s, a, n) in PARTS.items()}, **bounded}.items():
        room = 3 if isinstance(size, str) else size - small[axis]
        for where in [f"start {start}" for start in sorted({0, room})] + ["at_end"]:
            r = tensor(resized(small, axis, size))
            line = f"%m = weft.pad %x axis {axis} {where} : {tensor(small)} -> {r}"
            yield Graph(f"{family}_{where.replace(' ', '_')}", {"x": Input(small)}, squared(line, r), ("%y", r))


@op("concat")
def concat(name):
    for family, (shape, axis, sizes) in {
            "single": ((7,), 0, [7]), "empty": ((0,), 0, [0, 0]), "one_empty": ((0, 2), 0, [3, 0, 1]), "ones": ((1,), 0, [1, 1, 1]),
            "prime": ((2, 7), 1, [3, 1, 2]), "tile": ((256,), 0, [128, 127, 1]), "tile_less_1": ((255,), 0, [127, 128]),
            "tile_plus_1": ((257,), 0, [256, 1]), "long": ((131, 1), 0, [1, 130]), "rank_3": ((2, 5, 3), 1, [2, 3]),
            "rank_4": ((2, 1, 3, 4), 3, [1, 2]), "bounded_first": ((1, 2), 0, [N, 3]), "bounded_middle": ((1, 2), 0, [2, N, 3]),
            "bounded_last": ((2, 1), 1, [3, N])}.items():
        parts = {f"x{i}": resized(shape, axis, size) for i, size in enumerate(sizes)}
        static, total = sum(s for s in sizes if isinstance(s, int)), N if N in sizes else 0
        r = tensor(resized(shape, axis, grown(total, static)))
        line = (f"%m = weft.concat {', '.join('%' + p for p in parts)} axis {axis} : "
                f"({', '.join(tensor(s) for s in parts.values())}) -> {r}")
        yield Graph(family, {p: Input(s) for p, s in parts.items()}, squared(line, r), ("%y", r))


@op("broadcast")
def broadcast(name):
    for family, (shape, dims, to) in {
            "scalar": ((), [], (7,)), "to_nothing": ((3,), [1], (0, 3)), "of_nothing": ((0,), [0], (0, 3)), "one": ((1,), [0], (1, 1)),
            "same": ((7,), [0], (7,)), "rows": ((3,), [1], (2, 3)), "columns": ((3,), [0], (3, 2)), "tile_less_1": ((255,), [1], (2, 255)),
            "tile": ((256,), [1], (2, 256)), "tile_plus_1": ((257,), [0], (257, 2)), "long": ((131,), [0], (131, 1)),
            "rank_3": ((2, 5), [0, 2], (2, 3, 5)), "rank_4": ((3, 1), [1, 3], (2, 3, 5, 1)), "bounded": ((N,), [0], (N, 3)),
            "bounded_inside": ((N, 3), [1, 2], (2, N, 3))}.items():
        r = tensor(to)
        yield Graph(family, {"x": Input(shape), "w": Input(to)},
                    [f"%m = weft.broadcast %x dims {dims} : {tensor(shape)} -> {r}", f"%y = weft.mul %m, %w : {r}"], ("%y", r))


WINDOWS = {"single": ((7,), 0, 1), "whole": ((5, 2), 0, 5), "one": ((1,), 0, 1), "prime": ((11,), 0, 3), "last_axis": ((2, 8), 1, 3),
           "tile_less_1": ((34,), 0, 2), "tile": ((65,), 0, 2), "tile_plus_1": ((66,), 0, 2), "long": ((131, 1), 0, 4),
           "nothing_else": ((0, 5), 1, 2), "rank_3": ((2, 5, 3), 1, 2), "rank_4": ((2, 1, 4, 3), 2, 3), "bounded": ((N + " + 3", 2), 0, 4)}


def windowed(shape, axis, length):
    size = shape[axis]
    positions = grown(N, 3 - length + 1) if isinstance(size, str) else size - length + 1
    positions = N if positions == N + " + 0" else positions
    return (*shape[:axis], positions, length, *shape[axis + 1:])


@op("window")
def window(name):
    for family, (shape, axis, length) in WINDOWS.items():
        r = tensor(windowed(shape, axis, length))
        yield Graph(family, {"x": Input(shape)}, squared(f"%m = weft.window %x axis {axis} length {length} : {tensor(shape)} -> {r}", r), ("%y", r))


@op("window_sum")
def window_sum(name):
    for family, (shape, axis, length) in WINDOWS.items():
        wide = windowed(shape, axis, length)
        line = f"%m = weft.window_sum %x axis {axis} : {tensor(wide)} -> {tensor(shape)}"
        yield Graph(family, {"x": Input(wide)}, squared(line, tensor(shape)), ("%y", tensor(shape)))


# control, attention

@op("scan")
def scan(name):
    for family, (steps, width) in {"no_step": (0, 3), "one_step": (1, 1), "prime": (5, 3), "wide": (2, 65), "empty": (3, 0)}.items():
        for direction in ("", "attributes {reverse = true} "):
            h, xs, w = tensor((width,)), tensor((steps, width)), tensor((width, width))
            body = [f"%last, %all = weft.scan carry(%h0) over(%xs) with(%w : {w}) {direction}{{",
                    f"^bb0(%h: {h}, %x: {h}, %weight: {w}):",
                    f"  %turned = weft.dot %weight, %h batch [] x [] contract [1] x [0] : {w}, {h} -> {h}",
                    f"  %sum = weft.add %turned, %x : {h}", f"  %next = weft.tanh %sum : {h}",
                    f"  weft.yield %next, %turned : {h}, {h}", f"}} : ({h}) -> {h}, ({xs}) -> {xs}"]
            yield Graph(family + ("_reverse" if direction else ""),
                        {"h0": Input((width,)), "xs": Input((steps, width)), "w": Input((width, width), -0.5, 0.5)}, body,
                        [("%last", h), ("%all", xs)])


@op("recompute")
def recompute(name):
    for family, shape in FLAT.items():
        t = tensor(shape)
        body = [f"%y = weft.recompute(%x, %w) {{", f"^bb0(%a: {t}, %v: {t}):", f"  %p = weft.mul %a, %v : {t}",
                f"  %t = weft.tanh %p : {t}", f"  weft.yield %t : {t}", f"}} : ({t}, {t}) -> {t}"]
        yield Graph(family, {"x": Input(shape), "w": Input(shape)}, body, ("%y", t))


@op("optimization_barrier")
def optimization_barrier(name):
    for family, shape in FLAT.items():
        t = tensor(shape)
        yield Graph(family, {"x": Input(shape)}, [f"%b = weft.optimization_barrier %x : {t}", f"%y = weft.mul %b, %x : {t}"], ("%y", t))


@op("span_attention")
def span_attention(name):
    # batch, heads, queries, keys, width, width of values, reach; the grid of attention itself is finer
    for family, (b, h, m, length, d, e, span) in {
            "one": (1, 1, 1, 1, 1, 1, 1), "no_batch": (0, 1, 2, 3, 2, 2, 2), "prime": (1, 2, 3, 7, 2, 3, 5), "batched": (3, 1, 2, 4, 2, 2, 3),
            "tile_less_1": (1, 1, 31, 31, 1, 2, 8), "tile": (1, 1, 32, 32, 1, 2, 8), "tile_plus_1": (1, 1, 33, 33, 1, 2, 33),
            "long_memory": (1, 1, 2, 40, 2, 1, 33), "bounded": (1, 2, 3, N + " + 3", 2, 3, 4), "heads": (1, 4, 3, 7, 2, 2, 4)}.items():
        for before in ("masked", "zeros"):
            q, k, v = (b, h, m, d), (b, h, length, d), (b, h, length, e)
            t, s = tensor((b, h, m, e)), tensor((b, h, m, 3))
            bounds = f" heads(%reach : {tensor((h,))})" if family == "heads" else ""
            body = [*([f"%reach = weft.constant dense<[-1.0, 0.0, 1.5, 9.0]> : {tensor((h,))}"] if bounds else []),
                    f"%y, %stats = weft.span_attention %q, %k, %v position(%p : {tensor((span, d))}) reach 0 to #weft.size<{span - 1}>{bounds} "
                    f"before_start {before} captures(%z : {tensor((h,))}) kinds [#weft.capture<per_head>] epsilon 1.0e-2 {{",
                    "^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):",
                    "  %score = weft.add %content, %relative : f64", "  %present = weft.constant true",
                    "  %weight = weft.exp %zh : f64", "  weft.yield %score, %present, %weight : f64, i1, f64",
                    f"}} : {tensor(q)}, {tensor(k)}, {tensor(v)} -> {t}, {s}"]
            yield Graph(f"{family}_{before}", {"q": Input(q), "k": Input(k), "v": Input(v), "p": Input((span, d)), "z": Input((h,))}, body,
                        ("%y", t), second=False)


@op("block_sparse_attention")
def block_sparse_attention(name):
    # batch, heads, queries, keys, width, width of values; blocks are of at least 16
    layouts = {"union": "<16, [local(3) | strided(5)]>", "heads": "<16, [window(4) | columns(4, 1, 0), prefix(2)] heads [HEADS]>"}
    for family, (b, h, m, length, d, e) in {
            "one": (1, 1, 1, 1, 1, 1), "no_batch": (0, 1, 2, 3, 2, 2), "prime": (1, 2, 3, 7, 2, 3), "batched": (3, 1, 2, 4, 2, 2),
            "tile_less_1": (1, 1, 15, 15, 1, 2), "tile": (1, 2, 16, 16, 1, 2), "tile_plus_1": (1, 1, 17, 17, 1, 2),
            "long_memory": (1, 1, 2, 40, 2, 1), "bounded": (N, 2, 3, 5, 2, 3)}.items():
        for kind, layout in layouts.items():
            q, k, v = (b, h, m, d), (b, h, length, d), (b, h, length, e)
            t, s = tensor((b, h, m, e)), tensor((b, h, m, 3))
            heads = ", ".join(str(1 - i % 2) for i in range(h))
            body = [f"%y, %stats = weft.block_sparse_attention %q, %k, %v layout {layout.replace('HEADS', heads)} "
                    f"captures(%z : {tensor((h,))}) kinds [#weft.capture<per_head>] epsilon 1.0e-2 {{",
                    "^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64):",
                    "  %present = weft.constant true", "  %weight = weft.exp %zh : f64",
                    "  weft.yield %content, %present, %weight : f64, i1, f64",
                    f"}} : {tensor(q)}, {tensor(k)}, {tensor(v)} -> {t}, {s}"]
            yield Graph(f"{family}_{kind}", {"q": Input(q), "k": Input(k), "v": Input(v), "z": Input((h,))}, body, ("%y", t), second=False)


@op("feedback_attention")
def feedback_attention(name):
    # batch, heads, slots, width, width of values, heads of the slots
    for family, (b, h, s, d, e, kh) in {
            "one": (1, 1, 1, 1, 1, 1), "no_batch": (0, 1, 3, 2, 2, 1), "prime": (2, 3, 7, 2, 3, 3), "batched": (3, 1, 4, 2, 2, 1),
            "tile_less_1": (1, 1, 31, 1, 2, 1), "tile": (1, 2, 32, 1, 2, 2), "tile_plus_1": (1, 1, 33, 1, 2, 1),
            "shared": (2, 4, 5, 2, 1, 1), "bounded": (N, 2, 5, 2, 3, 2)}.items():
        for kept in (False, True):
            q, k, v = (b, h, 1, d), (b, kh, s, d), (b, kh, s, e)
            t, n = tensor((b, h, 1, e)), tensor((b, h, 1, 3))
            mask = tensor((b, h, 1, s))
            body = [*([f"%slot = weft.iota axis 3 start 0.5 step 0.25 : {mask}"] if kept else []),
                    f"%y, %stats = weft.feedback_attention %q, %k, %v position(%p : {tensor((s, d))}) {f'keep(%slot : {mask}) ' if kept else ''}"
                    f"captures(%z, %c : {tensor((h,))}, {tensor(())}) kinds [#weft.capture<per_head>, #weft.capture<scalar>] epsilon 1.0e-2 {{",
                    "^bb0(%content: f64, %relative: f64, %d: f64, %i: f64, %j: f64, %zh: f64, %c0: f64):",
                    "  %scaled = weft.mul %content, %c0 : f64", "  %score = weft.add %scaled, %relative : f64",
                    "  %present = weft.constant true", "  %weight = weft.exp %zh : f64",
                    "  weft.yield %score, %present, %weight : f64, i1, f64",
                    f"}} : {tensor(q)}, {tensor(k)}, {tensor(v)} -> {t}, {n}"]
            yield Graph(f"{family}_kept" if kept else family, {"q": Input(q), "k": Input(k), "v": Input(v), "p": Input((s, d)), "z": Input((h,)),
                                                               "c": Input(())}, body, ("%y", t), second=False)
