import { Injectable } from '@nestjs/common';
import type { AuthRequest } from './auth-request.js';

/** Header fields for the answers to requests that are admitted, such as a new nonce: the transport puts them on the answer. */
@Injectable()
export class AnswerFields {
  private byRequest: WeakMap<AuthRequest, Record<string, string>> | undefined;

  /** Whether any request ever had one. */
  get areUsed(): boolean {
    return this.byRequest !== undefined;
  }

  /** Adds a header field to the answer, in place of one of the same name. */
  add(request: AuthRequest, name: string, value: string): void {
    this.byRequest ??= new WeakMap();
    this.byRequest.set(request, { ...this.byRequest.get(request), [name]: value });
  }

  /** The header fields for the answer to a request; undefined if there are none. */
  of(request: AuthRequest): Readonly<Record<string, string>> | undefined {
    return this.byRequest?.get(request);
  }
}
