# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Adaptive Span and All-attention in eager PyTorch, as one would write them there: the oracle of test/models/against-pytorch.

The maths is that of Sukhbaatar et al. 2019 and of weft.span_attention (docs/spec/weft.md): a cache of hidden states per layer
whose keys and values are computed again with today's weights, relative keys shared by all layers, weights m_z(d) softmax(s)(d)
under their own sum, the current token not attended. Weights are a dictionary by Weft's names; the letters are those of
models/adaptive-span/Model.h."""
import math

import torch
import torch.nn.functional as F


def skew(scores, window):
    """(.., M, L+M) by key to (.., M, L) by distance: query i sees keys i .. i+L-1."""
    *batch, queries, keys = scores.shape
    flat = scores.reshape(-1, queries, keys)
    return flat.as_strided((flat.shape[0], queries, window), (queries * keys, keys + 1, 1)).reshape(*batch, queries, window)


def unskew(weights):
    """(.., M, L) by distance to (.., M, L+M) by key, zero elsewhere."""
    *batch, queries, window = weights.shape
    padded = F.pad(weights, (0, queries + 1)).reshape(*batch, -1)
    return padded[..., :queries * (window + queries)].reshape(*batch, queries, window + queries)


class AdaptiveSpan:
    """Configuration and weights of one model; `caches` is the state between blocks."""

    def __init__(self, config, weights):
        self.weights = weights
        self.layers, self.heads, self.hidden = config["layers"], config["heads"], config["hidden"]
        self.span, self.ramp, self.persistent = config["span"], config["ramp"], config["pers_mem"]
        self.adapt, self.adapt_cache, self.span_loss = config["adapt_span"], config["adaptive_cache"], config["span_loss"]
        self.caches = None

    def parameters(self):
        return list(self.weights.values())

    def sizes(self, layer):
        """(L', cache to keep) from the largest span of the layer's heads, in steps of 64."""
        if not self.adapt:
            return self.span, self.span
        z = float(self.weights[f"layer{layer}.z"].max())
        needed = min(max(math.ceil(z * self.span) + self.ramp, 0), self.span)
        window = self.span - min(self.span - 1, self.span - needed) // 64 * 64
        return window, min(self.span, window + 64) if self.adapt_cache else self.span

    def attention(self, layer, x, seen, window):
        w = lambda name: self.weights[f"layer{layer}.{name}"]
        batch, queries = x.shape[:2]
        depth = self.hidden // self.heads

        def split(y, weight):
            return F.linear(y, weight.reshape(self.hidden, self.hidden)).reshape(batch, -1, self.heads, depth).transpose(1, 2)

        q, k, v = split(x, w("Wq")), split(seen, w("Wk")), split(seen, w("Wv"))
        # Keys before the text are zeros, and are attended.
        missing = window + queries - k.shape[2]
        k, v = (F.pad(y, (0, 0, missing, 0)) if missing > 0 else y[:, :, -missing:] for y in (k, v))
        # Row d-1 of the table belongs to distance d; column c of a band to distance L - c.
        position = self.weights["position"][:window].flip(0)
        scores = (skew(q @ k.transpose(-1, -2), window) + q @ position.T) / math.sqrt(depth)
        if self.persistent:
            to_persistent = q @ (w("key") * math.sqrt(depth)).transpose(-1, -2) / math.sqrt(depth)
            scores = torch.cat([scores, to_persistent], -1)
        p = scores.softmax(-1)
        if self.adapt:
            distance = torch.arange(window, 0, -1, dtype=x.dtype)
            mask = ((1 - distance + w("z")[:, None] * self.span) / self.ramp + 1).clamp(0, 1)
            if self.persistent:
                mask = torch.cat([mask, mask.new_ones(self.heads, self.persistent)], -1)
            p = p * mask[:, None]
            p = p / (p.sum(-1, keepdim=True) + 1e-8)
        out = unskew(p[..., :window]) @ v
        if self.persistent:
            out = out + p[..., window:] @ (w("value") * math.sqrt(self.persistent))
        return F.linear(out.transpose(1, 2).reshape(batch, queries, self.hidden), w("Wo").reshape(self.hidden, self.hidden))

    def norm(self, name, x):
        return F.layer_norm(x, (self.hidden,), self.weights[f"{name}.scale"], self.weights[f"{name}.shift"], 1e-5)

    def loss(self, tokens, targets):
        """(reported loss, loss with the price of the spans); moves the caches on."""
        w = self.weights
        x = F.embedding(tokens, w["embed"])
        caches = self.caches or [x.new_zeros(len(tokens), 0, self.hidden)] * self.layers
        self.caches = []
        for i in range(self.layers):
            window, keep = self.sizes(i)
            seen = torch.cat([caches[i], x], 1)
            self.caches.append(seen[:, -keep:].detach())
            x = self.norm(f"layer{i}.norm1", x + self.attention(i, x, seen, window))
            if not self.persistent:
                inner = F.relu(F.linear(x, w[f"layer{i}.ff.inner.weight"], w[f"layer{i}.ff.inner.bias"]))
                x = self.norm(f"layer{i}.norm2", x + F.linear(inner, w[f"layer{i}.ff.outer.weight"], w[f"layer{i}.ff.outer.bias"]))
        logits = F.linear(x, w["out.weight"], w["out.bias"])
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
        spans = sum(w[f"layer{i}.z"].mean() for i in range(self.layers)) if self.adapt else 0
        return loss, loss + self.span_loss * self.span * spans

    def clamp(self):
        with torch.no_grad():
            for name, weight in self.weights.items():
                if name.endswith(".z"):
                    weight.clamp_(0, 1)
