import { compileRules } from '../../../lib/access-control/access-rule.js';
import { PathRules } from '../../../lib/access-control/path-rules.js';
import { AuthConfigurationError } from '../../../lib/errors.js';
import { check } from '../../../lib/guard/ask.js';
import { StepFailure } from '../../../lib/guard/step-failure.js';
import { requestOfAuthorization } from '../../../lib/http/auth-request.js';
import { readCredentials } from '../../../lib/http/authorization.js';
import { createPrincipal } from '../../../lib/principal.js';
import { compilerFor } from '../../unit/plan/compiling.js';
import { type Case, expectedOf, readTable, rows } from './cases.js';

interface Authorization extends Case<'granted' | 'denied' | 'error' | 'boot error'> {
  readonly required: readonly string[] | null;
  readonly granted: readonly string[] | null;
}
interface Header extends Case<boolean> {
  readonly scheme: string;
  readonly authorization: string | null;
}

const { scopes, permissions } = readTable<Record<'scopes' | 'permissions', Authorization[]>>('authorization');
const headers = readTable<Header[]>('headers');

/** What becomes of a caller that a rule with these demands is about. */
async function decide(kind: 'scopes' | 'permissions', { required, granted }: Authorization) {
  const rule = { context: '/x', secured: true, ...(required !== null && { [kind]: required }) };
  try {
    const compiled = compileRules([rule], 'glob', (index) => `rules[${index}]`);
    const rules = await PathRules.compile(
      compiled,
      { kind: 'open', source: 'default access' },
      { compiler: compilerFor(), schemes: ['sts'] },
    );
    const plan = rules.planFor('GET', '/x');
    if (plan.kind !== 'protected') throw new Error('The rule is not the one that decides.');
    const principal = createPrincipal({ scheme: 'sts', method: 'jwt', username: 'alice', ...(granted !== null && { [kind]: granted }) });
    return check(plan.steps[0], principal, undefined) instanceof StepFailure ? 'denied' : 'granted';
  } catch (error) {
    if (error instanceof AuthConfigurationError) return 'boot error';
    throw error;
  }
}

describe("WSO2's cases for what a rule demands", () => {
  it.each(rows(scopes))('scopes: %s', async (_, each) => {
    expect(await decide('scopes', each)).toBe(expectedOf(each));
  });

  it.each(rows(permissions))('permissions: %s', async (_, each) => {
    expect(await decide('permissions', each)).toBe(expectedOf(each));
  });
});

describe("WSO2's cases for the scheme of a header", () => {
  it.each(rows(headers))('%s', (_, each) => {
    const { kind } = readCredentials(requestOfAuthorization(each.authorization ?? undefined), each.scheme.toLowerCase());
    expect(kind !== 'absent').toBe(expectedOf(each));
  });
});

it('says why where we differ from WSO2', () => {
  const different = [...scopes, ...permissions, ...headers].filter(({ differs }) => differs !== undefined);
  expect(different.map(({ id, differs }) => `${id}: ${differs?.reason}`)).toMatchInlineSnapshot(`
[
  "wso2-authz-3: Operation-level scopes are left out: what the rule demands is demanded.",
  "wso2-authz-8: Operation-level scopes are left out: what the rule demands is demanded.",
  "wso2-authz-11: A rule without scopes demands none.",
  "wso2-authz-12: A caller without scopes holds none.",
  "wso2-perm-12: An empty permission is a mistake at boot.",
  "wso2-perm-14: A segment of dots in a permission is a mistake at boot.",
  "wso2-hdr-2: The scheme is case-insensitive (RFC 9110 §11.1).",
  "wso2-hdr-3: The scheme is case-insensitive (RFC 9110 §11.1).",
  "wso2-hdr-5: The scheme is case-insensitive (RFC 9110 §11.1).",
  "wso2-hdr-7: The scheme is case-insensitive (RFC 9110 §11.1).",
  "wso2-hdr-9: The scheme is case-insensitive (RFC 9110 §11.1).",
  "wso2-hdr-10: The scheme is case-insensitive (RFC 9110 §11.1).",
]
`);
});
