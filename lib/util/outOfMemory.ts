/** Whether an error says that an array couldn't be allocated. */
export function isOutOfMemory(error: unknown): error is RangeError {
  return (
    error instanceof RangeError &&
    /allocation failed|invalid (typed )?array.*length|out of memory/i.test(error.message)
  );
}
