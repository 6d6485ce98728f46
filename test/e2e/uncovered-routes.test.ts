import { Controller, Get, Head, Logger, Post } from '@nestjs/common';
import { ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS } from '../support/adapters.js';
import { appModule, bootError, eventsOf, RecordingSink, withApp } from '../support/app.js';
import { withoutHelp } from '../support/without-help.js';

@Controller('bare')
class BareController {
  @Get()
  list() {
    return 'list';
  }

  @Post(':id')
  create() {
    return 'created';
  }

  @ResourceAuth({ auth: false })
  @Get('open')
  open() {
    return 'open';
  }
}

@ServiceAuth({ auth: ['keyz'] })
@Controller('typo')
class TypoController {
  @Get()
  list() {}

  @ResourceAuth({ auth: { scopes: [] } })
  @Get('scopes')
  scopes() {}

  @ResourceAuth({ auth: [] })
  @Head('nothing')
  nothing() {}
}

const schemes = { keys: { apiKeyConfig: { keys: { alice: [] } } } };

describe.each(ADAPTERS)('a route that nothing covers, on %s', (adapter) => {
  it('stops the boot by default, with the list of such routes and the cure', async () => {
    const error = await bootError(adapter, appModule({ auth: { schemes }, controllers: [BareController] }));
    expect(withoutHelp(error)).toBe(
      [
        '2 routes are not covered by any declaration:',
        '    BareController.list (GET /bare)',
        '    BareController.create (POST /bare/:id)',
        '  Put @ServiceAuth({ auth: [...] }) on the controller or @ResourceAuth({ auth: [...] }) on the handler, or { auth: false } to open it;',
        "  or set defaultAuth, or unannotated: 'deny' | 'allow', in AuthModule.forRoot().",
      ].join('\n'),
    );
  });

  it('is refused with unannotated: deny, and told of', async () => {
    const module = appModule({ auth: { schemes, unannotated: 'deny', eventSink: RecordingSink }, controllers: [BareController] });
    await withApp(adapter, module, async ({ app, url }) => {
      const response = await fetch(`${url}/bare`, { headers: { 'x-api-key': 'alice' } });
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual({ message: 'Forbidden', statusCode: 403 });
      expect(eventsOf(app)).toMatchObject([{ status: 403, route: 'BareController.list (GET /bare)' }]);
      expect((await fetch(`${url}/bare/open`)).status).toBe(200);
    });
  });

  it.each<['allow' | 'deny', number, string]>([
    ['allow', 200, "Open to everyone, unless their own guards refuse (unannotated: 'allow')"],
    ['deny', 403, "Refused to everyone, because no declaration covers them (unannotated: 'deny')"],
  ])('is named in one line at boot with unannotated: %s, which says what becomes of it', async (unannotated, status, fate) => {
    const lines: string[] = [];
    const logger = { log() {}, error() {}, fatal() {}, warn: (message: string) => lines.push(message) };
    const module = appModule({ auth: { schemes, unannotated, eventSink: RecordingSink }, controllers: [BareController] });
    await withApp(
      adapter,
      module,
      async ({ url }) => {
        expect((await fetch(`${url}/bare`)).status).toBe(status);
      },
      { logger },
    );
    Logger.overrideLogger(false);
    expect(lines).toEqual([`${fate}: BareController.list (GET /bare), BareController.create (POST /bare/:id)`]);
  });

  it('falls back to defaultAuth, and to no more than that', async () => {
    const module = appModule({ auth: { schemes, defaultAuth: ['keys'] }, controllers: [BareController] });
    await withApp(adapter, module, async ({ url }) => {
      expect((await fetch(`${url}/bare`)).status).toBe(401);
      expect((await fetch(`${url}/bare`, { headers: { 'x-api-key': 'alice' } })).status).toBe(200);
      expect((await fetch(`${url}/bare/1`, { method: 'POST', headers: { 'x-api-key': 'alice' } })).status).toBe(201);
      expect((await fetch(`${url}/bare/1`, { method: 'POST' })).status).toBe(401);
      expect((await fetch(`${url}/bare/open`)).status).toBe(200);
      expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
    });
  });

  it('is one mistake among all those that one boot reports', async () => {
    const { message, problems } = await bootError(
      adapter,
      appModule({
        auth: { schemes: { ...schemes, broken: { apiKeyConfig: {} as never } } },
        controllers: [BareController, TypoController],
      }),
    );
    expect(problems).toHaveLength(5);
    expect(message.split('\n').slice(0, 6)).toEqual([
      'schemes.broken.apiKeyConfig.keys: is required',
      'TypoController @ServiceAuth.auth[0]: "keyz" is not a known scheme. Did you mean "keys"?',
      'TypoController.scopes (GET /typo/scopes) @ResourceAuth.auth.scopes: is empty. Name at least one, or leave the field out to require none.',
      'TypoController.nothing (HEAD /typo/nothing) @ResourceAuth.auth: is an empty list, so every request would be refused. Name a scheme, or write false for an open route.',
      '2 routes are not covered by any declaration:',
      '    BareController.list (GET /bare)',
    ]);
  });
});
