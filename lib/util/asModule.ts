/** What to do with an ES module that Node takes for CommonJS. It reads a `package.json` only once. */
export function asModule(cause: unknown): string {
  const isTaken = cause instanceof SyntaxError && /outside a module|'export'/.test(cause.message);
  return isTaken
    ? '. Name it features.mjs; or put "type": "module" into its package.json and restart the server'
    : '';
}
