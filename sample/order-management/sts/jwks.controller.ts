import { readFile } from 'node:fs/promises';
import { Controller, Get } from '@nestjs/common';
import type { JSONWebKeySet } from 'jose';
import { KeyRing } from './key-ring.js';

/** The keys of the guide's STS, whose tokens are valid here too. The set is unchanged, with all its irregularities. */
const GUIDE_KEYS = new URL('./guide-jwks.json', import.meta.url);

/** Publishes the keys that verify tokens. */
@Controller('oauth2/jwks')
export class JwksController {
  constructor(private readonly ring: KeyRing) {}

  @Get()
  async keys(): Promise<JSONWebKeySet> {
    const guide: JSONWebKeySet = JSON.parse(await readFile(GUIDE_KEYS, 'utf8'));
    return { keys: [...guide.keys, ...this.ring.verifying] };
  }
}
