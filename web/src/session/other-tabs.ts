/** Tabs share one session: who signs in or out in one does so in all. */
interface SessionNews {
  /** identityOf() whoever has signed in; undefined after sign-out. */
  who: string | undefined
}

const channel = new BroadcastChannel('rapport-session')

export function tellOtherTabs(news: SessionNews): void {
  channel.postMessage(news)
}

/** Hears of other tabs. Returns its end. */
export function listenToOtherTabs(listener: (news: SessionNews) => void): () => void {
  // Only tellOtherTabs writes to the channel.
  const heard = ({ data }: MessageEvent) => listener(data as SessionNews)
  channel.addEventListener('message', heard)
  return () => channel.removeEventListener('message', heard)
}
