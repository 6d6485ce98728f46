import { Controller, Get } from '@nestjs/common';
import { ResourceAuth, ServiceAuth } from 'nest-service-auth';
import * as oauth from 'oauth4webapi';
import { Browser } from '../../sample/mcp-server/walkthrough/browser.js';
import { ADAPTERS } from '../support/adapters.js';
import { appModule, withApp } from '../support/app.js';
import { type LoginServer, startLoginServer } from '../support/login-server.js';

const RESOURCE = 'https://api.example.com/accounts';
const CALLBACK = 'http://localhost:9469/callback';
const CLIENT: oauth.Client = { client_id: 'app', id_token_signed_response_alg: 'ES256' };
const INSECURE = { [oauth.allowInsecureRequests]: true };

@ServiceAuth({ auth: [{ scheme: 'login', scopes: 'transfer' }] })
@Controller('accounts')
class AccountsController {
  @Get() list() {
    return 'accounts';
  }
  @ResourceAuth({ auth: { acr: 'mfa', scopes: 'transfer' } }) @Get('factor') factor() {
    return 'second factor';
  }
  @ResourceAuth({ auth: { acr: ['mfa', 'pwd'], maxAuthAge: 300 } }) @Get('recent') recent() {
    return 'recent login';
  }
}

/** A client of `oauth4webapi` with a user at a browser. */
class App {
  private readonly browser = new Browser('alice');

  private constructor(private readonly server: oauth.AuthorizationServer) {}

  static async discover(issuer: string): Promise<App> {
    const url = new URL(issuer);
    return new App(await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, INSECURE)));
  }

  /** Obtains a token. @param more - the parameters of a challenge. */
  async logIn(more: Record<string, string> = {}): Promise<string> {
    const verifier = oauth.generateRandomCodeVerifier();
    const start = new URL(String(this.server.authorization_endpoint));
    start.search = String(
      new URLSearchParams({
        ...{ client_id: CLIENT.client_id, redirect_uri: CALLBACK, response_type: 'code', resource: RESOURCE, scope: 'openid transfer' },
        ...{ code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...more },
      }),
    );
    const code = await this.browser.logIn(start, CALLBACK);
    const answer = new URLSearchParams({ code, iss: this.server.issuer });
    const parameters = oauth.validateAuthResponse(this.server, CLIENT, answer);
    const options = { ...INSECURE, additionalParameters: { resource: RESOURCE } };
    const response = await oauth.authorizationCodeGrantRequest(
      ...([this.server, CLIENT, oauth.None(), parameters, CALLBACK, verifier, options] as const),
    );
    return (await oauth.processAuthorizationCodeResponse(this.server, CLIENT, response)).access_token;
  }
}

/** The answer to a request, or the parameters of its challenge. */
async function get(url: string, token: string): Promise<string | Record<string, string | undefined>> {
  try {
    return await (await oauth.protectedResourceRequest(token, 'GET', new URL(url), undefined, undefined, INSECURE)).text();
  } catch (error) {
    if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error;
    return { ...error.cause[0]?.parameters };
  }
}

let server: LoginServer;
beforeEach(async () => {
  server = await startLoginServer({ resource: RESOURCE, scope: 'transfer', callback: CALLBACK });
});
afterEach(() => server.close());

describe.each(ADAPTERS)('a client that steps up at a real authorization server, on %s', (adapter) => {
  const module = () =>
    appModule({
      auth: { schemes: { login: { jwtValidatorConfig: { profile: 'rfc9068', issuer: server.issuer } } }, resource: { url: RESOURCE } },
      controllers: [AccountsController],
    });

  it('logs in again with the acr_values of the challenge, and is admitted', () =>
    withApp(adapter, module(), async ({ url }) => {
      const app = await App.discover(server.issuer);
      const first = await app.logIn();
      expect(await get(`${url}/accounts`, first)).toBe('accounts');
      const challenge = await get(`${url}/accounts/factor`, first);
      expect(challenge).toMatchObject({ error: 'insufficient_user_authentication', acr_values: 'mfa' });
      const second = await app.logIn({ acr_values: (challenge as Record<string, string>).acr_values ?? '' });
      expect(await get(`${url}/accounts/factor`, second)).toBe('second factor');
      expect(server.logins).toEqual(['pwd', 'mfa']);
      // The old token has gained nothing.
      expect(await get(`${url}/accounts/factor`, first)).toMatchObject({ error: 'insufficient_user_authentication' });
    }));

  it('logs in again with the max_age of the challenge, and is admitted', () =>
    withApp(adapter, module(), async ({ url }) => {
      const app = await App.discover(server.issuer);
      const challenge = await get(`${url}/accounts/recent`, await app.logIn());
      expect(challenge).toMatchObject({ error: 'insufficient_user_authentication', max_age: '300' });
      // Another token of the old login does not help.
      expect(await get(`${url}/accounts/recent`, await app.logIn())).toMatchObject({ max_age: '300' });
      const { max_age = '', acr_values = '' } = challenge as Record<string, string>;
      const second = await app.logIn({ max_age, acr_values });
      expect(await get(`${url}/accounts/recent`, second)).toBe('recent login');
      expect(server.logins).toHaveLength(2);
    }));
});
