import type { IncomingHttpHeaders } from 'node:http';

/** The fields of which Node keeps the first, where there are several. @see https://nodejs.org/api/http.html#messageheaders */
const KEPT_ONCE: ReadonlySet<string> = new Set(
  `age authorization content-length content-type etag expires from host if-modified-since if-unmodified-since last-modified location
  max-forwards proxy-authorization referer retry-after server user-agent`.split(/\s+/),
);

/** The header fields as they came, by lower-case name, joined as Node joins them. A library may have written to `headers`, and not here. */
export function headersOf(rawHeaders: readonly string[]): IncomingHttpHeaders {
  const headers: Record<string, string | string[]> = Object.create(null);
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    headers[name] = joined(name, headers[name], rawHeaders[index + 1] ?? '');
  }
  return headers;
}

function joined(name: string, known: string | string[] | undefined, value: string): string | string[] {
  if (name === 'set-cookie') return [known ?? [], value].flat();
  if (known === undefined) return value;
  if (KEPT_ONCE.has(name)) return known;
  return `${known}${name === 'cookie' ? '; ' : ', '}${value}`;
}
