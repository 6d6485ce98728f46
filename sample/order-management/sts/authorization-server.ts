import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { SETTINGS } from '../../support/process/settings.module.js';
import type { Settings } from '../settings.js';
import { configurationOf } from './configuration.js';
import { DEMO_LOGIN, DEMO_LOGIN_PARAMETERS, demoLogin } from './grants/demo-login.js';
import { PASSWORD, PASSWORD_PARAMETERS, passwordGrant } from './grants/password.js';
import { TOKEN_EXCHANGE, TOKEN_EXCHANGE_PARAMETERS, tokenExchange } from './grants/token-exchange.js';
import { KeyRing } from './key-ring.js';
import { memoryAdapter } from './memory-adapter.js';

/** The time between two checks of the age of the key, in milliseconds. */
const LOOK_EVERY = 60_000;

/** The OAuth 2 server, by `oidc-provider`: it authenticates users and clients, and signs tokens about them. */
@Injectable()
export class AuthorizationServer implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(AuthorizationServer.name);
  private readonly adapter = memoryAdapter();
  private answer: ReturnType<Provider['callback']>;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly keys: KeyRing,
  ) {
    this.answer = this.create();
  }

  /** Rotates the key when its lifetime is over, now and later. */
  async onModuleInit(): Promise<void> {
    await this.rotateIfDue();
    this.timer = setInterval(() => void this.rotateIfDue().catch((error) => this.logger.error(error)), LOOK_EVERY).unref();
  }

  /** Stops the timer. */
  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Answers a request. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.answer(request, response);
  }

  /** Rotates the key. Issued tokens stay valid. */
  async rotate(): Promise<void> {
    await this.keys.rotate();
    // A provider cannot change its keys, so there is a new one. The issued tokens are in the adapter.
    this.answer = this.create();
    this.logger.log(`Signing with key ${this.keys.signing.kid} from now on`);
  }

  private async rotateIfDue(): Promise<void> {
    if (this.keys.age >= this.settings.stsKeyLifetime * 1000) await this.rotate();
  }

  private create(): ReturnType<Provider['callback']> {
    const provider = new Provider(this.settings.stsUrl, { ...configurationOf(this.settings, this.keys), adapter: this.adapter });
    provider.registerGrantType(DEMO_LOGIN, demoLogin, DEMO_LOGIN_PARAMETERS);
    provider.registerGrantType(PASSWORD, passwordGrant, PASSWORD_PARAMETERS);
    provider.registerGrantType(TOKEN_EXCHANGE, tokenExchange, TOKEN_EXCHANGE_PARAMETERS);
    provider.use(knowNoJwts);
    return provider.callback();
  }
}

/** `oidc-provider` answers 400 to the introspection of a JWT. By RFC 7662 §2.2 an unknown token is inactive, and that is not an error. */
async function knowNoJwts(context: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> {
  await next();
  const { error } = (context.body ?? {}) as { error?: string };
  if (context.oidc?.route !== 'introspection' || error !== 'unsupported_token_type') return;
  context.status = 200;
  context.body = { active: false };
}
