import { LoadRecorder, type LoadResult, reasonOf } from './load-result.ts'
import type { BenchRequest, Target } from './target.ts'

interface ClosedLoop {
  target: Target
  next: () => BenchRequest
  /** Each sends its next request as soon as it has the answer to the last one. */
  clients: number
  seconds: number
  requestsMax?: number
}

/** How much a server can do at all. Its latencies hide waiting, so only its throughput is ever reported. */
export async function closedLoop(loop: ClosedLoop): Promise<LoadResult> {
  const { target, next, clients, seconds, requestsMax = Number.POSITIVE_INFINITY } = loop
  const recorder = new LoadRecorder()
  const start = performance.now()
  let sent = 0
  const client = async () => {
    while (performance.now() - start < seconds * 1_000 && sent < requestsMax) {
      sent++
      const request = next()
      const from = performance.now()
      try {
        recorder.answered(request.screen, await target.send(request), performance.now() - from)
      } catch (error) {
        recorder.failed(reasonOf(error))
      }
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return recorder.result((performance.now() - start) / 1_000, false)
}
