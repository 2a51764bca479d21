// node composition.mjs > ../../../src/AutoGpt.Sdk.Models/Tokenization/CanonicalComposition.txt
// Unicode's canonical decompositions, compositions and the order of combining marks, as the ICU in node knows them (process.versions.unicode).
const text = code => String.fromCodePoint(code);
const hex = string => [...string].map(character => character.codePointAt(0).toString(16)).join(' ');
const swaps = (first, second) => ('a' + first + second).normalize('NFD') === 'a' + second + first;
const isHangul = code => code >= 0xac00 && code <= 0xd7a3;
const lines = [`# Unicode ${process.versions.unicode}. "= c a b": c is a and b, and they become c. "- c a ...": c becomes a ..., and nothing becomes c. "~ c ...": marks of one`,
  '# combining class (c-d is a range), lowest class first. Made by benchmarks/peers/tokenizers/composition.mjs.'];
const marks = [];
for (let code = 0; code <= 0x10ffff; code++) {
  if ((code >= 0xd800 && code <= 0xdfff) || isHangul(code)) continue;
  const whole = text(code).normalize('NFD');
  if (whole === text(code)) {
    if (swaps('\u0301', text(code)) || swaps(text(code), '\u0334')) marks.push(code);
    continue;
  }
  const parts = [...whole];
  const first = parts.slice(0, -1).join('').normalize('NFC');
  if (text(code).normalize('NFC') !== text(code)) lines.push(`- ${hex(text(code))} ${hex(whole)}`);
  else if ([...first].length === 1 && (first + parts.at(-1)).normalize('NFC') === text(code)) lines.push(`= ${hex(text(code))} ${hex(first)} ${hex(parts.at(-1))}`);
  else throw new Error(`U+${hex(text(code))} composes in a way that is not foreseen.`);
}
const order = (first, second) => first === second ? 0 : swaps(text(first), text(second)) ? 1 : swaps(text(second), text(first)) ? -1 : 0;
marks.push(0x301, 0x334);
const sorted = [...new Set(marks)].sort((first, second) => order(first, second) || first - second);
for (let from = 0, to; from < sorted.length; from = to) {
  for (to = from; to < sorted.length && order(sorted[from], sorted[to]) === 0; to++);
  const ranges = [];
  for (const code of sorted.slice(from, to)) {
    const last = ranges.at(-1);
    if (last && last[1] === code - 1) last[1] = code; else ranges.push([code, code]);
  }
  lines.push('~ ' + ranges.map(([low, high]) => low === high ? low.toString(16) : `${low.toString(16)}-${high.toString(16)}`).join(' '));
}
console.log(lines.join('\n'));
