import type { ExecutionContext } from '@nestjs/common';
import type { AuthStrategy, Verdict } from 'nest-service-auth';
import { createPrincipal, type Principal, type PrincipalInit } from 'nest-service-auth';
import type { Attempt } from '../../../lib/guard/ask.js';
import type { CombinedStep, ProtectedPlan, SingleStep, Step, StepRequirements } from '../../../lib/plan/plan.js';
import { parseRequirements } from '../../../lib/requirements/every-requirement.js';

export const NOTHING: StepRequirements = { demands: [], authorizers: [] };

type Authenticate = Awaited<ReturnType<AuthStrategy['prepare']>>['authenticate'];

export function single(authenticate: Authenticate, requirements: Partial<StepRequirements> = {}, challenge = 'Probe'): SingleStep {
  const authenticator = { challenges: [{ scheme: challenge }], authenticate };
  return { kind: 'single', name: challenge.toLowerCase(), authenticator, requirements: { ...NOTHING, ...requirements } };
}

export function combined(steps: readonly Step[], requirements: Partial<StepRequirements> = {}): CombinedStep {
  return { kind: 'combined', name: steps.map(({ name }) => name).join(' + '), steps, requirements: { ...NOTHING, ...requirements } };
}

export function planOf(...steps: [Step, ...Step[]]): ProtectedPlan {
  return { kind: 'protected', source: 'resource', steps, challenges: [] };
}

export function somebody(init: Partial<PrincipalInit> = {}): Principal {
  return createPrincipal({ scheme: 'probe', method: 'probe', username: 'somebody', ...init });
}

export const accepts =
  (init: Partial<PrincipalInit> = {}): Authenticate =>
  () => ({ outcome: 'accepted', principal: somebody(init) });
export const rejects: Authenticate = () => ({ outcome: 'rejected', reason: 'bad' });
export const absent: Authenticate = () => ({ outcome: 'absent' });
export const fails: Authenticate = () => {
  throw new Error('down');
};
export const says =
  (verdict: unknown): Authenticate =>
  () =>
    verdict as Verdict;
export const later =
  (authenticate: Authenticate): Authenticate =>
  async (request) =>
    authenticate(request);

export const needs = (...scopes: string[]): Partial<StepRequirements> => ({ demands: parseRequirements({ scopes }) });

export function attempt(overrides: Partial<Attempt> = {}): Attempt {
  return {
    request: { headers: {}, rawHeaders: [] },
    methods: 'all',
    context: { getType: () => 'http' } as ExecutionContext,
    complete: (principal) => principal,
    enrich: undefined,
    ...overrides,
  };
}
