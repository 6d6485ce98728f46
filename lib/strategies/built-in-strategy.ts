import type { Type } from '@nestjs/common';
import type { AuthMethod } from '../principal.js';
import type { Authenticator, AuthStrategy } from './strategy.js';

/** What is known of a built-in strategy before its files are imported. */
export interface BuiltIn {
  /** The key under which an entry carries its config. */
  readonly configKey: string;
  /** The method of its principals. */
  readonly method: AuthMethod;
  /** Imports the strategy's class. */
  readonly load: () => Promise<Type<AuthStrategy>>;
}

/**
 * A built-in strategy whose files are imported when its first config is prepared: an application that starts pays only for the strategies
 * that it configures.
 */
export class BuiltInStrategy implements AuthStrategy {
  readonly configKey: string;
  readonly method: AuthMethod;
  private loaded: Promise<AuthStrategy> | undefined;

  constructor(
    private readonly builtIn: BuiltIn,
    private readonly create: (type: Type<AuthStrategy>) => Promise<AuthStrategy>,
  ) {
    this.configKey = builtIn.configKey;
    this.method = builtIn.method;
  }

  /** The strategy itself: one instance, however many configs it has. */
  load(): Promise<AuthStrategy> {
    this.loaded ??= this.builtIn.load().then(this.create);
    return this.loaded;
  }

  async prepare(config: unknown, name: string): Promise<Authenticator> {
    const strategy = await this.load();
    return strategy.prepare(config, name);
  }
}
