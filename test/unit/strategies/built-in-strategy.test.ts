import { AuthConfigurationError, type AuthStrategy } from 'nest-service-auth';
import { builtInStrategies } from '../../../lib/strategies/built-in.js';
import { BuiltInStrategy } from '../../../lib/strategies/built-in-strategy.js';

class Counted implements AuthStrategy {
  readonly configKey = 'countedConfig';
  prepare(config: unknown) {
    if (config === 'bad') throw new AuthConfigurationError('is bad');
    return { challenges: [], authenticate: () => ({ outcome: 'absent' }) as const };
  }
}

function counted() {
  let loads = 0;
  let made = 0;
  const load = async () => {
    loads++;
    return Counted;
  };
  const create = async () => {
    made++;
    return new Counted();
  };
  return { strategy: new BuiltInStrategy({ configKey: 'countedConfig', method: 'jwt', load }, create), counts: () => ({ loads, made }) };
}

describe('a built-in strategy', () => {
  it('is not loaded before it has a config', () => {
    const { strategy, counts } = counted();
    expect(strategy.configKey).toBe('countedConfig');
    expect(counts()).toEqual({ loads: 0, made: 0 });
  });

  it('is one instance for all its configs', async () => {
    const { strategy, counts } = counted();
    await Promise.all([strategy.prepare({}, 'a'), strategy.prepare({}, 'b')]);
    expect(counts()).toEqual({ loads: 1, made: 1 });
  });

  it('reports the mistakes of a config as the strategy does', async () => {
    await expect(counted().strategy.prepare('bad', 'a')).rejects.toThrow('is bad');
  });
});

it('says of each built-in strategy what the strategy itself says', async () => {
  const host = { trustedProxies: [], warn: () => undefined };
  const strategies = builtInStrategies(async (type) => new type(host));
  expect(strategies).toHaveLength(6);
  for (const strategy of strategies) {
    const { configKey, method } = await strategy.load();
    expect({ configKey, method }).toEqual({ configKey: strategy.configKey, method: strategy.method });
  }
});
