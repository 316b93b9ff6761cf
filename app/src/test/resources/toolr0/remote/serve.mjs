// Serves one GGUF file on a free port of this machine, which it prints: node serve.mjs NAME FILE CONTEXT; it ends with its standard input
import { createExpressServer, InferenceServer } from 'inference-server';

process.stdin.on('end', () => process.exit()).resume();
const [name, file, context] = process.argv.slice(2);
const server = new InferenceServer({
  log: 'warn',
  concurrency: 1,
  models: {
    [name]: {
      task: 'text-completion',
      engine: 'node-llama-cpp',
      location: file,
      minInstances: 1,
      maxInstances: 1,
      contextSize: Number(context),
      device: { gpu: false, cpuThreads: 1 },
    },
  },
});
await server.start();
const http = createExpressServer(server);
http.listen(0, '127.0.0.1', () => console.log('PORT ' + http.address().port));
