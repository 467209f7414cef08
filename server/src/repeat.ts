/** Work that goes on in the background. */
export interface Repeated {
  /** Resolves when a run that is under way has ended. */
  stop: () => Promise<void>
}

/** Runs `work` again and again, with a pause between two runs; what it throws is told to `log`. */
export function repeat(
  pause_ms: number,
  work: () => Promise<unknown>,
  log: (error: unknown) => void,
): Repeated {
  let stopped = false
  let wake: () => void = () => {}
  const running = (async () => {
    while (!stopped) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause_ms)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      if (!stopped) await work().catch(log)
    }
  })()
  return {
    stop: () => {
      stopped = true
      wake()
      return running
    },
  }
}
