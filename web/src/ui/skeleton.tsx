import { classes } from './classes.ts'

/**
 * A grey bar in the place of a value. It shows only after a moment (see .skeleton), so that quick answers flash
 * nothing; that is left to CSS, since a list has hundreds of them.
 */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={classes('skeleton inline-block h-3 rounded', className)} />
}
