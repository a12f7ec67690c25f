/** An outcome that may be there at once. A promise of it is made only where it isn't. */
export class Ending<Value> {
  private settled: 'value' | 'error' | undefined;
  private value: Value | undefined;
  private error: unknown;
  private fulfil: ((value: Value) => void) | undefined;
  private fail: ((error: unknown) => void) | undefined;

  resolve(value: Value): void {
    if (this.settled !== undefined) return;
    this.settled = 'value';
    if (this.fulfil === undefined) this.value = value;
    else this.fulfil(value);
  }

  reject(error: unknown): void {
    if (this.settled !== undefined) return;
    this.settled = 'error';
    if (this.fail === undefined) this.error = error;
    else this.fail(error);
  }

  /** To be called once. @throws the error where it is there */
  outcome(): Value | Promise<Value> {
    if (this.settled === 'error') throw this.error;
    if (this.value !== undefined) return this.value;
    return new Promise((resolve, reject) => {
      this.fulfil = resolve;
      this.fail = reject;
    });
  }
}
