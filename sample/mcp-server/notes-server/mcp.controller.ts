import type { IncomingMessage, ServerResponse } from 'node:http';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { AuthService, CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';
import { Notes } from './notes.js';
import { notesServer, requirementsOf } from './tools.js';

/** The MCP endpoint. Each request is authenticated, and there are no sessions. */
@ServiceAuth({ auth: [{ scheme: 'login', scopes: 'notes:read' }] })
@Controller('mcp')
export class McpController {
  constructor(
    private readonly auth: AuthService,
    private readonly notes: Notes,
  ) {}

  @Post()
  async receive(
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
    @Body() body: unknown,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    // All tools have one route, so what a tool requires beyond the route is checked here. A refusal is answered as the guard answers it.
    for (const entries of requirementsOf(body)) await this.auth.authenticate(request, entries);
    const server = notesServer(principal, this.notes);
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    response.once('close', () => void server.close());
    await server.connect(transport);
    // Never undefined: the transport would then read a body that was not checked.
    await transport.handleRequest(request, response, body ?? null);
  }

  /** A server without messages of its own offers no stream. */
  @HttpCode(405)
  @Get()
  stream(): void {}

  /** There is no session to end. */
  @HttpCode(405)
  @Delete()
  end(): void {}
}
