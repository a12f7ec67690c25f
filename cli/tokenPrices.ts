import { InvalidArgumentError } from 'commander';

/** What a provider charges, in money per million tokens. */
export interface GivenPrices {
  readonly input: number;
  readonly cached?: number;
  readonly output: number;
  readonly batch?: number;
  readonly currency?: string;
}

/** Reads an option that has prices of tokens: `input=0.15,output=0.6,batch=0.5,currency=USD`, or `free`. */
export function pricesFrom(text: string): GivenPrices | 'free' {
  if (text === 'free') return 'free';
  const named = new Map(
    text.split(',').map((each): [string, string] => {
      const at = each.indexOf('=');
      return [each.slice(0, at).trim(), each.slice(at + 1).trim()];
    }),
  );
  const strange = [...named.keys()].find((name) => !NAMES.includes(name));
  if (strange !== undefined) throw wrong();
  const number = (name: string) => {
    const given = named.get(name);
    if (given === undefined) return undefined;
    const value = Number(given);
    if (given === '' || !(value > 0 && value < Number.POSITIVE_INFINITY)) throw wrong();
    return value;
  };
  const [input, output, cached, batch] = ['input', 'output', 'cached', 'batch'].map(number);
  const currency = named.get('currency');
  if (input === undefined || output === undefined) throw wrong();
  return {
    input,
    output,
    ...(cached !== undefined && { cached }),
    ...(batch !== undefined && { batch }),
    ...(currency !== undefined && { currency }),
  };
}

const NAMES: readonly string[] = ['input', 'cached', 'output', 'batch', 'currency'];

function wrong(): InvalidArgumentError {
  return new InvalidArgumentError(
    'Expected money per million tokens, each above 0, as input=0.15,output=0.6,cached=0.075,batch=0.5,currency=USD; or free.',
  );
}
