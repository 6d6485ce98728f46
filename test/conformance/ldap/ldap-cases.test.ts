import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestCa, type TestCa } from '../../support/certificates.js';
import { type LdapApp, startLdapApp } from '../../support/ldap-app.js';
import { startLdapDirectory } from '../../support/ldap-directory.js';
import { DIRECTORY_FACTS, type LdapEntry, ldapConfig } from '../../support/ldap-facts.js';
import { startSlapd } from '../../support/ldap-slapd.js';
import { describeIfOnPath } from '../../support/on-path.js';

interface LdapCase {
  readonly id: string;
  /** What is special about the directory: nothing where it is left out. */
  readonly directory?: keyof typeof SCHEMES;
  readonly authorization?: string;
  readonly scopes?: string | readonly string[];
  readonly expected: { readonly status: number; readonly username?: string; readonly scopes?: readonly string[] };
  /** Why we answer in another way than Ballerina. */
  readonly differs?: string;
}

/** The scheme whose configuration brings each special directory about. */
const SCHEMES = {
  'untrusted certificate': 'untrusted',
  'user j,doe': 'ldap',
  'groups fail': 'groupless',
  'second alice': 'two-bases',
} as const;
const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, 'cases.json'), 'utf8')) as { cases: LdapCase[] };

const CONTRACTORS = 'ou=Contractors,dc=avix,dc=lk';
const person = (dn: string, uid: string, userpassword: string) => ({
  dn,
  objectClass: 'inetOrgPerson',
  cn: uid,
  sn: uid,
  uid,
  userpassword,
});
const EXTRA: readonly LdapEntry[] = [
  person('uid=j\\,doe,ou=Users,dc=avix,dc=lk', 'j,doe', 'x'),
  { dn: CONTRACTORS, objectClass: 'organizationalUnit', ou: 'Contractors' },
  person(`uid=alice,${CONTRACTORS}`, 'alice', 'alice@123'),
];
const ENTRIES = [...DIRECTORY_FACTS.entries, ...EXTRA].map((entry) =>
  entry.dn.startsWith('cn=developer') ? { ...entry, member: [entry.member ?? [], 'uid=j\\,doe,ou=Users,dc=avix,dc=lk'].flat() } : entry,
);

interface Running {
  readonly url: string;
  readonly ldapsUrl: string;
  stop(): Promise<void>;
}

function keepsEveryPromise(start: (ca: TestCa) => Promise<Running>): void {
  let directory: Running;
  let app: LdapApp;

  beforeAll(async () => {
    const [ca, otherCa] = [await createTestCa(), await createTestCa()];
    directory = await start(ca);
    app = await startLdapApp('express', {
      ldap: ldapConfig(directory.url),
      groupless: ldapConfig(directory.url, { groupSearchBase: 'ou=Nowhere,dc=avix,dc=lk' }),
      'two-bases': ldapConfig(directory.url, { userSearchBase: `ou=Users,dc=avix,dc=lk#${CONTRACTORS}` }),
      untrusted: ldapConfig(directory.ldapsUrl, { secureSocket: { cert: otherCa.certPem } }),
    });
  });
  afterAll(async () => {
    await app?.app.close();
    await directory?.stop();
  });

  it.each(cases.map((each) => [each.differs === undefined ? each.id : `${each.id} (differs: ${each.differs})`, each] as const))(
    '%s',
    async (_, each) => {
      const { directory: special, authorization, scopes, expected } = each;
      const scheme = special === undefined ? 'ldap' : SCHEMES[special];
      const path = scopes === undefined ? scheme : `${scheme}/${[scopes].flat()[0]}`;
      const answer = await app.ask(path, authorization);
      expect(answer).toMatchObject(expected);
      expect(answer.headers.has('www-authenticate')).toBe(expected.status === 401);
    },
  );
}

describe("Ballerina's cases of Basic over LDAP, with a server in this process", () => {
  keepsEveryPromise(async (ca) => {
    const directory = await startLdapDirectory({ entries: ENTRIES });
    const secure = await startLdapDirectory({ entries: ENTRIES, tls: { start: 'ldaps', certificate: await ca.issue() } });
    return { url: directory.url, ldapsUrl: secure.url, stop: async () => void (await Promise.all([directory.stop(), secure.stop()])) };
  });
});

describeIfOnPath('slapd')("Ballerina's cases of Basic over LDAP, with OpenLDAP", (path) => {
  keepsEveryPromise(async (ca) => {
    const slapd = await startSlapd(path, ca, ENTRIES);
    return { url: slapd.url, ldapsUrl: slapd.ldapsUrl, stop: slapd.remove };
  });
});

it('says of every case that ends in another way than in Ballerina why it does', () => {
  expect(cases).toHaveLength(38);
  expect(cases.filter(({ differs }) => differs !== undefined).map(({ id }) => id)).toEqual([
    'bal-auth-ldaps-1',
    'bal-auth-ldaps-2',
    'derived-ldap-ws-user',
    'derived-ldap-case-user',
    'derived-ldap-bind-then-group-err',
    'derived-ldap-two-entries',
  ]);
});
