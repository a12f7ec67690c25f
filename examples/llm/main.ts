import { mkdir, writeFile } from 'node:fs/promises';
import { sortMails } from './mails.js';
import { madeUpMails, simulatedModel } from './simulated.js';

/**
 * 5,000 mails sorted by a model of the AI SDK: `node --import=tsx examples/llm/main.ts`. With a key and `npm i
 * @ai-sdk/openai`, take `openai('gpt-4o-mini-2024-07-18')` in place of the simulated model. A second run asks nothing.
 */

const mails = madeUpMails(5_000);
await mkdir('out', { recursive: true });
process.chdir('out');
const { answers, asked, certificate, spent, all } = await sortMails(
  simulatedModel(),
  mails,
  ({ low, high }) => {
    process.stdout.write(`expected to cost $${low.toFixed(4)} to $${high.toFixed(4)}\n`);
    return true;
  },
);
const total = asked.pilot + asked.training + asked.sample + asked.rest;
process.stdout.write(
  `${certificate?.verdict}: ${total} of ${mails.length} mails asked; ` +
    `$${spent.toFixed(4)} instead of $${all.batch.toFixed(4)} by batch\n`,
);
const lines = answers.map(({ label, stage, verdict }, i) =>
  JSON.stringify({ ...mails[i], label, stage, verdict }),
);
await writeFile('mails.jsonl', `${lines.join('\n')}\n`);
