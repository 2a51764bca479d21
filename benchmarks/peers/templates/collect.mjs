// node collect.mjs OUTPUT [FOLDER...]
// Renders every template with every conversation by @huggingface/jinja. Templates: *.jinja files of the folders, the templates in a folder's
// test-chat-template.cpp, and chat_template of every tokenizer package beside this script. OUTPUT is a line of JSON each:
//   {"template":NAME,"source":TEXT}  {"conversation":…,"messages":…}  {"case":NAME,"of":CONVERSATION,"text":TEXT or null,"error":TEXT}
import fs from 'node:fs';
import path from 'node:path';
import { Template } from '@huggingface/jinja';
import { conversations } from './conversations.mjs';

const [output, ...folders] = process.argv.slice(2);
const here = import.meta.dirname;
const templates = new Map();
const keep = (name, source) => { if (![...templates.values()].includes(source)) templates.set(name, source); };

const packages = path.join(here, 'node_modules/@lenml');
for (const name of fs.readdirSync(packages).filter(name => name.startsWith('tokenizer-'))) {
  const { chat_template: template } = JSON.parse(fs.readFileSync(path.join(packages, name, 'models/tokenizer_config.json'), 'utf8'));
  for (const one of Array.isArray(template) ? template : template ? [{ name: 'default', template }] : []) keep(`npm/${name}/${one.name}`, one.template);
}
for (const folder of folders) {
  for (const name of fs.readdirSync(folder)) {
    const text = () => fs.readFileSync(path.join(folder, name), 'utf8');
    if (name.endsWith('.jinja')) keep(name, text());
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
  for (const conversation of conversations) {
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
