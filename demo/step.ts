import type { ClientCertificate, Expectation, Step } from './demo.js';

/** The parts of a request, apart from its URL. */
export interface Request {
  readonly method?: string;
  /** The token to send: a variable such as `$TOKEN`, or an invalid text. */
  readonly bearer?: string;
  readonly user?: string;
  readonly certificate?: ClientCertificate;
  readonly json?: unknown;
  /** More header fields. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Makes a step of a walkthrough. */
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

/** The answer to an admitted request. */
export function good(body: unknown, status = 200): Expectation {
  return { status, body };
}

/** 401, with the challenges. */
export function unauthorized(...challenges: string[]): Expectation {
  return {
    status: 401,
    headers: { 'WWW-Authenticate': challenges.join(', ') },
    body: { message: 'Unauthorized', statusCode: 401 },
  };
}

/** 403, with the challenge that names the required scope, if there is one. */
export function forbidden(challenge?: string): Expectation {
  const body = { message: 'Forbidden', statusCode: 403 };
  return challenge === undefined ? { status: 403, body } : { status: 403, headers: { 'WWW-Authenticate': challenge }, body };
}

/** 503, with `Retry-After`. */
export const UNAVAILABLE: Expectation = {
  status: 503,
  headers: { 'Retry-After': /^\d+$/ },
  body: { message: 'Service Unavailable', statusCode: 503 },
};
