import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { type ReloadableServer, type SecureSocketConfig, type WatchOptions, watchSecureSocket } from 'nest-service-auth';
import { createTestCa, type IssuedCertificate, type TestCa, toPkcs12, toTrustStore } from '../../support/certificates.js';
import { eventually } from '../../support/eventually.js';

/** A server that counts how often new files are used. */
class Listener extends EventEmitter {
  uses = 0;
  setSecureContext() {
    this.uses++;
  }
}

describe('the watched files of a listener', () => {
  let folder: string;
  let ca: TestCa;
  let other: TestCa;
  let server: IssuedCertificate;
  let next: IssuedCertificate;
  const listeners: Listener[] = [];
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const watch = (config: SecureSocketConfig, options: WatchOptions = {}) => {
    const listener = new Listener();
    listeners.push(listener);
    return { listener, stop: watchSecureSocket(listener as unknown as ReloadableServer, config, { interval: 0.02, ...options }) };
  };
  const inText = () => ({ certFile: server.certPem, keyFile: server.keyPem });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'watched-tls-'));
    [ca, other] = await Promise.all([createTestCa({ keyType: 'rsa' }), createTestCa({ keyType: 'rsa' })]);
    [server, next] = await Promise.all([ca.issue({ keyType: 'rsa' }), ca.issue({ keyType: 'rsa' })]);
  });
  afterEach(() => {
    for (const each of listeners.splice(0)) each.emit('close');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['with a comment after it', (base64: string) => `${base64} # of the listener`],
    ['that is cut off', (base64: string) => base64.slice(0, 120)],
  ])('are no key %s, which a warning would repeat', (_, spoil) => {
    const base64 = server.keyPem.replace(/-----[^-]+-----|\s/g, '');
    const watched = () => watch({ key: { certFile: file('cert.pem', server.certPem), keyFile: spoil(base64) } });
    expect(watched).toThrow(/^secureSocket: must be a PEM text or the path of a PEM file, but looks like /);
  });

  const KINDS: readonly (readonly [
    string,
    () => Promise<readonly [SecureSocketConfig, () => void]> | readonly [SecureSocketConfig, () => void],
  ])[] = [
    [
      'the PKCS#12 file of its key',
      () => {
        const key = { path: file('own.p12', toPkcs12(server, 'secret')), password: 'secret' };
        return [{ key }, () => file('own.p12', toPkcs12(next, 'secret'))];
      },
    ],
    [
      'its trust store',
      () => {
        const cert = { path: file('trust.p12', toTrustStore([ca.certPem], 'secret')), password: 'secret' };
        return [{ key: inText(), mutualSsl: { cert } }, () => file('trust.p12', toTrustStore([other.certPem], 'secret'))];
      },
    ],
    [
      'the file of its trusted CAs',
      () => [{ key: inText(), mutualSsl: { cert: file('ca.pem', ca.certPem) } }, () => file('ca.pem', other.certPem)],
    ],
    [
      'its revocation list',
      async () => {
        const [list, longer] = await Promise.all([ca.crl([]), ca.crl([next])]);
        return [{ key: inText(), mutualSsl: { cert: ca.certPem, crl: file('ca.crl', list) } }, () => file('ca.crl', longer)];
      },
    ],
    [
      'the file of its certificate, and that of its key',
      () => {
        const key = { certFile: file('own.pem', server.certPem), keyFile: file('own.key', server.keyPem) };
        const change = () => {
          file('own.pem', next.certPem);
          file('own.key', next.keyPem);
        };
        return [{ key }, change];
      },
    ],
  ];

  it.each(KINDS)('are %s: reported once it has changed', async (_, make) => {
    const [config, change] = await make();
    let reloads = 0;
    const { listener } = watch(config, { onReload: () => reloads++, onFailure: () => {} });
    await eventually(() => listener.uses === 1);
    expect(reloads).toBe(0);
    change();
    await eventually(() => reloads === 1);
    expect(listener.uses).toBe(2);
  });

  it.each(['the server closes', 'it is told to stop'])('are not read any more once %s', async (when) => {
    const [certFile, keyFile] = [file('a.pem', server.certPem), file('a.key', server.keyPem)];
    const [stopped, going] = [watch({ key: { certFile, keyFile } }), watch({ key: { certFile, keyFile } })];
    await eventually(() => stopped.listener.uses === 1 && going.listener.uses === 1);
    if (when === 'the server closes') stopped.listener.emit('close');
    else stopped.stop();
    file('a.pem', `${server.certPem}${ca.certPem}`);
    await eventually(() => going.listener.uses === 2);
    expect(stopped.listener.uses).toBe(1);
  });

  describe('that cannot be used', () => {
    const warnings: string[] = [];
    beforeEach(() => {
      warnings.length = 0;
      jest.spyOn(process, 'emitWarning').mockImplementation((warning) => void warnings.push(String(warning)));
    });
    afterEach(() => jest.restoreAllMocks());

    it('are reported by warnings of the process where nobody else listens', async () => {
      const [certFile, keyFile] = [file('b.pem', server.certPem), file('b.key', 'nonsense')];
      watch({ key: { certFile, keyFile } });
      await eventually(() => warnings.length > 0);
      expect(warnings).toEqual([
        expect.stringMatching(/^The TLS files changed and cannot be used.*secureSocket.key.keyFile: must hold a private key/),
      ]);
      file('b.key', server.keyPem);
      await eventually(() => warnings.length > 1);
      expect(warnings.slice(1)).toEqual(['The TLS files can be used again.']);
    });

    it('are reported to a listener alone that has its own onFailure', async () => {
      const [certFile, keyFile] = [file('c.pem', server.certPem), file('c.key', 'nonsense')];
      const failures: string[] = [];
      const { listener } = watch({ key: { certFile, keyFile } }, { onFailure: ({ message }) => failures.push(message) });
      await eventually(() => failures.length > 0);
      file('c.key', server.keyPem);
      await eventually(() => listener.uses === 1);
      expect(failures).toEqual([expect.stringContaining('secureSocket.key.keyFile: must hold a private key')]);
      expect(warnings).toEqual([]);
    });
  });

  it('may be missing at first: they are used, and reported as new, once they are there', async () => {
    const [certFile, keyFile] = [file('d.pem', server.certPem), join(folder, 'd.key')];
    const told: string[] = [];
    const { listener } = watch(
      { key: { certFile, keyFile } },
      { onReload: () => told.push('reloaded'), onFailure: ({ message }) => told.push(message), onRecovery: () => told.push('good again') },
    );
    await eventually(() => told.length > 0);
    expect(listener.uses).toBe(0);
    file('d.key', server.keyPem);
    await eventually(() => told.length > 2);
    expect(told).toEqual([expect.stringMatching(/cannot read the file ".*d.key"/), 'reloaded', 'good again']);
    expect(listener.uses).toBe(1);
  });

  it('are used where nobody wants to know of that', async () => {
    const cert = file('e.pem', ca.certPem);
    const failures: string[] = [];
    const { listener } = watch({ key: inText(), mutualSsl: { cert } }, { onFailure: ({ message }) => failures.push(message) });
    await eventually(() => listener.uses === 1);
    file('e.pem', other.certPem);
    await eventually(() => listener.uses === 2);
    expect(failures).toEqual([]);
  });

  it('are looked at after so many seconds, and after ten by default', () => {
    const timer = jest.spyOn(globalThis, 'setInterval');
    const config = { key: inText(), mutualSsl: { cert: file('f.pem', ca.certPem) } };
    watch(config, { interval: 1.5 });
    const listener = new Listener();
    listeners.push(listener);
    watchSecureSocket(listener as unknown as ReloadableServer, config);
    const intervals = timer.mock.calls.map(([, milliseconds]) => milliseconds);
    timer.mockRestore();
    expect(intervals).toEqual([1500, 10_000]);
  });
});
