import { readFile } from 'node:fs/promises';
import { Controller, Get, Header } from '@nestjs/common';
import { ServiceAuth } from 'nest-service-auth';

/** The page of the display. Everybody may load it: what it shows comes over WebSocket and GraphQL, which ask for a token. */
@ServiceAuth({ auth: false })
@Controller()
export class PageController {
  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', "default-src 'self'")
  page(): Promise<string> {
    return readFile('sample/live-orders/page/index.html', 'utf8');
  }

  @Get('display.js')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  script(): Promise<string> {
    return readFile('sample/live-orders/page/display.js', 'utf8');
  }
}
