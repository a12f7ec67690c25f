/** Characters of a token. */
const LENGTH = 3;
/** Of what stands after a text. */
const END = '<end>';

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  for (let from = 0; from < text.length; from += LENGTH) tokens.push(text.slice(from, from + LENGTH));
  return tokens;
}

/** A token of an answer, as chat completions list them. */
export interface SpokenToken {
  readonly token: string;
  readonly logprob: number;
  readonly top_logprobs: readonly { readonly token: string; readonly logprob: number }[];
}

/**
 * The tokens of an answer, of three characters each, with what might have stood in the place of each.
 *
 * @param before what stands before the text in the answer, as a structured one has it, and `after` it
 * @param probabilities of each text that might have been said
 * @param most alternatives of a token
 */
export function spokenTokens(
  text: string,
  { before, after }: { readonly before: string; readonly after: string },
  probabilities: Readonly<Record<string, number>>,
  most: number,
): SpokenToken[] {
  const sure = (token: string): SpokenToken => ({ token, logprob: 0, top_logprobs: [{ token, logprob: 0 }] });
  const end = after === '' ? END : after;
  const own = [...tokensOf(text), end];
  const others = Object.entries(probabilities).map(
    ([each, probability]) => [[...tokensOf(each), end], probability] as const,
  );
  const spoken = own.map((token, place): SpokenToken => {
    const masses = new Map<string, number>();
    for (const [tokens, probability] of others) {
      if (!own.slice(0, place).every((each, i) => each === tokens[i]) || place >= tokens.length) continue;
      masses.set(tokens[place], (masses.get(tokens[place]) ?? 0) + probability);
    }
    const whole = [...masses.values()].reduce((sum, mass) => sum + mass, 0);
    const logprob = (mass: number) => Math.log(Math.max(mass / whole, 1e-9));
    const likeliest = [...masses].sort(([, a], [, b]) => b - a).slice(0, most);
    return {
      token,
      logprob: logprob(masses.get(token) ?? 0),
      top_logprobs: likeliest.map(([each, mass]) => ({ token: each, logprob: logprob(mass) })),
    };
  });
  // The end of an answer by itself is no token that servers list.
  const listed = after === '' ? spoken.slice(0, -1) : spoken;
  return before === '' ? listed : [sure(before), ...listed];
}
