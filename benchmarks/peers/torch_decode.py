"""PyTorch on the shapes of the gpu benchmark: greedy decoding at batch 1, bf16, random weights, one JSON line a result.

    python3 torch_decode.py [--output FILE] [--seconds N] [--small]

Ways: `eager`; `graph`, the same captured as a CUDA graph; `compiled graph`, torch.compile (max-autotune) of a layer and of the end, captured as a
CUDA graph. Kept simple where it helps PyTorch: query, key and value are one product, gate and up another, as in our engine; every step is at the
same position, so attention needs no mask and reads exactly `context` keys; the queries of a key-value head stand for a query's length.
`ms` is the mean of steps queued without a look in between; `median ms` and `p99 ms` are of steps whose token the host reads.
"""
import argparse
import json
import subprocess
import sys
import time

import torch
import torch.nn.functional as F

# Name: vocabulary, width, layers, heads, key-value heads, head size, feed-forward width, whether the head is the embedding.
SHAPES = {
    "0.5B": (151_936, 896, 24, 14, 2, 64, 4864, True),
    "1B": (128_256, 2048, 16, 32, 8, 64, 8192, True),
    "8B": (128_256, 4096, 32, 32, 8, 128, 14_336, False),
    "tiny": (96, 128, 2, 4, 2, 64, 160, True),
}
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
EPSILON = 1e-5


def synchronize():
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def numbers(*shape, spread=0.03):
    return torch.empty(*shape, dtype=torch.bfloat16, device=DEVICE).uniform_(-spread, spread)


def rotate(x, cosine, sine):
    first, second = x.chunk(2, dim=-1)
    return x * cosine + torch.cat((-second, first), dim=-1) * sine


def layer(h, w, keys, values, position, cosine, sine, heads, key_value_heads, size):
    qkv = F.linear(F.rms_norm(h, h.shape[-1:], w[0], EPSILON), w[1]).view(1, heads + 2 * key_value_heads, size)
    turned = rotate(qkv[:, : heads + key_value_heads], cosine, sine)
    keys.index_copy_(2, position, turned[:, heads:].unsqueeze(2))
    values.index_copy_(2, position, qkv[:, heads + key_value_heads:].unsqueeze(2))
    queries = turned[:, :heads].view(1, key_value_heads, heads // key_value_heads, size)
    attended = F.scaled_dot_product_attention(queries, keys, values)
    h = h + F.linear(attended.reshape(1, heads * size), w[2])
    gate, up = F.linear(F.rms_norm(h, h.shape[-1:], w[3], EPSILON), w[4]).chunk(2, dim=-1)
    return h + F.linear(F.silu(gate) * up, w[5])


def end(h, norm, head):
    return F.linear(F.rms_norm(h, h.shape[-1:], norm, EPSILON), head).argmax(dim=-1)


class Decoder:
    def __init__(self, shape):
        vocabulary, width, layers, self.heads, self.key_value_heads, self.size, feed, tied = SHAPES[shape]
        self.embedding = numbers(vocabulary, width)
        self.head = self.embedding if tied else numbers(vocabulary, width)
        self.norm = torch.ones(width, dtype=torch.bfloat16, device=DEVICE)
        query, both = self.heads * self.size, (self.heads + 2 * self.key_value_heads) * self.size
        self.weights = [
            (self.norm.clone(), numbers(both, width), numbers(width, query), self.norm.clone(), numbers(2 * feed, width), numbers(width, feed))
            for _ in range(layers)]
        self.layer, self.end = layer, end

    def seek(self, context):
        shape = (1, self.key_value_heads, context, self.size)
        self.caches = [(numbers(*shape, spread=1), numbers(*shape, spread=1)) for _ in self.weights]
        self.position = torch.tensor([context - 1], device=DEVICE)
        self.token = torch.tensor([1], device=DEVICE)
        angles = torch.arange(context, device=DEVICE)[:, None] / 500_000 ** (torch.arange(0, self.size, 2, device=DEVICE) / self.size)
        self.cosines = angles.cos().repeat(1, 2).bfloat16()
        self.sines = angles.sin().repeat(1, 2).bfloat16()

    def step(self):
        h = F.embedding(self.token, self.embedding)
        cosine, sine = self.cosines.index_select(0, self.position), self.sines.index_select(0, self.position)
        for weights, (keys, values) in zip(self.weights, self.caches):
            h = self.layer(h, weights, keys, values, self.position, cosine, sine, self.heads, self.key_value_heads, self.size)
        self.token.copy_(self.end(h, self.norm, self.head))

    def bytes(self):
        matrices = sum(matrix.numel() for weights in self.weights for matrix in weights)
        return 2 * (matrices + self.head.numel() + sum(cache.numel() for pair in self.caches for cache in pair))


def captured(decoder):
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            decoder.step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        decoder.step()
    return graph.replay


def measure(decoder, step, steps):
    for _ in range(5):
        step()
    synchronize()
    started = time.perf_counter()
    for _ in range(steps):
        step()
    synchronize()
    steady = (time.perf_counter() - started) / steps * 1000
    decoder.token.fill_(1)
    times, tokens = [], []
    for _ in range(steps):
        started = time.perf_counter()
        step()
        tokens.append(decoder.token.item())
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    return {"ms": round(steady, 4), "median ms": round(times[steps // 2], 4), "p99 ms": round(times[int(steps * 0.99)], 4),
            "tokens/s": round(1000 / steady, 1), "GB a token": round(decoder.bytes() / 1e9, 3), "first tokens": tokens[:4]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", default="torch.jsonl")
    parser.add_argument("--seconds", type=float, default=85)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--compiled", action="store_true", help="the compiled way alone (started by the script itself, with a limit on its time)")
    options = parser.parse_args()
    until = time.monotonic() + options.seconds
    output = open(options.output, "a")

    def line(**fields):
        text = json.dumps(fields)
        print(text, flush=True)
        print(text, file=output, flush=True)

    def attempt(model, context, way, action):
        if time.monotonic() > until:
            return
        try:
            started = time.monotonic()
            fields = action()
            line(model=model, context=context, way=way, **fields, seconds=round(time.monotonic() - started, 1))
        except Exception as exception:  # A way that does not work here is a line, not the end.
            line(model=model, context=context, way=way, error=f"{type(exception).__name__}: {str(exception)[:300]}")

    torch.set_grad_enabled(False)
    steps = 5 if options.small else 100
    contexts = [16] if options.small else [128, 4096]
    if options.compiled:
        for model in ["tiny"] if options.small else ["1B", "8B", "0.5B"]:
            try:
                decoder = Decoder(model)
                arguments = {"fullgraph": True, "dynamic": False, "mode": "max-autotune-no-cudagraphs"}
                decoder.layer, decoder.end = torch.compile(layer, **arguments), torch.compile(end, **arguments)
            except Exception as exception:
                line(model=model, way="compiled graph", error=f"{type(exception).__name__}: {str(exception)[:300]}")
                continue
            for context in contexts:
                decoder.seek(context)
                attempt(model, context, "compiled graph", lambda: measure(decoder, captured(decoder), steps))
        return

    line(torch=torch.__version__, device=torch.cuda.get_device_name() if DEVICE == "cuda" else DEVICE)
    for model in ["tiny"] if options.small else ["0.5B", "1B", "8B"]:
        try:
            decoder = Decoder(model)
        except Exception as exception:
            line(model=model, error=f"{type(exception).__name__}: {str(exception)[:300]}")
            continue
        for context in contexts:
            decoder.seek(context)
            attempt(model, context, "graph", lambda: measure(decoder, captured(decoder), steps))
            attempt(model, context, "eager", lambda: measure(decoder, decoder.step, steps))
        del decoder
    if DEVICE == "cuda":
        torch.cuda.empty_cache()
    left = until - time.monotonic()
    command = [sys.executable, __file__, "--compiled", "--output", options.output, "--seconds", str(left - 5)] + (["--small"] if options.small else [])
    try:
        subprocess.run(command, timeout=max(left, 1), check=True)
    except Exception as exception:
        line(way="compiled graph", stopped=f"{type(exception).__name__} with {left:.0f} s")


main()
