import type { Clock } from '../clock.js';
import { AuthUnavailableError, mistakesIn, textOf } from '../errors.js';
import { parseEndpoint } from '../outgoing/endpoint.js';
import { DEFAULT_FRESHNESS, Freshness, LONGEST_PAUSE } from '../outgoing/freshness.js';
import { SingleFlight } from '../outgoing/single-flight.js';
import { type MetadataRequest, readMetadata } from './metadata.js';

/** The members of metadata that name an endpoint. @see RFC 8414 §2 */
export type EndpointMember = 'jwks_uri' | 'introspection_endpoint' | 'token_endpoint';

/** What a {@link DiscoveredEndpoint} is made of. */
export interface DiscoveredEndpointInit extends MetadataRequest {
  /** The endpoint that is looked for. */
  readonly member: EndpointMember;
  /** Accepts `http:` URLs of other machines in the document. */
  readonly allowHttp?: boolean | undefined;
  /**
   * How long the document is fresh, in seconds.
   * @defaultValue 600
   */
  readonly freshness?: number;
  readonly clock: Clock;
  /** Writes one line for the operator. */
  readonly warn: (message: string) => void;
}

/**
 * An endpoint that the metadata of an issuer name. The document is read when it is needed, in one flight, and again when it is no longer fresh;
 * while it cannot be read, the known endpoint stays in use for a bounded time.
 */
export class DiscoveredEndpoint {
  private url: URL | undefined;
  private readonly freshness: Freshness;
  private readonly flights = new SingleFlight<URL>();

  constructor(private readonly init: DiscoveredEndpointInit) {
    this.freshness = new Freshness(init.freshness ?? DEFAULT_FRESHNESS, init.clock, LONGEST_PAUSE);
  }

  /**
   * Where the endpoint is, as far as is known: a promise only if the document was never read, or too long ago.
   *
   * @throws AuthUnavailableError if it cannot be found out.
   */
  locate(): URL | Promise<URL> {
    const known = this.usable;
    if (known === undefined) return this.current();
    if (this.freshness.isDue) this.current().catch(() => {});
    return known;
  }

  /** The same, after a document that is no longer fresh was read again. @throws AuthUnavailableError if it cannot be found out. */
  async current(): Promise<URL> {
    const known = this.usable;
    return known !== undefined && !this.freshness.isDue ? known : this.flights.run('document', () => this.read());
  }

  /** Reports that the endpoint does not answer: it may have moved. The document is read again soon, but not for each report. */
  doubt(): void {
    this.freshness.doubt();
  }

  /** The connections are being closed: a document that is being read fails now, and the failure is not reported. */
  close(): void {
    this.freshness.end();
  }

  private get usable(): URL | undefined {
    return this.freshness.isGood ? this.url : undefined;
  }

  private async read(): Promise<URL> {
    try {
      return this.renewed(await findEndpoint(this.init));
    } catch (error) {
      return this.failed(error);
    }
  }

  private renewed(url: URL): URL {
    this.url = url;
    this.freshness.renewed();
    return url;
  }

  /** Without a known endpoint every caller gets the failure, and reports it. */
  private failed(error: unknown): URL {
    const known = this.usable;
    if (known === undefined) throw error;
    if (!this.freshness.isEnded && this.freshness.failed())
      this.init.warn(`The metadata cannot be read again: ${textOf(error)}. The known ${this.init.member} stays in use.`);
    return known;
  }
}

/** @throws AuthUnavailableError if the document does not name an endpoint that may be used. */
async function findEndpoint(init: DiscoveredEndpointInit): Promise<URL> {
  const { member, allowHttp = false } = init;
  const { url: document, members } = await readMetadata(init);
  const named = Object.hasOwn(members, member) ? members[member] : undefined;
  const where = `the metadata document at ${document.origin}${document.pathname}`;
  if (typeof named !== 'string') throw new AuthUnavailableError(`${where} does not name a ${member}`);
  const url = parseNamed(named, allowHttp, `the ${member} in ${where}`);
  // A document that came over TLS must not lead to an endpoint whose answers can be changed on the network.
  if (url.protocol === 'http:' && document.protocol === 'https:' && !allowHttp)
    throw new AuthUnavailableError(`the ${member} in ${where} uses http:, so that answers can be changed on the network`);
  return url;
}

function parseNamed(named: string, allowHttp: boolean, what: string): URL {
  try {
    return parseEndpoint(named, allowHttp);
  } catch (error) {
    throw new AuthUnavailableError(`${what} cannot be used: it ${mistakesIn(error)}`);
  }
}
