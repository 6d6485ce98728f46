import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Configuration, errors, interactionPolicy, Provider } from 'oidc-provider';

/** How long ago the user of a login server has logged in before any client asks for it, in seconds. */
const LONG_AGO = 1000;

/** A real authorization server with a user who is logged in by password since long ago, and who does what a login asks for. */
export interface LoginServer {
  readonly issuer: string;
  /** The logins that the user has completed, in order: the way in which it authenticated. */
  readonly logins: string[];
  close(): Promise<void>;
}

export interface LoginServerOptions {
  /** The resource that tokens are for, and its scope. */
  readonly resource: string;
  readonly scope: string;
  /** The redirect URI of the public client `app`. */
  readonly callback: string;
}

/** Starts the server on a free loopback port. Its tokens are JWTs with `acr` and `auth_time`. */
export async function startLoginServer(options: LoginServerOptions): Promise<LoginServer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, configurationOf(options));
  const logins: string[] = [];
  const oauth = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/')) void interact(provider, logins, request, response);
    else void oauth(request, response);
  });
  return {
    issuer,
    logins,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function configurationOf({ resource, scope, callback }: LoginServerOptions): Configuration {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const policy = interactionPolicy.base();
  // The server prompts by itself for an essential claim `acr` only; acr_values is a wish.
  policy.get('login')?.checks.add(
    new interactionPolicy.Check('acr_values', 'another way of authentication is needed', ({ oidc }) => {
      const wanted = String(oidc.params?.acr_values ?? '');
      const isMet = wanted === '' || wanted.split(' ').includes(String(oidc.acr));
      return isMet ? interactionPolicy.Check.NO_NEED_TO_PROMPT : interactionPolicy.Check.REQUEST_PROMPT;
    }),
  );
  return {
    clients: [{ client_id: 'app', redirect_uris: [callback], token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'ES256' }],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] } as Configuration['jwks'],
    acrValues: ['pwd', 'mfa'],
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    ttl: { AccessToken: 600, Grant: 600, Interaction: 600, Session: 600, IdToken: 600 },
    interactions: { policy },
    extraTokenClaims: ({ oidc }) => {
      const { acr, authTime } = oidc.entities.AuthorizationCode ?? {};
      return { acr, auth_time: authTime };
    },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, audience) => {
          if (audience !== resource) throw new errors.InvalidTarget();
          return { audience, scope, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } };
        },
      },
    },
  };
}

/** The pages of the server, which the user completes at once. */
async function interact(provider: Provider, logins: string[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    const [acr = 'pwd'] = params.acr_values === undefined ? [] : String(params.acr_values).split(' ');
    const ts = Math.floor(Date.now() / 1000) - (logins.length === 0 ? LONG_AGO : 0);
    logins.push(acr);
    await provider.interactionFinished(request, response, { login: { accountId: 'alice', acr, ts } });
    return;
  }
  const grant =
    (grantId === undefined ? undefined : await provider.Grant.find(grantId)) ??
    new provider.Grant({ accountId: session?.accountId ?? '', clientId: String(params.client_id) });
  grant.addOIDCScope(String(params.scope));
  grant.addResourceScope(String(params.resource), String(params.scope));
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}
