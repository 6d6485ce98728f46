import { localSecretFiles, ofKind, readObjects } from '../../../../support/deployment/manifests.js';
import { deployments, localKeysOf, mountedBy } from './base.js';

describe('the secrets', () => {
  const wanted = deployments.flatMap((each) => mountedBy(each));

  it('of a cluster of one’s own have every key that a pod mounts, and nothing is kept that no pod mounts', () => {
    expect(wanted.filter(({ secret, key }) => !localKeysOf(secret).includes(key))).toEqual([]);
    const secrets = new Set(wanted.map(({ secret }) => secret));
    expect([...localSecretFiles().keys()].filter((name) => !secrets.has(name))).toEqual([]);
  });

  it('are never made of files that could be checked in', () => {
    const files = [...localSecretFiles().values()].flatMap((each) => [...each.values()]);
    expect(files.length).toBeGreaterThan(12);
    expect(files.filter((file) => !file.startsWith('.certificates/'))).toEqual([]);
  });

  it('of cert-manager are every one with a certificate in it, for the name by which others call', () => {
    const requests = ofKind(readObjects('overlays/cert-manager'), 'Certificate').filter(({ spec }) => spec.isCA !== true);
    const tls = new Set(wanted.map(({ secret }) => secret).filter((name) => name.endsWith('-tls')));
    expect(requests.map(({ spec }) => spec.secretName).sort()).toEqual([...tls].sort());
    expect(requests.filter(({ metadata, spec }) => spec.dnsNames?.includes(metadata.name) !== true)).toEqual([]);
    // These are what cert-manager puts into a secret.
    const keys = new Set(wanted.filter(({ secret }) => tls.has(secret)).map(({ key }) => key));
    expect([...keys].sort()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
  });

  it('of cert-manager let only the order service act as a client', () => {
    const requests = ofKind(readObjects('overlays/cert-manager'), 'Certificate');
    expect(requests.filter(({ spec }) => spec.usages?.includes('client auth')).map(({ metadata }) => metadata.name)).toEqual([
      'order-service',
    ]);
  });
});
