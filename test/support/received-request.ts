import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

/** What a client sent. */
export interface Sent {
  readonly rawHeaders?: readonly string[];
  readonly method?: string;
  readonly url?: string;
  readonly socket?: Socket;
}

/**
 * A request as the parser of Node hands it out. Its `headers` are made of the fields that the parser adds: a request that is only given
 * `rawHeaders` has none.
 */
export function receivedRequest({ rawHeaders = [], method = 'GET', url = '/', socket = new Socket() }: Sent = {}): IncomingMessage {
  const request = Object.assign(new IncomingMessage(socket), { method, url });
  const addHeaderLines = Reflect.get(request, '_addHeaderLines');
  Reflect.apply(addHeaderLines, request, [[...rawHeaders], rawHeaders.length]);
  return request;
}
