import type { Settings } from '../../../../../sample/order-management/settings.js';
import { environmentOf, ofKind } from '../../../../support/deployment/manifests.js';
import type { NetworkPolicy, Peer, PolicyPort } from '../../../../support/deployment/objects.js';
import { base, deploymentOf, deployments, named, SERVICES, settingsOf } from './base.js';

/** Where one service learns the address of another. */
const ADDRESSES: Readonly<Record<string, keyof Settings>> = { STS_URL: 'stsUrl', INVENTORY_URL: 'inventoryUrl', ORDER_URL: 'orderUrl' };
/** The arrows of the picture, with the ports that they end at. */
const ARROWS = [
  'api-gateway -> order-service:9090',
  'api-gateway -> sts:9445',
  'order-service -> inventory-service:9091',
  'order-service -> sts:9445',
];

const policies = ofKind(base, 'NetworkPolicy');

/** Whether this side of a rule means the pods of a service. */
const isService = ({ podSelector, namespaceSelector }: Peer, service: string) =>
  namespaceSelector === undefined && podSelector?.matchLabels?.['app.kubernetes.io/name'] === service;
const policyOf = (service: string): NetworkPolicy => named(policies, service);
const forEveryPod = policies.filter(({ spec }) => spec.podSelector.matchLabels === undefined);
const portsOut = (from: string, to: string): number[] =>
  portsOf((policyOf(from).spec.egress ?? []).filter((rule) => rule.to.some((peer) => isService(peer, to))));
const portsIn = (from: string, to: string): number[] =>
  portsOf((policyOf(to).spec.ingress ?? []).filter((rule) => rule.from.some((peer) => isService(peer, from))));

function portsOf(rules: readonly { readonly ports: readonly PolicyPort[] }[]): number[] {
  return rules.flatMap(({ ports }) => ports.map(({ port }) => port));
}

describe('the network policies', () => {
  it('refuse all traffic by default', () => {
    expect(forEveryPod.map(({ metadata }) => metadata.name)).toEqual(['nobody-with-anybody', 'monitoring']);
    expect(policyOf('nobody-with-anybody').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  it('let Prometheus in from its namespace, to the metrics of every pod and to nothing else', () => {
    const { policyTypes, ingress = [], egress } = policyOf('monitoring').spec;
    expect({ policyTypes, egress }).toEqual({ policyTypes: ['Ingress'], egress: undefined });
    expect(ingress.map(({ from }) => from)).toEqual([
      [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
    ]);
    const metrics = deployments.map((each) => Number(environmentOf(each).METRICS_PORT));
    expect(new Set(portsOf(ingress))).toEqual(new Set(metrics));
  });

  it('are about pods that there are', () => {
    const names = policies.map(({ spec }) => spec.podSelector.matchLabels?.['app.kubernetes.io/name']);
    expect(names.filter((name) => name !== undefined).sort()).toEqual([...SERVICES].sort());
  });

  it('allow the arrows of the picture, at both ends, and no others', () => {
    const pairs = SERVICES.flatMap((from) => SERVICES.map((to) => [from, to] as const));
    const allowed = pairs.flatMap(([from, to]) => {
      const ends = portsIn(from, to);
      return portsOut(from, to)
        .filter((port) => ends.includes(port))
        .map((port) => `${from} -> ${to}:${port}`);
    });
    expect(allowed.sort()).toEqual(ARROWS);
    const halves = pairs.flatMap(([from, to]) => [...portsOut(from, to), ...portsIn(from, to)]);
    expect(halves).toHaveLength(2 * ARROWS.length);
  });

  it('allow what the variables of the pods say', async () => {
    const arrows = await Promise.all(
      SERVICES.map(async (from) => {
        const settings = await settingsOf(from);
        const names = Object.keys(environmentOf(deploymentOf(from))).filter((name) => name in ADDRESSES);
        const urls = names.map((name) => new URL(String(settings[ADDRESSES[name]!])));
        expect(urls.filter(({ protocol }) => protocol !== 'https:')).toEqual([]);
        return urls.filter(({ hostname }) => hostname !== from).map(({ host }) => `${from} -> ${host}`);
      }),
    );
    expect(arrows.flat().sort()).toEqual(ARROWS);
  });

  it('admit traffic from outside to the gateway only', () => {
    const others = SERVICES.filter((to) =>
      (policyOf(to).spec.ingress ?? []).some(({ from }) => from.some((peer) => !SERVICES.some((each) => isService(peer, each)))),
    );
    expect(others).toEqual(['api-gateway']);
    expect(portsOf(policyOf('api-gateway').spec.ingress ?? [])).toEqual([9443]);
  });

  it('let only those out who call somebody, and them only to ask for names besides', () => {
    const strange = SERVICES.map((from) => {
      const rules = (policyOf(from).spec.egress ?? []).filter(
        ({ to }) => !to.some((peer) => SERVICES.some((each) => isService(peer, each))),
      );
      return [from, portsOf(rules)];
    });
    expect(Object.fromEntries(strange)).toEqual({ 'api-gateway': [53, 53], 'order-service': [53, 53], 'inventory-service': [], sts: [] });
  });

  it('never mean everybody by leaving something out', () => {
    const rules = policies.flatMap(({ spec }) => [...(spec.ingress ?? []), ...(spec.egress ?? [])]);
    const peers = policies.flatMap(({ spec }) => [
      ...(spec.ingress ?? []).flatMap((rule) => rule.from),
      ...(spec.egress ?? []).flatMap((rule) => rule.to),
    ]);
    expect(rules.filter(({ ports }) => ports === undefined || ports.length === 0)).toEqual([]);
    expect(peers.length).toBeGreaterThan(8);
    expect(peers.filter(({ podSelector, namespaceSelector }) => (podSelector ?? namespaceSelector)?.matchLabels === undefined)).toEqual([]);
    expect(SERVICES.filter((service) => policyOf(service).spec.policyTypes.join() !== 'Ingress,Egress')).toEqual([]);
  });
});
