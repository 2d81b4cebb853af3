// Numbers and times as people read them.

const COUNT = new Intl.NumberFormat('en-GB')
const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']

/** 1234567 as 1,234,567. */
export function count(number: number): string {
  return COUNT.format(number)
}

/** So many of something: 1 finding, 2 findings. */
export function counted(number: number, one: string, many: string = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`
}

/** So many a second, with a fraction where it is slow: 0.25, 3.5, 1,200. */
export function rate(number: number): string {
  return number < 10 ? String(Number(number.toFixed(2))) : count(Math.round(number))
}

/** A size with three digits: 1.95 MiB. */
export function size(bytes: number): string {
  let [value, unit] = [bytes, 0]
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  if (unit === 0) return `${value} B`
  const places = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return `${value.toFixed(places)} ${UNITS[unit]}`
}

/** A share of 0 to 1 in percent. What is not all is never called so. */
export function percent(share: number): string {
  return `${share < 1 ? Math.min(99, Math.round(share * 100)) : 100}%`
}

/** A moment, on the reader's clock. */
export function moment(written: string): string {
  const time = new Date(written)
  return Number.isNaN(time.getTime()) ? written : TIME.format(time)
}

/** A time that is only known about: 40 s, 3 min, 2 h 10 min. */
export function lasting(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** How long something took: 850 ms, 4.2 s, 3 min 5 s, 2 h 10 min. */
export function lasted(from: string, to: string): string {
  const millis = Math.max(0, new Date(to).getTime() - new Date(from).getTime())
  if (Number.isNaN(millis)) return ''
  if (millis < 1000) return `${millis} ms`
  if (millis < 60_000) return `${(millis / 1000).toFixed(1)} s`
  const minutes = Math.floor(millis / 60_000)
  if (minutes < 60) return `${minutes} min ${Math.floor((millis % 60_000) / 1000)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
