/** What goes wrong with a request. */
export type Fault =
  | {
      /** It is refused, and not charged. */
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** @defaultValue 'no' */
      readonly message?: string;
      readonly code?: string;
    }
  /** A page in place of an answer, as proxies and captive portals give it. @param status 200 unless it says otherwise */
  | { readonly kind: 'html'; readonly status?: number }
  /** It is worked on and charged, and no answer ever comes. */
  | { readonly kind: 'hang' }
  /** It is charged, and its connection is cut: before the answer, or within it. */
  | { readonly kind: 'cut'; readonly at: 'before' | 'within' }
  /** It says something else. */
  | { readonly kind: 'says'; readonly text: string | null; readonly finish?: string };
