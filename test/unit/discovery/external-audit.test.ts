import { jest } from '@jest/globals';
import type { ExternalContextCreator } from '@nestjs/core';
import { ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { ExternalAudit } from '../../../lib/discovery/external-audit.js';
import { ExternalHandlers } from '../../../lib/discovery/external-handlers.js';
import type { Operation } from '../../../lib/discovery/handler-catalog.js';
import { MessageRegistry } from '../../../lib/discovery/message-registry.js';
import { MODULE_LOG } from '../../../lib/operator/operator-log.js';

class Jobs {
  silent() {}
  other() {}
  @ResourceAuth({ auth: false })
  open() {}
  @ResourceAuth({ auth: ['keys'] })
  protected() {}
}
/** Another class of the same name. */
const OtherJobs = {
  Jobs: class Jobs {
    silent() {}
  },
}.Jobs;

@ServiceAuth({ auth: ['keys'] })
class ProtectedJobs {
  run() {}
}

/** A library that makes contexts, and what this module knows of them. */
function library() {
  const created: unknown[][] = [];
  const creator = { create: (...given: unknown[]) => void created.push(given) };
  const registry = new MessageRegistry();
  const external = new ExternalHandlers(creator as unknown as ExternalContextCreator);
  const audit = new ExternalAudit(registry, external);
  const call = (instance: object, name: string, guards?: boolean) => {
    const method = (instance as Record<string, object>)[name];
    const options = guards === undefined ? [] : [{ guards }];
    creator.create(instance, method, name, 'key', undefined, undefined, undefined, ...options);
  };
  return { audit, call, created, registry };
}

const REFUSED = 'This module does not protect handlers of other libraries (refused; @ResourceAuth({ auth: false }) opens them):';

describe('a handler that another library calls', () => {
  it('is made by Nest as the library asks for it', () => {
    const { call, created } = library();
    const jobs = new Jobs();
    call(jobs, 'silent', true);
    expect(created).toEqual([[jobs, jobs.silent, 'silent', 'key', undefined, undefined, undefined, { guards: true }]]);
  });

  it('is reported once, as refused or as open', () => {
    const { audit, call } = library();
    call(new Jobs(), 'silent');
    call(new Jobs(), 'silent');
    call(new OtherJobs(), 'silent', true);
    call(new Jobs(), 'other', false);
    call(new Jobs(), 'open');
    expect(audit.findings({ operations: [] })).toMatchObject({
      problems: [],
      warnings: [
        `${REFUSED} Jobs.silent`,
        'Called by other libraries without any guard: Jobs.other. They must check their callers themselves, or they are open.',
      ],
    });
  });

  it('is a mistake where a declaration should protect it', () => {
    const { audit, call } = library();
    call(new Jobs(), 'protected');
    call(new ProtectedJobs(), 'run', false);
    const { problems, warnings } = audit.findings({ operations: [] });
    expect(problems.map(({ path }) => path)).toEqual(['Jobs.protected @ResourceAuth', 'ProtectedJobs.run @ServiceAuth']);
    expect(warnings).toEqual([]);
  });

  it('counts as called, and so does an operation of the catalogue; a method of another class does not', () => {
    const { audit, call } = library();
    call(new Jobs(), 'silent');
    const { isCalled } = audit.findings({
      operations: [
        { type: Jobs, name: 'open' },
        { type: Jobs, name: 'other' },
      ] as unknown as Operation[],
    });
    const called = ['silent', 'open', 'other', 'protected'].filter((name) => isCalled({ type: Jobs, name } as never));
    expect(called).toEqual(['silent', 'open', 'other']);
    expect(isCalled({ type: OtherJobs, name: 'silent' } as never)).toBe(false);
  });

  it('is not reported where it has a plan', () => {
    const { audit, call, registry } = library();
    call(new Jobs(), 'silent');
    call(new Jobs(), 'protected');
    const operations = [
      { type: Jobs, name: 'silent' },
      { type: Jobs, name: 'protected' },
    ] as unknown as Operation[];
    expect(audit.findings({ operations })).toMatchObject({ problems: [], warnings: [] });
    expect(registry.get(Jobs, Jobs.prototype.silent)).toEqual({ label: 'Jobs.silent', isOpen: false });
  });
});

describe('a handler that a library makes later', () => {
  it('is logged once, and known to the registry', () => {
    const warn = jest.spyOn(MODULE_LOG, 'warn').mockImplementation(() => undefined);
    const { audit, call, registry } = library();
    call(new Jobs(), 'silent');
    audit.findings({ operations: [] });
    call(new Jobs(), 'silent');
    call(new OtherJobs(), 'silent');
    call(new Jobs(), 'other');
    call(new Jobs(), 'open');
    expect(warn.mock.calls).toEqual([[`${REFUSED} Jobs.other`]]);
    expect(registry.get(Jobs, Jobs.prototype.open)?.isOpen).toBe(true);
    expect(registry.get(OtherJobs, OtherJobs.prototype.silent)?.isOpen).toBe(false);
    warn.mockRestore();
  });

  it('is not made where a declaration should protect it, however often the library tries', () => {
    const { audit, call, created } = library();
    audit.findings({ operations: [] });
    for (let time = 0; time < 2; time++)
      expect(() => call(new ProtectedJobs(), 'run')).toThrow('does not protect a handler of another library');
    expect(created).toEqual([]);
  });
});
