// node make.mjs FOLDER [COUNT=100000] [SEED=1]
// Writes COUNT texts and, for each tokenizer, its tokenizer.json and what @huggingface/tokenizers makes of the texts:
//   texts.jsonl             a text a line, as JSON
//   NAME.json               the tokenizer
//   NAME.js.txt             its ids, a text a line
// NAME-plain is NAME without its control tokens: what must become of text whose control tokens are not to be believed.
import fs from 'node:fs';
import path from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { files } from './tokenizers.mjs';
import { texts } from './texts.mjs';

const [folder, count = '100000', seed = '1'] = process.argv.slice(2);
fs.mkdirSync(folder, { recursive: true });
const all = [...texts(+count, +seed)];
fs.writeFileSync(path.join(folder, 'texts.jsonl'), all.map(text => JSON.stringify(text)).join('\n') + '\n');
for (const [name, file] of Object.entries(files)) {
  fs.writeFileSync(path.join(folder, name + '.json'), JSON.stringify(file));
  const tokenizer = new Tokenizer(file, {});
  const begin = performance.now();
  const lines = all.map(text => tokenizer.encode(text.toWellFormed(), { add_special_tokens: false }).ids.join(' '));
  const seconds = (performance.now() - begin) / 1000;
  fs.writeFileSync(path.join(folder, name + '.js.txt'), lines.join('\n') + '\n');
  console.log(`${name}: ${all.length} texts in ${seconds.toFixed(1)} s`);
}
