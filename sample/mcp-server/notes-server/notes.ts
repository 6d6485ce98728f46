import { Injectable } from '@nestjs/common';

/** The notes of each user, in memory. */
@Injectable()
export class Notes {
  private readonly byUser = new Map<string, readonly string[]>();

  of(user: string): readonly string[] {
    return this.byUser.get(user) ?? [];
  }

  add(user: string, text: string): void {
    this.byUser.set(user, [...this.of(user), text]);
  }
}
