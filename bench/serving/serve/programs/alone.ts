import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Cascade } from 'spillway';
import { privateOctets, pss, used } from '../pss.js';
import { answerTo } from './children.js';
import type { AloneCommands, NaiveLoad } from './serverCommands.js';

/** Models that share nothing, behind `node:http` by hand: one a process, or several. */

interface Body {
  readonly inputs: readonly { readonly data: readonly string[] }[];
}

const cascades: Cascade<unknown>[] = [];

answerTo<AloneCommands>({
  start: async ({ folders, warm }) => {
    const before = pss();
    const loads: NaiveLoad[] = [];
    for (const folder of folders) {
      const start = performance.now();
      const module = await import(pathToFileURL(join(folder, 'features.js')).href);
      const cascade = await Cascade.load<unknown>(join(folder, 'model.cascade'), {
        features: module.default,
      });
      const loaded = performance.now();
      if (warm) await cascade.warm();
      cascades.push(cascade);
      loads.push({ loadMs: loaded - start, warmMs: performance.now() - loaded });
    }
    const server = createServer(async (request, response) => {
      const { inputs }: Body = JSON.parse(await textOf(request));
      const { labels } = await cascades[0].predict(inputs[0].data.map((text) => ({ text })));
      const outputs = [{ name: 'label', shape: [labels.length], datatype: 'BYTES', data: labels }];
      const answer = JSON.stringify({ model_name: 'alone', outputs });
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(answer),
      });
      response.end(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return { port, loads, before };
  },
  pss: () => pss(),
  private: () => privateOctets(),
  used: () => ({ cpuUs: used() }),
  own: async ({ row, rounds, loops }) => {
    const rows = [row];
    const times: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const start = used();
      for (let i = 0; i < loops; i++) await cascades[0].predict(rows);
      // The first one warms up.
      if (round > 0) times.push((used() - start) / loops);
    }
    return times;
  },
});

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return String(Buffer.concat(chunks));
}
