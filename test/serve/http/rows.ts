/** The JSON of a request of the adder. */
export function asking(rows: readonly (readonly [number, number])[], more: object = {}): string {
  return JSON.stringify({
    inputs: [{ name: 'x', shape: [rows.length, 2], datatype: 'FP32', data: rows.flat() }],
    ...more,
  });
}

/** A request of the adder with its input as octets after the JSON, and the JSON's length. */
export function askingBinary(
  rows: readonly (readonly [number, number])[],
  more: object = {},
): { readonly body: Buffer<ArrayBuffer>; readonly jsonLength: string } {
  const octets = new Uint8Array(Float32Array.from(rows.flat()).buffer);
  const parameters = { binary_data_size: octets.length };
  const json = Buffer.from(
    JSON.stringify({
      inputs: [{ name: 'x', shape: [rows.length, 2], datatype: 'FP32', parameters }],
      ...more,
    }),
  );
  return { body: Buffer.concat([json, octets]), jsonLength: String(json.length) };
}
