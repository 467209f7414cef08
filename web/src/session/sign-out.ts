import { useRouter } from '@tanstack/react-router'
import { call } from '../call.ts'
import { paths } from '../paths.ts'
import { toastProblem } from '../ui/toast.ts'
import { mayLeave } from '../ui/unsaved.ts'
import { endHere } from './session.ts'

/** Ends the session and leaves nothing of it in this window. */
export function useSignOut(): () => Promise<void> {
  const router = useRouter()
  return async () => {
    if (!(await mayLeave())) return
    try {
      await call('POST /api/auth/sign-out')
    } catch (error) {
      if (error instanceof Error) await toastProblem(error)
      return
    }
    await router.navigate({ href: paths.signIn(), ignoreBlocker: true })
    endHere()
  }
}
