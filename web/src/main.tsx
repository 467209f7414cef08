import './styles.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { whenSignedOut } from './call.ts'
import { paths } from './paths.ts'
import { queryClient } from './query-client.ts'
import { router } from './routes.tsx'
import { listenToOtherTabs } from './session/other-tabs.ts'
import { identityOf, type Me, needsSession, startAnew, whoIsHere } from './session/session.ts'
import { listenForShortcuts } from './ui/keys.ts'
import { prepareToasts } from './ui/toast.ts'
import { asksBeforeUnload, listenForHandOver, mayLeave } from './ui/unsaved.ts'

/** By then the first screen is there. */
const QUIET_MS = 3_000

whenSignedOut(async () => {
  const location = router.latestLocation
  if (!needsSession(location.pathname)) return false
  const me = whoIsHere()
  if (me) return coverUntilSignedIn(me)
  await router.navigate({ href: paths.signIn(location.href), replace: true })
  return false
})
listenToOtherTabs(({ who }) => {
  const me = whoIsHere()
  if (!me || who === identityOf(me)) return
  // Another person's session is this tab's as well: nothing here may be shown to them, or be saved in their name.
  if (who === undefined) void coverUntilSignedIn(me)
  else startAnew(paths.home())
})
router.history.block({
  blockerFn: async ({ currentLocation, nextLocation }) =>
    currentLocation.pathname !== nextLocation.pathname && !(await mayLeave()),
  enableBeforeUnload: asksBeforeUnload,
})

async function coverUntilSignedIn(me: Me): Promise<boolean> {
  const { signInAgain } = await import('./entrance/sign-in-again.tsx')
  return signInAgain(me)
}

listenForShortcuts()
listenForHandOver()
setTimeout(prepareToasts, QUIET_MS)

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id "root".')

function start(container: HTMLElement): void {
  createRoot(container).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  )
}

// Days stand on Temporal (server/src/days.ts). A browser that has it loads nothing, and starts at once.
if ('Temporal' in globalThis) start(root)
else import('temporal-polyfill/global').then(() => start(root))
