// node nfc.mjs FOLDER : writes nfc.jsonl, pairs of a text and its form C as node's ICU has it: every code point by itself, and random runs of those that compose.
import fs from 'node:fs';
import path from 'node:path';
import { random } from './texts.mjs';
const next = random(5);
const lively = [];
const lines = [];
const add = text => lines.push(JSON.stringify([text, text.normalize('NFC')]));
for (let code = 0; code <= 0x10ffff; code++) {
  if (code >= 0xd800 && code <= 0xdfff) continue;
  const text = String.fromCodePoint(code);
  if (text.normalize('NFD') !== text || ('a\u0301' + text).normalize('NFD') !== 'a\u0301' + text || (text + '\u0334').normalize('NFD') !== text + '\u0334') { lively.push(text, ...text.normalize('NFD')); add(text); }
}
for (let i = 0; i < 200000; i++) {
  let text = '';
  for (let n = 1 + next() * 8; n > 0; n--) text += next() < 0.15 ? 'aeo \u1100\u1161\u11a8'[Math.floor(next() * 7)] : lively[Math.floor(next() * lively.length)];
  add(text);
}
fs.writeFileSync(path.join(process.argv[2], 'nfc.jsonl'), lines.join('\n') + '\n');
