import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { AnswerFields } from '../../../lib/http/answer-fields.js';
import { requestOf, routePattern, wireRequest } from '../../../lib/http/wire-request.js';

const plain = () => ({ headers: {}, rawHeaders: [] });

describe("Node's own request", () => {
  it('is what Express hands out, whatever an application has written to it', () => {
    const request = Object.assign(new IncomingMessage(new Socket()), { raw: plain() });
    expect(wireRequest(request)).toBe(request);
  });

  it('is in what Fastify hands out', () => {
    const raw = plain();
    expect(wireRequest({ raw })).toBe(raw);
  });

  it('is what stands for it, where there is none', () => {
    const request = plain();
    expect(wireRequest(request)).toBe(request);
  });
});

describe('the request of what AuthService is given', () => {
  it('is that of the framework', () => {
    const raw = plain();
    expect(requestOf({ raw })).toBe(raw);
  });

  it('has nothing but the Authorization header where that is given', () => {
    expect(requestOf('Bearer a')).toEqual({ headers: { authorization: 'Bearer a' }, rawHeaders: ['Authorization', 'Bearer a'] });
    expect(requestOf(undefined)).toEqual({ headers: {}, rawHeaders: [] });
  });
});

it.each<[object, string | undefined]>([
  [{ route: { path: '/a/:id' } }, '/a/:id'],
  [{ routeOptions: { url: '/b/:id' } }, '/b/:id'],
  [{ routeOptions: { url: '/b/:id' }, route: { path: '/a' } }, '/b/:id'],
  [{ route: { path: /a/ } }, undefined],
  [{ route: { path: ['/a', '/b'] } }, undefined],
  [{ routeOptions: {} }, undefined],
  [{}, undefined],
])('the route of %j has the pattern %s', (request, pattern) => {
  expect(routePattern(request)).toBe(pattern);
});

describe('the header fields for an answer', () => {
  it('are those of its request, the last one of each name', () => {
    const fields = new AnswerFields();
    const [one, other, third] = [plain(), plain(), plain()];
    expect([fields.areUsed, fields.of(one)]).toEqual([false, undefined]);
    fields.add(one, 'dpop-nonce', 'a');
    fields.add(one, 'x-more', 'b');
    fields.add(one, 'dpop-nonce', 'c');
    fields.add(other, 'dpop-nonce', 'd');
    expect([fields.of(one), fields.of(other), fields.of(third)]).toEqual([
      { 'dpop-nonce': 'c', 'x-more': 'b' },
      { 'dpop-nonce': 'd' },
      undefined,
    ]);
    expect(fields.areUsed).toBe(true);
  });
});
