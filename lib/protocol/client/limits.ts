import { DEFAULT_LIMITS, type MessageLimits } from '../messages/index.js';

/** What an answer may hold. A client has chosen its server: the limits keep a mistake from taking all memory. */
export const CLIENT_LIMITS: MessageLimits = {
  ...DEFAULT_LIMITS,
  octets: 2 ** 31 - 1,
  elements: 2 ** 28,
  strings: 2 ** 24,
};
