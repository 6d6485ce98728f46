import { Logger } from '@nestjs/common';
import { logText } from './log-text.js';

/** How much a line matters. */
export type LogLevel = 'warn' | 'error';

/** The one way to Nest's logger: no control character gets through, and a logger that fails changes nothing. */
export class OperatorLog {
  private readonly logger: Logger;

  constructor(context: string) {
    this.logger = new Logger(context);
  }

  /** Writes what an operator should look at. */
  warn(message: string): void {
    this.write('warn', message);
  }

  /** Writes what went wrong on this side. */
  error(message: string): void {
    this.write('error', message);
  }

  private write(level: LogLevel, message: string): void {
    try {
      this.logger[level](logText(message));
    } catch {
      // The logger of the application failed: there is no other place to report it.
    }
  }
}

/** The log of the module: every line that an operator should act on, but for denials. */
export const MODULE_LOG = new OperatorLog('AuthModule');
