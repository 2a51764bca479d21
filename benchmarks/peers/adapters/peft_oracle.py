#!/usr/bin/env python3
"""Hugging Face's PEFT as an oracle for adapters: it writes those of the tests, and reads those of this library.

    peft_oracle.py make  PEFT_SRC FIXTURES          writes two small networks, adapters by PEFT, and the logits with each
    peft_oracle.py check PEFT_SRC FIXTURES ADAPTERS loads every folder of ADAPTERS with PEFT and compares its logits with those of FIXTURES
    peft_oracle.py compare PEFT_SRC MODEL ADAPTER IDS
                                                    loads an adapter that `finetune` taught a model of `train`, and compares what PEFT makes of the ids with what `score --json` wrote, on standard input

PEFT_SRC is the folder src of a checkout of https://github.com/huggingface/peft, tag v0.8.2, the last that runs on Debian 12's python3-torch. PEFT imports transformers, accelerate,
huggingface_hub and safetensors; what it uses of them here is a few classes, which stand below, as do the networks, in torch and from the formulas.
"""
import importlib.abc
import importlib.machinery
import json
import math
import os
import struct
import sys
import types
from unittest.mock import MagicMock

import numpy as np
import torch
from torch import nn


def save_file(tensors, path, metadata=None):
    header, data = ({"__metadata__": metadata} if metadata else {}), b""
    for name, tensor in tensors.items():
        part = tensor.detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def load_file(path, device="cpu"):
    with open(path, "rb") as file:
        raw = file.read()
    start = 8 + struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:start])
    header.pop("__metadata__", None)
    return {name: torch.from_numpy(np.frombuffer(raw[start + part["data_offsets"][0]:start + part["data_offsets"][1]], np.float32).copy().reshape(part["shape"])) for name, part in header.items()}


class Conv1D(nn.Module):
    def __init__(self, outputs, inputs):
        super().__init__()
        self.nf = outputs
        self.weight, self.bias = nn.Parameter(torch.empty(inputs, outputs)), nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        return x @ self.weight + self.bias


class PreTrainedModel(nn.Module):
    pass


class PushToHubMixin:
    pass


class Absent(types.ModuleType):
    """A module of which nothing is used but what is put into it."""
    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        setattr(self, name, type(name, (), {}) if name[0].isupper() else MagicMock(return_value=False))
        return getattr(self, name)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        known = name.split(".")[0] in ("transformers", "accelerate", "huggingface_hub", "safetensors")
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if known else None

    def create_module(self, spec):
        return Absent(spec.name)

    def exec_module(self, module):
        pass


def import_peft(source):
    sys.meta_path.insert(0, Finder())
    sys.path.insert(0, source)
    import accelerate, huggingface_hub, safetensors.torch, transformers, transformers.pytorch_utils, transformers.utils
    transformers.__version__, accelerate.__version__, huggingface_hub.__version__ = "4.36.0", "0.25.0", "0.19.0"
    transformers.PreTrainedModel, transformers.utils.PushToHubMixin, transformers.pytorch_utils.Conv1D = PreTrainedModel, PushToHubMixin, Conv1D
    safetensors.torch.save_file, safetensors.torch.load_file = save_file, load_file
    safetensors.torch.storage_ptr, safetensors.torch.storage_size = lambda tensor: tensor.storage().data_ptr(), lambda tensor: tensor.nelement() * tensor.element_size()
    import peft
    peft.PeftModel.create_or_update_model_card = lambda *arguments, **named: None
    return peft


class Config:
    use_return_dict, is_encoder_decoder, _name_or_path = True, False, ""

    def __init__(self, **fields):
        self.fields = fields
        self.__dict__.update(fields)

    def to_dict(self):
        return self.fields

    def get(self, name, default=None):
        return getattr(self, name, default)


class Network(PreTrainedModel):
    """What PEFT asks of a transformers model."""
    dtype, device = torch.float32, torch.device("cpu")

    def prepare_inputs_for_generation(self, *arguments, **named):
        return named


def mask(rows, columns):
    return torch.full((rows, columns), -math.inf).triu(1 + columns - rows)


class RmsNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width))

    def forward(self, x):
        return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-5) * self.weight


class LlamaAttention(nn.Module):
    def __init__(self, width=16, heads=4, shared=2, rotary=True):
        super().__init__()
        self.heads, self.shared, self.size, self.rotary = heads, shared, width // heads, rotary
        self.q_proj, self.k_proj, self.v_proj, self.o_proj = (nn.Linear(width, outputs, bias=False) for outputs in (width, shared * self.size, shared * self.size, width))

    def forward(self, x, past):
        start, count = (0 if past is None else past[0].shape[2]), x.shape[1]
        split = lambda values, heads: values.view(1, count, heads, self.size).transpose(1, 2)
        angles = torch.arange(start, start + count).float()[:, None] * (10000 ** (-torch.arange(0, self.size, 2).float() / self.size))[None]
        angles = torch.cat([angles, angles], -1)
        half = self.size // 2
        rotate = lambda values: values if not self.rotary else values * angles.cos() + torch.cat([-values[..., half:], values[..., :half]], -1) * angles.sin()
        queries, keys, values = rotate(split(self.q_proj(x), self.heads)), rotate(split(self.k_proj(x), self.shared)), split(self.v_proj(x), self.shared)
        if past is not None:
            keys, values = torch.cat([past[0], keys], 2), torch.cat([past[1], values], 2)
        keys, values = (part.repeat_interleave(self.heads // self.shared, 1) for part in (keys, values))
        scores = queries @ keys.transpose(-1, -2) / math.sqrt(self.size) + mask(count, start + count)
        return self.o_proj((torch.softmax(scores, -1) @ values).transpose(1, 2).reshape(1, count, -1))


class LlamaMlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate_proj, self.up_proj, self.down_proj = nn.Linear(16, 24, bias=False), nn.Linear(16, 24, bias=False), nn.Linear(24, 16, bias=False)

    def forward(self, x):
        return self.down_proj(nn.functional.silu(self.gate_proj(x)) * self.up_proj(x))


class LlamaBlock(nn.Module):
    def __init__(self):
        super().__init__()
        self.self_attn, self.mlp, self.input_layernorm, self.post_attention_layernorm = LlamaAttention(), LlamaMlp(), RmsNorm(16), RmsNorm(16)

    def forward(self, x, past):
        x = x + self.self_attn(self.input_layernorm(x), past)
        return x + self.mlp(self.post_attention_layernorm(x))


class LlamaStack(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed_tokens, self.layers, self.norm = nn.Embedding(31, 16), nn.ModuleList([LlamaBlock(), LlamaBlock()]), RmsNorm(16)


class Llama(Network):
    def __init__(self):
        super().__init__()
        self.config = Config(model_type="llama", vocab_size=31, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, tie_word_embeddings=False)
        self.model, self.lm_head = LlamaStack(), nn.Linear(16, 31, bias=False)

    def get_input_embeddings(self):
        return self.model.embed_tokens

    def forward(self, input_ids=None, inputs_embeds=None, past_key_values=None, **_):
        x = self.model.embed_tokens(input_ids) if inputs_embeds is None else inputs_embeds
        for index, layer in enumerate(self.model.layers):
            x = layer(x, None if past_key_values is None else past_key_values[index])
        return self.lm_head(self.model.norm(x))


class TaughtNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width))

    def forward(self, x):
        return nn.functional.layer_norm(x, self.weight.shape, self.weight, None, 1e-5)


class TaughtMlp(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.up_proj, self.down_proj = nn.Linear(width, inner, bias=False), nn.Linear(inner, width, bias=False)

    def forward(self, x):
        return self.down_proj(gelu(self.up_proj(x)))


class TaughtBlock(LlamaBlock):
    def __init__(self, width, heads, inner):
        nn.Module.__init__(self)
        self.self_attn, self.mlp = LlamaAttention(width, heads, heads, rotary=False), TaughtMlp(width, inner)
        self.input_layernorm, self.post_attention_layernorm = TaughtNorm(width), TaughtNorm(width)


class Taught(Network):
    """The shape that `train` makes, nanoGPT's without biases, from its folder."""

    def __init__(self, folder):
        super().__init__()
        with open(f"{folder}/config.json") as file:
            shape = json.load(file)
        kind = [shape[name] for name in ("position_encoding", "normalization", "activation", "bias", "query_key_value_bias", "tie_word_embeddings")]
        assert kind == ["learned", "layer_norm", "gelu", False, False, True] and shape["num_attention_heads"] == shape["num_key_value_heads"], f"{folder} is no model of 'train'"
        width, heads = shape["hidden_size"], shape["num_attention_heads"]
        self.config = Config(model_type="autogpt", vocab_size=shape["vocab_size"], hidden_size=width, num_hidden_layers=shape["num_hidden_layers"], num_attention_heads=heads, tie_word_embeddings=True)
        self.model = nn.Module()
        self.model.embed_tokens, self.model.embed_positions = nn.Embedding(shape["vocab_size"], width), nn.Embedding(shape["max_position_embeddings"], width)
        self.model.layers = nn.ModuleList([TaughtBlock(width, heads, shape["intermediate_size"]) for _ in range(shape["num_hidden_layers"])])
        self.model.norm = TaughtNorm(width)
        self.load_state_dict(load_file(f"{folder}/model.safetensors"))

    def get_input_embeddings(self):
        return self.model.embed_tokens

    def forward(self, input_ids=None, inputs_embeds=None, past_key_values=None, **_):
        x = self.model.embed_tokens(input_ids) if inputs_embeds is None else inputs_embeds
        start = 0 if past_key_values is None else past_key_values[0][0].shape[2]
        x = x + self.model.embed_positions(torch.arange(start, start + x.shape[1]))
        for index, layer in enumerate(self.model.layers):
            x = layer(x, None if past_key_values is None else past_key_values[index])
        return self.model.norm(x) @ self.model.embed_tokens.weight.T


def gelu(x):
    return .5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + .044715 * x ** 3)))


class Gpt2Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.c_attn, self.c_proj = Conv1D(36, 12), Conv1D(12, 12)

    def forward(self, x):
        count = x.shape[1]
        queries, keys, values = (part.reshape(1, count, 3, 4).transpose(1, 2) for part in self.c_attn(x).split(12, 2))
        weights = torch.softmax(queries @ keys.transpose(-1, -2) / 2 + mask(count, count), -1)
        return self.c_proj((weights @ values).transpose(1, 2).reshape(1, count, 12))


class Gpt2Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.c_fc, self.c_proj = Conv1D(48, 12), Conv1D(12, 48)

    def forward(self, x):
        return self.c_proj(gelu(self.c_fc(x)))


class Gpt2Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln_1, self.attn, self.ln_2, self.mlp = nn.LayerNorm(12), Gpt2Attention(), nn.LayerNorm(12), Gpt2Mlp()

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class Gpt2Stack(nn.Module):
    def __init__(self):
        super().__init__()
        self.wte, self.wpe, self.h, self.ln_f = nn.Embedding(29, 12), nn.Embedding(16, 12), nn.ModuleList([Gpt2Block(), Gpt2Block()]), nn.LayerNorm(12)


class Gpt2(Network):
    def __init__(self):
        super().__init__()
        self.config = Config(model_type="gpt2", vocab_size=29, n_embd=12, n_layer=2, n_head=3, tie_word_embeddings=True)
        self.transformer = Gpt2Stack()

    def get_input_embeddings(self):
        return self.transformer.wte

    def forward(self, input_ids=None, inputs_embeds=None, **_):
        x = self.transformer.wte(input_ids) if inputs_embeds is None else inputs_embeds
        x = x + self.transformer.wpe(torch.arange(x.shape[1]))
        for layer in self.transformer.h:
            x = layer(x)
        return self.transformer.ln_f(x) @ self.transformer.wte.weight.T


def network(name):
    """The network of an adapter's name, always the same."""
    torch.manual_seed(1)
    made = (Gpt2 if name.startswith("gpt2") else Llama)().eval()
    with torch.no_grad():
        for kind, parameter in made.named_parameters():
            parameter.normal_(0, .4)
            if any(norm in kind for norm in ("norm.weight", "ln_1.weight", "ln_2.weight", "ln_f.weight")):
                parameter.add_(1)
    return made


def read(model):
    with torch.no_grad():
        return model(input_ids=torch.tensor([[3, 1, 4, 1, 5, 9, 26, 5]]))[0, -8:]


def make(peft, out):
    lora = lambda **fields: peft.LoraConfig(task_type="CAUSAL_LM", init_lora_weights=False, **fields)
    configs = {
        "lora": lora(r=4, lora_alpha=6, target_modules=["q_proj", "v_proj", "down_proj"], lora_dropout=.05, rank_pattern={"layers.1.self_attn.q_proj": 2}, alpha_pattern={"v_proj": 9}, use_rslora=True),
        "pattern": lora(r=3, target_modules=r".*layers\.1\.(self_attn\.(k|o)_proj|mlp\.(gate|up)_proj)"),
        "gpt2-lora": lora(r=4, lora_alpha=16, target_modules=["c_attn", "c_proj", "c_fc"], fan_in_fan_out=True),
        "prompt": peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=3),
        "gpt2-prompt": peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=3),
        "prefix": peft.PrefixTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=3, token_dim=8, num_attention_heads=2, num_layers=2, encoder_hidden_size=8),
    }
    os.makedirs(out, exist_ok=True)
    logits = {name: read(network(name)) for name in ("llama", "gpt2")}
    for name in logits:
        save_file(network(name).state_dict(), f"{out}/{name}.safetensors", {"format": "pt"})
    for name, config in configs.items():
        model = peft.get_peft_model(network(name), config).eval()
        torch.manual_seed(2)
        with torch.no_grad():
            for _, parameter in model.named_parameters():
                if parameter.requires_grad:
                    parameter.normal_(0, .4)
        logits[name] = read(model)
        model.save_pretrained(f"{out}/{name}", safe_serialization=True)
    save_file(logits, f"{out}/logits.safetensors")


def check(peft, fixtures, adapters):
    expected, worst = load_file(f"{fixtures}/logits.safetensors"), 0.0
    for name in sorted(os.listdir(adapters)):
        model = peft.PeftModel.from_pretrained(network(name), f"{adapters}/{name}").eval()
        error = float((read(model) - expected[name]).abs().max())
        worst = max(worst, error)
        print(f"{name}: {model.active_peft_config.peft_type.value}, off by {error:.1e} of {float(expected[name].abs().max()):.1f}")
    sys.exit(0 if worst < 1e-5 else 1)


def compare(peft, folder, adapter, ids):
    ours = torch.tensor(json.loads(sys.stdin.read().splitlines()[-1])["logprobs"][1:])
    ids = [int(number) for number in ids.split(",")]
    plain, model = Taught(folder).eval(), peft.PeftModel.from_pretrained(Taught(folder), adapter).eval()
    log_probabilities = lambda network: torch.log_softmax(network(input_ids=torch.tensor([ids]))[0, -len(ids):-1], -1)[range(len(ids) - 1), ids[1:]]
    with torch.no_grad():
        theirs, without = log_probabilities(model), log_probabilities(plain)
    error, effect = float((theirs - ours).abs().max()), float((theirs - without).abs().max())
    print(f"{adapter}: {model.active_peft_config.peft_type.value}, {len(ours)} log-probabilities off by {error:.1e}; the adapter changes them by up to {effect:.1f}")
    sys.exit(0 if error < 1e-4 and effect > .1 else 1)


if __name__ == "__main__":
    command, source, *paths = sys.argv[1:]
    {"make": make, "check": check, "compare": compare}[command](import_peft(source), *paths)
