import './styles.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { whenSignedOut } from './call.ts'
import { paths } from './paths.ts'
import { queryClient } from './query-client.ts'
import { router } from './routes.tsx'
import { forget, needsSession } from './session/session.ts'
import { listenForShortcuts } from './ui/keys.ts'

whenSignedOut(async () => {
  const location = router.latestLocation
  if (!needsSession(location.pathname)) return
  // First away from the screens that show what is then forgotten.
  await router.navigate({ href: paths.signIn(location.href), replace: true })
  forget()
})
listenForShortcuts()

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
