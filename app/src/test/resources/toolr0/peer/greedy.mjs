// Greedy answers of llama.cpp, a line each: node greedy.mjs FILE LENGTH, prompts as JSON lines (ids or text) on standard input
import { createInterface } from 'node:readline';
import { getLlama } from 'node-llama-cpp';

const [file, length] = process.argv.slice(2);
const llama = await getLlama({ gpu: false, build: 'never', progressLogs: false, maxThreads: 1, logLevel: 'error' });
const model = await llama.loadModel({ modelPath: file });
const context = await model.createContext({
  contextSize: model.trainContextSize,
  threads: 1,
  flashAttention: false,
  experimentalKvCacheKeyType: 'F32',
  experimentalKvCacheValueType: 'F32',
});
const sequence = context.getSequence();
for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line);
  const prompt = typeof given === 'string' ? model.tokenize(given, true) : given;
  const answer = [];
  for await (const id of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
    answer.push(id);
    if (model.isEogToken(id) || answer.length >= Number(length)) break;
  }
  await sequence.clearHistory();
  console.log(JSON.stringify({ prompt, answer }));
}
process.exit(0);
