import { inferenceClient, ServerError } from 'spillway/client';

/** What a page runs whose server is of another origin: it asks in octets and in JSON, and is refused. */
export async function ask(url: string, key: string) {
  const sums = [];
  for (const binary of [true, false]) {
    await using client = inferenceClient(url, { binary, key });
    const { outputs } = await client.infer({
      model: 'adder',
      inputs: [{ name: 'x', data: Float32Array.of(1, 2), shape: [1, 2] }],
      outputs: ['sum'],
    });
    sums.push(Array.from(outputs[0].elements, Number));
  }
  await using unknown = inferenceClient(url, { key: 'another-key-than-its', retries: 0 });
  const refused = await unknown
    .server()
    .catch((error: unknown) => (error instanceof ServerError ? error.status : 0));
  const busy = await fetch(`${url}/v2/models/adder/versions/1/infer`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: '{"inputs":[]}',
  });
  return { sums, refused, retryAfter: busy.headers.get('retry-after') };
}
