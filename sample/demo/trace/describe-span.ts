import type { Span, SpanKind } from './span.js';

/** Whether a request came in or went out. */
const ARROWS: Readonly<Record<SpanKind, string>> = { server: '◀', client: '▶', internal: '•' };

/** What a span is about, in one line without its duration: the service, the request that came in (◀) or went out (▶), and how it ended. */
export function describeSpan(span: Span): string {
  return [span.service, ARROWS[span.kind], what(span), ...outcome(span)].join(' ');
}

function what({ name, kind, attributes }: Span): string {
  const path = attributes['url.path'];
  if (path === undefined) return [name, attributes['auth.route']].filter((part) => part !== undefined).join(' ');
  const host = kind === 'client' ? `${attributes['server.address']}:${attributes['server.port']}` : '';
  return `${attributes['http.request.method']} ${host}${path}`;
}

function outcome({ attributes }: Span): unknown[] {
  const { 'auth.outcome': auth, 'auth.scheme': scheme, 'auth.reason': reason } = attributes;
  if (auth !== undefined) return ['→', scheme, auth, ...(reason === undefined ? [] : [`(${reason})`])];
  const status = attributes['http.response.status_code'] ?? attributes['error.type'];
  return status === undefined ? [] : ['→', status];
}
