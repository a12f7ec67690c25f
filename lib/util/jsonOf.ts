/** What a text says as JSON; undefined where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * What a text says as JSON. The engine's own messages quote the text; this one names the place alone, since the text
 * may hold secrets, or reach somebody who mayn't read it.
 *
 * @throws SyntaxError
 */
export function jsonIn<Value>(text: string): Value {
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = placeOf(text, error);
    if (place === undefined) throw new SyntaxError("isn't JSON");
    const lines = text.slice(0, place).split('\n');
    throw new SyntaxError(`isn't JSON: see line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`);
  }
}

/** Where a text stops being JSON, as far as the engine tells. */
function placeOf(text: string, error: unknown): number | undefined {
  const message = messageOf(error);
  const [, position] = / at position (\d+)/.exec(message) ?? [];
  if (position !== undefined) return Number(position);
  if (!message.startsWith(UNEXPECTED)) return message.includes('end of JSON') ? text.length : undefined;
  // Of a token out of place the engine doesn't say where: in the shortest beginning that has it.
  let [whole, broken] = [0, text.length];
  while (broken - whole > 1) {
    const middle = (whole + broken) >>> 1;
    if (isBroken(text.slice(0, middle))) broken = middle;
    else whole = middle;
  }
  return whole;
}

const UNEXPECTED = 'Unexpected token';

function isBroken(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return messageOf(error).startsWith(UNEXPECTED);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
