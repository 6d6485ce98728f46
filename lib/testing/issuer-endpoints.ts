import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CryptoKey, type JWK, jwtVerify } from 'jose';

/** What a test issuer has at the moment. */
export interface IssuerState {
  url: string;
  key: { readonly kid: string; readonly privateKey: CryptoKey; readonly publicKey: CryptoKey; readonly jwk: JWK };
  /** The claims of the opaque tokens. */
  readonly opaque: Map<string, Readonly<Record<string, unknown>>>;
  /** The status that answers every request; undefined where it works. */
  failure: number | undefined;
}

/** Answers a request to a test issuer. */
export async function answerTestRequest(state: IssuerState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  if (state.failure !== undefined) return send(response, state.failure, { error: 'server_error' });
  switch (request.url?.split('?', 1)[0]) {
    case '/.well-known/openid-configuration':
    case '/.well-known/oauth-authorization-server':
      return send(response, 200, metadataOf(state));
    case '/keys':
      return send(response, 200, { keys: [state.key.jwk] });
    case '/introspect':
      return send(response, 200, await introspect(state, new URLSearchParams(body).get('token') ?? ''));
    default:
      return send(response, 404, { error: 'not_found' });
  }
}

function metadataOf({ url, key: { jwk } }: IssuerState) {
  return {
    issuer: url,
    jwks_uri: `${url}/keys`,
    introspection_endpoint: `${url}/introspect`,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [jwk.alg],
  };
}

/** @see RFC 7662 §2.2 */
async function introspect({ opaque, key, url }: IssuerState, token: string): Promise<object> {
  const known = opaque.get(token);
  if (known !== undefined) return Number(known.exp) > Date.now() / 1000 ? { active: true, ...known } : { active: false };
  try {
    const { payload } = await jwtVerify(token, key.publicKey, { issuer: url });
    return { active: true, ...payload };
  } catch {
    return { active: false };
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));
}
