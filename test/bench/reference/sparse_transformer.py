# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The Sparse Transformer in eager PyTorch, as one would write it there: the oracle of test/models/sparse-against-pytorch.

The maths is that of Child et al. 2019, sections 4 and 5: dense scores of every pair, those outside of a mask at -1e9 before the
softmax. Masks are made of matrices, not of rules for a pair: bands of ones, Kronecker products. Weights are a dictionary by
Weft's names."""
import math

import torch
import torch.nn.functional as F


def causal(n):
    return torch.ones(n, n, dtype=torch.bool).tril()


def local(n, length):
    """The last `length` positions: a band."""
    return causal(n) & ~torch.ones(n, n, dtype=torch.bool).tril(-length)


def strided(n, stride):
    """Every stride-th position: identities, repeated."""
    return torch.eye(stride, dtype=torch.bool).repeat(n // stride, n // stride) & causal(n)


def window(n, stride):
    """Those of the same stride: ones on the diagonal of blocks."""
    return torch.kron(torch.eye(n // stride), torch.ones(stride, stride)).bool() & causal(n)


def columns(n, stride, count, group):
    one = torch.zeros(stride, dtype=torch.bool)
    one[stride - (group + 1) * count:stride - group * count] = True
    return one.repeat(n // stride).expand(n, n) & causal(n)


class SparseTransformer:
    """Configuration and weights of one model."""

    def __init__(self, config, weights):
        self.config, self.weights = config, weights
        self.masks = [torch.stack([self.mask(layer, head) for head in range(config["heads"])]) for layer in range(config["layers"])]

    def parameters(self):
        return list(self.weights.values())

    def mask(self, layer, head):
        c = self.config
        n, l = c["context"], c["stride"]
        if c["attention"] == "strided":
            parts = [local(n, l), strided(n, l)]
        else:
            turn = head // 2 if c["integration"] == "heads" else head
            parts = [window(n, l), columns(n, l, c["columns"], turn % c["groups"])]
        if c["integration"] == "merged":
            return parts[0] | parts[1]
        return parts[(layer if c["integration"] == "interleaved" else head) % 2]

    def norm(self, name, x):
        return F.layer_norm(x, x.shape[-1:], self.weights[f"{name}.scale"], self.weights[f"{name}.shift"], 1e-5)

    def places(self):
        """The sum of the embeddings of where the positions stand."""
        c, w = self.config, self.weights
        if c["positions"] == "image":
            grid = w["row"][:, None, None] + w["column"][None, :, None] + w["channel"][None, None, :]
        else:
            grid = w["row"][:, None] + w["column"][None, :]
        return grid.reshape(c["context"], -1)

    def attention(self, layer, x):
        c = self.config
        w = lambda name: self.weights[f"layer{layer}.{name}"]
        q, k, v = (torch.einsum("bnd,hkd->bhnk", x, w(name)) for name in ("Wq", "Wk", "Wv"))
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
        mask = self.masks[layer]
        p = scores.masked_fill(~mask, -1e9).softmax(-1)
        # A row without a key is no mean of all of them.
        p = p * mask.any(-1, keepdim=True)
        return torch.einsum("bhne,dhe->bnd", p @ v, w("Wo"))

    def loss(self, tokens, targets):
        w = self.weights
        x = w["embed"][tokens]
        if self.config["start"]:
            x = torch.cat([w["start"].expand(len(tokens), 1, -1), x[:, :-1]], 1)
        x = x + self.places()
        for i in range(self.config["layers"]):
            x = x + self.attention(i, self.norm(f"layer{i}.norm1", x))
            u = F.linear(self.norm(f"layer{i}.norm2", x), w[f"layer{i}.W1"], w[f"layer{i}.b1"])
            x = x + F.linear(u * torch.sigmoid(1.702 * u), w[f"layer{i}.W2"], w[f"layer{i}.b2"])
        return F.cross_entropy(F.linear(self.norm("norm", x), w["out"]).flatten(0, 1), targets.flatten())
