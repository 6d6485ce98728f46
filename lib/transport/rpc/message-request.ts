import type { AuthRequest } from '../../http/auth-request.js';
import { AUTHORIZATION, readUncheckedCredentials } from '../../http/authorization.js';
import type { Credentials } from '../../http/credentials.js';
import type { ObjectTable } from '../../object-table.js';
import type { Known } from '../remembered-verdicts.js';
import { readFields } from './places/every-place.js';
import { FIELD_NAMES, type FieldReader } from './places/place.js';

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
  readonly headers: AuthRequest['headers'];
  readonly rawHeaders: readonly string[];

  private constructor({ headers, rawHeaders }: MessageFields, maxTokenLength: number) {
    this.headers = headers;
    this.rawHeaders = rawHeaders;
    this.bearer = readUncheckedCredentials(this, 'bearer', maxTokenLength);
  }

  /**
   * Reads the fields of a message; a request without fields where nothing stands for it.
   *
   * @param maxTokenLength - the longest token that is looked at, in characters.
   */
  static of(message: object | undefined, maxTokenLength: number): MessageRequest {
    const fields = new MessageFields();
    if (message !== undefined) readFields(message, fields);
    return new MessageRequest(fields, maxTokenLength);
  }
}

/** The fields of a message that are read, in the form of header fields. */
class MessageFields implements FieldReader {
  readonly headers: Record<string, string> = {};
  readonly rawHeaders: string[] = [];

  /** A name that occurs several times stays several fields, so that several credentials are found. */
  add(field: unknown, given: unknown): void {
    const name = field === AUTHORIZATION ? AUTHORIZATION : String(field).toLowerCase();
    if (!FIELD_NAMES.includes(name)) return;
    // Hardly ever a list: a list for each value would cost every message.
    if (Array.isArray(given)) for (const each of given) this.addValue(name, each);
    else this.addValue(name, given);
  }

  private addValue(name: string, given: unknown): void {
    if (given === undefined || given === null) return;
    const value = textIn(given);
    this.headers[name] ??= value;
    this.rawHeaders.push(name, value);
  }
}

/** A value that is neither text nor bytes is a field without a value: it is there, and is no credential. */
function textIn(value: unknown): string {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '';
}
