import { requestIn, sourceOf, withSource } from '../../../../lib/transport/graphql/source.js';

const requestOf = (user: string) => ({ method: 'POST', url: '/graphql', headers: { user }, rawHeaders: ['user', user] });
const sourceFor = (user: string) => {
  const request = requestOf(user);
  return { requestOf: () => request };
};
const userIn = (context: unknown) => requestIn(context)?.headers.user;

describe('the context of an operation', () => {
  it('is the object of the application, with its source', () => {
    const context = { tenant: 'a' };
    const own = withSource(context, sourceFor('alice'));
    expect(own).toBe(context);
    expect(userIn(own)).toBe('alice');
  });

  it.each([
    ['frozen', () => Object.freeze({ tenant: 'a' })],
    ['sealed', () => Object.seal({ tenant: 'a' })],
    ['not extensible', () => Object.preventExtensions({ tenant: 'a' })],
  ])('is a copy of one that is %s', (_, make) => {
    const context = make();
    const own = withSource(context, sourceFor('alice'));
    expect(own).not.toBe(context);
    expect(own).toEqual(expect.objectContaining({ tenant: 'a' }));
    expect(userIn(own)).toBe('alice');
    expect(userIn(context)).toBeUndefined();
  });

  it('belongs to one operation, where the application returns one object for all', () => {
    const shared = { tenant: 'a' };
    const first = withSource(shared, sourceFor('alice'));
    const second = withSource(shared, sourceFor('bob'));
    expect([userIn(first), userIn(second), userIn(shared)]).toEqual(['alice', 'bob', 'alice']);
  });

  it('keeps the class of the application', () => {
    class Context {
      constructor(readonly tenant: string) {}
      get name() {
        return `tenant ${this.tenant}`;
      }
    }
    const own = withSource(Object.freeze(new Context('a')), sourceFor('alice'));
    expect(own).toBeInstanceOf(Context);
    expect((own as Context).name).toBe('tenant a');
  });

  it('has its source in copies of it, and in objects that inherit from it', () => {
    const own = withSource({ tenant: 'a' }, sourceFor('alice')) as object;
    expect([userIn({ ...own }), userIn(Object.assign({}, own)), userIn(Object.create(own))]).toEqual(['alice', 'alice', 'alice']);
  });

  it('is made where the application returns nothing', () => {
    expect([undefined, null].map((nothing) => userIn(withSource(nothing, sourceFor('alice'))))).toEqual(['alice', 'alice']);
  });

  it('has no caller where it is no object', () => {
    for (const context of ['text', 1, true, Symbol('any')]) {
      expect(withSource(context, sourceFor('alice'))).toBe(context);
      expect([requestIn(context), sourceOf(context)]).toEqual([undefined, undefined]);
    }
  });

  it('has the credentials of its source, whatever the application puts beside it', () => {
    const own = withSource({ req: requestOf('mallory'), request: requestOf('mallory') }, sourceFor('alice'));
    expect(userIn(own)).toBe('alice');
  });
});

describe('a context that code made itself', () => {
  it.each(['req', 'request'])('has the credentials of the HTTP request in %s', (name) => {
    expect(userIn({ [name]: requestOf('alice') })).toBe('alice');
    expect(userIn({ [name]: { raw: requestOf('alice') } })).toBe('alice');
  });

  it('has those of the request of a reply', () => {
    expect(userIn({ reply: { request: { raw: requestOf('alice') } } })).toBe('alice');
  });

  it('has none without an HTTP request', () => {
    const upgrade = { ...requestOf('mallory'), headers: { upgrade: 'websocket', user: 'mallory' } };
    for (const req of [undefined, null, 'text', {}, { headers: { user: 'mallory' } }, upgrade]) expect(requestIn({ req })).toBeUndefined();
  });
});
