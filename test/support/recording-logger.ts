import type { LoggerService } from '@nestjs/common';

/** Keeps what an application has to say to its operator. */
export class RecordingLogger implements LoggerService {
  readonly lines: string[] = [];

  log(): void {}

  warn(message: unknown): void {
    this.lines.push(String(message));
  }

  error(message: unknown): void {
    this.lines.push(String(message));
  }
}
