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

/** How often the age of the key is looked at, in milliseconds. */
const LOOK_EVERY = 60_000;

/** OAuth 2, by `oidc-provider`: it says who its callers are, and signs it. */
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

  /** Changes the key when its time is over, now and while it runs. */
  async onModuleInit(): Promise<void> {
    await this.rotateIfDue();
    this.timer = setInterval(() => void this.rotateIfDue().catch((error) => this.logger.error(error)), LOOK_EVERY).unref();
  }

  /** Lets go of the timer. */
  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Answers a request. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.answer(request, response);
  }

  /** Signs with another key from now on. What was issued stays good. */
  async rotate(): Promise<void> {
    await this.keys.rotate();
    // A provider keeps the keys that it was made with; what it has issued is in the adapter.
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

/** `oidc-provider` answers 400 when it is asked about a JWT; a token that a server does not know is inactive, and that is no error (RFC 7662 §2.2). */
async function knowNoJwts(context: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> {
  await next();
  const { error } = (context.body ?? {}) as { error?: string };
  if (context.oidc?.route !== 'introspection' || error !== 'unsupported_token_type') return;
  context.status = 200;
  context.body = { active: false };
}
