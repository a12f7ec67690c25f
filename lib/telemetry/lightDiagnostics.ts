/** `diagnostics.ts` as `spillway/runtime` has it: where there may be no Node, nobody listens. */
export function channel(_name: string): { readonly hasSubscribers: false; publish(message: unknown): void } {
  return { hasSubscribers: false, publish: () => undefined };
}
