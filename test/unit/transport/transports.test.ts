import { principalOf, Transports } from '../../../lib/transport/transports.js';

type Fake = Readonly<Record<string, unknown>>;

const transportsOf = (...fakes: Fake[]) => new Transports(fakes as never);
const operation = (transport: string) => ({ transport, label: `an operation of ${transport}` }) as never;
const NOTHING = { problems: [], warnings: [], planned: [], covered: [] };

describe('the transports of an application', () => {
  it('are attached and given the options, each that asks for it', () => {
    const told: unknown[] = [];
    const [options, asks] = [{}, { attach: () => told.push('attached'), prepare: (given: unknown) => told.push(given) }];
    const transports = transportsOf({}, asks);
    transports.attach();
    transports.prepare(options as never);
    expect(told).toEqual(['attached', options]);
  });

  it('check their own operations, and what each finds is put together', () => {
    const checked: unknown[] = [];
    const check = (operations: unknown) => {
      checked.push(operations);
      return { problems: ['a problem'], warnings: ['a warning'], planned: ['a plan'], covered: ['a field'] };
    };
    const [own, plain] = [operation('ws'), operation('rpc')];
    expect(transportsOf({ name: 'ws', callers: {}, check }, { name: 'rpc', callers: {} }).check([own, plain])).toEqual({
      problems: ['a problem'],
      warnings: ['a warning'],
      planned: ['a plan', plain],
      covered: ['a field'],
    });
    expect(checked).toEqual([[own]]);
  });

  it.each<[string, Fake]>([
    ['has no operation', { name: 'ws', callers: {} }],
    ['authenticates no callers', { name: 'rpc' }],
  ])('check nothing where one %s', (_, fake) => {
    const check = () => {
      throw new Error('It was asked.');
    };
    expect(transportsOf({ ...fake, check }).check([operation('rpc')])).toEqual(NOTHING);
  });
});

describe('the caller of a call', () => {
  it('is nobody where the type of the call is not known', () => {
    expect(principalOf({ getType: () => 'something-new' } as never)).toBeUndefined();
  });
});
