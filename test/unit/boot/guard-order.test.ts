import { jest } from '@jest/globals';
import type { CanActivate } from '@nestjs/common';
import { GuardOrder } from '../../../lib/boot/guard-order.js';
import { MODULE_LOG } from '../../../lib/operator/operator-log.js';
import type { ResolvedAuthOptions } from '../../../lib/resolved-options.js';

class Own implements CanActivate {
  canActivate() {
    return true;
  }
}
class Throttle extends Own {}
class Plan extends Own {}
class Audit extends Own {}

const own = new Own();
type Options = Pick<ResolvedAuthOptions, 'guardOrder' | 'guardsBefore'>;

/** The guards after the boot, by name, and what the operator reads. */
function arranged(guards: CanActivate[], options: Partial<Options> = {}, times = 1) {
  const warn = jest.spyOn(MODULE_LOG, 'warn').mockImplementation(() => undefined);
  const order = new GuardOrder({ guardOrder: undefined, guardsBefore: [], ...options } as Options, { getGlobalGuards: () => guards }, own);
  // Where there are routes. Otherwise Nest calls the hook alone.
  for (let time = 0; time < times; time++) order.arrange();
  order.onModuleInit();
  const warnings = warn.mock.calls.map(([line]) => String(line));
  warn.mockRestore();
  return { names: guards.map((each) => each.constructor.name), warnings };
}

describe("the guard's place among the global guards", () => {
  it('is that which Nest gives it, with one warning that names those before it', () => {
    const { names, warnings } = arranged([new Throttle(), new Plan(), own, new Audit()], {}, 2);
    expect(names).toEqual(['Throttle', 'Plan', 'Own', 'Audit']);
    expect(warnings).toEqual([expect.stringMatching(/when no caller is known: Throttle, Plan\. Set guardOrder/)]);
  });

  it('is not warned of where nothing is before it, where what is before is meant, and where the guard is missing', () => {
    expect(arranged([own, new Throttle()]).warnings).toEqual([]);
    expect(arranged([new Throttle(), own], { guardsBefore: [Throttle] }).warnings).toEqual([]);
    expect(arranged([new Throttle()]).warnings).toEqual([]);
  });

  it.each([0, 1])("is behind those that must be before it, and before all others, with guardOrder: 'first' (%d)", (times) => {
    const guards = [new Audit(), new Throttle(), new Plan(), own];
    const { names, warnings } = arranged(guards, { guardOrder: 'first', guardsBefore: [Plan] }, times);
    expect(names).toEqual(['Plan', 'Own', 'Audit', 'Throttle']);
    expect(warnings).toEqual([]);
  });
});
