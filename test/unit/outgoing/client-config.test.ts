import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../../lib/config/schema.js';
import { clientConfigSchema, hasAuthorization, ignoredClientFields, lowerCaseNames } from '../../../lib/outgoing/client-config.js';
import { loadClientTls } from '../../../lib/tls/client-tls.js';
import type { ClientSecureSocket } from '../../../lib/tls/secure-socket.config.js';
import { createTestCa, type IssuedCertificate, toPkcs12 } from '../../support/certificates.js';
import { mistakeIn } from '../../support/mistake-in.js';

describe('the configuration of an outgoing client', () => {
  it.each([
    [{ proxy: true }, /^proxy: must be false/],
    [{ timeOut: 3 }, /^timeOut: is not a known field. Did you mean "timeout"\?/],
    [{ timeout: 0 }, /^timeout: must be a number of seconds above 0/],
    [{ timeout: '5' }, /^timeout: must be a number, not a string/],
    [{ timeout: 86_401 }, /^timeout: must be a number of seconds above 0, and at most 86400/],
    [{ customHeaders: undefined }, /^customHeaders: /],
    [{ customHeaders: { a: null } }, /^customHeaders.a: must be a string/],
    [{ customHeaders: { a: 5 } }, /^customHeaders.a: must be a string/],
    [{ customHeaders: { a: { file: '' } } }, /^customHeaders.a.file: must not be empty/],
    [{ customHeaders: { a: { file: 'x', prefix: 'a\nb' } } }, /^customHeaders.a.prefix: must not contain control characters/],
    [{ proxy: 5 }, /^proxy: must be a string/],
    [{ httpVersion: '' }, /^httpVersion: must not be empty/],
    [{ allowHttp: 'yes' }, /^allowHttp: must be/],
    [{ proxy: 'proxy.example' }, /^proxy: must be the URL of a proxy/],
    [{ proxy: '' }, /^proxy: must not be empty/],
    [{ customHeaders: { 'x y': 'a' } }, /customHeaders.*not the name of a header field/],
    [{ customHeaders: { 'X-Evil': 'a\r\nb: c' } }, /^customHeaders.X-Evil: must not contain control characters/],
    [{ customHeaders: { Host: 'a' } }, /customHeaders.*written by the HTTP client itself/],
    [{ secureSocket: {} }, /^secureSocket: is empty/],
    [{ secureSocket: { certs: 'x' } }, /^secureSocket.certs: .*"cert"/],
    [{ secureSocket: { cert: 5 } }, /^secureSocket.cert: must be the path of a PEM file, the PEM text itself, or \{ path, password \}/],
    [{ secureSocket: { key: { certFile: 'a' } } }, /^secureSocket.key: must have certFile and keyFile/],
    [
      { secureSocket: { key: { certFile: 'a', keyFile: 'b', path: 'c' } } },
      /^secureSocket.key: must have certFile and keyFile .*or path and password/,
    ],
    [{ secureSocket: { key: { certFile: 'a', keyFile: 'b', keyPasword: 'c' } } }, /^secureSocket.key.keyPasword: .*"keyPassword"/],
  ])('refuses %j', (config, message) => {
    expect(mistakeIn(() => parseConfig(clientConfigSchema, config))).toMatch(message);
  });

  it.each([
    { proxy: false },
    { proxy: 'environment' },
    { proxy: 'http://proxy.example:3128' },
    { timeout: 86_400 },
    { customHeaders: { Authorization: { file: 'token', prefix: 'Bearer ' } } },
  ])('takes %j', (config) => {
    expect(parseConfig(clientConfigSchema, config)).toEqual(config);
  });

  it('has an Authorization field in whatever case it is written', () => {
    expect(hasAuthorization({ AUTHORIZATION: 'x' })).toBe(true);
    expect([hasAuthorization({ 'x-authorization': 'x' }), hasAuthorization({}), hasAuthorization()]).toEqual([false, false, false]);
    expect(lowerCaseNames({ 'X-A': 'B' })).toEqual({ 'x-a': 'B' });
  });

  it('has one field that is accepted and ignored', () => {
    expect(ignoredClientFields({ httpVersion: '2.0' })).toEqual(['clientConfig.httpVersion']);
    expect(ignoredClientFields({ httpVersion: '2.0' }, 'a.b')).toEqual(['a.b.httpVersion']);
    expect([...ignoredClientFields({}), ...ignoredClientFields(undefined)]).toEqual([]);
  });

  it('takes what it knows', () => {
    const config = {
      customHeaders: { 'X-A': 'b' },
      timeout: 0.5,
      allowHttp: true,
      httpVersion: '2.0',
      secureSocket: { cert: 'ca.pem', key: { certFile: 'a', keyFile: 'b', keyPassword: 'c' }, disable: false },
    };
    expect(parseConfig(clientConfigSchema, config)).toEqual(config);
  });
});

describe('the TLS files of an outgoing client', () => {
  let directory: string;
  let own: IssuedCertificate;
  let rsa: IssuedCertificate;
  let caPem: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'client-tls-'));
    const ca = await createTestCa();
    caPem = ca.certPem;
    own = await ca.issue();
    const rsaCa = await createTestCa({ keyType: 'rsa' });
    rsa = await rsaCa.issue({ keyType: 'rsa' });
    writeFileSync(join(directory, 'own.p12'), toPkcs12(rsa, 'right'));
    writeFileSync(join(directory, 'odd.p12'), 'not a PKCS#12 file');
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const problem = (config: () => ClientSecureSocket) => mistakeIn(() => loadClientTls(config()));

  it('names the field and the file that is not there', () => {
    expect(problem(() => ({ cert: 'no/ca.pem' }))).toMatch(/^cert: cannot read the file "no\/ca.pem" \(from .*\): there is no such file/);
    expect(problem(() => ({ key: { certFile: 'no.pem', keyFile: own.keyPem } }))).toMatch(/^key.certFile: cannot read the file "no.pem"/);
    expect(problem(() => ({ key: { certFile: own.certPem, keyFile: 'no.key' } }))).toMatch(/^key.keyFile: cannot read the file "no.key"/);
    expect(problem(() => ({ key: { path: 'no.p12', password: '' } }))).toMatch(/^key.path: cannot read the file "no.p12"/);
    expect(problem(() => ({ cert: directory }))).toMatch(/it is a directory/);
  });

  it('refuses a file with one damaged certificate among good ones', () => {
    const damaged = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    expect(problem(() => ({ cert: caPem + damaged }))).toMatch(/^cert: certificate 2 in the PEM text is damaged/);
  });

  it('says when a file has no certificate in it', () => {
    expect(problem(() => ({ cert: own.keyPem }))).toMatch(/^cert: must hold a certificate in PEM/);
  });

  it('refuses a key that does not belong to the certificate', async () => {
    expect(problem(() => ({ key: { certFile: own.certPem, keyFile: rsa.keyPem } }))).toMatch(
      /^key.keyFile: is not the key of the first certificate/,
    );
    expect(problem(() => ({ key: { certFile: caPem + own.certPem, keyFile: own.keyPem } }))).toMatch(/comes first/);
  });

  it('says what is wrong with a private key', () => {
    expect(problem(() => ({ key: { certFile: own.certPem, keyFile: own.certPem } }))).toMatch(
      /^key.keyFile: must hold a private key in PEM/,
    );
    const damaged = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';
    expect(problem(() => ({ key: { certFile: own.certPem, keyFile: damaged } }))).toMatch(
      /^key.keyFile: the private key in the PEM text cannot be read/,
    );
  });

  it('asks for the password of an encrypted key, and takes the right one only', async () => {
    const { createPrivateKey } = await import('node:crypto');
    const keyFile = createPrivateKey(own.keyPem)
      .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'right' })
      .toString();
    const certFile = own.certPem;
    expect(problem(() => ({ key: { certFile, keyFile } }))).toMatch(/^key.keyPassword: is needed/);
    expect(problem(() => ({ key: { certFile, keyFile, keyPassword: 'wrong' } }))).toMatch(/^key.keyPassword: does not decrypt/);
    expect(loadClientTls({ key: { certFile, keyFile, keyPassword: 'right' } }).rejectUnauthorized).toBe(true);
  });

  it('opens a PKCS#12 file with the right password only', () => {
    const path = join(directory, 'own.p12');
    expect(problem(() => ({ key: { path, password: 'wrong' } }))).toMatch(/^key.password: does not open the PKCS#12 file ".*own.p12"/);
    expect(problem(() => ({ key: { path: join(directory, 'odd.p12'), password: 'x' } }))).toMatch(
      /^key.path: the file ".*odd.p12" cannot be read/,
    );
    expect(loadClientTls({ key: { path, password: 'right' } }).rejectUnauthorized).toBe(true);
  });
});
