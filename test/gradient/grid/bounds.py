# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How large an f32 error may be: c of |got - expected| <= c u scale, for the ops that need another than the default.

u is 2^-24; the scale of an element follows from its graph: compiler/interpret/RoundingScale.h. A line here is reviewed: it
says why the op differs. A c that is more than LOOSE times the worst that the grid sees is a failure, also the default: an op
whose scale is generous gets a line with a smaller c. Ops that round nothing need no c.
"""
DEFAULT = 4
LOOSE = 8

BOUNDS: dict[str, tuple[float, str]] = {
    "block_sparse_attention": (2, "as span_attention"),
    "scan": (2, "its scale adds what every step before may have lost, and errors of both signs cancel"),
    "span_attention": (2, "its scale is made of the largest magnitudes of its operands, not of each element's own"),
}


def bound_of(op):
    return BOUNDS[op][0] if op in BOUNDS else DEFAULT


def problems(ops, worst):
    """What is wrong with the table, `worst` being the largest c that each op of the grid needed."""
    for op, (allowed, reason) in BOUNDS.items():
        if op not in ops:
            yield f"{op}: expects an op of the grid"
        if allowed == DEFAULT or not reason:
            yield f"{op}: expects a reason, and another c than {DEFAULT}, got {allowed}"
    for op, factor in worst.items():
        if bound_of(op) > LOOSE * factor > 0:
            yield f"{op}: allows c = {bound_of(op)}, more than {LOOSE} times the {factor:.3g} that the grid needs"
