import { All, Controller, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AuthorizationServer } from './authorization-server.js';

/** Answers all paths that no other controller has: the token endpoint, introspection, revocation, metadata. */
@Controller()
export class AuthorizationServerController {
  constructor(private readonly server: AuthorizationServer) {}

  @All('*path')
  handle(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.server.handle(request, response);
  }
}
