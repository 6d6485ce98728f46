import { NotFoundException } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { UnauthenticatedException } from 'nest-service-auth';
import { AnswerFields } from '../../../../lib/http/answer-fields.js';
import { createPrincipal } from '../../../../lib/principal.js';
import { HttpTransport } from '../../../../lib/transport/http/http.transport.js';

const alice = createPrincipal({ scheme: 'sts', method: 'jwt', username: 'alice' });
const requestOf = (url?: string, more: object = {}) => ({ method: 'GET', url, headers: {}, rawHeaders: [], ...more });

/** A transport, and the header fields that it puts on answers: by the adapter, and on Node's own response. */
function transport() {
  const fields: unknown[] = [];
  const ended: unknown[] = [];
  const httpAdapter = { setHeader: (_: unknown, ...field: unknown[]) => void fields.push(['adapter', ...field]) };
  const answers = new AnswerFields();
  const streams = { endWithCredential: (_: unknown, principal: unknown) => void ended.push(principal) };
  const http = new HttpTransport({ httpAdapter } as never, streams, answers);
  const wire = { setHeader: (...field: unknown[]) => void fields.push(['node', ...field]) };
  return { http, fields, ended, answers, wire };
}
const contextOf = (request: object, response: object = {}) => new ExecutionContextHost([request, response]);

describe('the plan of a request by its path', () => {
  const BY_PATH = { kind: 'by-path' } as const;
  const planOf = (request: object, plan: object = BY_PATH, method = 'GET') => {
    const asked: string[] = [];
    const paths = { planFor: (...target: string[]) => void asked.push(target.join(' ')) };
    const found = transport().http.planByPath(
      paths as never,
      { plan, transport: 'http', handler: { transport: 'http', method, paths: ['/'], places: [] } } as never,
      contextOf(request),
    );
    return asked[0] ?? found;
  };

  it.each<[string, object, string, string]>([
    ['has the path as rules see it', requestOf('/orders/?page=1'), 'GET', 'GET /orders'],
    ['has the method of the route', requestOf('/orders', { method: 'POST' }), 'DELETE', 'DELETE /orders'],
    ['has the method of a route of GET', requestOf('/orders', { method: 'POST' }), 'GET', 'GET /orders'],
    ['has its own method on a route of all methods', requestOf('/orders', { method: 'POST' }), 'ALL', 'POST /orders'],
    ['has its own method for HEAD on a route of GET', requestOf('/orders', { method: 'HEAD' }), 'GET', 'HEAD /orders'],
    ['has the method of a route of POST for HEAD', requestOf('/orders', { method: 'HEAD' }), 'POST', 'POST /orders'],
    ['has the case of the route', requestOf('/ORDERS/Seven', { route: { path: '/orders/:id' } }), 'GET', 'GET /orders/Seven'],
  ])('%s', (_, request, method, expected) => {
    expect(planOf(request, BY_PATH, method)).toBe(expected);
  });

  it.each<[string, object]>([
    ['is ambiguous', requestOf('/orders//7')],
    ['is missing', requestOf(undefined)],
    ['is not that of its route', requestOf('/admin', { route: { path: '/orders/:id' } })],
  ])('cannot be chosen where the path %s', (_, request) => {
    expect(planOf(request)).toBeUndefined();
  });

  it('is that of its handler where that is not by path, but for an ambiguous path', () => {
    const open = { kind: 'open', source: 'resource' };
    expect(planOf(requestOf('/orders'), open)).toBe(open);
    expect(planOf(requestOf('/orders//7'), open)).toBeUndefined();
  });
});

describe('an admitted request', () => {
  it('has its caller, whose stream ends with the credential, and the header fields of its answer', () => {
    const { http, fields, ended, answers, wire } = transport();
    const [request, other] = [requestOf('/'), requestOf('/')];
    answers.add(request, 'DPoP-Nonce', 'n1');
    http.keep(contextOf(request, wire), alice);
    http.keep(contextOf(other, wire), undefined);
    expect(HttpTransport.principalOf(contextOf(request))).toBe(alice);
    expect(HttpTransport.principalOf(contextOf(other))).toBeUndefined();
    expect([ended, fields]).toEqual([[alice, undefined], [['node', 'DPoP-Nonce', 'n1']]]);
  });
});

describe('a refusal', () => {
  it.each<[string, (wire: object) => object, string]>([
    ['of Express, by the adapter', (wire) => ({ ...wire, header: () => undefined }), 'adapter'],
    ['of Fastify, by the adapter', () => ({ header: () => undefined }), 'adapter'],
    ['in a middleware of Fastify, on the response of Node', (wire) => wire, 'node'],
  ])('has its header fields: %s', (_, responseOf, by) => {
    const { http, fields, wire } = transport();
    const refusal = new UnauthenticatedException({ 'WWW-Authenticate': ['A', 'B'] });
    expect(() => http.refuse(contextOf(requestOf('/'), responseOf(wire)), refusal)).toThrow(refusal);
    expect(fields).toEqual([[by, 'WWW-Authenticate', ['A', 'B']]]);
  });

  it('of the application is sent as it is', () => {
    const { http, fields, wire } = transport();
    const refusal = Object.assign(new NotFoundException(), { headers: { 'X-Own': '1' } });
    expect(() => http.refuse(contextOf(requestOf('/'), wire), refusal)).toThrow(refusal);
    expect(fields).toEqual([]);
  });
});
