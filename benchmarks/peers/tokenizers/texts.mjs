// Nasty texts, the same for the same seed.
const spaces = [' ', '  ', '   ', '\t', '\n', '\r', '\r\n', '\n\n', '\v', '\f', '\u0085', '\u00a0', '\u1680', '\u2000', '\u2003', '\u200a', '\u2028', '\u2029', '\u202f', '\u205f', '\u3000', '\ufeff', '\u200b', '\u180e', '\u001c', '\u001f'];
const words = ['the', 'Hello', 'WORLD', 'naïve', 'façade', 'Straße', 'İstanbul', 'ǅungla', 'привет', 'ПРИВЕТ', 'γειά', 'שלום', 'مرحبا', 'नमस्ते', 'ไทย', '你好世界', 'こんにちは', 'カタカナ', '한국어', 'e\u0301te\u0301', 'a\u0323\u0307', 'ａｂｃ', 'ﬁn', 'ℌello', '𝒳𝓎𝓏', '𐐀𐐨', 'ª', 'ʰ', 'camelCase', 'HTMLParser', 'snake_case', 'don', 'I', 'ſ', 'ǆ'];
const contractions = ["'s", "'S", "'t", "'T", "'re", "'RE", "'Re", "'ve", "'VE", "'m", "'M", "'ll", "'LL", "'lL", "'d", "'D", "'ſ", '’s', "''", "'"];
const digits = ['0', '7', '12', '123', '1234', '1234567890', '3.14', '1,000', '٣٤٥', '४५', '½', 'Ⅷ', '①②', '²', '𝟘𝟙𝟚', '〇', '１２'];
const symbols = ['.', ',', '...', '!?', '--', '—', '()', '[]{}', '<|', '|>', '<', '>', '/', '//', '\\', '"', '`', '```', '#', '$', '€', '%', '&', '*', '+', '=', '==', '=>', '^', '~', '@', '_', '▁', '▁▁', 'Ġ', 'Ċ', '«»', '。', '、', '！', '™', '©', '¶', '\u0301', '\u0308\u0301', '\u20e3', '\ufe0f', '\u200d', '\ufffd', '\ufffe', '\uffff', '\u0000', '\u0001', '\u007f', '\u009f', '\u00ad', '\u202e', '\ue000'];
const emoji = ['😀', '👍🏽', '👨‍👩‍👧‍👦', '🏳️‍🌈', '🇩🇪', '❤️', '1️⃣', '🦙', '\ud83d', '\udc00'];
const code = ['for (int i = 0; i < n; i++) {\n\treturn x[i];\n}', 'def f(x):\n    return x**2\n', '{"a": [1, 2.5, null], "b": "c\\n"}', 'SELECT * FROM t WHERE a=\'b\';', '<div class="x">\n  <p>hi</p>\n</div>', 'https://example.com/a?b=c&d=%20', 'C:\\dir\\file.txt', '#include <stdio.h>\r\n', 'x\t=\ty;  // z', '0xFF_u8'];
export const control = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', '<|begin_of_text|>', '<|end_of_text|>', '<|eot_id|>', '<|start_header_id|>', '<|end_header_id|>', '<|python_tag|>', '<|reserved_special_token_5|>', '<s>', '</s>', '<unk>', '<pad>', '[INST]', '[/INST]', '[TOOL_CALLS]', '<tool_call>', '</tool_call>', '<think>', '</think>', '<|fim_prefix|>', '<|vision_start|>', '<SPECIAL_14>', '<0x0A>', '<0xFF>', '<|im_start', 'im_end|>', '<fim_prefix>', '<file_sep>', '<reponame>'];

export function random(seed) {
  let a = seed >>> 0;
  return () => { a = (a + 0x6d2b79f5) >>> 0; let t = Math.imul(a ^ (a >>> 15), a | 1); t ^= t + Math.imul(t ^ (t >>> 7), t | 61); return ((t ^ (t >>> 14)) >>> 0) / 4294967296; };
}

export function* texts(count, seed) {
  const next = random(seed);
  const int = n => Math.floor(next() * n);
  const pick = list => list[int(list.length)];
  const scalar = () => { // any code point of any plane, surrogates included
    const kind = int(10);
    const value = kind < 2 ? int(0x80) : kind < 4 ? int(0x800) : kind < 7 ? int(0x10000) : kind < 9 ? 0x10000 + int(0x20000) : int(0x110000);
    return String.fromCodePoint(value);
  };
  const part = () => {
    switch (int(16)) {
      case 0: case 1: return scalar();
      case 2: case 3: return pick(spaces);
      case 4: case 5: case 6: return pick(words);
      case 7: return pick(contractions);
      case 8: return pick(digits);
      case 9: return pick(symbols);
      case 10: return pick(emoji);
      case 11: return int(4) ? ' ' + pick(words) : pick(code);
      case 12: return pick(control);
      case 13: return pick([...spaces, ...symbols, 'a', 'Z', '0', 'é', '中', ' ']).repeat(1 + int(int(8) ? 8 : 80));
      case 14: return String.fromCharCode(97 + int(26), 97 + int(26), 65 + int(26), 97 + int(26));
      default: return ' ';
    }
  };
  for (let i = 0; i < count; i++) {
    let text = '';
    for (let n = int(int(4) ? 8 : 24); n >= 0; n--) text += part();
    yield i === 0 ? '' : text;
  }
}
