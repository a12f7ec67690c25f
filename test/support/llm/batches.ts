import type { ChatMessage } from '../../../llm/models/index.js';
import type { CompletionBody } from './completion.js';

/** An error of one line of a batch. */
export interface LineFault {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** What becomes of batches. */
export interface BatchScript {
  /** How often a batch is looked at before it has ended. @defaultValue 1 */
  readonly polls?: number;
  /** How the n-th batch ends, from 0 on. @defaultValue 'completed' */
  readonly end?: (n: number) => 'completed' | 'expired' | 'failed' | 'cancelled';
  /** Whether a line was answered before its batch ended early. @defaultValue every other line */
  readonly isAnswered?: (line: number, n: number) => boolean;
  /** The error of a line, if it has one. @defaultValue none */
  readonly lineFault?: (messages: readonly ChatMessage[], n: number) => LineFault | undefined;
}

/** A line of a batch's input. */
interface BatchLine {
  readonly custom_id: string;
  readonly method: string;
  readonly url: string;
  readonly body: CompletionBody;
}

type Status = 'in_progress' | 'completed' | 'expired' | 'failed' | 'cancelled';

/** What a batch is made of. */
export interface BatchRequest {
  readonly input_file_id: string;
  readonly endpoint: string;
  readonly completion_window: string;
  readonly metadata?: unknown;
}

/** A batch as the API states it. */
interface BatchState {
  readonly id: string;
  readonly object: 'batch';
  readonly endpoint: string;
  readonly input_file_id: string;
  readonly completion_window: string;
  readonly metadata: unknown;
  status: Status;
  errors: { readonly data: readonly { readonly code: string; readonly message: string }[] } | null;
  output_file_id: string | null;
  error_file_id: string | null;
  readonly created_at: number;
  request_counts: { readonly total: number; readonly completed: number; readonly failed: number };
}

/** Files and batches of one server. */
export class BatchRoom {
  readonly files = new Map<string, string>();
  readonly batches: BatchState[] = [];
  private readonly looks = new Map<string, number>();

  /** @param answer the completion of a line that is answered */
  constructor(
    private readonly script: BatchScript,
    private readonly answer: (body: CompletionBody) => unknown,
  ) {}

  upload(text: string) {
    const id = `file-${this.files.size + 1}`;
    this.files.set(id, text);
    return { id, object: 'file', bytes: text.length, filename: 'batch.jsonl', purpose: 'batch' };
  }

  create(body: BatchRequest): BatchState | undefined {
    const input = this.files.get(body.input_file_id);
    if (input === undefined) return undefined;
    const batch: BatchState = {
      id: `batch_${this.batches.length + 1}`,
      object: 'batch',
      endpoint: body.endpoint,
      input_file_id: body.input_file_id,
      completion_window: body.completion_window,
      metadata: body.metadata ?? null,
      status: 'in_progress',
      errors: null,
      output_file_id: null,
      error_file_id: null,
      created_at: 1_767_225_600,
      request_counts: { total: linesOf(input).length, completed: 0, failed: 0 },
    };
    this.batches.push(batch);
    return { ...batch };
  }

  /** A batch as it stands now: each look brings it nearer to its end. */
  look(id: string): BatchState | undefined {
    const n = this.batches.findIndex((each) => each.id === id);
    if (n < 0) return undefined;
    const batch = this.batches[n];
    const looks = (this.looks.get(id) ?? 0) + 1;
    this.looks.set(id, looks);
    if (batch.status === 'in_progress' && looks > (this.script.polls ?? 1)) this.end(batch, n);
    return { ...batch };
  }

  cancel(id: string): BatchState | undefined {
    const n = this.batches.findIndex((each) => each.id === id);
    if (n < 0) return undefined;
    if (this.batches[n].status === 'in_progress') this.end(this.batches[n], n, 'cancelled');
    return { ...this.batches[n] };
  }

  private end(batch: BatchState, n: number, status = this.script.end?.(n) ?? 'completed'): void {
    batch.status = status;
    if (status === 'failed') {
      batch.errors = { data: [{ code: 'invalid_json_line', message: 'a line of the file is no request' }] };
      return;
    }
    const { isAnswered = (line: number) => line % 2 === 0, lineFault } = this.script;
    const [answers, errors]: [unknown[], unknown[]] = [[], []];
    linesOf(this.files.get(batch.input_file_id) ?? '').forEach(({ custom_id, body }, line) => {
      const id = `batch_req_${n}_${line}`;
      const fault = lineFault?.(body.messages, n);
      if (status !== 'completed' && !isAnswered(line, n)) {
        const error = { code: `batch_${status}`, message: 'This request could not be executed in time.' };
        errors.push({ id, custom_id, response: null, error });
      } else if (fault !== undefined) {
        const { status: status_code, code, message } = fault;
        errors.push({
          id,
          custom_id,
          response: { status_code, body: { error: { code, message } } },
          error: null,
        });
      } else {
        answers.push({ id, custom_id, response: { status_code: 200, body: this.answer(body) }, error: null });
      }
    });
    batch.request_counts = {
      total: answers.length + errors.length,
      completed: answers.length,
      failed: errors.length,
    };
    // Outputs are in no order that one may rely on.
    if (answers.length > 0) batch.output_file_id = this.upload(textOf(answers.reverse())).id;
    if (errors.length > 0) batch.error_file_id = this.upload(textOf(errors)).id;
  }
}

function linesOf(text: string): BatchLine[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as BatchLine])); // Ours wrote it.
}

function textOf(lines: readonly unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
