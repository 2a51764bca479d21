// node fixtures.mjs FOLDER : like make.mjs for the tests of the repository: 210 texts, and vocabularies cut down to the bytes, the first merges and some added tokens.
import fs from 'node:fs';
import path from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { files } from './tokenizers.mjs';
import { control, texts } from './texts.mjs';

const merges = 500;
const folder = process.argv[2];
fs.mkdirSync(folder, { recursive: true });

function cut(file) {
  const vocab = {};
  const add = token => { if (token in file.model.vocab && !(token in vocab)) vocab[token] = Object.keys(vocab).length; };
  const byId = Object.entries(file.model.vocab).sort((a, b) => a[1] - b[1]).map(([token]) => token);
  byId.filter(token => [...token].length === 1 && token.codePointAt(0) < 0x400 || /^<0x..>$/.test(token) || ['<unk>', '<s>', '</s>', '▁', '\ufffd', '<|endoftext|>'].includes(token)).forEach(add);
  const kept = file.model.merges.slice(0, merges).map(merge => typeof merge === 'string' ? merge.split(' ') : merge).filter(([left, right]) => {
    if (!(left in vocab && right in vocab && left + right in file.model.vocab)) return false;
    add(left + right);
    return true;
  });
  const added = file.added_tokens.filter(token => token.content in vocab || control.includes(token.content) || token.content.startsWith('\u{10fffd}')).slice(0, 40);
  let next = Object.keys(vocab).length;
  return { ...file, added_tokens: added.map(token => ({ ...token, id: vocab[token.content] ?? next++ })), model: { ...file.model, vocab, merges: kept } };
}

const all = [...texts(210, 3)];
fs.writeFileSync(path.join(folder, 'texts.jsonl'), all.map(text => JSON.stringify(text)).join('\n') + '\n');
for (const name of ['gpt2', 'smollm-pre', 'llama3.2', 'mistral-7b', 'mistral-7b-first', 'mistral-7b-flags', 'mistral-nemo', 'qwen3']) {
  const file = cut(files[name]);
  const variants = { [name]: file };
  if (name === 'qwen3' || name === 'mistral-7b') variants[name + '-plain'] = { ...file, added_tokens: file.added_tokens.filter(token => !token.special || !(token.content in file.model.vocab)).map(token => token.special ? { ...token, content: `\u{10fffd} ${token.id}` } : token) };
  for (const [variant, json] of Object.entries(variants)) {
    fs.writeFileSync(path.join(folder, variant + '.json'), JSON.stringify(json));
    const tokenizer = new Tokenizer(json, {});
    fs.writeFileSync(path.join(folder, variant + '.js.txt'), all.map(text => tokenizer.encode(text.toWellFormed(), { add_special_tokens: false }).ids.join(' ')).join('\n') + '\n');
  }
}
