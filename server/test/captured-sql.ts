import { NamedClient } from '../src/db/client.ts'

export interface Statement {
  text: string
  values: unknown[]
}

/** Every statement with values that this process sends from now on, over whatever connection. */
export function captureSql(): Statement[] {
  const statements: Statement[] = []
  const query = NamedClient.prototype.query as (...args: unknown[]) => unknown // Its overloads cannot be listed.
  Object.assign(NamedClient.prototype, {
    query(this: NamedClient, ...args: unknown[]) {
      const [text, values] = args
      if (typeof text === 'string' && Array.isArray(values)) statements.push({ text, values })
      return query.apply(this, args)
    },
  })
  return statements
}
