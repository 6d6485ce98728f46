import { AuthConfigurationError, type AuthStrategy } from 'nest-service-auth';
import { Authenticators, statsOf } from '../../../lib/plan/authenticators.js';
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
    const one = { url: 'a', verifier: new Hidden('one') };
    const first = await authenticators.prepare('token', one, 'token');
    expect(await authenticators.prepare('token', { url: 'a', verifier: new Hidden('two') }, 'token')).not.toBe(first);
    expect(await authenticators.prepare('token', { verifier: () => true }, 'token')).not.toBe(first);
    expect(await authenticators.prepare('token', one, 'token')).toBe(first);
  });

  it.each<[string, unknown, unknown]>([
    ['objects without a prototype', Object.assign(Object.create(null), { a: 1 }), Object.assign(Object.create(null), { a: 1 })],
    ['lists', [{ a: [null] }], [{ a: [null] }]],
    ['bytes', Uint8Array.of(1), Uint8Array.of(1)],
    ['texts', 'a', 'a'],
  ])('are shared by configs with equal %s', async (_, one, other) => {
    const authenticators = new Authenticators([new AnyStrategy('token')]);
    const first = await authenticators.prepare('token', { one }, 'token');
    expect(await authenticators.prepare('token', { one: other }, 'token')).toBe(first);
    expect(await authenticators.prepare('token', { one: 'b' }, 'token')).not.toBe(first);
  });

  it('are listed with their names, without those that could not be prepared', async () => {
    const authenticators = new Authenticators([new AnyStrategy('token')]);
    const [first, second] = await Promise.all([authenticators.prepare('token', {}, 'a'), authenticators.prepare('token', {}, 'b')]);
    await authenticators.prepare('token', { broken: true }, 'c').catch(() => undefined);
    expect(await authenticators.all()).toEqual([
      { name: 'a', authenticator: first },
      { name: 'b', authenticator: second },
    ]);
  });

  it('are of known configs only', async () => {
    const authenticators = new Authenticators([new AnyStrategy('token')]);
    await expect(authenticators.prepare('tokens', {}, 'a')).rejects.toThrow('tokens: is not a known config.');
  });

  it('are closed when they are ready, and closing waits neither for them nor for one that never ends', async () => {
    const strategy = new AnyStrategy('token');
    let prepare = () => {};
    const ready = new Promise<void>((resolve) => {
      prepare = resolve;
    });
    const authenticate = () => ({ outcome: 'absent' });
    const endless = { configKey: 'endless', prepare: () => ({ challenges: [], authenticate, close: () => new Promise(() => {}) }) };
    const slow = (each: AuthStrategy, config: unknown, name: string) =>
      name === 'slow' ? ready.then(() => each.prepare(config, name)) : each.prepare(config, name);
    const authenticators = new Authenticators([strategy, endless as never], slow);
    await authenticators.prepare('endless', {}, 'endless');
    const late = authenticators.prepare('token', {}, 'slow');
    await authenticators.close();
    expect(strategy.closed).toBe(0);
    prepare();
    await late;
    await new Promise(setImmediate);
    expect(strategy.closed).toBe(1);
  });

  it('are closed without a mistake where one has nothing to close, or could not be prepared', async () => {
    const authenticate = () => ({ outcome: 'absent' });
    const plain = { configKey: 'plain', prepare: () => ({ challenges: [], authenticate }) };
    const authenticators = new Authenticators([new AnyStrategy('token'), plain as never]);
    await authenticators.prepare('plain', {}, 'a');
    await authenticators.prepare('token', { broken: true }, 'b').catch(() => undefined);
    await expect(authenticators.close()).resolves.toBeUndefined();
  });

  it('say what they failed with when they are closed, also where it is no error', async () => {
    const close = () => Promise.reject('still busy');
    const authenticators = strategyThat(() => ({ challenges: [], authenticate: () => ({ outcome: 'absent' }), close }));
    await authenticators.prepare('odd', {}, 'odd');
    await expect(authenticators.close()).rejects.toMatchObject({ message: 'still busy', cause: 'still busy' });
  });

  it.each<[string, (() => unknown) | undefined, object]>([
    ['what it counted', () => ({ cache: { size: 1 } }), { cache: { size: 1 } }],
    ['nothing where it counts nothing', undefined, {}],
    ['nothing where it says nothing', () => undefined, {}],
    [
      'nothing where counting fails',
      () => {
        throw new Error('no');
      },
      {},
    ],
  ])('tell %s', (_, stats, expected) => {
    expect(statsOf({ stats } as never)).toEqual(expected);
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
      'with a config key that is no text',
      [{ configKey: undefined, prepare: () => undefined }],
      'Object: has no configKey: the field under which entries carry its config.',
    ],
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
    ['prepares an authenticator that cannot be called', () => ({ challenges: [], authenticate: 'absent' }), mustReturn],
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
