import { type Clock, earlier, isOver, LONG_AGO, later, type Moment, present } from '../clock.js';
import { AuthUnavailableError, mistakesIn, textOf } from '../errors.js';
import { parseEndpoint } from '../outgoing/endpoint.js';
import { SingleFlight } from '../outgoing/single-flight.js';
import { DEFAULT_FRESHNESS, LONGEST_PAUSE, STALE_IF_ERROR } from '../outgoing/staleness.js';
import { type MetadataRequest, readMetadata } from './metadata.js';

const SECOND = 1000;

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
  private readAt = LONG_AGO;
  private dueAt = LONG_AGO;
  private goodUntil = LONG_AGO;
  /** Whether the operator need not be told of a failure: it was told already, or nobody needs the endpoint any more. */
  private isSilent = false;
  private readonly flights = new SingleFlight<URL>();

  constructor(private readonly init: DiscoveredEndpointInit) {}

  /**
   * Where the endpoint is, as far as is known: a promise only if the document was never read, or too long ago.
   *
   * @throws AuthUnavailableError if it cannot be found out.
   */
  locate(): URL | Promise<URL> {
    const known = this.usable;
    if (known === undefined) return this.current();
    if (this.isDue) this.current().catch(() => {});
    return known;
  }

  /** The same, after a document that is no longer fresh was read again. @throws AuthUnavailableError if it cannot be found out. */
  async current(): Promise<URL> {
    const known = this.usable;
    return known !== undefined && !this.isDue ? known : this.flights.run('document', () => this.read());
  }

  /** Reports that the endpoint does not answer: it may have moved. The document is read again soon, but not for each report. */
  doubt(): void {
    this.dueAt = earlier(this.dueAt, later(this.readAt, LONGEST_PAUSE));
  }

  /** The connections are being closed: a document that is being read fails now, and nobody is concerned. */
  close(): void {
    this.isSilent = true;
  }

  private get usable(): URL | undefined {
    return isOver(this.goodUntil, this.init.clock) ? undefined : this.url;
  }

  private get isDue(): boolean {
    return isOver(this.dueAt, this.init.clock);
  }

  private async read(): Promise<URL> {
    try {
      return this.renewed(await findEndpoint(this.init), present(this.init.clock));
    } catch (error) {
      return this.failed(error);
    }
  }

  private renewed(url: URL, now: Moment): URL {
    const { freshness = DEFAULT_FRESHNESS } = this.init;
    this.url = url;
    this.isSilent = false;
    this.readAt = now;
    this.dueAt = later(now, freshness * SECOND);
    this.goodUntil = later(this.dueAt, STALE_IF_ERROR);
    return url;
  }

  /** Without a known endpoint every caller learns of the failure, and reports it. */
  private failed(error: unknown): URL {
    const known = this.usable;
    if (known === undefined) throw error;
    this.dueAt = later(present(this.init.clock), LONGEST_PAUSE);
    if (!this.isSilent) this.init.warn(`The metadata cannot be read again: ${textOf(error)}. The known ${this.init.member} stays in use.`);
    this.isSilent = true;
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
  // What came over TLS must not lead to what anybody on the network can change.
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
