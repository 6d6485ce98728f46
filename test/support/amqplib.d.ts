/** What the tests use of `amqplib`, whose types are another package. */
declare module 'amqplib' {
  interface Queue {
    readonly queue: string;
    readonly messageCount: number;
  }
  interface Channel {
    assertQueue(name: string, options: object): Promise<Queue>;
    checkQueue(name: string): Promise<Queue>;
  }
  export function connect(url: string): Promise<{ createChannel(): Promise<Channel>; close(): Promise<void> }>;
}
