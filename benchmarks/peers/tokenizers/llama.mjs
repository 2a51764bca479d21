// node llama.mjs FOLDER MODELS : what llama.cpp makes of FOLDER/texts.jsonl with each vocabulary MODELS/ggml-vocab-*.gguf of llama.cpp's repository:
//   NAME.trusted.txt   ids with control tokens believed (parse_special), a text a line
//   NAME.llama.txt     ids without
// Needs node-llama-cpp (benchmarks/peers/setup.sh installs it).
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
const [folder, models, modules = '.'] = process.argv.slice(2);
const { getLlama, LlamaLogLevel } = await import(pathToFileURL(createRequire(path.resolve(modules, 'x.js')).resolve('node-llama-cpp')));
const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: LlamaLogLevel.error });
const texts = fs.readFileSync(path.join(folder, 'texts.jsonl'), 'utf8').trimEnd().split('\n').map(line => JSON.parse(line).toWellFormed());
for (const file of fs.readdirSync(models).filter(name => /^ggml-vocab-.*\.gguf$/.test(name))) {
  const name = file.replace(/^ggml-vocab-|\.gguf$/g, '');
  try {
    const model = await llama.loadModel({ modelPath: path.join(models, file), vocabOnly: true });
    for (const [suffix, special] of [['trusted', true], ['llama', false]])
      fs.writeFileSync(path.join(folder, `${name}.${suffix}.txt`), texts.map(text => text === '' ? '' : [...model.tokenize(text, special)].join(' ')).join('\n') + '\n');
    await model.dispose();
    console.log(`${name}: ${texts.length} texts`);
  } catch (error) { console.log(`${name}: ${error.message}`); }
}
await llama.dispose();
