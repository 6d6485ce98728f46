import type { EndpointLocation } from '../../oauth/endpoint-location.js';
import { MAX_ANSWER_BYTES } from '../../oauth/fetch-through.js';
import { secretsOf } from '../../oauth/server-says.js';
import type { OutgoingClient } from '../../outgoing/outgoing-client.js';
import { type IntrospectionAnswer, OwnCredentialsRefusedError, readAnswer } from './answer.js';
import type { ClientAuthentication } from './client-credentials.js';

/** Where to ask about tokens, and how. */
export interface EndpointOptions {
  readonly location: EndpointLocation;
  readonly client: OutgoingClient;
  readonly authentication: ClientAuthentication;
  /** The parameters that go with every token. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** An introspection endpoint. @see RFC 7662 §2 */
export class IntrospectionEndpoint {
  constructor(private readonly options: EndpointOptions) {}

  /**
   * Asks about a token. A credential of this application's own that is refused is renewed once, where that is possible.
   *
   * @throws AuthUnavailableError if the endpoint gave no answer that says anything of the token.
   */
  async ask(token: string): Promise<IntrospectionAnswer> {
    const { authentication } = this.options;
    const headers = new Headers();
    try {
      return await this.exchange(token, headers);
    } catch (error) {
      const signed = headers.has('authorization');
      if (authentication.renew === undefined || !signed || !(error instanceof OwnCredentialsRefusedError)) throw error;
      authentication.renew(headers);
      return await this.exchange(token, new Headers());
    }
  }

  /** Lets go of connections. */
  async close(): Promise<void> {
    const { location, client, authentication } = this.options;
    await Promise.all([location.close(), client.close(), authentication.close?.()]);
  }

  private async exchange(token: string, headers: Headers): Promise<IntrospectionAnswer> {
    const { location, client, authentication, parameters } = this.options;
    const url = await location.locate();
    // URLSearchParams encodes, so that no character of a token can begin another parameter.
    const body = new URLSearchParams({ token, ...parameters });
    headers.set('accept', 'application/json');
    headers.set('content-type', 'application/x-www-form-urlencoded');
    await authentication.sign(body, headers);
    const request = { headers: Object.fromEntries(headers), body: body.toString(), maxBytes: MAX_ANSWER_BYTES };
    const answer = await client.request(url, { method: 'POST', ...request }).catch((error: unknown) => {
      location.doubt?.();
      throw error;
    });
    // An endpoint that moved answers, too, but with nothing that says so.
    if (answer.status === 404 || answer.status === 410) location.doubt?.();
    return readAnswer(answer, { where: `${url.origin}${url.pathname}`, secrets: secretsOf(body, headers) });
  }
}
