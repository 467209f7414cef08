import { useEffect, useState } from 'react'
import { classes } from './classes.ts'

const SKELETON_DELAY_MS = 120

/** True once something has been awaited long enough to be worth showing. */
export function useSlow(waiting: boolean): boolean {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    if (!waiting) return setSlow(false)
    const timer = setTimeout(() => setSlow(true), SKELETON_DELAY_MS)
    return () => clearTimeout(timer)
  }, [waiting])
  return slow
}

/** A grey bar in the place of a value; invisible at first, so that quick answers flash nothing. */
export function Skeleton({ className }: { className?: string }) {
  const slow = useSlow(true)
  return (
    <span
      aria-hidden
      className={classes('inline-block h-3 rounded', slow ? 'bg-hover' : 'bg-transparent', className)}
    />
  )
}
