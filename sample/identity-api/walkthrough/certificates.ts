import type { Incident, Step } from '../../../demo/demo.js';
import { good, type Request, step, unauthorized } from '../../../demo/step.js';
import type { Settings } from '../settings.js';
import { ACCOUNTS } from './accounts.js';
import type { Addresses } from './addresses.js';
import { CHALLENGES } from './challenges.js';

/** The header field in which a machine names the user for whom it acts. */
const speakingFor = (user: string) => ({ headers: { 'WSO2-Identity-User': user } });

/** Certificates of machines: a mapping says for which users a machine may act, or who it is. */
export function certificateSteps({ sessions, users }: Addresses, { certificates: { keys, strange } }: Settings): (Step | Incident)[] {
  const gateway = { certificate: keys.gateway };
  const reporter = { certificate: keys.reporter };
  const refused = unauthorized(CHALLENGES.certificates);
  return [
    step('A password where the rule allows certificates only', sessions, { user: ACCOUNTS.admin }, refused),
    step('A certificate of an unknown CA', sessions, { certificate: strange.keys.gateway, ...speakingFor('manager') }, refused),
    step(
      'The gateway speaks for the manager, as its mapping allows',
      sessions,
      { ...gateway, ...speakingFor('manager') },
      good({ sessionsOf: 'manager', askedWith: 'CN=gateway' }),
    ),
    step('… and not for the administrator, whom the mapping does not list', sessions, { ...gateway, ...speakingFor('admin') }, refused),
    { title: 'The log says why', logged: { by: 'identity-service', text: 'certificates: the credentials are refused (user_not_allowed)' } },
    step('… and not for itself: no mapping gives it a name', sessions, gateway, refused),
    step('The reporter acts for itself', sessions, reporter, good({ sessionsOf: 'reporting', askedWith: 'CN=reporter' })),
    step('… and may not act for other users', sessions, { ...reporter, ...speakingFor('manager') }, refused),
    step('Another certificate of the same CA', sessions, { certificate: keys.visitor }, refused),
    ...identitySteps(`${users}/me`, reporter),
  ];
}

/** Who the caller is, for each kind of certificate. */
function identitySteps(me: string, reporter: Request): Step[] {
  const reporting = { username: 'reporting', knownBy: 'mtls', permissions: ['/permission/admin/manage/identity/usermgt/list'] };
  const viewer = { username: 'viewer', knownBy: 'basic' };
  return [
    step('The reporter has the role of its mapping', me, reporter, { status: 200, bodyHas: reporting }),
    step(
      'The header says nothing about a password',
      me,
      { user: ACCOUNTS.viewer, ...speakingFor('admin') },
      { status: 200, bodyHas: viewer },
    ),
  ];
}
