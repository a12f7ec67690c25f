import { type Serving, serve } from 'spillway/serve';
import { pss, used } from '../pss.js';
import { answerTo } from './children.js';
import type { ServerCommands } from './serverCommands.js';

/** The server that is measured. */

let serving: Serving | undefined;

function running(): Serving {
  if (serving === undefined) throw new Error('nothing is served yet');
  return serving;
}

answerTo<ServerCommands>({
  start: async (options) => {
    const faults: string[] = [];
    const start = performance.now();
    serving = await serve({ ...options, port: 0, onFault: (error) => faults.push(String(error)) });
    const startMs = performance.now() - start;
    const { url, grpc, models } = serving;
    for (const { name, state, reason } of models.index())
      if (state !== 'READY') faults.push(`${name}: ${reason}`);
    return { port: Number(new URL(url).port), grpc, startMs, ready: models.models().length, faults };
  },
  used: () => ({ cpuUs: used() }),
  pss: () => pss(),
  load: async (name) => {
    await running().models.load(name);
    return null;
  },
  held: () => {
    const once = new Map<string, number>();
    let each = 0;
    for (const { model } of running().models.models()) {
      for (const { digest, octets } of model?.held ?? []) {
        once.set(digest, octets);
        each += octets;
      }
    }
    return { once: [...once.values()].reduce((sum, octets) => sum + octets, 0), each };
  },
});
