/** Starts the import of an optional package. Tests put another in its place. */
export type Load = <T>(start: () => Promise<T>) => Promise<T>;
