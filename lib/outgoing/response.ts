/** Statuses with which a `Response` must not have a body. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** Whether an answer may have a body. @see RFC 9110 §6.4.1 */
export function mayHaveBody(status: number, method: string): boolean {
  return method !== 'HEAD' && !WITHOUT_BODY.has(status);
}

/** The status and the header fields of an answer. */
export interface AnswerHead {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Makes the `Response` of the Fetch standard from an answer. */
export function responseOf({ status, headers }: AnswerHead, body: ReadableStream | Uint8Array<ArrayBuffer> | string | null): Response {
  const fields = Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((each): [string, string] => [name, each]));
  return new Response(WITHOUT_BODY.has(status) ? null : body, { status, headers: fields });
}
