import { Pool } from 'undici'

const REQUEST_TIMEOUT_MS = 60_000

/** One request of a scenario, ready to be sent. */
export interface BenchRequest {
  /** What a person is looking at; results are grouped by it. */
  screen: string
  method: 'GET' | 'POST' | 'PATCH'
  path: string
  headers: Record<string, string>
  body?: string
  /** Gets the status and the text of an answer that came. */
  answered?: (status: number, text: string) => void
}

/** A server under load. Only this machine is ever loaded. */
export interface Target {
  send: (request: BenchRequest) => Promise<number>
  close: () => Promise<void>
}

/** Keep-alive connections to a server on this machine; requests beyond them wait, and their waiting counts. */
export function openTarget(port: number, connections: number): Target {
  const pool = new Pool(`http://127.0.0.1:${port}`, {
    connections,
    pipelining: 1,
    headersTimeout: REQUEST_TIMEOUT_MS,
    bodyTimeout: REQUEST_TIMEOUT_MS,
  })
  return {
    send: async ({ method, path, headers, body, answered }) => {
      const response = await pool.request({ method, path, headers, body: body ?? null })
      if (answered) answered(response.statusCode, await response.body.text())
      else await response.body.arrayBuffer()
      return response.statusCode
    },
    close: () => pool.destroy(),
  }
}
