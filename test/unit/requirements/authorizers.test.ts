import { type Authorizer, withArgs } from 'nest-service-auth';
import { parseRequirements } from '../../../lib/requirements/every-requirement.js';

class Plain implements Authorizer {
  authorize() {
    return true;
  }
}
class MaxAmount implements Authorizer<{ readonly limit: number }> {
  authorize() {
    return true;
  }
}

const parse = (...authorizers: unknown[]) => parseRequirements({ authorizers });

describe('authorizers', () => {
  it('are described by their classes, with their arguments', () => {
    const [demand] = parse(Plain, withArgs(MaxAmount, { limit: 5 }), { use: MaxAmount, args: [null, 'x', true] });
    expect(demand?.described).toEqual(['Plain', { use: 'MaxAmount', args: { limit: 5 } }, { use: 'MaxAmount', args: [null, 'x', true] }]);
    expect(demand?.inWords).toBe('the rule Plain and the rule MaxAmount({"limit":5}) and the rule MaxAmount([null,"x",true])');
  });

  it('keep a copy of their arguments', () => {
    const args = { limit: 5 };
    const [demand] = parse(withArgs(MaxAmount, args));
    args.limit = 6;
    expect([demand?.authorizers, demand?.described]).toEqual([
      [{ use: MaxAmount, args: { limit: 5 } }],
      [{ use: 'MaxAmount', args: { limit: 5 } }],
    ]);
  });

  const circular: { self?: unknown } = {};
  circular.self = circular;
  const plain = 'must be plain data: strings, finite numbers, booleans, null, and lists and objects of them.';
  it.each<[string, unknown, string]>([
    ['an instance', new Plain(), 'authorizers[0]: must be a class that implements Authorizer, or { use: <the class>, args }'],
    ['a name', 'Plain', 'authorizers[0]: must be a class that implements Authorizer, or { use: <the class>, args }'],
    ['null', null, 'authorizers[0]: must be a class that implements Authorizer, or { use: <the class>, args }'],
    ['arguments of nothing', { args: 1 }, 'authorizers[0].use: must be a class that implements Authorizer'],
    ['arguments of an instance', { use: new Plain(), args: 1 }, 'authorizers[0].use: must be a class that implements Authorizer'],
    ['no arguments', { use: MaxAmount }, 'authorizers[0].args: '],
    ['arguments that were not set', { use: MaxAmount, args: undefined }, 'authorizers[0].args: '],
    ['a misspelt field', { use: MaxAmount, arg: 1, args: 1 }, 'authorizers[0].arg: is not a known field. Did you mean "args"?'],
    ['a function', { use: MaxAmount, args: { limit: () => 5 } }, plain],
    ['a date', { use: MaxAmount, args: new Date() }, plain],
    ['infinity', { use: MaxAmount, args: Number.POSITIVE_INFINITY }, plain],
    ['a member that was not set', { use: MaxAmount, args: { limit: undefined } }, plain],
    ['a circle', { use: MaxAmount, args: circular }, plain],
  ])('cannot be %s', (_, authorizer, message) => {
    expect(() => parse(authorizer)).toThrow(message);
  });
});
