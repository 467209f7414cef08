import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises'
import type { Random } from '../../server/src/demo/draw/random.ts'
import { LoadRecorder, type LoadResult, reasonOf } from './load-result.ts'
import type { BenchRequest, Target } from './target.ts'

const REQUESTS_MAX = 2_000_000
const IN_FLIGHT_MAX_DEFAULT = 1_000
const DRAIN_MAX_MS = 65_000
const DRAIN_POLL_MS = 5
/** So many are sent in a row before answers are looked at. */
const BURST_MAX = 8

export interface OpenLoop {
  target: Target
  next: () => BenchRequest
  /** Requests a second that are meant to be sent, whether or not the server keeps up. */
  rate: number
  seconds: number
  /** Poisson arrivals, as from people who do not know of one another; without it evenly spaced. */
  random?: Random
  /** With more than this waiting the run ends: the server is overloaded. */
  inFlightMax?: number
}

/**
 * Sends requests when they are due, not when the last answer came, and counts latency from the moment at which a
 * request was due. A server that stalls is thus charged for everyone who would have been waiting meanwhile.
 */
export async function openLoop(loop: OpenLoop): Promise<LoadResult> {
  const { target, next, rate, seconds, random, inFlightMax = IN_FLIGHT_MAX_DEFAULT } = loop
  const recorder = new LoadRecorder()
  const start = performance.now()
  const end = seconds * 1_000
  let inFlight = 0
  let due = 0
  const send = async (request: BenchRequest, dueAt: number) => {
    inFlight++
    try {
      const status = await target.send(request)
      recorder.answered(request.screen, status, performance.now() - start - dueAt)
    } catch (error) {
      recorder.failed(reasonOf(error))
    } finally {
      inFlight--
    }
  }
  let overloaded = false
  for (let sent = 0; sent < REQUESTS_MAX; sent++) {
    due += gapMs(rate, random)
    if (due >= end) break
    const wait = due - (performance.now() - start)
    if (wait > 0) await delay(wait)
    else if (sent % BURST_MAX === 0) await turn()
    if (inFlight >= inFlightMax) {
      overloaded = true
      break
    }
    void send(next(), due)
  }
  const deadline = performance.now() + DRAIN_MAX_MS
  while (inFlight > 0 && performance.now() < deadline) await delay(DRAIN_POLL_MS)
  return recorder.result((performance.now() - start) / 1_000, overloaded || inFlight > 0)
}

function gapMs(rate: number, random: Random | undefined): number {
  return (random ? -Math.log(1 - random.next()) : 1) * (1_000 / rate)
}
