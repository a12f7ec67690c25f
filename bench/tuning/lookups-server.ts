import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { answerTo } from '../serving/serve/programs/children.js';

/** A process of its own: an HTTP server of columns by key, as `httpSource` asks for them. */

export type ServerCommands = {
  /** Each answer takes so many milliseconds at least. */
  readonly serve: {
    readonly given: {
      readonly columns: readonly (readonly [key: string, values: readonly number[]])[];
      readonly delayMs: number;
    };
    readonly result: { readonly port: number };
  };
};

answerTo<ServerCommands>({
  serve({ columns, delayMs }) {
    const known = new Map(columns);
    const server = createServer(async (request, response) => {
      let text = '';
      for await (const part of request.setEncoding('utf8')) text += part;
      // `httpSource` wrote it.
      const { keys } = JSON.parse(text) as { readonly keys: readonly string[] };
      await setTimeout(delayMs);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(keys.map((key) => known.get(key) ?? null)));
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve({ port: address.port });
      });
    });
  },
});
