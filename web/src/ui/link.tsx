import { useRouter } from '@tanstack/react-router'
import type { ComponentProps, MouseEvent } from 'react'

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
  const preload = () => {
    // Fetching ahead is a guess; if it fails, following the link says why.
    router.preloadRoute({ to: href }).catch(() => undefined)
  }
  return <a {...props} href={href} onClick={follow} onPointerEnter={preload} onFocus={preload} />
}
