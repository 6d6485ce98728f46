import type { HttpAdapterHost } from '@nestjs/core';
import type { AnswerHeaders } from '../../guard/exceptions.js';

/** Puts header fields on an answer, in place of those of the same name. */
export function putHeaders({ httpAdapter }: HttpAdapterHost, response: object, headers: AnswerHeaders): void {
  // Typed as one value, but both adapters hand a list on to Node, which sends one header field for each.
  for (const [name, value] of Object.entries(headers)) httpAdapter.setHeader(response, name, value as string);
}
