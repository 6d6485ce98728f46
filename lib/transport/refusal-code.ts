import type { HttpException } from '@nestjs/common';
import { explanationIn } from '../guard/explain.js';

/** What a client of GraphQL, of a gateway or of a microservice reads about a refusal. */
export type RefusalCode = 'UNAUTHENTICATED' | 'FORBIDDEN' | 'UNAVAILABLE' | 'TOO_MANY_REQUESTS' | 'BAD_REQUEST';

const CODES: Readonly<Record<number, RefusalCode>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  429: 'TOO_MANY_REQUESTS',
  503: 'UNAVAILABLE',
};

/** A refusal in a transport without status codes. */
export interface CodedRefusal {
  readonly code: RefusalCode;
  /** Why the caller is refused: only with `explain: 'body'`. */
  readonly reason?: string;
}

/** The error that the client of a gateway or of a microservice gets. */
export interface RefusalError extends CodedRefusal {
  /** What Nest writes into every error of a gateway or a microservice. */
  readonly status: 'error';
  readonly message: string;
}

/** The error for a caller whose credentials are missing or have ended. */
export const UNAUTHENTICATED_ERROR: RefusalError = Object.freeze({ status: 'error', code: 'UNAUTHENTICATED', message: 'Unauthorized' });

/** The error for a refusal. */
export function errorOf(refusal: HttpException): RefusalError {
  return { status: 'error', ...codedRefusal(refusal), message: refusal.message };
}

/** The problem for a refusal. @see RFC 9457 §3 and §4.2.1: `about:blank` means no more than the status, and its title is the status's. */
export function problemOf(refusal: HttpException) {
  return { type: 'about:blank', title: refusal.message, status: refusal.getStatus() };
}

/** The code of a refusal, and the reason where clients receive it. */
export function codedRefusal(refusal: HttpException): CodedRefusal {
  const explanation = explanationIn(refusal);
  return { code: codeOf(refusal), ...(explanation && { reason: explanation.join(' ') }) };
}

/** An authorizer of the application may have answered with any status. */
export function codeOf(refusal: HttpException): RefusalCode {
  const status = refusal.getStatus();
  return CODES[status] ?? (status >= 500 ? 'UNAVAILABLE' : 'FORBIDDEN');
}
