/** What keys of known providers begin with, and what follows `Bearer`. */
const KEY_LIKE = /\b(?:sk|rk|pk|gsk|xai|key)[-_][\w*-]{6,}|\bBearer\s+\S+/g;

/** Takes keys out of texts: servers repeat the key that they refuse. */
export function withoutKeys(text: string, secrets: Iterable<string>): string {
  let clean = text;
  // Short ones are words, too.
  for (const secret of secrets) if (secret.length >= 6) clean = clean.replaceAll(secret, '[key]');
  return clean.replace(KEY_LIKE, '[key]');
}
