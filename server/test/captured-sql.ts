import type pg from 'pg'

export interface Statement {
  text: string
  values: unknown[]
}

/** Every statement with values that the pool's connections run from now on. Call it before the first one. */
export function captureSql(pool: pg.Pool): Statement[] {
  const statements: Statement[] = []
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown // Its overloads cannot be listed.
    Object.assign(client, {
      query: (...args: unknown[]) => {
        const [text, values] = args
        if (typeof text === 'string' && Array.isArray(values)) statements.push({ text, values })
        return query(...args)
      },
    })
  })
  return statements
}
