import { once } from 'node:events';
import type { LdapUserStoreConfig } from '../../../lib/strategies/basic/ldap/ldap-user-store.config.js';
import { end, hasEnded } from '../child-process.js';
import { forkedProgram } from '../forked-program.js';

/** What the application depends on. */
export interface DependentTrial {
  /** The URL of the OpenID provider. */
  readonly provider: string;
  /** The URL of the service that it calls with tokens of the provider. */
  readonly service: string;
  readonly directory?: LdapUserStoreConfig;
  readonly files?: { readonly rules: string; readonly users: string; readonly apiKeys: string };
}

/** What a client sees of an answer. */
export interface SeenAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Milliseconds. */
  readonly took: number;
}

/** What the operator sees. */
export interface OperatorView {
  /** The warnings and errors since the last time. */
  readonly log: readonly string[];
  /** By scheme. */
  readonly health: Readonly<Record<string, { readonly status: string; readonly [detail: string]: string | number }>>;
  /** Microseconds of a processor that the process has used. */
  readonly worked: number;
}

/** An application in a process of its own that depends on other servers and on files. */
export interface DependentApp {
  readonly port: number;
  ask(path: string, authorization?: string, headers?: Readonly<Record<string, string>>): Promise<SeenAnswer>;
  operator(): Promise<OperatorView>;
  /** Sets its wall clock by so many seconds. */
  setClock(seconds: number): Promise<void>;
  /** Opens files as that user from now on, if it is root. */
  becomeUser(id: number): Promise<void>;
  readonly hasEnded: boolean;
  stop(): Promise<void>;
}

const program = forkedProgram<DependentTrial, { readonly port: number }>('test/support/faults/main.ts');

/** Removes the program. */
export const removeDependentProgram = program.remove;

/** Starts the application. */
export async function startDependent(trial: DependentTrial): Promise<DependentApp> {
  const { child, told } = await program.start(trial);
  const order = async (message: object) => {
    child.send(message);
    const [answer] = await once(child, 'message');
    return answer;
  };
  return {
    port: told.port,
    ask: (path, authorization, headers = {}) =>
      askFor(`http://127.0.0.1:${told.port}${path}`, { ...headers, ...(authorization !== undefined && { authorization }) }),
    async operator() {
      const { log, health, worked } = await order({ report: true });
      return { log, health: health.auth.schemes, worked };
    },
    setClock: async (clock) => void (await order({ clock })),
    becomeUser: async (user) => void (await order({ user })),
    get hasEnded() {
      return hasEnded(child);
    },
    stop: () => end(child, 'SIGKILL'),
  };
}

async function askFor(url: string, headers: Record<string, string>): Promise<SeenAnswer> {
  const begun = performance.now();
  const answer = await fetch(url, { headers });
  await answer.arrayBuffer();
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), took: performance.now() - begun };
}
