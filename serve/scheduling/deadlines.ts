/** What has a deadline. */
export interface Due {
  readonly deadline: number;
  /** Its place in the heap; -1 outside. Only the heap sets it. */
  place: number;
}

/** A binary heap by deadline, out of which anything can be taken: logarithmic in their number. */
export class Deadlines<T extends Due> {
  private readonly heap: T[] = [];

  get first(): T | undefined {
    return this.heap[0];
  }

  add(due: T): void {
    this.rise(due, this.heap.length);
  }

  remove(due: T): void {
    const { place } = due;
    if (place < 0) return;
    due.place = -1;
    const last = this.heap.pop();
    if (last === undefined || last === due) return;
    const parent = (place - 1) >> 1;
    if (place > 0 && this.heap[parent].deadline > last.deadline) this.rise(last, place);
    else this.sink(last, place);
  }

  private rise(due: T, from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.heap[parent].deadline <= due.deadline) break;
      this.put(this.heap[parent], at);
      at = parent;
    }
    this.put(due, at);
  }

  private sink(due: T, from: number): void {
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.heap.length) break;
      if (child + 1 < this.heap.length && this.heap[child + 1].deadline < this.heap[child].deadline) child++;
      if (this.heap[child].deadline >= due.deadline) break;
      this.put(this.heap[child], at);
      at = child;
    }
    this.put(due, at);
  }

  private put(due: T, at: number): void {
    this.heap[at] = due;
    due.place = at;
  }
}
