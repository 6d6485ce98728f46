import type { HttpException } from '@nestjs/common';
import { type CodedRefusal, codedRefusal } from '../refusal-code.js';

/** The error that the client of a microservice gets. */
export interface RefusalBody extends CodedRefusal {
  /** What Nest writes into every error of a microservice. */
  readonly status: 'error';
  readonly message: string;
  /** The status code that HTTP has for it. */
  readonly statusCode: number;
}

/** The error for a refusal. */
export function bodyOf(refusal: HttpException): RefusalBody {
  return { status: 'error', ...codedRefusal(refusal), message: refusal.message, statusCode: refusal.getStatus() };
}
