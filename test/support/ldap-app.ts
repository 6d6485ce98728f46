import { Controller, Get, type Type } from '@nestjs/common';
import {
  AuthEventSink,
  AuthModule,
  type AuthModuleOptions,
  CurrentPrincipal,
  type DenialEvent,
  type Principal,
  type SchemeConfig,
  ServiceAuth,
} from 'nest-service-auth';
import type { LdapUserStoreConfig } from '../../lib/strategies/basic/ldap/ldap-user-store.config.js';
import { type AdapterName, type RunningApp, startApp } from './adapters.js';

/** What a test sees of an answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly username?: string;
  readonly scopes?: readonly string[];
  readonly roles?: readonly string[];
}

/** An application whose routes are guarded by directories. */
export interface LdapApp extends RunningApp {
  /** Asks `/<scheme>`, or `/<scheme>/<scope>`, which demands the scope. */
  ask(path: string, authorization?: string): Promise<Answer>;
  /** Why requests were refused, in order. */
  readonly reasons: string[];
  /** Asks `/<scheme>` as a user. */
  login(path: string, username: string, password: string): Promise<Answer>;
}

/** The scopes that have a route of their own below every scheme. */
const SCOPES = ['admin', 'developer'];

/** The `Authorization` header of a user. */
export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Starts an application with a scheme per config; failed logins are not limited and logins not remembered unless a config says so. */
export async function startLdapApp(adapter: AdapterName, configs: Readonly<Record<string, LdapUserStoreConfig>>): Promise<LdapApp> {
  const schemes = Object.fromEntries(
    Object.entries(configs).map(([name, config]) => [
      name,
      { ldapUserStoreConfig: { failedLogins: false, cacheConfig: FORGETFUL, ...config } },
    ]),
  ) as Record<string, SchemeConfig>;
  const controllers = Object.keys(schemes).flatMap((name) => [guardedBy(name), ...SCOPES.map((scope) => guardedBy(name, scope))]);
  const running = await startApp(adapter, rootModule({ schemes }, controllers));
  const ask = (path: string, authorization?: string) => askFor(`${running.url}/${path}`, authorization);
  const { reasons } = running.app.get<ReasonSink>(AuthEventSink);
  return { ...running, reasons, ask, login: (path, username, password) => ask(path, basic(username, password)) };
}

/** A millisecond is the least that a login can be remembered. */
const FORGETFUL = { defaultMaxAge: 0.001 };

/** Keeps the reasons of denials, which nobody need read in a log. */
class ReasonSink extends AuthEventSink {
  readonly reasons: string[] = [];

  denied({ steps }: DenialEvent): void {
    this.reasons.push(...steps.map(({ reason }) => reason));
  }
}

function rootModule(options: AuthModuleOptions, controllers: Type[]): object {
  class LdapAppModule {}
  return { module: LdapAppModule, imports: [AuthModule.forRoot({ ...options, eventSink: ReasonSink })], controllers };
}

function guardedBy(scheme: string, scope?: string): Type {
  @ServiceAuth({ auth: [scope === undefined ? scheme : { scheme, scopes: scope }] })
  @Controller(scope === undefined ? scheme : `${scheme}/${scope}`)
  class GuardedController {
    @Get()
    who(@CurrentPrincipal() { username, scopes, roles }: Principal) {
      return { username, scopes, roles };
    }
  }
  return GuardedController;
}

async function askFor(url: string, authorization?: string): Promise<Answer> {
  const response = await fetch(url, { headers: authorization === undefined ? {} : { authorization } });
  const body = (await response.json()) as Partial<Principal>;
  return { status: response.status, headers: response.headers, ...(response.ok && body) };
}
