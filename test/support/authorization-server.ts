import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Adapter, type AdapterPayload, type ClientMetadata, type Configuration, Provider } from 'oidc-provider';

/** The secret of every client of the server that has one: characters that must be encoded, too. */
export const CLIENT_SECRET = 'p&ss: w%rd+=/~"';
/** The subject of the certificate of the client `by_certificate`. */
export const CERTIFICATE_CLIENT_CN = 'introspecting-client';

/** What a token of the server says. */
export interface TokenRequest {
  /** @defaultValue 'alice' */
  readonly sub?: string;
  readonly scope?: string;
  readonly aud?: string | string[];
  readonly extra?: Record<string, unknown>;
  /** Seconds. @defaultValue 600 */
  readonly expiresIn?: number;
  /** Binds the token to a certificate: its SHA-256 thumbprint in base64url. */
  readonly boundTo?: string;
}

export interface IssuedToken {
  readonly token: string;
  revoke(): Promise<void>;
}

/** A real OAuth 2 authorization server in this process. */
export interface AuthorizationServer {
  readonly issuer: string;
  readonly introspectionUrl: string;
  readonly tokenUrl: string;
  /** An introspection endpoint whose key is an access token of the server's own, with the scope `introspect`. */
  readonly bearerIntrospectionUrl: string;
  /** The paths that were asked for, in order. */
  readonly requests: string[];
  issue(request?: TokenRequest): Promise<IssuedToken>;
  /** Makes every access token that clients hold useless. */
  revokeOwnTokens(): Promise<void>;
  /** Stops answering: nobody listens any more. */
  stop(): Promise<void>;
  /** Answers again, at the same address. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Serves HTTPS, and asks for client certificates of this CA. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca: string };
  /** The public keys of the client `by_key`. */
  readonly jwks?: { keys: object[] };
  /** The private key that the server publishes the public part of. @defaultValue one that is not known */
  readonly signingKey?: object;
  /** More clients. */
  readonly clients?: readonly Partial<ClientMetadata>[];
  /** Adds to the server: grant types, for instance. */
  readonly extend?: (provider: Provider) => void;
}

/** Starts a server on a free loopback port, with one client for each way to authenticate: `by_basic`, `by_post`, `by_key`, `by_certificate`. */
export async function startAuthorizationServer({
  tls,
  jwks = { keys: [] },
  clients = [],
  signingKey = { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), kid: 'own', use: 'sig' },
  extend,
}: ServerOptions = {}): Promise<AuthorizationServer> {
  let listener: RequestListener = (_request, response) => response.end();
  const listen: RequestListener = (request, response) => listener(request, response);
  const server = tls ? createHttpsServer({ ...tls, requestCert: true, rejectUnauthorized: false }, listen) : createHttpServer(listen);
  const port = await listenOn(server, 0);
  const issuer = `${tls ? 'https' : 'http'}://localhost:${port}`;
  const provider = new Provider(issuer, configuration(jwks, clients, signingKey));
  extend?.(provider);
  provider.on('server_error', (_context, error) => process.stderr.write(`authorization server: ${error.stack}\n`));
  const requests: string[] = [];
  const ownTokens: { destroy(): Promise<void> }[] = [];
  provider.on('client_credentials.saved', (token) => ownTokens.push(token));
  const oauth = provider.callback();
  listener = (request, response) => {
    requests.push(request.url ?? '');
    if (request.url === '/bearer-introspection') return void introspectForBearer(provider, request, response);
    void oauth(request, response);
  };
  return {
    issuer,
    requests,
    introspectionUrl: `${issuer}/token/introspection`,
    tokenUrl: `${issuer}/token`,
    bearerIntrospectionUrl: `${issuer}/bearer-introspection`,
    issue: (request) => issueToken(provider, request),
    revokeOwnTokens: async () => {
      for (const token of ownTokens.splice(0)) await token.destroy();
    },
    stop: () => closeServer(server),
    start: async () => {
      if (!server.listening) await listenOn(server, port);
    },
    close: () => (server.listening ? closeServer(server) : Promise.resolve()),
  };
}

function configuration(jwks: { keys: object[] }, more: readonly Partial<ClientMetadata>[], signingKey: object): Configuration {
  const client = (client_id: string, more: Partial<ClientMetadata>): ClientMetadata => ({
    client_id,
    redirect_uris: [],
    response_types: [],
    grant_types: ['client_credentials'],
    scope: 'introspect',
    ...more,
  });
  const clients = [
    client('by_basic', { client_secret: CLIENT_SECRET, token_endpoint_auth_method: 'client_secret_basic' }),
    client('by_post', { client_secret: CLIENT_SECRET, token_endpoint_auth_method: 'client_secret_post' }),
    client('by_key', { jwks, token_endpoint_auth_method: 'private_key_jwt' } as Partial<ClientMetadata>),
    ...more.map((each) => client(each.client_id ?? '', each)),
    client('by_certificate', { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_subject_dn: CERTIFICATE_CLIENT_CN }),
  ];
  return {
    adapter: memoryAdapter(clients),
    scopes: ['introspect', 'read', 'write', 'offline_access'],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'tls_client_auth', 'none'],
    enabledJWA: { clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      dPoP: { enabled: true, nonceSecret: DPOP_NONCE_SECRET, requireNonce: () => true },
      mTLS: {
        enabled: true,
        tlsClientAuth: true,
        certificateBoundAccessTokens: true,
        getCertificate: (context: { socket: unknown }) => certificateOf(context.socket)?.toString(),
        certificateAuthorized: (context: { socket: unknown }) => context.socket instanceof TLSSocket && context.socket.authorized,
        certificateSubjectMatches: (context: { socket: unknown }, _property: string, expected: string) =>
          certificateOf(context.socket)?.subject === `CN=${expected}`,
      },
    },
    extraTokenClaims: (_context, token) => EXTRA.get(token),
    ttl: { ClientCredentials: 600, Grant: 600 },
    jwks: { keys: [signingKey] },
  };
}

/** Clients live here rather than in the configuration, whose deep copy is made of another realm's objects under Jest: those are no plain objects to the server. */
function memoryAdapter(clients: readonly ClientMetadata[]): (name: string) => Adapter {
  const stored = new Map<string, AdapterPayload>(clients.map((client) => [`Client:${client.client_id}`, client as AdapterPayload]));
  return (name) => ({
    find: async (id) => stored.get(`${name}:${id}`),
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    upsert: async (id, payload) => void stored.set(`${name}:${id}`, payload),
    consume: async (id) => void stored.set(`${name}:${id}`, { ...stored.get(`${name}:${id}`), consumed: Math.floor(Date.now() / 1000) }),
    destroy: async (id) => void stored.delete(`${name}:${id}`),
    revokeByGrantId: async () => {},
  });
}

function certificateOf(socket: unknown): X509Certificate | undefined {
  const raw = socket instanceof TLSSocket ? socket.getPeerCertificate().raw : undefined;
  return raw === undefined ? undefined : new X509Certificate(raw);
}

/** The secret of the nonces that proofs of keys must have. */
const DPOP_NONCE_SECRET = randomBytes(32);
/** What tokens say beyond the standard: the server asks for it while it saves them. */
const EXTRA = new WeakMap<object, Record<string, unknown>>();

async function issueToken(provider: Provider, request: TokenRequest = {}): Promise<IssuedToken> {
  const { sub = 'alice', scope = 'read', aud, extra, expiresIn = 600, boundTo } = request;
  const client = await provider.Client.find('by_basic');
  const grantId = await new provider.Grant({ accountId: sub, clientId: client!.clientId }).save();
  const token = new provider.AccessToken({ client: client!, accountId: sub, grantId, gty: 'authorization_code', scope, expiresIn });
  if (aud !== undefined) token.aud = aud;
  if (extra !== undefined) EXTRA.set(token, extra);
  if (boundTo !== undefined) token['x5t#S256'] = boundTo;
  return { token: await token.save(), revoke: () => token.destroy() };
}

/** RFC 7662 §2.1 lets an endpoint take a bearer token as the key, which `oidc-provider` itself does not. */
async function introspectForBearer(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const own = await provider.ClientCredentials.find(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
  if (own?.scope !== 'introspect') return void response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();
  const token = await provider.AccessToken.find(new URLSearchParams(await readAll(request)).get('token') ?? '');
  const answer = token ? { active: true, sub: token.accountId, scope: token.scope, exp: token.exp } : { active: false };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
