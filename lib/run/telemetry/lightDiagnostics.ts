/** Replaces `diagnostics.ts` in `spillway/runtime`: without Node there are no listeners. */
export function channel(_name: string): { readonly hasSubscribers: false; publish(message: unknown): void } {
  return { hasSubscribers: false, publish: () => undefined };
}
