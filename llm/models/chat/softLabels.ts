import { exp } from '../../../lib/util/math/index.js';
import type { ChatReply } from '../asking/index.js';

/**
 * Probabilities of all labels by the log-probabilities of an answer's tokens. Where the answer's label might have gone on
 * otherwise, what stood there instead has the mass of the labels that begin so; labels that begin alike share it. What no label
 * begins with is left out, and the rest is made to sum to 1.
 *
 * @param chosen the class of the answer
 * @returns undefined where the tokens aren't those of the text
 */
export function softLabels(
  { text, logprobs }: ChatReply,
  texts: readonly string[],
  chosen: number,
): Float64Array | undefined {
  if (text === null || logprobs === undefined) return undefined;
  const folded = texts.map((label) => label.toLowerCase());
  const spoken = text.toLowerCase();
  // In a structured answer the label stands last.
  const start = spoken.lastIndexOf(folded[chosen]);
  const masses = new Float64Array(texts.length);
  let [at, left] = [0, 1];
  for (const [own, ...others] of logprobs) {
    if (start < 0 || !spoken.startsWith(own.token.toLowerCase(), at)) return undefined;
    const end = at + own.token.length;
    if (end > start) {
      const before = spoken.slice(start, Math.max(at, start));
      // Quotes and blanks that the token begins with, before the label.
      const lead = spoken.slice(at, Math.max(at, start));
      for (const other of others) {
        const token = other.token.toLowerCase();
        const mass = left * exp(other.logprob);
        share(masses, folded, chosen, before, lead, token, mass);
      }
      left *= exp(own.logprob);
    }
    at = end;
    if (at >= start + folded[chosen].length && isTold(folded, chosen)) break;
  }
  masses[chosen] += left;
  const sum = masses.reduce((total, mass) => total + mass, 0);
  return sum > 0 ? masses.map((mass) => mass / sum) : undefined;
}

/** Whether no other label goes on where the chosen one ends: the token after it then says nothing more. */
function isTold(texts: readonly string[], chosen: number): boolean {
  return texts.every((text, c) => c === chosen || !text.startsWith(texts[chosen]));
}

/** Gives the labels that a token in another's place begins their share of its mass. */
function share(
  masses: Float64Array,
  texts: readonly string[],
  chosen: number,
  before: string,
  lead: string,
  token: string,
  mass: number,
): void {
  const own = lead !== '' && token.startsWith(lead) ? token.slice(lead.length) : token.trimStart();
  if (own === '') return;
  const said = before + own;
  const fitting: number[] = [];
  for (let c = 0; c < texts.length; c++) {
    // A token may go beyond the label's end, by a quote or a bracket; it begins the label, or has it whole.
    const isWhole = said.startsWith(texts[c]) && !/[\p{L}\p{N}]/u.test(said.slice(texts[c].length));
    if (isWhole || texts[c].startsWith(said)) fitting.push(c);
  }
  // The chosen one's other spellings are its own.
  if (fitting.includes(chosen)) masses[chosen] += mass;
  else for (const c of fitting) masses[c] += mass / fitting.length;
}
