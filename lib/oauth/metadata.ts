import * as z from 'zod';
import { loadOAuth } from '../config/load-libraries.js';
import { AuthUnavailableError } from '../errors.js';
import type { OutgoingClient } from '../outgoing/outgoing-client.js';
import { fetchMetadataThrough } from './fetch-through.js';

/** Whose metadata is read, and where. */
export interface MetadataRequest {
  readonly client: Pick<OutgoingClient, 'request'>;
  /** The issuer. Unless there is a `url`, it must be a URL. */
  readonly issuer: string;
  /** Where the document is, if it is not at the well-known places of the issuer. */
  readonly url?: URL | undefined;
  /**
   * Whether the `issuer` that the document states is the expected one.
   * @defaultValue it is `issuer`, to the letter
   */
  readonly isIssuer?: ((stated: string) => boolean) | undefined;
}

/** A metadata document whose issuer was checked. */
export interface Metadata {
  /** Where the document came from. */
  readonly url: URL;
  /** Its members. Nothing but the issuer was checked. */
  readonly members: Readonly<Record<string, unknown>>;
}

const documentSchema = z.looseObject({ issuer: z.string() });

/**
 * Reads the metadata of an issuer: the OpenID Connect document, and after an answer 4xx the one of RFC 8414. An answer 5xx does not show which of
 * them exists, so that the other one is not tried.
 *
 * @throws AuthUnavailableError if there is no document, it cannot be read, or it belongs to another issuer.
 * @see OpenID Connect Discovery 1.0 §4, RFC 8414 §3
 */
export async function readMetadata(request: MetadataRequest): Promise<Metadata> {
  const first = await fetchDocument(request, 'oidc');
  if (request.url !== undefined || !isClientError(first)) return documentOf(request, first);
  const second = await fetchDocument(request, 'oauth2');
  if (!isClientError(second)) return documentOf(request, second);
  throw new AuthUnavailableError(`there is no metadata document: ${describeStatus(first)}, and ${describeStatus(second)}`);
}

interface Answer {
  readonly url: URL;
  readonly response: Response;
}

async function fetchDocument({ client, issuer, url }: MetadataRequest, algorithm: 'oidc' | 'oauth2'): Promise<Answer> {
  const fetchThrough = fetchMetadataThrough(client);
  if (url !== undefined) return { url, response: await fetchThrough(url.href) };
  const { allowInsecureRequests, customFetch, discoveryRequest } = await loadOAuth();
  let asked = new URL(issuer);
  const noted = (href: string) => {
    asked = new URL(href);
    return fetchThrough(href);
  };
  // The URL of the issuer was checked at boot, where http: is allowed for this machine.
  const response = await discoveryRequest(asked, { algorithm, [customFetch]: noted, [allowInsecureRequests]: true });
  return { url: asked, response };
}

/**
 * The library compares issuers as URLs, after normalization. Here every letter counts: `https://idp.example` and `https://idp.example/` are two
 * issuers. @see RFC 8414 §3.3
 */
async function documentOf({ issuer, isIssuer = (stated) => stated === issuer }: MetadataRequest, answer: Answer): Promise<Metadata> {
  const { url, response } = answer;
  if (response.status !== 200) throw new AuthUnavailableError(describeStatus(answer));
  const { success, data } = documentSchema.safeParse(await response.json().catch(() => undefined));
  if (!success) throw new AuthUnavailableError(`${describe(url)} did not answer with a metadata document`);
  if (!isIssuer(data.issuer)) {
    const stated = JSON.stringify(data.issuer.slice(0, 200));
    throw new AuthUnavailableError(`the document at ${describe(url)} is about the issuer ${stated}, not about ${JSON.stringify(issuer)}`);
  }
  return { url, members: data };
}

function isClientError({ response: { status } }: Answer): boolean {
  return status >= 400 && status < 500;
}

function describeStatus({ url, response }: Answer): string {
  return `${describe(url)} answered with the status ${response.status}`;
}

/** Without the query, which may hold a secret. */
function describe({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
