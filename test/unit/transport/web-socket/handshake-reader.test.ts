import { resolveOptions } from '../../../../lib/auth.options.schema.js';
import type { WebSocketOptions } from '../../../../lib/http/web-socket.config.js';
import { HandshakeReader } from '../../../../lib/transport/web-socket/handshake-reader.js';

type Headers = Readonly<Record<string, string>>;

const readerOf = (webSocket?: WebSocketOptions) =>
  new HandshakeReader(resolveOptions({ ...(webSocket && { webSocket }), maxTokenLength: 16, publicUrl: 'https://app.example' }));
const requestOf = (headers: Headers) => ({ method: 'GET', url: '/', headers, rawHeaders: Object.entries(headers).flat() });
const read = (webSocket: WebSocketOptions | undefined, headers: Headers, auth?: unknown) =>
  readerOf(webSocket).read([], requestOf(headers), auth);

const ABSENT = { kind: 'absent' };
const MALFORMED = { kind: 'malformed', reason: 'malformed_credentials' };
const TOO_LONG = { kind: 'malformed', reason: 'too_long' };
const AMBIGUOUS = { kind: 'malformed', reason: 'ambiguous_credentials' };
const CROSS_SITE = { kind: 'malformed', reason: 'cross_site_request' };
const present = (value: string) => ({ kind: 'present', value });
const AUTH: WebSocketOptions = { tokenFrom: [{ auth: 'token' }] };
const PROTOCOL: WebSocketOptions = { tokenFrom: [{ subprotocol: 'bearer' }] };
const COOKIE: WebSocketOptions = { tokenFrom: [{ cookie: 'token' }] };
const MESSAGE: WebSocketOptions = { tokenFrom: [{ message: 'authenticate' }] };
const long = 'x'.repeat(17);

describe('the token of a handshake', () => {
  it.each<[string, WebSocketOptions | undefined, Headers, unknown, object]>([
    ['in Authorization, unless it is configured', undefined, { authorization: 'Bearer abc' }, undefined, present('abc')],
    ['in auth.token, unless it is configured', undefined, {}, { token: 'abc' }, present('abc')],
    ['in both, the same', undefined, { authorization: 'Bearer abc' }, { token: 'abc' }, present('abc')],
    ['in both, different ones', undefined, { authorization: 'Bearer abc' }, { token: 'abd' }, AMBIGUOUS],
    ['in auth, with Bearer before it', AUTH, {}, { token: 'Bearer abc' }, present('abc')],
    ['in auth, too long', AUTH, {}, { token: long }, TOO_LONG],
    ['in auth, in a list', AUTH, {}, { token: ['abc'] }, MALFORMED],
    ['in auth, an object', AUTH, {}, { token: { token: 'abc' } }, MALFORMED],
    ['in auth, null', AUTH, {}, { token: null }, ABSENT],
    ['in auth, inherited', AUTH, {}, Object.create({ token: 'abc' }), ABSENT],
    ['in auth, which is null', AUTH, {}, null, ABSENT],
    ['in auth, which is text', AUTH, {}, 'token', ABSENT],
    ['in auth, from another site', AUTH, { origin: 'https://evil.example' }, { token: 'abc' }, present('abc')],
    [
      'after its subprotocol, from another site',
      PROTOCOL,
      { 'sec-websocket-protocol': 'bearer, abc', origin: 'https://evil.example' },
      undefined,
      present('abc'),
    ],
    ['in Authorization, where only auth counts', AUTH, { authorization: 'Bearer abc' }, undefined, ABSENT],
    ['after its subprotocol', PROTOCOL, { 'sec-websocket-protocol': 'bearer, abc' }, undefined, present('abc')],
    ['after its subprotocol, too long', PROTOCOL, { 'sec-websocket-protocol': `bearer, ${long}` }, undefined, TOO_LONG],
    ['after its subprotocol, missing', PROTOCOL, { 'sec-websocket-protocol': 'bearer' }, undefined, MALFORMED],
    ['among no subprotocols', PROTOCOL, {}, undefined, ABSENT],
    ['in a cookie, from this site', COOKIE, { cookie: 'token=abc', 'sec-fetch-site': 'same-origin' }, undefined, present('abc')],
    ['in a cookie, from the public URL', COOKIE, { cookie: 'token=abc', origin: 'https://app.example' }, undefined, present('abc')],
    ['in a cookie, from another site', COOKIE, { cookie: 'token=abc', origin: 'https://evil.example' }, undefined, CROSS_SITE],
  ])('%s', (_, webSocket, headers, auth, expected) => {
    expect(read(webSocket, headers, auth).bearer).toEqual(expected);
  });

  it('stands in authorization for strategies of the application, unless the client wrote that itself', () => {
    expect(read(AUTH, {}, { token: 'abc' }).headers.authorization).toBe('Bearer abc');
    expect(read(AUTH, { authorization: 'Basic x' }, { token: 'abc' }).headers.authorization).toBe('Basic x');
    expect(Object.hasOwn(read(AUTH, {}).headers, 'authorization')).toBe(false);
  });
});

describe('the token of the first message', () => {
  it('takes the place of an earlier one, and an unusable one leaves none', () => {
    const reader = readerOf(MESSAGE);
    const connection = reader.read([], requestOf({ 'x-tenant': 'a' }));
    const tell = (data: unknown) => {
      reader.readMessage(connection, data);
      return [connection.bearer, connection.headers];
    };
    expect(tell({ token: 'abc' })).toEqual([present('abc'), { 'x-tenant': 'a', authorization: 'Bearer abc' }]);
    expect(tell({ token: 'abd' })).toEqual([present('abd'), { 'x-tenant': 'a', authorization: 'Bearer abd' }]);
    expect(tell({ token: long })).toEqual([TOO_LONG, { 'x-tenant': 'a', authorization: undefined }]);
    expect(tell('abc')).toEqual([ABSENT, { 'x-tenant': 'a', authorization: undefined }]);
  });

  it('is looked for where it is configured, by its name', () => {
    expect([readerOf(MESSAGE).message, readerOf(AUTH).message, readerOf().message]).toEqual(['authenticate', undefined, undefined]);
    expect([readerOf(PROTOCOL).subprotocol === undefined, readerOf(AUTH).subprotocol]).toEqual([false, undefined]);
  });
});

describe('a handshake', () => {
  it.each<[string, Headers, boolean, string | undefined]>([
    ['from another site', { origin: 'https://evil.example' }, true, undefined],
    ['from the public URL', { origin: 'https://app.example' }, false, 'session=1'],
    ['from this site', { 'sec-fetch-site': 'same-origin', origin: 'https://other.example' }, false, 'session=1'],
    ['from no browser', {}, false, 'session=1'],
  ])('%s has its cookies only where they count', (_, headers, isForeign, cookie) => {
    const connection = read(undefined, { ...headers, cookie: 'session=1', 'x-tenant': 'a' });
    expect([connection.isForeign, connection.headers.cookie, connection.headers['x-tenant']]).toEqual([isForeign, cookie, 'a']);
  });

  it('from another site without cookies keeps its header fields as they came', () => {
    const headers = { origin: 'https://evil.example' };
    expect(read(undefined, headers).headers).toBe(headers);
  });
});
