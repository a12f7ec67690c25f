declare const part: unique symbol;

/**
 * Rows, or their positions, of one part of the data: those of the other aren't taken for them. The mark is for the
 * compiler alone, and what has none is taken for either.
 */
export type RowsOf<Part extends 'development' | 'certification', Rows> = Rows & { readonly [part]?: Part };
