# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The Feedback Transformer in eager PyTorch, as one would write it there, for test/bench/bench-feedback.

The maths is that of models/feedback/Model.h with norms in front: every layer attends to keys and values of the mixtures of all layers of
the last L positions. Two forms of the memory: `concatenate` joins a list of slots in every step; `preallocated` writes each slot into
one buffer, of which a step sees a window, with gradients added up in a second buffer."""
import math

import torch
import torch.nn.functional as F


class Write(torch.autograd.Function):
    """Writes slots and gives the window that ends with them. A step's gradients come back after those of all later steps, so that what
    later windows add to these slots is complete."""

    @staticmethod
    def forward(ctx, slots, buffer, gradients, begin, window):
        end = begin + len(slots)
        buffer[begin:end] = slots
        ctx.gradients, ctx.begin, ctx.end, ctx.window = gradients, begin, end, window
        # A tensor of its own over the same storage: later writes do not make it stale.
        seen = buffer[end - window:end]
        return torch.empty(0, dtype=buffer.dtype).set_(buffer.storage(), seen.storage_offset(), seen.shape, seen.stride())

    @staticmethod
    def backward(ctx, gradient):
        ctx.gradients[ctx.end - ctx.window:ctx.end] += gradient
        return ctx.gradients[ctx.begin:ctx.end], None, None, None, None


class Memory:
    """Slots [S, B, K, D] of keys or values."""

    def __init__(self, past, steps, preallocated):
        self.window, self.preallocated = len(past), preallocated
        if preallocated:
            self.buffer = past.new_zeros(self.window + steps, *past.shape[1:])
            self.gradients = torch.zeros_like(self.buffer)
            self.at = 0
            self.add(past)
        else:
            self.slots = list(past.unbind(0))

    def read(self):
        return self.seen if self.preallocated else torch.stack(self.slots[-self.window:])

    def write(self, slot):
        if not self.preallocated:
            self.slots.append(slot)
            return
        self.add(slot[None])

    def add(self, slots):
        self.seen = Write.apply(slots, self.buffer, self.gradients, self.at, self.window)
        self.at += len(slots)


class Feedback(torch.nn.Module):
    def __init__(self, vocab, hidden, inner, layers, heads, span, preallocated=True):
        super().__init__()
        self.heads, self.depth, self.span, self.preallocated = heads, hidden // heads, span, preallocated
        linear = lambda a, b, bias=False: torch.nn.Linear(a, b, bias)
        lists = lambda make: torch.nn.ModuleList(make() for _ in range(layers))
        self.embed, self.out = torch.nn.Embedding(vocab, hidden), linear(hidden, vocab, True)
        self.q, self.k, self.v, self.o = (lists(lambda: linear(hidden, hidden)) for _ in range(4))
        self.norm1, self.norm2 = (lists(lambda: torch.nn.LayerNorm(hidden)) for _ in range(2))
        self.inner, self.outer = lists(lambda: linear(hidden, inner, True)), lists(lambda: linear(inner, hidden, True))
        self.norm = torch.nn.LayerNorm(hidden)
        self.position = torch.nn.Parameter(torch.randn(span, self.depth))  # oldest first
        self.mix = torch.nn.Parameter(torch.zeros(layers + 1))

    def split(self, x):
        return x.reshape(*x.shape[:-1], self.heads, self.depth)

    def forward(self, tokens, targets, carried):
        """(loss, next carried memory [L, B, H]); `carried` has no gradient."""
        batch, steps = tokens.shape
        x0 = self.embed(tokens).unbind(1)
        keys, values = [], []
        for norm, k, v in zip(self.norm1, self.k, self.v):
            m = norm(carried)
            keys.append(Memory(self.split(k(m)), steps, self.preallocated))
            values.append(Memory(self.split(v(m)), steps, self.preallocated))
        tops, memories = [], []
        for x in x0:
            outputs = [x]
            for i in range(len(self.q)):
                q = self.split(self.q[i](self.norm1[i](x)))  # [B, K, D]
                K, V = keys[i].read(), values[i].read()
                score = (torch.einsum("bkd,sbkd->bks", q, K) + q @ self.position.T) / math.sqrt(self.depth)
                y = torch.einsum("bks,sbkd->bkd", score.softmax(-1), V).reshape(batch, -1)
                x = x + self.o[i](y)
                x = x + self.outer[i](F.relu(self.inner[i](self.norm2[i](x))))
                outputs.append(x)
            m = torch.einsum("l,lbh->bh", self.mix.softmax(0), torch.stack(outputs))
            memories.append(m)
            for i in range(len(self.q)):
                n = self.norm1[i](m)
                keys[i].write(self.split(self.k[i](n)))
                values[i].write(self.split(self.v[i](n)))
            tops.append(x)
        logits = self.out(self.norm(torch.stack(tops, 1)))
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
        return loss, torch.cat([carried, torch.stack(memories)]).detach()[-self.span:]
