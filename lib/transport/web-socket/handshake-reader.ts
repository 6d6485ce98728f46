import type { ClassRef } from '../../decorators/declaration.js';
import type { AuthRequest } from '../../http/auth-request.js';
import { ABSENT, MALFORMED } from '../../http/authorization.js';
import type { Credentials } from '../../http/credentials.js';
import { isFromAllowedOrigin, originsOf } from '../../http/origin.js';
import { type OpenSource, onlyToken, openSource, readerOf, readTokenValue } from '../../http/token-reader.js';
import { DEFAULT_WEB_SOCKET_SOURCES, type MessageTokenSource, type WebSocketTokenSource } from '../../http/web-socket.config.js';
import type { ResolvedAuthOptions } from '../../resolved-options.js';
import { Connection } from './connection.js';
import { SubprotocolToken } from './subprotocol-token.js';

/** The handshake of a connection: the HTTP request, and `auth` of socket.io. */
interface Handshake extends AuthRequest {
  readonly auth?: unknown;
}

/** Reads the handshakes of an application: finds the token, and whether another site's page sent the request. */
export class HandshakeReader {
  /** The name of the message with the token; undefined where there is no such source. */
  readonly message: string | undefined;
  /** The subprotocol before a token; undefined where there is no such source. */
  readonly subprotocol: SubprotocolToken | undefined;
  private readonly origins: ReadonlySet<string>;
  private readonly maxLength: number;
  private readonly find: (handshake: Handshake, methods: 'all') => Credentials;

  constructor(options: Pick<ResolvedAuthOptions, 'webSocket' | 'maxTokenLength' | 'publicUrl' | 'allowedOrigins'>) {
    const sources = options.webSocket?.tokenFrom ?? DEFAULT_WEB_SOCKET_SOURCES;
    this.maxLength = options.maxTokenLength;
    this.origins = new Set(originsOf(options));
    this.message = sources.find(isMessage)?.message;
    const subprotocol = sources.find((source) => 'subprotocol' in source)?.subprotocol;
    this.subprotocol = subprotocol === undefined ? undefined : new SubprotocolToken(subprotocol);
    this.find = readerOf(
      sources.flatMap((source) => (isMessage(source) ? [] : this.open(source))),
      this.origins,
    );
  }

  /** Reads a handshake with the server of `gateways`. @param auth - the `auth` of socket.io */
  read(gateways: readonly ClassRef[], request: AuthRequest, auth?: unknown): Connection {
    const { headers, rawHeaders, socket, method, url } = request;
    const isForeign = !isFromAllowedOrigin(request, 'all', this.origins);
    const bearer = this.find({ headers, rawHeaders, socket, method, url, auth }, 'all');
    const connection = new Connection(request, gateways, isForeign);
    // A strategy of the application may read a cookie by itself.
    if (isForeign && headers.cookie !== undefined) connection.headers = { ...headers, cookie: undefined };
    useToken(connection, bearer);
    return connection;
  }

  /** Gives a connection the token that its first message has: `{ token }`. */
  readMessage(connection: Connection, data: unknown): void {
    useToken(connection, this.readField(data, 'token'));
  }

  private open(source: Exclude<WebSocketTokenSource, MessageTokenSource>): OpenSource<Handshake> {
    if ('auth' in source) return { read: ({ auth }) => this.readField(auth, source.auth), isCookie: false };
    if (!('subprotocol' in source)) return openSource(source, this.maxLength);
    const { maxLength } = this;
    const subprotocol = new SubprotocolToken(source.subprotocol);
    const read = ({ headers }: Handshake) =>
      onlyToken(subprotocol.tokensIn(headers['sec-websocket-protocol']).map((token) => readTokenValue(token, maxLength)));
    return { read, isCookie: false };
  }

  /** A list of tokens, or anything else that is not text, is not taken for no token. */
  private readField(data: unknown, name: string): Credentials {
    const value: unknown = typeof data === 'object' && data !== null && Object.hasOwn(data, name) ? Reflect.get(data, name) : undefined;
    if (value === undefined || value === null) return ABSENT;
    return typeof value === 'string' ? readTokenValue(value, this.maxLength) : MALFORMED;
  }
}

function isMessage(source: WebSocketTokenSource): source is MessageTokenSource {
  return 'message' in source;
}

/** Strategies of the application read `authorization`. What the client wrote there itself stays; an earlier token does not. */
function useToken(connection: Connection, bearer: Credentials): void {
  connection.bearer = bearer;
  if (connection.hasOwnAuthorization) return;
  const authorization = bearer.kind === 'present' ? `Bearer ${bearer.value}` : undefined;
  if (authorization !== connection.headers.authorization) connection.headers = { ...connection.headers, authorization };
}
