/**
 * What keys of known providers begin with, what follows `Bearer`, and what is long and of letters and digits: who holds the key of
 * a model of the AI SDK doesn't tell it.
 */
const KEY_LIKE =
  /\b(?:sk|rk|pk|gsk|xai|key)[-_][\w*-]{6,}|\bBearer\s+\S+|\bAIza[\w-]{20,}|\b(?=\w*\d)(?=\w*[A-Za-z])\w{32,}/g;

/** Takes keys out of texts: servers repeat the key that they refuse. */
export function withoutKeys(text: string, secrets: Iterable<string>): string {
  let clean = text;
  // Short ones are words, too.
  for (const secret of secrets) if (secret.length >= 6) clean = clean.replaceAll(secret, '[key]');
  return clean.replace(KEY_LIKE, '[key]');
}
