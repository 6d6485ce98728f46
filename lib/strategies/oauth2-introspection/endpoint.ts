import { isPromise } from '../../awaitable.js';
import type { EndpointLocation } from '../../oauth/endpoint-location.js';
import { MAX_ANSWER_BYTES } from '../../oauth/fetch-through.js';
import { secretsOf } from '../../oauth/server-says.js';
import type { OutgoingAnswer, OutgoingClient } from '../../outgoing/outgoing-client.js';
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

/** What goes with a token: the other parameters, encoded, and the header fields. */
interface Cover {
  readonly parameters: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** An introspection endpoint. @see RFC 7662 §2 */
export class IntrospectionEndpoint {
  /** The cover of every question; undefined where each one has its own. */
  private fixed: Cover | undefined;

  constructor(private readonly options: EndpointOptions) {}

  /**
   * Asks about a token. A credential of this application's own that is refused is renewed once, where that is possible.
   *
   * @throws AuthUnavailableError if the endpoint gave no answer that says anything of the token.
   */
  ask(token: string): Promise<IntrospectionAnswer> {
    const url = this.options.location.locate();
    return this.fixed === undefined || isPromise(url) ? this.askLater(url, token) : this.exchange(url, token, this.fixed);
  }

  /** Lets go of connections. */
  async close(): Promise<void> {
    const { location, client, authentication } = this.options;
    await Promise.all([location.close(), client.close(), authentication.close?.()]);
  }

  private async askLater(where: URL | PromiseLike<URL>, token: string): Promise<IntrospectionAnswer> {
    const { authentication } = this.options;
    const url = await where;
    const cover = await this.cover();
    try {
      return await this.exchange(url, token, cover);
    } catch (error) {
      if (authentication.renew === undefined || !(error instanceof OwnCredentialsRefusedError)) throw error;
      authentication.renew(cover.headers.authorization ?? '');
      return await this.exchange(url, token, await this.cover());
    }
  }

  private async cover(): Promise<Cover> {
    const { authentication, parameters } = this.options;
    const body = new URLSearchParams(parameters);
    const headers = new Headers({ accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' });
    await authentication.sign(body, headers);
    const cover = { parameters: body.toString(), headers: Object.fromEntries(headers) };
    if (authentication.isFixed === true) this.fixed = cover;
    return cover;
  }

  private async exchange(url: URL, token: string, { parameters, headers }: Cover): Promise<IntrospectionAnswer> {
    const { location, client } = this.options;
    // Encoded, so that no character of a token can begin another parameter.
    const body = `token=${encodeURIComponent(token)}${parameters === '' ? '' : `&${parameters}`}`;
    let answer: OutgoingAnswer;
    try {
      answer = await client.request(url, { method: 'POST', headers, body, maxBytes: MAX_ANSWER_BYTES });
    } catch (error) {
      location.doubt?.();
      throw error;
    }
    // An endpoint that moved answers, too, but with nothing that says so.
    if (answer.status === 404 || answer.status === 410) location.doubt?.();
    return readAnswer(answer, () => ({
      where: `${url.origin}${url.pathname}`,
      secrets: secretsOf(new URLSearchParams(body), new Headers(headers)),
    }));
  }
}
