import type { CustomFetchOptions } from 'oauth4webapi';
import type { OutgoingAnswer, OutgoingClient } from '../outgoing/outgoing-client.js';
import { responseOf } from '../outgoing/response.js';

/** The largest answer in bytes that is read: 256 KiB. */
export const MAX_ANSWER_BYTES = 262_144;

/** A `fetch` for the OAuth library that sends token requests with our own client, whose time and size are bounded. */
export function fetchForTokens(client: OutgoingClient) {
  return async (url: string, { headers, body }: CustomFetchOptions<'POST', URLSearchParams>): Promise<Response> => {
    const answer = await client.request(new URL(url), { method: 'POST', headers, body: body.toString(), maxBytes: MAX_ANSWER_BYTES });
    return responseOf(answer, bodyOf(answer));
  };
}

/** The largest metadata document in bytes that is read: 256 KiB. */
const MAX_METADATA_BYTES = 262_144;

/** A `fetch` for the OAuth library that reads metadata with our own client, which follows no redirect to another origin. */
export function fetchMetadataThrough(client: Pick<OutgoingClient, 'request'>) {
  return async (url: string): Promise<Response> => {
    const headers = { accept: 'application/json' };
    const answer = await client.request(new URL(url), { method: 'GET', headers, maxBytes: MAX_METADATA_BYTES });
    return responseOf(answer, new Uint8Array(answer.body));
  };
}

/** Without the ID token, which is not used here: the library would verify it, and fail where that fails. */
function bodyOf({ body }: OutgoingAnswer): string | Uint8Array<ArrayBuffer> {
  if (!body.includes('id_token')) return new Uint8Array(body);
  try {
    const answer: unknown = JSON.parse(body.toString());
    return JSON.stringify({ ...(answer as object), id_token: undefined });
  } catch {
    return new Uint8Array(body);
  }
}
