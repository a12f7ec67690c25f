import { createServer } from 'node:http';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { used } from '../pss.js';
import { answerTo } from './children.js';
import type { BareCommands } from './serverCommands.js';

/** What Node itself takes: an echo over HTTP, and a message to a thread and back. */

if (isMainThread) {
  answerTo<BareCommands>({ echo, used: () => ({ cpuUs: used() }), thread });
} else {
  parentPort?.on('message', ({ id }: { id: number }) =>
    parentPort?.postMessage({ id, answers: new Float64Array(1), exits: new Uint8Array(1) }),
  );
}

async function echo(): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
      response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', String(body.length)]);
      response.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function thread({
  at,
  count,
  rounds,
}: {
  at: number;
  count: number;
  rounds: number;
}): Promise<number[]> {
  const other = new Worker(new URL(import.meta.url));
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const start = used();
    await new Promise<void>((resolve) => {
      let [sent, ended] = [0, 0];
      const send = () => other.postMessage({ id: sent++, numbers: new Float32Array(8) });
      const answered = () => {
        ended++;
        if (sent < count) send();
        else if (ended === count) {
          other.off('message', answered);
          resolve();
        }
      };
      other.on('message', answered);
      for (let i = 0; i < at; i++) send();
    });
    // The first one warms up.
    if (round > 0) times.push((used() - start) / count);
  }
  await other.terminate();
  return times;
}
