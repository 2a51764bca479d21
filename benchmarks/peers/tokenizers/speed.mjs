// node speed.mjs FOLDER FILE : encoding speed of @huggingface/tokenizers, for comparison with TokenizerSpeedTests.
import fs from 'node:fs';
import path from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
const [folder, file] = process.argv.slice(2);
const text = fs.readFileSync(file, 'utf8');
for (const name of ['qwen3', 'llama3.2', 'mistral-7b']) {
  const tokenizer = new Tokenizer(JSON.parse(fs.readFileSync(path.join(folder, name + '.json'), 'utf8')), {});
  const rates = [];
  let ids;
  for (let round = 0; round < 3; round++) {
    const begin = performance.now();
    ids = tokenizer.encode(text, { add_special_tokens: false }).ids;
    rates.push((Buffer.byteLength(text) / 1e3 / (performance.now() - begin)).toFixed(2));
  }
  console.log(`${name}: ${ids.length} ids; ${rates.join(', ')} MB/s`);
}
