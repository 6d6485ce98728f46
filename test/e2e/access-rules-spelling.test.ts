import { All, Controller, Get, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { appModule } from '../support/app.js';
import { rawRequest } from '../support/raw-http.js';

@Controller()
class FastifyTreeController {
  @Get('tree/*')
  one(@Param() found: object) {
    return found;
  }
  @All('item/:id')
  item(@Param('id') id: string) {
    return id;
  }
}

@Controller()
class TreeController {
  @Get('tree/*path')
  one(@Param() found: object) {
    return found;
  }
  @All('item/:id')
  item(@Param('id') id: string) {
    return id;
  }
}

/** What the rules secure is one resource, however it is written: everything else is open. */
const rules = [
  { context: '/tree/a/secret', secured: true },
  { context: '/item/secret', secured: true },
  { context: '/.*', secured: false },
];
const FASTIFY: object = { caseSensitive: false, ignoreTrailingSlash: true, ignoreDuplicateSlashes: true };

describe.each<[string, () => ExpressAdapter | FastifyAdapter]>([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
  ['Fastify, lenient', () => new FastifyAdapter({ routerOptions: FASTIFY })],
])('one resource has one decision on %s', (name, adapter) => {
  it.each([
    '/tree/a/secret',
    '/tree/a/secret/',
    '/tree/a/secret//',
    '/tree//a/secret',
    '/TREE/a/secret/',
    '/tree/a/secre%74',
    '/tree/a/%73ecret/',
    '/tree/a/secret?x=1',
    '/tree/a/secret/?x=/y',
    '/tree/a/secret#x',
    '/tree/a/secret;v=1',
    '/tree/a/./secret',
    '/tree/b/../a/secret',
    '/tree/a%2Fsecret',
    'http://localhost/tree/a/secret',
    '/item/secret/',
    '/ITEM/secret',
    '/item/secret;x',
    '/item//secret',
    '/item/%2573ecret',
  ])('%s is never open', async (target) => {
    const auth = {
      schemes: { keys: { apiKeyConfig: { keys: { alice: [] } } } },
      resourceAccessControl: { rules, contextSyntax: 'regex' as const },
    };
    const app = await NestFactory.create(
      appModule({ auth, controllers: [name === 'Express' ? TreeController : FastifyTreeController] }),
      adapter(),
      {
        logger: false,
        abortOnError: false,
      },
    );
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const statuses = [];
    for (const method of ['GET', 'HEAD', ...(target.includes('item') ? ['OPTIONS', 'DELETE'] : [])])
      statuses.push((await rawRequest(url, [`${method} ${target} HTTP/1.1`, 'X-HTTP-Method-Override: POST'])).status);
    await app.close();
    expect(statuses.filter((status) => ![400, 401, 404].includes(status))).toEqual([]);
    if (target === '/tree/a/secret/' && name !== 'Fastify') expect(statuses).toEqual([401, 401]);
  });
});
