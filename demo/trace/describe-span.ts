import type { Span, SpanKind } from './span.js';

/** Whether a request came in or went out. */
const ARROWS: Readonly<Record<SpanKind, string>> = { server: '◀', client: '▶', internal: '•' };

/** Describes a span in one line, without its duration: the service, the incoming (◀) or outgoing (▶) request, and its result. */
export function describeSpan(span: Span): string {
  return [span.service, ARROWS[span.kind], what(span), ...outcome(span)].join(' ');
}

function what({ name, kind, attributes }: Span): string {
  const path = attributes['url.path'];
  if (path === undefined) return [name, ...subject(attributes)].join(' ');
  const host = kind === 'client' ? `${attributes['server.address']}:${attributes['server.port']}` : '';
  return `${attributes['http.request.method']} ${host}${path}`;
}

function subject({ 'auth.route': route, 'auth.client': client, 'auth.grant': grant }: Span['attributes']): unknown[] {
  if (client !== undefined) return ['for', client, 'by', grant];
  return route === undefined ? [] : [route];
}

function outcome({ attributes }: Span): unknown[] {
  const { 'auth.outcome': auth, 'auth.scheme': scheme, 'auth.reason': reason } = attributes;
  if (auth !== undefined) return ['→', ...(scheme === undefined ? [] : [scheme]), auth, ...(reason === undefined ? [] : [`(${reason})`])];
  const status = attributes['http.response.status_code'] ?? attributes['error.type'];
  return status === undefined ? [] : ['→', status];
}
