import { createTestCa } from '../support/certificates.js';
import { end } from '../support/child-process.js';
import { forkedProgram } from '../support/forked-program.js';
import { startForwardProxy } from '../support/forward-proxy/forward-proxy.js';
import { startServer } from '../support/https-server.js';
import { startLdapDirectory } from '../support/ldap-directory.js';
import { ldapConfig } from '../support/ldap-facts.js';
import type { NoVerificationReport, NoVerificationTrial } from '../support/no-verification/trial.js';

// Node reads the variable from the environment of the process, which is not that of a test.
describe('a process with NODE_TLS_REJECT_UNAUTHORIZED=0', () => {
  const program = forkedProgram<NoVerificationTrial, NoVerificationReport>('test/support/no-verification/main.ts');
  const cleanups: (() => unknown)[] = [program.remove];
  let report: NoVerificationReport;

  beforeAll(async () => {
    const certificate = await (await createTestCa()).issue();
    const tls = { cert: certificate.certPem, key: certificate.keyPem };
    const server = await startServer((_request, response) => response.end('ok'), tls);
    const proxy = await startForwardProxy({ hosts: { 'idp.example:443': Number(server.url.port) }, tls });
    const ldaps = await startLdapDirectory({ tls: { start: 'ldaps', certificate } });
    const startTls = await startLdapDirectory({ tls: { start: 'startTls', certificate } });
    cleanups.push(server.close, proxy.stop, ldaps.stop, startTls.stop);
    const schemes = {
      server: { oauth2IntrospectionConfig: { url: server.url.href } },
      proxy: { oauth2IntrospectionConfig: { url: 'https://idp.example/', clientConfig: { proxy: `https://${proxy.address}` } } },
      ldaps: { ldapUserStoreConfig: ldapConfig(ldaps.url) },
      startTls: { ldapUserStoreConfig: ldapConfig(startTls.url, { startTls: true }) },
    };
    const { child, told } = await program.start({ server: server.url.href, schemes }, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    await end(child);
    report = told;
  }, 60_000);
  afterAll(() => Promise.all(cleanups.map((cleanup) => cleanup())));

  it('does not verify the servers of other code', () => {
    expect(report.node).toBe(200);
  });

  it.each(['server', 'proxy', 'ldaps', 'startTls'])('verifies the certificate of an endpoint, a proxy and a directory: %s', (scheme) => {
    expect(report.outcomes[scheme]).toContain('not trusted');
  });
});
