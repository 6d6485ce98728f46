/** One element of `X-Forwarded-Client-Cert`: what one proxy says of the client that it spoke with. */
export type XfccElement = readonly XfccPair[];

/** One `key=value`. The key is in lower case; the value has neither its quotes nor its escapes. */
export interface XfccPair {
  readonly key: string;
  readonly value: string;
}

/**
 * One `key=value`, and what follows it: `;` before the next pair, `,` before the next element. Blanks are matched in one place only: a long run
 * of them must not be tried in every way.
 */
const PAIR = / *([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^",; ]*(?: +[^",; ]+)*)) *([;,]|$)/gy;

/**
 * Reads Envoy's `X-Forwarded-Client-Cert`.
 *
 * @returns its elements, in the order of the field; undefined if anything in it cannot be read.
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#x-forwarded-client-cert
 */
export function parseXfcc(text: string): readonly XfccElement[] | undefined {
  const matches = [...text.matchAll(PAIR)];
  // Nothing but the end of the text follows the last pair: neither what could not be read, nor a separator.
  if (matches.at(-1)?.[4] !== '') return undefined;
  const elements: XfccPair[][] = [[]];
  for (const [, key = '', quoted, plain = '', end] of matches) {
    elements.at(-1)?.push({ key: key.toLowerCase(), value: quoted?.replaceAll(/\\(.)/gs, '$1') ?? plain });
    if (end === ',') elements.push([]);
  }
  return elements;
}

/** The values of a key (in lower case) that are not empty: Envoy writes `URI=` where there is none. */
export function xfccValues(element: XfccElement, key: string): readonly string[] {
  return element.flatMap((pair) => (pair.key === key && pair.value !== '' ? [pair.value] : []));
}
