import type { Answers, ExpectedCost, Shadow, Verdict } from '../../types/index.js';

/** Microseconds that a slice is to take: so long a thread is another call's, and as often it takes a message. */
const LONGEST = 8_000;
const SHORTEST = 1_000;
/** Times that a slice takes what a call costs without rows, at least. */
const CALLS = 10;
/** Rows of a slice, at most. */
const MOST = 1_024;

/** Into how many rows a call is cut: all threads share it, unless it is so small that sending it would cost more. */
export function sliceRows(rows: number, threads: number, { call, row }: ExpectedCost): number {
  const within = (microseconds: number) => Math.ceil(Math.max(microseconds, CALLS * call) / row);
  const share = Math.max(Math.ceil(rows / threads), within(SHORTEST));
  return Math.max(1, Math.min(share, within(LONGEST), MOST));
}

/** Answers to slices as those to all rows. @param parts in their order, one or more */
export function joinedAnswers<L>(parts: readonly Answers<L>[]): Answers<L> {
  const [first] = parts;
  if (parts.length === 1) return first;
  const shadows = parts.flatMap(({ shadow }) => shadow ?? []);
  return {
    ...first,
    ...joinedRows(parts),
    scores: concatenated(
      parts.map(({ scores }) => scores),
      (length) => new Float64Array(length),
    ),
    faults: parts.flatMap(({ faults }) => faults),
    ...(shadows.length > 0 && { shadow: joinedRows(shadows) }),
  };
}

function joinedRows<L>(parts: readonly Shadow<L>[]): Shadow<L> {
  const bytes = (length: number) => new Uint8Array(length);
  return {
    labels: parts.flatMap(({ labels }) => labels),
    exits: concatenated(
      parts.map(({ exits }) => exits),
      bytes,
    ),
    degraded: concatenated(
      parts.map(({ degraded }) => degraded),
      bytes,
    ),
    verdict: verdictOfAll(parts.map(({ verdict }) => verdict)),
  };
}

/** What is promised of all of them. */
function verdictOfAll(verdicts: readonly Verdict[]): Verdict {
  return verdicts.find((verdict) => verdict !== 'certified') ?? 'certified';
}

function concatenated<Numbers extends Float64Array | Uint8Array>(
  parts: readonly Numbers[],
  make: (length: number) => Numbers,
): Numbers {
  const all = make(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
