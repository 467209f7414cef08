const forgetters = new Set<() => void>()

/**
 * Says how a module forgets what it keeps for whoever is signed in: drafts, caches, steps to take back. Everything
 * that outlives a component registers here, so that nobody who signs in later ever sees it.
 */
export function forgetOnSignOut(forget: () => void): void {
  forgetters.add(forget)
}

/** Forgets all that was kept for whoever was signed in. */
export function forgetSessionState(): void {
  for (const forget of forgetters) forget()
}
