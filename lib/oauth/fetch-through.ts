import type { CustomFetchOptions } from 'oauth4webapi';
import type { OutgoingAnswer, OutgoingClient } from '../outgoing/outgoing-client.js';
import { responseOf } from '../outgoing/response.js';

/** The most octets of an answer that are read: 256 KiB. */
export const MAX_ANSWER_BYTES = 262_144;

/** A `fetch` for the OAuth library that takes token requests through our own client, with its limits of time and size. */
export function fetchForTokens(client: OutgoingClient) {
  return async (url: string, { headers, body }: CustomFetchOptions<'POST', URLSearchParams>): Promise<Response> => {
    const answer = await client.request(new URL(url), { method: 'POST', headers, body: body.toString(), maxBytes: MAX_ANSWER_BYTES });
    return responseOf(answer, bodyOf(answer));
  };
}

/** An ID token that comes along says who the user is, for somebody who asks. The library would judge it, and refuse the access token with it. */
function bodyOf({ body }: OutgoingAnswer): string | Uint8Array<ArrayBuffer> {
  if (!body.includes('id_token')) return new Uint8Array(body);
  try {
    const answer: unknown = JSON.parse(body.toString());
    return JSON.stringify({ ...(answer as object), id_token: undefined });
  } catch {
    return new Uint8Array(body);
  }
}
