import { BadRequestException, ForbiddenException, HttpException, ServiceUnavailableException, UnauthorizedException } from '@nestjs/common';
import { isA } from '../errors.js';

/** Answer header fields by name; a list is sent as several fields. */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[]>>;

/** What every refusal carries beside its status. */
export interface RefusalDetails {
  /** A stable identifier for programs. */
  readonly code: string;
  /** The header fields of the answer: `WWW-Authenticate`, `Retry-After`. */
  readonly headers: AnswerHeaders;
}

/** 401: no credentials, or bad ones. Its `code` is `ERR_AUTH_UNAUTHENTICATED`. @see RFC 9110 §15.5.2 */
export class UnauthenticatedException extends UnauthorizedException implements RefusalDetails {
  readonly code = 'ERR_AUTH_UNAUTHENTICATED';
  constructor(
    /** The header fields of the answer. */
    readonly headers: AnswerHeaders = {},
  ) {
    super();
  }
}

/**
 * 403: the caller is authenticated, and does not meet the requirements; or another site sent the request with the caller's cookie.
 * Its `code` is `ERR_AUTH_FORBIDDEN`. @see RFC 9110 §15.5.4
 */
export class AccessDeniedException extends ForbiddenException implements RefusalDetails {
  readonly code = 'ERR_AUTH_FORBIDDEN';
  constructor(
    /** The header fields of the answer. */
    readonly headers: AnswerHeaders = {},
  ) {
    super();
  }
}

/** 503: the caller could not be authenticated because something was unavailable. Its `code` is `ERR_AUTH_UNAVAILABLE`. @see RFC 9110 §15.6.4 */
export class AuthUnavailableException extends ServiceUnavailableException implements RefusalDetails {
  readonly code = 'ERR_AUTH_UNAVAILABLE';
  constructor(
    /** The header fields of the answer. */
    readonly headers: AnswerHeaders = {},
  ) {
    super();
  }
}

/** 429: too many failed attempts. Its `code` is `ERR_AUTH_TOO_MANY_ATTEMPTS`. @see RFC 6585 §4 */
export class TooManyAttemptsException extends HttpException implements RefusalDetails {
  readonly code = 'ERR_AUTH_TOO_MANY_ATTEMPTS';
  constructor(
    /** The header fields of the answer. */
    readonly headers: AnswerHeaders = {},
  ) {
    super({ message: 'Too Many Requests', statusCode: 429 }, 429);
  }
}

/**
 * 400: several `Authorization` header fields, or different tokens in one request, so that the caller is ambiguous.
 * Its `code` is `ERR_AUTH_AMBIGUOUS_CREDENTIALS`.
 */
export class AmbiguousCredentialsException extends BadRequestException implements RefusalDetails {
  readonly code = 'ERR_AUTH_AMBIGUOUS_CREDENTIALS';
  constructor(
    /** The header fields of the answer. */
    readonly headers: AnswerHeaders = {},
  ) {
    super();
  }
}

/** 400: a path that another hop could read as another path. Its `code` is `ERR_AUTH_AMBIGUOUS_PATH`. @see RFC 3986 §6.2.2 */
export class AmbiguousPathException extends BadRequestException implements RefusalDetails {
  readonly code = 'ERR_AUTH_AMBIGUOUS_PATH';
  constructor(
    /** The header fields of the answer. */
    readonly headers: AnswerHeaders = {},
  ) {
    super();
  }
}

/** Every class of exception that refuses a request. */
export const REFUSALS = [
  UnauthenticatedException,
  AccessDeniedException,
  AuthUnavailableException,
  TooManyAttemptsException,
  AmbiguousCredentialsException,
  AmbiguousPathException,
] as const;

/** An exception that refuses a request. */
export type RefusalException = InstanceType<(typeof REFUSALS)[number]>;

/** Whether an error is one of this module's refusals. */
export function isRefusal(error: unknown): error is RefusalException {
  return REFUSALS.some((refusal) => isA<RefusalException>(error, refusal));
}

/**
 * A thrown value, as an exception of Nest; undefined if it is not one. One that was made by another copy of `@nestjs/common` is known by
 * its methods and made anew, because Nest's filters would not know it.
 */
export function httpExceptionOf(thrown: unknown): HttpException | undefined {
  if (isA(thrown, HttpException)) return thrown;
  try {
    const foreign = thrown as HttpException;
    const status: unknown = foreign.getStatus();
    return isErrorStatus(status) ? new HttpException(foreign.getResponse(), status, { cause: thrown }) : undefined;
  } catch {
    // It has no such method, or cannot be asked.
    return undefined;
  }
}

function isErrorStatus(status: unknown): status is number {
  return Number.isInteger(status) && Number(status) >= 400 && Number(status) <= 599;
}
