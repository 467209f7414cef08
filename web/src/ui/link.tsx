import { useRouter } from '@tanstack/react-router'
import { type ComponentProps, type MouseEvent, useRef } from 'react'

/** A pointer that only crosses a link means nothing. */
const INTENT_MS = 60

interface LinkProps extends ComponentProps<'a'> {
  /** From paths.ts. */
  href: string
  replace?: boolean
}

/** An ordinary link that changes the screen without loading the page; the target is fetched on hover and focus. */
export function Link({ href, replace, onClick, ...props }: LinkProps) {
  const router = useRouter()
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    router.navigate({ href, replace })
  }
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const preload = () => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      // Fetching ahead is a guess; if it fails, following the link says why.
      router.preloadRoute({ to: href }).catch(() => undefined)
    }, INTENT_MS)
  }
  const stay = () => clearTimeout(timer.current)
  return (
    <a
      {...props}
      href={href}
      onClick={follow}
      onPointerEnter={preload}
      onPointerLeave={stay}
      onFocus={preload}
      onBlur={stay}
    />
  )
}
