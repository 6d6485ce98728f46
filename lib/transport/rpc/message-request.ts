import type { AuthRequest } from '../../http/auth-request.js';
import { AUTHORIZATION, readUncheckedCredentials } from '../../http/authorization.js';
import type { Credentials } from '../../http/credentials.js';
import type { ObjectTable } from '../../object-table.js';
import type { Known } from '../remembered-verdicts.js';
import { fieldsOf } from './places/every-place.js';
import { FIELD_NAMES } from './places/place.js';

/** The credentials and the trace of one message, in the form that strategies read. */
export class MessageRequest implements AuthRequest {
  /** What authenticators said about a message. It stands in a field of the request, which every request has from the start. */
  static readonly memory: ObjectTable<AuthRequest, Known | undefined> = {
    get: (request) => (#known in request ? request.#known : undefined),
    set(request, known) {
      if (#known in request) request.#known = known;
    },
  };

  #known: Known | undefined = undefined;
  /** Wherever a scheme looks in requests of HTTP, a message has its token here. Its characters are checked by the code that reads it. */
  readonly bearer: Credentials;

  private constructor(
    readonly headers: AuthRequest['headers'],
    readonly rawHeaders: readonly string[],
    maxTokenLength: number,
  ) {
    this.bearer = readUncheckedCredentials(this, 'bearer', maxTokenLength);
  }

  /**
   * Reads the fields of a message; a request without fields where nothing stands for it.
   *
   * @param maxTokenLength - the longest token that is looked at, in characters.
   */
  static of(message: object | undefined, maxTokenLength: number): MessageRequest {
    const headers: Record<string, string> = {};
    const rawHeaders: string[] = [];
    if (message !== undefined) readFields(message, headers, rawHeaders);
    return new MessageRequest(headers, rawHeaders, maxTokenLength);
  }
}

function readFields(message: object, headers: Record<string, string>, rawHeaders: string[]): void {
  for (const [field, given] of fieldsOf(message)) {
    const name = field === AUTHORIZATION ? AUTHORIZATION : String(field).toLowerCase();
    if (FIELD_NAMES.includes(name)) addField(headers, rawHeaders, name, given);
  }
}

/** A name that occurs several times stays several fields, so that several credentials are found. */
function addField(headers: Record<string, string>, rawHeaders: string[], name: string, given: unknown): void {
  // Hardly ever a list: a list for each value would cost every message.
  if (Array.isArray(given)) for (const each of given) addValue(headers, rawHeaders, name, each);
  else addValue(headers, rawHeaders, name, given);
}

function addValue(headers: Record<string, string>, rawHeaders: string[], name: string, given: unknown): void {
  if (given === undefined || given === null) return;
  const value = textIn(given);
  headers[name] ??= value;
  rawHeaders.push(name, value);
}

/** A value that is neither text nor bytes is a field without a value: it is there, and is no credential. */
function textIn(value: unknown): string {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '';
}
