import { AuthConfigurationError } from 'nest-service-auth';
import { Authenticators } from '../../../lib/plan/authenticators.js';
import { AnyStrategy } from './compiling.js';

class Hidden {
  readonly #secret: string;
  constructor(secret: string) {
    this.#secret = secret;
  }
  reveal() {
    return this.#secret;
  }
}

const strategyThat = (prepare: () => unknown) => new Authenticators([{ configKey: 'odd', prepare } as never]);

describe('authenticators', () => {
  it('are shared by equal configs of one name, and by no others', async () => {
    const strategy = new AnyStrategy('token');
    const authenticators = new Authenticators([strategy, new AnyStrategy('users')]);
    const first = await authenticators.prepare('token', { urls: ['a'], key: Buffer.from('k') }, 'sts');
    expect(await authenticators.prepare('token', { urls: ['a'], key: Buffer.from('k') }, 'sts')).toBe(first);
    expect(await authenticators.prepare('token', { urls: ['b'], key: Buffer.from('k') }, 'sts')).not.toBe(first);
    expect(await authenticators.prepare('token', { urls: ['a'], key: Buffer.from('l') }, 'sts')).not.toBe(first);
    expect(await authenticators.prepare('token', { urls: ['a'], key: Buffer.from('k') }, 'other')).not.toBe(first);
    expect(await authenticators.prepare('users', { urls: ['a'], key: Buffer.from('k') }, 'sts')).not.toBe(first);
    expect(strategy.prepared).toBe(4);
  });

  it('are not shared by configs that only look alike', async () => {
    const authenticators = new Authenticators([new AnyStrategy('token')]);
    const one = { verifier: new Hidden('one') };
    const first = await authenticators.prepare('token', one, 'token');
    expect(await authenticators.prepare('token', { verifier: new Hidden('two') }, 'token')).not.toBe(first);
    expect(await authenticators.prepare('token', { verifier: () => true }, 'token')).not.toBe(first);
    expect(await authenticators.prepare('token', one, 'token')).toBe(first);
  });

  it('are all closed once, even if closing one fails', async () => {
    const strategy = new AnyStrategy('token');
    const failing = {
      configKey: 'failing',
      prepare: () => ({ challenges: [], authenticate: () => ({ outcome: 'absent' }), close: () => Promise.reject(new Error('busy')) }),
    };
    const authenticators = new Authenticators([failing as never, strategy]);
    await authenticators.prepare('failing', {}, 'a');
    await authenticators.prepare('token', {}, 'b');
    await authenticators.prepare('token', { broken: true }, 'c').catch(() => undefined);
    await expect(authenticators.close()).rejects.toThrow('busy');
    await authenticators.close();
    expect(strategy.closed).toBe(1);
  });
});

describe('a strategy that is no strategy', () => {
  it.each<[string, unknown[], string]>([
    ['without a config key', [new AnyStrategy('')], 'AnyStrategy: has no configKey: the field under which entries carry its config.'],
    [
      'with the key of another',
      [new AnyStrategy('a'), new AnyStrategy('a')],
      'AnyStrategy: has the configKey "a", which AnyStrategy has already.',
    ],
    [
      'with the key of a requirement',
      [new AnyStrategy('scopes')],
      'AnyStrategy: has the configKey "scopes", which means something else in an entry.',
    ],
    [
      'with the key of a form',
      [new AnyStrategy('allOf')],
      'AnyStrategy: has the configKey "allOf", which means something else in an entry.',
    ],
  ])('%s is refused', (_, strategies, message) => {
    expect(() => new Authenticators(strategies as AnyStrategy[])).toThrow(new AuthConfigurationError(message));
  });

  const mustReturn = 'odd: Object.prepare() must return { challenges: [{ scheme, params }], authenticate }.';
  const authenticate = () => ({ outcome: 'absent' });
  it.each<[string, () => unknown, string]>([
    ['prepares nothing', () => undefined, mustReturn],
    ['prepares no challenges', () => ({ authenticate }), mustReturn],
    ['prepares a challenge without a scheme', () => ({ challenges: [{}], authenticate }), mustReturn],
    [
      'prepares a parameter without a value',
      () => ({ challenges: [{ scheme: 'A', params: { realm: undefined } }], authenticate }),
      mustReturn,
    ],
    ['prepares no authenticator', () => ({ challenges: [] }), mustReturn],
    [
      'challenges with two words',
      () => ({ challenges: [{ scheme: 'Two Words' }], authenticate }),
      'odd.challenges: "Two Words" cannot stand in a header.',
    ],
    [
      'challenges with a parameter that ends the header',
      () => ({ challenges: [{ scheme: 'A', params: { 'a\r\nb': '' } }], authenticate }),
      'odd.challenges: "a\\u000d\nb" cannot stand in a header.',
    ],
    ['throws', () => Promise.reject(new TypeError('url is not a URL')), 'odd: url is not a URL'],
    ['throws what is no error', () => Promise.reject('no'), 'odd: no'],
  ])('%s is a mistake with a place', async (_, prepare, message) => {
    await expect(strategyThat(prepare).prepare('odd', {}, 'odd')).rejects.toEqual(new AuthConfigurationError(message));
  });
});
