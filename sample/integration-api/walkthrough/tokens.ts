import type { Step } from '../../../demo/demo.js';
import type { KeyFiles } from '../../support/keys/local-ca.js';
import type { Settings } from '../settings.js';
import { ACCOUNTS } from './accounts.js';
import type { Addresses } from './addresses.js';

interface TokenRequest {
  readonly user: string;
  readonly audience: string;
  readonly scope: string;
  readonly certificate?: KeyFiles;
}

/** Requests a token from the identity provider and keeps it as `$<variable>`. */
function tokenStep(title: string, variable: string, { token }: Addresses, { user, audience, scope, certificate }: TokenRequest): Step {
  return {
    title,
    method: 'POST',
    url: token,
    headers: {},
    user,
    ...(certificate !== undefined && { certificate }),
    form: { grant_type: 'client_credentials', resource: audience, scope },
    expect: { status: 200, bodyHas: { token_type: 'Bearer', scope } },
    keepToken: variable,
  };
}

/** Obtains an opaque token for `/admin`, with the required scope. */
export function adminTokenStep(title: string, addresses: Addresses, { audiences }: Settings): Step {
  return tokenStep(title, 'ADMIN', addresses, { user: ACCOUNTS.office, audience: audiences.admin, scope: 'admin' });
}

/** Obtains the tokens for the later steps. */
export function tokenSteps(addresses: Addresses, settings: Settings): Step[] {
  const { audiences, certificates } = settings;
  const { office, acme } = ACCOUNTS;
  const ofAcme = { user: acme, audience: audiences.payments, certificate: certificates.keys.acme };
  return [
    tokenStep('A token for /api that may read: a JWT', 'READ', addresses, { user: office, audience: audiences.api, scope: 'read' }),
    tokenStep('One that may write, too', 'WRITE', addresses, { user: office, audience: audiences.api, scope: 'read write' }),
    tokenStep('A token for /admin that may only look: a word that says nothing', 'AUDIT', addresses, {
      user: office,
      audience: audiences.admin,
      scope: 'audit',
    }),
    adminTokenStep('One that may administer', addresses, settings),
    tokenStep('A token for /payments, bound to the certificate that acme shows', 'PAY', addresses, { ...ofAcme, scope: 'pay' }),
    tokenStep('Another, that may not pay', 'QUOTE', addresses, { ...ofAcme, scope: 'quote' }),
  ];
}
