import type { ClientConfig } from '../../../../lib/outgoing/client-config.js';
import type { OutgoingAnswer, OutgoingClient, OutgoingRequest } from '../../../../lib/outgoing/outgoing-client.js';
import { prepareIntrospection } from '../../../../lib/strategies/oauth2-introspection/prepare.js';
import { FakeClock } from '../../../support/fake-clock.js';

export type Asked = OutgoingRequest & { readonly url: URL; readonly form: Record<string, string> };

/** The network of a test: what it is asked, and what it answers. */
export class FakeNetwork {
  readonly asked: Asked[] = [];
  /** The configs that clients were made with. */
  readonly clients: ClientConfig[] = [];
  closed = 0;
  answer: (asked: Asked) => OutgoingAnswer | Promise<OutgoingAnswer> = () => json({ active: false });

  readonly createClient = (config: ClientConfig = {}): OutgoingClient => {
    this.clients.push(config);
    return {
      request: async (url, init) => {
        const asked = { ...init, url, form: Object.fromEntries(new URLSearchParams(init.body)) };
        this.asked.push(asked);
        return this.answer(asked);
      },
      close: async () => {
        this.closed++;
      },
    };
  };
}

/** A 200 with JSON, or another status. */
export function json(body: unknown, status = 200): OutgoingAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(body)) };
}

/** A clock that the test sets, and everything else that a config is prepared with. */
export function surroundings(network: FakeNetwork, start = 1_800_000_000_000) {
  const clock = new FakeClock(start);
  const warnings: string[] = [];
  const prepare = (config: unknown, scheme = 'sts') =>
    prepareIntrospection(config, scheme, {
      createClient: network.createClient,
      clock,
      warn: (message) => warnings.push(message),
    });
  return { clock, warnings, prepare };
}
