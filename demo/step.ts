import type { KeyFiles } from '../sample/support/keys/local-ca.js';
import type { Expectation, Step } from './demo.js';

/** What a request carries beside its address. */
export interface Request {
  readonly method?: string;
  /** The variable with the token that goes with it, or a text that is none. */
  readonly bearer?: string;
  readonly user?: string;
  readonly certificate?: KeyFiles;
  readonly json?: unknown;
  /** More header fields. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One step of the walkthrough. */
export function step(
  title: string,
  url: string,
  { method = 'GET', bearer, json, headers, ...request }: Request,
  expect: Expectation,
): Step {
  return {
    title,
    url,
    method,
    headers: {
      ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
      ...(json !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(json !== undefined && { json }),
    ...request,
    expect,
  };
}

/** The answer that lets somebody in. */
export function good(body: unknown, status = 200): Expectation {
  return { status, body };
}

/** 401, with what the client is told to send. */
export function unauthorized(...challenges: string[]): Expectation {
  return {
    status: 401,
    headers: { 'WWW-Authenticate': challenges.join(', ') },
    body: { message: 'Unauthorized', statusCode: 401 },
  };
}

/** 403, with the scope that a token would need. */
export function forbidden(challenge?: string): Expectation {
  const body = { message: 'Forbidden', statusCode: 403 };
  return challenge === undefined ? { status: 403, body } : { status: 403, headers: { 'WWW-Authenticate': challenge }, body };
}

/** 503, with when to come back. */
export const UNAVAILABLE: Expectation = {
  status: 503,
  headers: { 'Retry-After': /^\d+$/ },
  body: { message: 'Service Unavailable', statusCode: 503 },
};
