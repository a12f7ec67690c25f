import { ServerError } from '../../../lib/errors.js';
import { errorText } from '../../../lib/util/errorText.js';
import { jsonOf } from '../../../lib/util/jsonOf.js';
import { member, numberMember, textMember } from '../../../lib/util/member.js';
import type { Secrets } from '../../../lib/util/secrets.js';
import { type LimitNews, limitNews, ProviderFault } from '../limits/index.js';

/** Statuses that say: later. 529 is Anthropic's. */
const BUSY: ReadonlySet<number> = new Set([408, 409, 425, 429, 503, 529]);
/** Those of gateways, and of a server that failed: the model may have answered. */
const MAY_PASS: ReadonlySet<number> = new Set([500, 502, 504, 520, 522, 524]);
/** The question's own fault: others may be answered. */
const OF_QUESTION: ReadonlySet<number> = new Set([400, 413, 422]);
/** Codes of errors of the system before anything was sent. */
const UNSENT: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * What keys of known providers begin with, what follows `Bearer`, and what is long and of letters and digits: who holds the key of
 * a user's function doesn't tell it.
 */
const KEY_LIKE =
  /\b(?:sk|rk|pk|gsk|xai|key)[-_][\w*-]{6,}|\bBearer\s+\S+|\bAIza[\w-]{20,}|\b(?=\w*\d)(?=\w*[A-Za-z])\w{32,}/g;

/** Takes keys out of a text that is shown, and what looks like one: servers repeat the key that they refuse. */
export function withoutKeys(text: string, secrets?: Secrets): string {
  return (secrets?.outOfShown(text) ?? text).replace(KEY_LIKE, '[key]');
}

/** Whether an error is about one question, such as a prompt that is too long; else no question would be answered. */
export function isOfQuestion(error: unknown): error is ServerError {
  return error instanceof ServerError && error.status !== undefined && OF_QUESTION.has(error.status);
}

/** Characters of a refusal that are told. */
const LONGEST = 500;

/** A refusal in the protocol's words. */
export interface RefusalText {
  readonly message: string;
  readonly code: string | undefined;
  /** The field of the request that it is about. */
  readonly param: string | undefined;
}

/**
 * Of `{ error: { message, code, param } }`, or the text as it is, shortened.
 *
 * @param clean takes keys out of a text: before it is cut, lest half a key is left
 */
export function refusalText(text: string, clean: (text: string) => string): RefusalText {
  const error = member(jsonOf(text), 'error');
  const plain = typeof error === 'string' ? error : text;
  return {
    message: clean(textMember(error, 'message') ?? plain)
      .slice(0, LONGEST)
      .trim(),
    code: textMember(error, 'code') ?? textMember(error, 'type'),
    param: textMember(error, 'param'),
  };
}

/** A response of another status than success. */
export function refused(
  model: string,
  status: number,
  { message, code }: Omit<RefusalText, 'param'>,
  news: LimitNews,
): ProviderFault {
  const said = message === '' ? '' : `: ${message}`;
  const isSpent = code === 'insufficient_quota' || status === 402;
  const isBusy = BUSY.has(status) && !isSpent;
  const reason = isBusy || MAY_PASS.has(status) ? 'busy' : 'refused';
  const error = new ServerError(
    model,
    reason,
    `answered with status ${status}${said}${remedy(status, isSpent, code)}`,
    status,
  );
  if (isBusy) return new ProviderFault(error, { paid: 'no', next: 'busy', news });
  if (MAY_PASS.has(status)) return new ProviderFault(error, { paid: 'maybe', next: 'again', news });
  return new ProviderFault(error, { paid: 'no', next: 'never', news });
}

function remedy(status: number, isSpent: boolean, code: string | undefined): string {
  if (status < 400) return ". It sends elsewhere, where neither key nor question goes: give that 'baseURL'";
  if (isSpent) return '. The account has no money left: nothing more is asked';
  if (status === 401 || status === 403) return ". Look at 'apiKey'";
  if (status === 404) return ". Look at 'baseURL' (most end with /v1) and 'model'";
  if (code === 'context_length_exceeded' || status === 413) {
    return ". The prompt is too long: cut the row's text in 'prompt'";
  }
  return '';
}

/** A refusal, with its status, and what its headers say. */
export interface ThrownRefusal extends Omit<RefusalText, 'param'> {
  readonly status: number;
  readonly news: LimitNews;
}

/**
 * A refusal as clients throw it: by the members of the AI SDK's errors, or of OpenAI's own.
 *
 * @returns undefined for what isn't the server's
 */
export function thrownRefusal(error: unknown, secrets: Secrets): ThrownRefusal | undefined {
  const status = numberMember(error, 'statusCode') ?? numberMember(error, 'status');
  if (status === undefined) return undefined;
  const said = member(member(error, 'data'), 'error') ?? error;
  return {
    status,
    message: withoutKeys(errorText(error), secrets),
    code: textMember(said, 'code') ?? textMember(said, 'type'),
    news: limitNews(member(error, 'responseHeaders') ?? member(error, 'headers')),
  };
}

/** What a client has thrown: the server's refusal, or a request that failed on its way. */
export function thrownFault(model: string, error: unknown, secrets: Secrets): ProviderFault {
  const refusal = thrownRefusal(error, secrets);
  if (refusal !== undefined) return refused(model, refusal.status, refusal, refusal.news);
  return unreached(model, error, (text) => withoutKeys(text, secrets));
}

/** A request that failed on its way. @param error as `fetch` has it. @param clean takes keys out of a text */
export function unreached(model: string, error: unknown, clean: (text: string) => string): ProviderFault {
  const cause = member(error, 'cause');
  const why = clean(cause instanceof Error ? `${errorText(error)} (${cause.message})` : errorText(error));
  const isUnsent = UNSENT.has(member(cause, 'code')) || UNSENT.has(member(error, 'code'));
  const told = new ServerError(model, 'unreachable', `no whole answer: ${why}`);
  return new ProviderFault(told, { paid: isUnsent ? 'no' : 'maybe', next: 'again' });
}

/** A response of success that isn't one of the protocol. */
export function malformed(model: string, text: string): ProviderFault {
  // However it begins: no JSON does so.
  const isPage = /^\s*</.test(text);
  const what = isPage
    ? "answered with a web page: look at 'baseURL' (most end with /v1), and whether a proxy stands between"
    : `answered with what isn't of OpenAI's protocol: ${JSON.stringify(text.slice(0, 80))}`;
  return new ProviderFault(new ServerError(model, 'malformed', what), {
    paid: 'maybe',
    next: isPage ? 'never' : 'again',
  });
}
