import type { IncomingHttpHeaders } from 'node:http';
import { AuthUnavailableError } from '../../errors.js';
import { serverSays } from '../../oauth/server-says.js';

/** What the endpoint says of a token. @see RFC 7662 §2.2 */
export type IntrospectionAnswer =
  | { readonly active: false }
  | { readonly active: true; readonly claims: Readonly<Record<string, unknown>> };

/** The part of an HTTP response that is read. */
export interface EndpointResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What an error may say of the question. */
export interface Asked {
  /** The URL of the endpoint without its query. */
  readonly where: string;
  /** What was sent in confidence. */
  readonly secrets: readonly string[];
}

/** The endpoint refused this application's own credentials. */
export class OwnCredentialsRefusedError extends AuthUnavailableError {}

/** The endpoint answers, but this answer does not describe the token. An answer that one token provokes must not count as an outage. */
export class UnusableAnswerError extends AuthUnavailableError {}

const UTF8 = new TextDecoder('utf-8', { fatal: true });
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;
/** Answers of a gateway, or of a server that is overloaded: they do not depend on the token. */
const OUTAGE = new Set([429, 502, 503, 504]);
/** Codes by which servers refuse a client, with any status. */
const OURS = new Set<string | undefined>(['invalid_client', 'unauthorized_client']);

/**
 * Reads an answer of the introspection endpoint.
 *
 * @param asked - called for an error only.
 * @throws AuthUnavailableError for everything but a 200 with JSON and a boolean `active`.
 */
export function readAnswer(response: EndpointResponse, asked: () => Asked): IntrospectionAnswer {
  const { status, headers, body } = response;
  if (status !== 200) throw failureOf(response, asked);
  if (!JSON_TYPE.test(headers['content-type'] ?? ''))
    throw new UnusableAnswerError('The introspection endpoint does not answer with JSON.');
  const answer = parseObject(body);
  if (typeof answer.active !== 'boolean') throw new UnusableAnswerError('The introspection answer has no boolean "active".');
  return answer.active ? { active: true, claims: answer } : { active: false };
}

function failureOf({ status, body }: EndpointResponse, asked: () => Asked): AuthUnavailableError {
  const { where, secrets } = asked();
  const { code, description } = errorOf(body);
  const endpoint = `The introspection endpoint ${where}`;
  const what = `${status}${code === undefined ? '' : `, ${code}${serverSays(description, secrets)}`}`;
  if (status === 401 || OURS.has(code))
    return new OwnCredentialsRefusedError(`${endpoint} refuses the credentials of this application (${what}).`);
  const message = `${endpoint} does not answer with 200 (${what}).`;
  return OUTAGE.has(status) ? new AuthUnavailableError(message) : new UnusableAnswerError(message);
}

/** The `error` of an OAuth answer, if it is a plain word that may stand in a log. @see RFC 6749 §5.2 */
function errorOf(body: Buffer): { readonly code?: string; readonly description?: unknown } {
  try {
    const { error, error_description: description } = parseObject(body);
    return typeof error === 'string' && /^\w{1,60}$/.test(error) ? { code: error, description } : {};
  } catch {
    return {};
  }
}

function parseObject(body: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(UTF8.decode(body));
  } catch {
    // Not given as the cause: the parser's message quotes the answer, which may hold personal data.
    throw new UnusableAnswerError('The introspection answer is not valid JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UnusableAnswerError('The introspection answer is not a JSON object.');
  return value as Record<string, unknown>;
}
