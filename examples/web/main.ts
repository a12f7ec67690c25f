import { Cascade } from 'spillway';
import type { Mail } from 'spillway/datasets';
import { mailApp } from './app.js';

/** The cascade of `npm start` behind Fastify: `node --import=tsx examples/web/main.ts`, then POST mails to /mails. */

const module = new URL('./features.js', import.meta.url);
const served = await Cascade.onThreads<Mail>('out/mail.cascade', module, { threads: 2 });
const app = mailApp(served);
process.once('SIGTERM', () => void app.close());
process.once('SIGINT', () => void app.close());
process.stdout.write(
  `${await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 8080) })}/mails\n`,
);
