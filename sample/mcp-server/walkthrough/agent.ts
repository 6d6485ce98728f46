import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import { Browser } from './browser.js';

/** The address of the client. Nothing listens there: the browser stops at it. */
const CALLBACK = 'http://localhost:9469/callback';

/** What the client has asked a user for. */
export interface Login {
  readonly scope: string | null;
  readonly resource: string | null;
}

/** An agent with the official client. It knows the URL of the MCP server, and nothing else. */
export class Agent {
  /** The logins, in order. */
  readonly logins: Login[] = [];
  /** The token that it sends. */
  token: string | undefined;
  private readonly browser: Browser;
  private readonly provider: OAuthClientProvider;
  private code: string | undefined;

  constructor(
    private readonly url: string,
    user: string,
  ) {
    this.browser = new Browser(user);
    this.provider = this.storage();
  }

  /** Calls a tool. Where the client asks for a login, its user logs in, and the call is repeated. */
  async call(name: string, args: Record<string, unknown> = {}): Promise<unknown> {
    for (;;) {
      const transport = new StreamableHTTPClientTransport(new URL(this.url), { authProvider: this.provider });
      const client = new Client({ name: 'agent', version: '1.0.0' });
      try {
        await client.connect(transport);
        return (await client.callTool({ name, arguments: args })).content;
      } catch (error) {
        if (!(error instanceof UnauthorizedError) || this.code === undefined) throw error;
        const { code } = this;
        this.code = undefined;
        await transport.finishAuth(code);
      } finally {
        await client.close();
      }
    }
  }

  /** What the client keeps between logins, in memory. */
  private storage(): OAuthClientProvider {
    let client: OAuthClientInformationMixed | undefined;
    let tokens: OAuthTokens | undefined;
    let verifier = '';
    return {
      redirectUrl: CALLBACK,
      clientMetadata: {
        client_name: 'agent',
        redirect_uris: [CALLBACK],
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code'],
      },
      clientInformation: () => client,
      saveClientInformation: (given) => {
        client = given;
      },
      tokens: () => tokens,
      saveTokens: (given) => {
        tokens = given;
        this.token = given.access_token;
      },
      codeVerifier: () => verifier,
      saveCodeVerifier: (given) => {
        verifier = given;
      },
      redirectToAuthorization: async (url) => {
        this.logins.push({ scope: url.searchParams.get('scope'), resource: url.searchParams.get('resource') });
        this.code = await this.browser.logIn(url, CALLBACK);
      },
    };
  }
}
