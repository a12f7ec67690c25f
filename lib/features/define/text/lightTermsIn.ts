/** `termsIn.ts` as `spillway/runtime` has it: files hold no tables, and it has no threads to share them with. */
export function termsIn(): number {
  return 0;
}
