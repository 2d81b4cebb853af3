// The key of who looks at the page: asked for once, and kept until the tab is closed. It stands in no
// address, so that neither history nor log holds it.

const NAME = 'trawl.key'

export function keptKey(): string | undefined {
  return sessionStorage.getItem(NAME) ?? undefined
}

export function keepKey(key: string): void {
  sessionStorage.setItem(NAME, key)
}

export function forgetKey(): void {
  sessionStorage.removeItem(NAME)
}
