import type { CanActivate } from '@nestjs/common';
import { Boot } from '../../../lib/boot/boot.js';
import { AuthGuard } from '../../../lib/transport/auth.guard.js';

class OwnGuard extends AuthGuard {}

const guardOf = (Class: typeof AuthGuard) => new Class(...([{}, {}, {}, {}] as unknown as ConstructorParameters<typeof AuthGuard>));
const OURS = guardOf(AuthGuard);
const LAST = guardOf(AuthGuard);
const OVERRIDE = { canActivate: () => true };

/** What a boot does, in order, and which guard it hands the calls to. */
function boot(guard: CanActivate, injectables: readonly unknown[], fails = false) {
  const calls: string[] = [];
  const opened: CanActivate[] = [];
  const note = (name: string) => () => void calls.push(name);
  const modules = new Map(injectables.map((instance, index) => [index, { injectables: new Map([[AuthGuard, instance && { instance }]]) }]));
  const run = async () => {
    note('compile')();
    if (fails) throw new Error('a mistake');
    return note('mounts');
  };
  const closing = { onApplicationShutdown: async () => note('closing')() };
  const entrance = { reportTo: note('report'), open: (each: CanActivate) => void opened.push(each) };
  const parts = [
    {},
    { read: () => ({ handlers: [] }) },
    { run },
    { load: note('messages') },
    { prepare: note('transports') },
    { close: async () => note('listeners')() },
    closing,
    entrance,
    guard,
    modules,
    { prepare: note('enricher') },
    {},
  ];
  return { subject: new Boot(...(parts as unknown as ConstructorParameters<typeof Boot>)), calls, opened };
}

describe('the boot', () => {
  it('opens the guard when everything else is there, and lets the door report what is refused before', async () => {
    const { subject, calls, opened } = boot(OURS, []);
    await subject.run();
    expect(calls).toEqual(['report', 'transports', 'enricher', 'compile', 'mounts', 'messages']);
    expect(opened).toEqual([OURS]);
  });

  it('opens nothing where a plan has a mistake, and closes what is open', async () => {
    const { subject, calls, opened } = boot(OURS, [], true);
    await expect(subject.run()).rejects.toThrow('a mistake');
    await subject.abort();
    expect(calls).toEqual(['report', 'transports', 'enricher', 'compile', 'listeners', 'closing']);
    expect(opened).toEqual([]);
  });

  it.each<[string, CanActivate, unknown[], unknown]>([
    ['nothing', OURS, [undefined], OURS],
    ['nothing, so that it is the guard that app.get() finds', OURS, [guardOf(AuthGuard), LAST, undefined], LAST],
    ['overrideGuard()', OURS, [undefined, OVERRIDE, guardOf(AuthGuard)], OVERRIDE],
    ['overrideProvider()', OVERRIDE, [guardOf(AuthGuard)], OVERRIDE],
    ['overrideGuard(), by a subclass', OURS, [guardOf(OwnGuard), guardOf(AuthGuard)], expect.any(OwnGuard)],
    ['overrideProvider(), by a subclass', guardOf(OwnGuard), [guardOf(AuthGuard)], expect.any(OwnGuard)],
  ])('hands the calls to what a test has put in the place of the guard: %s', async (_, guard, injectables, expected) => {
    const { subject, opened } = boot(guard, injectables);
    await subject.run();
    expect(opened).toEqual([expected]);
    if ([OURS, LAST, OVERRIDE].includes(expected as never)) expect(opened[0]).toBe(expected);
  });
});
