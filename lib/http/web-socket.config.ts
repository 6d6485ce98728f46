import type { CookieTokenSource, HeaderTokenSource } from './token-source.js';

/** A place in the handshake of a WebSocket connection, or in its first message, where a bearer token may be. */
export type WebSocketTokenSource =
  | HeaderTokenSource
  | CookieTokenSource
  | HandshakeAuthTokenSource
  | SubprotocolTokenSource
  | MessageTokenSource;

/** A field of socket.io's `auth`: `io(url, { auth: { token } })`. Its value is the token, with or without `Bearer` before it. */
export interface HandshakeAuthTokenSource {
  /** The name of the field: `token`. */
  readonly auth: string;
}

/**
 * A subprotocol, for clients that cannot write header fields, such as browsers: `new WebSocket(url, ['orders.v1', 'bearer', token])`. The
 * token follows the named subprotocol. One with characters that a subprotocol cannot have is sent as
 * `base64url.bearer.authorization.<the token in base64url>`. Neither is echoed, so the client must name a subprotocol of the application
 * as well, in the first place.
 */
export interface SubprotocolTokenSource {
  /** The subprotocol before the token: `bearer`. */
  readonly subprotocol: string;
}

/**
 * A message: a client without credentials may connect, and must send its token in the data of this message, `{ token }`. Until then every
 * other message is refused, `handleConnection` is not called, and no message handler is bound.
 */
export interface MessageTokenSource {
  /** The name of the message: `authenticate`. No gateway may subscribe to it. */
  readonly message: string;
}

/** How WebSocket connections are authenticated. */
export interface WebSocketOptions {
  /**
   * Where a bearer token is looked for, in place of the `tokenFrom` of the schemes. Never in the URL: proxies log it.
   * @defaultValue [{ header: 'authorization' }, { auth: 'token' }]
   */
  readonly tokenFrom?: readonly WebSocketTokenSource[];
  /**
   * What happens when the credentials of a connection expire: it is closed (close code 4401; socket.io disconnects it), or it stays open
   * and its messages are refused.
   * @defaultValue 'close'
   */
  readonly onExpiry?: 'close' | 'refuse';
  /**
   * Seconds that a client has for the message with its token; then it is disconnected (close code 4401). Only with a `{ message }` source.
   * @defaultValue 10
   */
  readonly firstMessageWithin?: number;
  /**
   * Seconds after which the token of a connection is asked about again, if an authorization server answers for it (introspection). A
   * token that is no longer active ends the connection. While the server cannot be reached, the connection stays and its messages are
   * refused as unavailable.
   * @defaultValue never
   */
  readonly recheck?: number;
}

/** Where a bearer token is looked for unless it is configured. */
export const DEFAULT_WEB_SOCKET_SOURCES: readonly WebSocketTokenSource[] = [{ header: 'authorization' }, { auth: 'token' }];

/** The seconds that a client has for the message with its token unless it is configured. */
export const DEFAULT_FIRST_MESSAGE_WITHIN = 10;
