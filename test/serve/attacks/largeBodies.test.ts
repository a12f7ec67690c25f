import { request } from 'node:http';
import test from 'ava';
import { featuresText } from '../../support/servedModels.js';
import { attacked } from './attacked.js';

/** Bodies of 63 MB, beside a tenant that asks little. */

const MIB = 2 ** 20;
/** Sends a body in one piece. @returns the status; 0 for a connection that was cut */
function post(url: string, body: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(`${url}/v2/models/mails/infer`, {
      method: 'POST',
      headers: { 'x-api-key': 'a-key-of-the-noisy-one', 'content-length': body.length },
    });
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', () => resolve(0));
    sent.end(body);
  });
}

/** JSON of 63 MB that is no request at all, and one that is, of too many rows. */
function bodies(): Buffer[] {
  const texts = (count: number, length: number) => Array.from({ length: count }, () => 'x'.repeat(length));
  const input = (name: string, data: readonly string[]) => ({
    name,
    datatype: 'BYTES',
    shape: [data.length],
    data,
  });
  const rows = 2 ** 17;
  return [
    Buffer.from(`{"inputs":[${'[1,2,3,4,5,6,7],'.repeat(4_100_000)}1]}`),
    Buffer.from(
      JSON.stringify({ inputs: [input('title', texts(rows, 236)), input('body', texts(rows, 236))] }),
    ),
  ];
}

test.serial('two connections that send 63 MB of JSON leave the other tenant its answers', async (t) => {
  const { serving, whileAsked } = await attacked(t, { 'mails/1': featuresText() });
  for (const body of bodies()) {
    t.true(body.length > 62 * 1e6 && body.length < 64 * MIB, `${body.length}`);
    const statuses = await whileAsked('mails', () => Promise.all([1, 2].map(() => post(serving.url, body))));
    // Refused as what they are; 429 where there is no room for both.
    for (const status of statuses) t.true([400, 413, 429].includes(status), String(status));
  }
  t.is((await fetch(`${serving.url}/v2/health/ready`)).status, 200);
});
