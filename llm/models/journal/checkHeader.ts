import { createHmac } from 'node:crypto';
import { JournalError } from '../../../lib/errors.js';
import type { JournalHeader, JournalIdentity } from './records.js';

/** A digest that only who has the secret can make. */
export function proofOf(secret: string | undefined): string | null {
  return secret === undefined ? null : createHmac('sha256', secret).update('spillway journal').digest('hex');
}

const LONGEST = 60;

/** A text, shortened to about where it isn't the other one. */
function wherein(text = 'none', other = 'none'): string {
  let same = 0;
  while (same < text.length && text[same] === other[same]) same++;
  const from = text.length <= LONGEST ? 0 : Math.max(0, same - LONGEST / 2);
  const part = text.slice(from, from + LONGEST);
  return `${from > 0 ? '…' : ''}${part}${from + LONGEST < text.length ? '…' : ''}`;
}

/** @throws JournalError `other`, `secret`, for a journal that isn't the caller's */
export function checkHeader(
  path: string,
  header: JournalHeader,
  { secret }: { readonly secret?: string | undefined },
  of: JournalIdentity,
): void {
  const differ = [...new Set([...Object.keys(header.of), ...Object.keys(of)])].filter(
    (part) => header.of[part] !== of[part],
  );
  if (differ.length > 0) {
    const what = differ.map((part) => {
      const [was, is] = [header.of[part], of[part]];
      return `${part} (${wherein(was, is)}; here ${wherein(is, was)})`;
    });
    throw new JournalError(
      path,
      'other',
      `it was begun with a model that differs in ${what.join(' and ')}: give that one, or a path of its own`,
      differ,
    );
  }
  if (header.secret === proofOf(secret)) return;
  const what =
    header.secret === null
      ? "its questions aren't hashed with a secret: leave out 'secret'"
      : secret === undefined
        ? "its questions are hashed with a secret: give 'secret'"
        : 'its questions are hashed with another secret: give that one';
  throw new JournalError(path, 'secret', `${what}, or a path of its own`);
}
