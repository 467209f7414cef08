/** A link that writes to an address: what means something in links is escaped (RFC 6068), other letters are as any. */
export function mailLink(address: string): string {
  const at = address.lastIndexOf('@')
  const [name, host] = at < 0 ? [address, ''] : [address.slice(0, at), address.slice(at)]
  return `mailto:${encodeURIComponent(name)}${encodeURI(host).replace(/[?#]/g, encodeURIComponent)}`
}
