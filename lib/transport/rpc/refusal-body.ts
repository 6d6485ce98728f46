import type { HttpException } from '@nestjs/common';
import { errorOf, type RefusalError } from '../refusal-code.js';

/** The error that the client of a microservice gets. */
export interface RefusalBody extends RefusalError {
  /** The status code that HTTP has for it. */
  readonly statusCode: number;
}

/** The error for a refusal. */
export function bodyOf(refusal: HttpException): RefusalBody {
  return { ...errorOf(refusal), statusCode: refusal.getStatus() };
}
