"""python3 jinja2_render.py INPUT OUTPUT: renders what collect.mjs collected by Jinja2 itself, set up as Hugging Face's apply_chat_template sets it up.

Needs the package jinja2 (Debian: python3-jinja2). Where the two oracles differ, this one is what models were trained with.
"""
import json
import sys
from datetime import datetime

import jinja2
from jinja2.ext import Extension, loopcontrols
from jinja2.nodes import CallBlock
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Generation(Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

    def _body(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
environment.filters["tojson"] = tojson
environment.globals["raise_exception"] = raise_exception
environment.globals["strftime_now"] = lambda form: datetime(2024, 7, 26, 12, 30, 45).strftime(form)

templates, conversations, rendered, refused, different = {}, {}, 0, 0, 0
with open(sys.argv[1], encoding="utf-8") as source, open(sys.argv[2], "w", encoding="utf-8") as out:
    for line in source:
        entry = json.loads(line)
        if "template" in entry:
            try:
                templates[entry["template"]] = environment.from_string(entry["source"])
            except jinja2.exceptions.TemplateError as error:
                templates[entry["template"]] = error
            out.write(line)
            continue
        if "conversation" in entry:
            conversations[entry["conversation"]] = entry
            out.write(line)
            continue
        template, conversation = templates[entry["case"]], conversations[entry["of"]]
        result = {"case": entry["case"], "of": entry["of"], "text": None}
        try:
            if isinstance(template, Exception):
                raise template
            result["text"] = template.render(
                **{"bos_token": "<s>", "eos_token": "</s>", **conversation["variables"]}, messages=conversation["messages"], tools=conversation["tools"],
                documents=None, add_generation_prompt=conversation["addGenerationPrompt"])
            rendered += 1
        except Exception as error:  # Whatever Python raises inside a template is a refusal.
            result["error"] = f"{type(error).__name__}: {error}"[:200]
            refused += 1
        different += result["text"] != entry["text"]
        out.write(json.dumps(result, ensure_ascii=False) + "\n")
print(f"{len(templates)} templates, {len(conversations)} conversations: {rendered} rendered, {refused} refused, {different} unlike in the input")
