/** Octets of requests that are held at a time, by all connections together. */
export class OctetBudget {
  private held = 0;

  constructor(private readonly limit: number) {}

  /** Whether there is room for so many more, which are held then. */
  take(octets: number): boolean {
    if (this.held + octets > this.limit) return false;
    this.held += octets;
    return true;
  }

  give(octets: number): void {
    this.held -= octets;
  }
}
