import { Controller, Get, type Type } from '@nestjs/common';
import {
  type AuthEntry,
  AuthEventSink,
  type AuthModuleOptions,
  CurrentPrincipal,
  type DenialEvent,
  type Principal,
  ResourceAuth,
  type ResourceDeclaration,
  ServiceAuth,
  type ServiceDeclaration,
  secureSocket,
} from 'nest-service-auth';
import { Agent, request } from 'undici';
import { type AdapterName, type RunningApp, startApp } from './adapters.js';
import { appModule, RecordingSink } from './app.js';
import { createTestCa } from './certificates.js';
import { startServer } from './https-server.js';
import { createKey, goodClaims, mint } from './tokens.js';
import { basic, makeUsersFile } from './users-file.js';

/** The schemes that the tests mix: every built-in strategy, and one of a user's own. */
export const SCHEMES = ['jwt', 'asked', 'users', 'certificate', 'key'] as const;
export type SchemeName = (typeof SCHEMES)[number];

/** How each scheme's caller is known. */
export const METHODS: Readonly<Record<SchemeName, string>> = {
  jwt: 'jwt',
  asked: 'introspection',
  users: 'basic',
  certificate: 'mtls',
  key: 'api-key',
};

/** What each scheme tells a client to send. */
export const CHALLENGES: Readonly<Record<SchemeName, string>> = {
  jwt: 'Bearer',
  asked: 'Bearer',
  users: 'Basic',
  certificate: 'ClientCertificate',
  key: 'ApiKey',
};

/** One route of the tests: its service's declaration and its own. */
export interface MixedRoute {
  readonly service: ServiceDeclaration;
  readonly resource?: ResourceDeclaration;
}

/** What a caller shows. */
export interface Credentials {
  readonly headers?: Readonly<Record<string, string>>;
  readonly certificate?: boolean;
}

/** What came back. */
export interface MixedAnswer {
  readonly status: number;
  readonly challenges: readonly string[];
  /** The principal's method, where somebody was let in. */
  readonly method?: string;
  readonly username?: string;
  readonly scopes?: readonly string[];
}

/** What the schemes ask, and what their callers show: shared by every application of a test. */
export class Callers {
  private constructor(
    readonly schemes: NonNullable<AuthModuleOptions['schemes']>,
    /** Good credentials of each scheme; those with a scope have `read`. */
    readonly good: Readonly<Record<SchemeName, Credentials>>,
    /** Bad ones of each kind that has any. */
    readonly bad: Readonly<Record<'bearer' | 'basic' | 'key', Credentials>>,
    readonly tls: { readonly ca: string; readonly server: { readonly certFile: string; readonly keyFile: string } },
    readonly agents: { readonly certified: Agent; readonly anonymous: Agent },
    readonly close: () => Promise<void>,
  ) {}

  static async create(): Promise<Callers> {
    const ca = await createTestCa();
    const [server, client] = [await ca.issue(), await ca.issue({ cn: 'carol' })];
    const key = createKey('ES256');
    const file = await makeUsersFile([{ username: 'bob', password: 'secret', scopes: ['read'] }]);
    const introspection = await startServer(async (incoming, response) => {
      let form = '';
      for await (const chunk of incoming) form += chunk;
      const active = new URLSearchParams(form).get('token') === 'opaque';
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ active, ...(active && { sub: 'ivy', scope: 'read' }) }));
    });
    const bearer = (token: string): Credentials => ({ headers: { authorization: `Bearer ${token}` } });
    const agents = {
      anonymous: new Agent({ connect: { ca: ca.certPem } }),
      certified: new Agent({ connect: { ca: ca.certPem, cert: client.certPem, key: client.keyPem } }),
    };
    return new Callers(
      {
        jwt: { jwtValidatorConfig: { signatureConfig: { publicKey: key.pem } } },
        asked: { oauth2IntrospectionConfig: { url: introspection.url.href } },
        users: { fileUserStoreConfig: { path: file.path, allowPlainText: true, failedLogins: false } },
        certificate: { mutualSslConfig: {} },
        key: { apiKeyConfig: { keys: { k1: ['read'] } } },
      },
      {
        jwt: bearer(await mint(key, goodClaims({ sub: 'joe', scope: 'read' }))),
        asked: bearer('opaque'),
        users: { headers: { authorization: basic('bob', 'secret') } },
        certificate: { certificate: true },
        key: { headers: { 'x-api-key': 'k1' } },
      },
      {
        bearer: bearer('nonsense'),
        basic: { headers: { authorization: basic('bob', 'guess') } },
        key: { headers: { 'x-api-key': 'k2' } },
      },
      { ca: ca.certPem, server: { certFile: server.certPem, keyFile: server.keyPem } },
      agents,
      async () => {
        await Promise.all([...Object.values(agents).map((agent) => agent.destroy()), introspection.close(), file.remove()]);
      },
    );
  }
}

/** An application with any number of routes, over HTTPS, that asks for client certificates and demands none. */
export class MixedApp {
  private constructor(
    private readonly running: RunningApp,
    private readonly callers: Callers,
  ) {}

  static async start(adapter: AdapterName, callers: Callers, routes: Readonly<Record<string, MixedRoute>>): Promise<MixedApp> {
    const controllers = Object.entries(routes).map(([path, route]) => controllerOf(path, route));
    const httpsOptions = secureSocket({ key: callers.tls.server, mutualSsl: { verifyClient: 'OPTIONAL', cert: callers.tls.ca } });
    const module = appModule({ auth: { schemes: callers.schemes, eventSink: RecordingSink }, controllers });
    return new MixedApp(await startApp(adapter, module, { httpsOptions }), callers);
  }

  /** Asks a route with all of these credentials. */
  async ask(path: string, ...shown: readonly Credentials[]): Promise<MixedAnswer> {
    const { certified, anonymous } = this.callers.agents;
    const { statusCode, headers, body } = await request(`${this.running.url}/${path}`, {
      headers: Object.assign({}, ...shown.map((credentials) => credentials.headers)),
      dispatcher: shown.some(({ certificate }) => certificate) ? certified : anonymous,
    });
    const principal = (await body.json()) as Partial<MixedAnswer>;
    const { method, username, scopes } = principal;
    return {
      status: statusCode,
      challenges: [headers['www-authenticate'] ?? []].flat(),
      ...(method !== undefined && { method }),
      ...(username !== undefined && { username }),
      ...(scopes !== undefined && { scopes }),
    };
  }

  /** The denials so far. */
  get events(): readonly DenialEvent[] {
    return this.running.app.get<RecordingSink>(AuthEventSink, { strict: false }).events;
  }

  close(): Promise<void> {
    return this.running.app.close();
  }
}

/** The scheme names of challenges, in order. */
export function schemesOf({ challenges }: MixedAnswer): string[] {
  return challenges.map((challenge) => challenge.split(' ')[0] ?? '');
}

/** The entries of schemes, each with the same requirements. */
export function entries(names: readonly SchemeName[], requirements: object = {}): AuthEntry[] {
  return names.map((scheme) => ({ scheme, ...requirements }));
}

function controllerOf(path: string, { service, resource }: MixedRoute): Type {
  @ServiceAuth({ auth: service })
  @Controller(path)
  class MixedController {
    @Get()
    who(@CurrentPrincipal() principal: Principal | undefined) {
      return principal ?? {};
    }
  }
  if (resource !== undefined) {
    const descriptor = Object.getOwnPropertyDescriptor(MixedController.prototype, 'who') as TypedPropertyDescriptor<unknown>;
    ResourceAuth({ auth: resource })(MixedController.prototype, 'who', descriptor as never);
  }
  return MixedController;
}
