import { ModelRecord, type VersionCounts } from './modelRecord.js';

/** Versions that aren't served any more whose counts are kept, the latest. Each has some hundred series. */
const MOST_PAST = 32;

/** The counts of all versions: they live as long as the server, but for old versions that were followed by many. */
export class ModelRecords {
  /** In the order in which they were last found or came to an end. */
  private readonly records = new Map<string, ModelRecord>();

  of(name: string, version: string): ModelRecord {
    const key = keyOf(name, version);
    const known = this.records.get(key);
    if (known !== undefined) return known;
    const record = new ModelRecord(name, version);
    this.records.set(key, record);
    this.forget();
    return record;
  }

  /** A version was loaded, or couldn't be; that one isn't served any more counts for nothing. */
  heard({
    name,
    version,
    what,
  }: {
    readonly name: string;
    readonly version: string;
    readonly what: string;
  }): void {
    if (what === 'loaded') this.of(name, version).loaded++;
    if (what === 'failed') this.of(name, version).failed++;
  }

  /** A load of the version doesn't answer any more. */
  closed(record: ModelRecord): void {
    record.close();
    if (record.users > 0) return;
    const key = keyOf(record.name, record.version);
    this.records.delete(key);
    this.records.set(key, record);
    this.forget();
  }

  /** Counts of versions that nothing answers for. */
  get past(): readonly VersionCounts[] {
    return [...this.records.values()].filter(({ users }) => users === 0).map(({ counts }) => counts);
  }

  private forget(): void {
    let past = 0;
    for (const { users } of this.records.values()) if (users === 0) past++;
    for (const [key, { users }] of this.records) {
      if (past <= MOST_PAST) return;
      if (users > 0) continue;
      this.records.delete(key);
      past--;
    }
  }
}

/** Names are those of folders. */
function keyOf(name: string, version: string): string {
  return `${name}/${version}`;
}
