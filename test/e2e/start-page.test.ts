import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as common from '@nestjs/common';
import * as core from '@nestjs/core';
import * as swagger from '@nestjs/swagger';
import * as nestTesting from '@nestjs/testing';
import * as module from 'nest-service-auth';
import * as openapi from 'nest-service-auth/openapi';
import * as testing from 'nest-service-auth/testing';
import request from 'supertest';
import { type RunningApp, startApp } from '../support/adapters.js';
import { run } from '../support/guide.js';
import { GUIDES } from '../support/guides.js';

const { 'src/main.ts': main = '', ...sources } = GUIDES.start;
const packages = {
  '@nestjs/common': common,
  '@nestjs/core': core,
  '@nestjs/swagger': swagger,
  '@nestjs/testing': nestTesting,
  'nest-service-auth': module,
  'nest-service-auth/openapi': openapi,
  'nest-service-auth/testing': testing,
  supertest: { __esModule: true, default: request },
};
const SECRET = 'a-secret-of-this-machine-with-32-characters-or-more';
const [, TOKEN_PROGRAM = ''] = /```js\n\/\/ token\.mjs\n([\s\S]*?)```/.exec(readFileSync('docs/start.md', 'utf8')) ?? [];

// The tests of the page register themselves here, as they are.
const files = run(sources, packages);

describe('the page for beginners', () => {
  let running: RunningApp;
  beforeAll(async () => {
    process.env.JWT_SECRET = SECRET;
    running = await startApp('express', files['src/app.module.ts']?.AppModule as object);
  });
  afterAll(async () => {
    delete process.env.JWT_SECRET;
    await running.app.close();
  });

  const token = (...args: string[]) =>
    execFileSync(process.execPath, ['--input-type=module', '-e', TOKEN_PROGRAM, 'token.mjs', ...args], {
      encoding: 'utf8',
      env: { JWT_SECRET: SECRET },
    }).trim();
  const status = async (method: 'get' | 'post', path: string, bearer?: string) => {
    const asked = request(running.url)[method](path);
    return (await (bearer === undefined ? asked : asked.set('authorization', `Bearer ${bearer}`))).status;
  };

  it('has the answers that it promises', async () => {
    expect(await status('get', '/orders')).toBe(401);
    expect(await status('get', '/orders', token('alice'))).toBe(200);
    expect(await status('post', '/orders', token('alice'))).toBe(403);
    expect(await status('post', '/orders', token('alice', 'add_order'))).toBe(201);
    expect(await status('get', '/orders/prices')).toBe(200);
  });

  it('has a program that serves a Swagger page', () => {
    expect(main).toContain("SwaggerModule.setup('docs'");
  });
});
