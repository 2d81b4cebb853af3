import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'

/** The name of a view, in the page and in the window's title. */
export function Title({ name, children }: { name: string; children?: ComponentChildren }) {
  useEffect(() => {
    document.title = `${name} · Trawl`
  }, [name])
  return <h1>{children ?? name}</h1>
}
