"""Writes a GGUF file of a llama model with random weights: small enough to be made in a test, whole enough to be served.

It says nothing sensible; what is tested with it is a server's API. The format: llama.cpp's ggml/include/gguf.h.
"""

from __future__ import annotations

import random
import struct
from array import array
from collections.abc import Iterator
from pathlib import Path

_UINT32, _INT32, _FLOAT32, _STRING, _ARRAY = 4, 5, 6, 8, 9
_F32_TENSOR = 0
_ALIGNMENT = 32
_WIDTH, _HIDDEN, _HEADS, _LAYERS, _CONTEXT = 64, 64, 2, 1, 2_048
_NORMAL, _UNKNOWN, _CONTROL, _BYTE = 1, 2, 3, 6

_TEMPLATE = "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}\n{% endfor %}<|assistant|>"


def write_tiny_gguf(path: Path) -> None:
    """One layer, 64 wide, a vocabulary of bytes."""
    tokens = _tokens()
    tensors = dict(_tensors(len(tokens)))
    metadata = _metadata(tokens)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata))
    described, offset = b"", 0
    for name, shape in tensors.items():
        described += _string(name) + struct.pack("<I", len(shape))
        described += struct.pack(f"<{len(shape)}Q", *shape)
        described += struct.pack("<IQ", _F32_TENSOR, offset)
        offset += _padded(4 * _size(shape))
    start = head + b"".join(metadata) + described
    with path.open("wb") as file:
        file.write(start.ljust(_padded(len(start)), b"\0"))
        for name, shape in tensors.items():
            data = _weights(name, _size(shape))
            file.write(data.ljust(_padded(len(data)), b"\0"))


def _tokens() -> list[tuple[str, int]]:
    special = [("<unk>", _UNKNOWN), ("<s>", _CONTROL), ("</s>", _CONTROL)]
    letters = [(chr(code), _NORMAL) for code in range(0x20, 0x7F)]
    return [*special, *((f"<0x{code:02X}>", _BYTE) for code in range(256)), *letters]


def _metadata(tokens: list[tuple[str, int]]) -> list[bytes]:
    numbers = {
        "llama.context_length": _CONTEXT,
        "llama.embedding_length": _WIDTH,
        "llama.block_count": _LAYERS,
        "llama.feed_forward_length": _HIDDEN,
        "llama.attention.head_count": _HEADS,
        "llama.attention.head_count_kv": _HEADS,
        "llama.rope.dimension_count": _WIDTH // _HEADS,
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.unknown_token_id": 0,
    }
    texts = {
        "general.architecture": "llama",
        "general.name": "tiny",
        "tokenizer.ggml.model": "llama",
        "tokenizer.chat_template": _TEMPLATE,
    }
    entries = [
        _string(name) + struct.pack("<I", _STRING) + _string(text) for name, text in texts.items()
    ]
    entries += [
        _string(name) + struct.pack("<II", _UINT32, value) for name, value in numbers.items()
    ]
    epsilon = struct.pack("<If", _FLOAT32, 1e-5)
    entries.append(_string("llama.attention.layer_norm_rms_epsilon") + epsilon)
    entries.append(_array("tokenizer.ggml.tokens", _STRING, [_string(text) for text, _ in tokens]))
    scores = [struct.pack("<f", -float(index)) for index in range(len(tokens))]
    entries.append(_array("tokenizer.ggml.scores", _FLOAT32, scores))
    kinds = [struct.pack("<i", kind) for _, kind in tokens]
    entries.append(_array("tokenizer.ggml.token_type", _INT32, kinds))
    return entries


def _tensors(vocabulary: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Names and shapes, the fastest dimension first."""
    yield "token_embd.weight", (_WIDTH, vocabulary)
    for layer in range(_LAYERS):
        yield f"blk.{layer}.attn_norm.weight", (_WIDTH,)
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            yield f"blk.{layer}.{part}.weight", (_WIDTH, _WIDTH)
        yield f"blk.{layer}.ffn_norm.weight", (_WIDTH,)
        yield f"blk.{layer}.ffn_gate.weight", (_WIDTH, _HIDDEN)
        yield f"blk.{layer}.ffn_up.weight", (_WIDTH, _HIDDEN)
        yield f"blk.{layer}.ffn_down.weight", (_HIDDEN, _WIDTH)
    yield "output_norm.weight", (_WIDTH,)
    yield "output.weight", (_WIDTH, vocabulary)


def _weights(name: str, size: int) -> bytes:
    dice = random.Random(name)
    scale = 0.0 if name.endswith("norm.weight") else 0.2
    return array("f", (1.0 if not scale else dice.gauss(0, scale) for _ in range(size))).tobytes()


def _array(name: str, kind: int, items: list[bytes]) -> bytes:
    return _string(name) + struct.pack("<IIQ", _ARRAY, kind, len(items)) + b"".join(items)


def _string(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for length in shape:
        size *= length
    return size


def _padded(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT
