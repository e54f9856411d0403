# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Files of tensors as Weft writes them."""
import json

import torch

TYPES = {"F32": torch.float32, "F64": torch.float64, "I32": torch.int32}


def read_safetensors(path):
    """Tensors by name, each with bytes of its own."""
    with open(path, "rb") as file:
        data = file.read()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            flat = torch.frombuffer(bytearray(data[8 + size + begin:8 + size + end]), dtype=TYPES[entry["dtype"]])
            tensors[name] = flat.reshape(entry["shape"]).clone()
    return tensors
