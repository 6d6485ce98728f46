import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { AuthEntry, Principal } from 'nest-service-auth';
import * as z from 'zod';
import type { Notes } from './notes.js';

const READ: readonly AuthEntry[] = [{ scheme: 'login', scopes: 'notes:read' }];
const WRITE: readonly AuthEntry[] = [{ scheme: 'login', scopes: { all: ['notes:read', 'notes:write'] } }];

/** The scopes that each tool requires. A tool that is not here cannot be registered. */
const REQUIRED = { list_notes: READ, add_note: WRITE } as const;

type ToolName = keyof typeof REQUIRED;

/** What matters here of a JSON-RPC message. It is not checked yet: every member may be anything. */
type Message = { readonly method?: unknown; readonly params?: { readonly name?: unknown } | null } | null | undefined;

/** Returns the requirements of the tools that a request calls: its body is a JSON-RPC message, or a list of them. */
export function requirementsOf(body: unknown): readonly (readonly AuthEntry[])[] {
  return ([body].flat() as Message[]).flatMap((message) => {
    const name: unknown = message?.method === 'tools/call' ? message.params?.name : undefined;
    return isToolName(name) ? [REQUIRED[name]] : [];
  });
}

function isToolName(name: unknown): name is ToolName {
  return typeof name === 'string' && Object.hasOwn(REQUIRED, name);
}

/** Makes the MCP server for one request of one user. */
export function notesServer({ username }: Principal, notes: Notes): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  const says = (text: string) => ({ content: [{ type: 'text' as const, text }] });
  const register: { readonly [Name in ToolName]: (name: Name) => unknown } = {
    list_notes: (name) => server.registerTool(name, { description: 'Lists your notes.' }, () => says(notes.of(username).join('\n'))),
    add_note: (name) =>
      server.registerTool(name, { description: 'Adds a note.', inputSchema: { text: z.string() } }, ({ text }) => {
        notes.add(username, text);
        return says(`${username} has ${notes.of(username).length}.`);
      }),
  };
  register.list_notes('list_notes');
  register.add_note('add_note');
  return server;
}
