import type { ProtectedPlan, Step } from '../../../lib/plan/plan.js';
import { inWords, planFor, type Written } from './compiling.js';

const SCHEMES = {
  any: ['sts', 'users'],
  sts: { tokenConfig: { challenges: [{ scheme: 'Bearer' }] } },
  users: { usersConfig: { challenges: [{ scheme: 'Basic' }] } },
  machines: { usersConfig: {} },
};

const written = (resource: unknown, service?: unknown): Written => ({
  schemes: SCHEMES,
  resource,
  ...(service !== undefined && { service }),
});
const asks = (step: Step) => step.requirements.demands.map(({ field, stepUp = false }) => `${step.name} ${field} ${stepUp}`);

describe('a step-up', () => {
  it.each([
    [written([{ scheme: 'users', acr: 'mfa' }]), /@ResourceAuth\.auth\[0\]\.acr: cannot be required of callers of users:/],
    [written(['sts', { scheme: 'machines', maxAuthAge: 60 }]), /@ResourceAuth\.auth\[1\]\.maxAuthAge: cannot be required/],
    [
      written({ maxAuthAge: 60 }, ['users', 'machines']),
      /@ResourceAuth\.auth\.maxAuthAge: cannot be required of callers of users, machines:/,
    ],
    [written([{ allOf: ['users', 'machines'], acr: 'mfa' }]), /auth\[0\]\.acr: cannot be required of callers of users \+ machines:/],
    [written([{ allOf: ['sts', { scheme: 'machines', acr: 'mfa' }] }]), /auth\[0\]\.allOf\[1\]\.acr: cannot be required/],
  ])('cannot be required where no entry can ask for it', async (each, message) => {
    await expect(planFor(each)).rejects.toThrow(message);
  });

  it('may be required of entries together with a bearer token, and beside one', async () => {
    expect(inWords(await planFor(written([{ allOf: ['machines', 'sts'], acr: 'mfa' }])))).toBe('resource: (machines & sts)');
    const { steps } = (await planFor(written({ acr: 'mfa', maxAuthAge: 60 }, ['users', 'sts']))) as ProtectedPlan;
    expect(steps.flatMap(asks)).toEqual(['users acr false', 'users maxAuthAge false', 'sts acr true', 'sts maxAuthAge true']);
  });

  it('is asked of the members of an allOf that can authenticate again, and is a refusal for the others', async () => {
    const { steps } = (await planFor(written([{ allOf: ['machines', { scheme: 'any', acr: 'mfa' }] }]))) as ProtectedPlan;
    const members = steps.map((step) => (step.kind === 'single' ? [] : step.steps.flatMap(asks)));
    expect(members).toEqual([['sts acr true'], ['users acr false']]);
  });
});
