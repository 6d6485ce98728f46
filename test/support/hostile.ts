/** What can be thrown, or rejected with, that nobody expects: each breaks another way of looking at it. */
export const HOSTILE: readonly (readonly [string, () => unknown])[] = [
  ['an object without a prototype', () => Object.create(null)],
  ['a proxy that throws whatever is done with it', proxyThatThrows],
  ['a revoked proxy', revokedProxy],
  ['an error whose message throws', () => Object.defineProperty(new Error('x'), 'message', { get: fail })],
  ['an error whose message is no text', () => Object.assign(new Error('x'), { message: Object.create(null) })],
  ['an error whose toString throws', () => Object.assign(new Error(''), { toString: fail, name: '' })],
  ['an error whose name throws', () => Object.defineProperty(new Error(''), 'name', { get: fail })],
  ['a hint that throws', () => Object.defineProperties(new Error('x'), { retryAfter: { get: fail }, headers: { get: fail } })],
  ['an exception whose status throws', () => ({ getStatus: fail, getResponse: fail })],
  ['a symbol', () => Symbol('s')],
  ['undefined', () => undefined],
  ['null', () => null],
  ['a big integer', () => 10n],
  ['a function', () => () => 'x'],
  ['text with control characters', () => 'a\u001b[2J\u009b2J\u202e\u2028\nforged'],
];

function fail(): never {
  throw new Error('must not be looked at');
}

function proxyThatThrows(): object {
  const trap = { get: () => fail };
  return new Proxy({}, new Proxy({}, trap));
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
